"""Which figures a record adds to: creator tiers, and the scopes of a post; many posts at a time as numbers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from detectors.model.fields import Format
from detectors.model.posts import Post
from detectors.subjects.formats import format_of

Codes = npt.NDArray[np.uint32]
"""The scopes of n posts, see ScopeCodes."""

MAX_PLATFORMS = 255
"""Platforms that a reader tells apart. Later ones count in `all` only: a record cannot make series at will."""

TIERS: tuple[tuple[int, str], ...] = (
    (1_000_000, "mega"),
    (500_000, "macro"),
    (100_000, "mid"),
    (10_000, "micro"),
    (1_000, "nano"),
    (0, "user"),
)
"""Least number of followers of each tier; intervals closed below, open above."""


def tier_of(followers: int | None) -> str | None:
    """The creator tier, or None if the number of followers is not known.

    >>> tier_of(999), tier_of(1_000), tier_of(None)
    ('user', 'nano', None)
    """
    if followers is None:
        return None
    return next(name for least, name in TIERS if followers >= least)


class Scopes(NamedTuple):
    """Where a post or an engagement counts besides `all`; None: not known."""

    platform: str
    format: str | None = None
    tier: str | None = None

    def names(self) -> list[str]:
        """Scopes as the contract writes them.

        >>> Scopes("tiktok", None, "nano").names()
        ['all', 'platform:tiktok', 'tier:nano']
        """
        named = zip(self._fields, self, strict=True)
        return ["all", *(f"{dimension}:{value}" for dimension, value in named if value)]


def scopes_of(post: Post) -> Scopes:
    """The scopes of a post; its format is read from the text where the record does not declare one."""
    return Scopes(post.platform, post.format or format_of(post.text), tier_of(post.followers))


FORMATS: tuple[str, ...] = get_args(Format)
_LEAST = np.array([least for least, _ in reversed(TIERS)])


class Dimension(NamedTuple):
    """One dimension of the scopes of n posts: which of `names` each has; 0 is none. Shapes: value u4[n]."""

    names: list[str]
    value: Codes


class ScopeCodes:
    """Scopes as numbers of 32 bits: platform, format and tier, each counted from 1.

    >>> codes = ScopeCodes()
    >>> [d.names[v] for d in codes.dimensions(codes.of(["x"], ["haul"], [1500])) for v in d.value]
    ['platform:x', 'format:haul', 'tier:nano']
    """

    def __init__(self) -> None:
        self.platforms: list[str] = []
        """Those seen so far, in the order in which they were seen."""
        self._numbers: dict[str, int] = {}

    def of(self, platforms: Sequence[str], formats: Sequence[str | None], followers: Sequence[int | None]) -> Codes:
        """Scopes of n posts; followers None: not known."""
        form = np.array([_FORMAT_NUMBER[f] for f in formats], np.uint32)
        fans = np.array([-1 if f is None else f for f in followers], np.int64)
        tier = np.searchsorted(_LEAST, fans, "right").astype(np.uint32)
        return self.of_platforms(platforms) | form << np.uint32(4) | tier

    def of_platforms(self, platforms: Sequence[str]) -> Codes:
        """Scopes of records of which only the platform is known."""
        known = self._numbers
        numbers = [known[p] if p in known else self._learn(p) for p in platforms]
        return np.array(numbers, np.uint32) << np.uint32(8)

    def dimensions(self, codes: Codes) -> Iterator[Dimension]:
        """The scopes of n posts, `all` aside, one dimension after the other."""
        yield Dimension(["", *(f"platform:{name}" for name in self.platforms)], codes >> np.uint32(8))
        yield Dimension(["", *(f"format:{name}" for name in FORMATS)], codes >> np.uint32(4) & np.uint32(15))
        yield Dimension(["", *(f"tier:{name}" for _, name in reversed(TIERS))], codes & np.uint32(15))

    def restore(self, platforms: Sequence[str]) -> None:
        """Take the platforms of a snapshot."""
        self.platforms, self._numbers = [], {}
        for name in platforms:
            self._learn(name)

    def _learn(self, platform: str) -> int:
        if len(self.platforms) == MAX_PLATFORMS:
            return 0
        self.platforms.append(platform)
        self._numbers[platform] = len(self.platforms)
        return len(self.platforms)


_FORMAT_NUMBER: dict[str | None, int] = {None: 0} | {name: i + 1 for i, name in enumerate(FORMATS)}
