"""Which subjects a tick must name, by brute force: docs/decisions/0008-burst-detection.md in plain Python.

The product keeps the past in cells that may hold a few voices of another subject too; so only what surprises beyond
such a doubt must be named.
"""

from collections import defaultdict, deque
from collections.abc import Iterator

from scipy.special import betainc

from tests.chaos.clock import BUCKET_S, WINDOW
from tests.chaos.subjects import Subject
from tests.chaos.truth import Posts, Version, voices_of

DECAY: float = 0.5 ** (BUCKET_S / 86_400)
MIN_VOICES = 3
SCREEN_P = 1e-4
PRIOR_EXPOSURE, R_MAX = 2.0, 20.0
PRIOR_VOICES = {"phrase": 0.05}
OTHER_KINDS = 0.15

DOUBT_VOICES = 5.0
"""Voices of another subject that may be taken for a subject's past, where they share a cell."""


class Past:
    """The decayed voices of every subject that have left the window, tick by tick."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts
        self._sums: dict[Subject, tuple[float, int]] = {}
        self._people: deque[int] = deque()
        self.exposure = 0.0

    def step(self, tick: int) -> None:
        """Let a tick pass."""
        parts: defaultdict[tuple[Subject, int], list[Version]] = defaultdict(list)
        for version in self._posts.leaving(tick):
            for subject in version.said.subjects:
                parts[subject, version.travels].append(version)
        for (subject, _), versions in parts.items():
            self._sums[subject] = self.of(subject, tick) + voices_of(versions), tick
        self._people.append(len({(v.partition, v.author) for v in self._posts.new(tick)}))
        self.exposure *= DECAY
        if len(self._people) > WINDOW:
            self.exposure += self._people.popleft()

    def of(self, subject: Subject, tick: int) -> float:
        """A subject's past at a tick, voices."""
        value, at = self._sums.get(subject, (0.0, tick))
        return value * float(DECAY ** (tick - at))


def chance(observed: int, past: float, kind: str, exposure: float, past_exposure: float) -> float:
    """P(at least `observed` voices): the tail of a negative binomial."""
    r = PRIOR_VOICES.get(kind, OTHER_KINDS) + past
    mean = r * exposure / (PRIOR_EXPOSURE * exposure + past_exposure)
    shape = min(r, R_MAX)
    return float(betainc(observed, shape, mean / (shape + mean)))


def must_name(posts: Posts, ticks: range) -> Iterator[tuple[int, set[Subject]]]:
    """Each tick with the subjects that it must name."""
    past = Past(posts)
    for tick in ticks:
        past.step(tick)
        exposure = max(posts.people(tick), 1)
        named: set[Subject] = set()
        for subject in {s for v in posts.new(tick) for s in v.said.subjects if posts.versions(s) >= MIN_VOICES}:
            voices = posts.measured(subject, tick).voices
            doubted = past.of(subject, tick) + DOUBT_VOICES
            if voices >= MIN_VOICES and chance(voices, doubted, subject[0], exposure, past.exposure) < SCREEN_P:
                named.add(subject)
        yield tick, named
