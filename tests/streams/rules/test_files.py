"""A rule in a file."""

import io
import sys
from pathlib import Path

import pytest

from detectors.model.rules import Mute, Rule
from streams.errors import UsageError
from streams.rules.files import rule_in
from tests.detectors.rules.alerts import at

JSON = '{"rule_id": "team", "alerts_a_day": 5, "mutes": [{"subject": "glow", "until": "2026-01-05T03:00:00Z"}]}'
TOML = """
rule_id = "team"
alerts_a_day = 5

[[mutes]]
subject = "glow"
until = 2026-01-05T03:00:00Z
"""
RULE = Rule(rule_id="team", alerts_a_day=5.0, mutes=(Mute(until=at(3), subject="glow"),))


@pytest.mark.parametrize(("name", "text"), [("rule.json", JSON), ("rule.toml", TOML)])
def test_json_and_toml_say_the_same(name: str, text: str, tmp_path: Path) -> None:
    """By the file's ending."""
    (tmp_path / name).write_text(text)

    assert rule_in(str(tmp_path / name)) == RULE


def test_standard_input_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file named -."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JSON.encode())))

    assert rule_in("-") == RULE


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rule.json", "{", "is not JSON (a TOML file ends in .toml)"),
        ("rule.toml", "rule_id = ", "is not TOML"),
        ("rule.json", "[]", "the rule: value []: must be an object"),
        ("rule.toml", 'rule_id = "team"\nmin_voises = 3', "min_voises: unknown"),
        ("rule.toml", 'rule_id = "team"\nquiet_from = 22:00:00', "quiet_from: value datetime.time(22, 0)"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(name: str, text: str, said: str, tmp_path: Path) -> None:
    """And nothing is sent anywhere."""
    (tmp_path / name).write_text(text)

    with pytest.raises(UsageError) as caught:
        rule_in(str(tmp_path / name))
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert said in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Named, with the reason."""
    with pytest.raises(UsageError, match=r"none\.json: cannot be read"):
        rule_in(str(tmp_path / "none.json"))
