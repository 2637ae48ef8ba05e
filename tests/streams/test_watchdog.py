import pytest

from streams.watchdog import AgentState, Reason, verdict


def test_dead_agent_stops_the_worker() -> None:
    """Even before partitions are assigned: the agent will not come back."""
    agents = [AgentState("read"), AgentState("count", death="KeyError: 3")]

    stop = verdict(agents, consuming=False, now=0.0, stall_s=60)

    assert stop is not None
    assert stop.reason is Reason.AGENT_DEAD
    assert stop.detail == "agent count died: KeyError: 3"


@pytest.mark.parametrize(
    ("now", "waiting", "consuming", "stalled"),
    [
        (159.9, 7, True, False),  # one step may take its time
        (160.0, 7, True, True),
        (1000.0, 0, True, False),  # an idle stream is healthy
        (1000.0, 7, False, False),  # a rebalance or a recovery is no stall
    ],
)
def test_stall(now: float, waiting: int, consuming: bool, stalled: bool) -> None:
    """Records wait, partitions are ours, and nothing has moved for `stall_s`."""
    stop = verdict([AgentState("read", 100.0, waiting)], consuming=consuming, now=now, stall_s=60)

    assert (stop is not None) is stalled


def test_stall_says_what_a_person_needs() -> None:
    """The last log line of a worker names the agent, the time and the backlog."""
    stop = verdict([AgentState("read", 100.0, 7)], consuming=True, now=190, stall_s=60)

    assert stop is not None
    assert stop.reason is Reason.STALLED
    assert stop.detail == "agent read read nothing for 90 s while 7 records wait"


def test_agent_that_could_not_begin_is_not_stalled() -> None:
    """Without an instant at which it could have moved there is nothing to measure."""
    assert verdict([AgentState("read", None, 7)], consuming=True, now=1e9, stall_s=60) is None
