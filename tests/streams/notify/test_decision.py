"""Whether a channel is told of an alert: one reason each, and never the same twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.channels import Channel
from streams import clock
from streams.notify.decision import TOLD, Reason, decide
from streams.notify.told import Told
from tests.streams.notify.alerts import alert

DAY_S = 86_400.0


def channel(**changes: Any) -> Channel:
    return Channel.model_validate({"url": "json://127.0.0.1", **changes})


def known(revision: int = 1, *ids: str) -> Told:
    return Told(at=clock.now(), revision=revision, alert_ids=ids, subject="s")


def decided(told: Told | None = None, *, wants: Channel | None = None, threads: bool = False, **changes: Any) -> Reason:
    one = alert(**changes)
    return decide(one, told, wants or channel(), threads=threads, now=clock.now(), max_age_s=DAY_S)


def test_the_first_news_of_a_trend_is_told() -> None:
    """Also when it is an update: the channel may be new, or did not want what came before."""
    assert decided() == Reason.FIRST
    assert decided(revision=4, action="updated") == Reason.FIRST


@pytest.mark.parametrize("action", ["resolved", "retracted"])
def test_the_end_of_what_was_never_told_is_not_told(action: str) -> None:
    """Nobody knows what it would be about."""
    assert decided(action=action) == Reason.UNHEARD


def test_what_was_told_is_not_told_again() -> None:
    """Neither the same alert nor one that came before what is known: a worker's restart publishes both again."""
    assert decided(known(1, "t1-1-fired")) == Reason.DUPLICATE
    assert decided(known(3, "t1-3-updated"), revision=2, action="updated") == Reason.DUPLICATE
    assert decided(known(3, "t1-3-updated"), revision=4, action="escalated") == Reason.FOLLOW_UP


def test_old_alerts_are_not_told() -> None:
    """A backlog does not land in chat: what counts is when it was detected."""
    one = alert()
    at = one.detected_at.timestamp()
    wants = channel()

    assert decide(one, None, wants, threads=False, now=at + 60, max_age_s=60) == Reason.FIRST
    assert decide(one, None, wants, threads=False, now=at + 61, max_age_s=60) == Reason.TOO_OLD
    assert decide(one, known(0), wants, threads=True, now=at + 61, max_age_s=60) == Reason.TOO_OLD


@pytest.mark.parametrize(
    ("wants", "changes", "expected"),
    [
        ({"min_severity": "critical"}, {"severity": "warning"}, Reason.FILTERED),
        ({"min_severity": "warning"}, {"severity": "critical"}, Reason.FIRST),
        ({"kinds": ["integrity"]}, {}, Reason.FILTERED),
        ({"kinds": ["integrity", "trend"]}, {}, Reason.FIRST),
        ({"scopes": ["community:makeup"]}, {"scope": "community:makeup"}, Reason.FIRST),
        ({"scopes": ["community:makeup"]}, {"scope": "community:make"}, Reason.FILTERED),
        ({"scopes": ["community"]}, {"scope": "community:makeup"}, Reason.FIRST),
        ({"scopes": ["community"]}, {"scope": "all"}, Reason.FILTERED),
        ({"scopes": ["all"]}, {"scope": "all"}, Reason.FIRST),
    ],
)
def test_a_channel_gets_what_it_wants(wants: dict[str, Any], changes: dict[str, Any], expected: Reason) -> None:
    """By severity, kind and scope; each filter alone."""
    assert decided(wants=channel(**wants), **changes) == expected


def test_what_follows_is_told_whatever_it_weighs() -> None:
    """Who was told of a critical trend is told of its end, which is no critical news."""
    critical = channel(min_severity="critical")

    assert decided(known(1), wants=critical, threads=True, revision=2, action="resolved", severity="info") in TOLD


@pytest.mark.parametrize(
    ("news", "threads", "told_of"),
    [
        ("auto", True, {"updated", "escalated", "resolved", "retracted", "returned"}),
        ("auto", False, {"escalated", "retracted", "returned"}),
        ("all", False, {"updated", "escalated", "resolved", "retracted", "returned"}),
        ("important", True, {"escalated", "retracted", "returned"}),
        ("none", True, set()),
    ],
)
def test_later_news_go_where_they_do_not_bother(news: str, threads: bool, told_of: set[str]) -> None:
    """All of it where it hangs under the first message; else what is graver, was wrong, or is back."""
    wants = channel(news=news)
    found = {
        action
        for action in ("updated", "escalated", "resolved", "retracted")
        if decided(known(1), wants=wants, threads=threads, revision=2, action=action) == Reason.FOLLOW_UP
    }
    back = decided(known(1), wants=wants, threads=threads, revision=2, action="updated", state="resurgent")

    assert found | ({"returned"} if back == Reason.FOLLOW_UP else set()) == told_of


ACTIONS = st.sampled_from(["fired", "updated", "escalated", "resolved", "retracted"])


@given(st.lists(st.tuples(st.integers(1, 6), ACTIONS), max_size=30), st.booleans())
def test_no_alert_is_ever_told_twice(news: list[tuple[int, str]], threads: bool) -> None:
    """However often and in whatever order alerts come again; nothing older follows what is newer."""
    told: Told | None = None
    sent = []
    for revision, action in news:
        one = alert(revision=revision, action=action)
        reason = decide(one, told, channel(), threads=threads, now=clock.now(), max_age_s=DAY_S)
        if reason in TOLD:
            sent.append((revision, one.alert_id))
            told = (told or known(revision)).also(one.alert_id, revision, clock.now())

    assert len({each for _, each in sent}) == len(sent)
    assert sorted(revision for revision, _ in sent) == [revision for revision, _ in sent]
