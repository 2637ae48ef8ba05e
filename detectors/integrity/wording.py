"""What an integrity alert says, English and French: what was seen, how much, what is usual. Signs, no verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from detectors.alerting.facts import plain
from detectors.model.alerts import Explanation, IntegritySign

TEXTS: dict[str, tuple[str, str]] = {
    "repeats": (
        "of the posts are by people who had posted already",
        "des publications viennent de personnes déjà vues",
    ),
    "copies": ("of the posts nearly copy another person's", "des publications copient presque celle d'un autre"),
    "newcomers": ("of the people were never seen before", "des personnes n'avaient jamais été vues"),
    "new_accounts": ("of the accounts are younger than a month", "des comptes ont moins d'un mois"),
    "deleted": ("of the posts were deleted again", "des publications ont été supprimées depuis"),
    "synchrony": (
        "of the posts follow another's within seconds",
        "des publications suivent une autre de quelques secondes",
    ),
}
TOGETHER = (" None of this is rare alone; together it is.", " Rien de cela n'est rare seul ; ensemble, si.")
SIZE = (
    "“{label}”: {observed} people, {expected} expected.",
    "« {label} » : {observed} personnes, {expected} attendues.",
)
HELD = (
    " The trend's alert is held back: without what looks bought {clean} would be left.",
    " L'alerte de tendance est retenue : sans ce qui paraît acheté, il en resterait {clean}.",
)
TOLD = (
    " It shows signs of bought attention; {clean} people show none.",
    " Des signes d'attention achetée ; {clean} personnes n'en montrent pas.",
)
SIGN = (
    " {share} % {what} ({count} of {of}; usual: {usual} %).",
    " {share} % {what} ({count} sur {of} ; d'ordinaire {usual} %).",
)
ADVICE = (" Signs, not a verdict: look at the posts.", " Des indices, pas un verdict : regardez les publications.")


class Told(NamedTuple):
    """The alert's fields that are said."""

    label: str
    observed: float
    expected: float
    clean: float
    signs: Sequence[IntegritySign]
    held: bool


def integrity_explanation(told: Told) -> Explanation:
    """The alert's sentences; every number is a field of the alert."""
    return Explanation(en=_sentences(told, 0), fr=_sentences(told, 1))


def _sentences(told: Told, language: int) -> str:
    def say(value: float) -> str:
        return plain(value).replace(".", ",") if language else plain(value)

    pattern = SIZE[language] + (HELD if told.held else TOLD)[language]
    text = pattern.format(
        label=told.label, observed=say(told.observed), expected=say(told.expected), clean=say(told.clean)
    )
    for sign in told.signs:
        if sign.name in TEXTS:
            text += SIGN[language].format(
                share=say(round(100 * sign.share, 1)),
                what=TEXTS[sign.name][language],
                count=sign.count,
                of=sign.of,
                usual=say(round(100 * sign.usual, 1)),
            )
        else:
            text += TOGETHER[language]
    return text + ADVICE[language]
