"""What a channel was told: enough to tell nothing twice and to find the thread again. `store.py` keeps it."""

from collections.abc import Iterator

import msgspec

from streams.errors import StateError

VERSION = 1
"""Of the record below."""

IDS = 32
"""Ids remembered of one trend: more news than the topic brings again after a worker's restart."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one subject of news (one `dedup_key`) on one channel."""

    version: int = VERSION
    at: float
    """When the latest of it was told, epoch seconds."""
    revision: int
    """The highest told."""
    alert_ids: tuple[str, ...]
    """The latest `IDS` told."""
    subject: str
    thread: str | None = None
    """What the channel named its first message."""

    def also(self, alert_id: str, revision: int, at: float) -> "Told":
        """The same after one more message."""
        ids = (*self.alert_ids, alert_id)[-IDS:]
        return msgspec.structs.replace(self, at=at, revision=max(revision, self.revision), alert_ids=ids)


_read = msgspec.json.Decoder(Told).decode


def decode(value: bytes) -> Told:
    """Read one record. Raises StateError if it is none of ours: without it, people might be told again."""
    try:
        told = _read(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StateError(f"what was told cannot be read ({type(error).__name__}): restore the topic") from None
    if told.version != VERSION:
        raise StateError(f"what was told has format {told.version}, this version reads {VERSION}: start the newer one")
    return told


def encode(told: Told) -> bytes:
    """Write one record."""
    return msgspec.json.encode(told)


class Book:
    """What one channel was told of one partition's alerts, by `dedup_key`, the latest last.

    Args:
        size: entries kept, at most. > 0.
        remember_s: how long an entry is of use after its latest news, seconds.

    >>> book = Book(size=1, remember_s=60)
    >>> told = Told(at=0.0, revision=1, alert_ids=("a1",), subject="#glow")
    >>> book.put("t1", told); book.put("t2", told); list(book.surplus(now=1.0))
    ['t1']
    >>> book.get("t2", now=30.0) is told, book.get("t2", now=61.0)
    (True, None)
    """

    def __init__(self, size: int, remember_s: float) -> None:
        self._size = size
        self._remember_s = remember_s
        self._told: dict[str, Told] = {}

    def get(self, about: str, now: float) -> Told | None:
        """What is known, unless it is too long ago."""
        found = self._told.get(about)
        return None if found is None or now - found.at > self._remember_s else found

    def put(self, about: str, told: Told) -> None:
        """Know this from now on."""
        self._told.pop(about, None)
        self._told[about] = told

    def drop(self, about: str) -> None:
        """Know nothing of it any more."""
        self._told.pop(about, None)

    def surplus(self, now: float) -> Iterator[str]:
        """Forget what is too old or too much, the oldest first; gives each that was forgotten."""
        while self._told:
            about, oldest = next(iter(self._told.items()))
            if len(self._told) <= self._size and now - oldest.at <= self._remember_s:
                return
            del self._told[about]
            yield about
