"""A rule that cannot be used is refused with every problem: field, value, what is allowed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.model.rules import Mute, Rule
from detectors.rules.checking import Wrong, checked
from tests.detectors.rules.alerts import at

NIGHT = {"quiet_from": "22:00", "quiet_to": "07:00"}
UNTIL = "2026-01-05T12:00:00Z"


def rule(**fields: Any) -> dict[str, Any]:
    return {"rule_id": "mine", **fields}


def said(fields: object, *, strict: bool = True) -> str:
    found = checked(fields, strict=strict)
    assert isinstance(found, Wrong), found
    return str(found)


def test_a_rule_needs_nothing_but_its_name() -> None:
    """It then asks for all alerts."""
    assert checked(rule()) == Rule(rule_id="mine")


def test_every_field_can_be_given() -> None:
    """As JSON or TOML write them."""
    fields = rule(
        name="Nano creators",
        kinds=["trend"],
        scopes=["tier:*"],
        subjects=["glow*"],
        min_voices=10,
        min_severity="warning",
        alerts_a_day=5,
        cooldown_s=3600,
        zone="Europe/Paris",
        **NIGHT,
        quiet_lets="critical",
        digest_at="08:30",
        mutes=[{"subject": "glow", "until": UNTIL}],
    )

    found = checked(fields, strict=True)

    assert isinstance(found, Rule)
    assert found.scopes == ("tier:*",)
    assert found.mutes == (Mute(until=at(12), subject="glow"),)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "rule_id: missing: must be a text"),
        (7, "the rule: value 7: must be an object"),
        (rule(rule_id="Mine!"), "rule_id: value 'Mine!': must be a text, of the form"),
        (rule(kinds=["gossip"]), "kinds: value ['gossip']: must be a list of one of creator_anomaly"),
        (rule(min_voices=-1), "min_voices: value -1: must be a whole number, at least 0"),
        (rule(min_voices=2.5), "min_voices: value 2.5: must be a whole number"),
        (rule(min_severity="grave"), "min_severity: value 'grave': must be one of critical, info, warning"),
        (rule(min_probability=1.5), "min_probability: value 1.5: must be a number, at least 0, at most 1"),
        (rule(false_share=0), "false_share: value 0: must be a number, more than 0, less than 1"),
        (rule(alerts_a_day=float("nan")), "alerts_a_day: value nan: must be a number, at least 0.1"),
        (rule(enabled="no"), "enabled: value 'no': must be true or false"),
        (rule(quiet_from="24:00"), "quiet_from: value '24:00': must be a text, of the form"),
        (rule(quiet_from="22:00"), "quiet_to: missing: quiet hours need both"),
        (rule(**NIGHT, digest_at="06:59"), "digest_at: value 06:59: must lie outside quiet hours, 22:00 to 07:00"),
        (rule(quiet_from="07:00", quiet_to="07:00"), "quiet_to: value 07:00: must differ from quiet_from"),
        (rule(quiet_lets="critical"), "quiet_lets: value critical: must be absent where there are no quiet hours"),
        (rule(false_share=0.1, alerts_a_day=3), "alerts_a_day: value 3: must be absent where false_share is given"),
        (rule(zone="Mars/Olympus"), "zone: value 'Mars/Olympus': must be an IANA zone"),
        (rule(zone="../../etc/passwd"), "zone: value '../../etc/passwd': must be an IANA zone"),
        (rule(mutes=[{"subject": "glow"}]), "mutes[0].until: missing"),
        (rule(mutes=[{"until": UNTIL}]), "mutes[0]: must have either subject or trend_id"),
        (rule(mutes=[{"until": "tomorrow", "subject": "a"}]), "mutes[0].until: value 'tomorrow'"),
        (rule(mutes=[3]), "mutes: value [3]: must be a list of a table"),
        (rule(subjects=["x"] * 51), "subjects: value ['x', 'x'"),
        (rule(schema_version=2), "schema_version: value 2: must be one of 1"),
    ],
)
def test_what_is_wrong_is_named(fields: object, named: str) -> None:
    """The field, its value, and what is allowed."""
    assert said(fields).startswith(named)


def test_all_problems_are_named_at_once() -> None:
    """Nobody mends a rule one message at a time."""
    assert said(rule(min_voices=-1, min_severity="grave", cooldown_s=-5)).count("value") == 3


def test_an_unknown_field_is_a_mistake_to_its_author_only() -> None:
    """A slip of the pen is named; what a later version wrote to the topic is still read."""
    slip = rule(min_voises=3, mutes=[{"subject": "a", "until": UNTIL, "til": 1}])

    assert "min_voises: unknown: must be one of rule_id, name" in said(slip)
    assert "mutes[0].til: unknown" in said(slip)
    assert isinstance(checked(slip), Rule)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(Rule.__struct_fields__), JSON) | JSON)
def test_nothing_makes_it_fail(fields: object) -> None:
    """Whatever is sent as a rule: it is one, or it is said why not."""
    found = checked(fields)

    assert isinstance(found, Rule) or found.problems
