"""Looks at every trend that is about to be told: which signs it shows more than is usual, and what follows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from detectors.counts.people import People
from detectors.counts.ticks import Candidate
from detectors.errors import DetectorError
from detectors.integrity.mix import MixState, UnusualMix
from detectors.integrity.remains import clean_voices, stands_alone
from detectors.integrity.rules import Rules
from detectors.integrity.signs import Sign, SignName, Signs, people_in, people_signs, post_signs
from detectors.integrity.usual import Usual, UsualState
from detectors.model.alerts import Integrity, IntegritySign
from detectors.trends.trend import OpenTrend, SeenPost

FORMAT_VERSION = 1

PRIORS: dict[SignName, tuple[float, float]] = {
    "repeats": (0.3, 0.1),
    "copies": (0.2, 0.3),
    "newcomers": (0.5, 0.5),
    "new_accounts": (0.05, 0.1),
    "deleted": (0.02, 0.02),
    "synchrony": (0.3, 0.5),
}
"""Usual share among trends, and its spread, before any was learned; what differs much from stream to stream is wide."""

MIX = "mix"
"""The flag of signs that are unusual only together."""

TELLING = 1.0
"""Signs of so many decades of surprise are named as what the mix consists of."""

LEAST_OF = 5
"""Of fewer posts or people a share says nothing."""

SETTLED = 2
"""Buckets for which a post must have stood to count as one that stays."""


class Assessment(NamedTuple):
    """What is to be said of a trend.

    Attributes:
        integrity: the field of its records.
        held: its own alert waits: without the suspicious part it would be none.
        news: flags were raised for the first time.
    """

    integrity: Integrity
    held: bool
    news: bool


class Marks(msgspec.Struct, array_like=True):
    """What is remembered of a trend: evidence of each sign flagged, at its strongest; when it was first looked at."""

    since: int
    flags: dict[str, IntegritySign] = {}
    learned: bool = False


class JudgeState(msgspec.Struct, frozen=True):
    """All that the judge remembers."""

    marks: dict[str, Marks]
    trends: dict[str, UsualState]
    ordinary: dict[str, UsualState]
    mix: MixState
    version: int = FORMAT_VERSION


_read_state = msgspec.msgpack.Decoder(JudgeState).decode


class IntegrityJudge:
    """Compares the signs of a trend with what is usual among trends, each alone and all together.

    A sign is flagged when so great a share has less chance than `flag_p`, divided by the number of signs. All of them
    together are flagged by a River model when fewer than `flag_p` of the groups that it learned were as strange. It
    learns from trends that have lived for a window without a flag, and from ordinary groups of posts: those are
    compared among themselves, for people behave otherwise in a trend. What is flagged is not learned.

    Raises: DetectorError if flag_p is not between 0 and 1.
    """

    def __init__(self, rules: Rules) -> None:
        if not 0 < rules.flag_p < 1:
            raise DetectorError(f"flag_p = {rules.flag_p}: must lie between 0 and 1")
        self._rules = rules
        self._trends = {name: Usual(mean=mean, spread=spread) for name, (mean, spread) in PRIORS.items()}
        self._ordinary = {name: Usual(mean=mean, spread=spread) for name, (mean, spread) in PRIORS.items()}
        self._marks: dict[str, Marks] = {}
        self._read: dict[str, tuple[int, Signs]] = {}  # worked out once for the same posts
        self.mix = UnusualMix()

    def assess(self, trend: OpenTrend, leader: Candidate, bucket: int) -> Assessment:
        """Look at a trend, given its leading subject as of this bucket."""
        marks = self._marks.setdefault(trend.trend_id, Marks(bucket))
        signs = self._signs_of(trend, leader, bucket)
        surprises = self._surprises(signs, self._trends)
        was = set(marks.flags)
        if trend.state != "ended":  # what is left of it is not what was told
            self._flag(marks, signs, surprises)
        if not marks.learned and bucket - marks.since >= self._rules.window:
            marks.learned = True
            if not marks.flags:
                self._learn(signs, surprises, self._trends)
        clean = clean_voices(leader.observed, [signs[n] for n in PRIORS if n in marks.flags and n in signs])
        r = self._rules
        alone = stands_alone(clean, leader.expected, r_max=r.r_max, least=r.min_voices, p=r.screen_p)
        held = trend.revision == 0 and bool(marks.flags) and not alone
        return Assessment(_integrity(leader, signs, marks, clean), held, bool(marks.flags) and not was)

    def learn_ordinary(self, groups: Iterable[tuple[People | None, Sequence[SeenPost]]], bucket: int) -> None:
        """Learn from groups of posts that are no trends: the people behind each, if told, and posts that were read."""
        for people, posts in groups:
            survivors = _survivors(posts, (bucket + 1) * self._rules.bucket_s, self._rules)
            told = people_signs(people or people_in(posts), survivors)
            signs = _enough(told | post_signs(posts, self._rules.window))
            self._learn(signs, self._surprises(signs, self._ordinary), self._ordinary)

    def forget(self, trend_id: str) -> None:
        """A trend is no longer open."""
        self._marks.pop(trend_id, None)
        self._read.pop(trend_id, None)

    def snapshot(self) -> bytes:
        """All it remembers."""
        trends: dict[str, UsualState] = {name: usual.snapshot() for name, usual in self._trends.items()}
        ordinary: dict[str, UsualState] = {name: usual.snapshot() for name, usual in self._ordinary.items()}
        return msgspec.msgpack.encode(JudgeState(self._marks, trends, ordinary, self.mix.snapshot()))

    def restore(self, value: bytes) -> None:
        """Go on from a snapshot."""
        state = _read_state(value)
        if state.version != FORMAT_VERSION:
            raise DetectorError(f"integrity state version {state.version}: this worker reads {FORMAT_VERSION}")
        self._marks = state.marks
        for usuals, states in ((self._trends, state.trends), (self._ordinary, state.ordinary)):
            for name, usual in usuals.items():
                usual.restore(states[name])
        self.mix.restore(state.mix)

    def _signs_of(self, trend: OpenTrend, leader: Candidate, bucket: int) -> Signs:
        read = len(trend.seen) + trend.dropped
        if self._read.get(trend.trend_id, (-1, {}))[0] != read:
            self._read[trend.trend_id] = read, post_signs(list(trend.seen.values()), self._rules.window)
        told = [trend.seen[ref.post_id] for ref in leader.posts if ref.post_id in trend.seen]
        survivors = _survivors(told, (bucket + 1) * self._rules.bucket_s, self._rules)
        return _enough(people_signs(leader.people, survivors) | self._read[trend.trend_id][1])

    def _surprises(self, signs: Signs, usuals: Mapping[SignName, Usual]) -> dict[str, float]:
        return {name: usual.surprise(*signs[name][:2]) if name in signs else 0.0 for name, usual in usuals.items()}

    def _flag(self, marks: Marks, signs: Signs, surprises: Mapping[str, float]) -> None:
        unusual = [n for n in signs if 10.0 ** -surprises[n] * len(PRIORS) < self._rules.flag_p]
        for name in unusual:
            before = marks.flags.get(name)
            if before is None or before.surprise < surprises[name]:
                marks.flags[name] = self._evidence(name, signs[name], surprises[name])
        telling = [name for name in signs if surprises[name] >= TELLING]
        chance = self.mix.chance(surprises) if len(telling) > 1 and not marks.flags else None
        if chance is not None and chance < self._rules.flag_p:
            marks.flags.update((name, self._evidence(name, signs[name], surprises[name])) for name in telling)
            marks.flags[MIX] = IntegritySign(MIX, round(1 - chance, 6), round(chance, 6), 0, 0, 0.0)

    def _evidence(self, name: SignName, sign: Sign, surprise: float) -> IntegritySign:
        return IntegritySign(
            name, round(sign.share, 3), round(self._trends[name].mean, 3), sign.shown, sign.of, round(surprise, 2)
        )

    def _learn(self, signs: Signs, surprises: Mapping[str, float], usuals: Mapping[SignName, Usual]) -> None:
        if not signs:
            return
        self.mix.learn(surprises)
        for name, sign in signs.items():
            usuals[name].learn(sign.shown, sign.of)


def _enough(signs: Signs) -> Signs:
    return {name: sign for name, sign in signs.items() if sign.of >= LEAST_OF}


def _survivors(posts: Sequence[SeenPost], now: float, rules: Rules) -> float:
    """The share of people with a post that has stood for some buckets."""
    until = now - SETTLED * rules.bucket_s
    old = {p.ref.author for p in posts if p.post.created_at and p.post.created_at.timestamp() <= until}
    return len(old) / max(len({p.ref.author for p in posts}), 1)


def _integrity(leader: Candidate, signs: Signs, marks: Marks, clean: float) -> Integrity:
    def share(name: SignName) -> float | None:
        return round(signs[name].share, 3) if name in signs else None

    return Integrity(
        effective_voices=effective_voices(leader, signs),
        copies_share=share("copies"),
        deleted_share=share("deleted"),
        new_accounts_share=share("new_accounts"),
        flags=tuple(sorted(marks.flags)),
        signs=tuple(marks.flags[name] for name in sorted(marks.flags)),
        clean_voices=float(round(clean)),
    )


def effective_voices(leader: Candidate, signs: Signs) -> float:
    """How many people would be as diverse who post equally often and their own words: a Hill number of order 2.

    Source: Hill 1973, 1 / sum of squared shares, over authors; near copies count once. Never more than the voices.
    """
    people = leader.people
    hill = people.posts**2 / people.pairs if people and people.pairs else float(leader.observed)
    own = 1 - signs["copies"].share if "copies" in signs else 1.0
    return round(min(float(leader.observed), hill * own), 1)
