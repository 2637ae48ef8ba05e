"""Files to topics and topics to the terminal, on a real Kafka."""

import gzip
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from kafka import KafkaProducer
from kafka.partitioner import murmur2

from config.settings import Settings
from streams import codec, topics
from streams.admin import client_settings
from streams.cli import main
from streams.dead_letters import dead_letter
from streams.delivery import Delivery
from streams.errors import StreamsError
from streams.follow import Received, follow
from streams.refusals import Reason
from tests.streams.examples import ALERT, ENGAGEMENT, EXPLANATION, KAFKA_AT, ORDER, POST, REFUND, TREND

PORT_OF_NOBODY = 19_399
QUIET = ["--from-beginning", "--timeout", "3"]


class Done(NamedTuple):
    code: object
    out: str
    err: str


Freshet = Callable[..., Done]


@pytest.fixture
def environment(settings_for_kafka: Settings) -> dict[str, str]:
    """Variables that name the broker and topics of this test, which are made."""
    topics.apply(settings_for_kafka)
    names = {f"FRESHET_TOPICS__{setting.upper()}": name for setting, name in settings_for_kafka.topics.names().items()}
    return {"FRESHET_KAFKA__BOOTSTRAP_SERVERS": settings_for_kafka.kafka.bootstrap_servers, **names}


@pytest.fixture
def freshet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Freshet:
    """The command line, in this process."""

    def run(*arguments: str, env: dict[str, str] | None = None) -> Done:
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        return Done(caught.value.code, *capsys.readouterr())

    return run


def lying_in(settings: Settings, topic: str) -> list[Received]:
    with follow(client_settings(settings), [topic], from_beginning=True, quiet_s=3) as records:
        return list(records)


def send(settings: Settings, topic: str, *records: tuple[bytes | None, bytes]) -> None:
    with Delivery(client_settings(settings), topic) as delivery:
        for key, value in records:
            delivery.send("here", key, value)


def test_posts_arrive_as_they_are_under_their_creator(
    settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet, tmp_path: Path
) -> None:
    """Byte for byte, keyed, in the partition that every Kafka client computes; what is no post goes without a key."""
    posts = [json.dumps({**POST, "post_id": f"p{n}", "creator_id": f"c{n % 7}"}).encode() for n in range(500)]
    bad = [b'{"post_id": "p1", "text": "\xff"}', b"not json", b'{"post_id": "p1"}']
    file = tmp_path / "posts.jsonl.gz"
    file.write_bytes(gzip.compress(b"\n".join([*posts[:250], *bad, *posts[250:]])))
    topic = settings_for_kafka.topics.posts

    done = freshet("produce", "posts", str(file), env=environment)

    assert (done.code, done.err) == (0, "")
    assert done.out == (
        f"sent 503 records to {topic}; 3 without a key, as they are not what the topic takes: "
        "missing_field 1, not_json 1, not_utf8 1\n"
    )
    found = lying_in(settings_for_kafka, topic)
    assert sorted(record.value or b"" for record in found) == sorted([*posts, *bad])
    for record in found:
        if record.value in bad:
            assert record.key is None
        else:
            assert record.key == json.loads(record.value or b"")["creator_id"].encode()
            assert record.partition == (murmur2(record.key) & 0x7FFFFFFF) % 4
    assert len({record.partition for record in found}) > 1


def test_engagements_are_keyed_by_creator_or_order(
    settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet, tmp_path: Path
) -> None:
    """An order and its refund under the order, all else under the creator."""
    file = tmp_path / "engagements.jsonl"
    sales = ({"kind": "order", "order": ORDER}, {"kind": "refund", "refund": REFUND})
    file.write_text("\n".join(json.dumps({**ENGAGEMENT, **sale}) for sale in ({}, *sales)))

    done = freshet("produce", settings_for_kafka.topics.engagements, str(file), "--rate", "1000", env=environment)

    assert done == Done(0, f"sent 3 records to {settings_for_kafka.topics.engagements}\n", "")
    found = lying_in(settings_for_kafka, settings_for_kafka.topics.engagements)
    assert sorted(record.key or b"" for record in found) == [b"c1", b"o1", b"o1"]


