"""A record on the board with what the page says of it, encoded once for each language that somebody reads."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from streams.page.numbers import Language

_encode = msgspec.json.Encoder().encode

View = Callable[[bytes, Language], dict[str, Any]]
"""From a record to plain values for the browser."""


class About(NamedTuple):
    """What the board must know of a record without reading it again.

    Attributes:
        trend_id: what it is about.
        worth: what the shelf keeps longest has the most.
        until: when it goes by itself, epoch seconds; infinite: when its topic says so.
        slow: whether it is a slow trend: an alert, not a record of the trends topic.
    """

    trend_id: str
    worth: tuple[float, ...]
    until: float = float("inf")
    slow: bool = False


class Kept:
    """A record, as it lay on its topic."""

    __slots__ = ("_encoded", "_view", "about", "raw")

    def __init__(self, raw: bytes, about: About, view: View) -> None:
        self.raw, self.about = raw, about
        self._view = view
        self._encoded: dict[Language, msgspec.Raw] = {}

    def encoded(self, language: Language) -> msgspec.Raw:
        """What the page says of it, as JSON."""
        found = self._encoded.get(language)
        if found is None:
            found = self._encoded[language] = msgspec.Raw(_encode(self._view(self.raw, language)))
        return found
