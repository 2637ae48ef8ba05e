"""How the stream is, from what workers say of themselves."""

import msgspec
import pytest

from config.sections import Detection
from streams.page.health import BEHIND_S, PAST_S, StreamHealth, health_view, late_s, status_of
from streams.page.workers import Answer, answer, together

NOW = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""

METRICS = """\
# HELP freshet_consumer_lag_records Records of a partition that wait to be read.
# TYPE freshet_consumer_lag_records gauge
freshet_consumer_lag_records{topic="a",partition="0"} 7.0
freshet_consumer_lag_records{topic="a",partition="1"} 5.0
freshet_watermark_age_seconds{stage="read"} 3.0
freshet_watermark_age_seconds{stage="decide"} 40.0
freshet_alerts_held_total{reason="no_news"} 4.0
freshet_alerts_held_total{reason="recurring"} 0.0
freshet_warming_up{stage="decide"} 1.0
freshet_tracked_subjects 5.0
"""
READY = "ready, warming up until 2026-01-01T12:00:00.000Z of event time: no trend is told before"
LATE_S = late_s(Detection())
WELL = StreamHealth(
    now=NOW, loading=False, configured=True, lag=0, decided_at=NOW - 40, late_s=LATE_S, held={"no_news": 4}
)


def said(health: StreamHealth) -> str:
    return " ".join(health_view(health, "en")["notices"])


def test_a_worker_is_read_from_its_two_pages() -> None:
    """Lag adds up over partitions; only the stage that decides says up to when all is decided."""
    found = answer(METRICS, True, READY, NOW)

    assert found == Answer(
        warming=True, warming_until=NOW + 43_200, lag=12, decided_at=NOW - 40, held={"no_news": 4, "recurring": 0}
    )


def test_what_is_not_known_yet_is_none() -> None:
    """NaN is no age, and a page without lag no lag of 0."""
    found = answer('freshet_watermark_age_seconds{stage="decide"} NaN\n', False, "state is being recovered", NOW)

    assert found == Answer(not_ready="state is being recovered")


def test_workers_add_up() -> None:
    """Records that wait and alerts that were held, over all; whoever decides says up to when."""
    both = together([Answer(lag=3, held={"no_news": 1}), Answer(lag=4, held={"no_news": 2}, decided_at=5.0), Answer()])

    assert (both.lag, both.held, both.decided_at) == (7, {"no_news": 3}, 5.0)
    assert together([]) == Answer()


@pytest.mark.parametrize(
    ("changes", "status", "notice"),
    [
        ({}, "well", ""),
        ({"configured": False}, "unknown", ""),
        ({"loading": True}, "unknown", ""),
        ({"warming_until": NOW + 3600}, "warming", "Warming up until 1 Jan, 01:00 UTC"),
        ({"warming": True}, "warming", "too little history"),
        ({"lag": 12_000, "behind_since": NOW - BEHIND_S}, "late", "The stream is behind: 12,000 records wait."),
        ({"lag": 12_000, "behind_since": NOW - BEHIND_S + 1}, "well", ""),
        ({"decided_at": NOW - LATE_S}, "late", "decided up to 31 Dec, 23:48 UTC, 12 min ago"),
        ({"decided_at": NOW - LATE_S + 1}, "well", ""),
        ({"decided_at": NOW - PAST_S}, "well", ""),
        ({"not_ready": "no partitions assigned yet"}, "bad", "The worker is not ready: no partitions assigned yet."),
        ({"silent": ("http://w:6066",)}, "bad", "No answer from the worker at http://w:6066."),
        ({"kafka_lost_at": NOW - 60}, "bad", "has not reached Kafka since 31 Dec, 23:59 UTC"),
        ({"unreadable": 3}, "well", "3 records could not be read"),
    ],
)
def test_one_word_and_what_to_mind(changes: dict[str, object], status: str, notice: str) -> None:
    """The worst that is true is the word; a past that is played is not late."""
    health = msgspec.structs.replace(WELL, **changes)

    assert status_of(health) == status
    assert said(health) == notice if not notice else notice in said(health)


def test_held_alerts_are_told_by_reason() -> None:
    """Those that are nought are left out."""
    figures = health_view(msgspec.structs.replace(WELL, held={"no_news": 4, "integrity": 9, "silence": 0}), "en")[
        "figures"
    ]

    assert figures[-1] == {"name": "Held alerts", "said": "13", "note": "doubtful 9, no news 4"}


def test_without_a_worker_the_page_says_that_it_does_not_know() -> None:
    """And where to name one."""
    view = health_view(StreamHealth(loading=False), "en")

    assert view["said"] == "Unknown"
    assert view["figures"] == []
    assert "page.workers" in view["hint"]
