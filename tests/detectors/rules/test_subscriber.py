"""One rule, alert by alert: what its reader is sent."""

from typing import Any

import msgspec
import pytest

from detectors.model.alerts import Alert, SubjectName
from detectors.model.forecasts import Forecast
from detectors.model.rules import Mute, Rule
from detectors.rules.digest import Digest
from detectors.rules.reasons import Reason
from detectors.rules.subscriber import Decision, Subscriber, SubscriberState
from tests.detectors.rules.alerts import alert, at

NIGHT: dict[str, Any] = {"quiet_from": "22:00", "quiet_to": "07:00"}


def subscriber(**fields: Any) -> Subscriber:
    return Subscriber(Rule(rule_id="mine", **fields))


def reasons(reader: Subscriber, *alerts: Alert) -> list[str]:
    return [str(reader.step(each).reason) for each in alerts]


def test_the_first_alert_and_its_news_are_sent() -> None:
    """News follow whatever they weigh by then."""
    reader = subscriber(min_severity="warning")

    assert reasons(
        reader,
        alert("a", 0),
        alert("a", 1, revision=1, action="updated", severity="info"),
        alert("a", 2, revision=2, action="resolved", severity="info"),
    ) == ["first", "news", "news"]


def test_news_of_what_was_held_are_held() -> None:
    """And its end is the end of what was never sent."""
    reader = subscriber(min_severity="warning")

    assert reasons(
        reader,
        alert("a", 0, severity="info"),
        alert("a", 1, revision=1, action="updated", severity="info"),
        alert("a", 2, revision=2, action="resolved", severity="info"),
    ) == ["severity", "severity", "unheard"]


def test_what_was_held_is_sent_once_it_is_enough() -> None:
    """A trend that became graver, larger or more probable is first news then."""
    reader = subscriber(min_severity="warning", min_probability=0.5)
    likely = Forecast(6.0, 200.0, 0.7, (80.0, 310.0), "m", 12, 0.2)

    assert reasons(
        reader,
        alert("a", 0, severity="info"),
        alert("a", 1, revision=1, action="escalated"),
        alert("a", 2, revision=2, action="updated", forecast=likely),
        alert("a", 3, revision=3, action="resolved"),
    ) == ["severity", "probability", "first", "news"]


def test_the_same_record_again_is_a_duplicate() -> None:
    """The topic brings some again after a restart; nothing is learned from them."""
    reader = subscriber(alerts_a_day=1)
    reader.step(alert("a", 0))
    before = reader.snapshot()

    assert reasons(reader, alert("a", 0), alert("a", 0.5)) == ["duplicate", "duplicate"]
    assert reader.snapshot() == before


def test_a_disabled_rule_sends_nothing() -> None:
    """Not even the news of what was sent before."""
    reader = subscriber()
    reader.step(alert("a", 0))
    reader.change(Rule(rule_id="mine", enabled=False))

    assert reasons(reader, alert("a", 1, revision=1, action="escalated"), alert("b", 1)) == ["disabled", "disabled"]


def test_two_readers_with_different_budgets_on_one_stream() -> None:
    """Each gets the best for its own budget; neither notices the other."""
    stream = [alert(f"t{n}", n / 2, surprise=float(5 + n * 7919 % 101)) for n in range(48 * 14)]
    small, large = subscriber(alerts_a_day=2), subscriber(alerts_a_day=10)
    sent = [[each for each in stream if reader.step(each).sent] for reader in (small, large)]
    alone = subscriber(alerts_a_day=2)

    assert 0.7 * 2 <= len(sent[0]) / 14 <= 1.2 * 2
    assert 0.7 * 10 <= len(sent[1]) / 14 <= 1.2 * 10
    assert sent[0] == [each for each in stream if alone.step(each).sent]
    means = [sum(each.surprise or 0 for each in some) / len(some) for some in sent]
    assert means[0] > means[1] > sum(each.surprise or 0 for each in stream) / len(stream)


def test_what_the_filters_refuse_costs_no_budget() -> None:
    """The threshold is learned from what the rule asks for."""
    reader = subscriber(alerts_a_day=1, kinds=("trend",))
    others = [alert(f"p{n}", n / 10, kind="kpi_anomaly", surprise=300.0) for n in range(100)]

    assert set(reasons(reader, *others)) == {"kind"}
    assert reasons(reader, alert("a", 11, surprise=5.0)) == ["first"]


