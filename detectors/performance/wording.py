"""A post that outperforms in a sentence or two, English and French. Every number is a field of the alert."""

from collections.abc import Sequence

from detectors.alerting.facts import percent
from detectors.anomalies.wording import number
from detectors.model.alerts import Action, Explanation
from detectors.model.forecasts import Forecast, Judged
from detectors.model.performance import Performance
from detectors.performance.judged import Standout

BEGIN = {
    "fired": ("This post outperforms", "Cette publication surperforme"),
    "updated": ("This post still outperforms", "Cette publication surperforme toujours"),
    "resolved": ("The observation of this post is over", "L'observation de cette publication est terminée"),
    "retracted": ("This post was deleted", "Cette publication a été supprimée"),
}
FIGURES = (
    ": {observed} likes, comments, shares and saves within {hours} h, {expected} expected by then ({low} to {high}).",
    " : {observed} j'aime, commentaires, partages, enregistrements en {hours} h, {expected} attendus ({low} à {high}).",
)
TIMES = (" {times} times as many.", " {times} fois plus.")
STANDS_ON = (
    " Expected from {own} earlier posts of the creator in this format and {pool} of similar creators{where}.",
    " Attendu d'après {own} publications du créateur dans ce format et {pool} de créateurs semblables{where}.",
)
ALONE = (
    " Nothing earlier of the creator in this format: expected from {pool} posts of similar creators{where}.",
    " Rien d'antérieur du créateur dans ce format : attendu d'après {pool} publications semblables{where}.",
)
PAID = (
    " It is paid for, and compared with paid posts only.",
    " Elle est rémunérée, et comparée aux seules publications rémunérées.",
)
UNPAID = (" Paid posts are not among them.", " Les publications rémunérées n'en font pas partie.")
FORECAST = (
    " With a chance of {chance} %, it has {target} or more {hours} h later (probably {low} to {high}).",
    " Avec {chance} % de chances, elle en a {target} ou plus {hours} h plus tard (sans doute de {low} à {high}).",
)
JUDGED = (
    " A chance of {chance} % was given to {target} or more: it had {observed}.",
    " Une chance de {chance} % était donnée à {target} ou plus : elle en a eu {observed}.",
)


def explanation(
    action: Action, post: Standout, told: Performance, forecast: Forecast | None, judged: Sequence[Judged]
) -> Explanation:
    """The alert's sentences; of forecasts whose time came the first: it was the boldest."""
    en, fr = (_sentences(action, post, told, language) + _future(forecast, judged, language) for language in (0, 1))
    return Explanation(en=en, fr=fr)


def _future(forecast: Forecast | None, judged: Sequence[Judged], language: int) -> str:
    def say(value: float) -> str:
        return number(value, language)

    text = ""
    if forecast is not None:
        low, high = forecast.interval
        text = FORECAST[language].format(
            chance=percent(forecast.probability),
            target=say(forecast.target),
            hours=say(forecast.horizon_hours),
            low=say(low),
            high=say(high),
        )
    for one in judged[:1]:
        text += JUDGED[language].format(
            chance=percent(one.probability), target=say(one.target), observed=say(one.observed)
        )
    return text


def _sentences(action: Action, post: Standout, told: Performance, language: int) -> str:
    def say(value: float) -> str:
        return number(value, language)

    text = BEGIN[action][language] + FIGURES[language].format(
        observed=say(post.observed),
        hours=say(told.age_hours),
        expected=say(post.expected),
        low=say(post.low),
        high=say(post.high),
    )
    if told.times_expected is not None:
        text += TIMES[language].format(times=say(told.times_expected))
    pattern = STANDS_ON if told.creator_posts else ALONE
    where = ", ".join(part for part in (told.platform, told.tier, told.format) if part)
    text += pattern[language].format(
        own=told.creator_posts, pool=told.similar_posts, where=f" ({where})" if where else ""
    )
    return text + (PAID if told.paid else UNPAID)[language]
