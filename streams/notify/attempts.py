"""One message to one channel: tried until it is taken, refused, or has failed for too long."""

import asyncio
import random
from collections.abc import Callable
from typing import NamedTuple

from streams import clock
from streams.notify.message import Message
from streams.notify.pace import Pace, backoff_s
from streams.notify.sender import Answer, Later, Refused, Sender, Sent

SLICE_S = 0.5
"""Longest sleep between two looks at whether the message is still ours to send, seconds."""


class GaveUp(NamedTuple):
    """It failed for too long; the last reason."""

    why: str
    tries: int


End = Sent | Refused | GaveUp | None
"""None: the partition went to another process, which will send it."""


class Attempts:
    """The attempts of one channel, one message after the other.

    Args:
        attempt_s: how long one may take, seconds.
        give_up_s: how long a message may fail, seconds.
        heard: told every answer.
        chance: draws from 0 to 1 for the waits.
    """

    def __init__(
        self,
        sender: Sender,
        pace: Pace,
        *,
        attempt_s: float,
        give_up_s: float,
        heard: Callable[[Answer], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._pace = pace
        self._attempt_s = attempt_s
        self._give_up_s = give_up_s
        self._heard = heard
        self._chance = chance

    async def deliver(self, message: Message, ours: Callable[[], bool]) -> End:
        """Try until it ends.

        Args:
            ours: whether the partition the alert came from is still this process's.
        """
        began, tries = clock.monotonic(), 0
        while True:
            if not await self._turn(ours):
                return None
            answer = await self._try(message)
            tries += 1
            self._heard(answer)
            if not isinstance(answer, Later):
                return answer
            now, wait = clock.monotonic(), backoff_s(tries, self._chance())
            self._pace.hold(now, max(wait, answer.after_s or 0.0))
            if now + wait - began > self._give_up_s:
                return GaveUp(answer.why, tries)

    async def _turn(self, ours: Callable[[], bool]) -> bool:
        """Wait until the pace allows an attempt -> whether the message is still ours to send."""
        while ours():
            wait = self._pace.wait_s(clock.monotonic())
            if not wait:
                return True
            await asyncio.sleep(min(wait, SLICE_S))
        return False

    async def _try(self, message: Message) -> Answer:
        self._pace.used(clock.monotonic())
        try:
            async with asyncio.timeout(self._attempt_s):
                return await self._sender.send(message)
        except TimeoutError:
            return Later(f"no answer within {self._attempt_s:g} s")
        except Exception as error:  # noqa: BLE001 - whatever a service's library raises is a failure of this channel only
            return Later(type(error).__name__)
