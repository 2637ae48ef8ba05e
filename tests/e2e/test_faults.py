"""Faults in the middle of a stream on a real Kafka: buckets and alerts stay right. `make chaos` is the long run."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import load
from streams.stopping import GRACE_S
from tests.chaos.broker import FragileKafka
from tests.chaos.case import Case, prepared
from tests.chaos.faults import Fault, Scene
from tests.chaos.run import Plan, Runner
from tests.chaos.stream import Shape
from tests.e2e.worker import worker

# kafka-python leaves connections to a broker that was killed to the collector, which must not run in a later test
pytestmark = [
    pytest.mark.kafka,
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SHAPE = Shape(seed=3, hours=6, rate=0.5, trends=6, warm_up_hours=4.0, false_share=0.9)
PLAN = Plan(seed=1, kills=1, pace_s=12.0, limit_s=90.0)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A broker of its own: it is harmed."""
    folder = tmp_path_factory.mktemp("faults")
    with FragileKafka(folder / "kafka") as broker:
        yield Runner(broker, folder, PLAN)
    gc.collect()


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What a test leaves to the collector is its own."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A stream of some hours with planted trends, its truth, and what a replay makes of it."""
    made = prepared(SHAPE, tmp_path_factory.mktemp("case") / "stream")
    assert sum(alert["kind"] == "trend" for alert in made.reference.alerts) >= 3
    return made


def killed(scene: Scene) -> None:
    scene.fleet.start("first")
    scene.fleet.ready("first")
    scene.until(0.5)
    scene.fleet.kill("first")
    scene.fleet.start("first")


def broker_restarted(scene: Scene) -> None:
    scene.fleet.start("first")
    scene.fleet.ready("first")
    scene.until(0.5)
    scene.broken(scene.broker.kill, 1)


def clock_jumps(scene: Scene) -> None:
    scene.fleet.start("first")
    scene.fleet.ready("first")
    scene.until(0.3)
    scene.fleet.shift_clock(3600.0)
    scene.until(0.6)
    scene.fleet.shift_clock(-3600.0)
    scene.until(0.9)
    scene.fleet.shift_clock(0.0)


@pytest.mark.parametrize("do", [killed, broker_restarted, clock_jumps])
def test_a_fault_changes_nothing(runner: Runner, case: Case, do: Callable[[Scene], None]) -> None:
    """Every closed bucket is true by brute force, every alert is a replay's, each once by its id."""
    run = runner.run(Fault(do.__name__.replace("_", ""), do, falls=do is broker_restarted), case)

    assert run.truth.examples == []
    assert [example for example in run.reference.examples if "alert" in example] == []
    assert run.other.examples == []


def test_a_worker_whose_broker_is_gone_for_good_ends_when_told(tmp_path: Path) -> None:
    """In order or, where its client cannot, within its grace; without thousands of lines of its client's."""
    with FragileKafka(tmp_path / "kafka") as broker:
        settings = load(kafka={"bootstrap_servers": broker.bootstrap_servers})
        with worker(settings, tmp_path / "worker") as gone:
            broker.kill()
            gone.process.terminate()
            gone.process.wait(GRACE_S + 15.0)
            lines = (gone.folder / "log").read_text().splitlines()

    assert len(lines) < 1000
    if gone.process.returncode:
        assert "the worker did not end by itself" in lines[-1]
