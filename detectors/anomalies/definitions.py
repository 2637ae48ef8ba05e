"""Figures that mean something else from now on: one alert a platform, while its totals change their definition."""

from collections.abc import Mapping

import msgspec

from detectors.anomalies.quality import Told, Trouble, quality_alert
from detectors.anomalies.series import Series
from detectors.anomalies.wording import number
from detectors.model.alerts import Action, Alert, Explanation

CALM_S = 86_400.0
"""After this long without another change, in seconds, it is over: platforms are asked for totals once a day or more."""


class Change(msgspec.Struct):
    """A change that is under way: when it was first and last seen (ends of buckets), and how many totals it has hit."""

    opened_at: float
    seen_at: float
    totals: int


class DefinitionWatch:
    """Tells that a platform counts otherwise, once, and that it is over, once.

    A total whose `metric_definition` is another than before starts anew: the jump in it is no growth (`totals.py`).

    Args:
        bucket_s: width of a bucket in seconds.
        config_digest: names the settings.
    """

    def __init__(self, *, bucket_s: float, config_digest: str) -> None:
        self._bucket_s = bucket_s
        self._digest = config_digest
        self._open: dict[str, Change] = {}

    def step(self, end_at: float, redefined: Mapping[Series, int]) -> list[Alert]:
        """Take the totals that changed their definition in the bucket that ended at `end_at`, by platform."""
        told = []
        for series, totals in sorted(redefined.items()):
            change = self._open.get(series.scope)
            if change is None:
                change = self._open[series.scope] = Change(end_at, end_at, totals)
                told.append(self._alert(series.scope, change, end_at, "fired"))
            else:
                change.seen_at, change.totals = end_at, change.totals + totals
        for scope, change in list(self._open.items()):
            if end_at - change.seen_at >= CALM_S:
                told.append(self._alert(scope, self._open.pop(scope), end_at, "resolved"))
        return told

    @property
    def changing(self) -> set[str]:
        """Scopes of the platforms of which it is told."""
        return set(self._open)

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(self._open)

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        self._open = msgspec.msgpack.decode(value, type=dict[str, Change])

    def _alert(self, scope: str, change: Change, end_at: float, action: Action) -> Alert:
        platform = scope.partition(":")[2]
        said = _said(platform, change.totals, over=action == "resolved")
        told = Told(Series("metric_definition", scope), f"definitions on {platform}", said)
        trouble = Trouble(change.opened_at, change.seen_at, float(change.totals))
        return quality_alert(told, trouble, action, end_at, bucket_s=self._bucket_s, config_digest=self._digest)


def _said(platform: str, totals: int, *, over: bool) -> Explanation:
    n, nombre = number(float(totals)), number(float(totals), 1)
    if over:
        return Explanation(
            en=f"The counters of {platform} keep their meaning again; {n} totals started anew.",
            fr=f"Les compteurs de {platform} ne changent plus de définition ; {nombre} totaux sont repartis de zéro.",
        )
    return Explanation(
        en=f"The counters of {platform} mean something else from now on: {n} totals start anew, and their jump is no"
        " growth. Figures before and after are not comparable.",
        fr=f"Les compteurs de {platform} changent de définition : {nombre} totaux repartent de zéro, leur saut n'est"
        " pas une hausse. Les chiffres d'avant et d'après ne sont pas comparables.",
    )
