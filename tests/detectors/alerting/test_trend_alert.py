"""The records of a trend: an alert, and its line on the trends topic."""

from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.alerting.trend_alert import alert_of, record_of
from detectors.alerting.view import Rule, view_of
from detectors.model.alerts import Action, Alert, Integrity, Trend
from detectors.trends.lifecycle import Life, Pace
from detectors.trends.trend import OpenTrend
from detectors.trends.words import Rates
from tests.detectors.making import BUCKET_S, FIRST, at, make_candidate, make_post

RULE = Rule(
    bucket_s=BUCKET_S,
    window_s=10 * BUCKET_S,
    long_window_s=60 * BUCKET_S,
    r_max=20.0,
    config_digest="d",
    evidence_posts=5,
)

PACE = Pace(window=10, calm=10)


def trend_of(text: str = "glass skin #GlassSkin", curve: tuple[int, ...] = (6, 7)) -> OpenTrend:
    """A trend with three posts and a short history."""
    group = [make_candidate("glassskin", range(3), "hashtag")]
    trend = OpenTrend("t1", FIRST, group)
    trend.take(FIRST, group, {(0, i): make_post(f"p{i}", i, text) for i in range(3)})
    for bucket, n in enumerate(curve, FIRST):
        trend.measure(bucket, make_candidate("glassskin", kind="hashtag", observed=n, expected=0.4567), PACE)
    return trend


def alert(trend: OpenTrend, action: Action = "fired") -> Alert:
    """The alert of a trend."""
    return alert_of(trend, view_of(trend, Rates(), RULE, Integrity(), lambda _: True), action, RULE)


def record(trend: OpenTrend) -> Trend:
    """The line of a trend."""
    return record_of(trend, view_of(trend, Rates(), RULE, Integrity(), lambda _: True), RULE)


def test_ids_are_stable_and_tell_alerts_apart() -> None:
    """The same on a replay; another revision or action is another alert of the same dedup key."""
    first, again = alert(trend_of()), alert(trend_of())
    assert first == again
    assert (first.alert_id, first.dedup_key, first.revision) == ("8acdc641d883e61e", "default|all|t1", 0)
    later = trend_of()
    later.revision = 1
    assert len({first.alert_id, alert(later).alert_id, alert(later, "resolved").alert_id}) == 3
    assert alert(later).dedup_key == first.dedup_key


def test_it_is_detected_when_its_bucket_closes() -> None:
    """Event time, and no evidence is younger."""
    told = alert(trend_of())
    assert told.detected_at == told.window.end == at(120)
    assert told.onset_at < told.detected_at


def test_the_line_holds_the_curve() -> None:
    """One point a bucket, the peak, when it was first seen, and its explanation by its state."""
    line = record(trend_of(curve=(6, 9, 7)))
    assert [(point.start, point.observed, point.expected) for point in line.points] == [
        (at(0), 6.0, 0.457),
        (at(60), 9.0, 0.457),
        (at(120), 7.0, 0.457),
    ]
    assert (line.peak, line.first_seen_at, line.detected_at) == (line.points[1], at(60), at(180))
    assert "is emerging" in line.explanation.en


def test_the_line_of_what_is_over_says_so() -> None:
    """Its last words are those of the resolved alert."""
    trend = trend_of()
    trend.life = Life("ended")
    assert "is over" in record(trend).explanation.en


@settings(max_examples=40)
@given(st.text(), st.sampled_from(get_args(Action)), st.lists(st.integers(0, 2**40), min_size=1, max_size=4))
def test_no_trend_breaks_the_encoding(text: str, action: Action, curve: list[int]) -> None:
    """Whatever people write and however many: both records go to bytes and back, within the schema."""
    trend = trend_of(f"{text} #GlassSkin", tuple(curve))
    told, line = alert(trend, action), record(trend)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Alert) == told
    assert msgspec.json.decode(msgspec.json.encode(line), type=Trend) == line
