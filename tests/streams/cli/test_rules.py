"""`freshet rules` without a broker: what it sends, says, and refuses."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec
import pytest

from config.settings import Settings
from detectors.model.rules import Rule
from streams.cli import main
from streams.cli import rules as command
from streams.codec import encode_alert
from streams.recent import Recent
from streams.refusals import Reason, Refused
from streams.rules.topic import Rules
from tests.detectors.rules.alerts import alert

TEAM = Rule(rule_id="team", name="Glow team", min_severity="warning")
OFF = Rule(rule_id="off", enabled=False)


class Done(NamedTuple):
    code: object
    out: str
    err: str


Freshet = Callable[..., Done]


class Sent:
    """Stands for a topic that takes all."""

    records: list[tuple[bytes | None, bytes | None]]

    def __init__(self, _client: dict[str, Any], _topic: str) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing is on its way."""

    def send(self, _origin: str, key: bytes | None, value: bytes | None) -> None:
        """Keep a record."""
        self.records.append((key, value))


@pytest.fixture
def freshet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Freshet:
    """The command line, beside a topic with two rules and a bad record."""
    refused = {"bad": Refused(Reason.OUT_OF_RANGE, "min_voices: value -1: must be a whole number, at least 0")}
    alerts = [alert("a", 0), alert("b", 1, severity="info"), alert("a", 2, revision=1, action="resolved")]
    Sent.records = []

    def there(_settings: Settings) -> Rules:
        return Rules({"off": OFF, "team": TEAM}, refused)

    def recent(_client: dict[str, Any], _topic: str, _limit: int) -> list[Recent]:
        return [Recent(None, encode_alert(each)) for each in reversed(alerts)]

    monkeypatch.setattr(command, "rules_of", there)
    monkeypatch.setattr(command, "Delivery", Sent)
    monkeypatch.setattr(command, "recent", recent)
    monkeypatch.setenv("FRESHET_KAFKA__BOOTSTRAP_SERVERS", "broker:9092")

    def run(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as caught:
            main(("rules", *arguments))
        return Done(caught.value.code, *capsys.readouterr())

    return run


def test_list_names_the_rules_and_the_refused(freshet: Freshet) -> None:
    """People see names, programs records; what cannot be used is said beside."""
    told, lines = freshet("list"), freshet("list", "--json")

    assert told.out.splitlines() == ["off                         (disabled)", "team                      Glow team"]
    assert told.err == "refused: rule bad: min_voices: value -1: must be a whole number, at least 0\n"
    assert [msgspec.json.decode(line)["rule_id"] for line in lines.out.splitlines()] == ["off", "team"]
    assert (told.code, lines.code) == (0, 0)


def test_show_prints_what_set_takes(freshet: Freshet, tmp_path: Path) -> None:
    """A rule can be taken, changed and put back."""
    file = tmp_path / "team.json"
    file.write_text(freshet("show", "team").out)

    assert freshet("set", str(file)).out == "rule team: set on freshet.rules.v1\n"
    ((key, value),) = Sent.records
    assert key == b"team"
    assert value == freshet("show", "team", "--json").out.strip().encode()


def test_a_rule_that_is_not_there_is_named(freshet: Freshet) -> None:
    """With those that are; exit 1."""
    for name in ("show", "remove", "test"):
        done = freshet(name, "tea")
        assert (done.code, "no rule 'tea': there are off, team" in done.err) == (1, True)
    assert Sent.records == []


def test_a_bad_rule_is_refused(freshet: Freshet, tmp_path: Path) -> None:
    """Wrong usage, exit 2: every problem with field, value and range; nothing is sent."""
    file = tmp_path / "team.toml"
    file.write_text('rule_id = "team"\nmin_voices = -3\nfalse_share = 2\n')

    done = freshet("set", str(file))

    assert done.code == 2
    assert "min_voices: value -3: must be a whole number, at least 0" in done.err
    assert "false_share: value 2: must be a number, more than 0, less than 1" in done.err
    assert Sent.records == []


@pytest.mark.parametrize("rule_id", ["team", "bad"])
def test_remove_sends_a_tombstone(freshet: Freshet, rule_id: str) -> None:
    """Also for a record that cannot be used."""
    assert freshet("remove", rule_id).code == 0
    assert Sent.records == [(rule_id.encode(), None)]


def test_test_says_what_would_have_been_sent(freshet: Freshet) -> None:
    """Of the alerts on the topic, in the order of detection; nothing is sent anywhere."""
    told = freshet("test", "team")

    assert told.out.splitlines() == [
        "of 3 alerts since 2026-01-05T00:00, rule team would have sent 2:",
        "  2026-01-05 00:00  #a",
        "  2026-01-05 02:00  #a",
        "  first: 1",
        "  severity: 1",
        "  news: 1",
    ]
    assert msgspec.json.decode(freshet("test", "team", "--json").out) == {
        "alerts": 3,
        "reasons": {"first": 1, "news": 1, "severity": 1},
        "digests": 0,
        "sent": ["a-0-fired", "a-1-resolved"],
    }
    assert Sent.records == []


def test_tail_takes_a_rule_for_alerts_only(capsys: pytest.CaptureFixture[str]) -> None:
    """Rules decide about alerts: with anything else it is wrong usage."""
    with pytest.raises(SystemExit) as caught:
        main(("tail", "trends", "--rule", "team"))

    assert caught.value.code == 2
    assert "--rule team: goes with alerts only, not with trends" in capsys.readouterr().err
