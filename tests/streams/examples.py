"""Records that several tests look at: plain input records to change, and a whole alert and trend."""

from datetime import UTC, datetime
from typing import Any

from detectors.model.alerts import (
    Alert,
    Driver,
    Evidence,
    Explanation,
    Integrity,
    Point,
    SubjectName,
    Trend,
    Window,
)
from detectors.model.forecasts import Forecast
from detectors.model.kpis import Figure, Kpi

KAFKA_AT = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""

POST: dict[str, Any] = {
    "post_id": "p1",
    "creator_id": "c1",
    "platform": "tiktok",
    "created_at": "2025-12-31T23:59:00Z",
    "text": "glass skin after three days #glassskin",
    "hashtags": ["glassskin"],
    "followers": 12_000,
}

ENGAGEMENT: dict[str, Any] = {
    "event_id": "e1",
    "at": "2025-12-31T23:59:00Z",
    "platform": "tiktok",
    "kind": "like",
    "creator_id": "c1",
    "post_id": "p1",
}

ORDER: dict[str, Any] = {
    "order_id": "o1",
    "status": "paid",
    "items": 1,
    "net_minor": 2_990,
    "currency": "EUR",
}

REFUND: dict[str, Any] = {"refund_id": "r1", "order_id": "o1", "amount_minor": 990, "currency": "EUR"}

AT = datetime(2026, 1, 1, tzinfo=UTC)
WINDOW = Window(datetime(2025, 12, 31, 23, tzinfo=UTC), AT)
SUBJECT = SubjectName("hashtag", "00ff", "#glassskin")
EVIDENCE = Evidence(("p1", "p2", "p3"), posts=41, creators=38, missing=0)
EXPLANATION = Explanation(en="38 creators, 4.2 expected.", fr="38 créateurs, 4,2 attendus.")
INTEGRITY = Integrity(effective_voices=36.5, copies_share=0.04)

ALERT = Alert(
    alert_id="a1",
    trend_id="t1",
    dedup_key="default|all|t1",
    revision=0,
    kind="trend",
    action="fired",
    detected_at=AT,
    onset_at=datetime(2025, 12, 31, 23, 25, tzinfo=UTC),
    window=WINDOW,
    subject=SUBJECT,
    members=(SubjectName("word", "01ff", "serum"),),
    state="rising",
    severity="warning",
    observed=38.0,
    expected=4.2,
    interval=(1.0, 9.0),
    surprise=21.4,
    forecast=Forecast(6.0, 200.0, 0.4, (80.0, 310.0), "naive", 12, 0.2),
    drivers=(Driver("platform", "tiktok", 0.9),),
    evidence=EVIDENCE,
    integrity=INTEGRITY,
    explanation=EXPLANATION,
    config_digest="0123456789abcdef",
    trace={"decided_at": "2026-01-01T00:00:31.000Z", "offsets": {"1": 7, "0": 9}},
)

TREND = Trend(
    trend_id="t1",
    detected_at=AT,
    onset_at=ALERT.onset_at,
    window=WINDOW,
    subject=SUBJECT,
    members=(),
    scope="all",
    state="rising",
    severity="warning",
    observed=38.0,
    expected=None,
    interval=None,
    surprise=None,
    growth_per_hour=12.0,
    doubling_time_hours=None,
    novelty="new",
    engagement_per_voice=None,
    drivers=(),
    evidence=EVIDENCE,
    integrity=INTEGRITY,
    explanation=EXPLANATION,
    revision=1,
    first_seen_at=ALERT.onset_at,
    peak=Point(AT, 38.0, 4.2),
    points=(Point(AT, 38.0, 4.2),),
    config_digest="0123456789abcdef",
)

KPI = Kpi(
    scope="campaign:spring",
    window="2026-01-01T10:00:00Z/PT1H",
    as_of=AT,
    revision=2,
    completeness=0.75,
    figures=(
        Figure(name="posts", unit="count", value=3, numerator=3),
        Figure(
            name="engagement_rate_by_views",
            unit="share",
            value=0.103,
            numerator=103,
            denominator=1000,
            interval=(0.085621, 0.123427),
        ),
        Figure(name="conversion", unit="share", value=None, numerator=0, denominator=0),
        Figure(name="gmv_net", unit="minor units", value=12_345, numerator=12_345, currency="EUR"),
    ),
    config_digest="0123456789abcdef",
)
