"""How widely a trend is spread over communities, by the posts that were read. It names none of them."""

import math
from collections.abc import Iterable

from detectors.model.alerts import Breadth
from detectors.trends.trend import SeenPost

VOICES_EACH = 3
"""Voices from which a community speaks of it."""

DIGITS = 3


def breadth_of(posts: Iterable[SeenPost]) -> Breadth | None:
    """Communities with several voices, and how evenly the voices are spread; None if no post names a community.

    A voice counts in each community that it names. Entropy is Shannon's, in bits; evenness is Pielou's: entropy over
    the most that so many communities could have, unknown of a single one.
    Source: Shannon 1948; Pielou 1966, The measurement of diversity in different types of biological collections.
    """
    voices = [len(authors) for authors in _authors(posts).values()]
    if not voices:
        return None
    total = sum(voices)
    entropy = -sum(n / total * math.log2(n / total) for n in voices)
    evenness = round(min(1.0, entropy / math.log2(len(voices))), DIGITS) if len(voices) > 1 else None
    return Breadth(sum(n >= VOICES_EACH for n in voices), round(entropy, DIGITS) + 0.0, evenness)


def _authors(posts: Iterable[SeenPost]) -> dict[str, set[int]]:
    authors: dict[str, set[int]] = {}
    for post in posts:
        for community in post.post.communities:
            authors.setdefault(community, set()).add(post.ref.author)
    return authors
