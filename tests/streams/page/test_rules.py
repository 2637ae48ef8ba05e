"""Readers' rules on the page: every field of every rule in words, and what was refused."""

import json
from typing import Any

import pytest

from config.sections import Page
from detectors.model.rules import Mute, Rule
from detectors.rules.checking import checked
from streams.page.board import Board
from streams.page.numbers import LANGUAGES
from streams.page.rules import LISTS, rule_view

MORNING: dict[str, Any] = {
    "rule_id": "team",
    "name": "The make-up team in the morning",
    "kinds": ["trend", "integrity"],
    "communities": ["makeup", "skincare"],
    "not_subjects": ["giveaway*"],
    "min_severity": "warning",
    "min_voices": 1200,
    "alerts_a_day": 5,
    "zone": "Europe/Paris",
    "quiet_from": "20:00",
    "quiet_to": "08:00",
    "quiet_lets": "critical",
    "digest_at": "08:30",
    "cooldown_s": 21_600,
    "mutes": [{"subject": "black friday", "until": "2026-12-01T00:00:00+01:00"}],
}

SHOWN_ELSEWHERE = {"rule_id", "name", "enabled", "zone", "schema_version"}

OTHERS: dict[str, Any] = {
    **{name: ["x*"] for name in LISTS},
    "min_probability": 0.6,
    "min_surprise": 8.0,
    "false_share": 0.05,
}


def rule(**fields: Any) -> Rule:
    found = checked({"rule_id": "a", **fields}, strict=True)
    assert isinstance(found, Rule)
    return found


def said(view: dict[str, Any]) -> dict[str, list[str]]:
    return {one["field"]: one["values"] for one in view["asks"]}


def test_a_rule_in_words() -> None:
    """Patterns as its author wrote them; numbers, times and zones in a sentence."""
    view = rule_view(rule(**MORNING), "en")

    assert (view["id"], view["name"], view["enabled"]) == ("team", "The make-up team in the morning", True)
    assert said(view) == {
        "kinds": ["Trend", "Integrity"],
        "communities": ["makeup", "skincare"],
        "not_subjects": ["giveaway*"],
        "min_severity": ["Warning or graver"],
        "min_voices": ["1,200 or more"],
    }
    assert view["many"] == "The best 5 a day, in no 24 hours more than 6."
    assert view["when"] == [
        "Quiet from 20:00 to 08:00 (Europe/Paris).",
        "Critical ones come even then.",
        "What was held back comes as one message at 08:30 (Europe/Paris).",
        "6 h or more between two messages about the same trend or subject.",
    ]
    assert view["mutes"] == [{"subject": "black friday", "trend": None, "until_said": "until 30 Nov, 23:00 UTC"}]


def test_a_rule_that_asks_for_nothing() -> None:
    """Everything, at once; its id is its name."""
    view = rule_view(rule(), "en")

    assert (view["name"], view["asks"], view["many"], view["when"], view["mutes"]) == ("a", [], "All of them.", [], [])
    assert rule_view(rule(enabled=False), "fr")["enabled"] is False


@pytest.mark.parametrize("name", sorted(set(Rule.__struct_fields__) - SHOWN_ELSEWHERE))
def test_no_field_is_left_out(name: str) -> None:
    """A rule with it reads differently from one without, in both languages: a field that is new needs words."""
    fields = {"quiet_from": "20:00", "quiet_to": "08:00"} if name.startswith("quiet_") else {}
    other = {**fields, name: {**MORNING, **OTHERS}[name]}

    for language in LANGUAGES:
        plain = rule_view(rule(**({} if name in fields else fields)), language)
        assert rule_view(rule(**other), language) != plain


@pytest.mark.parametrize(
    ("fields", "many"),
    [
        ({"alerts_a_day": 0.5}, "The best one in 2 days."),
        ({"alerts_a_day": 1.5}, "The best 1.5 a day, in no 24 hours more than 1."),
        ({"false_share": 0.05}, "As many as keep false ones within 5%, learned from how earlier alerts ended."),
    ],
)
def test_how_many(fields: dict[str, Any], many: str) -> None:
    """As the budget counts, not as one would guess."""
    assert rule_view(rule(**fields), "en")["many"] == many


def test_quiet_hours_without_a_digest_say_what_becomes_of_what_they_hold() -> None:
    """It comes when they end."""
    view = rule_view(rule(quiet_from="20:00", quiet_to="08:00"), "en")

    assert view["when"] == ["Quiet from 20:00 to 08:00 (UTC).", "What quiet hours held back comes when they end."]


def test_what_an_author_wrote_is_made_legible() -> None:
    """It turns no word behind it, and a muted trend is named by its id."""
    until = checked({"rule_id": "b", "mutes": [{"trend_id": "t1", "until": "2026-12-01T00:00:00Z"}]})
    assert isinstance(until, Rule)
    view = rule_view(Rule(rule_id="a", name="Team\u202e x", subjects=("a\u202eb",), mutes=until.mutes), "en")

    assert view["name"] == "Team x"
    assert said(view)["subjects"] == ["a b"]
    assert (view["mutes"][0]["trend"], view["mutes"][0]["subject"]) == ("t1", None)
    assert isinstance(until.mutes[0], Mute)


def test_a_refused_record_says_why_and_whether_a_rule_stands() -> None:
    """A good one after it clears it; browsers are told that rules changed, and fetch them."""
    on = Board(Page(), 20.0)
    on.take_rule(b"team", json.dumps(MORNING).encode())
    known = on.position
    on.take_rule(b"team", json.dumps({**MORNING, "zone": "Mars/North"}).encode())
    on.take_rule(b"other", b"[]")

    found = json.loads(on.readers_rules("en"))
    assert [each["id"] for each in found["rules"]] == ["team"]
    assert [(each["id"], each["stands"]) for each in found["refused"]] == [("team", True), ("other", False)]
    assert "zone: value 'Mars/North': must be an IANA zone" in found["refused"][0]["why"]
    assert json.loads(on.since(known, "en") or b"")["rules"] is True
    assert json.loads(on.since(on.position, "en") or b"")["rules"] is False

    on.take_rule(b"team", None)
    on.take_rule(b"other", b'{"rule_id": "other"}')
    found = json.loads(on.readers_rules("fr"))
    assert [[each["id"] for each in found[name]] for name in ("rules", "refused")] == [["other"], []]
