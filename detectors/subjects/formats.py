"""The content format that a text names, in French and English, where the record does not declare one."""

import re

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
    "box",
    "ball",
    "after",
    "apr",
    "glow",
    "tuto",
    "how",
    "pas",
    "step",
    "revi",
    "revue",
    "avis",
    "honest",
    "haul",
    "grwm",
    "ready",
    "prépare",
    "prepare",
    "challenge",
    "défi",
    "defi",
)


def format_of(text: str) -> Format | None:
    """The first format that a text names, or None.

    >>> format_of("Mon Avant/Après du mois"), format_of("GRWM before work"), format_of("bonjour")
    ('before_after', 'grwm', None)
    """
    lowered = text.lower()
    for hint in _HINTS:  # folding and matching cost ten times this look; any() would cost it once more
        if hint in lowered:
            break
    else:
        return None
    found = _PATTERN.search(fold(text))
    return found.lastgroup if found else None  # type: ignore[return-value]  # the groups are named after Format
