"""A creator whose day was not as usual, through the whole path in memory: told once, the same in any chunks."""

from dataclasses import replace

import msgspec

from detectors.model.alerts import Alert
from detectors.pipeline import Settings
from tests.detectors.making import pipeline_settings
from tests.detectors.stages.test_creator_watch import FIRST_DAY, LAST, Made, stream
from tests.detectors.stages.test_post_watch import Told
from tests.detectors.through import alerts_through

PARTITIONS = 2
BUCKET_S = 1800.0


def settings() -> Settings:
    """As elsewhere, but in buckets of half an hour: a creator is compared by days."""
    known = pipeline_settings(PARTITIONS, memory_s=2 * 86_400.0)
    read = known.read._replace(bucket_s=BUCKET_S, window_s=2 * BUCKET_S)
    count = known.count._replace(bucket_s=BUCKET_S, window_s=2 * BUCKET_S, long_window_s=2 * BUCKET_S, follow_s=7200.0)
    decide = known.decide._replace(bucket_s=BUCKET_S, window_s=2 * BUCKET_S, long_window_s=2 * BUCKET_S, calm_s=7200.0)
    return replace(known, read=read, count=count, decide=decide)


def partition_of(creator: str) -> int:
    """Those of elsewhere are in both partitions."""
    return int(creator[-1]) % PARTITIONS if creator.startswith("elsewhere") else 1


def alerts_of(told: list[Told], chunk: int) -> list[Alert]:
    """What is told of creators; each has a partition."""
    found = alerts_through(settings(), told, chunk, partition_of)
    return [alert for alert in found if alert.kind == "creator_anomaly"]


def bought(made: Made) -> Made:
    return made._replace(followers=made.followers + 40_000)


def test_followers_without_views_are_told() -> None:
    """By the creator's own id, with the flag and what it rests on."""
    (alert,) = alerts_of(stream(bought), 50)
    assert (alert.action, alert.scope, alert.subject.kind) == ("fired", "creator:creator 1", "creator")
    assert alert.integrity.flags == ("follower_jump",)
    assert alert.onset_at.timestamp() == (FIRST_DAY + LAST) * 86_400.0
    assert alert.conduct is not msgspec.UNSET
    assert (alert.conduct.views, alert.conduct.creator_days, alert.conduct.platform) == (1000, 2, "tiktok")
    assert alert.evidence.post_ids == (f"p{LAST} 1 0",)


def test_chunks_change_no_alert() -> None:
    """Byte for byte."""
    told = stream(bought)
    assert msgspec.json.encode(alerts_of(told, 7)) == msgspec.json.encode(alerts_of(told, 100))


def test_ordinary_creators_are_not_told() -> None:
    """None of them."""
    assert alerts_of(stream(), 50) == []
