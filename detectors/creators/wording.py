"""A creator's odd day in a sentence or two, English and French: signs, no verdict. Every number is a field."""

from detectors.anomalies.wording import number
from detectors.creators.told import OddDay
from detectors.model.alerts import Action, Explanation
from detectors.model.conduct import Conduct

Two = tuple[str, str]

BEGIN: dict[str, Two] = {
    "posting": ("This creator posts more than usual", "Ce créateur publie plus que d'ordinaire"),
    "engagement": ("This creator draws more than usual", "Ce créateur suscite plus que d'ordinaire"),
    "follower_jump": (
        "This creator has gained followers without more views to match",
        "Ce créateur a gagné des abonnés sans les vues correspondantes",
    ),
    "few_comments": ("Few comments for so many likes", "Peu de commentaires pour tant de j'aime"),
    "many_comments": ("Many comments for so few likes", "Beaucoup de commentaires pour si peu de j'aime"),
    "repeated_commenters": ("The same people comment again and again", "Les mêmes personnes commentent sans cesse"),
}
OVER: Two = ("This is over", "C'est terminé")
COUNTED: dict[str, Two] = {
    "posting": ("{observed} posts in a day", "{observed} publications en un jour"),
    "engagement": (
        "{observed} likes, comments, shares and saves in a day",
        "{observed} j'aime, commentaires, partages et enregistrements en un jour",
    ),
    "follower_jump": ("{observed} more followers in {of} d", "{observed} abonnés de plus en {of} j"),
    "few_comments": (
        "{observed} comments for {of} likes in a day",
        "{observed} commentaires pour {of} j'aime en un jour",
    ),
    "repeated_commenters": (
        "{observed} comments in a day by people who had commented already, {of} people in all",
        "{observed} commentaires en un jour de personnes qui avaient déjà commenté, {of} personnes en tout",
    ),
}
COUNTED["many_comments"] = COUNTED["few_comments"]
FIGURES: Two = (
    "{begin}: {counted}, {expected} expected ({low} to {high}).",
    "{begin} : {counted}, {expected} attendus ({low} à {high}).",
)
SEEN: Two = (" Views in that time: {seen}; usual: {usual}.", " Vues pendant ce temps : {seen} ; d'ordinaire : {usual}.")
DRAWN: Two = (
    " Likes, comments, shares and saves in that time: {seen}; usual: {usual}.",
    " J'aime, commentaires, partages et enregistrements pendant ce temps : {seen} ; d'ordinaire : {usual}.",
)
STANDS_ON: Two = (
    " Expected from {own} earlier days of the creator and {similar} days of similar creators{where}.",
    " Attendu d'après {own} jours antérieurs du créateur et {similar} jours de créateurs semblables{where}.",
)
ALIKE: Two = (
    " Expected from {similar} days of similar creators{where}.",
    " Attendu d'après {similar} jours de créateurs semblables{where}.",
)
ADVICE: Two = (" A sign, not a verdict: look at the posts.", " Un indice, pas un verdict : regardez les publications.")

PLAIN = ("posting", "engagement")
"""Looks that are no sign of anything bought: they are only unusual."""


def explanation(action: Action, day: OddDay, told: Conduct) -> Explanation:
    """The alert's sentences."""
    return Explanation(en=_sentences(action, day, told, 0), fr=_sentences(action, day, told, 1))


def _sentences(action: Action, day: OddDay, told: Conduct, language: int) -> str:
    def say(value: float) -> str:
        return number(value, language)

    counted = COUNTED[told.look][language].format(observed=say(day.observed), of=told.of)
    text = FIGURES[language].format(
        begin=(OVER if action == "resolved" else BEGIN[told.look])[language],
        counted=counted,
        expected=say(day.expected),
        low=say(day.low),
        high=say(day.high),
    )
    seen = told.views if told.views is not None else told.engagement
    if told.look == "follower_jump" and seen is not None and told.usual is not None:
        pattern = SEEN if told.views is not None else DRAWN
        text += pattern[language].format(seen=say(seen), usual=say(told.usual))
    where = ", ".join(part for part in (told.platform, told.tier) if part)
    pattern = STANDS_ON if told.creator_days else ALIKE
    text += pattern[language].format(
        own=told.creator_days, similar=told.similar_days, where=f" ({where})" if where else ""
    )
    return text if told.look in PLAIN else text + ADVICE[language]
