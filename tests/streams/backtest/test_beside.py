"""COUNT beside: the same decisions as in one process, and an end that is said."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import Pipe
from pathlib import Path

import msgspec
import pytest

from config.settings import load
from detectors import pipeline
from detectors.stages.decisions import Decision
from streams import wiring
from streams.backtest import beside
from streams.backtest.beside import BATCH, CountersBeside, counting, serve
from streams.codec import encode_alert, encode_kpi
from streams.errors import StreamsError
from streams.generator.stream import stream
from streams.replay import Replay
from tests.detectors.making import make_run, pipeline_settings
from tests.streams.cli.test_replay import STREAM

SETTINGS = wiring.detection(
    load(detection={"warm_up_s": 14_400, "trend_memory_s": 900, "long_window_s": 3600, "cell_bits": 14})
)


SHORT = {**STREAM, "hours": 3}


@pytest.fixture
def counters() -> Iterator[CountersBeside]:
    """Of two partitions, served by a thread of this process."""
    ours, theirs = Pipe()

    def other_side() -> None:
        with theirs, pytest.raises(Exception, match="partitions=7"):
            serve(theirs, pipeline_settings(2))

    threading.Thread(target=other_side, daemon=True).start()
    with ours:
        yield CountersBeside(ours)


def said(decisions: Sequence[Decision]) -> list[bytes]:
    """Alerts, lines and figures, byte for byte."""
    told = [encode_alert(alert) for decision in decisions for alert in decision.alerts]
    told += [encode_kpi(kpi) for decision in decisions for kpi in decision.kpis]
    return told + [msgspec.json.encode(decision.trends) for decision in decisions]


def test_the_same_decisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same order, from another process, whatever comes when."""
    monkeypatch.setattr(beside, "processors", lambda: 2)
    path = tmp_path / "stream.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for _, _, record in stream(**SHORT)))
    expected = said(list(Replay(SETTINGS).run([str(path)])))
    with counting(SETTINGS) as counters:
        assert isinstance(counters, CountersBeside)
        assert said(list(Replay(SETTINGS, counters).run([str(path)]))) == expected
    assert len(expected) > 30


def test_one_processor_counts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes would only take turns."""
    monkeypatch.setattr(beside, "processors", lambda: 1)
    with counting(SETTINGS) as counters:
        assert isinstance(counters, pipeline.CountersHere)


def test_what_goes_wrong_there_is_said_here(counters: CountersBeside) -> None:
    """Not waited for."""
    given = [tick for i in range(BATCH) for tick in counters.step(0, make_run(10, partitions=7), i)]
    assert given == []
    with pytest.raises(StreamsError, match="the process that counts failed: DetectorError: partitions=7"):
        list(counters.settle())


def test_an_end_is_said(counters: CountersBeside) -> None:
    """A process that is gone answers no more."""
    list(counters.step(0, make_run(10, partitions=7), 0))
    with pytest.raises(StreamsError, match="the process that counts failed"):
        list(counters.settle())
    given = (tick for i in range(3 * BATCH) for tick in counters.step(0, make_run(10, partitions=7), i))
    with pytest.raises(StreamsError, match="the process that counts"):
        list(itertools.chain(given, counters.settle()))
