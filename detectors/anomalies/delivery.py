"""Sources whose totals jump, or whose records come late: one alert a platform, while it lasts."""

from collections.abc import Iterator, Mapping

import msgspec

from detectors.anomalies.gaps import GAP, AskedState, GapWatch
from detectors.anomalies.jumping import LEAST_SUSPECTED, MOST_JUMP, JumpWatch
from detectors.anomalies.lateness import HabitState, LateWatch
from detectors.anomalies.quality import Told, Trouble, quality_alert
from detectors.anomalies.series import Series
from detectors.anomalies.wording import number
from detectors.model.alerts import Action, Alert, Explanation

HOUR_S, DAY_S = 3600.0, 86_400.0


class DeliveryState(msgspec.Struct, frozen=True):
    """All that a delivery watch remembers."""

    jumps: dict[str, list[tuple[int, int]]]
    habits: dict[str, HabitState]
    jumping: dict[str, Trouble]
    late: dict[str, Trouble]
    gapped: list[str] = []
    suspected: dict[str, float] = {}
    asked: dict[str, AskedState] = {}


class DeliveryWatch:
    """Tells once that a platform's totals jump or that it is late, and once that it is over.

    Of totals that were not asked for in time it tells nothing. But what grew in a gap of more than a window is in no
    series, so an hour without it is no fall.

    Args:
        bucket_s, window_s: seconds.
        config_digest: names the settings.
    """

    def __init__(self, *, bucket_s: float, window_s: float, config_digest: str) -> None:
        self._bucket_s, self._window_s, self._digest = bucket_s, window_s, config_digest
        self._jumps = JumpWatch(bucket_s=bucket_s)
        self._lates = LateWatch(bucket_s=bucket_s)
        self._gaps = GapWatch(bucket_s=bucket_s, window_s=window_s)
        self._gapped: list[str] = []
        self._suspected: dict[str, float] = {}  # ends of the buckets in which most totals jumped, though few
        self._jumping: dict[str, Trouble] = {}
        self._late: dict[str, Trouble] = {}
        self._end_at = 0.0

    def step(self, end_at: float, told: Mapping[Series, int]) -> list[Alert]:
        """Take what READ counted in the bucket that ended at `end_at`; see `stages/delivery.py`."""
        self._end_at = end_at
        by: dict[str, dict[str, int]] = {}
        for series, n in told.items():
            name, _, measure = series.measure.partition(".")
            by.setdefault(name, {})[f"{series.scope}|{measure}" if measure else series.scope] = n
        compared, jumped, arrived, overdue = (by.get(name, {}) for name in ("compared", "jumped", "arrived", "overdue"))
        most = {s: n for s, n in jumped.items() if n >= max(LEAST_SUSPECTED, MOST_JUMP * compared.get(s, 0))}
        self._suspected |= {key.partition("|")[0]: end_at for key in most}
        self._gapped = self._gaps.step(end_at, arrived, by.get("measured", {}), by.get("bridged", {}))
        jumps, lates = _of_platforms(self._jumps.step(compared, jumped)), self._lates.step(arrived, overdue)
        return [
            *self._news("jump", self._jumping, jumps, end_at, DAY_S),
            *self._news("late", self._late, lates, end_at, HOUR_S),
        ]

    @property
    def untrusted(self) -> set[str]:
        """Scopes of the platforms of which either is told: what their posts draw is in doubt."""
        return {*self._jumping, *self._late}

    @property
    def doubts(self) -> dict[str, str]:
        """Scopes of the platforms whose series are in doubt, and why: as long as what came badly is told to them.

        What comes late, and growth since an earlier total, is told to the series up to a window later.
        """
        seen = self._suspected | {scope: one.seen_at for scope, one in self._jumping.items()}
        jumping = {scope: "jump" for scope, at in seen.items() if self._end_at - at <= 2 * self._window_s}
        return dict.fromkeys(self._gapped, GAP) | jumping | dict.fromkeys(self._late, "late")

    def snapshot(self) -> bytes:
        """All it remembers."""
        state = DeliveryState(
            self._jumps.snapshot(),
            self._lates.snapshot(),
            self._jumping,
            self._late,
            self._gapped,
            self._suspected,
            self._gaps.snapshot(),
        )
        return msgspec.msgpack.encode(state)

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(value, type=DeliveryState)
        self._jumps.restore(state.jumps)
        self._lates.restore(state.habits)
        self._gaps.restore(state.asked)
        self._jumping, self._late, self._gapped = dict(state.jumping), dict(state.late), list(state.gapped)
        self._suspected = dict(state.suspected)

    def _news(
        self, what: str, known: dict[str, Trouble], seen: Mapping[str, Trouble], end_at: float, calm_s: float
    ) -> Iterator[Alert]:
        for scope, now in seen.items():
            trouble = known.get(scope)
            if trouble is None:
                known[scope] = Trouble(end_at, end_at, now.observed, now.expected)
                yield self._alert(what, scope, known[scope], end_at)
            else:
                trouble.seen_at = end_at
                trouble.observed = max(trouble.observed, now.observed)
        for scope in [s for s, trouble in known.items() if end_at - trouble.seen_at >= calm_s]:
            yield self._alert(what, scope, known.pop(scope), end_at, over=True)

    def _alert(self, what: str, scope: str, trouble: Trouble, end_at: float, *, over: bool = False) -> Alert:
        platform = scope.partition(":")[2]
        said = (_jump_said if what == "jump" else _late_said)(platform, trouble, over=over)
        label = f"totals on {platform}" if what == "jump" else f"late records on {platform}"
        told = Told(Series(what, scope), label, said)
        action: Action = "resolved" if over else "fired"
        return quality_alert(told, trouble, action, end_at, bucket_s=self._bucket_s, config_digest=self._digest)


