"""Plants a trend: who says it when, in which words. What it looks like afterwards is in `truth.py`."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from streams.generator.casting import cast
from streams.generator.daily import HOUR_S
from streams.generator.lexicon import lexicon, read
from streams.generator.posts import Draft, post_record, usual_tags
from streams.generator.texts import dress, fill
from streams.generator.truth import PlantedTrend, instant
from streams.generator.world import Creator, World

TAGGED = 0.8
USUAL_SPELLING = 0.7
SECOND_POSTS = 0.1
APPEAL = 1.5

Theme = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """When a trend runs and how big it gets: epoch seconds, and voices asked for."""

    onset_at: float
    end_at: float
    voices: int


def themes() -> list[Theme]:
    """What may become a trend, as `data/trends.toml` lists it."""
    found: list[Theme] = read("trends")["trend"]
    return found


def names_of(theme: Theme) -> tuple[str, ...]:
    """All spellings of the theme's own subjects."""
    extra = [theme[field] for field in ("sound", "product") if field in theme]
    named = (theme["label"], theme["hashtag"], *theme["variants"], *theme["phrases"], *extra)
    return tuple(dict.fromkeys(named))


def plant(
    rng: Random, world: World, theme: Theme, course: Course, platforms: Sequence[str]
) -> tuple[PlantedTrend, list[Draft]]:
    """The trend and its posts in time order; it runs on one to three of `platforms`."""
    platforms = rng.sample(platforms, rng.choice((1, 2, 2, 3)))
    speakers = cast(rng, world, course.voices, theme["language"], theme["community"], platforms)
    drafts = []
    for at, creator in zip(_moments(rng, course, len(speakers)), speakers, strict=True):
        drafts.append(_draft(rng, theme, at, creator))
        if rng.random() < SECOND_POSTS:
            drafts.append(_draft(rng, theme, round(rng.uniform(at, course.end_at), 3), creator))
    drafts.sort(key=lambda draft: draft.at)
    return _truth(theme, platforms, drafts), drafts


def _moments(rng: Random, course: Course, count: int) -> list[float]:
    """`count` instants: a quick rise, a slower fall (a Beta(2, 3) over the course)."""
    length = course.end_at - course.onset_at
    return sorted(round(course.onset_at + length * rng.betavariate(2.0, 3.0), 3) for _ in range(count))


def _draft(rng: Random, theme: Theme, at: float, creator: Creator) -> Draft:
    words, community = lexicon(theme["language"]), theme["community"]
    sentence = fill(rng, words, community, rng.choice(theme["sentences"]), {"own": rng.choice(theme["phrases"])})
    tags = usual_tags(rng, theme["language"], community)[:2]
    if rng.random() < TAGGED:
        spelling = theme["hashtag"] if rng.random() < USUAL_SPELLING else rng.choice(theme["variants"])
        tags.insert(0, spelling)
    heard = "sound" in theme and creator.platform in ("tiktok", "instagram") and rng.random() < 0.6
    shown = "product" in theme and rng.random() < 0.5
    record = post_record(
        rng,
        creator,
        at,
        dress(rng, words, sentence),
        tags,
        sounds=[theme["sound"]] if heard else None,
        products=[theme["product"]] if shown else None,
    )
    return Draft(at, creator, record, appeal=APPEAL)


def _truth(theme: Theme, platforms: Sequence[str], drafts: Sequence[Draft]) -> PlantedTrend:
    first: dict[str, Draft] = {}
    for draft in drafts:
        first.setdefault(draft.creator.creator_id, draft)
    return PlantedTrend(
        label=theme["label"],
        hashtag=theme["hashtag"],
        names=names_of(theme),
        community=theme["community"],
        platforms=tuple(platforms),
        language=theme["language"],
        onset_at=instant(drafts[0].at),
        end_at=instant(drafts[-1].at),
        voices=len(first),
        peak_hour_voices=most_in_an_hour([draft.at for draft in first.values()]),
        tiers=dict(sorted(Counter(draft.creator.tier for draft in first.values()).items())),
        post_ids=tuple(draft.record["post_id"] for draft in drafts),
    )


def most_in_an_hour(ats: Sequence[float]) -> int:
    """The greatest number of the sorted instants (epoch seconds) that one hour holds.

    >>> most_in_an_hour([0.0, 100.0, 3700.0, 9000.0])
    2
    """
    return max((bisect_left(ats, at + HOUR_S) - place for place, at in enumerate(ats)), default=0)
