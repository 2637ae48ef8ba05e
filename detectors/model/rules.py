"""What a subscriber wants to be told: one record of `freshet.rules.v1`. `detectors/rules/` checks and applies it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from detectors.model.alerts import AlertKind, Severity
from detectors.model.fields import Instant

RuleId = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$", description="lower-case letters, digits, - and _")]
Pattern = Annotated[
    str, Meta(min_length=1, max_length=128, description="a name; * stands for anything, case and accents do not matter")
]
Patterns = Annotated[tuple[Pattern, ...], Meta(max_length=50, description="one of them is enough; empty: all")]
OfDay = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM, in the rule's zone")]

SCHEMA_VERSION: Literal[1] = 1


class Mute(msgspec.Struct, frozen=True, kw_only=True):
    """What is not to be told until a time: a subject by name, or one trend. One of the two must be there."""

    until: Annotated[Instant, Meta(description="event time, RFC 3339 with a zone")]
    subject: Pattern | None = None
    trend_id: Annotated[str, Meta(min_length=1, max_length=128)] | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. What an alert does not say does not meet a rule that asks for it; `docs/rules.md` explains each field.

    Attributes:
        kinds: of alert; empty: all. scopes: patterns such as all, tier:*, community:makeup.
        brands: declared brands among the subjects. campaigns: those whose scope it is.
        communities, languages, tiers, platforms, formats: of the scope, the drivers, the post or the creator.
        subjects, not_subjects: names, or words of names, of which one must, none may be among the subjects.
        min_voices: people in the window. min_severity. min_surprise: -log10 p.
        min_probability: of the forecast, 0 to 1; an alert without a forecast waits until it has one.
        false_share: of what is sent, at most, 0 to 1. alerts_a_day: first messages in a day; 1.2 times that at most.
        cooldown_s: seconds between two messages about a trend or a subject; what is graver or over comes at once.
        zone: IANA, of the times of day. quiet_from, quiet_to: between them nothing is sent, but from
            `quiet_lets` (a severity) on; it comes as a digest afterwards.
        digest_at: when what the rule held back comes as one message.
    """

    rule_id: RuleId
    name: Annotated[str, Meta(max_length=100)] = ""
    enabled: bool = True
    kinds: Annotated[tuple[AlertKind, ...], Meta(max_length=6)] = ()
    scopes: Patterns = ()
    brands: Patterns = ()
    campaigns: Patterns = ()
    communities: Patterns = ()
    languages: Patterns = ()
    tiers: Patterns = ()
    platforms: Patterns = ()
    formats: Patterns = ()
    subjects: Patterns = ()
    not_subjects: Annotated[tuple[Pattern, ...], Meta(max_length=50, description="none of them may appear")] = ()
    min_voices: Annotated[int, Meta(ge=0, le=1_000_000_000, description="people in the window")] = 0
    min_severity: Severity = "info"
    min_probability: Annotated[float, Meta(ge=0, le=1, description="of the forecast")] = 0.0
    min_surprise: Annotated[float, Meta(ge=0, le=400, description="-log10 of the probability by chance")] = 0.0
    false_share: Annotated[float, Meta(gt=0, lt=1, description="of what is sent, at most")] | None = None
    alerts_a_day: Annotated[float, Meta(ge=0.1, le=1000, description="first messages a day")] | None = None
    cooldown_s: Annotated[int, Meta(ge=0, le=604_800, description="seconds")] = 0
    zone: Annotated[str, Meta(min_length=1, max_length=64, description="IANA zone, such as Europe/Paris")] = "UTC"
    quiet_from: OfDay | None = None
    quiet_to: OfDay | None = None
    quiet_lets: Severity | None = None
    digest_at: OfDay | None = None
    mutes: Annotated[tuple[Mute, ...], Meta(max_length=100)] = ()
    schema_version: Literal[1] = SCHEMA_VERSION
