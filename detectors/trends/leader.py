"""Which of a trend's subjects speaks for it, and what a bucket says of it. It remembers nothing."""

from collections.abc import Iterable, Mapping

import numpy as np

from detectors.counts.segment_table import key_in
from detectors.counts.ticks import Candidate, Look
from detectors.subjects.kinds import Kind
from detectors.subjects.names import Name
from detectors.trends.gamma_poisson import calm_limit
from detectors.trends.lifecycle import Moment, Pace

LABEL_ORDER: dict[Kind, int] = {"hashtag": 0, "sound": 1, "product": 1, "brand": 1, "phrase": 2, "word": 3, "format": 4}
"""Which kind of subject people recognise a trend by, best first."""

LABEL_SHARE = 0.5
"""A label must hold this share of the people of the trend's largest subject."""

LEAST_SHARE = 0.25
"""A leader whose surplus of people is less than this share of another member's is no longer what people speak of."""


def surplus(candidate: Candidate) -> float:
    """People more than expected: an everyday word that a trend uses has many people, but few more than always."""
    return candidate.observed - candidate.expected


def recognisable(candidates: Iterable[Candidate], told: Mapping[int, Name]) -> int | None:
    """The key of the most recognisable of the large ones, by kind, size, surprise and key; None of none.

    Args:
        told: the name of each candidate.
    """
    candidates = list(candidates)
    most = max(map(surplus, candidates), default=0.0)
    large = [c for c in candidates if surplus(c) >= LABEL_SHARE * most]
    best = min(large, key=lambda c: (LABEL_ORDER[told[c.key].kind], -c.observed, -c.surprise, c.key), default=None)
    return None if best is None else best.key


def speaks_for(leader: Candidate, members: Iterable[Candidate]) -> bool:
    """Whether it still has a fair share of the people of the trend's largest member."""
    return surplus(leader) >= LEAST_SHARE * max(map(surplus, members))


def slow_news(candidate: Candidate, now: Moment) -> Look | None:
    """What the long window says of a subject, if it surprises there while its last hour alone is no news."""
    return candidate.long if now.observed <= now.calm else None


def moment_of(bucket: int, candidate: Candidate, pace: Pace) -> Moment:
    """What a bucket says of a subject."""
    limit = float(calm_limit(np.array([candidate.expected]), np.array([candidate.shape]))[0])
    return Moment(
        bucket,
        float(candidate.observed),
        candidate.expected,
        candidate.surprise,
        round(max(limit, pace.few), 6),
        float(candidate.people.gone if candidate.people else 0),
        key_in(candidate.scope, candidate.key),
    )
