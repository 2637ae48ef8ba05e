"""Subjects of a post, for the truth: the chaos stream speaks plain ASCII, so the plainest way of reading is right.

It imports nothing of ours. A text of the stream is words of eight lower-case letters and hashtags, spaces between.
"""

import re
from itertools import pairwise
from typing import Any, NamedTuple

Subject = tuple[str, str]
"""Kind and folded form."""

Record = dict[str, Any]

TOKEN = re.compile(r"#?[A-Za-z]{8}")

MIN_SIGNATURE_WORDS = 3
"""A text with fewer words is signed by its author."""

TIERS = (
    (1_000_000, "mega"),
    (500_000, "macro"),
    (100_000, "mid"),
    (10_000, "micro"),
    (1_000, "nano"),
    (0, "user"),
)


class Said(NamedTuple):
    """What a post is about, and by what its text is told from others."""

    subjects: frozenset[Subject]
    signature: object


def said(post: Record) -> Said:
    """Read a post.

    >>> sorted(said({"creator_id": "c", "text": "#BakeMoti lanoveri"}).subjects)
    [('hashtag', 'bakemoti'), ('phrase', 'bakemoti lanoveri'), ('word', 'bakemoti'), ('word', 'lanoveri')]
    """
    tokens = post.get("text", "").split()
    strange = [token for token in tokens if not TOKEN.fullmatch(token)]
    assert not strange, f"{strange}: not the alphabet of the chaos stream"
    words = [token.lstrip("#").lower() for token in tokens]
    found: set[Subject] = {("word", word) for word in words}
    found.update(("phrase", f"{left} {right}") for left, right in pairwise(words))
    tags = post.get("hashtags")
    if tags is None:
        found.update(("hashtag", token[1:].lower()) for token in tokens if token[0] == "#")
    for tag in tags or ():
        found.update({("hashtag", tag.lower()), ("word", tag.lower())})
    found.update(("sound", sound) for sound in post.get("sounds", ()))
    found.update(("product", product) for product in post.get("products", ()))
    if post.get("format", "other") != "other":
        found.add(("format", post["format"]))
    copied = len(words) >= MIN_SIGNATURE_WORDS and "repost_of" not in post
    return Said(frozenset(found), tuple(sorted(words)) if copied else post["creator_id"])


def scopes(post: Record) -> list[str]:
    """Where a post counts.

    >>> scopes({"platform": "x", "followers": 1000})
    ['all', 'platform:x', 'tier:nano']
    """
    named = ["all", f"platform:{post['platform']}"]
    if "format" in post:
        named.append(f"format:{post['format']}")
    if "followers" in post:
        named.append(f"tier:{next(name for least, name in TIERS if post['followers'] >= least)}")
    return named
