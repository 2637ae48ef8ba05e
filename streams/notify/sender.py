"""What every way to send has in common: the answers it can give."""

from typing import NamedTuple, Protocol

from streams.notify.message import Message


class Sent(NamedTuple):
    """The service took the message, and named it so, if news can hang under it."""

    thread: str | None = None


class Refused(NamedTuple):
    """The service will not take it, however often it is asked."""

    why: str


class Later(NamedTuple):
    """It did not work this time.

    Attributes:
        why: a status or the kind of error; never an address or what the service wrote.
        after_s: how long the service wants to be left alone, seconds; None: it did not say.
    """

    why: str
    after_s: float | None = None


Answer = Sent | Refused | Later

AGAIN = frozenset({408, 425, 429})
"""Of the 4xx, the HTTP statuses that say "not now" rather than "no"."""


def of_status(status: int, after_s: float | None = None) -> Answer:
    """What an HTTP status means. A redirect is a no: an address is what a person wrote down.

    >>> of_status(204), of_status(410), of_status(429, 7.0)
    (Sent(thread=None), Refused(why='HTTP 410'), Later(why='HTTP 429', after_s=7.0))
    """
    if 200 <= status < 300:
        return Sent()
    if status >= 500 or status in AGAIN:
        return Later(f"HTTP {status}", after_s)
    return Refused(f"HTTP {status}")


class Sender(Protocol):
    """A way to one channel."""

    @property
    def service(self) -> str:
        """What kind of service it is."""

    @property
    def threads(self) -> bool:
        """Whether news can follow a first message without being a message of its own."""

    async def send(self, message: Message) -> Answer:
        """Try once. Raises nothing that a service can cause."""

    async def close(self) -> None:
        """Let connections go."""
