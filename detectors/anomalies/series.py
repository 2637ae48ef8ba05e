"""The name of one figure over time. What it should be is decided in `detector.py`."""

from collections.abc import Collection
from typing import NamedTuple, Self


class Series(NamedTuple):
    """One measure in one scope, summed per bucket; of money, one measure in one currency.

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

    @classmethod
    def priced(cls, figure: str, currency: str, scope: str) -> Self:
        """A series of money.

        >>> one = Series.priced("gmv_gross", "EUR", "all")
        >>> one.measure, one.figure, one.currency
        ('gmv_gross@EUR', 'gmv_gross', 'EUR')
        """
        return cls(f"{figure}@{currency}", scope)

    def __str__(self) -> str:
        """The series' id in alerts and metric labels."""
        return f"{self.measure}|{self.scope}"

    @property
    def figure(self) -> str:
        """The measure without its currency."""
        return self.measure.partition("@")[0]

    @property
    def currency(self) -> str | None:
        """ISO 4217; None: it is no money."""
        return self.measure.partition("@")[2] or None

    @property
    def dimension(self) -> str:
        """What kind of scope it is: `platform`, `format`, `tier`, `all`."""
        return self.scope.partition(":")[0]

    def may_be_of(self, platforms: Collection[str]) -> bool:
        """Whether some of it may come of these scopes of platforms: it is one of them, or of no single platform.

        >>> [Series("likes", scope).may_be_of({"platform:x"}) for scope in ("platform:x", "platform:y", "tier:nano")]
        [True, False, True]
        """
        return self.scope in platforms if self.dimension == "platform" else bool(platforms)
