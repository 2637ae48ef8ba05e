"""Which subjects of a tick deserve the decider's look: screened by an upper bound, then counted exactly."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.found import Found
from detectors.counts.order import Counts, Places, once
from detectors.counts.past import Past
from detectors.counts.people import people_of
from detectors.counts.samples import samples
from detectors.counts.slices import Slice
from detectors.counts.ticks import Candidate
from detectors.counts.window import Window
from detectors.subjects.kinds import KINDS, Keys, kind_codes
from detectors.trends.gamma_poisson import Floats, Prior, expected, surprise, tail

FREQUENT_SUBJECTS = 512
"""Words whose past a tick publishes, once a window: what DECIDE needs to know which words are common."""

MAX_CANDIDATES = 1000
"""Candidates a tick names at most, most surprising first: a bound on the tick's size."""

MAX_COUNTED = 2 * MAX_CANDIDATES
"""Subjects with new posts that are counted exactly at most, those whose bound is most surprising: a bound on its time.

More surprise only while the past is short, and everything is new.
"""

_FEW = 1000
"""Up to so many subjects, the exact tail costs less than a rough one before it."""


class Exposure(NamedTuple):
    """People in the window, and in the decayed past."""

    window: float
    past: float


class Screen:
    """Finds the candidates of a tick, and follows them for a while.

    Args:
        min_voices, screen_p, prior_words, prior_phrases, evidence_posts: see config/settings.py.
        follow: buckets for which a subject that surprised is told again.
    """

    def __init__(
        self,
        window: Window,
        past: Past,
        *,
        min_voices: int,
        screen_p: float,
        prior_words: float,
        prior_phrases: float,
        prior: Prior,
        follow: int,
        evidence_posts: int,
    ) -> None:
        self._window, self._past, self._prior = window, past, prior
        self._min_voices, self._screen_p = min_voices, screen_p
        self._prior_voices = np.array([prior_phrases if kind == "phrase" else prior_words for kind in KINDS])
        self._follow_buckets, self._evidence_posts = follow, evidence_posts
        self.followed: dict[int, int] = {}
        """Subjects that surprised -> the last bucket for which they are told."""

    def candidates(self, bucket: int, brought: Sequence[Slice], exposure: Exposure) -> tuple[Candidate, ...]:
        """Subjects with new posts that surprise, and those that did lately."""
        self.followed = {key: until for key, until in self.followed.items() if until >= bucket}
        fresh = self._screened(brought, exposure)
        followed = np.fromiter(sorted(self.followed), np.uint64, len(self.followed))
        keys = once(np.concatenate([fresh, followed]))
        found = self._window.find(keys)
        observed = found.voices()
        p = self._tail(keys, observed, exposure)
        surprising = (observed >= self._min_voices) & (p < self._screen_p) & np.isin(keys, fresh)
        told = np.flatnonzero(surprising | np.isin(keys, followed))
        told = _first(told, p[told], keys[told], MAX_CANDIDATES)
        again = keys[told[surprising[told]]]
        self.followed.update(dict.fromkeys(again.tolist(), bucket + self._follow_buckets))
        return self._described(keys, told, observed, p, found, exposure)

    def _screened(self, brought: Sequence[Slice], exposure: Exposure) -> Keys:
        """Keys with new posts that would surprise if they had as many voices as the bound allows."""
        many = [part.keys[self._past.bound(part.keys) >= self._min_voices] for part in brought]
        keys = once(np.concatenate(many)) if len(many) > 1 else many[0] if many else np.zeros(0, np.uint64)
        bound = self._past.bound(keys)
        if len(keys) > _FEW:
            rough = self._shapes(keys) < self._calm(bound, exposure)
            keys, bound = keys[rough], bound[rough]
        p = self._tail(keys, bound, exposure)
        likely = np.flatnonzero(p < self._screen_p)
        return np.sort(_first(keys[likely], p[likely], keys[likely], MAX_COUNTED))

    def _calm(self, observed: Counts, exposure: Exposure) -> Floats:
        """A gamma shape (prior and past) at which so many voices do not surprise: nor do they at any greater.

        The tail grows with the shape and falls with the voices. So one bisection for each number of voices, rounded up
        where they are many, does for all subjects. Shapes: i8[n] -> f8[n]; infinite where none was found.
        """
        most = int(observed.max())
        steps = once(np.rint(np.append(np.arange(64), 64 * 1.1 ** np.arange(1 + np.log(max(most, 64)) * 11))))
        low, high = np.full(len(steps), 1e-3), np.full(len(steps), 1e7)
        for _ in range(16):
            middle = np.sqrt(low * high)
            calm = self._tail_of(steps, middle, exposure) > self._screen_p * (1 + 1e-9)
            low, high = np.where(calm, low, middle), np.where(calm, middle, high)
        high[self._tail_of(steps, high, exposure) <= self._screen_p] = np.inf
        calm_at: Floats = high[np.searchsorted(steps, observed)]
        return calm_at

    def _shapes(self, keys: Keys) -> Floats:
        shapes: Floats = self._past.of(keys) + self._prior_voices[kind_codes(keys)]
        return shapes

    def _tail(self, keys: Keys, observed: Counts, exposure: Exposure) -> Floats:
        past, a0 = self._past.of(keys), self._prior_voices[kind_codes(keys)]
        return tail(observed.astype(np.float64), past, a0, self._prior, exposure.window, exposure.past)

    def _tail_of(self, observed: Floats, shapes: Floats, exposure: Exposure) -> Floats:
        return tail(observed, shapes, np.zeros(len(shapes)), self._prior, exposure.window, exposure.past)

    def _described(
        self, keys: Keys, told: Places, observed: Counts, p: Floats, found: Found, exposure: Exposure
    ) -> tuple[Candidate, ...]:
        past = self._past.of(keys[told])
        a0 = self._prior_voices[kind_codes(keys[told])]
        mean = expected(past, a0, self._prior, exposure.window, exposure.past)
        columns = (keys[told], observed[told], mean, surprise(p[told]), past, found.totals()[told])
        posts, crowds = samples(found, told, self._evidence_posts), people_of(found, told)
        return tuple(
            Candidate(k, n, round(e, 6), s, round(b, 6), sample, total, people)
            for k, n, e, s, b, total, sample, people in zip(
                *(column.tolist() for column in columns), posts, crowds, strict=True
            )
        )

    def frequent(self) -> dict[int, float]:
        """Pasts of the words that are used most."""
        known = [self._often_used(keys) for keys in self._window.known()]
        keys = once(np.concatenate(known)) if known else np.zeros(0, np.uint64)
        past = self._past.of(keys)
        top = np.lexsort((keys, -past))[:FREQUENT_SUBJECTS]
        return {int(keys[i]): round(float(past[i]), 6) for i in top.tolist()}

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
