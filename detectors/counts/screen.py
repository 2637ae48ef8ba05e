"""Which subjects of a tick deserve the decider's look: screened by an upper bound, then counted exactly."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.calm import drawn
from detectors.counts.draws import Draws
from detectors.counts.exposure import Span
from detectors.counts.looks import Looks, Models
from detectors.counts.order import Counts, has, once
from detectors.counts.past import LONG, SHORT, Past
from detectors.counts.slices import Slice
from detectors.counts.ticks import Calm, Candidate
from detectors.counts.window import Window
from detectors.subjects.kinds import KINDS, Keys, kind_codes
from detectors.trends.gamma_poisson import Floats, expected, tail

FREQUENT_SUBJECTS = 2048
"""Words whose past a tick publishes, once a window: what DECIDE needs to know which words are common."""

MAX_CANDIDATES = 1000
"""Candidates a tick names at most, most surprising first: a bound on the tick's size."""

MAX_COUNTED = 2 * MAX_CANDIDATES
"""Subjects with new posts that are counted exactly at most, those whose bound is most surprising: a bound on its time.

More surprise only while the past is short, and everything is new.
"""

_FEW = 1000
"""Up to so many subjects, the exact tail costs less than a rough one before it."""


class Told(NamedTuple):
    """What a tick names: subjects that surprise, or did lately; and some that do not, by lot."""

    candidates: tuple[Candidate, ...]
    calm: tuple[Calm, ...]