def test_other_topics_have_the_key_that_is_named(
    settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet, tmp_path: Path
) -> None:
    """Campaigns have theirs; a field can be named for any topic."""
    file = tmp_path / "records.jsonl"
    file.write_text('{"campaign_id": "k1", "brand": "acme"}')

    for arguments in (["campaigns"], [settings_for_kafka.topics.alerts, "--key-field", "brand"]):
        assert freshet("produce", arguments[0], str(file), *arguments[1:], env=environment).code == 0

    assert [record.key for record in lying_in(settings_for_kafka, settings_for_kafka.topics.campaigns)] == [b"k1"]
    assert [record.key for record in lying_in(settings_for_kafka, settings_for_kafka.topics.alerts)] == [b"acme"]


def test_a_record_that_kafka_does_not_take_is_named(
    environment: dict[str, str], freshet: Freshet, tmp_path: Path
) -> None:
    """A compacted topic takes no record without a key: the line is named, and the exit code says so."""
    file = tmp_path / "campaigns.jsonl"
    file.write_text('\n{"brand": "acme"}')

    done = freshet("produce", "campaigns", str(file), env=environment)

    assert (done.code, done.out) == (1, "")
    assert f"{file} line 2: not taken by topic {environment['FRESHET_TOPICS__CAMPAIGNS']}" in done.err
    assert done.err.count("\n") == 1


def test_a_line_larger_than_a_record_is_named(environment: dict[str, str], freshet: Freshet, tmp_path: Path) -> None:
    """What no topic takes does not arrive in part."""
    file = tmp_path / "large.jsonl"
    file.write_bytes(b"x" * 3_000_000)

    done = freshet("produce", "posts", str(file), env=environment)

    assert (done.code, done.out) == (1, "")
    assert f"{file} line 1: not taken by topic" in done.err


@pytest.mark.parametrize("command", [["produce", "absent", "{file}"], ["tail", "alerts"]])
def test_a_missing_topic(settings_for_kafka: Settings, freshet: Freshet, tmp_path: Path, command: list[str]) -> None:
    """One line that says what to do, exit code 1, and no topic made by the way."""
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps(POST))
    env = {
        "FRESHET_KAFKA__BOOTSTRAP_SERVERS": settings_for_kafka.kafka.bootstrap_servers,
        "FRESHET_TOPICS__ALERTS": "absent",
    }

    done = freshet(*(part.format(file=file) for part in command), env=env)

    assert done.code == 1
    assert "freshet: topic absent does not exist" in done.err
    assert "freshet topics apply" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("command", [["produce", "posts", "{file}"], ["tail", "alerts"]])
def test_an_unreachable_broker(freshet: Freshet, tmp_path: Path, command: list[str]) -> None:
    """One line with the address, exit code 1."""
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps(POST))
    env = {"FRESHET_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{PORT_OF_NOBODY}"}

    done = freshet(*(part.format(file=file) for part in command), env=env)

    assert done.code == 1
    assert f"no Kafka broker at 127.0.0.1:{PORT_OF_NOBODY}" in done.err
    assert done.err.count("\n") == 1


def test_an_unreadable_file(environment: dict[str, str], freshet: Freshet, tmp_path: Path) -> None:
    """One line with the file, exit code 1."""
    done = freshet("produce", "posts", str(tmp_path / "none.jsonl"), env=environment)

    assert done == Done(1, "", f"freshet: {tmp_path / 'none.jsonl'}: cannot be read: No such file or directory\n")


@pytest.mark.parametrize(
    "arguments", [["produce", "posts"], ["produce", "posts", "-", "--rate", "0"], ["tail", "posts"], ["tail"]]
)
def test_wrong_usage(freshet: Freshet, arguments: list[str]) -> None:
    """One line, exit code 2."""
    done = freshet(*arguments)

    assert done.code == 2
    assert done.err.count("\n") == 1


