"""The whole path on a real Kafka: our worker, a plain Faust agent and the raw client over the same records.

Our worker is measured with a full window behind it, over whole buckets: it stands still while a bucket is sent, and is
done when it has decided it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import fleet, others
from tests.benchmarks.measure import Sample, median
from tests.benchmarks.scene import Scene

AHEAD_S = 270.0
"""How far into a bucket the stream reaches when a round begins and ends: beyond the lateness, in every partition."""

SESSION_S = 60.0
"""Within which a round must be sent: a worker that stands still for longer loses its partitions."""


class Stream(NamedTuple):
    """How dense the records are.

    Attributes:
        rate: records a second of event time while it is measured, and for a window before.
        round_s: event time of a round of our worker, seconds; a whole number of buckets, and enough of them that it
            lasts as long as a snapshot is due after (`worker.snapshot_s`), or each would be paid by a few records.
        history_rate, history_s: what was before; without a past everything would be news.
        prior_exposure: the setting of that name. With its default a stream that is suddenly a hundred times as dense
            would be news as a whole until it had been so for half a day: far longer than is measured here.
    """

    rate: float
    round_s: float
    history_rate: float
    history_s: float = 12 * 3600.0
    prior_exposure: float = 2.0

    def variables(self, *, words: bool) -> dict[str, str]:
        """Settings of the worker, as the environment gives them."""
        return {
            "FRESHET_DETECTION__WORDS": str(words),
            "FRESHET_DETECTION__PRIOR_EXPOSURE": str(self.prior_exposure),
            "FRESHET_WORKER__SESSION_S": str(SESSION_S),
        }


DENSE = Stream(rate=200.0, round_s=1500.0, history_rate=2.0, prior_exposure=0.01)
SPARSE = Stream(rate=10.0, round_s=3600.0, history_rate=10.0)

Contender = Callable[[Scene, Path, Stream, int], list[Sample]]


def raw_client(scene: Scene, home: Path, stream: Stream, rounds: int) -> list[Sample]:  # noqa: ARG001
    """The client alone."""
    return others.run(scene, home, "raw_read", rounds)


def plain_faust(scene: Scene, home: Path, stream: Stream, rounds: int) -> list[Sample]:  # noqa: ARG001
    """Faust as its users write it."""
    return others.run(scene, home, "plain_faust", rounds)


def tags(scene: Scene, home: Path, stream: Stream, rounds: int) -> list[Sample]:
    """Our worker without words and phrases."""
    return ours(scene, home, stream, rounds, words=False)


def everything(scene: Scene, home: Path, stream: Stream, rounds: int) -> list[Sample]:
    """Our worker as it comes."""
    return ours(scene, home, stream, rounds, words=True)


CONTENDERS: dict[str, tuple[str, Contender]] = {
    "raw client: aiokafka, bytes only": ("posts", raw_client),
    "plain Faust agent: hashtag counts in a dict": ("posts", plain_faust),
    "freshet, hashtags, sounds, products": ("posts", tags),
    "freshet, and words and phrases": ("posts", everything),
    "freshet, engagements": ("engagements", everything),
}


def table(servers: str, folder: Path, name: str, stream: Stream, rounds: int, only: str) -> Iterator[str]:
    """Measure the contenders with `only` in their names; the table, line by line as it comes."""
    chosen = {contender: how for contender, how in CONTENDERS.items() if only in contender}
    scenes: dict[str, Scene] = {}
    for kind, _ in chosen.values():
        if kind not in scenes:
            scenes[kind] = filled(servers, kind, f"{name}-{kind}", stream)
            yield _about(scenes[kind], stream)
    yield ""
    yield f"| {name}, {rounds} rounds each | us per record (median) | least - most | records/s | peak MiB |"
    yield "|---|--:|--:|--:|--:|"
    for number, (contender, (kind, run)) in enumerate(chosen.items()):
        yield _row(contender, run(scenes[kind], folder / f"{name}-{number}", stream, rounds))


def filled(servers: str, kind: str, name: str, stream: Stream) -> Scene:
    """A scene with its history and one full window before the first round."""
    scene = Scene(servers, kind, name)
    scene.play(stream.history_s, stream.history_rate)
    scene.play(scene.settings.detection.window_s + AHEAD_S, stream.rate)
    return scene


def ours(scene: Scene, home: Path, stream: Stream, rounds: int, *, words: bool) -> list[Sample]:
    """Let a new worker catch up with the scene, then measure it over the next rounds."""
    with fleet.workers(scene, [home], home.name, stream.variables(words=words)) as workers:
        catch_up(workers, scene)
        return [one_round(workers, scene, stream)[0] for _ in range(rounds)]


def catch_up(workers: Sequence[fleet.Worker], scene: Scene, look_s: float = fleet.LOOK_S) -> None:
    """Wait for the decision of the last bucket that the scene's records close, and look so often, seconds."""
    bucket_s = scene.settings.detection.bucket_s
    fleet.wait_until_decided(workers, scene.reached_at - scene.reached_at % bucket_s, bucket_s, look_s)


def one_round(workers: Sequence[fleet.Worker], scene: Scene, stream: Stream) -> list[Sample]:
    """Send a round while the workers stand still, let them read and decide it: what each took for all its records."""
    made = scene.following(stream.round_s, stream.rate)
    with fleet.standing_still(workers):
        stopped = time.monotonic()
        scene.send(made)
        paused_s = time.monotonic() - stopped
    assert paused_s < SESSION_S, f"sending a round took {paused_s:.1f} s: measure a lower rate, or shorter rounds"
    first = [worker.watched.now() for worker in workers]
    catch_up(workers, scene)
    return [
        worker.watched.sample(since, worker.watched.now(), len(made[scene.kind]))
        for worker, since in zip(workers, first, strict=True)
    ]


def _about(scene: Scene, stream: Stream) -> str:
    mean = scene.size[scene.kind] / scene.total[scene.kind]
    bucket = stream.rate * scene.settings.detection.bucket_s
    return (
        f"{scene.kind}: {scene.total[scene.kind]:,} of {mean:.0f} bytes as history;"
        f" measured at {stream.rate:g} a second of event time, {bucket:,.0f} a bucket\n"
    )


def _row(name: str, samples: Sequence[Sample]) -> str:
    middle = median(samples)
    costs = sorted(sample.us_per_record for sample in samples)
    return (
        f"| {name} | **{middle.us_per_record:.1f}** | {costs[0]:.1f} - {costs[-1]:.1f} "
        f"| {middle.records_per_s:,.0f} | {middle.peak_mb:.0f} |"
    )
