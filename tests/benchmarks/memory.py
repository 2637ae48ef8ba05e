"""What is kept, in bytes: the window, the past of a million subjects, what READ remembers. Counted by tracemalloc."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from config.settings import load
from detectors import pipeline
from detectors.counts import runs
from detectors.stages.count import CountStage
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from streams import codec, wiring
from tests.benchmarks.chain import Raw
from tests.benchmarks.records import START_AT, Engagements, Posts, Record, Tagged

TRACKED = 1_000_000
SIZE = 60_000
"""Posts of the window that is weighed, and posts and engagements that READ remembers."""

MIB = 2**20
IN_BUCKET_S = 45.0
"""How far in its bucket everything lies, seconds: beyond the lateness, so that each closes the one before."""

Kept = TypeVar("Kept")
Told = list[tuple[int, bytes]]
"""Runs and their destinations."""


def table() -> Iterator[str]:
    """Weigh everything; the table, line by line as it comes."""
    yield "| what is kept | by | measured |"
    yield "|---|---|--:|"
    yield f"| a post in the window: hashtags, sounds, products | COUNT | {_post_in_window(words=False):.0f} B |"
    yield f"| a post in the window: and words and phrases | COUNT | {_post_in_window(words=True):.0f} B |"
    tracked, size = _past()
    yield f"| {tracked:,} subjects (its own estimate), the window empty | COUNT, all | {size / MIB:.0f} MiB |"
    posts, acts = _remembered()
    yield f"| a post that is remembered | READ | {posts:.0f} B |"
    yield f"| an engagement that is remembered | READ | {acts:.0f} B |"


def _post_in_window(*, words: bool) -> float:
    settings = _settings(words=words)
    buckets = _buckets(settings)
    told = _told(settings, [SIZE // buckets] * buckets, Posts())
    stages = _counters(settings)
    _, grown = _weighed(lambda: _feed(stages, told))
    return grown / SIZE


def _past() -> tuple[int, int]:
    """Subjects that are tracked when each of a million was named once and has left the window; bytes of COUNT."""
    settings = _settings(words=False)
    buckets = _buckets(settings)
    named = [TRACKED // 20 // buckets + 1] * buckets
    told = _told(settings, [*named, *[settings.partitions] * (2 * buckets)], Tagged(TRACKED, per_post=20))

    def counted() -> tuple[list[CountStage], int]:
        stages = _counters(settings)
        return stages, _feed(stages, told)

    (_, tracked), size = _weighed(counted)
    return tracked, size


def _remembered() -> tuple[float, float]:
    """Bytes that a partition's READ keeps of a post and of an engagement whose bucket is closed."""
    settings = _settings(words=False)
    bucket_s = settings.read.bucket_s
    reader = pipeline.readers(0, settings)
    posts, acts = Posts(), Engagements()
    made = [[posts.make(n * bucket_s + IN_BUCKET_S) for _ in range(SIZE // 10)] for n in range(10)]
    own = [[acts.make(n * bucket_s + IN_BUCKET_S, SIZE) for _ in range(SIZE // 10)] for n in range(10)]
    _, of_posts = _weighed(lambda: [_read(reader, part, [], n) for n, part in enumerate(made)])
    _, of_acts = _weighed(lambda: [_read(reader, [], part, n) for n, part in enumerate(own)])
    return of_posts / SIZE, of_acts / SIZE


def _settings(*, words: bool) -> pipeline.Settings:
    """Nothing is told of any subject: what is weighed is what is kept."""
    return wiring.detection(load(detection={"words": words, "min_voices": 1000}))


def _buckets(settings: pipeline.Settings) -> int:
    return round(settings.read.window_s / settings.read.bucket_s)


def _counters(settings: pipeline.Settings) -> list[CountStage]:
    return [pipeline.counter(n, settings) for n in range(settings.partitions)]


def _told(settings: pipeline.Settings, posts: Sequence[int], made: Posts | Tagged) -> Told:
    """So many posts in each bucket, shared by all partitions, as READ tells them."""
    readers = [pipeline.readers(n, settings) for n in range(settings.partitions)]
    acts, told = Engagements(), Told()
    for bucket, size in enumerate([*posts, settings.partitions]):  # one more, so that the last closes
        age_s = bucket * settings.read.bucket_s + IN_BUCKET_S
        for reader in readers:
            own = [made.make(age_s) for _ in range(size // len(readers))]
            told += _read(reader, own, [acts.make(age_s, 1)], bucket)
    return told


def _read(reader: Readers, posts: Sequence[Record], acts: Sequence[Record], bucket: int) -> Told:
    at = START_AT + 10**6
    out = []
    if posts:
        decoded = codec.decode_posts([Raw(record.value, 2**52) for record in posts])
        offsets = bucket * SIZE + np.arange(len(posts))
        out += reader.posts.step(PostChunk(decoded.records, offsets, np.full(len(posts), at)))
        out += reader.engagements.release()
    if acts:
        done = codec.decode_engagements([Raw(record.value, 2**52) for record in acts])
        offsets = bucket * SIZE + np.arange(len(acts))
        out += reader.engagements.step(EngagementChunk(done.records, offsets, np.full(len(acts), at)))
    return [(partition, runs.encode(run)) for partition, run in out]


def _feed(stages: Sequence[CountStage], told: Told) -> int:
    """Let COUNT take all runs -> the subjects that it tracks in the end."""
    tracked = [0] * len(stages)
    for offset, (partition, value) in enumerate(told):
        for tick in stages[partition].step(runs.decode(value), offset):
            tracked[partition] = tick.tracked
    return sum(tracked)


def _weighed(make: Callable[[], Kept]) -> tuple[Kept, int]:
    """What was made, and by how many bytes memory has grown."""
    gc.collect()
    tracemalloc.start()
    kept = make()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, size