def test_alerts_as_jsonl(settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet) -> None:
    """Where the output is no terminal: the records as they are, one a line; junk between them is named and passed."""
    alerts, topic = [codec.encode_alert(ALERT), codec.encode_trend(TREND)], settings_for_kafka.topics.alerts
    send(settings_for_kafka, topic, (b"k", alerts[0]), (b"k", b"junk"), (b"k", alerts[1]))

    done = freshet("tail", "alerts", *QUIET, env=environment)

    assert done.code == 0
    assert done.out.encode().splitlines() == alerts
    assert done.err.startswith(f"{topic} partition ")
    assert done.err.endswith("offset 1: the record is not JSON, or ends too early\n")


def test_a_limit_ends_it(settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet) -> None:
    """After so many records, without waiting for more."""
    send(settings_for_kafka, settings_for_kafka.topics.kpis, *[(b"k", b'{"n":%d}' % n) for n in range(5)])

    done = freshet("tail", "kpis", "--from-beginning", "--limit", "3", env=environment)

    assert (done.code, done.out) == (0, '{"n":0}\n{"n":1}\n{"n":2}\n')


def test_only_what_comes_is_shown(settings_for_kafka: Settings, environment: dict[str, str]) -> None:
    """Unless asked for, what was there before is left out; what arrives after the start is not missed."""
    assert environment
    topic = settings_for_kafka.topics.kpis
    send(settings_for_kafka, topic, (b"k", b"before"))

    with follow(client_settings(settings_for_kafka), [topic], from_beginning=False, quiet_s=3) as records:
        send(settings_for_kafka, topic, (b"k", b"after"))
        assert [record.value for record in records] == [b"after"]


def test_dead_letters(settings_for_kafka: Settings, environment: dict[str, str], freshet: Freshet) -> None:
    """Of posts and engagements together, with reason and place."""
    for source in (settings_for_kafka.topics.posts, settings_for_kafka.topics.engagements):
        record = Received(source, 2, 7, KAFKA_AT, None, b"\xff", [])
        letter = dead_letter(record, Reason.NOT_UTF8, "the record is not UTF-8", "read")
        put_aside(settings_for_kafka, topics.dead_letters(source), letter.value, letter.headers)

    done = freshet("tail", "dead-letters", "--show-values", *QUIET, env=environment)

    said = {"reason": "not_utf8", "partition": "2", "offset": "7", "stage": "read"}
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert {line["topic"] for line in lines} == {settings_for_kafka.topics.posts, settings_for_kafka.topics.engagements}
    assert len(lines) == 2
    assert all(said.items() <= line.items() for line in lines)
    assert {line["value_base64"] for line in lines} == {"/w=="}


def test_trends_on_a_terminal(settings_for_kafka: Settings, environment: dict[str, str]) -> None:
    """People get a line a trend, in their language, and are told when one is forgotten."""
    send(settings_for_kafka, settings_for_kafka.topics.trends, (b"t1", codec.encode_trend(TREND)))
    put_aside(settings_for_kafka, settings_for_kafka.topics.trends, None, [], key=b"t1")

    shown = on_a_terminal(["tail", "trends", "--lang", "fr", *QUIET], environment)

    trend, tombstone = shown.splitlines()
    assert "#glassskin" in trend
    assert trend.endswith(EXPLANATION.fr)
    assert tombstone.endswith("trend t1 is forgotten")


def test_a_failed_delivery_is_an_error(settings_for_kafka: Settings, environment: dict[str, str]) -> None:
    """Also when Kafka refuses a record only after all were handed over."""
    assert environment
    topic = settings_for_kafka.topics.trends

    with pytest.raises(StreamsError, match="here: not taken"):
        send(settings_for_kafka, topic, (b"k", b"1"), (None, b"2"))


def put_aside(
    settings: Settings, topic: str, value: bytes | None, headers: list[tuple[str, bytes | None]], key: bytes = b"k"
) -> None:
    producer = KafkaProducer(**client_settings(settings))
    producer.send(topic, value=value, key=key, headers=headers).get(10)
    producer.close()


def on_a_terminal(arguments: list[str], env: dict[str, str]) -> str:
    """What the command shows where its output is a terminal, colours taken out."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from streams.cli import main; main()", *arguments]
    plain = {"TERM": "dumb", "NO_COLOR": "1"}
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, env=os.environ | env | plain)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:  # how Linux says that the other side of a terminal is closed
        os.close(ours)
    assert process.communicate()[1] == b""
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")
