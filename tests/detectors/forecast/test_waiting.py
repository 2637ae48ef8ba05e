import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.forecast import waiting as module
from detectors.forecast.waiting import Waiting, WaitingState

HORIZON, KEEP = 6.0, 20.0


def asked_at(*times: float) -> Waiting[str, bool]:
    waiting = Waiting[str, bool](horizon_s=HORIZON, keep_s=KEEP)
    for i, at in enumerate(times):
        waiting.ask((at, i), f"{i}")
    return waiting


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.data())
def test_nothing_is_handed_on_before_its_time(times: list[int], data: st.DataObject) -> None:
    """Whenever answers are given and whenever one asks for them: never early, never twice, never without an answer."""
    times.sort()
    waiting, answered, handed = asked_at(*times), set(), []
    for now in range(0, 60, 3):
        for i in data.draw(st.sets(st.integers(0, len(times) - 1))):
            if waiting.answer((times[i], i), True):
                answered.add(i)
        for name, _ in waiting.due(now):
            assert times[int(name)] + HORIZON <= now
            handed.append(int(name))
    assert len(handed) == len(set(handed))
    assert set(handed) <= answered


def test_answers_are_handed_on_in_order_of_asking() -> None:
    """However they came: what is learned depends on no arrival."""
    waiting = asked_at(0, 1, 2)
    for i in (2, 0, 1):
        waiting.answer((i, i), i == 1)
    assert list(waiting.due(10)) == [("0", False), ("1", True), ("2", False)]


def test_what_nobody_asked_has_no_answer() -> None:
    """False, and nothing is kept."""
    waiting = asked_at(0)
    assert not waiting.answer((1, 0), True)
    assert list(waiting.due(100)) == []


def test_a_question_without_an_answer_is_forgotten() -> None:
    """After `keep_s`."""
    waiting = asked_at(0, 5)
    assert list(waiting.due(22)) == []
    assert len(waiting) == 1


def test_its_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest question goes, and its answer with it."""
    monkeypatch.setattr(module, "MOST", 2)
    waiting = asked_at(0, 1)
    waiting.answer((0, 0), True)
    waiting.ask((2, 2), "2")
    assert len(waiting) == 2
    assert list(waiting.due(10)) == []


def test_a_restart_changes_nothing() -> None:
    """Answers that wait are kept too."""
    waiting, again = asked_at(0, 1, 2), asked_at()
    waiting.answer((1, 1), True)
    saved = msgspec.msgpack.encode(waiting.snapshot())
    again.restore(msgspec.msgpack.decode(saved, type=WaitingState[str, bool]))
    assert list(again.due(9)) == list(waiting.due(9)) == [("1", True)]
    assert again.snapshot() == waiting.snapshot()


def test_an_impossible_horizon_is_refused() -> None:
    """By name, value and range."""
    with pytest.raises(DetectorError, match=r"keep_s = 1\.0"):
        Waiting[str, bool](horizon_s=2.0, keep_s=1.0)
