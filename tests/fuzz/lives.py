"""Streams of doubtful records, life by life: each life has its own clock, partitions and favourite mutations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from streams.dead_letters import Header
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.records import Fields, engagement, post

StreamName = Literal["posts", "engagements"]

START_AT = 1_767_225_600.0
"""2026-01-01T00:00:00Z, when every life begins."""

RECORDS = 20_000
"""Records of a life. Then memory, clock and window begin anew: one from the end of time must not blind the rest."""

STRANGE_TIMESTAMPS = (None, -1, 0, 1, -(2**63), 2**53, 2**63 - 1)
"""Of Kafka, milliseconds. A broker gives none of them to a topic with LogAppendTime; old or foreign topics may."""


class Raw(NamedTuple):
    """A record as the Kafka clients deliver it, and how it was made."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]
    mutation: str


class Part(NamedTuple):
    """Consecutive records of one partition of one stream."""

    stream: StreamName
    records: list[Raw]


@dataclass(frozen=True)
class Life:
    """What one life is like. The same seed and number are the same life.

    Attributes:
        pace_s: event time between two records, seconds: some lives close a bucket every chunk, some none.
        timeless: whether Kafka's own times are strange now and then.
        weights: how often each mutation is drawn. Few at a time find more than all at once (Groce et al. 2012, "Swarm
            testing").
    """

    seed: int
    number: int
    partition: int
    partitions: int
    words: bool
    pace_s: float
    timeless: bool
    weights: dict[str, float]


def life_of(seed: int, number: int) -> Life:
    """Draw a life."""
    rng = Random(f"life {seed} {number}")
    partitions = rng.choice((1, 1, 4, 64))
    few = number % 2 == 1
    weights = {name: rng.choice((0.0, 0.0, 0.0, 1.0) if few else (0.3, 1.0, 2.0)) for name in MUTATIONS}
    weights["untouched"] = rng.choice((0.1, 0.5, 1.0))  # without any, nothing would ever be read
    return Life(
        seed=seed,
        number=number,
        partition=rng.randrange(partitions),
        partitions=partitions,
        words=rng.random() < 0.7,
        pace_s=10 ** rng.uniform(-3, 0.5),
        timeless=rng.random() < 0.2,
        weights=weights,
    )


def parts(life: Life, size: int) -> Iterator[Part]:
    """So many records of a life, in chunks of any size."""
    rng = Random(f"records {life.seed} {life.number}")
    at, made = START_AT, 0
    offsets: dict[StreamName, int] = {"posts": 0, "engagements": 0}
    while made < size:
        stream: StreamName = rng.choice(("posts", "engagements"))
        chunk = min(rng.choice((1, 2, 10, 100, 400)), size - made)
        records: list[Raw] = []
        for _ in range(chunk):
            at += life.pace_s * rng.expovariate(1)
            records.append(_record(rng, life, stream, offsets[stream], at))
            offsets[stream] += rng.choice((1, 1, 1, 2))  # logs have holes
        made += chunk
        yield Part(stream, records)


def _record(rng: Random, life: Life, stream: StreamName, offset: int, kafka_at: float) -> Raw:
    at = kafka_at - rng.choice((0, 1, 1, 20, 40, 400))
    fields: Fields = post(rng, at) if stream == "posts" else engagement(rng, at)
    (mutation,) = rng.choices(list(life.weights), list(life.weights.values()))
    value = MUTATIONS[mutation](rng, fields, at)
    strange = life.timeless and rng.random() < 0.01
    timestamp = rng.choice(STRANGE_TIMESTAMPS) if strange else int(kafka_at * 1000)
    key = rng.choice((b"c1", b"", None, b"\xff"))
    headers = rng.choice(((), (), (("trace", b"\xff"), ("empty", None))))
    return Raw(f"social.{stream}.v1", life.partition, offset, timestamp, key, value, headers, mutation)
