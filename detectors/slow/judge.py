"""DECIDE, slow trends: which are told, once each, until they are over or have become usual. It sends nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.dispersion import Dispersion
from detectors.counts.ticks import Candidate, Hour, PostRef
from detectors.model.alerts import Alert
from detectors.performance.share import FalseShare
from detectors.slow.alert import Over, Writer
from detectors.slow.week import DAY_H, WEEK_H, Looks, Week
from detectors.trends.gamma_poisson import calm_limit
from detectors.trends.grouping import groups_of
from detectors.trends.trend import Texts

WINDOWS = (DAY_H, WEEK_H)

PART = 0.1
"""Of the user's share of false trends, each of the windows may use this part: slow trends add little to the others."""

CALM_H = 6
"""Hours in a row, no more than would be no news, after which one is over."""

MOST_LOOKED = 300
"""Subjects of an hour that may make new slow trends, most surprising first: grouping costs the square of them."""

MEMORY = 0.5 ** (1 / 28)
"""Weight of what a day taught about how much days differ, a day later: half after four weeks."""

Told = Callable[[int], bool]
"""Whether a subject belongs to a trend that is open or was told lately."""


class Open(msgspec.Struct, array_like=True):
    """A slow trend that was told: its alert, its window in hours, its leader and all subjects, calm hours in a row."""

    alert: Alert
    hours: int
    leader: int
    keys: list[int]
    calm: int = 0


class Found(NamedTuple):
    """A group of subjects that is worth telling, over a window."""

    hours: int
    group: tuple[Candidate, ...]
    exposure: float


class Weighing(NamedTuple):
    """What one hour brings: groups worth telling, surest first, and slow trends that are over, with their figures."""

    found: tuple[Found, ...] = ()
    over: tuple[tuple[str, Over | None], ...] = ()


class SlowState(msgspec.Struct, frozen=True, array_like=True):
    """All but the week and the shares; `lately` is (key, hour), by key."""

    open: list[Open]
    lately: list[tuple[int, int]]
    dispersion: list[float]


_read_state = msgspec.msgpack.Decoder(SlowState).decode


