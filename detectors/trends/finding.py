"""New trends: which of a bucket's candidates are believed, by how they burst and by what their posts say."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.segment_table import ALL, key_in
from detectors.counts.ticks import Calm, Candidate, Look, PostRef
from detectors.trends.coherence import Chance, coherence, fisher
from detectors.trends.discovery import benjamini_hochberg
from detectors.trends.gamma_poisson import surprise, tail_of
from detectors.trends.grouping import SHARED, groups_of
from detectors.trends.said import kept_apart, own_words, said_in
from detectors.trends.stories import Burst, Stories
from detectors.trends.trend import Texts
from detectors.trends.words import Rates

MOST_DISCOVERED = 300
"""Subjects that may make new trends in one bucket, most surprising first: grouping costs the square of their number,
and in a cold start everything surprises. The others have their turn in the next bucket, when these belong to trends."""

DAY_S = 86_400.0
COHERENT = 0.1
"""The p of coherence from which posts hold together."""

LONELY_WEIGHT = 0.02
"""Weight of a burst in posts that do not: it must be so many times less likely by chance. A sound or a challenge may be
one; most are moods."""

WINDOWS = 2
"""Windows that are looked at: each p is worth so many times less."""

Place = tuple[str, int]
"""A scope and a subject."""


class Judged(NamedTuple):
    """A candidate over one of the windows.

    Attributes:
        excess: by how much its burst is more surprising than the screen asks, in e-folds.
        together: p of its posts' coherence.
    """

    candidate: Candidate
    excess: float
    together: float

    @property
    def score(self) -> float:
        """-ln p of both by the models, in e-folds. >= 0."""
        return -math.log(fisher(math.exp(-max(self.excess, 0.0)), self.together))


Looked = Mapping[Place, list[Judged]]
"""Candidates over each window in which they burst."""

About = Callable[[Iterable[PostRef]], bool]
"""Whether posts are about a trend that is open."""


class Finder:
    """Believes candidates, and learns how well posts hold together by chance.

    Args:
        false_share, min_voices, screen_p: see config/settings.py.
        bucket_s: seconds. > 0.
    """

    def __init__(self, *, false_share: float, min_voices: int, screen_p: float, bucket_s: float) -> None:
        self._false_share, self._min_voices, self._screen_p = false_share, min_voices, screen_p
        self.chance = Chance()
        self.stories = Stories(day=round(DAY_S / bucket_s))

    def fresh(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those worth reading posts for, most surprising first."""
        least = float(surprise(np.array([self._screen_p]))[0])
        told = [c for c in candidates if any(self._many(look) and look.surprise > least for look in looks_of(c))]
        return sorted(told, key=lambda c: (-max(look.surprise for look in looks_of(c)), c.key, c.scope))[
            :MOST_DISCOVERED
        ]

    def learn(self, calm: Sequence[Calm], texts: Texts, rates: Rates) -> None:
        """Take groups of posts whose subject does not burst."""
        for one in calm:
            said = kept_apart(said_in(one.posts, texts))
            if len(said) >= self._min_voices:
                self.chance.learn(len(said), coherence(own_words(one.key, one.posts, texts), said, rates))

    def learn_stories(self, bucket: int, fresh: Sequence[Candidate], texts: Texts, rates: Rates) -> None:
        """Take what bursts while nothing is told yet: what is ordinary is known before the first is judged by it.

        What would be told is no ordinary story, and those after it must not be measured by it.
        """
        for group in self.believed(bucket, fresh, texts, rates):
            self.stories.tell([key_in(c.scope, c.key) for c in group])

    def believed(
        self, bucket: int, fresh: Sequence[Candidate], texts: Texts, rates: Rates, about: About = lambda _: False
    ) -> list[list[Candidate]]:
        """Groups of subjects that are believed to be trends: at most the user's share is false.

        Those of everybody first, then those of segments, the surest first. A group of pairs that is about what is
        believed of everybody is left out; of several segments that share posts, the surest is told.
        """
        looked = {(c.scope, c.key): found for c in fresh if (found := self._judged(c, texts, rates))}
        everywhere, local = _grouped(looked)
        sure = self._sure(bucket, everywhere, looked, about)
        return sure + self._sure(bucket, [group for group in local if not _is_of(group, sure)], looked, about)

    def _sure(
        self, bucket: int, groups: Sequence[list[Candidate]], looked: Looked, about: About
    ) -> list[list[Candidate]]:
        """Count the groups as stories and judge them -> those that are believed, surest first."""
        keys = [[(c.scope, c.key) for c in group] for group in groups]
        known = [about({ref for c in group for ref in c.posts}) for group in groups]
        self.stories.see(
            bucket, [_burst([looked[place] for place in of], told) for of, told in zip(keys, known, strict=True)]
        )
        usual = [self.stories.usual([key_in(*place) for place in of]) for of in keys]
        judged = [{place: self._surest(looked[place], by) for place in of} for of, by in zip(keys, usual, strict=True)]
        p_values = [min(p for p, _ in of.values()) for of in judged]
        yes = benjamini_hochberg(
            p_values, share=self._false_share, tracked=self.stories.count, before=self.stories.told
        )
        shown = [_of_one_scope(of) for of in judged]
        return [group for _, group, told in sorted(zip(p_values, shown, yes, strict=True), key=_first) if told]

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts."""
        return {"chance": self.chance.snapshot(), "stories": self.stories.snapshot()}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self.chance.restore(parts["chance"])
        self.stories.restore(parts["stories"])

    @staticmethod
    def _p_of(one: Judged, usual: float) -> float:
        """P(an ordinary story scores so well), over its weight.

        Source: weighted false-discovery control, Genovese, Roeder, Wasserman 2006; the weight is ours.
        """
        p = math.exp(-one.score / usual)
        return p if one.together <= COHERENT else p / LONELY_WEIGHT

    def _surest(self, found: Sequence[Judged], usual: float) -> tuple[float, Candidate]:
        """The window that says most of a candidate, and its p."""
        p, place = min((self._p_of(one, usual), place) for place, one in enumerate(found))
        return p, found[place].candidate

    def _judged(self, candidate: Candidate, texts: Texts, rates: Rates) -> list[Judged]:
        """Over each window in which it bursts, its near copies left out."""
        looks = [look for look in looks_of(candidate) if self._many(look)]
        return [one for look in looks if (one := self._looked(candidate, look, texts, rates))]

    def _looked(self, candidate: Candidate, look: Look, texts: Texts, rates: Rates) -> Judged | None:
        seen = said_in(look.posts, texts)
        said = kept_apart(seen)
        voices = look.observed if not seen else min(look.observed, round(look.observed * len(said) / len(seen)))
        if look.total <= len(seen):
            voices = min(voices, len(said))
        p = _p(voices, look)
        if voices < self._min_voices or p >= self._screen_p:
            return None
        held = coherence(own_words(candidate.key, look.posts, texts), said, rates)
        shown = msgspec.structs.replace(candidate, posts=look.posts)
        return Judged(shown, round(math.log(self._screen_p / p), 6), self.chance.p(len(said), held))

    def _many(self, look: Look) -> bool:
        return look.observed >= self._min_voices


def _grouped(looked: Looked) -> tuple[list[list[Candidate]], list[list[Candidate]]]:
    """Those of everybody and those of segments, each by topic of talk, over the window that says most of each."""
    loudest = [max(found, key=lambda one: one.excess).candidate for found in looked.values()]
    return groups_of([c for c in loudest if c.scope == ALL]), groups_of([c for c in loudest if c.scope != ALL])


def _burst(found: Sequence[Sequence[Judged]], about: bool) -> Burst:
    """A group as one burst, under the keys of its subjects in their scopes."""
    keys = [key_in(one.candidate.scope, one.candidate.key) for one, *_ in found]
    return Burst(keys, max(one.score for of in found for one in of), about)


def _is_of(group: Sequence[Candidate], sure: Sequence[Sequence[Candidate]]) -> bool:
    """Whether a group of pairs is about what is believed of everybody: by a subject, or by its posts."""
    keys, ids = {c.key for c in group}, {ref.post_id for c in group for ref in c.posts}
    return any(
        any(c.key in keys for c in of) or len(ids & {ref.post_id for c in of for ref in c.posts}) >= SHARED * len(ids)
        for of in sure
    )


def _of_one_scope(judged: Mapping[Place, tuple[float, Candidate]]) -> list[Candidate]:
    """Those of a group that are of its surest scope: a burst in a community is one of its tier and platform too."""
    _, (scope, _) = min((p, place) for place, (p, _) in judged.items())
    return [c for place, (_, c) in judged.items() if place[0] == scope]


def _first(item: tuple[float, list[Candidate], bool]) -> tuple[float, int]:
    return item[0], item[1][0].key


def _p(voices: int, look: Look) -> float:
    """P of so many voices in one of the windows, rounded as surprises are."""
    decades: float = look.surprise
    if voices < look.observed:
        p = tail_of(np.array([float(voices)]), np.array([look.expected]), np.array([look.shape]))
        decades = float(surprise(p)[0])
    return min(1.0, WINDOWS * math.pow(10.0, -decades))


def looks_of(c: Candidate) -> list[Look]:
    """A candidate over the window, and over the long one if it surprises there."""
    short = Look(c.observed, c.expected, c.shape, c.surprise, c.posts, c.total)
    return [short, c.long] if c.long else [short]