def test_false_alerts_raise_the_bar() -> None:
    """A reader who accepts one in ten false ones is not sent those that score as low as the false ones."""
    reader = subscriber(false_share=0.1)
    for n in range(60):
        low, high = f"low{n}", f"high{n}"
        reader.step(alert(low, 4 * n, surprise=3.0))
        reader.step(alert(low, 4 * n + 0.5, revision=1, action="resolved"))
        reader.step(alert(high, 4 * n + 1, surprise=9.0))

    decided = reader.step(alert("x", 300, surprise=3.0))
    assert (decided.reason, decided.threshold) == (Reason.FALSE_SHARE, 1009.0)
    assert reasons(reader, alert("y", 300, surprise=9.0)) == ["first"]


@pytest.mark.parametrize(
    ("mute", "muted"),
    [
        (Mute(until=at(5), subject="#A"), True),
        (Mute(until=at(5), trend_id="a"), True),
        (Mute(until=at(5), trend_id="b"), False),
        (Mute(until=at(2), subject="a"), False),
    ],
)
def test_a_mute_silences_a_subject_or_a_trend_until_a_time(mute: Mute, muted: bool) -> None:
    """Its news too."""
    reader = subscriber(mutes=(mute,))

    assert reasons(reader, alert("a", 3), alert("a", 6, revision=1, action="updated")) == (
        ["muted", "first"] if muted else ["first", "news"]
    )


def test_the_cooldown_keeps_quiet_about_what_was_just_spoken_of() -> None:
    """About a trend that grows, and about another trend of the same subject; what is graver or over comes at once."""
    reader = subscriber(cooldown_s=7200)
    same = SubjectName("hashtag", "a", "#a")

    assert reasons(
        reader,
        alert("a", 0),
        alert("a", 1, revision=1, action="updated"),
        alert("a", 1.5, revision=2, action="escalated"),
        alert("a", 3, revision=3, action="updated"),
        alert("a", 3.5, revision=4, action="updated"),
        alert("a", 3.6, revision=5, action="resolved"),
        alert("again", 4, subject=same),
        alert("b", 4),
        alert("again", 6, revision=1, action="updated", subject=same),
    ) == ["first", "cooldown", "news", "cooldown", "news", "news", "cooldown", "first", "first"]


def test_quiet_hours_hold_and_tell_in_the_morning() -> None:
    """One digest at their end, the best first; what is grave enough comes at once."""
    reader = subscriber(zone="Europe/Paris", **NIGHT, quiet_lets="critical")
    evening, night, morning = 20.0, 23.0, 30.0  # 21:00, 00:00 and 07:00 there
    assert reader.due(at(evening).timestamp()) is None

    assert reasons(
        reader,
        alert("a", evening),
        alert("b", night, surprise=3.0),
        alert("c", night, surprise=8.0),
        alert("d", night, severity="critical"),
        alert("a", night + 1, revision=1, action="updated"),
    ) == ["first", "quiet", "quiet", "first", "quiet"]
    assert reader.due(at(morning - 0.1).timestamp()) is None
    digest = reader.due(at(morning).timestamp())

    assert digest is not None
    assert digest.at == at(morning).timestamp()
    assert [(held.trend_id, held.reason) for held in digest.held] == [("a", "quiet"), ("c", "quiet"), ("b", "quiet")]
    assert reader.due(at(morning + 48).timestamp()) is None
    assert reasons(reader, alert("e", morning)) == ["first"]


def test_what_the_night_held_is_told_though_it_is_less_by_then() -> None:
    """An update that would not be sent by itself takes nothing out of the morning's digest."""
    reader = subscriber(alerts_a_day=1, **NIGHT)
    reader.due(at(0).timestamp())

    assert reasons(
        reader,
        alert("a", 1, surprise=9.0),
        alert("b", 2, surprise=12.0),
        alert("a", 3, revision=1, action="updated", surprise=5.0, observed=99.0),
    ) == ["quiet", "quiet", "below"]
    digest = reader.due(at(7).timestamp())

    assert digest is not None
    assert [(held.trend_id, held.observed) for held in digest.held] == [("b", 38.0), ("a", 99.0)]


