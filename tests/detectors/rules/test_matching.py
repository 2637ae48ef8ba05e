"""What a rule asks for, field by field, and why an alert does not meet it."""

from typing import Any

import pytest
from msgspec import UNSET

from detectors.model.alerts import Driver, SubjectName
from detectors.model.forecasts import Forecast
from detectors.model.performance import Performance
from detectors.model.rules import Rule
from detectors.rules.matching import mismatch
from detectors.rules.reasons import Reason
from tests.detectors.rules.alerts import alert

BRAND = SubjectName("brand", "nivea", "NIVEA")
PHRASE = SubjectName("phrase", "fizzy gloss", "fizzy gloss")
POST = Performance(6.0, 4.0, 20, 300, False, "youtube", "haul", "micro")


def why(asked: dict[str, Any], **changes: Any) -> Reason | None:
    return mismatch(Rule(rule_id="mine", **asked), alert(**changes))


@pytest.mark.parametrize(
    ("asked", "meets", "fails", "reason"),
    [
        ({"kinds": ("trend",)}, {}, {"kind": "kpi_anomaly"}, Reason.KIND),
        ({"scopes": ("all", "tier:*")}, {"scope": "tier:nano"}, {"scope": "platform:x"}, Reason.SCOPE),
        ({"brands": ("Nivea",)}, {"members": (BRAND,)}, {"members": (PHRASE,)}, Reason.BRAND),
        ({"campaigns": ("spring*",)}, {"scope": "campaign:spring-26"}, {"scope": "all"}, Reason.CAMPAIGN),
        ({"communities": ("makeup",)}, {"scope": "community:makeup"}, {"scope": "community:food"}, Reason.COMMUNITY),
        ({"languages": ("fr",)}, {"drivers": (Driver("language", "fr", 0.8),)}, {}, Reason.LANGUAGE),
        ({"tiers": ("micro",)}, {"performance": POST}, {"performance": UNSET}, Reason.TIER),
        ({"platforms": ("you*",)}, {"performance": POST}, {"scope": "platform:x"}, Reason.PLATFORM),
        ({"formats": ("haul",)}, {"performance": POST}, {}, Reason.FORMAT),
        ({"subjects": ("gloss",)}, {"members": (PHRASE,)}, {}, Reason.SUBJECT),
        ({"not_subjects": ("fizzy",)}, {}, {"members": (PHRASE,)}, Reason.SUBJECT),
        ({"min_voices": 20}, {"observed": 20.0}, {"observed": 19.0}, Reason.VOICES),
        ({"min_severity": "warning"}, {"severity": "critical"}, {"severity": "info"}, Reason.SEVERITY),
        ({"min_surprise": 9.0}, {"surprise": 9.0}, {"surprise": 8.9}, Reason.SURPRISE),
        (
            {"min_probability": 0.5},
            {"forecast": Forecast(6.0, 200.0, 0.5, (80.0, 310.0), "m", 12, 0.2)},
            {"forecast": Forecast(6.0, 200.0, 0.4, (80.0, 310.0), "m", 12, 0.2)},
            Reason.PROBABILITY,
        ),
    ],
)
def test_each_field_asks_for_something(
    asked: dict[str, Any], meets: dict[str, Any], fails: dict[str, Any], reason: Reason
) -> None:
    """An alert that has it meets the rule; one that has not is told which field it was."""
    assert why(asked, **meets) is None
    assert why(asked, **fails) is reason


@pytest.mark.parametrize(
    ("asked", "changes", "reason"),
    [
        ({"min_probability": 0.1}, {"forecast": UNSET}, Reason.PROBABILITY),
        ({"min_voices": 1}, {"kind": "kpi_anomaly"}, Reason.VOICES),
        ({"min_voices": 1}, {"unit": "voice-hours"}, Reason.VOICES),
        ({"min_surprise": 0.1}, {"surprise": None}, Reason.SURPRISE),
        ({"languages": ("*",)}, {"drivers": ()}, Reason.LANGUAGE),
    ],
)
def test_what_an_alert_does_not_say_does_not_meet_a_rule(
    asked: dict[str, Any], changes: dict[str, Any], reason: Reason
) -> None:
    """No forecast, no people counted, no surprise, no language: whoever asks for it gets alerts that have it."""
    assert why(asked, **changes) is reason


def test_a_rule_that_asks_for_nothing_is_met_by_all() -> None:
    """Also by an alert that says little."""
    assert why({}, kind="data_quality", surprise=None, forecast=UNSET) is None


def test_all_fields_must_be_met_and_one_name_of_each() -> None:
    """Between fields and, within a field or."""
    asked: dict[str, Any] = {"scopes": ("all", "tier:*")}

    assert why(asked | {"min_voices": 10}, scope="tier:nano", observed=12.0) is None
    assert why(asked | {"min_voices": 13}, scope="tier:nano", observed=12.0) is Reason.VOICES
