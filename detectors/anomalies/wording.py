"""An anomaly in a sentence or two, English and French. Every number comes from the alert's fields, rounded there."""

from typing import NamedTuple

from detectors.anomalies.anomaly import SHAPES, Anomaly
from detectors.anomalies.series import Series
from detectors.model.alerts import Explanation

FRENCH = {
    "posts": "publications",
    "voices": "voix",
    "likes": "j'aime",
    "comments": "commentaires",
    "shares": "partages",
    "views": "vues",
    "orders": "commandes",
    "saves": "enregistrements",
    "clicks": "clics",
    "follows": "abonnements",
}


class RateWords(NamedTuple):
    """A rate's name, and what its numerator and denominator count."""

    name: str
    numerator: str
    denominator: str


RATES = {
    "conversion": (RateWords("conversion", "orders", "clicks"), RateWords("conversion", "commandes", "clics")),
    "engagement_rate_by_followers": (
        RateWords("engagement by followers", "engagements", "followers"),
        RateWords("mobilisation par abonné", "interactions", "abonnés"),
    ),
    "engagement_rate_by_reach": (
        RateWords("engagement by reach", "engagements", "accounts reached"),
        RateWords("mobilisation par compte atteint", "interactions", "comptes atteints"),
    ),
    "engagement_rate_by_views": (
        RateWords("engagement by views", "engagements", "views"),
        RateWords("mobilisation par vue", "interactions", "vues"),
    ),
}
"""Of rates, English and French: their numbers are those of the numerator, for the denominator that there was."""
WHERE = {
    "platform": ("on {}", "sur {}"),
    "format": ("in {} posts", "dans les contenus {}"),
    "tier": ("for {} creators", "pour les créateurs {}"),
    "campaign": ("in campaign {}", "dans la campagne {}"),
    "community": ("in community {}", "dans la communauté {}"),
}
NAMED = 3
"""Members that are named; more are "others"."""

EVENT = {
    ("fired", "rise"): ("{what} rose", "Les {quoi} ont bondi"),
    ("fired", "fall"): ("{what} fell", "Les {quoi} ont chuté"),
    ("fired", "silence"): (
        "Nothing comes from {source} any more; {what}",
        "Plus rien n'arrive de {source} ; les {quoi}",
    ),
    ("updated", "rise"): ("{what} rose further", "Les {quoi} ont encore bondi"),
    ("updated", "fall"): ("{what} fell further", "Les {quoi} ont encore chuté"),
    ("fired", "uneven"): ("{what} come in another shape than usual", "Les {quoi} arrivent à un autre rythme"),
    ("fired", "even"): (
        "{what} come more evenly than usual",
        "Les {quoi} arrivent plus régulièrement que d'ordinaire",
    ),
    ("updated", "uneven"): (
        "The shape of {what} is further from the usual",
        "Le rythme des {quoi} s'écarte encore de l'habituel",
    ),
    ("updated", "even"): ("{what} come even more evenly", "Les {quoi} arrivent encore plus régulièrement"),
}
END = {
    "recovered": ("{what}: back to usual", "Les {quoi} : retour à la normale"),
    "new_level": (
        "{what}: the new level is now the usual one",
        "Les {quoi} : le nouveau niveau est désormais l'habituel",
    ),
    "gap": ("{what}: closed, no data came for a while", "Les {quoi} : clos, faute de données pendant un temps"),
}
OF_RATES = {
    ("fired", "rise"): "La {quoi} a bondi",
    ("fired", "fall"): "La {quoi} a chuté",
    ("updated", "rise"): "La {quoi} a encore bondi",
    ("updated", "fall"): "La {quoi} a encore chuté",
    "recovered": "La {quoi} : retour à la normale",
    "new_level": "La {quoi} : le nouveau niveau est désormais l'habituel",
    "gap": "La {quoi} : clos, faute de données pendant un temps",
}
"""The same of a rate, in French."""
FIGURES_OF_RATES = (
    ": {observed} {numerator} where {expected} would be usual for as many {denominator} (range {low} to {high})",
    " : {observed} {numerator} pour {expected} d'ordinaire avec autant de {denominator} (entre {low} et {high})",
)
FIGURES = (
    ": {observed} where {expected} would be usual (range {low} to {high})",
    " : {observed} pour {expected} d'ordinaire (entre {low} et {high})",
)
OF_SHAPES = (
    ": {observed} too many or too few, added up, where {expected} would be usual (range {low} to {high})",
    " : {observed} de trop ou de moins, en cumulé, pour {expected} d'ordinaire (entre {low} et {high})",
)
"""Numbers of a shape: what strays from what was expected of each bucket, or each hour, whichever way."""
TOO_EVEN = (
    " Automation can do that, or a source that smooths its totals.",
    " Une automatisation peut faire cela, ou une source qui lisse ses totaux.",
)
SINCE = (", since {onset} UTC.", ", depuis le {onset} UTC.")
BEGAN = (". It began at {onset} UTC.", ". Début : {onset} UTC.")
ALSO = (" Also: {names}.", " Aussi : {names}.")
OTHERS = ("others", "d'autres")


def label(series: Series, language: int = 0) -> str:
    """What people call a series; 0 is English, 1 French."""
    if series.measure in RATES:
        measure = RATES[series.measure][language].name
    else:
        measure = FRENCH.get(series.measure, series.measure) if language else series.measure
    return f"{measure} {place(series, language)}"


def place(series: Series, language: int) -> str:
    """Where a series is counted."""
    dimension, _, value = series.scope.partition(":")
    if not value:
        return ("overall", "au total")[language]
    return WHERE.get(dimension, (f"for {dimension} {{}}", f"pour {dimension} {{}}"))[language].format(value)


def number(value: float, language: int = 0) -> str:
    """A number as it is said: at most one decimal, which the alert's fields are rounded to as well.

    >>> number(158.0), number(1295.34), number(1295.34, 1)
    ('158', '1295.3', '1295,3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language else text


def explanation(anomaly: Anomaly, onset: str) -> Explanation:
    """The alert's sentences.

    Args:
        anomaly: what happened.
        onset: its beginning, written out.
    """
    return Explanation(en=_sentence(anomaly, onset, 0), fr=_sentence(anomaly, onset, 1))


def _sentence(anomaly: Anomaly, onset: str, language: int) -> str:
    over = anomaly.action == "resolved"
    ending = anomaly.outcome or "recovered"
    pattern = (END[ending] if over else EVENT[anomaly.action, anomaly.direction])[language]
    figures, words = FIGURES[language], {}
    if anomaly.direction in SHAPES:
        figures = OF_SHAPES[language]
    if anomaly.series.measure in RATES:
        figures, words = FIGURES_OF_RATES[language], RATES[anomaly.series.measure][language]._asdict()
        if language:
            pattern = OF_RATES[ending if over else (anomaly.action, anomaly.direction)]
    what = label(anomaly.series, language)
    text = pattern.format(what=what, quoi=what, source=anomaly.series.scope.partition(":")[2])
    text += figures.format(
        **words,
        observed=number(anomaly.observed, language),
        expected=number(anomaly.expected, language),
        low=number(anomaly.interval[0], language),
        high=number(anomaly.interval[1], language),
    )
    text += (BEGAN if over else SINCE)[language].format(onset=onset)
    if anomaly.members and not over:
        names = [label(series, language) for series in anomaly.members[:NAMED]]
        names += [OTHERS[language]] if len(anomaly.members) > NAMED else []
        text += ALSO[language].format(names=", ".join(names))
    if anomaly.direction == "even" and not over:
        text += TOO_EVEN[language]
    return text[0].upper() + text[1:]
