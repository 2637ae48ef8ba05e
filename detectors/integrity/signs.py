"""What may show that attention is bought: shares of a trend's posts or people. It does not say what is usual."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

from detectors.counts.known import UNKNOWN, code_of
from detectors.counts.people import People
from detectors.trends.trend import SeenPost

SignName = Literal["repeats", "copies", "newcomers", "new_accounts", "deleted", "synchrony"]

MOST_POSTS = 60
"""Posts whose texts and times are looked at, the latest: pairs are the square of it."""

COPY_LIKENESS = 0.5
"""Two texts are near copies when they share this part of their words (Jaccard)."""

COPY_WORDS = 3
"""A text of fewer words says nothing about copying."""

NEW_ACCOUNT_DAYS = 30
"""An account is new for so many days."""

SYNCHRONY_S = 10.0
"""Posts of two people within so many seconds are in step."""


class Sign(NamedTuple):
    """`shown` of `of` posts or people show it.

    Attributes:
        clean: the share of people who do not, 0 to 1: those who would still be there without it.
    """

    shown: int
    of: int
    clean: float

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.shown / self.of if self.of else 0.0


Signs = dict[SignName, Sign]
"""What can be told of a trend; what cannot is missing."""


def people_signs(people: People | None, survivors: float) -> Signs:
    """What all people show, exactly.

    Args:
        survivors: the share of people whose posts have stood for a while, 0 to 1.

    >>> {name: sign.share for name, sign in people_signs(People(500, 20, 0, 12_500, 0, 0), 1.0).items()}
    {'repeats': 0.96, 'deleted': 0.0}
    """
    if people is None:
        return {}
    return {
        "repeats": Sign(people.posts - people.authors, people.posts, people.singles / max(people.authors, 1)),
        "deleted": Sign(people.deleted, people.posts + people.deleted, survivors),
    }


def people_in(posts: Sequence[SeenPost]) -> People:
    """The people behind some posts that were read: as COUNT has it, but of a sample and without the deleted."""
    authors = Counter(p.ref.author for p in posts)
    singles, pairs = sum(n == 1 for n in authors.values()), sum(n * n for n in authors.values())
    return People(len(posts), len(authors), singles, pairs, 0, 0)


def post_signs(posts: Sequence[SeenPost], window: int) -> Signs:
    """What the latest posts show that were read.

    Args:
        window: buckets; whoever was first seen within about one is a newcomer.
    """
    posts = posts[-MOST_POSTS:]
    people = {p.ref.author for p in posts}
    known: dict[int, int] = {}
    for post in posts:
        if post.ref.known != UNKNOWN:
            known[post.ref.author] = max(post.ref.known, known.get(post.ref.author, 0))
    ages = {p.ref.author: age for p in posts if (age := _account_days(p)) is not None}
    return {
        "copies": _copies(posts),
        "newcomers": _of_people({a for a, code in known.items() if code <= code_of(window)}, set(known), people),
        "new_accounts": _of_people({a for a, days in ages.items() if days < NEW_ACCOUNT_DAYS}, set(ages), people),
        "synchrony": _synchrony(posts),
    }


def _of_people(shows: set[int], asked: set[int], people: set[int]) -> Sign:
    """Where less than half say it, those who do may be others than the rest: nothing is known of the trend."""
    if 2 * len(asked) < len(people):
        return Sign(0, 0, 1.0)
    return Sign(len(shows), len(asked), 1 - len(shows) / max(len(people), 1))


def _account_days(seen: SeenPost) -> float | None:
    post = seen.post
    if post.account_created_at is None or post.created_at is None:
        return None
    return (post.created_at - post.account_created_at).total_seconds() / 86_400


def _copies(posts: Sequence[SeenPost]) -> Sign:
    """Posts that nearly copy another's; who copies himself is a matter of repeats."""
    long = tuple([(p.ref.author, p.words) for p in posts if len(p.words) >= COPY_WORDS])
    copies, people = _copied(long)
    return Sign(copies, len(long), 1 - people / max(len({p.ref.author for p in posts}), 1))


@lru_cache(maxsize=2000)
def _copied(long: tuple[tuple[int, frozenset[int]], ...]) -> tuple[int, int]:
    """How many of these nearly copy another's, and of how many people; remembered: from tick to tick few change."""
    sized = [(author, words, len(words)) for author, words in long]
    copies, people = set[int](), set[int]()
    for (_, (a, words_a, n_a)), (j, (b, words_b, n_b)) in combinations(enumerate(sized), 2):
        if a == b or min(n_a, n_b) < COPY_LIKENESS * max(n_a, n_b):  # if the one held all of the other's words
            continue
        shared = len(words_a & words_b)
        if shared >= COPY_LIKENESS * (n_a + n_b - shared):
            copies.add(j)
            people |= {a, b}
    return len(copies), len(people)


def _synchrony(posts: Sequence[SeenPost]) -> Sign:
    """Posts that follow another person's within seconds."""
    timed = sorted((p.post.created_at.timestamp(), p.ref.author) for p in posts if p.post.created_at)
    steps = [(a, b) for (at, a), (then, b) in pairwise(timed) if a != b and then - at <= SYNCHRONY_S]
    in_step = Counter(author for pair in steps for author in pair)
    return Sign(len(steps), max(len(timed) - 1, 0), 1 - len(in_step) / max(len({a for _, a in timed}), 1))
