"""All declared series, tick by tick: what is worth an alert, once. Sends nothing and reads no clock."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.bank import BankState, SeriesBank
from detectors.anomalies.episode import EpisodeState
from detectors.anomalies.findings import grouped, odd
from detectors.anomalies.holding import NO_DOUBTS, Holding, HoldingState
from detectors.anomalies.ledger import Ledger
from detectors.anomalies.models import VERSIONS
from detectors.anomalies.promise import threshold
from detectors.anomalies.series import Series
from detectors.anomalies.shape import LOOKS_S
from detectors.anomalies.shapes import ShapesState, ShapeWatch
from detectors.anomalies.silence import SilenceWatch, WatchState
from detectors.errors import DetectorError

GAP_S = 3600.0
"""Ticks that are missing for longer say nothing about the figures in between: everything warms up again."""


class JudgeState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a judge remembers, and the versions of the libraries that its models belong to."""

    versions: dict[str, str]
    end_at: float | None
    bank: BankState
    silence: WatchState
    holding: HoldingState
    open: tuple[EpisodeState, ...]
    doubts: dict[str, str]
    shapes: ShapesState


_read_state = msgspec.msgpack.Decoder(JudgeState).decode


class SeriesJudge:
    """Judges every series of a tick and keeps the episodes.

    False alerts: m series and platforms are each tested once a tick, with a p that already pays for its several
    sums. An alert takes one p below f * bucket_s / (86,400 s * m); by linearity of the expectation, however the
    series depend on each other, calm data then bring at most f alerts a day, and a tenth of that of shapes. A change
    must also matter: `min_change` and `min_share` only ever take alerts away.

    A tick in order: look at all; find silent platforms; hold back the falls these explain; group the rest
    (`findings.py`); open, continue and close episodes; learn; do the same with shapes (`shapes.py`). What a silence
    explains is not learned: a missing figure is not a zero.

    Args:
        bucket_s: width of a bucket in seconds. >= 1.
        false_alerts_per_day: how many alerts a day calm data may bring, over all series. > 0.
        warm_up_buckets: buckets a series is learned for before it is judged. >= 1.
        silence_buckets: empty buckets in a row that make a silence. >= 1.
        calm_buckets: ordinary buckets in a row that end an episode. >= 1.
        min_change: least difference to the expected sum, in the measure's unit. >= 0.
        min_share: least difference as a share of the expected sum. >= 0.
        max_series: more than this are not tracked, only counted. >= 1.

    Raises: DetectorError for an impossible argument, or a tick that does not come after the last.
    """

    def __init__(
        self,
        *,
        bucket_s: float,
        false_alerts_per_day: float = 1.0,
        warm_up_buckets: int = 144,
        silence_buckets: int = 3,
        calm_buckets: int = 6,
        min_change: float = 10.0,
        min_share: float = 0.2,
        max_series: int = 2000,
    ) -> None:
        for name, value, least in (
            ("bucket_s", bucket_s, 1.0),
            ("false_alerts_per_day", false_alerts_per_day, 1e-9),
            ("warm_up_buckets", warm_up_buckets, 1),
            ("silence_buckets", silence_buckets, 1),
            ("calm_buckets", calm_buckets, 1),
            ("min_change", min_change, 0.0),
            ("min_share", min_share, 0.0),
            ("max_series", max_series, 1),
        ):
            if not value >= least:
                raise DetectorError(f"{name} = {value} must be >= {least}")
        self._bucket_s = bucket_s
        self.false_alerts_per_day = false_alerts_per_day
        self._min_change = min_change
        self._min_share = min_share
        self._bank = SeriesBank(bucket_s=bucket_s, warm_up_buckets=warm_up_buckets, max_series=max_series)
        self._silence = SilenceWatch(buckets=silence_buckets, bucket_s=bucket_s)
        self._holding = Holding()
        self._ledger = Ledger(bucket_s=bucket_s, calm_buckets=calm_buckets)
        self._shapes = ShapeWatch(
            false_alerts_per_day=false_alerts_per_day,
            min_change=min_change,
            min_share=min_share,
        )
        self._doubts: dict[str, str] = {}
        self._end_at: float | None = None
        self.cold: str | None = None
        """Why the models were not restored with the rest, until they learn again."""

    def step(
        self,
        end_at: float,
        values: Mapping[Series, int],
        late: Mapping[str, int] = MappingProxyType({}),
        doubts: Mapping[str, str] = NO_DOUBTS,
    ) -> tuple[Anomaly, ...]:
        """Judge the bucket that ended at `end_at`, then learn it.

        Args:
            end_at: end of the bucket, epoch seconds, later than the last one.
            values: sum of every series in it; a known series that is absent had 0, a negative sum counts as 0.
            late: scope of a platform -> what of the sums of its series is of an earlier bucket.
            doubts: scope of a platform whose series say nothing just now -> why.
        """
        end_at = float(end_at)  # ids are made of how it is written, and a snapshot knows floats only
        news = self._gap(end_at)
        self._end_at = end_at
        if any(why == "jump" and scope not in doubts for scope, why in self._doubts.items()):
            self._bank.renew(self._holding.series)  # counted in another way, they never come back to what they were
        self._doubts = dict(doubts)
        looks = self._bank.look(end_at - 0.5 * self._bucket_s, values)
        limit = self.threshold
        silences = self._silence.step(looks, self._bank.detectors, limit, late)
        verdicts = {series: look.verdict for series, look in looks.items() if look.verdict is not None}
        findings = odd(verdicts, min_change=self._min_change, min_share=self._min_share)
        free = self._holding.sift(findings, silences, looks, limit, doubts)
        news += self._ledger.silences(silences, end_at)
        news += self._ledger.groups(grouped(free, verdicts), end_at, limit)
        frozen = self._holding.series | {s for silence in silences.values() if silence.certain for s in silence.series}
        news += self._ledger.close({s: self._bank.describe(s) for s in self._ledger.leads()}, frozen, end_at)
        self._ledger.settle(self._bank.learn(frozen))
        self._bank.forget_shapes({*doubts, *(scope for scope, silence in silences.items() if silence.certain)})
        if end_at % LOOKS_S == 0:
            news += self._shapes.step(end_at, self._bank.shapes, self._ledger.series, tracked=self.tracked)
        return tuple(news)

    @property
    def threshold(self) -> float:
        """Decades of surprise an alert takes now."""
        platforms = {series.scope for series in self._bank.detectors if series.dimension == "platform"}
        tests = self.tracked + len(platforms)
        return threshold(self.false_alerts_per_day, tests=tests, every_s=self._bucket_s)

    @property
    def tracked(self) -> int:
        """Series that have a detector."""
        return len(self._bank.detectors)

    @property
    def excess(self) -> int:
        """Series of the last tick that found no room."""
        return self._bank.excess

    @property
    def warming_up(self) -> int:
        """Series that are not judged yet."""
        return self._bank.warming_up

    @property
    def warm_at(self) -> float | None:
        """When the last of them will be, if ticks go on; None before the first tick."""
        return None if self._end_at is None else self._end_at + self._bank.points_to_go * self._bucket_s

    @property
    def held(self) -> dict[str, int]:
        """How often a series' anomaly was held back, by reason."""
        return dict(self._holding.counts)

    @property
    def silent(self) -> set[str]:
        """Scopes of the platforms whose silence is told."""
        return self._ledger.silent

    def scores(self) -> dict[Series, float | None]:
        """Surprise of every series at the last tick; None while warming up."""
        return {s: None if look.verdict is None else look.verdict.surprise for s, look in self._bank.looks.items()}

    def values(self) -> dict[Series, float]:
        """Sum of every series in the bucket of the last tick."""
        return {series: look.observed for series, look in self._bank.looks.items()}

    def snapshot(self) -> bytes:
        """All it remembers."""
        state = JudgeState(
            versions=VERSIONS,
            end_at=self._end_at,
            bank=self._bank.snapshot(),
            silence=self._silence.snapshot(),
            holding=self._holding.snapshot(),
            open=self._ledger.snapshot(),
            doubts=self._doubts,
            shapes=self._shapes.snapshot(),
        )
        return msgspec.msgpack.encode(state)

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot.

        A model's inside means something to its own version only: with others, every series warms up again, as after a
        hole in the ticks, and `cold` says so.
        """
        state = _read_state(value)
        changed = [f"{name} {old} -> {VERSIONS[name]}" for name, old in state.versions.items() if old != VERSIONS[name]]
        self.cold = ", ".join(changed) or None
        self._end_at = state.end_at
        self._bank.restore(state.bank, cold=bool(changed))
        self._silence.restore(state.silence)
        self._holding.restore(state.holding)
        self._ledger.restore(state.open)
        self._shapes.restore(state.shapes)
        self._doubts = dict(state.doubts)

    def _gap(self, end_at: float) -> list[Anomaly]:
        """Start anew after a hole in the ticks; close what was open."""
        if self._end_at is None:
            return []
        if end_at <= self._end_at:
            raise DetectorError(f"end_at = {end_at} must be after the last tick, {self._end_at}")
        if end_at - self._end_at <= GAP_S + self._bucket_s and not self.cold:
            return []
        self.cold = None
        news = self._ledger.close({s: self._bank.describe(s) for s in self._ledger.leads()}, (), end_at, gap=True)
        news += self._shapes.close(end_at)
        self._silence.forget()
        self._bank.restart()
        return news
