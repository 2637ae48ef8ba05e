"""What is planted where: sizes, times and platforms of trends, attacks, hits, one collapse and one outage."""

from dataclasses import dataclass
from random import Random

from streams.generator.attacks import copied_push, pushes, sock_puppets
from streams.generator.daily import HOUR_S
from streams.generator.hits import plant_hits
from streams.generator.posts import Draft
from streams.generator.trends import Course, plant, themes
from streams.generator.truth import Disturbance, PlantedAttack, PlantedHit, PlantedTrend, instant
from streams.generator.world import PLATFORM_SHARES, World

SMALLEST, LARGEST = 12, 300
SHORTEST_H, LONGEST_H = 0.5, 8.0
VOICES_PER_HOUR = (7.0, 120.0)
"""A slower trend could not be told from chance by anybody; a faster one would be most of the stream."""

TRENDS_PER_DAY = (4, 8)
FEWEST_TRENDS = 4
WARM_UP_H = 24.0
ROOM_H = 12.0
TAIL_H = 1.5
"""The last trend starts this long before the end, so that it can be seen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planted, and its posts in time order; those of hits apart, so that they change nothing else."""

    drafts: tuple[Draft, ...] = ()
    hit_drafts: tuple[Draft, ...] = ()
    trends: tuple[PlantedTrend, ...] = ()
    attacks: tuple[PlantedAttack, ...] = ()
    collapse: Disturbance | None = None
    outage: Disturbance | None = None
    hits: tuple[PlantedHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Where things may be planted: `[start_at, end_at)` in epoch seconds."""

    start_at: float
    end_at: float

    @property
    def length_s(self) -> float:
        """Seconds."""
        return self.end_at - self.start_at

    def at(self, share: float) -> float:
        """The instant after that share (0 to 1) of the span."""
        return self.start_at + share * self.length_s


def first_planted_hour(hours: float) -> float:
    """Hours of calm before anything is planted: a day where that leaves 12 h, else at least 60 % of the stream.

    >>> [first_planted_hour(hours) for hours in (10, 36, 48)]
    [6.0, 24.0, 24.0]
    """
    return min(WARM_UP_H, max(0.6 * hours, hours - ROOM_H))


def make_plan(rng: Random, hits_rng: Random, world: World, start_at: float, hours: float) -> Plan:
    """Draws the plan of a stream; what is planted avoids the platform of the outage, so that all of it is seen.

    Hits avoid the collapse too: there nobody could react.
    """
    span = Span(start_at + first_planted_hour(hours) * HOUR_S, start_at + hours * HOUR_S)
    collapse, outage = _disturbances(rng, span)
    platforms = [platform for platform in PLATFORM_SHARES if platform != outage.platform]
    trends = [plant(rng, world, theme, course, platforms) for theme, course in _courses(rng, span)]
    attacks = _attacks(rng, world, span, platforms)
    seen = [platform for platform in platforms if platform != collapse.platform]
    hits, hit_drafts = plant_hits(hits_rng, world, span.start_at, span.end_at, seen)
    drafts = sorted((d for _, posts in [*trends, *attacks] for d in posts), key=lambda draft: draft.at)
    return Plan(
        drafts=tuple(drafts),
        hit_drafts=hit_drafts,
        trends=tuple(trend for trend, _ in trends),
        attacks=tuple(attack for attack, _ in attacks),
        collapse=collapse,
        outage=outage,
        hits=hits,
    )


def _courses(rng: Random, span: Span) -> list[tuple[dict[str, object], Course]]:
    """Themes with their courses: sizes spread geometrically, in any order, starts spread over the span."""
    wanted = round(rng.randint(*TRENDS_PER_DAY) * span.length_s / (24 * HOUR_S))
    chosen = themes()
    rng.shuffle(chosen)
    chosen = chosen[: max(FEWEST_TRENDS, wanted)]
    sizes = [round(SMALLEST * (LARGEST / SMALLEST) ** (i / (len(chosen) - 1))) for i in range(len(chosen))]
    rng.shuffle(sizes)
    last_s = max(0.7 * span.length_s, span.length_s - TAIL_H * HOUR_S)
    courses = []
    for place, size in enumerate(sizes):
        onset_at = span.start_at + last_s * (place + rng.uniform(0.05, 0.8)) / len(sizes)
        courses.append(Course(round(onset_at, 3), round(_end_at(rng, span, onset_at, size), 3), size))
    return list(zip(chosen, courses, strict=True))


def _end_at(rng: Random, span: Span, onset_at: float, size: int) -> float:
    """Any speed that its size allows, but within the stream."""
    low, high = VOICES_PER_HOUR
    shortest, longest = max(SHORTEST_H, size / high), min(LONGEST_H, max(SHORTEST_H, size / low))
    hours: float = shortest * (longest / shortest) ** rng.random()
    return min(onset_at + hours * HOUR_S, span.end_at)


def _attacks(rng: Random, world: World, span: Span, platforms: list[str]) -> list[tuple[PlantedAttack, list[Draft]]]:
    bought, faked = rng.sample(pushes(), 2)
    start_at = span.at(rng.uniform(0.1, 0.4))
    length_s = min(HOUR_S, span.length_s / 4)
    copied = copied_push(rng, world, bought, start_at, start_at + length_s, rng.choice(platforms))
    start_at = span.at(rng.uniform(0.5, 0.7))
    return [copied, sock_puppets(rng, faked, start_at, start_at + length_s / 2, rng.choice(platforms))]


def _disturbances(rng: Random, span: Span) -> tuple[Disturbance, Disturbance]:
    """A collapse of a busy platform, and later an outage elsewhere."""
    collapsing, silent = rng.sample(("tiktok", "instagram", "youtube"), 2)
    if collapsing == "youtube":  # a fall of its few likes is not told from chance within the hours that a demo has
        collapsing, silent = silent, collapsing
    start_at = round(span.at(rng.uniform(0.2, 0.35)))
    end_at = round(start_at + min(3 * HOUR_S, span.length_s / 5))
    collapse = Disturbance(collapsing, instant(start_at), instant(end_at), factor=rng.choice((0.1, 0.15, 0.2)))
    start_at = round(span.at(rng.uniform(0.65, 0.8)))
    end_at = round(start_at + min(HOUR_S, span.length_s / 10))
    return collapse, Disturbance(silent, instant(start_at), instant(end_at), factor=0.0)
