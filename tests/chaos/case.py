"""A chaos stream ready for its runs: its records, their truth, and what a replay makes of them."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.settings import load
from tests.chaos.knowledge import Knowledge
from tests.chaos.saboteur.sitecustomize import MARKER
from tests.chaos.stream import START_AT, Sent, Shape, partition_of, rfc3339, stream
from tests.chaos.verdict import Outcome
from tests.e2e.worker import environment
from tests.processes import FRESHET

REPLAY_S = 900


@dataclass
class Case:
    """A stream, what is true of it, and a reference run.

    Attributes:
        reference: the alerts of `freshet replay`; its ticks are those of the uninterrupted worker, once that ran.
    """

    shape: Shape
    sent: Sequence[Sent]
    truth: Knowledge
    reference: Outcome


def prepared(shape: Shape, folder: Path) -> Case:
    """Make a stream and both references.

    Args:
        folder: for the files of the replay; made.
    """
    folder.mkdir(parents=True)
    sent = stream(shape)
    alerts = folder / "alerts.jsonl"
    with _replay(shape, sent, folder, alerts) as replay:
        truth = Knowledge(sent, shape.ticks, shape.partitions)
        said = replay.communicate(timeout=REPLAY_S)[1]
    assert replay.returncode == 0, f"freshet replay: exit code {replay.returncode}: {said.decode()}"
    return Case(shape, sent, truth, Outcome([], [json.loads(line) for line in alerts.read_text().splitlines()]))


def _replay(shape: Shape, sent: Sequence[Sent], folder: Path, alerts: Path) -> "subprocess.Popen[bytes]":
    """Start `freshet replay` over the records."""
    files = {topic: folder / f"{topic}.jsonl" for topic in ("posts", "engagements")}
    for topic, file in files.items():
        file.write_bytes(b"".join(s.value + b"\n" for s in sent if s.topic == topic))
    options = ("--alerts", str(alerts), "--partitions", str(shape.partitions))
    command = [FRESHET, "replay", *map(str, files.values()), *options]
    env = environment(load(), **shape.environment)
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def poisoned(shape: Shape) -> list[Sent]:
    """Posts that make our own code raise, a few in the second half of the stream."""
    made = []
    for number, share in enumerate((0.4, 0.4, 0.7)):
        at = START_AT + share * shape.hours * 3600
        key = f"poisoner-{number}"
        post = {"post_id": f"poison-{number}", "creator_id": key, "platform": "tiktok", "created_at": rfc3339(at)}
        value = json.dumps(post | {"text": "poison", "hashtags": [MARKER]}).encode()
        made.append(Sent(at, "posts", partition_of(key.encode(), shape.partitions), key.encode(), value))
    return made
