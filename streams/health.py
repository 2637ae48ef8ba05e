"""Whether the worker lives and whether it does its work. Time is passed in; serving the answers is `web.py`'s work."""

from collections.abc import Callable, Iterable

from streams.clock import rfc3339
from streams.errors import StreamsError
from streams.watchdog import AgentState, Verdict, verdict

Moved = Callable[[], None]
"""Says that an agent has moved on: within a chunk too, for one may take longer than a stall is allowed to."""


class Health:
    """What the parts of a worker say about themselves, and the answers that follow. Instants are monotonic seconds.

    Args:
        agents: names of the agents that must all be alive.
        stall_s: seconds without a sign of the broker, or without progress while records wait, that are too many. > 0.

    >>> health = Health(["read"], stall_s=60)
    >>> health.ready(0.0)
    (False, 'no partitions assigned yet')
    >>> health.assigned(0.0); health.recovered(1.0); health.broker_seen(1.0)
    >>> health.ready(2.0)
    (True, 'ready')
    """

    def __init__(self, agents: Iterable[str], stall_s: float) -> None:
        if stall_s <= 0:
            raise StreamsError(f"stall_s is {stall_s}; it must be greater than 0")
        self._agents = {name: AgentState(name) for name in agents}
        self._stall_s = stall_s
        self._assigned = False
        self._recovered = False
        self._broker_seen_at: float | None = None
        self.warming_until: float | None = None
        """Event time at which trend alerts begin, epoch seconds; None: they have begun, or it is not known here."""

    def revoked(self) -> None:
        """The group takes the partitions back: nothing can move until the next assignment."""
        self._assigned = self._recovered = False

    def assigned(self, now: float) -> None:
        """The group gave this worker its partitions, be it none."""
        self._assigned, self._recovered = True, False
        self.broker_seen(now)

    def recovered(self, now: float) -> None:
        """State is back: from now on records can be read."""
        if self._recovered:
            return
        self._recovered = True
        for agent in self._agents.values():
            agent.moved_at = now

    def broker_seen(self, now: float) -> None:
        """The broker answered something: a fetch, a heartbeat, end offsets."""
        self._broker_seen_at = now

    def progress(self, agent: str, now: float) -> None:
        """An agent finished a step."""
        self._agents[agent].moved_at = now

    def waiting(self, agent: str, records: int, now: float) -> None:
        """So many records wait for an agent; the wait begins when there were none before."""
        state = self._agents[agent]
        if state.waiting == 0:
            state.moved_at = now
        state.waiting = records

    def died(self, agent: str, cause: str) -> None:
        """An agent ended and will not read again."""
        self._agents[agent].death = cause

    def verdict(self, now: float) -> Verdict | None:
        """Say whether the worker must stop, and why."""
        consuming = self._assigned and self._recovered
        return verdict(self._agents.values(), consuming=consuming, now=now, stall_s=self._stall_s)

    def live(self, now: float) -> tuple[bool, str]:
        """Say whether a restart would not help, and why."""
        stop = self.verdict(now)
        return (True, "alive") if stop is None else (False, stop.detail)

    def ready(self, now: float) -> tuple[bool, str]:
        """Say whether this worker does its work right now, and why not."""
        stop = self.verdict(now)
        if stop is not None:
            return False, stop.detail
        if not self._assigned:
            return False, "no partitions assigned yet"
        if not self._recovered:
            return False, "state is being recovered"
        if self._broker_seen_at is None or now - self._broker_seen_at >= self._stall_s:
            return False, f"no sign of the broker for {self._stall_s:.0f} s"
        if self.warming_until is not None:
            return True, f"ready, warming up until {rfc3339(self.warming_until)} of event time: no trend is told before"
        return True, "ready"
