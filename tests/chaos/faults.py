"""What is done to a run while its stream flows: each fault is a function that returns when it is over."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.chaos.broker import FragileKafka
from tests.chaos.clock import BUCKET_S, bucket_of
from tests.chaos.feed import Feed
from tests.chaos.fleet import Fleet
from tests.chaos.watch import Watch

FLOW_S = 120.0
"""A fleet that does not flow again by then is given up."""

ON_THEIR_WAY_S = 1.0
"""What a worker sent before it was killed is seen by then, and is no sign of life."""

HOUR_S = 3600.0

OPEN_BUCKETS = 4
"""Buckets before the one that is being sent which may still be open: lateness, and what is on its way."""

SLOWLY = 0.05
"""Speed of the stream while a kill is measured: some fifty times that of real time, a bucket every six seconds."""


class Stall:
    """Fails once nothing has moved for too long: how long all takes depends on the machine.

    Args:
        limit_s: seconds.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._moved_at = time.monotonic()
        self._reached: object = None

    def check(self, reached: object, said: str) -> None:
        """Take how far all is. Raises AssertionError, with what is said of it."""
        now = time.monotonic()
        if reached != self._reached:
            self._moved_at, self._reached = now, reached
        assert now < self._moved_at + self._limit_s, f"nothing moved for {self._limit_s:.0f} s: {said}"


@dataclass
class Scene:
    """A run as its faults see it."""

    broker: FragileKafka
    fleet: Fleet
    feed: Feed
    watch: Watch
    random: Random
    kills: int
    flow_s: list[float] = field(default_factory=list)
    """Seconds from each kill that was measured to flow on all partitions."""
    bounces: int = 0
    """How often the broker was ended and started."""

    def until(self, share: float) -> None:
        """Wait until so much of the stream is sent, 0 to 1."""
        while self.feed.share < share and not self.feed.done:
            self.fleet.wait(0.2)

    def caught_up(self) -> None:
        """Wait until every partition has told what was sent, but for open buckets: a backlog is no fault."""
        stall = Stall(FLOW_S)
        while not self.watch.all_reached(bucket_of(self.feed.reached_at) - OPEN_BUCKETS):
            stall.check(dict(self.watch.reached), f"{self.watch.reached}")
            self.fleet.wait(0.1)

    def flow(self, since: float) -> None:
        """Measure how long it takes until every partition tells a further bucket, and DECIDE has decided one.

        Args:
            since: seconds of the monotonic clock.
        """
        self.fleet.wait(ON_THEIR_WAY_S)
        reached = dict(self.watch.reached)
        further_at = (max(reached.values()) + 1.5) * BUCKET_S
        while not (self.watch.flows_since(reached) and self.fleet.decided_at() > further_at):
            if time.monotonic() > since + FLOW_S:
                raise AssertionError(f"no flow {FLOW_S:.0f} s after the fault: {reached}, now {self.watch.reached}")
            self.fleet.wait(0.1)
        self.flow_s.append(time.monotonic() - since)

    def broken(self, break_it: Callable[[], None], pause_s: float) -> None:
        """Break the broker, and bring it back after a while."""
        break_it()
        self.bounces += 1
        self.fleet.wait(pause_s)
        self.broker.start()


def nothing(scene: Scene) -> None:
    """No fault: what the others are compared with."""
    scene.fleet.start("first")


def kills(scene: Scene) -> None:
    """`kill -9` of the only worker at random moments, while it starts and recovers too."""
    scene.fleet.start("first")
    for number in range(scene.kills):
        if number % 2:
            scene.fleet.wait(scene.random.uniform(0, 5))
        else:
            scene.fleet.ready("first")
            scene.until((number + scene.random.random()) / (scene.kills + 1))
            scene.fleet.wait(scene.random.uniform(0, 2))
        scene.fleet.kill("first")
        scene.fleet.start("first")


