from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from streams.generator.judge import found
from streams.generator.truth import Disturbance, PlantedAttack, PlantedHit, PlantedTrend, Truth

NOON = datetime(2025, 6, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

TREND = PlantedTrend(
    label="glass hair rinse",
    hashtag="GlassHairRinse",
    names=("glass hair rinse", "GlassHairRinse", "mirror shine"),
    community="hair",
    platforms=("tiktok",),
    language="en",
    onset_at=NOON,
    end_at=NOON + HOUR,
    voices=3,
    peak_hour_voices=3,
    tiers={"nano": 3},
    post_ids=("p1", "p2", "p3"),
)
COPIES = PlantedAttack(
    kind="copied_push",
    label="slim drops",
    names=("slim drops", "SlimDropsNow"),
    platform="x",
    language="en",
    start_at=NOON,
    end_at=NOON + HOUR,
    accounts=2,
    post_ids=("a1", "a2"),
    expected="silence",
)
PUPPETS = msgspec.structs.replace(
    COPIES, kind="sock_puppets", label="moon coin", names=("moon coin",), post_ids=("b1", "b2"), expected="flag"
)
COLLAPSE = Disturbance("tiktok", NOON, NOON + HOUR, 0.1)
OUTAGE = Disturbance("youtube", NOON, NOON + HOUR, 0.0)
PLAN = Truth(
    seed=1,
    hours=36.0,
    start_at=NOON - 24 * HOUR,
    end_at=NOON + 12 * HOUR,
    posts_per_hour=100.0,
    trends=(TREND,),
    attacks=(COPIES, PUPPETS),
    collapse=COLLAPSE,
    outage=OUTAGE,
)
TRUTH: dict[str, Any] = msgspec.to_builtins(PLAN)


def alert(alert_id: str, label: str = "something", posts: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """An alert as it is read from the topic, 30 minutes after noon unless changed."""
    at = "2025-06-03T12:30:00Z"
    return {
        "alert_id": alert_id,
        "trend_id": alert_id,
        "dedup_key": alert_id,
        "revision": 1,
        "kind": "trend",
        "action": "fired",
        "detected_at": at,
        "onset_at": at,
        "window": {"start": at, "end": at},
        "subject": {"kind": "hashtag", "id": label.casefold(), "label": label},
        "scope": "all",
        "state": "emerging",
        "severity": "info",
        "observed": 3.0,
        "expected": 0.1,
        "interval": [0.0, 1.0],
        "surprise": 9.0,
        "evidence": {"post_ids": list(posts), "posts": len(posts), "creators": len(posts), "missing": 0},
        "explanation": {"en": "", "fr": ""},
        "config_digest": "0",
        **changes,
    }


def figure(alert_id: str, scope: str, detected_at: str) -> dict[str, Any]:
    """An alert about a series."""
    return alert(alert_id, kind="kpi_anomaly", scope=scope, detected_at=detected_at)


def test_found_by_evidence() -> None:
    """Most of the evidence is the trend's: it is that trend, whatever it is called."""
    report = found(TRUTH, [alert("1", posts=("p1", "p2", "other"))])

    assert [(its.label, its.alert_id, its.delay_s) for its in report.found] == [(TREND.label, "1", 1_800.0)]
    assert report.missed == ()
    assert report.false == ()


def test_found_by_name() -> None:
    """A spelling of the trend's names is enough, as subject or as member."""
    member = {"kind": "phrase", "id": "x", "label": "Mirror-Shine"}

    assert found(TRUTH, [alert("1", label="#glass_hairrinse")]).missed == ()
    assert found(TRUTH, [alert("1", members=[member])]).missed == ()


def test_one_hit_counts_once() -> None:
    """Later alerts about the same trend and scope are duplicates; for another scope they are not."""
    alerts = [alert("1", posts=("p1",)), alert("2", posts=("p2",)), alert("3", posts=("p3",), scope="community:hair")]
    report = found(TRUTH, alerts)

    assert [its.alert_id for its in report.found] == ["1"]
    assert report.duplicates == 1
    assert report.false == ()


def test_first_alert_counts_in_any_order() -> None:
    """The delay is the earliest alert's, however the topic's partitions were read."""
    late = alert("2", posts=("p2",), detected_at="2025-06-03T12:45:00Z")

    assert found(TRUTH, [late, alert("1", posts=("p1",))]).found[0].alert_id == "1"


def test_updates_are_not_counted() -> None:
    """Only what was fired is an alarm."""
    report = found(TRUTH, [alert("1", posts=("p1",), action="updated")])

    assert report.found == ()
    assert report.missed == (TREND.label,)


@pytest.mark.parametrize("at", ["2025-06-03T11:55:00Z", "2025-06-03T15:05:00Z"])
def test_right_name_at_the_wrong_time_is_false(at: str) -> None:
    """Before its first post nobody can know; long after its last one it is no news."""
    assert found(TRUTH, [alert("1", label="GlassHairRinse", detected_at=at)]).false == ("1",)


def test_alerts_about_nothing_planted_are_false() -> None:
    """A trend alert with foreign evidence and a foreign name is a false alarm."""
    assert found(TRUTH, [alert("1", posts=("q1", "q2"))]).false == ("1",)


def test_copies_that_pass_for_a_trend_are_false() -> None:
    """Copied posts are one voice: an alert about them is a false alarm."""
    assert found(TRUTH, [alert("1", posts=("a1", "a2"))]).false == ("1",)


def test_sock_puppets_need_a_flag() -> None:
    """They may be reported; whether with a warning is told apart."""
    flagged = alert("2", posts=("b2",), integrity={"flags": ["new_accounts"]})
    report = found(TRUTH, [alert("1", posts=("b1",)), flagged])

    assert (report.unflagged, report.flagged, report.false) == (("1",), ("2",), ())


def test_disturbances_are_seen_by_platform_and_time() -> None:
    """The right platform within its time, or half an hour later; anything outside is unexplained."""
    alerts = [
        figure("1", "platform:tiktok", "2025-06-03T12:10:00Z"),
        figure("2", "platform:youtube", "2025-06-03T18:00:00Z"),
    ]
    report = found(TRUTH, alerts)

    assert report.collapse_seen is True
    assert report.outage_seen is False
    assert report.unexplained == ("2",)


def test_posts_that_outperform_are_told_apart() -> None:
    """Those that were planted, told or not, and others."""
    hits = tuple(PlantedHit(post_id, "c", "tiktok", "nano", NOON, 20.0) for post_id in ("h1", "h2"))
    truth = msgspec.to_builtins(msgspec.structs.replace(PLAN, hits=hits))
    alerts = [
        alert(name, kind="post_overperforming", subject={"kind": "post", "id": post_id, "label": post_id})
        for name, post_id in (("1", "h1"), ("2", "p1"))
    ]
    report = found(truth, alerts)

    assert (report.hits, report.missed_hits, report.other_posts) == (("h1",), ("h2",), ("2",))
    assert report.false == ()


def test_nothing_planted_nothing_to_see() -> None:
    """A quiet stream has no disturbance to find: unknown, not missed."""
    report = found(msgspec.to_builtins(Truth(1, 36.0, NOON, NOON + HOUR, 100.0)), [])

    assert report.collapse_seen is None
    assert report.outage_seen is None
    assert not report.found
    assert not report.missed
