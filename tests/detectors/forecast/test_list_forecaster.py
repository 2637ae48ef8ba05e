from itertools import pairwise
from typing import Any

import msgspec
import pytest

from detectors.errors import DetectorError
from detectors.forecast.knobs import Knobs
from detectors.forecast.list_forecaster import ListForecaster, ListForecasterState


def play(forecaster: ListForecaster, events: list[Any]) -> list[float]:
    """What is forecast, in order of asking."""
    said = []
    for x, answer in events:
        if answer is None:
            said.append(forecaster.predict_proba_one(x))
        else:
            forecaster.learn_one(x, answer)
    return said


def answers(events: list[Any]) -> list[bool]:
    """In order of asking; those that are known."""
    return [answer for _, answer in events if answer is not None]


def test_it_cannot_be_replaced_by_a_constant(events: list[Any], quick: Knobs) -> None:
    """Its Brier score is at most 0.7 of that of the best constant, over the second half of the stream."""
    said, truth = play(ListForecaster(knobs=quick), events), answers(events)
    half = slice(len(truth) // 2, len(truth))
    share = sum(truth[half]) / len(truth[half])
    score = sum((p - y) ** 2 for p, y in zip(said[half], truth[half], strict=True)) / len(truth[half])
    assert score < 0.7 * share * (1 - share)


def test_every_forecast_is_a_probability(events: list[Any], quick: Knobs) -> None:
    """Strictly between 0 and 1, of six digits."""
    said = play(ListForecaster(knobs=quick), events[:1_500])
    assert all(0.0 < p < 1.0 and round(p, 6) == p for p in said)


def test_an_answer_teaches_when_it_is_due_and_not_before(events: list[Any], quick: Knobs) -> None:
    """Told all answers at the moment of asking it says the same as told at the proper time."""
    truth = iter(answers(events))
    early = []
    for event in events:
        if event.answer is None and (answer := next(truth, None)) is not None:
            early += [event, event._replace(answer=answer)]
    questions = sum(event.answer is None for event in early)
    in_time = play(ListForecaster(knobs=quick), events)
    assert play(ListForecaster(knobs=quick), early) == in_time[:questions]


def test_a_restart_changes_nothing(events: list[Any], quick: Knobs) -> None:
    """In the middle of a list, through bytes: the same forecasts and the same state, byte for byte."""
    left_alone, stopped = ListForecaster(knobs=quick), ListForecaster(knobs=quick)
    cut = 5_013
    before = play(left_alone, events[:cut]), play(stopped, events[:cut])
    saved = msgspec.msgpack.encode(stopped.snapshot())
    stopped = ListForecaster(knobs=quick)
    stopped.restore(msgspec.msgpack.decode(saved, type=ListForecasterState))
    assert before[0] == before[1]
    assert play(stopped, events[cut:]) == play(left_alone, events[cut:])
    assert msgspec.msgpack.encode(stopped.snapshot()) == msgspec.msgpack.encode(left_alone.snapshot())


def test_its_size_is_bounded(events: list[Any], quick: Knobs) -> None:
    """Once the forest's window is full a state hardly grows."""
    forecaster, sizes = ListForecaster(knobs=quick), []
    for start, end in pairwise((0, 4_500, 6_000, 7_500)):
        play(forecaster, events[start:end])
        sizes.append(len(msgspec.msgpack.encode(forecaster.snapshot())))
    assert sizes[2] < sizes[1] * 1.05


def test_a_state_of_another_format_is_refused(events: list[Any], quick: Knobs) -> None:
    """By value and what it must be."""
    forecaster = ListForecaster(knobs=quick)
    play(forecaster, events[:50])
    state = msgspec.structs.replace(forecaster.snapshot(), format=0)
    with pytest.raises(DetectorError, match="format = 0 of a forecaster's state must be 1"):
        ListForecaster(knobs=quick).restore(state)
