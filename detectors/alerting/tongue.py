"""The words of one language for what is told of trends: no logic, but how a number is written and counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from detectors.alerting.facts import plain

Both = tuple[str, str]
"""A word for one, and for several."""


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """Sentences and their parts, with a place in braces for each value; see `saying.py` for when each is said.

    Attributes:
        leads, slow_leads: how a record begins, by action or state; of what counts voice-hours.
        names, places, flags: words for a dimension's value, for being in it, for an integrity flag.
        counted: words for what is counted, by name.
        several_from: the least number that takes the word for several; anything but one, if it is 0.
        decimal: between a number's whole part and the rest.
        date: how strftime writes an instant with its date.
    """

    leads: Mapping[str, str]
    slow_leads: Mapping[str, str]
    names: Mapping[str, str]
    places: Mapping[str, str]
    flags: Mapping[str, str]
    counted: Mapping[str, Both]
    several_from: int
    decimal: str
    date: str
    opening: str
    voice_hours: str
    between: str
    left: str
    instead: str
    usually: str
    onset: str
    onset_date: str
    in_community: str
    on_platform: str
    growth: str
    forecast: str
    as_of: str
    carried: str
    draws: str
    acting: str
    communities: str
    chance: str
    nothing_to_read: str
    evidence: str
    first: str
    mind: str
    mind_joint: str
    copies: str
    new_accounts: str
    deleted: str
    unreadable: str
    few_read: str
    recurring: str
    known: str
    last_joint: str

    def number(self, value: float) -> str:
        """A number as a person writes it."""
        return plain(value).replace(".", self.decimal)

    def count(self, value: float, what: str) -> str:
        """So many of something.

        Args:
            what: a name in `counted`.
        """
        one, several = self.counted[what]
        many = abs(value) >= self.several_from if self.several_from else value != 1
        return f"{self.number(value)} {several if many else one}"

    def listed(self, words: list[str]) -> str:
        """Words in a row: a, b and c."""
        return self.last_joint.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
