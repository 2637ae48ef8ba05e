"""What integrity is decided by: settings in the words of the judge."""

from typing import NamedTuple, Protocol, Self


class _Settings(Protocol):
    @property
    def flag_p(self) -> float: ...
    @property
    def bucket_s(self) -> float: ...
    @property
    def window_s(self) -> float: ...
    @property
    def min_voices(self) -> int: ...
    @property
    def screen_p(self) -> float: ...
    @property
    def r_max(self) -> float: ...


class Rules(NamedTuple):
    """What is decided by.

    Attributes:
        flag_p: share of honest trends that may get a flag, over all signs.
        bucket_s: seconds; window: buckets.
        min_voices, screen_p, r_max: what makes a trend, see config/settings.py.
    """

    flag_p: float
    bucket_s: float
    window: int
    min_voices: int
    screen_p: float
    r_max: float

    @classmethod
    def of(cls, settings: _Settings) -> Self:
        """Those of the stage's settings."""
        s = settings
        return cls(s.flag_p, s.bucket_s, round(s.window_s / s.bucket_s), s.min_voices, s.screen_p, s.r_max)
