"""The records that are measured with: made up, the same on every run, in the contract's format. Nothing is planted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple

import msgspec

START_AT = datetime(2025, 6, 2, tzinfo=UTC).timestamp()
WORDS, TAGS, SOUNDS, PRODUCTS, CREATORS = 40_000, 5_000, 2_000, 1_000, 50_000


class Record(NamedTuple):
    """Where a record goes, under which key."""

    kind: str
    key: bytes
    value: bytes


class Course(NamedTuple):
    """How the event time of a stream goes: first sparse, so that there is a past, then dense."""

    history: int
    """Records of the sparse part."""
    history_rate: float
    """Records a second of event time."""
    dense: int
    dense_rate: float
    start_at: float = START_AT
    """Epoch seconds."""

    def times(self) -> Iterator[float]:
        """Event time of each record, epoch seconds."""
        at = self.start_at
        for number in range(self.history + self.dense):
            at += 1 / (self.history_rate if number < self.history else self.dense_rate)
            yield at


class Names:
    """Names of a kind, drawn by Zipf's law, flattened at its head: 1 / (rank + 10) (Mandelbrot 1953)."""

    def __init__(self, rng: Random, prefix: str, size: int) -> None:
        self._rng = rng
        syllables = [c + v for c in "bcdfglmnprstv" for v in "aeiou"]
        self._names = [prefix + "".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(size)]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(size)))

    def some(self, count: int) -> list[str]:
        """Independent draws."""
        return self._rng.choices(self._names, cum_weights=self._weights, k=count)


def posts(course: Course, seed: int = 1) -> Iterator[Record]:
    """Posts of some 280 bytes: a text with tags, the tags as a list, mostly a sound, sometimes a product."""
    rng = Random(seed)
    words, tags = Names(rng, "", WORDS), Names(rng, "", TAGS)
    sounds, products = Names(rng, "song ", SOUNDS), Names(rng, "sku-", PRODUCTS)
    for number, at in enumerate(course.times()):
        creator, own = _creator(rng), tags.some(rng.randint(1, 3))
        post = {
            "post_id": f"p{number}",
            "created_at": _rfc3339(at),
            "creator_id": creator,
            "platform": rng.choice(("tiktok", "instagram", "youtube", "x")),
            "text": " ".join([*words.some(rng.randint(6, 14)), *(f"#{tag}" for tag in own)]),
            "hashtags": own,
            "followers": int(10 ** rng.uniform(2, 6)),
        }
        if rng.random() < 0.7:
            post["sounds"] = sounds.some(1)
        if rng.random() < 0.3:
            post["products"] = products.some(1)
        yield Record("posts", creator.encode(), msgspec.json.encode(post))


def engagements(course: Course, about: list[Record], seed: int = 2) -> Iterator[Record]:
    """Likes, comments, shares and saves of the posts given, half of them by a named actor."""
    rng = Random(seed)
    named = [(record.key.decode(), msgspec.json.decode(record.value)) for record in about]
    for number, at in enumerate(course.times()):
        creator, post = rng.choice(named)
        act = {
            "event_id": f"e{number}",
            "at": _rfc3339(at),
            "platform": post["platform"],
            "kind": rng.choice(("like", "like", "comment", "share", "save")),
            "creator_id": creator,
            "post_id": post["post_id"],
        }
        if rng.random() < 0.5:
            act["actor_id"] = f"a{rng.randrange(10**6)}"
        yield Record("engagements", creator.encode(), msgspec.json.encode(act))


def _creator(rng: Random) -> str:
    return f"creator-{int(CREATORS * rng.random() ** 2):05d}"


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