def _of_platforms(jumps: Mapping[str, Trouble]) -> dict[str, Trouble]:
    """One trouble a platform, of all its totals or of those of one measure: that of most."""
    found = dict[str, Trouble]()
    for key, trouble in jumps.items():
        scope = key.partition("|")[0]
        found[scope] = max(found.get(scope, trouble), trouble, key=lambda one: one.observed)
    return found


def _jump_said(platform: str, trouble: Trouble, *, over: bool) -> Explanation:
    n, nombre = number(trouble.observed), number(trouble.observed, 1)
    if over:
        return Explanation(
            en=f"The counters of {platform} are steady again; up to {n} totals jumped in one step.",
            fr=f"Les compteurs de {platform} sont redevenus réguliers ; jusqu'à {nombre} totaux ont sauté d'un coup.",
        )
    return Explanation(
        en=f"The counters of {platform} jump: {n} totals, most of those told of a measure, are orders of magnitude off"
        " what they were. That is no change of what people do.",
        fr=f"Les compteurs de {platform} font un saut : {nombre} totaux, la plupart de ceux d'une mesure, ont changé"
        " d'ordre de grandeur. Ce n'est pas un changement de ce que font les gens.",
    )


def _late_said(platform: str, trouble: Trouble, *, over: bool) -> Explanation:
    share, usual = (number(round(100 * value, 1)) for value in (trouble.observed, trouble.expected))
    part, habit = (number(round(100 * value, 1), 1) for value in (trouble.observed, trouble.expected))
    if over:
        return Explanation(
            en=f"What comes from {platform} is in time again; up to {share} % of an hour was late, usual are"
            f" {usual} %.",
            fr=f"Ce qui vient de {platform} arrive de nouveau à l'heure ; jusqu'à {part} % d'une heure était en retard,"
            f" contre {habit} % d'ordinaire.",
        )
    return Explanation(
        en=f"What comes from {platform} is late: {share} % of the last hour, usual are {usual} %. Its figures fall and"
        " rise with that.",
        fr=f"Ce qui vient de {platform} arrive en retard : {part} % de la dernière heure, contre {habit} % d'ordinaire."
        " Ses chiffres baissent et montent avec.",
    )