class Screen:
    """Finds the candidates of a tick, and follows them for a while.

    Args:
        draws: what the posts of the window drew: it is told of candidates, and screens nothing.
        models: what is believed of a subject never seen, over each window.
        min_voices, screen_p, evidence_posts: see config/settings.py.
        follow: buckets for which a subject that surprised is told again.
    """

    def __init__(
        self,
        window: Window,
        past: Past,
        draws: Draws,
        models: Models,
        *,
        min_voices: int,
        screen_p: float,
        follow: int,
        evidence_posts: int,
    ) -> None:
        self._window, self._past, self._draws, self._models = window, past, draws, models
        self._min_voices, self._screen_p = min_voices, screen_p
        self._follow_buckets, self._evidence_posts = follow, evidence_posts
        self.followed: dict[int, int] = {}
        """Subjects that surprised -> the last bucket for which they are told."""

    def told(self, bucket: int, brought: Sequence[Slice], short: Span, long: Span) -> Told:
        """Subjects with new posts that surprise in one of the windows, and those that did lately; some calm ones."""
        self.followed = {key: until for key, until in self.followed.items() if until >= bucket}
        several = self._several(brought)
        shapes = self._past.of(several) + self._models.prior_voices(several)
        spans = ((SHORT, short), (LONG, long))
        fresh = once(np.concatenate([self._screened(several, shapes, window, span) for window, span in spans]))
        followed = np.fromiter(sorted(self.followed), np.uint64, len(self.followed))
        lots = drawn(several, bucket)
        keys = once(np.concatenate([fresh, followed, lots.keys]))
        looks = Looks(keys, self._window, self._past, self._models, short, long)
        surprising = looks.surprising(self._min_voices, self._screen_p) & has(fresh, keys)
        told = np.flatnonzero(surprising | has(followed, keys))
        told = _first(told, looks.p[told], keys[told], MAX_CANDIDATES)
        again = keys[told[surprising[told]]]
        self.followed.update(dict.fromkeys(again.tolist(), bucket + self._follow_buckets))
        calm = looks.calm(lots, self._min_voices, self._evidence_posts)
        return Told(looks.candidates(told, self._screen_p, self._evidence_posts, self._draws), calm)

    def _several(self, brought: Sequence[Slice]) -> Keys:
        """Keys with new posts that may have enough voices in the long window."""
        many = [part.keys[self._past.bound(part.keys, LONG) >= self._min_voices] for part in brought]
        return once(np.concatenate(many)) if len(many) > 1 else many[0] if many else np.zeros(0, np.uint64)

    def _screened(self, keys: Keys, shapes: Floats, window: int, span: Span) -> Keys:
        """Those of the keys that would surprise if they had as many voices as the bound allows.

        Args:
            shapes: of the past before the long window. What the long one has before the short one is looked up only for
                those that surprise without it: the greater the past, the less does anything surprise.
        """
        bound = self._past.bound(keys, window)
        likely = np.flatnonzero(bound >= self._min_voices)
        if len(likely) > _FEW:
            likely = likely[shapes[likely] < self._calm(bound[likely], span)]
        keys, bound, shapes = keys[likely], bound[likely], shapes[likely]
        p = self._tail_of(bound.astype(np.float64), shapes, span)
        likely = np.flatnonzero(p < self._screen_p)
        if window == SHORT:
            shapes = shapes[likely] + self._window.before(keys[likely])
            p[likely] = self._tail_of(bound[likely].astype(np.float64), shapes, span)
            likely = likely[p[likely] < self._screen_p]
        return np.sort(_first(keys[likely], p[likely], keys[likely], MAX_COUNTED))

    def _calm(self, observed: Counts, span: Span) -> Floats:
        """A gamma shape (prior and past) at which so many voices do not surprise: nor do they at any greater.

        The tail grows with the shape and falls with the voices. So one bisection for each number of voices, rounded up
        where they are many, does for all subjects. Shapes: i8[n] -> f8[n]; infinite where none was found.
        """
        most = int(observed.max())
        steps = once(np.rint(np.append(np.arange(64), 64 * 1.1 ** np.arange(1 + np.log(max(most, 64)) * 11))))
        low, high = np.full(len(steps), 1e-3), np.full(len(steps), 1e7)
        for _ in range(16):
            middle = np.sqrt(low * high)
            calm = self._tail_of(steps, middle, span) > self._screen_p * (1 + 1e-9)
            low, high = np.where(calm, low, middle), np.where(calm, middle, high)
        high[self._tail_of(steps, high, span) <= self._screen_p] = np.inf
        calm_at: Floats = high[np.searchsorted(steps, observed)]
        return calm_at

    def _tail_of(self, observed: Floats, shapes: Floats, span: Span) -> Floats:
        return tail(observed, shapes, np.zeros(len(shapes)), span.prior, span.exposure, span.past_exposure)

    def frequent(self) -> dict[int, float]:
        """Pasts of the words that are used most."""
        known = [self._often_used(keys) for keys in self._window.known()]
        keys = once(np.concatenate(known)) if known else np.zeros(0, np.uint64)
        past = self._past.of(keys)
        top = np.lexsort((keys, -past))[:FREQUENT_SUBJECTS]
        return {int(keys[i]): round(float(past[i]), 6) for i in top.tolist()}

    def counted(self, ascending: Sequence[int], span: Span) -> tuple[Floats, Floats, Floats]:
        """Voices of n keys in the short window, those expected, and the shapes before they are capped: f8[n] each."""
        keys = np.array(ascending, np.uint64)
        shapes = self._models.prior_voices(keys) + self._past.of(keys) + self._window.before(keys)
        mean = expected(shapes, np.zeros(len(keys)), span.prior, span.exposure, span.past_exposure)
        return self._window.find(keys)[0].voices().astype(np.float64), mean, shapes

    def _often_used(self, keys: Keys) -> Keys:
        words = keys[kind_codes(keys) == KINDS.index("word")]
        often: Keys = words[self._past.of(words) > 1]
        return often


def _first(chosen: npt.NDArray[Any], p: Floats, keys: Keys, size: int) -> npt.NDArray[Any]:
    """The `size` most surprising, the keys decide between equals. Shapes: [n], f8[n], u8[n] -> [at most size]."""
    if len(p) > size:
        least = np.flatnonzero(p <= np.partition(p, size - 1)[size - 1])
        chosen, p, keys = chosen[least], p[least], keys[least]
    return chosen[np.lexsort((keys, p))][:size]
