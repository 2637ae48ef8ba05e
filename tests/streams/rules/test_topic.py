"""Rules on a real topic: set, listed, changed, refused, removed."""

import json

import pytest

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.cli import main
from streams.delivery import Delivery
from streams.errors import StreamsError
from streams.rules.topic import rule_named, rules_of


def send(settings: Settings, key: str, value: bytes | None) -> None:
    with Delivery(client_settings(settings), settings.topics.rules) as delivery:
        delivery.send("here", key.encode(), value)


def test_the_latest_good_record_of_a_key_counts(settings_for_kafka: Settings) -> None:
    """A bad one after it is named, and changes nothing; a tombstone takes the rule away."""
    topics.apply(settings_for_kafka)
    send(settings_for_kafka, "a", b'{"rule_id": "a", "min_voices": 3}')
    send(settings_for_kafka, "a", b'{"rule_id": "a", "min_voices": 9}')
    send(settings_for_kafka, "a", b'{"rule_id": "a", "min_voices": "many"}')
    send(settings_for_kafka, "b", b'{"rule_id": "b"}')
    send(settings_for_kafka, "b", None)

    rules = rules_of(settings_for_kafka)

    assert rule_named(rules, "a").min_voices == 9
    assert list(rules.refused) == ["a"]
    with pytest.raises(StreamsError, match="no rule 'b': there are a"):
        rule_named(rules, "b")


def test_the_commands(
    settings_for_kafka: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set from standard input is tried elsewhere; here a rule goes to the topic, is shown, tested and removed."""
    topics.apply(settings_for_kafka)
    monkeypatch.setenv("FRESHET_KAFKA__BOOTSTRAP_SERVERS", settings_for_kafka.kafka.bootstrap_servers)
    for setting, name in settings_for_kafka.topics.names().items():
        monkeypatch.setenv(f"FRESHET_TOPICS__{setting.upper()}", name)
    send(settings_for_kafka, "a", b'{"rule_id": "a", "name": "A team"}')

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as caught:
            main(("rules", *arguments))
        assert caught.value.code == 0
        return capsys.readouterr().out

    assert "A team" in run("list")
    assert json.loads(run("show", "a"))["name"] == "A team"
    assert json.loads(run("test", "a", "--json"))["alerts"] == 0
    assert "removed" in run("remove", "a")
    assert run("list", "--json") == ""
