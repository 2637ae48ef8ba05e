"""Which subjects a tick must name, by brute force: docs/decisions/0008 and 0018 in plain Python.

The product keeps the past in cells that may hold a few voices of another subject too; so only what surprises beyond
such a doubt must be named, whatever cap of the shape each partition learned (0031). It may name more: what surprises
teaches its past less (0019), here it teaches all.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

from scipy.special import betainc

from tests.chaos.clock import BUCKET_S, LONG_WINDOW, WINDOW, long_begins
from tests.chaos.subjects import Subject
from tests.chaos.truth import Posts, Version, voices_of

DECAY: float = 0.5 ** (BUCKET_S / 86_400)
MIN_VOICES = 3
SCREEN_P = 1e-4
PRIOR_EXPOSURE = 2.0
LEAST_CAP = 20.0 * 0.8**11
"""Of the caps that may be learned, the one that names least."""

PRIOR_VOICES = {"phrase": 0.05}
OTHER_KINDS = 0.15

DOUBT_VOICES = 5.0
"""Voices of another subject that may be taken for a subject's past, where they share a cell."""


class Named(NamedTuple):
    """Subjects that a tick must name, and those of which it must tell the long window."""

    any: set[Subject]
    long: set[Subject]


class Past:
    """The decayed voices of every subject that have left the long window, tick by tick; and people of both windows.

    Attributes:
        exposure, long_exposure: people in the decayed past before each window.
        people: those of the long window's buckets, added up.
    """

    def __init__(self, posts: Posts) -> None:
        self._posts = posts
        self._sums: dict[Subject, tuple[float, int]] = {}
        self._people: deque[tuple[int, int]] = deque()
        self.exposure = self.long_exposure = 0.0
        self.people = 0

    def step(self, tick: int) -> None:
        """Let a tick pass."""
        parts: defaultdict[tuple[Subject, int, int], list[Version]] = defaultdict(list)
        for version in self._posts.leaving(tick):
            for subject in version.said.subjects:
                parts[subject, version.bucket, version.travels].append(version)
        for (subject, _, _), versions in parts.items():
            self._sums[subject] = self.of(subject, tick) + voices_of(versions), tick
        self._people.append((tick, len({(v.partition, v.author) for v in self._posts.new(tick)})))
        self.long_exposure *= DECAY
        while self._people[0][0] < long_begins(tick):
            self.long_exposure += self._people.popleft()[1]
        self.exposure = self.long_exposure + sum(n for at, n in self._people if at <= tick - WINDOW)
        self.people = sum(n for _, n in self._people)

    def of(self, subject: Subject, tick: int) -> float:
        """A subject's past at a tick, voices."""
        value, at = self._sums.get(subject, (0.0, tick))
        return value * float(DECAY ** (tick - at))


class Span(NamedTuple):
    """A window: people in it and before, and what is believed without a past."""

    people: float
    past: float
    prior: float


def chance(observed: int, past: float, kind: str, span: Span) -> float:
    """P(at least `observed` voices): the tail of a negative binomial."""
    r = PRIOR_VOICES.get(kind, OTHER_KINDS) + past
    mean = r * span.people / (span.prior * span.people + span.past)
    shape = min(r, LEAST_CAP)
    return float(betainc(observed, shape, mean / (shape + mean)))


def must_name(posts: Posts, ticks: range) -> Iterator[tuple[int, Named]]:
    """Each tick with the subjects that it must name."""
    past = Past(posts)
    for tick in ticks:
        past.step(tick)
        people = float(max(posts.people(tick), 1))
        short = Span(people, past.exposure, PRIOR_EXPOSURE)
        long = Span(max(people, past.people), past.long_exposure, PRIOR_EXPOSURE * WINDOW / LONG_WINDOW)
        named = Named(set(), set())
        for subject in {s for v in posts.new(tick) for s in v.said.subjects if posts.versions(s) >= MIN_VOICES}:
            doubted = past.of(subject, tick) + DOUBT_VOICES
            if _surprises(posts.measured_long(subject, tick).voices, doubted, subject[0], long):
                named.long.add(subject)
                named.any.add(subject)
            elif _surprises(
                posts.measured(subject, tick).voices, doubted + posts.before(subject, tick), subject[0], short
            ):
                named.any.add(subject)
        yield tick, named


def _surprises(voices: int, past: float, kind: str, span: Span) -> bool:
    return voices >= MIN_VOICES and chance(voices, past, kind, span) < SCREEN_P
