"""From `kill -9` to flow, against the size of the state: a new worker in its place, or the one that is left takes over.

A worker is killed, and more records are sent. It flows when a bucket is decided of which every record came after the
kill: all partitions of all three stages have gone on.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks import bulk, fleet
from tests.benchmarks.path import AHEAD_S, catch_up
from tests.benchmarks.records import Tagged
from tests.benchmarks.scene import Scene

TAGS_PER_POST = 4
SPREAD_S = 2 * 3600.0
"""Event time over which the subjects are named, seconds: longer than the window, so that most are past."""

PARTS = 10
RATE = 10.0
"""Posts a second of event time around the kill."""

SNAPSHOT_S = 12.0
"""Wall time between the last buckets before the kill, seconds: a snapshot is due at each (`worker.snapshot_s`)."""

LOOK_S = 0.1

VARIABLES = {"FRESHET_DETECTION__WORDS": "false", "FRESHET_DETECTION__MIN_VOICES": "1000"}


def table(servers: str, folder: Path, log_dir: Path, sizes: Sequence[int]) -> Iterator[str]:
    """Measure every size; the table, line by line as it comes.

    Args:
        log_dir: where Kafka keeps its data.
        sizes: subjects, each named once.
    """
    yield "| subjects named | tracked (its own estimate) | posts remembered | state topics | restart to flow |"
    yield "|--:|--:|--:|--:|--:|"
    for size in sizes:
        yield _row(servers, folder / f"recovery-{size}", log_dir, size)


def _row(servers: str, home: Path, log_dir: Path, size: int) -> str:
    scene = _filled(servers, home.name, size)
    bucket_s = scene.settings.detection.bucket_s
    with fleet.workers(scene, [home], home.name, VARIABLES) as workers:
        _settle(workers, scene)
        tracked = workers[0].metrics()["freshet_tracked_subjects"]
        workers[0].process.kill()
        workers[0].process.wait()
    kept = sum(path.stat().st_size for path in log_dir.glob(f"{home.name}.*state*/*.log"))
    scene.play(2 * bucket_s, RATE)
    started = time.monotonic()
    with fleet.workers(scene, [home], home.name, VARIABLES, topics_exist=True) as workers:
        catch_up(workers, scene, LOOK_S)
        took_s = time.monotonic() - started
    posts = size // TAGS_PER_POST
    return f"| {size:,} | {tracked:,.0f} | {posts:,} | {kept / 2**20:.1f} MiB | **{took_s:.1f} s** |"


def taken_over(servers: str, folder: Path, sizes: Sequence[int]) -> Iterator[str]:
    """One of two workers dies, each in turn; from the kill to flow on the one that is left. The table, line by line."""
    yield "| subjects named | the worker that dies | kill to flow |"
    yield "|--:|---|--:|"
    for size in sizes:
        for victim in range(2):
            yield _taken_over(servers, folder / f"take-over-{size}-{victim}", size, victim)


def _taken_over(servers: str, home: Path, size: int, victim: int) -> str:
    scene = _filled(servers, home.name, size)
    bucket_s = scene.settings.detection.bucket_s
    with fleet.workers(scene, [home / "0", home / "1"], home.name, VARIABLES) as workers:
        _settle(workers, scene)
        decides = "freshet_watermark_age_seconds/decide" in workers[victim].metrics()
        started = time.monotonic()
        workers[victim].process.kill()
        scene.play(2 * bucket_s, RATE)
        catch_up([workers[1 - victim]], scene, LOOK_S)
        took_s = time.monotonic() - started
    return f"| {size:,} | {'has DECIDE' if decides else 'has it not'} | **{took_s:.1f} s** |"


def _filled(servers: str, name: str, size: int) -> Scene:
    scene = Scene(servers, "posts", f"for-{name}")
    _name_all(scene, size, size // TAGS_PER_POST)
    return scene


def _settle(workers: list[fleet.Worker], scene: Scene) -> None:
    """Read all there is, and take a snapshot of it."""
    catch_up(workers, scene)
    for _ in range(2):
        time.sleep(SNAPSHOT_S)
        scene.play(scene.settings.detection.bucket_s, RATE)
        catch_up(workers, scene)


def _name_all(scene: Scene, size: int, posts: int) -> None:
    """Name each subject once, over `SPREAD_S`; then a window in which little happens, and part of a bucket."""
    made, part_s = Tagged(size, TAGS_PER_POST), SPREAD_S / PARTS
    for part in range(PARTS):
        records = [made.make(part * part_s + n / posts * SPREAD_S) for n in range(posts // PARTS)]
        bulk.send(scene.servers, scene.settings.topics.partitions, {scene.topic("posts"): records})
        scene.play(part_s, rate=0.05)
    scene.play(scene.settings.detection.window_s + AHEAD_S, rate=1.0)
