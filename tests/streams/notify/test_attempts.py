"""How often a message is tried: until it is taken, refused, or has failed for too long; never faster than allowed."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import clock
from streams.notify.attempts import Attempts, GaveUp
from streams.notify.message import Message
from streams.notify.pace import HELD_S, LONGEST_S, MINUTE_S, Pace, backoff_s
from streams.notify.sender import Answer, Later, Refused, Sent
from tests.streams.notify.alerts import message


class Time:
    """A clock that sleeping moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(clock, "monotonic", lambda: self.now)
        monkeypatch.setattr("streams.notify.attempts.asyncio.sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


class Scripted:
    """A service that gives the next of its answers, the last for ever; notes when it was asked."""

    service = "scripted"
    threads = False

    def __init__(self, time: Time, *answers: Answer | Exception) -> None:
        self.time = time
        self.answers = list(answers)
        self.asked: list[float] = []

    async def send(self, _: Message) -> Answer:
        """The next answer."""
        self.asked.append(self.time.now)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing is open."""


def attempts(service: Scripted, *, give_up_s: float = 600, per_minute: int = 600) -> tuple[Attempts, list[Answer]]:
    heard: list[Answer] = []
    pace = Pace(per_minute)
    made = Attempts(service, pace, attempt_s=5, give_up_s=give_up_s, heard=heard.append, chance=lambda: 1.0)
    return made, heard


def always() -> bool:
    return True


async def test_a_failure_is_tried_again_with_growing_waits(time: Time) -> None:
    """1 s, 2 s, 4 s; every answer is told."""
    service = Scripted(time, Later("HTTP 503"), Later("HTTP 503"), OSError("https://secret"), Sent("17.5"))
    made, heard = attempts(service)

    assert await made.deliver(message(), always) == Sent("17.5")
    assert [later - earlier for earlier, later in pairwise(service.asked)] == [1.0, 2.0, 4.0]
    assert heard == [Later("HTTP 503"), Later("HTTP 503"), Later("OSError"), Sent("17.5")]


async def test_a_refusal_ends_it(time: Time) -> None:
    """A no is not asked for twice."""
    service = Scripted(time, Refused("HTTP 404"))

    assert await attempts(service)[0].deliver(message(), always) == Refused("HTTP 404")
    assert len(service.asked) == 1


async def test_it_is_given_up_after_a_while(time: Time) -> None:
    """Attempts are bounded, and the last reason stays."""
    service = Scripted(time, Later("HTTP 500"))
    end = await attempts(service, give_up_s=10)[0].deliver(message(), always)

    assert end == GaveUp("HTTP 500", tries=4)  # after 0, 1, 3 and 7 s; the next would be after 15
    assert service.asked[-1] - service.asked[0] <= 10


async def test_a_service_is_left_alone_as_long_as_it_asks(time: Time) -> None:
    """Also by the next message, when this one is given up meanwhile; at most for an hour."""
    service = Scripted(time, Later("HTTP 429", after_s=30.0), Later("HTTP 429", after_s=1e9), Sent())
    made, _ = attempts(service, give_up_s=1.5)

    assert isinstance(await made.deliver(message(), always), GaveUp)
    assert await made.deliver(message(), always) == Sent()
    assert [later - earlier for earlier, later in pairwise(service.asked)] == [30.0, HELD_S]


async def test_a_partition_that_is_gone_is_let_go_at_once(time: Time) -> None:
    """Who has it now will send it: this process stops in the midst of its waits."""
    service = Scripted(time, Later("HTTP 503", after_s=600.0))
    until = time.now + 3

    assert await attempts(service)[0].deliver(message(), lambda: time.now < until) is None
    assert (len(service.asked), time.now <= until + 1) == (1, True)


async def test_a_service_that_never_answers_is_a_failure() -> None:
    """The attempt ends; the reason names no address."""

    class Silent(Scripted):
        async def send(self, _: Message) -> Answer:
            await asyncio.Event().wait()
            raise AssertionError

    heard: list[Answer] = []
    service = Silent.__new__(Silent)
    made = Attempts(service, Pace(9), attempt_s=0.05, give_up_s=0, heard=heard.append)

    assert await made.deliver(message(), always) == GaveUp("no answer within 0.05 s", tries=1)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 10))
def test_no_minute_has_more_than_allowed(pauses: list[float], per_minute: int) -> None:
    """Whenever attempts are asked for, those made keep the rate in every window of a minute."""
    pace, now, made = Pace(per_minute), 0.0, []
    for pause in pauses:
        now += pause
        now += pace.wait_s(now)
        pace.used(now)
        made.append(now)

    for first, beyond in zip(made, made[per_minute:], strict=False):
        assert beyond - first >= MINUTE_S - 1e-6


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waits_grow_to_a_bound_and_never_vanish(failures: int, chance: float) -> None:
    """Half of each wait is drawn, so that channels that failed together do not come back together."""
    assert 0.5 <= backoff_s(failures, chance) <= backoff_s(failures + 1, 1.0) <= LONGEST_S
