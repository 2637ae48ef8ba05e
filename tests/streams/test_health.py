import pytest

from streams.errors import StreamsError
from streams.health import Health
from streams.watchdog import Reason


@pytest.fixture
def health() -> Health:
    """A worker that consumes since second 10."""
    health = Health(["read", "count"], stall_s=60)
    health.assigned(0.0)
    health.recovered(10.0)
    return health


def test_new_worker_is_alive_but_not_ready() -> None:
    """Nothing is wrong, and nothing can be done yet."""
    health = Health(["read"], stall_s=60)

    assert health.live(0.0) == (True, "alive")
    assert health.ready(0.0) == (False, "no partitions assigned yet")


def test_warming_up_is_shown_with_its_end(health: Health) -> None:
    """A worker that warms up is ready, and says until when no trend is told."""
    health.warming_until = 1_800_000_000.0
    assert health.ready(11.0) == (
        True,
        "ready, warming up until 2027-01-15T08:00:00.000Z of event time: no trend is told before",
    )

    health.warming_until = None

    assert health.ready(11.0) == (True, "ready")


def test_recovering_worker_is_not_ready() -> None:
    """Assigned is not enough: the state must be back."""
    health = Health(["read"], stall_s=60)
    health.assigned(0.0)

    assert health.ready(0.0) == (False, "state is being recovered")


def test_rebalance_takes_readiness_away(health: Health) -> None:
    """Between two assignments a worker does no work."""
    assert health.ready(11.0) == (True, "ready")

    health.revoked()

    assert health.ready(11.0) == (False, "no partitions assigned yet")
    assert health.live(11.0) == (True, "alive")


def test_silent_broker_is_unready_but_no_reason_to_stop(health: Health) -> None:
    """A restart does not bring the broker back."""
    assert health.ready(60.0) == (False, "no sign of the broker for 60 s")
    assert health.live(60.0) == (True, "alive")

    health.broker_seen(60.0)

    assert health.ready(61.0) == (True, "ready")


def test_wait_begins_with_the_first_waiting_record(health: Health) -> None:
    """Hours without records are not part of a stall that begins now."""
    health.waiting("read", 5, now=5000.0)
    health.broker_seen(5059.0)
    assert health.ready(5059.0) == (True, "ready")

    health.waiting("read", 9, now=5060.0)
    health.broker_seen(5060.0)

    stop = health.verdict(5060.0)
    assert stop is not None
    assert stop.reason is Reason.STALLED
    assert health.ready(5060.0) == (False, stop.detail)
    assert health.live(5060.0) == (False, stop.detail)


def test_progress_ends_a_wait(health: Health) -> None:
    """A worker behind its input, but working, is healthy."""
    health.waiting("read", 5000, now=20.0)
    health.progress("read", 70.0)
    health.broker_seen(100.0)

    assert health.ready(100.0) == (True, "ready")


def test_progress_of_one_agent_does_not_hide_anothers_stall(health: Health) -> None:
    """READ going on says nothing about COUNT."""
    health.waiting("count", 5, now=20.0)
    health.progress("read", 80.0)
    health.broker_seen(80.0)

    good, why = health.ready(80.0)

    assert not good
    assert "agent count" in why


def test_recovery_does_not_count_as_a_stall() -> None:
    """The clock of a wait starts when reading can start."""
    health = Health(["read"], stall_s=60)
    health.assigned(0.0)
    health.waiting("read", 5, now=1.0)
    assert health.verdict(500.0) is None

    health.recovered(500.0)

    assert health.verdict(559.0) is None
    assert health.verdict(560.0) is not None


def test_dead_agent_is_never_ready(health: Health) -> None:
    """Death is not healed by what the other agents do."""
    health.died("count", "RuntimeError: no space")
    health.progress("read", 11.0)

    assert health.ready(11.0) == (False, "agent count died: RuntimeError: no space")


def test_impossible_patience_is_refused() -> None:
    """With no patience every worker would stop at once."""
    with pytest.raises(StreamsError, match="stall_s is 0; it must be greater than 0"):
        Health(["read"], stall_s=0)
