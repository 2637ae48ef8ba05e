"""A trend's record in the words of a language: which sentences are said, and with which of its fields."""

from collections.abc import Iterator

from msgspec import UNSET

from detectors.alerting.facts import FEW_POSTS, NOTED_SHARE, Facts, carriers_of, clock, decades, percent
from detectors.alerting.tongue import Tongue
from detectors.model.alerts import Driver, Origin
from detectors.model.forecasts import Forecast


def said(facts: Facts, words: Tongue) -> str:
    """The whole text. Every number in it is a field of the record."""
    return " ".join(_sentences(facts, words))


def _sentences(f: Facts, t: Tongue) -> Iterator[str]:
    r = f.record
    lead = ({**t.leads, **t.slow_leads} if f.slow else t.leads)[f.lead]
    yield t.opening.format(label=r.subject.label, lead=lead, where=_where(r.scope, t), people=_people(f, t))
    yield t.voice_hours if f.slow else _onset(f, t)
    if f.goes_on:
        yield from _growth(f, t)
    if carriers := carriers_of(r):
        yield t.carried.format(t.listed([_driver(driver, t) for driver in carriers]))
    if f.goes_on:
        yield from _engaged(f, t)
    if r.breadth and r.breadth.communities > 1:
        yield t.communities.format(t.number(r.breadth.communities))
    if f.goes_on and decades(r) is not None:
        yield t.chance.format(decades(r))
    yield _evidence(f, t)
    if cautions := list(_cautions(f, t)):
        yield t.mind.format(t.mind_joint.join(cautions))


def _where(scope: str, t: Tongue) -> str:
    dimension, _, value = scope.partition(":")
    return f" {t.places[dimension].format(value)}" if dimension in t.places else ""


def _people(f: Facts, t: Tongue) -> str:
    r = f.record
    text = f"{t.count(r.observed, 'voice-hour' if f.slow else 'person')} {clock(r.window, t.between, t.date)}"
    if f.lead == "retracted" and r.integrity.deleted_share:
        text = t.left.format(share=percent(r.integrity.deleted_share), people=text)
    if r.expected is None:
        return text
    text += t.instead.format(t.count(r.expected, "expected"))
    return text if r.interval is None or r.interval[1] < 1 else text + t.usually.format(t.number(r.interval[1]))


def _onset(f: Facts, t: Tongue) -> str:
    return t.onset.format(at=f"{f.record.onset_at:{t.onset_date}}", origin=_origin(f.record.origin, t))


def _origin(origin: Origin | None, t: Tongue) -> str:
    if origin is None:
        return ""
    return (t.in_community if origin.dimension == "community" else t.on_platform).format(origin.value)


def _growth(f: Facts, t: Tongue) -> Iterator[str]:
    r = f.record
    if r.growth_per_hour is not None and r.growth_per_hour > 0:
        yield t.growth.format(t.count(r.growth_per_hour, "person"))
    if r.forecast is not UNSET:
        yield _forecast(r.forecast, t)


def _forecast(forecast: Forecast, t: Tongue) -> str:
    low, high = forecast.interval
    return t.forecast.format(
        chance=percent(forecast.probability),
        target=t.number(forecast.target),
        hours=t.number(forecast.horizon_hours),
        since="" if forecast.as_of is UNSET else t.as_of.format(f"{forecast.as_of:%H:%M}"),
        low=t.number(low),
        high=t.number(high),
    )


def _engaged(f: Facts, t: Tongue) -> Iterator[str]:
    r = f.record
    if r.engagement_per_voice is None or not r.engaged:
        return
    usual = t.number(r.engaged.usual_per_voice)
    yield t.draws.format(drawn=t.count(r.engagement_per_voice, "engagement"), usual=usual)
    if r.engaged.acting:
        yield t.acting.format(t.count(r.engaged.acting, "acting"))


def _driver(driver: Driver, t: Tongue) -> str:
    name = t.names.get(driver.dimension, f"{driver.dimension} {{}}").format(driver.value)
    return f"{name} ({percent(driver.share)} %)"


def _evidence(f: Facts, t: Tongue) -> str:
    e = f.record.evidence
    if not e.posts:
        return t.nothing_to_read
    first = t.first.format(t.listed(list(e.post_ids[:3]))) if e.post_ids else ""
    return t.evidence.format(posts=t.count(e.posts, "post"), creators=t.count(e.creators, "creator"), first=first)


def _cautions(f: Facts, t: Tongue) -> Iterator[str]:
    r, i = f.record, f.record.integrity
    for flag in i.flags:
        yield t.flags.get(flag, flag.replace("_", " "))
    shares = [(i.copies_share, t.copies), (i.new_accounts_share, t.new_accounts)]
    shares += [] if f.lead == "retracted" else [(i.deleted_share, t.deleted)]
    yield from (text.format(percent(share)) for share, text in shares if share is not None and share >= NOTED_SHARE)
    if r.evidence.missing:
        yield t.unreadable.format(t.count(r.evidence.missing, "unreadable"))
    if 0 < r.evidence.posts < FEW_POSTS:
        yield t.few_read
    if r.novelty == "recurring":
        yield t.recurring
    elif r.novelty == "known":
        yield t.known
