"""The records that are measured with: made up, the same on every run, in the contract's format. Nothing is planted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate, count
from random import Random
from typing import NamedTuple

import msgspec

START_AT = datetime(2025, 6, 2, tzinfo=UTC).timestamp()
WORDS, TAGS, SOUNDS, PRODUCTS = 40_000, 5_000, 2_000, 1_000
CREATORS = 10_000_000
"""So many that hardly anybody posts twice."""

PLATFORMS = ("tiktok", "instagram", "youtube", "x")


class Record(NamedTuple):
    """A record and its key."""

    key: bytes
    value: bytes


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


def posts(rate: float) -> Iterator[Record]:
    """Posts of some 280 bytes for ever: a text with tags, the tags as a list, mostly a sound, sometimes a product.

    Args:
        rate: posts a second of event time. > 0.
    """
    rng = Random(1)
    words, tags = Names(rng, "", WORDS), Names(rng, "", TAGS)
    sounds, products = Names(rng, "song ", SOUNDS), Names(rng, "sku-", PRODUCTS)
    for number in count():
        own = tags.some(rng.randint(1, 3))
        post = _about(number) | {
            "created_at": _rfc3339(number / rate),
            "text": " ".join([*words.some(rng.randint(6, 14)), *(f"#{tag}" for tag in own)]),
            "hashtags": own,
            "followers": int(10 ** rng.uniform(2, 6)),
        }
        if rng.random() < 0.7:
            post["sounds"] = sounds.some(1)
        if rng.random() < 0.3:
            post["products"] = products.some(1)
        yield _record(post)


def engagements(rate: float, post_rate: float) -> Iterator[Record]:
    """Likes, comments, shares and saves for ever, of any earlier post of `posts(post_rate)`; half name who acts."""
    rng = Random(2)
    for number in count():
        age_s = number / rate
        act = _about(rng.randrange(1 + int(age_s * post_rate))) | {
            "event_id": f"e{number}",
            "at": _rfc3339(age_s),
            "kind": rng.choice(("like", "like", "comment", "share", "save")),
        }
        if rng.random() < 0.5:
            act["actor_id"] = f"a{rng.randrange(10**6)}"
        yield _record(act)


def _about(number: int) -> dict[str, object]:
    """What identifies the post of that number."""
    creator = number * 7_919_777 % CREATORS
    return {"post_id": f"p{number}", "creator_id": f"creator-{creator}", "platform": PLATFORMS[creator % 4]}


def _record(fields: dict[str, object]) -> Record:
    return Record(str(fields["creator_id"]).encode(), msgspec.json.encode(fields))


def _rfc3339(age_s: float) -> str:
    at = datetime.fromtimestamp(START_AT + age_s, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
