from random import Random

import pytest

from streams.generator.daily import HOUR_S
from streams.generator.plan import SMALLEST, Plan, first_planted_hour, make_plan
from streams.generator.world import World, make_world

START_AT = 1_748_822_400.0


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(Random("world"), 400.0, START_AT)


@pytest.fixture(scope="module")
def plan(world: World) -> Plan:
    return make_plan(Random("plan"), Random("hits"), world, START_AT, 48.0)


@pytest.mark.parametrize(("hours", "first"), [(1, 0.6), (24, 14.4), (36, 24), (48, 24), (200, 24)])
def test_calm_first(hours: float, first: float) -> None:
    """A model can warm up before anything is planted."""
    assert first_planted_hour(hours) == pytest.approx(first)


def test_two_days_hold_four_to_eight_trends_of_many_sizes(plan: Plan) -> None:
    """Small and large, all loud enough to be heard in some hour, none before the calm is over."""
    voices = [trend.voices for trend in plan.trends]

    assert 4 <= len(voices) <= 8
    assert min(voices) <= 2 * SMALLEST
    assert max(voices) >= 200
    assert all(trend.peak_hour_voices >= 7 for trend in plan.trends)
    assert all(trend.onset_at.timestamp() >= START_AT + 24 * HOUR_S for trend in plan.trends)
    assert all(trend.end_at.timestamp() <= START_AT + 48 * HOUR_S for trend in plan.trends)


def test_trends_are_told_in_their_own_words_each_time(plan: Plan) -> None:
    """The posts of a trend share its names, but are no copies."""
    for trend in plan.trends:
        texts = [draft.record["text"] for draft in plan.drafts if draft.record["post_id"] in trend.post_ids]
        named = [text for text in texts if any(name.casefold() in text.casefold() for name in trend.names)]
        assert len(texts) == len(trend.post_ids)
        assert len(named) >= 0.9 * len(texts)
        assert len(set(texts)) >= 0.9 * len(texts)


def test_trends_start_small_and_at_home(plan: Plan) -> None:
    """The first voices are mostly of the trend's community, the whole mostly nano and micro creators."""
    at_home = []
    for trend in plan.trends:
        speakers = [draft.creator for draft in plan.drafts if draft.record["post_id"] in trend.post_ids]
        at_home += [trend.community in creator.communities for creator in speakers[: max(5, len(speakers) // 4)]]
        assert trend.tiers.get("nano", 0) + trend.tiers.get("micro", 0) > trend.voices / 2
    assert sum(at_home) > 0.6 * len(at_home)


def test_nothing_is_planted_where_the_outage_is(plan: Plan) -> None:
    """What an outage would swallow could not be found, and the truth would lie."""
    assert plan.outage is not None
    assert plan.outage.platform not in {draft.creator.platform for draft in plan.drafts}


def test_hits_are_posts_of_ordinary_creators(plan: Plan) -> None:
    """Each of another creator, where people can react to it, with an hour to be seen."""
    assert plan.collapse is not None
    assert plan.outage is not None
    assert len(plan.hits) == len(plan.hit_drafts) == len({hit.creator_id for hit in plan.hits}) >= 2
    assert [hit.post_id for hit in plan.hits] == [draft.record["post_id"] for draft in plan.hit_drafts]
    assert not {plan.collapse.platform, plan.outage.platform} & {hit.platform for hit in plan.hits}
    assert all(hit.tier in ("nano", "micro", "mid") and hit.times >= 15 for hit in plan.hits)
    assert max(hit.created_at.timestamp() for hit in plan.hits) <= START_AT + 46 * HOUR_S


def test_copied_push_has_many_posts_and_few_texts(plan: Plan) -> None:
    """Bought copies: few accounts, far more posts, next to no wording."""
    push = next(attack for attack in plan.attacks if attack.kind == "copied_push")
    texts = {draft.record["text"] for draft in plan.drafts if draft.record["post_id"] in push.post_ids}

    assert push.expected == "silence"
    assert len(push.post_ids) >= 8 * push.accounts
    assert len(texts) <= 2


def test_sock_puppets_are_new_accounts(plan: Plan) -> None:
    """A wave of accounts that are days old, each with a post of its own, told apart by nothing else."""
    wave = next(attack for attack in plan.attacks if attack.kind == "sock_puppets")
    born = [draft.record["account_created_at"] for draft in plan.drafts if draft.record["post_id"] in wave.post_ids]

    assert wave.expected == "flag"
    assert wave.accounts == len(wave.post_ids) >= 40
    assert min(born) > "2025-05-25"


@pytest.mark.parametrize("hours", [0.5, 6.0, 30.0, 400.0])
def test_any_length_can_be_planned(world: World, hours: float) -> None:
    """Short and long streams get their trends, all within the stream."""
    made = make_plan(Random(1), Random(2), world, START_AT, hours)

    assert len(made.trends) >= 4
    assert all(START_AT <= draft.at <= START_AT + hours * HOUR_S for draft in made.drafts)
