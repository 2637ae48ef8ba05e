"""New trends: which of a bucket's candidates are believed, by how they burst and by what their posts say."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Calm, Candidate, Look, PostRef
from detectors.model.posts import Post
from detectors.subjects.kinds import kind_of, subject_key
from detectors.trends.coherence import Chance, Said, apart, coherence, fisher
from detectors.trends.confirmation import weighted_p
from detectors.trends.discovery import benjamini_hochberg
from detectors.trends.gamma_poisson import surprise, tail_of
from detectors.trends.grouping import groups_of
from detectors.trends.trend import Texts, names_in
from detectors.trends.words import Rates

MOST_DISCOVERED = 300
"""Subjects that may make new trends in one bucket, most surprising first: grouping costs the square of their number,
and in a cold start everything surprises. The others have their turn in the next bucket, when these belong to trends."""

WINDOWS = 2
"""Windows that are looked at: each p is worth so many times less."""

DOUBT = 10.0
"""The p of burst and coherence is taken to be so many times greater: its tail lies beyond what was observed."""

COHERENT = 0.1
"""The p of coherence from which posts hold together: strong bursts of one word alone are no topic."""


class Judged(NamedTuple):
    """A candidate over the window that says most; `p` of burst and coherence, or of the burst where none is known."""

    candidate: Candidate
    p: float
    coherent: bool


class Finder:
    """Believes candidates, and learns how well posts hold together by chance.

    Args:
        false_share, min_voices, screen_p: see config/settings.py.
    """

    def __init__(self, *, false_share: float, min_voices: int, screen_p: float) -> None:
        self._false_share, self._min_voices, self._screen_p = false_share, min_voices, screen_p
        self.chance = Chance()

    def fresh(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those worth reading posts for, most surprising first."""
        least = float(surprise(np.array([self._screen_p]))[0])
        told = [c for c in candidates if any(self._many(look) and look.surprise > least for look in looks_of(c))]
        return sorted(told, key=lambda c: (-max(look.surprise for look in looks_of(c)), c.key))[:MOST_DISCOVERED]

    def learn(self, calm: Sequence[Calm], texts: Texts, rates: Rates) -> None:
        """Take groups of posts whose subject does not burst."""
        for one in calm:
            said = apart(said_in(one.posts, texts))
            if len(said) >= self._min_voices:
                self.chance.learn(len(said), coherence(own_words(one.key, one.posts, texts), said, rates))

    def believed(self, fresh: Sequence[Candidate], texts: Texts, rates: Rates, tracked: int) -> list[list[Candidate]]:
        """Groups of subjects that are believed to be trends: at most the user's share is false.

        Those of everybody first, then those of segments, the surest first.

        Args:
            tracked: subjects watched, and pairs of subject and segment.
        """
        found = [one for c in fresh if (one := self._judged(c, texts, rates))]
        judged = {(one.candidate.scope, one.candidate.key): one for one in found}
        groups = groups_of([one.candidate for one in found if one.candidate.scope == ALL])
        local = groups_of([one.candidate for one in found if one.candidate.scope != ALL])
        groups += [_surest(group, judged) for group in local]
        p_values = [self._group_p([judged[c.scope, c.key] for c in group]) for group in groups]
        yes = benjamini_hochberg(p_values, share=self._false_share, tracked=tracked)
        return [group for _, group, told in sorted(zip(p_values, groups, yes, strict=True), key=_first) if told]

    def _group_p(self, group: Sequence[Judged]) -> float:
        """One p for a group: the least of its members', for it is divided by all subjects, not by all groups."""
        coherent = [one.p for one in group if one.coherent]
        if coherent:
            return DOUBT * min(coherent)
        return weighted_p([one.p for one in group], [one.candidate.key for one in group])

    def _judged(self, candidate: Candidate, texts: Texts, rates: Rates) -> Judged | None:
        """None: its posts have nothing else in common, or too few are nobody's copy."""
        found = [self._looked(candidate, look, texts, rates) for look in looks_of(candidate) if self._many(look)]
        return min((one for one in found if one), key=lambda one: one.p, default=None)

    def _looked(self, candidate: Candidate, look: Look, texts: Texts, rates: Rates) -> Judged | None:
        seen = said_in(look.posts, texts)
        said = apart(seen)
        voices = look.observed if not seen else min(look.observed, round(look.observed * len(said) / len(seen)))
        if look.total <= len(seen):
            voices = min(voices, len(said))
        p = _p(voices, look)
        if voices < self._min_voices or p >= self._screen_p:
            return None
        shown = msgspec.structs.replace(candidate, posts=look.posts)
        if not seen or not self.chance.known(len(said)):
            return Judged(shown, p, coherent=False)
        together = self.chance.p(len(said), coherence(own_words(candidate.key, look.posts, texts), said, rates))
        return Judged(shown, fisher(p, together), coherent=True) if together <= COHERENT else None

    def _many(self, look: Look) -> bool:
        return look.observed >= self._min_voices


def _surest(group: list[Candidate], judged: Mapping[tuple[str, int], Judged]) -> list[Candidate]:
    """Those of a group that are of its surest segment: a burst in a community is one of its tier and platform too."""
    best = min(group, key=lambda c: (judged[c.scope, c.key].p, c.scope, c.key))
    return [c for c in group if c.scope == best.scope]


def _first(item: tuple[float, list[Candidate], bool]) -> tuple[bool, float, int]:
    return item[1][0].scope != ALL, item[0], item[1][0].key


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


def said_in(refs: Sequence[PostRef], texts: Texts) -> list[Said]:
    """Those of the posts that can be read, in their order."""
    read = [(ref, texts.get((ref.source, ref.offset))) for ref in refs]
    return [Said(ref.author, words_in(post)) for ref, post in read if post is not None]


@lru_cache(maxsize=5000)
def words_in(post: Post) -> frozenset[int]:
    """Keys of a post's words, remembered: most posts are looked at for hours."""
    return frozenset(name.key for name in names_in(post) if name.kind == "word")


def own_words(key: int, refs: Sequence[PostRef], texts: Texts) -> frozenset[int]:
    """The words that a subject itself consists of: a hashtag is a word, a phrase two; a sound is none."""
    if kind_of(key) == "word":
        return frozenset({key})
    if kind_of(key) in ("hashtag", "phrase"):
        for ref in refs:
            post = texts.get((ref.source, ref.offset))
            for name in names_in(post) if post is not None else ():
                if name.key == key:
                    return frozenset(subject_key("word", part) for part in name.id.split())
    return frozenset()
