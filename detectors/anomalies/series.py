"""The name of one figure over time. What it should be is decided in `detector.py`."""

from typing import NamedTuple, Self


class Series(NamedTuple):
    """One measure in one scope, summed per bucket.

    >>> str(Series("likes", "platform:tiktok"))
    'likes|platform:tiktok'
    >>> Series("posts", "all").dimension
    'all'
    """

    measure: str
    scope: str

    @classmethod
    def named(cls, name: str) -> Self:
        """The series of an id.

        >>> Series.named("likes|platform:tiktok").scope
        'platform:tiktok'
        """
        return cls(*name.split("|", 1))

    def __str__(self) -> str:
        """The series' id in alerts and metric labels."""
        return f"{self.measure}|{self.scope}"

    @property
    def dimension(self) -> str:
        """What kind of scope it is: `platform`, `format`, `tier`, `all`."""
        return self.scope.partition(":")[0]
