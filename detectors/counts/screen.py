"""Which subjects of a tick deserve the decider's look: screened by an upper bound, then counted exactly."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.past import Past
from detectors.counts.ticks import Candidate, PostRef
from detectors.counts.window import Counts, Found, Slice, Window, voices
from detectors.subjects.kinds import KINDS, Keys, kind_codes
from detectors.trends.gamma_poisson import Floats, Prior, expected, surprise, tail

FREQUENT_SUBJECTS = 512
"""Words whose past a tick publishes, once a window: what DECIDE needs to know which words are common."""

MAX_CANDIDATES = 1000
"""Candidates a tick names at most, most surprising first: a bound on the tick's size."""


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
        new_keys = [part.columns.keys for part in brought]
        fresh = np.unique(np.concatenate(new_keys)) if new_keys else np.zeros(0, np.uint64)
        bound = self._past.bound(fresh)
        fresh, bound = fresh[bound >= self._min_voices], bound[bound >= self._min_voices]
        fresh = fresh[self._tail(fresh, bound.astype(np.float64), exposure) < self._screen_p]
        followed = np.fromiter(sorted(self.followed), np.uint64, len(self.followed))
        keys = np.union1d(fresh, followed)
        found = self._window.find(keys)
        observed = voices(found.place, found.posts, len(keys))
        p = self._tail(keys, observed.astype(np.float64), exposure)
        surprising = (observed >= self._min_voices) & (p < self._screen_p) & np.isin(keys, fresh)
        self._follow(bucket, keys[surprising])
        told = np.flatnonzero(surprising | np.isin(keys, followed))
        told = told[np.lexsort((keys[told], p[told]))][:MAX_CANDIDATES]
        return self._described(keys, told, observed, p, found, exposure)

    def _tail(self, keys: Keys, observed: Floats, exposure: Exposure) -> Floats:
        past, a0 = self._past.of(keys), self._prior_voices[kind_codes(keys)]
        return tail(observed, past, a0, self._prior, exposure.window, exposure.past)

    def _follow(self, bucket: int, keys: Keys) -> None:
        until = bucket + self._follow_buckets
        self.followed.update(dict.fromkeys(keys.tolist(), until))

    def _described(
        self, keys: Keys, told: npt.NDArray[np.intp], observed: Counts, p: Floats, found: Found, exposure: Exposure
    ) -> tuple[Candidate, ...]:
        past = self._past.of(keys)
        mean = expected(past, self._prior_voices[kind_codes(keys)], self._prior, exposure.window, exposure.past)
        decades = surprise(p)
        totals = np.bincount(found.place, minlength=len(keys))
        samples = _samples(found, self._evidence_posts)
        return tuple(
            Candidate(
                key=int(keys[i]),
                observed=int(observed[i]),
                expected=round(float(mean[i]), 6),
                surprise=float(decades[i]),
                past=round(float(past[i]), 6),
                posts=samples.get(int(i), ()),
                total=int(totals[i]),
            )
            for i in told.tolist()
        )

    def frequent(self) -> dict[int, float]:
        """Pasts of the words that are used most."""
        keys = self._window.keys()
        keys = keys[kind_codes(keys) == KINDS.index("word")]
        past = self._past.of(keys)
        top = np.lexsort((keys, -past))[:FREQUENT_SUBJECTS]
        return {int(keys[i]): round(float(past[i]), 6) for i in top.tolist() if past[i] > 1}


def _samples(found: Found, size: int) -> dict[int, tuple[PostRef, ...]]:
    """Up to `size` posts of each key, those with the smallest hashed ids: subjects that share posts share samples."""
    order = np.lexsort((found.posts["post_id"], found.place))
    samples: dict[int, list[PostRef]] = {}
    for i in order.tolist():
        sample = samples.setdefault(int(found.place[i]), [])
        if len(sample) < size and (not sample or sample[-1].post_id != found.posts["post_id"][i]):
            post = found.posts[i]
            sample.append(PostRef(int(found.source[i]), int(post["offset"]), int(post["post_id"]), int(post["author"])))
    return {place: tuple(sample) for place, sample in samples.items()}