class SlowJudge:
    """Tells of slow trends.

    Args:
        bucket_s: seconds. false_share: of the user. surprising: decades from which one is looked at.
        r_max: the greatest cap of the shape; how much days differ is learned below it.
    """

    def __init__(
        self, week: Week, writer: Writer, *, bucket_s: float, false_share: float, surprising: float, r_max: float
    ) -> None:
        self._week, self._writer, self._surprising = week, writer, surprising
        self._shares = {hours: FalseShare(PART * false_share, bucket_s=bucket_s) for hours in WINDOWS}
        self._dispersion = Dispersion(r_max=r_max, fade=MEMORY)
        self._open: dict[str, Open] = {}
        self._lately: dict[int, int] = {}
        self.tally: Counter[str] = Counter()
        """Groups held back, by reason."""

    def weigh(self, bucket: int, told: Sequence[Hour], in_trend: Told, *, warm: bool) -> Weighing:
        """Take what all partitions say of the hour that ends with a bucket, in order; without any, nothing happens."""
        if not told:
            return Weighing()
        self._week.take(told)
        self._mark(in_trend)
        looks = {hours: self._week.look(hours, self._dispersion.cap) for hours in WINDOWS}
        over = self._over(looks)
        posts = {s.key: s.posts for part in told for s in part.subjects if s.posts}
        found: list[Found] = []
        for hours, look in looks.items():
            self._shares[hours].compared(bucket, int(look.judged.sum()))
            found += [Found(hours, tuple(group), look.exposure) for group in self._believed(hours, look, posts)]
        self._learn(looks[DAY_H])
        if not warm:
            self.tally["warming_up"] += len(found)
            found = []
        return Weighing(tuple(found), over)

    def refs(self, weighing: Weighing) -> Iterator[PostRef]:
        """The posts that must be read to tell."""
        yield from (ref for found in weighing.found for c in found.group for ref in c.posts)

    def tell(self, bucket: int, weighing: Weighing, texts: Texts) -> list[Alert]:
        """The news of an hour."""
        alerts = []
        for trend_id, now in weighing.over:
            alerts.append(self._writer.resolved(bucket, self._open.pop(trend_id).alert, now))
        for hours, group, exposure in weighing.found:
            if self._joined(group):  # told a moment ago, by the other window
                continue
            over = Over(hours, group[0].observed, group[0].expected, exposure)
            written = self._writer.fired(bucket, group, over, texts)
            if written is None:
                self.tally["unread"] += 1
                continue
            leader, alert = written
            self._shares[hours].told(1)
            self._open[alert.trend_id] = Open(alert, hours, leader, sorted(c.key for c in group))
            alerts.append(alert)
        return alerts

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        state = SlowState(list(self._open.values()), sorted(self._lately.items()), self._dispersion.snapshot())
        shares = {f"share-{hours}": share.snapshot() for hours, share in self._shares.items()}
        return {"week": self._week.snapshot(), "state": msgspec.msgpack.encode(state), **shares}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = _read_state(parts["state"])
        self._week.restore(parts["week"])
        self._open = {told.alert.trend_id: told for told in state.open}
        self._lately = dict(state.lately)
        self._dispersion.restore(state.dispersion)
        for hours, share in self._shares.items():
            share.restore(parts[f"share-{hours}"])

    def _mark(self, in_trend: Told) -> None:
        """Remember when each followed subject was last in a trend, fast or slow: for a window, that is no news."""
        hour, followed = self._hour, dict.fromkeys(self._week.keys.tolist())
        for told in self._open.values():
            told.keys = [key for key in told.keys if key in followed]
        mine = {key for told in self._open.values() for key in told.keys}
        lately = {key: hour if key in mine or in_trend(key) else self._lately.get(key) for key in followed}
        self._lately = {key: at for key, at in lately.items() if at is not None and hour - at < WEEK_H}

    def _over(self, looks: Mapping[int, Looks]) -> tuple[tuple[str, Over | None], ...]:
        """Count the calm hours of what is open -> what ends."""
        over: list[tuple[str, Over | None]] = []
        for trend_id, told in self._open.items():
            row, look = self._week.row(told.leader), looks[told.hours]
            if row is None:
                over.append((trend_id, None))
                continue
            limit = calm_limit(look.expected[[row]], look.shape[[row]])[0]
            told.calm = told.calm + 1 if look.observed[row] <= limit else 0
            if told.calm >= CALM_H:
                now = Over(told.hours, float(look.observed[row]), float(look.expected[row]), look.exposure)
                over.append((trend_id, now))
        return tuple(over)

    def _believed(self, hours: int, look: Looks, posts: Mapping[int, tuple[PostRef, ...]]) -> list[list[Candidate]]:
        """New slow trends: as many as the share of false ones allows."""
        new = [
            g for g in groups_of(self._surprising_of(look, posts)) if not self._joined(g) and not self._old(g, hours)
        ]
        return new[: self._shares[hours].passing([group[0].surprise for group in new])]

    def _surprising_of(self, look: Looks, posts: Mapping[int, tuple[PostRef, ...]]) -> list[Candidate]:
        """What may be new, or joins what is told: whoever has posts to show."""
        at = np.flatnonzero(look.judged & (look.surprise >= self._surprising))
        at = at[np.lexsort((self._week.keys[at], -look.surprise[at]))]
        keys = ((i, int(self._week.keys[i])) for i in at.tolist())
        return [
            Candidate(
                key=key,
                observed=int(look.observed[i]),
                expected=round(float(look.expected[i]), 6),
                surprise=float(look.surprise[i]),
                past=0.0,
                posts=posts[key],
                total=len(posts[key]),
                shape=round(float(look.shape[i]), 6),
            )
            for i, key in keys
            if key in posts
        ][:MOST_LOOKED]

    def _joined(self, group: Sequence[Candidate]) -> bool:
        """Whether it is about an open slow trend: it becomes part of it."""
        keys = {c.key for c in group}
        told = next((told for told in self._open.values() if not keys.isdisjoint(told.keys)), None)
        if told is not None:
            told.keys = sorted(keys.union(told.keys))
        return told is not None

    def _old(self, group: Sequence[Candidate], hours: int) -> bool:
        """Whether it is about what was in a trend within the window: all of it was, from now on."""
        at = max((self._lately[c.key] for c in group if c.key in self._lately), default=None)
        if at is None or self._hour - at >= hours:
            return False
        self._lately.update((c.key, max(at, self._lately.get(c.key, at))) for c in group)
        return True

    def _learn(self, look: Looks) -> None:
        """Once a day: how much days differ."""
        if self._hour % DAY_H == DAY_H - 1:
            judged = look.judged
            self._dispersion.learn(look.observed[judged], look.expected[judged], self._week.shapes()[judged])

    @property
    def _hour(self) -> int:
        return self._week.hour or 0
