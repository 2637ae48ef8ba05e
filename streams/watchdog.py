"""When a worker must stop: Faust alone goes on without a dead agent and waits for ever on a stuck consumer.

Decides only, from what it is told. Who tells it, and who then ends the process, is `health.py` and `app.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a worker must stop."""

    AGENT_DEAD = "agent_dead"
    STALLED = "stalled"


@dataclass(slots=True)
class AgentState:
    """What is known about one agent. Instants are monotonic seconds, None: never.

    Args:
        name: of the agent, as Faust shows it.
        moved_at: when its consumption last advanced, or could have begun to: a wait starts here.
        waiting: records of its partitions that are in Kafka and not read yet.
        death: what killed it, in words.
    """

    name: str
    moved_at: float | None = None
    waiting: int = 0
    death: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worker must stop: why, and in words for its last log line."""

    reason: Reason
    detail: str


def verdict(agents: Iterable[AgentState], *, consuming: bool, now: float, stall_s: float) -> Verdict | None:
    """Say whether the worker must stop, and why.

    Args:
        agents: all agents of the worker.
        consuming: whether partitions are assigned and recovered; before that, waiting is no stall.
        now: monotonic seconds.
        stall_s: seconds without progress, while records wait, after which consumption is stuck.
    """
    known = tuple(agents)
    for agent in known:
        if agent.death is not None:
            return Verdict(Reason.AGENT_DEAD, f"agent {agent.name} died: {agent.death}")
    if not consuming:
        return None
    for agent in known:
        if agent.waiting > 0 and agent.moved_at is not None and now - agent.moved_at >= stall_s:
            idle_s = now - agent.moved_at
            detail = f"agent {agent.name} read nothing for {idle_s:.0f} s while {agent.waiting} records wait"
            return Verdict(Reason.STALLED, detail)
    return None