def group(scene: Scene) -> None:
    """SIGTERM; a second and a third worker join, leave and die."""
    fleet = scene.fleet
    fleet.start("first")
    scene.until(0.15)
    fleet.ready("first")
    fleet.term("first")
    fleet.start("first")
    fleet.ready("first")
    fleet.start("second")
    scene.until(0.3)
    fleet.start("third")
    fleet.ready("third")
    scene.until(0.4)
    fleet.term("second")
    scene.until(0.5)
    fleet.kill("third")
    fleet.start("second")
    fleet.ready("second")
    scene.until(0.6)
    fleet.term("first")
    fleet.start("first")
    fleet.ready("first")


def death(scene: Scene) -> None:
    """One of two workers dies, in turn; measured until all partitions flow again on the one that is left."""
    fleet = scene.fleet
    fleet.start("first")
    fleet.start("second")
    for share, name in ((0.5, "first"), (0.6, "second"), (0.7, "first")):
        scene.until(share)
        scene.feed.speed = SLOWLY
        fleet.ready("first")
        fleet.ready("second")
        scene.caught_up()
        since = time.monotonic()
        fleet.kill(name)
        scene.flow(since)
        fleet.start(name)
        scene.feed.speed = 1.0


def broker(scene: Scene) -> None:
    """No broker when the worker starts; then killed, stopped, and killed with two workers."""
    scene.broken(lambda: _start_without(scene), 8)
    scene.until(0.2)
    scene.broken(scene.broker.kill, 3)
    scene.until(0.5)
    scene.broken(scene.broker.stop, 8)
    scene.fleet.start("second")
    scene.until(0.7)
    scene.broken(scene.broker.kill, 8)


def _start_without(scene: Scene) -> None:
    scene.broker.stop()
    scene.fleet.start("first")


def disk(scene: Scene) -> None:
    """The broker's disk is full: its writes fail and it ends; later there is room again."""
    scene.fleet.start("first")
    for share in (0.3, 0.7):
        scene.until(share)
        scene.broken(scene.broker.fill_disk, 3)


def clock(scene: Scene) -> None:
    """The host's clock jumps an hour ahead, back, an hour behind; a worker starts with a wrong one."""
    fleet = scene.fleet
    fleet.start("first")
    for share, wrong_s in ((0.15, HOUR_S), (0.3, 0.0), (0.45, -HOUR_S), (0.6, 0.0), (0.75, HOUR_S)):
        scene.until(share)
        fleet.shift_clock(wrong_s)
    fleet.kill("first")
    fleet.start("first")
    scene.until(0.9)
    fleet.shift_clock(0.0)


def poison(scene: Scene) -> None:
    """Records that make our own code raise; a kill follows each."""
    scene.fleet.start("first")
    for share in (0.45, 0.75):
        scene.until(share)
        scene.fleet.wait(5)
        scene.fleet.kill("first")
        scene.fleet.start("first")


def big(scene: Scene) -> None:
    """A worker with a big state is killed; measured until all partitions flow again."""
    scene.fleet.start("first")
    scene.until(0.9)
    scene.feed.speed = SLOWLY
    scene.fleet.ready("first")
    scene.fleet.wait(5)
    since = time.monotonic()
    scene.fleet.kill("first")
    scene.fleet.start("first")
    scene.flow(since)
    scene.feed.speed = 1.0


class Fault(NamedTuple):
    """A fault and what comes with it.

    Attributes:
        falls: workers may end by themselves: a supervisor starts them again.
        poisoned: the stream holds records that make our own code raise.
        big: the stream makes a big state.
        slow: by how much the stream takes longer, so that the fault falls into it.
    """

    name: str
    do: Callable[[Scene], None]
    falls: bool = False
    poisoned: bool = False
    big: bool = False
    slow: float = 1.0


FAULTS: Sequence[Fault] = (
    Fault("none", nothing),
    Fault("kills", kills, slow=2.2),
    Fault("group", group, slow=1.5),
    Fault("death", death),
    Fault("broker", broker, falls=True),
    Fault("disk", disk, falls=True),
    Fault("clock", clock),
    Fault("poison", poison, poisoned=True),
    Fault("big", big, big=True),
)
