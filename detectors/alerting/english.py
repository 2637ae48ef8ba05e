"""An alert about a trend in English. Every number is a field of the record."""

from collections.abc import Iterator

from msgspec import UNSET

from detectors.alerting.facts import FEW_POSTS, NOTED_SHARE, Facts, carriers_of, clock, decades, percent, plain
from detectors.model.alerts import Alert, Driver, Origin, Trend
from detectors.model.forecasts import Forecast

LEADS = {
    "fired": "is taking off",
    "escalated": "has grown large",
    "resolved": "is over",
    "retracted": "is taken back",
    "emerging": "is emerging",
    "rising": "keeps growing",
    "peaking": "is at its peak",
    "declining": "is fading",
    "ended": "is over",
    "resurgent": "is back",
}

SLOW_LEADS = {"fired": "is growing slowly", "resolved": "is over, or has become usual"}
"""Of what counts voice-hours."""

NAMES = {"community": "community {}", "tier": "{} creators", "platform": "platform {}", "language": "language {}"}

PLACES = {
    "community": "in community {}",
    "tier": "among {} creators",
    "platform": "on {}",
    "language": "in language {}",
    "format": "in {} posts",
}
"""Words for where a trend is that is not everywhere."""

VOICE_HOURS = "A voice-hour is one person in one hour: who speaks of it in several hours counts in each."

FLAGS = {
    "repeats": "the same people post it again and again",
    "copies": "unusually many posts are near copies",
    "newcomers": "unusually many people were never seen before",
    "new_accounts": "unusually many accounts are new",
    "deleted": "unusually many posts were deleted again",
    "synchrony": "unusually many posts come within seconds of another",
    "mix": "its signs are strange together",
}
"""Words for integrity flags; a flag without any is named as it is."""


def english(facts: Facts) -> str:
    """The whole text."""
    return " ".join(_sentences(facts))


def _sentences(f: Facts) -> Iterator[str]:
    r = f.record
    lead = (LEADS | SLOW_LEADS if f.slow else LEADS)[f.lead]
    yield f"“{r.subject.label}” {lead}{_where(r.scope)}: {_people(f)}."
    yield VOICE_HOURS if f.slow else _onset(f)
    if f.goes_on and r.growth_per_hour is not None and r.growth_per_hour > 0:
        yield f"It gains {_count(r.growth_per_hour, 'person', 'people')} per hour."
    if f.goes_on and r.forecast is not UNSET:
        yield _forecast(r.forecast)
    if carriers := carriers_of(r):
        yield f"Carried by {_listed([_driver(d) for d in carriers])}."
    if f.goes_on:
        yield from _engaged(r)
    if r.breadth and r.breadth.communities > 1:
        yield f"{plain(r.breadth.communities)} communities speak of it."
    if f.goes_on and decades(r) is not None:
        yield f"Chance alone would bring that less than once in 10^{decades(r)} windows."
    yield _evidence(f)
    cautions = list(_cautions(f))
    if cautions:
        yield f"Mind: {'; '.join(cautions)}."


def _where(scope: str) -> str:
    dimension, _, value = scope.partition(":")
    return f" {PLACES[dimension].format(value)}" if dimension in PLACES else ""


def _people(f: Facts) -> str:
    r = f.record
    counted = ("voice-hour", "voice-hours") if f.slow else ("person", "people")
    text = f"{_count(r.observed, *counted)} {clock(r.window, 'between {} and {} UTC', '%Y-%m-%d %H:%M')}"
    if f.lead == "retracted" and r.integrity.deleted_share:
        text = f"{percent(r.integrity.deleted_share)} % of its posts were deleted, leaving {text}"
    if r.expected is None:
        return text
    text += f" instead of {plain(r.expected)} expected"
    return text if r.interval is None or r.interval[1] < 1 else f"{text} (usually up to {plain(r.interval[1])})"


def _onset(f: Facts) -> str:
    return f"First post seen {f.record.onset_at:%Y-%m-%d %H:%M} UTC{_origin(f.record.origin)}."


def _origin(origin: Origin | None) -> str:
    if origin is None:
        return ""
    return f", in community {origin.value}" if origin.dimension == "community" else f", on {origin.value}"


def _forecast(forecast: Forecast) -> str:
    since = "" if forecast.as_of is UNSET else f" from {forecast.as_of:%H:%M} UTC on"
    low, high = forecast.interval
    return (
        f"With a chance of {percent(forecast.probability)} %, {plain(forecast.target)} people or more will speak of it"
        f" in the {plain(forecast.horizon_hours)} hours{since} (probably {plain(low)} to {plain(high)})."
    )


def _engaged(r: Alert | Trend) -> Iterator[str]:
    if r.engagement_per_voice is None or not r.engaged:
        return
    text = f"Its posts draw {_count(r.engagement_per_voice, 'engagement', 'engagements')} a person"
    yield f"{text}, usual are {plain(r.engaged.usual_per_voice)}."
    if r.engaged.acting:
        yield f"{_count(r.engaged.acting, 'more person comments or shares', 'more people comment or share')}."


def _driver(driver: Driver) -> str:
    name = NAMES.get(driver.dimension, f"{driver.dimension} {{}}").format(driver.value)
    return f"{name} ({percent(driver.share)} %)"


def _evidence(f: Facts) -> str:
    e = f.record.evidence
    if not e.posts:
        return "None of its posts can be read any more."
    first = f", first {_listed(list(e.post_ids[:3]))}" if e.post_ids else ""
    return f"See {_count(e.posts, 'post', 'posts')} by {_count(e.creators, 'creator', 'creators')}{first}."


def _cautions(f: Facts) -> Iterator[str]:
    r, i = f.record, f.record.integrity
    for flag in i.flags:
        yield FLAGS.get(flag, flag.replace("_", " "))
    if i.copies_share is not None and i.copies_share >= NOTED_SHARE:
        yield f"{percent(i.copies_share)} % of these posts are copies"
    if i.new_accounts_share is not None and i.new_accounts_share >= NOTED_SHARE:
        yield f"{percent(i.new_accounts_share)} % of the accounts are new"
    if f.lead != "retracted" and i.deleted_share is not None and i.deleted_share >= NOTED_SHARE:
        yield f"{percent(i.deleted_share)} % of its posts were deleted"
    if r.evidence.missing:
        yield f"{_count(r.evidence.missing, 'post', 'posts')} could not be read"
    if 0 < r.evidence.posts < FEW_POSTS:
        yield "few posts were read"
    if r.novelty == "recurring":
        yield "it comes back regularly"
    elif r.novelty == "known":
        yield "people have spoken of it before"


def _count(n: float, one: str, many: str) -> str:
    return f"{plain(n)} {one if n == 1 else many}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
