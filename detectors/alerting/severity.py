"""How grave a trend is: from its people, never from how sure we are. Pure functions that return their reason."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from detectors.alerting.breadth import breadth_of
from detectors.model.alerts import Severity
from detectors.trends.trend import SeenPost

RANKS: dict[Severity, int] = {"info": 0, "warning": 1, "critical": 2}

NOTABLE_PEOPLE, NOTABLE_SHARE = 20.0, 0.002
LARGE_PEOPLE, LARGE_SHARE = 100.0, 0.01
"""More people than expected, and which share of all people in the window: both must be reached. The number keeps a
handful of friends on a small deployment from being grave, the share an everyday size on a large one."""

FAST = 0.5
"""Growth per hour, as a share of the people now, from which a trend is fast."""

BROAD = 3
"""Communities with several voices among the posts seen from which it is broad."""

ENGAGING = 2.0
"""Engagements per voice, as a multiple of the usual, from which it moves people."""

KEEPS = 0.8
"""A trend keeps its size down to this share of the bounds: it does not flicker around one."""


class Size(StrEnum):
    """How many people, in words."""

    SMALL = "few people more than expected"
    NOTABLE = "many people more than expected, for this deployment"
    LARGE = "a hundred people and one in a hundred of all, or more"


class Impact(NamedTuple):
    """What a severity rests on. None: not known.

    Attributes:
        people: voices more than expected in the window.
        exposure: people in the window, of all subjects.
        voices: voices in the window.
        growth_per_hour: voices per hour.
        communities: those with several voices; see `communities_in`.
        per_voice, usual_per_voice: engagements per voice, of the trend and as usual.
        acting, all_acting: people more than expected who do not post, but comment or share; acts of all such in the
            window.
    """

    people: float
    exposure: float
    voices: float
    growth_per_hour: float | None
    communities: int
    per_voice: float | None = None
    usual_per_voice: float | None = None
    acting: float = 0.0
    all_acting: float = 0.0


class Grade(NamedTuple):
    """A severity and its reasons: the size first, then what makes it graver."""

    severity: Severity
    reasons: tuple[str, ...]


def severity_of(impact: Impact, was: Severity = "info") -> Grade:
    """How grave, given how grave it was.

    A large trend is critical if anything else is remarkable about it, else a warning; a notable one is a warning, or
    critical if everything is; a small one is never more than info.

    >>> severity_of(Impact(120, 5000, 130, 80.0, 1)).severity, severity_of(Impact(120, 5e6, 130, 80.0, 1)).severity
    ('critical', 'info')
    """
    size = _size(impact, KEEPS if was != "info" else 1.0)
    more = tuple(_remarkable(impact))
    if size is Size.SMALL:
        return Grade("info", (size, *more))
    needed = 1 if size is Size.LARGE else 3
    return Grade("critical" if len(more) >= needed else "warning", (size, *more))


def communities_in(posts: Iterable[SeenPost]) -> int:
    """Communities with several voices among these posts; see breadth.py."""
    breadth = breadth_of(posts)
    return breadth.communities if breadth else 0


def _size(impact: Impact, keeps: float) -> Size:
    crowds = [(impact.people, impact.exposure)]
    if impact.people > 0 and impact.acting > 0:  # who acts makes a trend greater, and never smaller
        crowds.append((impact.people + impact.acting, impact.exposure + impact.all_acting))

    def reaches(people: float, share: float) -> bool:
        return any(more >= keeps * max(people, share * everybody) for more, everybody in crowds)

    if reaches(LARGE_PEOPLE, LARGE_SHARE):
        return Size.LARGE
    return Size.NOTABLE if reaches(NOTABLE_PEOPLE, NOTABLE_SHARE) else Size.SMALL


def _remarkable(impact: Impact) -> Iterable[str]:
    if impact.growth_per_hour is not None and impact.growth_per_hour >= FAST * max(impact.voices, 1.0):
        yield "it grows fast"
    if impact.communities >= BROAD:
        yield "several communities speak of it"
    per_voice, usual = impact.per_voice, impact.usual_per_voice
    if per_voice is not None and usual and per_voice >= ENGAGING * usual:  # 0 has no multiple
        yield "its posts move more people than usual"
