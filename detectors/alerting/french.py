"""An alert about a trend in French. Every number is a field of the record."""

from collections.abc import Iterator

from msgspec import UNSET

from detectors.alerting.facts import FEW_POSTS, NOTED_SHARE, Facts, carriers_of, clock, decades, percent, plain
from detectors.model.alerts import Alert, Driver, Origin, Trend
from detectors.model.forecasts import Forecast

LEADS = {
    "fired": "décolle",
    "escalated": "prend de l'ampleur",
    "resolved": "est retombé",
    "retracted": "est retiré",
    "emerging": "émerge",
    "rising": "continue de croître",
    "peaking": "est à son sommet",
    "declining": "s'essouffle",
    "ended": "est retombé",
    "resurgent": "revient",
}

SLOW_LEADS = {"fired": "progresse lentement", "resolved": "est retombé, ou devenu habituel"}
"""Of what counts voice-hours."""

NAMES = {
    "community": "la communauté {}",
    "tier": "les créateurs {}",
    "platform": "la plateforme {}",
    "language": "la langue {}",
    "format": "le format {}",
}

PLACES = {
    "community": "dans la communauté {}",
    "tier": "chez les créateurs {}",
    "platform": "sur {}",
    "language": "en langue {}",
    "format": "au format {}",
}
"""Words for where a trend is that is not everywhere."""

VOICE_HOURS = "Une voix-heure est une personne pendant une heure : qui en parle à plusieurs heures compte dans chacune."

FLAGS = {
    "repeats": "les mêmes personnes y reviennent sans cesse",
    "copies": "une part inhabituelle des posts sont presque des copies",
    "newcomers": "une part inhabituelle des personnes n'avaient jamais été vues",
    "new_accounts": "une part inhabituelle des comptes sont récents",
    "deleted": "une part inhabituelle des posts ont été supprimés depuis",
    "synchrony": "une part inhabituelle des posts suivent un autre de quelques secondes",
    "mix": "ses indices sont étranges ensemble",
}
"""Words for integrity flags; a flag without any is named as it is."""


def french(facts: Facts) -> str:
    """The whole text."""
    return " ".join(_sentences(facts))


def _sentences(f: Facts) -> Iterator[str]:
    r = f.record
    lead = (LEADS | SLOW_LEADS if f.slow else LEADS)[f.lead]
    yield f"« {r.subject.label} » {lead}{_where(r.scope)} : {_people(f)}."
    yield VOICE_HOURS if f.slow else _onset(f)
    if f.goes_on and r.growth_per_hour is not None and r.growth_per_hour > 0:
        yield f"Cela gagne {_count(r.growth_per_hour, 'personne', 'personnes')} par heure."
    if f.goes_on and r.forecast is not UNSET:
        yield _forecast(r.forecast)
    if carriers := carriers_of(r):
        yield f"Porté par {_listed([_driver(d) for d in carriers])}."
    if f.goes_on:
        yield from _engaged(r)
    if r.breadth and r.breadth.communities > 1:
        yield f"{plain(r.breadth.communities)} communautés en parlent."
    if f.goes_on and decades(r) is not None:
        yield f"Le hasard seul en ferait autant moins d'une fenêtre sur 10^{decades(r)}."
    yield _evidence(f)
    cautions = list(_cautions(f))
    if cautions:
        yield f"À noter : {' ; '.join(cautions)}."


def _where(scope: str) -> str:
    dimension, _, value = scope.partition(":")
    return f" {PLACES[dimension].format(value)}" if dimension in PLACES else ""


def _people(f: Facts) -> str:
    r = f.record
    counted = ("voix-heure", "voix-heures") if f.slow else ("personne", "personnes")
    text = f"{_count(r.observed, *counted)} {clock(r.window, 'entre {} et {} UTC', '%d/%m/%Y %H:%M')}"
    if f.lead == "retracted" and r.integrity.deleted_share:
        text = f"{percent(r.integrity.deleted_share)} % de ses posts ont été supprimés ; il reste {text}"
    if r.expected is None:
        return text
    text += f" au lieu de {_count(r.expected, 'attendue', 'attendues')}"
    return text if r.interval is None or r.interval[1] < 1 else f"{text} (d'ordinaire {_number(r.interval[1])} au plus)"


def _onset(f: Facts) -> str:
    return f"Premier post vu le {f.record.onset_at:%d/%m/%Y à %H:%M} UTC{_origin(f.record.origin)}."


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return ""
    return f", dans la communauté {origin.value}" if origin.dimension == "community" else f", sur {origin.value}"


def _forecast(forecast: Forecast) -> str:
    since = "" if forecast.as_of is UNSET else f" après {forecast.as_of:%H:%M} UTC"
    low, high = forecast.interval
    return (
        f"Avec {percent(forecast.probability)} % de chances, {_number(forecast.target)} personnes ou plus en parleront"
        f" dans les {_number(forecast.horizon_hours)} heures{since} (sans doute de {_number(low)} à {_number(high)})."
    )


def _engaged(r: Alert | Trend) -> Iterator[str]:
    if r.engagement_per_voice is None or not r.engaged:
        return
    text = f"Ses posts suscitent {_count(r.engagement_per_voice, 'réaction', 'réactions')} par personne"
    yield f"{text}, contre {_number(r.engaged.usual_per_voice)} d'ordinaire."
    if r.engaged.acting:
        more = "autre personne commente ou partage", "autres personnes commentent ou partagent"
        yield f"{_count(r.engaged.acting, *more)}."


def _driver(driver: Driver) -> str:
    name = NAMES.get(driver.dimension, f"{driver.dimension} {{}}").format(driver.value)
    return f"{name} ({percent(driver.share)} %)"


def _evidence(f: Facts) -> str:
    e = f.record.evidence
    if not e.posts:
        return "Aucun de ses posts n'est plus lisible."
    first = f", d'abord {_listed(list(e.post_ids[:3]))}" if e.post_ids else ""
    return f"À voir : {_count(e.posts, 'post', 'posts')} de {_count(e.creators, 'créateur', 'créateurs')}{first}."


def _cautions(f: Facts) -> Iterator[str]:
    r, i = f.record, f.record.integrity
    for flag in i.flags:
        yield FLAGS.get(flag, flag.replace("_", " "))
    if i.copies_share is not None and i.copies_share >= NOTED_SHARE:
        yield f"{percent(i.copies_share)} % de ces posts sont des copies"
    if i.new_accounts_share is not None and i.new_accounts_share >= NOTED_SHARE:
        yield f"{percent(i.new_accounts_share)} % des comptes sont récents"
    if f.lead != "retracted" and i.deleted_share is not None and i.deleted_share >= NOTED_SHARE:
        yield f"{percent(i.deleted_share)} % de ses posts ont été supprimés"
    missing = r.evidence.missing
    if missing:
        yield f"{_count(missing, 'post', 'posts')} {'illisible' if missing < 2 else 'illisibles'}"
    if 0 < r.evidence.posts < FEW_POSTS:
        yield "peu de posts ont été lus"
    if r.novelty == "recurring":
        yield "le sujet revient régulièrement"
    elif r.novelty == "known":
        yield "on en a déjà parlé"


def _count(n: float, one: str, many: str) -> str:
    """In French, the plural begins at two."""
    return f"{_number(n)} {one if abs(n) < 2 else many}"


def _number(n: float) -> str:
    return plain(n).replace(".", ",")


def _listed(words: list[str]) -> str:
    return " et ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
