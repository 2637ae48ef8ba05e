"""Stage by stage in memory, on one core: what decoding, READ, COUNT and DECIDE cost a record, and special cases."""

import dataclasses
import gc
import statistics
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from config.settings import load
from streams import wiring
from tests.benchmarks.chain import STEPS, Chain
from tests.benchmarks.path import AHEAD_S, Stream
from tests.benchmarks.records import START_AT, Engagements, Posts, Record, Tagged

SPAN_S = 300.0
"""Event time after which a partition is fed again, at most, seconds."""

CHUNK = 4000
BESIDE_RATE = 0.05
"""Records a second and partition of the stream that is not measured."""

ACTIVE = 100_000
"""Subjects of the great tick."""


class Case(NamedTuple):
    """What is measured."""

    name: str
    kind: str = "posts"
    words: bool = True
    partitions: int = 4
    hot_share: float = 0.0


CASES = (
    Case("hashtags, sounds, products", words=False),
    Case("and words and phrases"),
    Case("engagements", kind="engagements"),
    Case("hashtags, sounds, products; 64 partitions", words=False, partitions=64),
    Case("and words and phrases; 64 partitions", partitions=64),
    Case("hashtags, sounds, products; one tag in 30 % of posts", words=False, hot_share=0.3),
    Case("and words and phrases; one tag in 30 % of posts", hot_share=0.3),
)


def table(stream: Stream, rounds: int, only: str) -> Iterator[str]:
    """Measure every case; the tables, line by line as they come."""
    yield f"{stream.rate:g} records a second of event time; us of processor time a record, over {rounds} buckets.\n"
    yield f"| in memory | {' | '.join(STEPS)} | all | busiest COUNT partition | bytes of runs a record |"
    yield "|---|" + "--:|" * (len(STEPS) + 3)
    for case in CASES:
        if only in case.name:
            yield _row(case, stream, rounds)
    yield ""
    yield "| a tick of one partition | subjects with new posts | ms (median) | most |"
    yield "|---|--:|--:|--:|"
    yield _great_tick(stream, rounds)


def _row(case: Case, stream: Stream, rounds: int) -> str:
    play = Play(case, stream)
    play.warm_up()
    before = play.measured
    play.chain.reset()
    play.go_on(rounds * stream.round_s, stream.rate)
    n, chain = play.measured - before, play.chain
    costs = [chain.spent[step] / n * 1e6 for step in STEPS]
    share = max(chain.counting.values()) / sum(chain.counting.values())
    cells = " | ".join(f"{cost:.2f}" for cost in costs)
    return f"| {case.name} | {cells} | **{sum(costs):.1f}** | {share:.0%} | {chain.run_bytes / n:.0f} |"


def _great_tick(stream: Stream, rounds: int) -> str:
    """A window in which every bucket names each of `ACTIVE` subjects more than once, all of them in one partition."""
    settings = load(detection={"words": False})
    bucket_s, buckets = settings.detection.bucket_s, settings.detection.window_s // settings.detection.bucket_s
    chain = Chain(dataclasses.replace(wiring.detection(settings), partitions=1), CHUNK)
    made, acts = Tagged(ACTIVE, per_post=4), Engagements()
    for number in range(buckets + 1 + rounds):
        if number == buckets + 1:
            chain.reset()
        age_s = number * bucket_s
        posts = [made.make(age_s + at) for at in _ages(bucket_s, stream.rate)]
        for chunk in _chunks(posts):
            chain.posts(0, chunk, START_AT + age_s + bucket_s)
        chain.engagements(0, [acts.make(age_s + AHEAD_S, made.made)], START_AT + age_s + bucket_s)
    middle, most = statistics.median(chain.ticks), max(chain.ticks)
    return f"| {stream.rate * bucket_s:,.0f} posts | {ACTIVE:,} | {middle * 1000:.0f} | {most * 1000:.0f} |"


class Play:
    """A stream as it goes through a chain.

    Args:
        case: what is measured.
        stream: how dense it is.
    """

    def __init__(self, case: Case, stream: Stream) -> None:
        settings = load(detection={"words": case.words, "prior_exposure": stream.prior_exposure})
        self._case, self._stream = case, stream
        self._window_s = settings.detection.window_s
        keep = int(1.5 * self._window_s * stream.rate / case.partitions) + CHUNK
        detection = dataclasses.replace(wiring.detection(settings), partitions=case.partitions)
        self.chain = Chain(detection, keep)
        self.measured = 0
        self._age_s = 0.0
        self._posts, self._engagements = Posts(hot_share=case.hot_share), Engagements()

    def warm_up(self) -> None:
        """A past, and a full window."""
        self.go_on(self._stream.history_s, self._stream.history_rate)
        self.go_on(self._window_s + AHEAD_S, self._stream.rate)
        gc.collect()
        gc.freeze()  # as the worker does
        gc.set_threshold(200_000, 20, 100)

    def go_on(self, seconds: float, rate: float) -> None:
        """The next seconds of event time, so many measured records a second."""
        n = self._case.partitions
        span_s = min(SPAN_S, CHUNK * n / rate)
        end_s = self._age_s + seconds
        while self._age_s < end_s:
            part_s = min(span_s, end_s - self._age_s)
            self._span(part_s, rate)
            self._age_s += part_s

    def _span(self, seconds: float, rate: float) -> None:
        n = self._case.partitions
        rates = dict.fromkeys(("posts", "engagements"), n * BESIDE_RATE) | {self._case.kind: rate}
        posts = [self._posts.make(self._age_s + age_s) for age_s in _ages(seconds, rates["posts"])]
        acts = [
            self._engagements.make(self._age_s + age_s, self._posts.made)
            for age_s in _ages(seconds, rates["engagements"])
        ]
        self.measured += len(posts if self._case.kind == "posts" else acts)
        kafka_at = START_AT + self._age_s + seconds
        for partition in range(n):
            for chunk in _chunks(posts[partition::n]):
                self.chain.posts(partition, chunk, kafka_at)
            for chunk in _chunks(acts[partition::n]):
                self.chain.engagements(partition, chunk, kafka_at)


def _ages(seconds: float, rate: float) -> Iterator[float]:
    return (number / rate for number in range(round(seconds * rate)))


def _chunks(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    return (records[start : start + CHUNK] for start in range(0, len(records), CHUNK))
