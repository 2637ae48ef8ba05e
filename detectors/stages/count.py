"""COUNT: the runs of all sources for one share of the subjects in, a tick for each complete bucket out."""

import itertools
import math
from collections import Counter, deque
from collections.abc import Mapping

from detectors.counts import count_state
from detectors.counts.count_state import CountState
from detectors.counts.dispersion import Dispersion
from detectors.counts.draws import Draws
from detectors.counts.exposure import Exposures
from detectors.counts.gathering import Bucket, Gathering
from detectors.counts.pairs import NOTHING
from detectors.counts.past import LONG, SHORT, Past
from detectors.counts.recall import Recall, Used
from detectors.counts.runs import Run, columns_of_runs, increments_of, taken_back
from detectors.counts.slices import Slice
from detectors.counts.spikes import Spikes
from detectors.counts.ticks import Tick
from detectors.counts.window import Window
from detectors.errors import DetectorError
from detectors.figures import rows
from detectors.figures.book import FigureBook
from detectors.stages.count_settings import CountSettings, hours_of, pairs_of, screen_of
from detectors.stages.saved import named, under
from detectors.trends.gamma_poisson import Prior

STATE_PART = "state"
"""The part of a snapshot that holds all but the cells of the past."""

SKIP_AFTER_S = 86_400.0
"""After this long without a post in the window, in seconds, buckets without any run are left out."""


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
        self._gathering = Gathering(partitions=partitions, window=self._buckets)
        long = round(s.long_window_s / s.bucket_s)
        self._window = Window(self._buckets, long, s.long_window_posts)
        self._people = Exposures(self._buckets, long, Prior(exposure=s.prior_exposure, r_max=s.r_max))
        self._dispersion = Dispersion(r_max=s.r_max, fade=self._decay**self._buckets)
        self._past = Past(s.cell_bits)
        self._draws = Draws(self._buckets)
        self._screen = screen_of(s, self._window, self._past, self._draws)
        self._pairs = pairs_of(s, self._window, self._past, self._draws)
        self._hours = hours_of(s, partitions, self._window, self._past, self._people)
        self._spikes = Spikes(window=long, surprising=-math.log10(s.screen_p), warm_up=round(s.warm_up_s / s.bucket_s))
        self._figures = FigureBook(bucket_s=s.bucket_s, keep_s=s.figures_s)
        self._at: int | None = None
        self._used: deque[Used] = deque()
        self._recall: Recall | None = None
        self._restored: dict[str, bytes] = {}
        self._empty = self._tracked = 0

    @property
    def tally(self) -> Counter[str]:
        """Runs by what became of them: used, repeated, gap."""
        return self._gathering.tally

    def step(self, run: Run, offset: int) -> list[Tick]:
        """Take a run, at its offset in the log of runs; say what each bucket holds that it completes.

        After `restore`, runs that the snapshot has seen only rebuild the window.
        """
        if self._recall is not None:
            self._rebuild(self._recall, self._recall.take(run, offset))
        if self._at is not None and offset <= self._at:
            return []
        self._at, ticks = offset, list[Tick]()
        self._gathering.add(run, offset)
        while (bucket := self._gathering.complete(skip=self._silent)) is not None:
            self._let_pass(bucket.skipped)
            ticks.append(self._tick(bucket))
            self._empty = 0 if len(self._window) else self._empty + 1
        return ticks

    @property
    def next(self) -> int | None:
        """Offset of the first run that it has not taken; None: it has taken none, or its window is not whole yet."""
        return None if self._at is None or self._recall is not None else self._at + 1

    @property
    def needed_from(self) -> int | None:
        """The offset from which a restart must read runs to go on from here; None: none was read."""
        return self._state().needed_from

    def snapshot(self) -> dict[str, bytes]:
        """The state in named parts, without the window's posts: those are in the log of runs."""
        if self._recall is not None:
            return self._restored
        pairs = named("pairs", self._pairs.snapshot()) if self._pairs else {}
        past = self._past.snapshot() | self._figures.snapshot()
        return {STATE_PART: count_state.encode(self._state()), **past, **pairs}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot; call it on a fresh stage, then `step` with the runs from `needed_from` on.

        Raises: DetectorError if a part is missing, or of another format.
        """
        if STATE_PART not in parts:
            raise DetectorError(f"the snapshot has no part {STATE_PART}: {', '.join(sorted(parts)) or 'it is empty'}")
        state = count_state.decode(parts[STATE_PART])
        self._past.restore(parts, state.scale)
        if self._pairs:
            self._pairs.restore(under(parts, "pairs"))
        self._people.restore(state.exposures, state.past_exposure)
        self._screen.followed = dict(state.followed)
        self._window.floor = state.floor
        self._dispersion.restore(state.dispersion)
        self._hours.restore(state.hours)
        self._empty, self._tracked = state.empty, state.tracked
        self._spikes.restore(state.spikes, state.began)
        self._figures.restore(parts)
        self._at = state.at
        if state.at is not None:
            self._restored = dict(parts)
            self._recall = Recall(state.at, state.ticks, state.waiting)
            self._rebuild(self._recall, self._recall.whole())

    def _rebuild(self, recall: Recall, ticks: list[tuple[int, list[Run]]]) -> None:
        """Take in what ticks of the window brought, without learning from it again."""
        for bucket, runs in ticks:
            self._expire(bucket - 1)  # ticks between brought nothing, but let pass and merged
            self._take_in(runs)
            self._expire(bucket)
        if recall.done:
            state = self._state()
            if state.gathering.next is not None:
                self._expire(state.gathering.next - 1)  # the last ticks may have brought no posts
            self._used.extend(state.ticks)
            self._gathering.restore(state.gathering, recall.runs)
            self._recall, self._restored = None, {}

    def _state(self) -> CountState:
        if self._recall is not None:
            return count_state.decode(self._restored[STATE_PART])
        return CountState(
            at=self._at,
            gathering=self._gathering.snapshot(),
            ticks=list(self._used),
            exposures=list(self._people.buckets),
            past_exposure=self._people.past,
            scale=self._past.scale,
            followed=sorted(self._screen.followed.items()),
            empty=self._empty,
            tracked=self._tracked,
            spikes=self._spikes.snapshot(),
            began=self._spikes.began,
            floor=self._window.floor,
            dispersion=self._dispersion.snapshot(),
            hours=self._hours.snapshot(),
        )

    @property
    def _silent(self) -> bool:
        return self._empty * self._settings.bucket_s > SKIP_AFTER_S

    def _let_pass(self, buckets: int) -> None:
        self._past.decay(self._decay**buckets)
        self._people.decay(self._decay**buckets)

    def _tick(self, complete: Bucket) -> Tick:
        bucket, runs = complete.bucket, complete.runs
        fresh = self._take_in(runs)
        brought = [at for run, at in zip(runs, complete.offsets, strict=True) if run.rows or run.deleted or run.drawn]
        if brought:
            self._used.append(Used(bucket, brought))
        self._people.add(bucket, sum(run.new_voices for run in runs if run.piece == 0))
        once_a_window = bucket % self._buckets == 0  # these look at every cell: once a window is enough
        frequent = self._screen.frequent() if once_a_window else {}
        self._tracked = self._past.tracked() if once_a_window or not self._tracked else self._tracked
        self._forget(bucket)
        exposure = float(max(complete.voices, 1))
        spans = self._people.spans(bucket, exposure)
        if frequent and self._spikes.warm(bucket):
            self._dispersion.learn(*self._screen.counted(sorted(frequent), spans[0]))
        short, long = map(self._dispersion.capped, spans)
        found = self._screen.told(bucket, fresh, short, long)
        local = self._pairs.told(bucket, runs, fresh, short, self._people.recent(bucket)) if self._pairs else NOTHING
        self._spikes.see(bucket, found.candidates)
        self._figures.take(rows.decode(run.figures) for run in runs if run.figures)
        return Tick(
            partition=self._partition,
            partitions=self._partitions,
            bucket=bucket,
            tracked=self._tracked,
            exposure=exposure,
            past_exposure=round(self._people.past, 6),
            candidates=found.candidates,
            calm=found.calm,
            frequent=frequent,
            pairs=local.candidates,
            populous=local.populous,
            series=increments_of(runs),
            figures=self._figures.due(bucket),
            figures_refused=self._figures.refused(),
            drawn=self._draws.usual(round(exposure)) if found.candidates or local.candidates else None,
            judged=tuple(run.judged for run in runs if run.judged),
            absent=complete.absent,
            hour=self._hours.told(bucket),
            kafka_at=max((run.kafka_at for run in runs), default=0.0),
        )

    def _take_in(self, runs: list[Run]) -> list[Slice]:
        """Deletions and posts, bucket by bucket: a run takes back what earlier ones brought, in this tick or before."""
        fresh: list[Slice] = []
        for _, told in itertools.groupby(sorted(runs, key=lambda run: run.bucket), key=lambda run: run.bucket):
            of_bucket = list(told)
            self._take_back(of_bucket)
            brought = self._window.add(columns_of_runs(of_bucket))
            for part in brought:
                self._past.count(part.keys, part.authors)
            fresh += brought
            self._draws.add(run.drawn for run in of_bucket if run.drawn)
        return fresh

    def _take_back(self, runs: list[Run]) -> None:
        for keys, change, recent in self._window.delete(*taken_back(runs)):
            self._past.count(keys, change, *((SHORT, LONG) if recent else (LONG,)))

    def _forget(self, bucket: int) -> None:
        """Time passes: what leaves the window becomes past."""
        self._past.decay(self._decay)
        self._people.decay(self._decay)
        for part in self._expire(bucket):
            shares = self._spikes.shares(part.keys, bucket)
            self._past.learn(part.keys, part.voices if shares is None else part.voices * shares)
        first = self._window.first(bucket)
        while self._used and self._used[0].bucket < first:  # no post of theirs is left
            self._used.popleft()
        self._people.leave(first)

    def _expire(self, bucket: int) -> list[Slice]:
        self._draws.expire(bucket)
        left = self._window.expire(bucket)
        for parts, window in ((left.short, SHORT), (left.long, LONG)):
            for part in parts:
                self._past.count(part.keys, -part.authors, window)
        return left.long
