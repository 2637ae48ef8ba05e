"""The content format that a text names, in French and English, where the record does not declare one."""

import re
from collections.abc import Sequence

import numpy as np

from detectors.model.fields import Format
from detectors.subjects.kinds import fold

_WORDS: dict[Format, str] = {
    "unboxing": r"unbox(?:ing|ed)?|deballage|deballe",
    "before_after": r"before\s*(?:and|&|/|-)?\s*after|avant\s*(?:/|-|et)?\s*apres|glow\s?-?up",
    "tutorial": r"tuto(?:s|riel|riels|rial|rials)?|how\s?-?to|pas\s+a\s+pas|step\s+by\s+step",
    "review": r"reviews?|revue|mon\s+avis|avis\s+honnete|honest\s+opinion",
    "haul": r"haul",
    "grwm": r"grwm|get\s+ready\s+with\s+me|prepare\s*z?\s*-?(?:toi|vous)\s+avec\s+moi",
    "challenge": r"challenges?|defi",
}
_PATTERN = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _WORDS.items()))

_HINTS = (
    *("unbox", "deball", "déball", "befo", "avan", "glow", "tuto", "how ", "how-", "howt", "a pas", "à pas", "step"),
    *("revi", "revu", "avis", "hone", "haul", "grwm", "prep", "prép", "chal", "defi", "défi", "de\u0301f", "ready"),
)
"""Beginnings of words, one of which stands in whatever the pattern finds; accents as they are written."""

_HINT_BYTES = 4


def _cases(word: str) -> set[int]:
    """The first bytes of a word, in every way to write it in upper and lower case, as a number."""
    spellings = [""]
    for letter in word:
        spellings = [s + form for s in spellings for form in {letter, letter.upper()}]
    return {int.from_bytes(s.encode()[:_HINT_BYTES], "little") for s in spellings}


_QUADS = np.array(sorted(set().union(*map(_cases, _HINTS))), np.uint32)
_MAYBE = np.zeros(1 << 16, np.bool_)
_MAYBE[_QUADS & np.uint32(0xFFFF) ^ _QUADS >> np.uint32(16)] = True
"""Which mixed halves of four bytes a hint may have: a look here is ten times as quick as a search."""
_INNER = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_BEFORE = bytes(byte not in _INNER for byte in range(256))
"""For each byte, whether a word may begin after it."""


def format_of(text: str) -> Format | None:
    """The first format that a text names, or None.

    >>> format_of("Mon Avant/Après du mois"), format_of("GRWM before work"), format_of("bonjour")
    ('before_after', 'grwm', None)
    """
    match = _PATTERN.search(fold(text))
    return match.lastgroup if match else None  # type: ignore[return-value]  # groups are named after Format


def formats_of(texts: Sequence[str]) -> list[Format | None]:
    """The first format that each text names. Only texts that hold a hint are folded and searched, a few in a hundred.

    >>> formats_of(["bonjour", "Sephora haul"])
    [None, 'haul']
    """
    found: list[Format | None] = [None] * len(texts)
    for place in _hinted([text.encode() for text in texts]):
        found[place] = format_of(texts[place])
    return found


def _hinted(texts: Sequence[bytes]) -> list[int]:
    """Places of the texts that hold a hint at the beginning of a word."""
    joined = b"\0".join([b"", *texts, b"\0" * _HINT_BYTES])
    at = np.flatnonzero(np.frombuffer(joined.translate(_BEFORE), np.bool_)[:-_HINT_BYTES]) + 1
    quads = np.ndarray(len(joined) - _HINT_BYTES + 1, "<u4", joined, strides=(1,))  # from every byte on
    quad = quads[at]
    maybe = np.flatnonzero(_MAYBE[quad & np.uint32(0xFFFF) ^ quad >> np.uint32(16)])
    hits = at[maybe[np.isin(quad[maybe], _QUADS)]]
    ends = np.cumsum([len(text) + 1 for text in texts])
    return sorted(set(np.searchsorted(ends, hits - 1, "right").tolist()))
