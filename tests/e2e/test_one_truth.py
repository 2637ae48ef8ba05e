"""One truth through a real Kafka, told in three ways: the same figures, and nobody is told of a burst."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from config.settings import Settings
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.detectors.making import START_AT, make_engagement, make_post
from tests.detectors.truth import HOUR_S, WAYS, delivered, likes_of
from tests.e2e.worker import IN_OTHER_PROCESSES, alerts, worker, written

pytestmark = IN_OTHER_PROCESSES

PACE = (3, 5, 2)
MOST_S = 44 * HOUR_S
CLOCKS = [f"clock {n}" for n in range(16)]
"""Creators enough for every partition: each has its own time."""

AGO_S = -400 * 24 * HOUR_S
"""The tests' streams lie ahead, and what is ahead of Kafka's time is refused."""

encode = msgspec.json.Encoder().encode


def test_every_way_of_telling_gives_the_same_figures(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """Single acts, deltas and running totals of three creators each, up to 44 h late, out of order and twice.

    Each way is a campaign of its own; others post and follow every half hour until all has come.
    """
    settings, rng = settings_for_kafka, random.Random(5)
    told: list[tuple[float, str, bytes, bytes]] = []
    for tick in range(100):
        seconds = AGO_S + tick * HOUR_S / 2
        at = START_AT + seconds
        for name in CLOCKS:
            post = make_post(f"{name} {tick}", seconds, "", name, platform="clock")
            about: dict[str, Any] = {"platform": "clock", "post_id": None, "creator_id": name}
            act = make_engagement(f"{name} {tick}", seconds, "follow", **about)
            told += [(at, settings.topics.posts, name.encode(), encode(post))]
            told += [(at, settings.topics.engagements, name.encode(), encode(act))]
    for way in WAYS:
        campaign = way.__name__
        for n in range(len(PACE)):
            by: dict[str, Any] = {"campaign_id": campaign, "platform": campaign, "followers": 5000}
            post = make_post(f"p{n}", AGO_S, "", f"{campaign} {n}", **by)
            told.append((START_AT + AGO_S, settings.topics.posts, f"{campaign} {n}".encode(), encode(post)))
        for at, act in delivered(way(PACE, {"platform": campaign}), rng, MOST_S):
            creator = f"{campaign} {(act.post_id or '')[1:]}"
            ours = msgspec.structs.replace(act, creator_id=creator, at=act.at + timedelta(seconds=AGO_S))
            told.append((at + AGO_S, settings.topics.engagements, creator.encode(), encode(ours)))
    with worker(settings, tmp_path / "worker") as running:
        for topic in (settings.topics.posts, settings.topics.engagements):
            with Delivery(client_settings(settings), topic) as delivery:
                for n, (_, where, key, value) in enumerate(sorted(told, key=lambda one: one[0])):
                    if where == topic:
                        delivery.send(f"record {n}", key, value)
        running.drained(rest_s=20)
        news, records = alerts(settings), written(settings, settings.topics.kpis)

    assert [(alert["kind"], alert["scope"]) for alert in news if alert["kind"] != "data_quality"] == []
    last = {record.key: json.loads(record.value) for record in records}
    sums = dict.fromkeys((way.__name__ for way in WAYS), 0)
    for kpi in last.values():
        campaign = kpi["scope"].partition("campaign:")[2]
        if campaign and kpi["window"].endswith("PT1H"):
            rate = next(one for one in kpi["figures"] if one["name"] == "engagement_rate_by_followers")
            sums[campaign] += rate["numerator"]
    assert sums == dict.fromkeys(sums, likes_of(PACE))
