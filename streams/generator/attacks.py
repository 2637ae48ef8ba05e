"""Plants bought attention: one text from a few accounts again and again, or a wave of brand-new accounts."""

from random import Random
from typing import Any, Literal

from streams.generator.casting import cast
from streams.generator.lexicon import lexicon, read
from streams.generator.posts import Draft, post_record
from streams.generator.texts import fill
from streams.generator.truth import PlantedAttack, instant
from streams.generator.world import Creator, World, newcomer

TAKEN_DOWN = 0.5
"""Bought posts often vanish once they have been counted (Elmas et al., 2021)."""

APPEAL = 0.2
COPYING_ACCOUNTS = (6, 14)
COPIES_EACH = (10, 20)
PUPPETS = (40, 80)

Push = dict[str, Any]


def pushes() -> list[Push]:
    """What may be bought, as `data/pushes.toml` lists it."""
    found: list[Push] = read("pushes")["push"]
    return found


def copied_push(
    rng: Random, world: World, push: Push, start_at: float, end_at: float, platform: str
) -> tuple[PlantedAttack, list[Draft]]:
    """A few established accounts post the same words many times: many posts, hardly any voice."""
    accounts = cast(rng, world, rng.randint(*COPYING_ACCOUNTS), push["language"], push["community"], (platform,))
    drafts = [
        _draft(rng, creator, rng.uniform(start_at, end_at), rng.choice(push["copies"]), push["hashtag"])
        for creator in accounts
        for _ in range(rng.randint(*COPIES_EACH))
    ]
    return _planted("copied_push", push, platform, drafts)


def sock_puppets(
    rng: Random, push: Push, start_at: float, end_at: float, platform: str
) -> tuple[PlantedAttack, list[Draft]]:
    """Many accounts a few days old post varied texts at the same time: many voices, none of them earned."""
    words, drafts = lexicon(push["language"]), []
    for _ in range(rng.randint(*PUPPETS)):
        creator = newcomer(rng, push["language"], platform, push["community"], start_at)
        text = fill(rng, words, push["community"], rng.choice(push["puppets"]))
        drafts.append(_draft(rng, creator, rng.uniform(start_at, end_at), text, push["hashtag"]))
    return _planted("sock_puppets", push, platform, drafts)


def _draft(rng: Random, creator: Creator, at: float, text: str, tag: str) -> Draft:
    at = round(at, 3)
    return Draft(at, creator, post_record(rng, creator, at, text, [tag]), APPEAL, TAKEN_DOWN)


def _planted(
    kind: Literal["copied_push", "sock_puppets"], push: Push, platform: str, drafts: list[Draft]
) -> tuple[PlantedAttack, list[Draft]]:
    drafts.sort(key=lambda draft: draft.at)
    attack = PlantedAttack(
        kind=kind,
        label=push["label"],
        names=(push["label"], push["hashtag"]),
        platform=platform,
        language=push["language"],
        start_at=instant(drafts[0].at),
        end_at=instant(drafts[-1].at),
        accounts=len({draft.creator.creator_id for draft in drafts}),
        post_ids=tuple(draft.record["post_id"] for draft in drafts),
        expected="silence" if kind == "copied_push" else "flag",
    )
    return attack, drafts
