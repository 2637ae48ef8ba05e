"""From a post in Kafka to its alert, beyond bucket and lateness, at shares of the maximum rate.

The stream is live: posts of now, in which new tags burst every minute. A bucket that ends at E can close at E and the
lateness at the earliest; the latency of an alert is the time from there until a reader of the alerts topic has it. The
maximum is what the worker reads of a backlog, with the broker on the same machine.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from kafka import KafkaConsumer

from detectors.model.alerts import Alert
from streams import clock
from streams.admin import client_settings
from tests.benchmarks import fleet
from tests.benchmarks.path import Stream, catch_up, one_round
from tests.benchmarks.scene import Scene

BUCKET_S, WINDOW_S = 60, 600
"""The shortest buckets there are, so that there is an alert a minute to measure; a window that fills while measured."""

HISTORY_S, HISTORY_RATE = 2 * 3600.0, 20.0
ROUND = Stream(rate=200.0, round_s=300.0, history_rate=HISTORY_RATE, prior_exposure=0.01)
PATIENCE_S = 60
"""After the stream's end, until late alerts are given up, seconds."""

ROOT = Path(__file__).parents[2]
decode = msgspec.json.Decoder(Alert).decode


def table(servers: str, folder: Path, shares: Sequence[float], minutes: float) -> Iterator[str]:
    """Measure every share; the table, line by line as it comes."""
    detection = {"bucket_s": BUCKET_S, "window_s": WINDOW_S, "warm_up_s": 3600}
    start_at = clock.now() // BUCKET_S * BUCKET_S + 45 - HISTORY_S - 2 * ROUND.round_s
    scene = Scene(servers, "posts", "latency-posts", start_at, detection)
    scene.play(HISTORY_S, HISTORY_RATE)
    variables = {f"FRESHET_DETECTION__{name.upper()}": str(value) for name, value in detection.items()}
    with fleet.workers(scene, [folder / "latency"], "latency", ROUND.variables(words=True) | variables) as workers:
        catch_up(workers, scene)
        most = one_round(workers, scene, ROUND)[0].records_per_s
        yield f"maximum: {most:,.0f} posts a second; {minutes:g} minutes each\n"
        yield "| load | posts/s | alerts | decided (median) | readable (median) | p99 | most | sender behind |"
        yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
        for share in shares:
            delays, behind_s = _live(scene, share * most, minutes * 60)
            yield _row(share, most, delays, behind_s)


class Delay(NamedTuple):
    """Of an alert, from the instant at which its bucket can close; seconds."""

    decided_s: float
    readable_s: float


def _live(scene: Scene, rate: float, seconds: float) -> tuple[list[Delay], float]:
    """Play live -> the delays of alerts, and how far behind the sender was at the end, seconds."""
    settings = fleet.settings_of(scene, "latency")
    topics = [scene.topic("posts"), scene.topic("engagements"), str(settings.topics.partitions)]
    command = [sys.executable, "-m", "tests.benchmarks.load", scene.servers, *topics, str(rate), str(seconds)]
    consumer = KafkaConsumer(settings.topics.alerts, **client_settings(settings), auto_offset_reset="latest")
    began_at = clock.now()
    try:
        consumer.poll(1000)
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as sender:
            delays = list(_delays(consumer, sender, began_at + BUCKET_S, settings.detection.lateness_s))
            assert sender.stdout is not None
            return delays, float(sender.stdout.read())
    finally:
        consumer.close()


def _delays(
    consumer: KafkaConsumer, sender: "subprocess.Popen[str]", since: float, lateness_s: float
) -> Iterator[Delay]:
    """Of every alert of a bucket that ended since; the first bucket of a phase is only a part of one."""
    until, seen = float("inf"), set[str]()
    while clock.now() < until:
        if sender.poll() is not None and until == float("inf"):
            until = clock.now() + PATIENCE_S
            last = clock.now() - lateness_s
        for records in consumer.poll(20).values():
            now = clock.now()
            for alert in [decode(record.value) for record in records]:
                ended_at = alert.detected_at.timestamp()
                if ended_at >= since and alert.alert_id not in seen and (until == float("inf") or ended_at < last):
                    seen.add(alert.alert_id)
                    decided_at = datetime.fromisoformat(str(alert.trace["decided_at"])).timestamp()
                    yield Delay(decided_at - ended_at - lateness_s, now - ended_at - lateness_s)


def _row(share: float, most: float, delays: Sequence[Delay], behind_s: float) -> str:
    if not delays:
        return f"| {share:.0%} | {share * most:,.0f} | 0 | no alert came | | | | {behind_s:.1f} s |"
    decided, told = (sorted(values) for values in zip(*delays, strict=True))
    p99 = told[min(len(told) - 1, int(0.99 * len(told)))]
    figures = (statistics.median(decided), statistics.median(told), p99, told[-1])
    cells = " | ".join(f"{value:.2f} s" for value in figures)
    return f"| {share:.0%} | {share * most:,.0f} | {len(told)} | {cells} | {behind_s:.1f} s |"
