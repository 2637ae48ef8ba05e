"""Names and patterns: how a rule's words meet what people wrote. Linear in the length of both."""

from collections.abc import Iterable

from detectors.subjects.kinds import fold

MARKS = "#＃@＠"


def plain(name: str) -> str:
    """A name without case, accents, marks of a hashtag and spaces around it.

    >>> plain(" #L'Oréal ")
    "l'oreal"
    """
    return fold(name.strip().lstrip(MARKS))


def meets(pattern: str, name: str) -> bool:
    """Whether a name is of a pattern's form; both `plain`. `*` stands for anything, also nothing.

    >>> meets("tier:*", "tier:nano"), meets("glow*up", "glowup"), meets("*skin", "skincare")
    (True, True, False)
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == name
    *middle, last = rest
    if not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def any_meets(patterns: Iterable[str], names: Iterable[str]) -> bool:
    """Whether one of the names is of the form of one of the patterns."""
    told = {plain(name) for name in names}
    return any(meets(plain(pattern), name) for pattern in patterns for name in told)
