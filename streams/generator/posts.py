"""A post in the making: the record of the contract, and what its audience must know of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from streams.clock import rfc3339
from streams.generator.lexicon import lexicon
from streams.generator.ranked import Ranked
from streams.generator.world import Creator, pseudonym

Record = dict[str, Any]

MEDIA = {
    "tiktok": Ranked(("video", "live", "carousel"), (0.9, 0.04, 0.06)),
    "instagram": Ranked(("short", "image", "carousel", "story"), (0.4, 0.25, 0.25, 0.1)),
    "youtube": Ranked(("video", "short", "live"), (0.35, 0.6, 0.05)),
    "x": Ranked(("text", "image", "video"), (0.6, 0.3, 0.1)),
}
USUAL_DELETIONS = 0.008


@dataclass(frozen=True, slots=True)
class Draft:
    """A post and what its audience needs to know.

    `at` is epoch seconds; `appeal` multiplies its engagement, 1 is usual; `deletions` is the chance that it is taken
    down.
    """

    at: float
    creator: Creator
    record: Record
    appeal: float = 1.0
    deletions: float = USUAL_DELETIONS


def post_record(rng: Random, creator: Creator, at: float, text: str, tags: Sequence[str], **more: object) -> Record:
    """A post in the contract's format; `more` are further fields of it, None and empty ones are left out."""
    record: Record = {
        "post_id": pseudonym(rng, "p"),
        "created_at": rfc3339(at),
        "creator_id": creator.creator_id,
        "platform": creator.platform,
        "text": " ".join([text, *(f"#{tag}" for tag in tags)]),
        "language": creator.language,
        "media": MEDIA[creator.platform].pick(rng),
        "followers": creator.followers,
        "account_created_at": creator.account_created_at,
        "communities": list(creator.communities),
    }
    if tags and rng.random() < 0.75:
        record["hashtags"] = list(tags)
    record.update((field, value) for field, value in more.items() if value)
    return record


def usual_tags(rng: Random, language: str, community: str) -> list[str]:
    """Up to four hashtags of a community, sometimes with one that says nothing (#fyp), in order, without repeats."""
    words = lexicon(language)
    tags = [words.tags[community].pick(rng) for _ in range(rng.choice((0, 1, 1, 2, 2, 3)))]
    if rng.random() < 0.4:
        tags.append(words.general_tags.pick(rng))
    return list(dict.fromkeys(tags))
