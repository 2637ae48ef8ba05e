"""The chaos stream: a made-up past with many planted trends, as unreliable producers would send it.

Posts and engagements come a little out of order, some late, some too late, some twice; some posts are changed or
deleted. The same seed gives the same records.
"""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

from kafka.partitioner.default import murmur2

from tests.chaos.clock import BUCKET_S, LATENESS_S, WINDOW, bucket_of
from tests.chaos.words import tag, words

START_AT = 1_768_003_200.0
"""2026-01-10T00:00:00Z: long past, so the stream is history."""

TREND_S = 5400.0
PLATFORMS = ("tiktok", "instagram", "youtube")
FORMATS = ("unboxing", "review", "haul")


@dataclass(frozen=True)
class Shape:
    """What a stream is like.

    Attributes:
        hours: length in event time. > warm_up_hours.
        rate: posts a second of event time.
        trends: planted trends.
        warm_up_hours: no trend is planted before: nothing would be told of it.
        novel: share of posts whose words nobody used before: they make the state large.
        false_share: the setting; short streams have seen too few ordinary stories for the default to tell much.
        cell_bits: so many cells that hardly any two of its subjects share one: the truth knows nothing of cells.
    """

    seed: int = 1
    hours: float = 24.0
    rate: float = 2.5
    trends: int = 90
    partitions: int = 6
    warm_up_hours: float = 12.0
    novel: float = 0.0
    cell_bits: int = 23
    false_share: float = 0.05

    @property
    def detection(self) -> dict[str, float]:
        """The settings that workers, replay and truth have in common, by name."""
        return {
            "warm_up_s": round(self.warm_up_hours * 3600),
            "cell_bits": self.cell_bits,
            "false_share": self.false_share,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as a process is told them."""
        return {f"FRESHET_DETECTION__{name.upper()}": str(value) for name, value in self.detection.items()}

    @property
    def end_at(self) -> float:
        """Event time of the end, epoch seconds."""
        return START_AT + self.hours * 3600

    @property
    def ticks(self) -> range:
        """The buckets whose ticks are compared."""
        return range(bucket_of(START_AT), bucket_of(self.end_at))


class Sent(NamedTuple):
    """A record as a producer sends it, and when: event time, epoch seconds."""

    arrives_at: float
    topic: str
    partition: int
    key: bytes
    value: bytes


def stream(shape: Shape) -> list[Sent]:
    """All records in the order in which they are sent."""
    making = Making(shape)
    made = sorted(making.records(), key=lambda sent: sent.arrives_at)
    in_time = [sent for sent in made if sent.arrives_at < shape.end_at]
    return [*_resent(Random(shape.seed + 1), in_time), *_closing(shape)]


class Making:
    """Makes the records of a stream."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._random = random = Random(shape.seed)
        self._vocabulary = words(random, 400 + 5 * shape.trends)
        self._common = [self._vocabulary.pop() for _ in range(400)]
        self._weights = [1 / (rank + 4) for rank in range(400)]
        self._creators = [(f"creator-{n}", int(10 ** random.uniform(1, 6.5))) for n in range(6000)]
        self._recent: list[tuple[float, dict[str, Any]]] = []
        self._likes: dict[str, int] = {}
        self._acts = 0

    def records(self) -> Iterator[Sent]:
        """Every record, in no useful order."""
        times = heapq.merge(self._background(), self._planted())
        for number, (at, own) in enumerate(times):
            post = self._post(number, at, own)
            yield self._sent("posts", at, post["creator_id"], post)
            yield from self._changed(at, post)
            yield from self._engaged(at, post)

    def _background(self) -> Iterator[tuple[float, list[str]]]:
        at = START_AT
        while (at := at + self._random.expovariate(self._shape.rate)) < self._shape.end_at:
            yield at, []

    def _planted(self) -> list[tuple[float, list[str]]]:
        """Times of the trends' posts and their words: each rises, and falls, within an hour and a half."""
        r = self._random
        planted: list[tuple[float, list[str]]] = []
        for n in range(self._shape.trends):
            own = self._vocabulary[5 * n : 5 * n + 5]
            begin = r.uniform(START_AT + self._shape.warm_up_hours * 3600, self._shape.end_at - TREND_S)
            times = (begin + TREND_S * r.triangular(0, 1, 0.5) for _ in range(r.randint(25, 120)))
            planted += [(at, own) for at in times]
        return sorted(planted)

    def _post(self, number: int, at: float, own: list[str]) -> dict[str, Any]:
        r = self._random
        creator, followers = r.choice(self._creators)
        said = r.sample(own[1:], 3) if own else []
        said += r.choices(self._common, self._weights, k=3 if own else 5)
        if r.random() < self._shape.novel:
            said = words(r, 6)
        tags = [tag(own[0] if own else said[0])] if own or r.random() < 0.4 else []
        post: dict[str, Any] = {
            "post_id": f"post-{number}",
            "creator_id": creator,
            "platform": r.choice(PLATFORMS),
            "created_at": rfc3339(at),
            "text": " ".join([*said, *tags]),
            "followers": followers,
        }
        if r.random() < 0.2:
            post["format"] = r.choice(FORMATS)
        if r.random() < 0.1:
            post |= {"hashtags": [t[1:] for t in tags], "sounds": [f"sound-{r.randint(1, 200)}"]}
        if r.random() < 0.03:
            post["repost_of"] = f"post-{r.randint(0, number)}"
        self._recent.append((at, post))
        return post

    def _changed(self, at: float, post: dict[str, Any]) -> Iterator[Sent]:
        r = self._random
        if r.random() < 0.02:
            later = at + r.uniform(60, 4500)
            text = " ".join(r.choices(self._common, self._weights, k=4))
            yield self._sent("posts", later, post["creator_id"], post | {"action": "update", "text": text})
        if r.random() < 0.02:
            later = at + r.uniform(4500 if r.random() < 0.2 else 60, 5400)
            gone = {key: post[key] for key in ("post_id", "creator_id", "platform")}
            gone |= {"action": "delete", "deleted_at": rfc3339(later)}
            yield self._sent("posts", later, post["creator_id"], gone)

    def _engaged(self, at: float, post: dict[str, Any]) -> Iterator[Sent]:
        """A few acts on this post now, and on an older one."""
        r = self._random
        older = r.choice(self._recent)[1] if r.random() < 0.05 else None
        for about in [post] * (r.random() < 0.3) + ([older] if older else []):
            self._acts += 1
            act: dict[str, Any] = {
                "event_id": f"act-{self._acts}",
                "at": rfc3339(at + 20),
                "platform": about["platform"],
                "creator_id": about["creator_id"],
                "post_id": about["post_id"],
            }
            yield self._sent("engagements", at + 20, about["creator_id"], act | self._act(about["post_id"]))
        if r.random() < 0.01:
            number = f"order-{r.randint(1, 3000)}"
            order = {"order_id": number, "status": "paid", "items": 1, "net_minor": 100, "currency": "EUR"}
            self._acts += 1
            act = {"event_id": f"act-{self._acts}", "at": rfc3339(at), "platform": "tiktok", "kind": "order"}
            yield self._sent("engagements", at, number, act | {"order": order, "promo_code": "code"})

    def _act(self, post_id: str) -> dict[str, Any]:
        r = self._random
        if r.random() < 0.3:
            self._likes[post_id] = self._likes.get(post_id, 0) + r.randint(0, 50)
            return {"kind": "counters", "counters": {"likes": self._likes[post_id], "views": 1000}}
        return {"kind": r.choice(["like", "comment", "share", "view"]), "count": r.randint(1, 5)}

    def _sent(self, topic: str, at: float, key: str, record: dict[str, Any]) -> Sent:
        return _record(self._shape, at + self._delay_s(), topic, key, record)

    def _delay_s(self) -> float:
        """Most records come within the lateness, some within the window, a few when it is too late."""
        r = self._random
        luck = r.random()
        if luck < 0.03:
            return r.uniform(60, (WINDOW - 2) * BUCKET_S)
        if luck < 0.032:
            return r.uniform((WINDOW + 1) * BUCKET_S, (WINDOW + 6) * BUCKET_S)
        return r.uniform(0, 0.8 * LATENESS_S)


def rfc3339(at: float) -> str:
    """Epoch seconds as the records write it, milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def partition_of(key: bytes, partitions: int) -> int:
    """The partition that Kafka's clients choose."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


def _record(shape: Shape, arrives_at: float, topic: str, key: str, record: dict[str, Any]) -> Sent:
    value = json.dumps(record, separators=(",", ":")).encode()
    return Sent(arrives_at, topic, partition_of(key.encode(), shape.partitions), key.encode(), value)


def _resent(random: Random, made: list[Sent]) -> Iterator[Sent]:
    """The same records, and now and then a block again, as a producer sends it that did not hear the answer."""
    since = 0
    for index, sent in enumerate(made):
        yield sent
        if random.random() < 1 / 4000:
            block = made[max(since, index - 60) : index + 1]
            since = index + 1
            yield from (again._replace(arrives_at=sent.arrives_at) for again in block)


def _closing(shape: Shape) -> Iterator[Sent]:
    """A record on each partition, late enough to close what is compared."""
    at = shape.end_at + 2 * BUCKET_S
    names = (f"closing-{n}" for n in range(1000))
    owners = {partition_of(name.encode(), shape.partitions): name for name in names}
    for partition in range(shape.partitions):
        own = {"creator_id": owners[partition], "platform": "tiktok", "post_id": f"closing-{partition}"}
        act = {"event_id": f"closing-{partition}", "at": rfc3339(at), "kind": "like"}
        yield _record(shape, at, "posts", owners[partition], own | {"created_at": rfc3339(at)})
        yield _record(shape, at, "engagements", owners[partition], own | act)
