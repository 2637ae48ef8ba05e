"""An anomaly in a sentence or two, English and French. Every number comes from the alert's fields, rounded there."""

from typing import NamedTuple

from detectors.anomalies.anomaly import SHAPES, Anomaly
from detectors.anomalies.series import Series
from detectors.model.alerts import Explanation
from detectors.model.money import money

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
    "items": "articles",
    "gmv_gross": "ventes brutes",
}
ENGLISH = {"gmv_gross": "gross sales"}
"""Of counts, where people call them otherwise than we do."""


class RateWords(NamedTuple):
    """A rate's name, what its numerator counts, and how much of its denominator there was; its French article."""

    name: str
    numerator: str
    as_much: str
    article: str = "La"


RATES = {
    "conversion": (
        RateWords("conversion", "orders", "as many clicks"),
        RateWords("conversion", "commandes", "autant de clics"),
    ),
    "engagement_rate_by_followers": (
        RateWords("engagement by followers", "engagements", "as many followers"),
        RateWords("mobilisation par abonné", "interactions", "autant d'abonnés"),
    ),
    "engagement_rate_by_reach": (
        RateWords("engagement by reach", "engagements", "as many accounts reached"),
        RateWords("mobilisation par compte atteint", "interactions", "autant de comptes atteints"),
    ),
    "engagement_rate_by_views": (
        RateWords("engagement by views", "engagements", "as many views"),
        RateWords("mobilisation par vue", "interactions", "autant de vues"),
    ),
    "average_basket": (
        RateWords("average basket", "in all", "as many orders"),
        RateWords("panier moyen", "au total", "autant de commandes", "Le"),
    ),
    "given_back": (
        RateWords("refunds and cancellations", "given back", "as much sold"),
        RateWords("remboursements et annulations", "rendus", "autant de ventes", "Les"),
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
    ("fired", "rise"): "{article} {quoi} a bondi",
    ("fired", "fall"): "{article} {quoi} a chuté",
    ("updated", "rise"): "{article} {quoi} a encore bondi",
    ("updated", "fall"): "{article} {quoi} a encore chuté",
    "recovered": "{article} {quoi} : retour à la normale",
    "new_level": "{article} {quoi} : le nouveau niveau est désormais l'habituel",
    "gap": "{article} {quoi} : clos, faute de données pendant un temps",
}
"""The same of a rate, in French, where its name is no plural."""
FIGURES_OF_RATES = (
    ": {observed} {numerator} where {expected} would be usual for {as_much} (range {low} to {high})",
    " : {observed} {numerator} pour {expected} d'ordinaire avec {as_much} (entre {low} et {high})",
)
FIGURES = (
    ": {observed} where {expected} would be usual (range {low} to {high})",
    " : {observed} pour {expected} d'ordinaire (entre {low} et {high})",
)
OF_SHAPES = (
    ": {observed} too many or too few, added up, where {expected} would be usual (range {low} to {high})",
    " : {observed} en trop ou en moins, au total, pour {expected} d'ordinaire (entre {low} et {high})",
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
    return f"{measure(series, language)} {place(series, language)}"


def measure(series: Series, language: int = 0) -> str:
    """What people call what is counted, of money with its currency; 0 is English, 1 French."""
    figure = series.figure
    name = RATES[figure][language].name if figure in RATES else (ENGLISH, FRENCH)[language].get(figure, figure)
    return name if series.currency is None else f"{name} ({series.currency})"


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


def value(series: Series, observed: float, language: int = 0) -> str:
    """What a series counted, as it is said: an amount with its currency, or a number.

    >>> value(Series("gmv_gross@EUR", "all"), 164000.0), value(Series("likes", "all"), 158.0)
    ('1,640.00 EUR', '158')
    """
    if series.currency is None:
        return number(observed, language)
    # A plain space in French: the narrow one is a sign that terminals and some channels cannot show.
    return money(round(observed), series.currency, ("fr" if language else "en"), space=" ")


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
    series, figures, words = anomaly.series, FIGURES[language], {}
    if anomaly.direction in SHAPES:
        figures = OF_SHAPES[language]
    if series.figure in RATES:
        rate = RATES[series.figure][language]
        figures, words = FIGURES_OF_RATES[language], rate._asdict()
        if language and rate.article != "Les":
            pattern = OF_RATES[ending if over else (anomaly.action, anomaly.direction)]
    what = label(series, language)
    text = pattern.format(what=what, quoi=what, source=series.scope.partition(":")[2], **words)
    low, high = anomaly.interval
    text += figures.format(
        **words,
        observed=value(series, anomaly.observed, language),
        expected=value(series, anomaly.expected, language),
        low=value(series, low, language),
        high=value(series, high, language),
    )
    text += (BEGAN if over else SINCE)[language].format(onset=onset)
    if anomaly.members and not over:
        names = [label(series, language) for series in anomaly.members[:NAMED]]
        names += [OTHERS[language]] if len(anomaly.members) > NAMED else []
        text += ALSO[language].format(names=", ".join(names))
    if anomaly.direction == "even" and not over:
        text += TOO_EVEN[language]
    return text[0].upper() + text[1:]
