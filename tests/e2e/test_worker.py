"""The whole path on a real Kafka: a worker subprocess, a stream with planted trends, alerts on the topic."""

import json
import signal
from pathlib import Path

import pytest

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.delivery import Delivery
from tests.e2e.worker import FAUST, IN_OTHER_PROCESSES, alerts, environment, in_order, worker, written
from tests.processes import freshet, side_by_side
from tests.streams.examples import ENGAGEMENT, POST

pytestmark = IN_OTHER_PROCESSES

HOURS, POSTS_PER_HOUR = "12", "150"


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a made-up stream: posts, engagements, and the truth about them."""
    folder = tmp_path_factory.mktemp("stream")
    out = {name: str(folder / name) for name in ("posts", "engagements", "truth")}
    made = [part for name, path in out.items() for part in (f"--{name}", path)]
    freshet("generate", "--hours", HOURS, "--posts-per-hour", POSTS_PER_HOUR, "--seed", "7", *made, env={})
    return folder


def play(settings: Settings, stream: Path) -> None:
    side_by_side(
        ("produce", settings.topics.posts, str(stream / "posts")),
        ("produce", settings.topics.engagements, str(stream / "engagements")),
        env=environment(settings),
    )


def replayed(settings: Settings, stream: Path, folder: Path) -> list[dict[str, object]]:
    out = folder / "replayed"
    files = (str(stream / "posts"), str(stream / "engagements"))
    freshet("replay", *files, "--alerts", str(out), "--kpis", str(folder / "kpis"), env=environment(settings))
    return in_order([json.loads(line) for line in out.read_text().splitlines()])


def figures(settings: Settings) -> list[bytes]:
    """What was published of figures, in order of its bytes; every record under its key."""
    records = written(settings, settings.topics.kpis)
    for record in records:
        told = json.loads(record.value)
        assert record.key.decode() == f"{told['scope']}|{told['window']}"
    return sorted(record.value for record in records)


def test_kafka_gives_what_a_replay_gives(settings_for_kafka: Settings, stream: Path, tmp_path: Path) -> None:
    """Alerts and figures of a stream through Kafka are those of `freshet replay` over the same files, traces aside.

    Each figure once under each of its revisions.
    """
    topics.apply(settings_for_kafka)
    play(settings_for_kafka, stream)
    with worker(settings_for_kafka, tmp_path / "worker") as running:
        running.drained(rest_s=20)
        live, told = alerts(settings_for_kafka), figures(settings_for_kafka)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(30) == 0

    assert any(alert["kind"] == "trend" for alert in live)
    assert live == replayed(settings_for_kafka, stream, tmp_path)
    assert told == sorted((tmp_path / "kpis").read_bytes().splitlines())
    assert any(json.loads(value)["revision"] for value in told)


def test_two_workers_lose_nothing_when_one_is_killed(
    settings_for_kafka: Settings, stream: Path, tmp_path: Path
) -> None:
    """Two workers, one started as Faust's users know it and then killed: keyed by `alert_id`, nothing is missing."""
    settings = settings_for_kafka
    topics.apply(settings)
    play(settings, stream)
    with worker(settings, tmp_path / "first", FAUST) as first, worker(settings, tmp_path / "second") as second:
        first.process.kill()
        second.drained(rest_s=20)
        live = {alert["alert_id"]: alert for alert in alerts(settings)}

    assert set(live) == {alert["alert_id"] for alert in replayed(settings, stream, tmp_path)}


def test_bad_records_are_put_aside_and_good_ones_counted(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """One bad record of every kind between good ones: each bad one lands byte for byte with the dead letters."""
    settings = settings_for_kafka
    good = [json.dumps(POST | {"post_id": f"p{n}"}).encode() for n in range(20)]
    bad = [
        b"",
        b"not json",
        b'{"post_id": "p1"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[1, 2]",
        b"{}",
        json.dumps(POST | {"post_id": 7}).encode(),
        json.dumps(POST | {"created_at": "yesterday"}).encode(),
        json.dumps(POST | {"created_at": "2026-01-01T00:00:00"}).encode(),
        json.dumps(POST | {"created_at": "2199-01-01T00:00:00Z"}).encode(),
        json.dumps(POST | {"created_at": "1999-01-01T00:00:00Z"}).encode(),
        json.dumps(POST | {"followers": -1}).encode(),
        json.dumps(POST | {"text": "x" * 300_000}).encode(),
        json.dumps(POST | {"action": "delete"}).encode(),
    ]
    with worker(settings, tmp_path / "worker") as running:
        with Delivery(client_settings(settings), settings.topics.posts) as delivery:
            for n, value in enumerate([record for pair in zip(good, bad, strict=False) for record in pair]):
                delivery.send(f"record {n}", b"creator", value)
            for n, value in enumerate(good[len(bad) :]):
                delivery.send(f"good {n}", b"creator", value)
        with Delivery(client_settings(settings), settings.topics.engagements) as delivery:
            delivery.send("good", b"creator", json.dumps(ENGAGEMENT).encode())
            delivery.send("bad", b"creator", b"{")
        running.drained()
        records = running.metrics("freshet_records_total")
        log = (running.folder / "log").read_text()

    letters = written(settings, f"{settings.topics.posts}.dead-letters")
    assert sorted(letter.value for letter in letters) == sorted(bad)
    assert all(letter.key == b"creator" for letter in letters)
    assert all("__connect.errors.exception.message" in dict(letter.headers) for letter in letters)
    topic = settings.topics.posts
    assert records[f'{{outcome="read",topic="{topic}"}}'] == len(good)
    assert records[f'{{outcome="dead_letter",topic="{topic}"}}'] == len(bad)
    assert records[f'{{outcome="read",topic="{settings.topics.engagements}"}}'] == 1
    assert "Restarting" not in log
    assert "Traceback" not in log


def test_a_step_that_fails_ends_the_worker(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """A broken promise of ours, here a run of another number of partitions, stops the worker with exit code 1."""
    from detectors.counts.runs import Run, encode

    settings = settings_for_kafka
    with worker(settings, tmp_path / "worker") as running:
        run = Run(stream="posts", source=0, partitions=99, since=1, bucket=1)
        with Delivery(client_settings(settings), settings.topics.runs) as delivery:
            delivery.send("a run", b"key", encode(run))
        assert running.process.wait(60) == 1
        log = (running.folder / "log").read_text()

    assert "partitions=99" in log
    assert log.splitlines()[-1].startswith("freshet: the worker ended: partitions=99")