def test_the_overflow_comes_as_a_digest() -> None:
    """What the budget had no room for, once a day; what the filters refused is not in it."""
    reader = subscriber(alerts_a_day=1, digest_at="18:00", kinds=("trend",))
    reader.due(at(0).timestamp())
    reasons(
        reader,
        alert("a", 1, surprise=9.0),
        alert("b", 2, surprise=5.0),
        alert("c", 3, kind="integrity"),
        alert("d", 4, surprise=7.0),
        alert("b", 5, revision=1, action="resolved"),
        alert("d", 6, revision=1, action="updated", surprise=6.0, observed=99.0),
        alert("e", 7, surprise=8.0),
        alert("e", 8, revision=1, action="retracted"),
    )
    digest = reader.due(at(18).timestamp())

    assert digest is not None
    assert [(held.trend_id, held.action, held.observed) for held in digest.held] == [
        ("d", "updated", 99.0),
        ("b", "resolved", 38.0),
    ]


def test_without_a_time_for_it_there_is_no_digest_of_the_overflow() -> None:
    """The reader has not asked for one."""
    reader = subscriber(alerts_a_day=1)
    reader.due(at(0).timestamp())
    reasons(reader, *(alert(f"t{n}", n) for n in range(5)))

    assert reader.due(at(100).timestamp()) is None


def test_what_was_sent_after_all_is_not_in_the_digest() -> None:
    """It became good enough before its time."""
    reader = subscriber(alerts_a_day=5, cooldown_s=3600, digest_at="18:00")
    same = SubjectName("hashtag", "a", "#a")
    reader.due(at(0).timestamp())

    assert reasons(
        reader,
        alert("a", 1),
        alert("b", 1.5, subject=same),
        alert("b", 3, revision=1, action="updated", subject=same),
    ) == ["first", "cooldown", "first"]
    assert reader.due(at(18).timestamp()) is None


def test_a_digest_is_bounded() -> None:
    """The best fifty, and how many more."""
    reader = subscriber(alerts_a_day=0.1, digest_at="18:00")
    reader.due(at(0).timestamp())
    reasons(reader, alert("first", 0, surprise=999.0))
    reasons(reader, *(alert(f"t{n}", 1 + n / 10, surprise=float(n)) for n in range(60)))
    digest = reader.due(at(18).timestamp())

    assert digest is not None
    assert (len(digest.held), digest.left_out, digest.held[0].trend_id) == (50, 10, "t59")


def test_a_change_of_what_is_asked_for_learns_anew_but_spends_no_more() -> None:
    """Scores of other alerts say nothing any more; what was sent today was sent."""
    reader = subscriber(alerts_a_day=1)
    assert reasons(reader, alert("a", 0, surprise=50.0), alert("b", 1, surprise=40.0)) == ["first", "below"]
    reader.change(Rule(rule_id="mine", alerts_a_day=1, min_voices=5))

    assert reasons(reader, alert("c", 2, surprise=6.0), alert("d", 25, surprise=6.0)) == ["spent", "first"]


def test_a_change_of_the_hours_keeps_what_was_learned() -> None:
    """A mute or a new time of day is no reason to forget."""
    reader = subscriber(alerts_a_day=1)
    reasons(reader, alert("a", 0, surprise=50.0))
    reader.change(Rule(rule_id="mine", alerts_a_day=1, digest_at="08:00", mutes=(Mute(until=at(1), subject="x"),)))

    assert reasons(reader, alert("b", 1, surprise=40.0)) == ["below"]


def test_a_snapshot_goes_on_as_if_nothing_had_happened() -> None:
    """Through bytes, at any place, with all of a rule's parts at work."""
    rule = Rule(rule_id="mine", alerts_a_day=3, cooldown_s=3600, digest_at="12:00", **NIGHT)
    actions = "fired", "updated", "resolved"
    stream = [
        alert(f"t{n % 40}", n / 3, revision=n, surprise=float(n * 31 % 17), action=actions[n % 3]) for n in range(200)
    ]
    expected = told(Subscriber(rule), stream)
    for cut in (1, 50, 133):
        first, second = Subscriber(rule), Subscriber(rule)
        told(first, stream[:cut])
        second.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(first.snapshot()), type=SubscriberState))

        assert told(second, stream[cut:]) == expected[cut:]


def told(reader: Subscriber, stream: list[Alert]) -> list[tuple[Digest | None, Decision]]:
    return [(reader.due(each.detected_at.timestamp()), reader.step(each)) for each in stream]
