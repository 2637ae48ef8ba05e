"""Eight days of hourly voices of the followed subjects, and how surprising their last day or week is.

It does not say which surprises are told: that is `judge.py`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.looks import Models
from detectors.counts.order import has
from detectors.counts.slices import Bools
from detectors.counts.ticks import Hour
from detectors.subjects.kinds import Keys
from detectors.trends.gamma_poisson import Floats, surprise, tail_of

DAY_H, WEEK_H = 24, 168

KEPT_H = WEEK_H + DAY_H
"""Hours that are kept one by one: the last day, and the same day of the week before."""

BURST_H = 6
"""What surprises only by its best hours, so many in a row, is a burst: the windows of `trends` are for that."""

_Column = npt.NDArray[np.int64]


class Looks(NamedTuple):
    """All subjects over one window. Shapes: f8[n] each but `judged`, bool[n].

    Attributes:
        observed, expected: voice-hours.
        shape: of the negative binomial that `expected` is the mean of.
        surprise: -log10 P(at least as many outside the best hours), rounded.
        judged: whether enough was before: as many people as in the window.
        exposure: people of the window's hours added up, of all subjects.
    """

    observed: Floats
    expected: Floats
    shape: Floats
    surprise: Floats
    judged: Bools
    exposure: float


class WeekState(msgspec.Struct, frozen=True, array_like=True):
    """Keys u8[n], counts i4[n, KEPT_H], since i8[n], past and its exposure f8[n], people of the hours f8[KEPT_H]."""

    hour: int | None
    keys: bytes
    counts: bytes
    since: bytes
    past: bytes
    past_exposure: bytes
    people: bytes


_read_state = msgspec.msgpack.Decoder(WeekState).decode


class Week:
    """A bank of subjects; whoever is not told any more is forgotten. Score first: `look` is about what was taken.

    What leaves the eight days is a decayed past, half of it after a week. Of a subject that is followed only now, the
    past that COUNT knows of it comes before the hours that are known here; it is no less than the truth. An hour that
    nobody told has neither voices nor people, and so says nothing.

    Args:
        models: what is believed of a subject never seen. prior_exposure_h: hours that it stands for. > 0.
    State: 800 bytes a subject. Source: gamma_poisson.py.
    """

    def __init__(self, models: Models, prior_exposure_h: float) -> None:
        self._models, self._prior_exposure_h = models, prior_exposure_h
        self.hour: int | None = None
        self.keys: Keys = np.zeros(0, np.uint64)
        self._counts: npt.NDArray[np.int32] = np.zeros((0, KEPT_H), np.int32)
        self._since: _Column = np.zeros(0, np.int64)
        self._past: Floats = np.zeros(0)
        self._past_exposure: Floats = np.zeros(0)
        self._people: Floats = np.zeros(KEPT_H)

    def row(self, key: int) -> int | None:
        """Where a subject stands; None: it is not followed."""
        at = int(np.searchsorted(self.keys, np.uint64(key)))
        return at if at < len(self.keys) and int(self.keys[at]) == key else None

    def take(self, told: Sequence[Hour]) -> None:
        """Take an hour, as all partitions tell it: at least one does, and later than the last one."""
        hour = told[0].hour
        self._pass(hour)
        rows = sorted(((s, part.past_exposure) for part in told for s in part.subjects), key=lambda row: row[0].key)
        keys = np.array([s.key for s, _ in rows], np.uint64)
        known = has(self.keys, keys) & np.array([s.before is None for s, _ in rows], np.bool_)
        at = np.searchsorted(self.keys, keys[known])
        counts, since = np.zeros((len(keys), KEPT_H), np.int32), np.full(len(keys), hour)
        past = np.array([s.before or 0.0 for s, _ in rows], np.float64)
        past_exposure = np.array([0.0 if s.before is None else people for s, people in rows], np.float64)
        counts[known], since[known] = self._counts[at], self._since[at]
        past[known], past_exposure[known] = self._past[at], self._past_exposure[at]
        counts[:, -1] = [s.voices for s, _ in rows]
        self._people[-1] = max(part.exposure for part in told)
        self.keys, self._counts, self._since, self._past, self._past_exposure = keys, counts, since, past, past_exposure

    def look(self, window: int, cap: float) -> Looks:
        """The last so many hours against what was before, and against the same hours of the week before if kept.

        Args:
            window: hours. BURST_H < window <= KEPT_H.
            cap: of the shape; see Prior.
        """
        start = KEPT_H - window
        people = np.append(0.0, np.cumsum(self._people))
        exposure = max(float(people[-1] - people[start]), 1.0)
        first = np.minimum(self._first(), start)
        before, before_exposure = self._past + self._counts[:, :start].sum(axis=1), people[start] - people[first]
        before_exposure = before_exposure + self._past_exposure
        shapes = self._models.prior_voices(self.keys) + before
        mean = shapes * exposure / (self._prior_exposure_h / window * exposure + before_exposure)
        if start >= WEEK_H:
            mean = np.maximum(mean, self._week_before(window, people, exposure))
        recent = self._counts[:, start:]
        observed = recent.sum(axis=1).astype(np.float64)
        shape = np.minimum(shapes, cap)
        rest, share = _without_best(recent, self._people[start:])
        p = tail_of(observed - rest, mean * np.maximum(share, 1 / window), shape)
        return Looks(observed, mean, shape, surprise(p), before_exposure >= exposure, exposure)

    def shapes(self) -> Floats:
        """Voices before the last day, the prior's among them: the shapes before they are capped. Shapes: f8[n]."""
        before: Floats = self._past + self._counts[:, : KEPT_H - DAY_H].sum(axis=1)
        return self._models.prior_voices(self.keys) + before

    def snapshot(self) -> bytes:
        """All it remembers."""
        columns = (self.keys, self._counts, self._since, self._past, self._past_exposure, self._people)
        return msgspec.msgpack.encode(WeekState(self.hour, *(column.tobytes() for column in columns)))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        self.hour, self.keys = state.hour, np.frombuffer(state.keys, np.uint64)
        self._counts = np.frombuffer(state.counts, np.int32).reshape(-1, KEPT_H)
        self._since = np.frombuffer(state.since, np.int64)
        self._past, self._past_exposure = np.frombuffer(state.past), np.frombuffer(state.past_exposure)
        self._people = np.frombuffer(state.people).copy()

    def _first(self) -> _Column:
        """The first column in which each subject is known. Shapes: i8[n]."""
        return np.clip(self._since - ((self.hour or 0) - KEPT_H + 1), 0, KEPT_H)

    def _pass(self, hour: int) -> None:
        """Time passes: what leaves the eight days becomes past."""
        hours = KEPT_H if self.hour is None else hour - self.hour
        gone = min(hours, KEPT_H)
        people = np.append(0.0, np.cumsum(self._people))
        fade = 0.5 ** (hours / WEEK_H)
        known = people[gone] - people[np.minimum(self._first(), gone)]
        self._past = self._past * fade + self._counts[:, :gone].sum(axis=1)
        self._past_exposure = self._past_exposure * fade + known
        empty = np.zeros((len(self.keys), gone), np.int32)
        self._counts = np.concatenate([self._counts[:, gone:], empty], axis=1)
        self._people = np.concatenate([self._people[gone:], np.zeros(gone)])
        self.hour = hour

    def _week_before(self, window: int, people: Floats, exposure: float) -> Floats:
        """What the same hours of the week before lead to expect; 0 of whom they are not known of."""
        start = KEPT_H - WEEK_H - window
        then = float(people[start + window] - people[start])
        if then < exposure / 2:  # an outage
            return np.zeros(len(self.keys))
        voices = self._counts[:, start : start + window].sum(axis=1)
        return np.where(self._first() <= start, voices * exposure / then, 0.0)


def _without_best(counts: npt.NDArray[np.int32], people: Floats) -> tuple[Floats, Floats]:
    """Voice-hours of each subject's best hours, and the share of people outside of them. Shapes: i4[n, h], f8[h]."""
    sums = np.cumsum(counts, axis=1, dtype=np.int64)
    runs = sums[:, BURST_H - 1 :].copy()
    runs[:, 1:] -= sums[:, :-BURST_H]
    best = runs.argmax(axis=1)
    whole = np.append(0.0, np.cumsum(people))
    share = 1 - (whole[best + BURST_H] - whole[best]) / max(float(whole[-1]), 1.0)
    return runs[np.arange(len(runs)), best].astype(np.float64), share
