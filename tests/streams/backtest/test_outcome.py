"""What a rule would have sent, and how good that would have been."""

from datetime import timedelta
from typing import Any

import msgspec

from detectors.model.alerts import Alert, Evidence
from detectors.model.rules import Rule
from streams.backtest.outcome import everything, only, outcome_of
from streams.backtest.running import Told
from streams.generator.truth import PlantedHit, PlantedTrend, Truth
from tests.detectors.rules.alerts import alert, at


def told(*alerts: Alert, days: float = 2.0, **peaks: float) -> Told:
    """What detection told in so many days; when each trend was at its greatest, in hours."""
    return Told(at(0), at(24 * days), alerts, {trend: at(hours) for trend, hours in peaks.items()})


def planted(label: str, hours: float) -> PlantedTrend:
    """A trend from an hour on, for six hours, with a post of its own name."""
    return PlantedTrend(
        label=label,
        hashtag=label,
        names=(label,),
        community="makeup",
        platforms=("tiktok",),
        language="en",
        onset_at=at(hours),
        end_at=at(hours + 6),
        voices=30,
        peak_hour_voices=10,
        tiers={},
        post_ids=(f"{label}-1",),
    )


def truth(*trends: PlantedTrend, hits: tuple[PlantedHit, ...] = ()) -> dict[str, Any]:
    whole = Truth(seed=1, hours=48, start_at=at(0), end_at=at(48), posts_per_hour=100, trends=trends, hits=hits)
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return found


NOBODYS = Evidence(("x",), 1, 1, 0)


def test_messages_are_counted() -> None:
    """First ones a day, news, the most within 24 hours, and why others were not sent."""
    stream = told(
        alert("a", 1),
        alert("b", 2, severity="info"),
        alert("a", 3, revision=1, action="resolved"),
        alert("c", 24.5),
        alert("d", 26),
    )

    figures = outcome_of(Rule(rule_id="team", min_severity="warning"), stream, None).figures

    assert (figures.first, figures.news, figures.a_day, figures.most_in_a_day) == (3, 1, 1.5, 2)
    assert figures.held == {"severity": 1}
    assert figures.precision is figures.recall is figures.delay_minutes is None


def test_the_lead_is_the_time_before_a_trend_is_greatest() -> None:
    """The median over trends that were told; below 0 where it came after."""
    stream = told(alert("a", 1), alert("b", 5), alert("c", 6), a=4.0, b=4.0, c=7.5)

    assert outcome_of(Rule(rule_id="team"), stream, None).figures.lead_hours == 1.5


def test_the_truth_says_what_was_right() -> None:
    """Precision over first messages, recall over what was planted, delay from the first post on."""
    stream = told(alert("glow", 2, evidence=NOBODYS), alert("noise", 3, evidence=NOBODYS), alert("snow", 30))
    plan = truth(planted("glow", 1.0), planted("snow", 29.5), planted("missed", 40.0))

    figures = outcome_of(Rule(rule_id="team"), stream, plan).figures

    assert figures.precision == round(2 / 3, 3)
    assert figures.recall == round(2 / 3, 3)
    assert figures.delay_minutes == 45.0
    assert figures.recall_posts is None


def test_a_trend_that_was_sent_late_is_found_late() -> None:
    """Its first message counts, though it was an update."""
    stream = told(
        alert("glow", 2, evidence=NOBODYS, observed=5.0),
        alert("glow", 3, revision=1, action="updated", evidence=NOBODYS, observed=20.0),
    )

    figures = outcome_of(Rule(rule_id="team", min_voices=10), stream, truth(planted("glow", 1.0))).figures

    assert (figures.first, figures.recall, figures.delay_minutes) == (1, 1.0, 120.0)


def test_what_only_one_of_two_would_have_sent() -> None:
    """With what the other said of that very alert."""
    stream = told(alert("a", 1), alert("b", 2, severity="info"), alert("c", 3, kind="integrity"))
    one = outcome_of(Rule(rule_id="one", min_severity="warning"), stream, None)
    other = outcome_of(Rule(rule_id="other", kinds=("trend",)), stream, None)

    assert [(each.alert_id, each.other) for each in only(one, other)] == [("c-0-fired", "kind")]
    assert [(each.alert_id, each.other) for each in only(other, one)] == [("b-0-fired", "severity")]
    assert only(one, one) == []


def test_two_budgets_on_one_stream() -> None:
    """Each is kept, the larger finds what the smaller finds and more; all alerts are the measure for both."""
    trends = [planted(f"p{n}", 12.0 * n) for n in range(20)]
    grave = [alert(f"p{n}", 12.0 * n + 1, evidence=NOBODYS, surprise=30.0 + n) for n in range(20)]
    noise = [alert(f"x{n}", n / 4, evidence=NOBODYS, surprise=3.0 + n * 37 % 1000 / 200) for n in range(960)]
    stream = told(*sorted(grave + noise, key=lambda each: each.detected_at), days=10)
    plan = truth(*trends)

    small, large = (outcome_of(Rule(rule_id="r", alerts_a_day=n), stream, plan).figures for n in (2.0, 10.0))
    whole = everything(stream, plan).figures

    assert small.a_day is not None
    assert large.a_day is not None
    assert small.a_day <= 1.2 * 2
    assert large.a_day <= 1.2 * 10
    assert small.most_in_a_day <= 2
    assert large.most_in_a_day <= 12
    assert (small.recall or 0) >= 0.6
    assert (large.recall or 0) >= 0.8
    assert whole.recall == 1.0
    assert (small.precision or 0) > (large.precision or 0) > (whole.precision or 0)


def test_a_disabled_rule_is_tried_as_if_it_were_not() -> None:
    """That is what one wants to know before enabling it."""
    assert outcome_of(Rule(rule_id="team", enabled=False), told(alert("a", 1)), None).figures.first == 1


def test_nothing_told_is_nothing_counted() -> None:
    """An empty stream has no figures but zeros."""
    figures = outcome_of(Rule(rule_id="team"), Told(None, None, (), {}), truth(planted("glow", 1.0))).figures

    assert (figures.first, figures.a_day, figures.precision, figures.recall) == (0, None, None, 0.0)


def test_a_day_is_a_day() -> None:
    """What is 24 hours apart is on two days."""
    stream = told(alert("a", 0), alert("b", 23.9), alert("c", 24), alert("d", 47.9))

    assert outcome_of(Rule(rule_id="team"), stream, None).figures.most_in_a_day == 2
    assert stream.days == timedelta(days=2) / timedelta(days=1)
