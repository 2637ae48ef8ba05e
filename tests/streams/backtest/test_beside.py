"""READ and COUNT beside: the same decisions as in one process, and an end that is said."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from multiprocessing import Pipe
from pathlib import Path

import msgspec
import pytest

from config.settings import load
from detectors.counting import CountingHere
from detectors.stages.decisions import Decision
from streams import wiring
from streams.backtest import beside
from streams.backtest.beside import AHEAD, CountingBeside, counting, serve
from streams.codec import encode_alert, encode_kpi
from streams.errors import StreamsError
from streams.generator.stream import stream
from streams.replay import Replay
from tests.detectors.making import make_post, pipeline_settings, post_chunk
from tests.streams.cli.test_replay import STREAM

SETTINGS = wiring.detection(
    load(detection={"warm_up_s": 14_400, "trend_memory_s": 900, "long_window_s": 3600, "cell_bits": 14})
)


SHORT = {**STREAM, "hours": 3}


@pytest.fixture
def ahead() -> Iterator[CountingBeside]:
    """Of two partitions, served by a thread of this process."""
    ours, theirs = Pipe()

    def other_side() -> None:
        with theirs, pytest.raises(IndexError):
            serve(theirs, pipeline_settings(2))

    threading.Thread(target=other_side, daemon=True).start()
    with ours:
        yield CountingBeside(ours)


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
    with counting(SETTINGS) as ahead:
        assert isinstance(ahead, CountingBeside)
        assert said(list(Replay(SETTINGS, ahead).run([str(path)]))) == expected
    assert len(expected) > 30


def test_one_processor_counts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes would only take turns."""
    monkeypatch.setattr(beside, "processors", lambda: 1)
    with counting(SETTINGS) as ahead:
        assert isinstance(ahead, CountingHere)


NOWHERE = 2, post_chunk([make_post("p1", 10)])
"""A partition that is not there, and a chunk of it."""


def test_what_goes_wrong_there_is_said_here(ahead: CountingBeside) -> None:
    """Not waited for."""
    list(ahead.take(*NOWHERE))
    with pytest.raises(StreamsError, match="the process that counts failed: IndexError"):
        list(ahead.settle())


def test_an_end_is_said(ahead: CountingBeside) -> None:
    """A process that is gone answers no more."""
    list(ahead.take(*NOWHERE))
    with pytest.raises(StreamsError, match="the process that counts failed"):
        list(ahead.settle())
    given = (tick for _ in range(3 * AHEAD) for tick in ahead.take(*NOWHERE))
    with pytest.raises(StreamsError, match="the process that counts"):
        list(itertools.chain(given, ahead.settle()))
