"""COUNT: the runs of all sources for one share of the subjects in, a tick for each complete bucket out."""

import itertools
from collections import Counter, deque
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.gathering import Bucket, Gathering
from detectors.counts.past import Past
from detectors.counts.runs import Run, columns_of
from detectors.counts.ticks import Candidate, PostRef, Tick
from detectors.counts.window import Counts, Found, Slice, Window, voices
from detectors.subjects.kinds import KINDS, Keys, kind_codes
from detectors.trends.gamma_poisson import Floats, Prior, expected, surprise, tail

FREQUENT_SUBJECTS = 512
"""Words whose past a tick publishes, once a window: what DECIDE needs to know which words are common."""

MAX_CANDIDATES = 1000
"""Candidates a tick names at most, most surprising first: a bound on the tick's size."""

SKIP_AFTER_S = 86_400.0
"""After this long without a post in the window, in seconds, buckets without any run are left out."""


class CountSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    bucket_s: float
    window_s: float
    half_life_s: float
    min_voices: int
    screen_p: float
    prior_words: float
    prior_phrases: float
    prior_exposure: float
    r_max: float
    cell_bits: int
    evidence_posts: int
    follow_s: float


class CountStage:
    """Window, past and series of one COUNT partition.

    Args:
        partition, partitions: which share of the subjects, of how many.
    """

    def __init__(self, *, partition: int, partitions: int, settings: CountSettings) -> None:
        s = settings
        self._partition, self._partitions, self._settings = partition, partitions, s
        self._buckets = round(s.window_s / s.bucket_s)
        self._decay = 0.5 ** (s.bucket_s / s.half_life_s)
        self._prior = Prior(exposure=s.prior_exposure, r_max=s.r_max)
        self._prior_voices = np.array([s.prior_phrases if kind == "phrase" else s.prior_words for kind in KINDS])
        self._gathering = Gathering(partitions=partitions, window=self._buckets)
        self._window = Window(self._buckets)
        self._past = Past(s.cell_bits)
        self._exposures: deque[tuple[int, int]] = deque()
        self._past_exposure = 0.0
        self._followed: dict[int, int] = {}
        self._empty = 0
        self._tracked = 0

    @property
    def tally(self) -> Counter[str]:
        """Runs by what became of them: used, repeated, gap."""
        return self._gathering.tally

    def step(self, run: Run) -> list[Tick]:
        """Take a run; say what each bucket holds that it completes."""
        self._gathering.add(run)
        ticks: list[Tick] = []
        while (bucket := self._gathering.complete(skip=self._silent)) is not None:
            self._let_pass(bucket.skipped)
            ticks.append(self._tick(bucket))
            self._empty = 0 if len(self._window) else self._empty + 1
        return ticks

    @property
    def _silent(self) -> bool:
        return self._empty * self._settings.bucket_s > SKIP_AFTER_S

    def _let_pass(self, buckets: int) -> None:
        self._past.decay(self._decay**buckets)
        self._past_exposure *= self._decay**buckets

    def _tick(self, complete: Bucket) -> Tick:
        bucket, runs = complete.bucket, complete.runs
        fresh = self._take_in(runs)
        self._exposures.append((bucket, sum(run.new_voices for run in runs if run.piece == 0)))
        once_a_window = bucket % self._buckets == 0  # these look at every cell: once a window is enough
        frequent = self._frequent() if once_a_window else {}
        self._tracked = self._past.tracked() if once_a_window or not self._tracked else self._tracked
        self._forget(bucket)
        exposure = float(max(complete.voices, 1))
        new_keys = [part.columns.keys for part in fresh]
        candidates = self._candidates(bucket, new_keys, exposure)
        series: Counter[str] = Counter()
        for run in runs:
            series.update(run.increments)
        return Tick(
            partition=self._partition,
            partitions=self._partitions,
            bucket=bucket,
            tracked=self._tracked,
            exposure=exposure,
            past_exposure=round(self._past_exposure, 6),
            candidates=candidates,
            frequent=frequent,
            series=dict(sorted(series.items())),
            absent=complete.absent,
            kafka_at=max((run.kafka_at for run in runs), default=0.0),
        )

    def _take_in(self, runs: list[Run]) -> list[Slice]:
        """Deletions and posts, bucket by bucket: a run takes back what earlier ones brought, in this tick or before."""
        fresh: list[Slice] = []
        for _, told in itertools.groupby(sorted(runs, key=lambda run: run.bucket), key=lambda run: run.bucket):
            of_bucket = list(told)
            self._take_back(of_bucket)
            brought = self._window.add([columns_of(run) for run in of_bucket])
            for part in brought:
                self._past.count(part.columns.keys, part.authors)
            fresh += brought
        return fresh

    def _take_back(self, runs: list[Run]) -> None:
        gone = [np.frombuffer(run.deleted, np.uint64) for run in runs if run.deleted]
        for keys, change in self._window.delete(np.concatenate(gone)) if gone else []:
            self._past.count(keys, change)

    def _forget(self, bucket: int) -> None:
        """Time passes: what leaves the window becomes past."""
        self._past.decay(self._decay)
        self._past_exposure *= self._decay
        for part in self._window.expire(bucket):
            self._past.count(part.columns.keys, -part.authors)
            self._past.learn(part.columns.keys, part.voices)
        while self._exposures and self._exposures[0][0] <= bucket - self._buckets:
            self._past_exposure += self._exposures.popleft()[1]
        self._followed = {key: until for key, until in self._followed.items() if until >= bucket}

    def _candidates(self, bucket: int, new_keys: list[Keys], exposure: float) -> tuple[Candidate, ...]:
        """Subjects with new posts that surprise, and those that did lately. Screened by an upper bound, then exact."""
        s = self._settings
        fresh = np.unique(np.concatenate(new_keys)) if new_keys else np.zeros(0, np.uint64)
        bound = self._past.bound(fresh)
        fresh, bound = fresh[bound >= s.min_voices], bound[bound >= s.min_voices]
        fresh = fresh[self._tail(fresh, bound.astype(np.float64), exposure) < s.screen_p]
        followed = np.fromiter(sorted(self._followed), np.uint64, len(self._followed))
        keys = np.union1d(fresh, followed)
        found = self._window.find(keys)
        observed = voices(found.place, found.posts, len(keys))
        p = self._tail(keys, observed.astype(np.float64), exposure)
        surprising = (observed >= s.min_voices) & (p < s.screen_p) & np.isin(keys, fresh)
        self._follow(bucket, keys[surprising])
        told = np.flatnonzero(surprising | np.isin(keys, followed))
        told = told[np.lexsort((keys[told], p[told]))][:MAX_CANDIDATES]
        return self._described(keys, told, observed, p, found, exposure)

    def _tail(self, keys: Keys, observed: Floats, exposure: float) -> Floats:
        past, a0 = self._past.of(keys), self._prior_voices[kind_codes(keys)]
        return tail(observed, past, a0, self._prior, exposure, self._past_exposure)

    def _follow(self, bucket: int, keys: Keys) -> None:
        until = bucket + round(self._settings.follow_s / self._settings.bucket_s)
        self._followed.update(dict.fromkeys(keys.tolist(), until))

    def _described(
        self, keys: Keys, told: npt.NDArray[np.intp], observed: Counts, p: Floats, found: Found, exposure: float
    ) -> tuple[Candidate, ...]:
        past = self._past.of(keys)
        mean = expected(past, self._prior_voices[kind_codes(keys)], self._prior, exposure, self._past_exposure)
        decades = surprise(p)
        totals = np.bincount(found.place, minlength=len(keys))
        samples = _samples(found, self._settings.evidence_posts)
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

    def _frequent(self) -> dict[int, float]:
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
