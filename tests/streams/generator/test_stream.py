from collections import Counter
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from detectors.model import engagements, posts
from streams.generator.merge import Item
from streams.generator.stream import stream, truth
from streams.generator.truth import Truth, instant

START_AT = 1_748_822_400.0
HOURS = 30.0
END_AT = START_AT + HOURS * 3600
SIZE: dict[str, Any] = {"hours": HOURS, "seed": 5, "start_at": START_AT, "posts_per_hour": 300.0}


@pytest.fixture(scope="module")
def made() -> list[Item]:
    return list(stream(**SIZE))


@pytest.fixture(scope="module")
def planted() -> Truth:
    return msgspec.convert(truth(**SIZE), Truth)


def test_stream_repeats() -> None:
    """The same arguments give the same records, another seed gives others."""
    short = {**SIZE, "hours": 2.0}
    first = msgspec.json.encode(list(stream(**short)))

    assert msgspec.json.encode(list(stream(**short))) == first
    assert msgspec.json.encode(list(stream(**{**short, "seed": 6}))) != first


def test_stream_is_the_same_on_every_machine() -> None:
    """A fixed seed gives a fixed text and fixed ids: no clock, no hash(), no set order took part."""
    at, topic, record = next(iter(stream(**SIZE)))

    assert (at, topic) == (START_AT + 1.721, "post")
    assert record["post_id"] == "p4b3e0fca352d22"
    assert record["text"].startswith("Minute info : unboxing surprise, les pâtes en vue - Posez vos questions")


def test_records_satisfy_the_contract(made: list[Item]) -> None:
    """Every record is read by the types of the contract and breaks no rule between fields."""
    for _, topic, record in made:
        if topic == "post":
            assert posts.problem(msgspec.convert(record, posts.Post), instant(END_AT)) is None
        else:
            assert engagements.problem(msgspec.convert(record, engagements.Engagement), instant(END_AT)) is None


def test_records_come_in_event_time_order(made: list[Item]) -> None:
    """Time never goes back, and stays within the stream."""
    assert all(earlier[0] <= later[0] for earlier, later in pairwise(made))
    assert made[0][0] >= START_AT
    assert made[-1][0] < END_AT


def test_ids_are_unique(made: list[Item]) -> None:
    """No two posts and no two engagements share an id."""
    post_ids = [record["post_id"] for _, topic, record in made if topic == "post" and "action" not in record]
    event_ids = [record["event_id"] for _, topic, record in made if topic == "engagement"]

    assert len(post_ids) == len(set(post_ids))
    assert len(event_ids) == len(set(event_ids))


def test_quiet_stream_is_the_background_of_the_other(made: list[Item], planted: Truth) -> None:
    """Quiet has no planted post and keeps every background record that no disturbance swallowed."""
    quiet = {msgspec.json.encode(record) for _, _, record in stream(**SIZE, quiet=True)}
    ids = {post_id for trend in planted.trends for post_id in trend.post_ids}
    ids |= {post_id for attack in planted.attacks for post_id in attack.post_ids}
    ids |= {hit.post_id for hit in planted.hits}
    others = [record for _, _, record in made if record.get("post_id") not in ids]

    assert not any(record.get("post_id") in ids for record in map(msgspec.json.decode, quiet))
    assert all(msgspec.json.encode(record) in quiet for record in others)
    assert truth(**SIZE, quiet=True)["trends"] == ()


def test_volume_is_as_asked(made: list[Item]) -> None:
    """About the asked number of background posts an hour, and three to six engagements each."""
    counts = Counter(topic for _, topic, _ in stream(**{**SIZE, "hours": 24.0}, quiet=True))

    assert counts["post"] == pytest.approx(24 * 300, rel=0.1)
    assert 3 <= counts["engagement"] / counts["post"] <= 6
    assert {"like", "comment", "share", "save", "view", "click", "follow", "order", "refund", "counters"} == {
        record["kind"] for _, topic, record in made if topic == "engagement"
    }


def test_outage_silences_its_platform(made: list[Item], planted: Truth) -> None:
    """Nothing of the platform is left in the interval; elsewhere life goes on."""
    outage = planted.outage
    assert outage is not None
    during = Counter(
        record["platform"] for at, _, record in made if outage.start_at.timestamp() <= at < outage.end_at.timestamp()
    )

    assert during[outage.platform] == 0
    assert len(during) == 3


def test_collapse_thins_engagements_only(made: list[Item], planted: Truth) -> None:
    """The platform's acts fall to the planted share, its posts do not."""
    collapse = planted.collapse
    assert collapse is not None
    kept: Counter[str] = Counter()
    usual: Counter[str] = Counter()
    for items, counts in ((made, kept), (stream(**SIZE, quiet=True), usual)):
        for at, topic, record in items:
            inside = collapse.start_at.timestamp() <= at < collapse.end_at.timestamp()
            counts[topic] += inside and record["platform"] == collapse.platform
    assert kept["post"] >= usual["post"]
    assert kept["engagement"] / usual["engagement"] == pytest.approx(collapse.factor, abs=0.15)


def test_counters_only_grow(made: list[Item]) -> None:
    """A running total never falls, and never repeats what single acts already say."""
    last: dict[str, int] = {}
    for _, _, record in made:
        if record.get("kind") == "counters":
            views = record["counters"]["views"]
            assert views >= last.get(record["post_id"], 0)
            assert "likes" not in record["counters"]
            last[record["post_id"]] = views


def test_orders_live_their_life(made: list[Item]) -> None:
    """An order is created, then paid or cancelled, then settled; a refund is of a paid order and not above its net."""
    seen: dict[str, list[str]] = {}
    net: dict[str, int] = {}
    for _, _, record in made:
        if record.get("kind") == "order":
            order = record["order"]
            seen.setdefault(order["order_id"], []).append(order["status"])
            net[order["order_id"]] = order["net_minor"]
        elif record.get("kind") == "refund":
            refund = record["refund"]
            assert "paid" in seen[refund["order_id"]]
            assert 0 < refund["amount_minor"] <= net[refund["order_id"]]
    whole = ["created", "paid", "settled"]
    assert all(states in (whole[: len(states)], ["created", "cancelled"]) for states in seen.values())
