"""A worker that is killed and started again, on a real Kafka: it goes on from its snapshots, or says why it cannot."""

import asyncio
import json
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from config.settings import Settings
from streams import topics
from streams.admin import client_settings
from streams.commits import Commits
from streams.faust_settings import aiokafka_client
from tests.e2e.worker import IN_OTHER_PROCESSES, alerts, environment, in_order, worker
from tests.processes import FRESHET, freshet, running, side_by_side

pytestmark = IN_OTHER_PROCESSES

OFTEN = {"FRESHET_WORKER__SNAPSHOT_S": "1", "FRESHET_WORKER__CHUNK_RECORDS": "200"}


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a made-up stream, and the same in two halves of event time."""
    folder = tmp_path_factory.mktemp("stream")
    made = [part for name in ("posts", "engagements") for part in (f"--{name}", str(folder / name))]
    freshet("generate", "--hours", "12", "--posts-per-hour", "150", "--seed", "7", *made, env={})
    for name in ("posts", "engagements"):
        lines = (folder / name).read_text().splitlines(keepends=True)
        half = len(lines) // 2
        (folder / f"{name}-1").write_text("".join(lines[:half]))
        (folder / f"{name}-2").write_text("".join(lines[half:]))
    return folder


def play(settings: Settings, folder: Path, half: int) -> None:
    named = (("posts", settings.topics.posts), ("engagements", settings.topics.engagements))
    side_by_side(
        *(("produce", topic, str(folder / f"{name}-{half}")) for name, topic in named), env=environment(settings)
    )


def promised(settings: Settings, topic: str, partition: int = 0) -> int | None:
    """Progress of the snapshot that the group's commit names."""
    group = settings.topics.posts.partition(".")[0]
    committed = asyncio.run(Commits(aiokafka_client(settings), group).of([topic], partition))
    return committed[topic].snapshot if topic in committed else None


def test_a_killed_worker_goes_on_or_says_why_not(settings_for_kafka: Settings, halves: Path, tmp_path: Path) -> None:
    """Killed in the middle, its alerts are those of a replay; without its state topic it does not go on."""
    settings, name = settings_for_kafka, settings_for_kafka.topics
    topics.apply(settings)
    play(settings, halves, 1)
    with worker(settings, tmp_path / "first", FRESHET_WORKER__IDLE_S="3600", **OFTEN) as first:
        first.drained()
        first.process.kill()
        first.process.wait()
    assert promised(settings, name.ticks)
    play(settings, halves, 2)
    with worker(settings, tmp_path / "second", **OFTEN) as second:
        second.drained(rest_s=20)
        log = (second.folder / "log").read_text()
        live = {alert["alert_id"]: alert for alert in alerts(settings)}
    for stage in ("read", "count", "decide"):
        assert f'"stage": "{stage}"' in log
    out = tmp_path / "replayed"
    files = (str(halves / "posts"), str(halves / "engagements"))
    freshet("replay", *files, "--alerts", str(out), env=environment(settings))
    assert in_order(list(live.values())) == in_order([json.loads(line) for line in out.read_text().splitlines()])

    with KafkaAdminClient(**client_settings(settings)) as admin:
        admin.delete_topics([name.count_state])
    topics.apply(settings)
    with running((FRESHET, "worker"), tmp_path / "third", environment(settings)) as third:
        assert third.wait(60) == 1
        said = (tmp_path / "third/log").read_text().splitlines()[-1]
    assert said.startswith(f"freshet: the worker ended: {name.count_state}-")
    assert "holds no snapshot, but offsets were committed on the strength of one" in said
    assert "(docs/operating.md)" in said


def test_a_worker_without_a_share_is_ready(settings_for_kafka: Settings, tmp_path: Path) -> None:
    """There may be more workers than partitions: who waits for a share is well, and takes one when it is free."""
    one = settings_for_kafka.topics.model_copy(update={"partitions": 1})
    settings = settings_for_kafka.model_copy(update={"topics": one})
    with worker(settings, tmp_path / "first"), worker(settings, tmp_path / "second"):
        pass
