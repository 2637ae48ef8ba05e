"""Plants posts that outperform: ordinary ones, of ordinary creators, that far more people react to."""

from collections.abc import Sequence
from random import Random

from streams.generator.catalogue import catalogue
from streams.generator.daily import DAY_S
from streams.generator.lexicon import lexicon
from streams.generator.posts import Draft, post_record, usual_tags
from streams.generator.texts import dress, fill
from streams.generator.truth import PlantedHit, instant
from streams.generator.world import World

PER_DAY = 8
FEWEST = 2
TIMES = (15.0, 40.0)
"""How many times the usual engagement they get."""

TIERS = ("nano", "micro", "mid")
TAIL_S = 2 * 3600.0
"""The last one is made so long before the end that its first hour can be seen."""


def plant_hits(
    rng: Random, world: World, start_at: float, end_at: float, platforms: Sequence[str]
) -> tuple[tuple[PlantedHit, ...], tuple[Draft, ...]]:
    """Hits in `[start_at, end_at)`, epoch seconds, on these platforms, in time order: their truth, and the posts."""
    able = [c for c in world.creators if c.tier in TIERS and c.platform in platforms]
    last_at = max(start_at, end_at - TAIL_S)
    wanted = min(len(able), max(FEWEST, round(PER_DAY * (end_at - start_at) / DAY_S)))
    ats = sorted(round(rng.uniform(start_at, last_at), 3) for _ in range(wanted))
    drafts = []
    for at, creator in zip(ats, rng.sample(able, wanted), strict=True):
        words, community = lexicon(creator.language), creator.communities[0]
        post_format, template = words.sentences.pick(rng)
        product = catalogue().products[community].pick(rng)
        given = {"product": product.called(words, community), "brand": product.brand}
        text = dress(rng, words, fill(rng, words, community, template, given))
        tags = usual_tags(rng, creator.language, community)
        record = post_record(rng, creator, at, text, tags, format=post_format)
        drafts.append(Draft(at, creator, record, appeal=rng.uniform(*TIMES), deletions=0.0))
    hits = tuple(
        PlantedHit(
            post_id=draft.record["post_id"],
            creator_id=draft.creator.creator_id,
            platform=draft.creator.platform,
            tier=draft.creator.tier,
            created_at=instant(draft.at),
            times=round(draft.appeal, 1),
        )
        for draft in drafts
    )
    return hits, tuple(drafts)
