"""The records that are measured with: made up, the same on every run, in the contract's format. Nothing is planted."""

from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple

import msgspec

START_AT = datetime(2025, 6, 2, tzinfo=UTC).timestamp()
WORDS, TAGS, SOUNDS, PRODUCTS = 40_000, 5_000, 2_000, 1_000
CREATORS = 10_000_000
"""So many that hardly anybody posts twice."""

HOT_TAG = "foryou"
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


class Posts:
    """Posts of some 280 bytes: a text with tags, the tags as a list, mostly a sound, sometimes a product.

    Args:
        start_at: where their event time begins, epoch seconds.
        hot_share: share of posts that name one tag, the same for all. 0 to 1.
    """

    def __init__(self, start_at: float = START_AT, hot_share: float = 0.0) -> None:
        self._start_at = start_at
        self._hot_share = hot_share
        self._rng = rng = Random(1)
        self._words, self._tags = Names(rng, "", WORDS), Names(rng, "", TAGS)
        self._sounds, self._products = Names(rng, "song ", SOUNDS), Names(rng, "sku-", PRODUCTS)
        self.made = 0

    def make(self, age_s: float) -> Record:
        """The next post, so many seconds after the beginning."""
        rng = self._rng
        own = self._tags.some(rng.randint(1, 3))
        if self._hot_share and rng.random() < self._hot_share:
            own.append(HOT_TAG)
        post = _about(self.made) | {
            "created_at": _rfc3339(self._start_at + age_s),
            "text": " ".join([*self._words.some(rng.randint(6, 14)), *(f"#{tag}" for tag in own)]),
            "hashtags": own,
            "followers": int(10 ** rng.uniform(2, 6)),
        }
        if rng.random() < 0.7:
            post["sounds"] = self._sounds.some(1)
        if rng.random() < 0.3:
            post["products"] = self._products.some(1)
        self.made += 1
        return _record(post)


class Engagements:
    """Likes, comments, shares and saves of earlier posts; half name who acts.

    Args:
        start_at: where their event time begins, epoch seconds.
    """

    def __init__(self, start_at: float = START_AT) -> None:
        self._start_at = start_at
        self._rng = Random(2)
        self.made = 0

    def make(self, age_s: float, posts: int) -> Record:
        """The next engagement, so many seconds after the beginning, with one of the first posts."""
        act = _about(self._rng.randrange(max(1, posts))) | {
            "event_id": f"e{self.made}",
            "at": _rfc3339(self._start_at + age_s),
            "kind": self._rng.choice(("like", "like", "comment", "share", "save")),
        }
        if self._rng.random() < 0.5:
            act["actor_id"] = f"a{self._rng.randrange(10**6)}"
        self.made += 1
        return _record(act)


class Tagged:
    """Posts without a text that name tags in turn: after `names / per_post` posts each was named once.

    Args:
        names: how many tags there are.
        per_post: tags of a post. 1 to 50.
        start_at: where their event time begins, epoch seconds.
    """

    def __init__(self, names: int, per_post: int, start_at: float = START_AT) -> None:
        self._names, self._per_post, self._start_at = names, per_post, start_at
        self.made = 0

    def make(self, age_s: float) -> Record:
        """The next post, so many seconds after the beginning."""
        first = self.made * self._per_post
        tags = [f"tag{(first + n) % self._names}" for n in range(self._per_post)]
        post = _about(self.made, "t") | {"created_at": _rfc3339(self._start_at + age_s), "hashtags": tags}
        self.made += 1
        return _record(post)


def _about(number: int, prefix: str = "p") -> dict[str, object]:
    """What identifies the post of that number."""
    creator = number * 7_919_777 % CREATORS
    return {"post_id": f"{prefix}{number}", "creator_id": f"creator-{creator}", "platform": PLATFORMS[creator % 4]}


def _record(fields: dict[str, object]) -> Record:
    return Record(str(fields["creator_id"]).encode(), msgspec.json.encode(fields))


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
