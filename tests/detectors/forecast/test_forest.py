import math
import random
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river import base

from detectors.errors import DetectorError
from detectors.forecast.forest import ForestState, RollingForest, vector
from detectors.forecast.knobs import Knobs

QUICK = Knobs(
    every=50, window=600, sample=300, trees=30, depth=3, rate=0.3, fade=0.02, bins=8, columns=1.0, warm_up=100
)


def stream(n: int, seed: int, turned: bool = False) -> list[tuple[dict[Any, float], bool]]:
    """Yes in 9 of 10 cases where a > b, else in 1 of 10; the other way round if turned."""
    rng, made = random.Random(seed), []
    for _ in range(n):
        x = {"a": rng.random(), "b": rng.random(), "noise": rng.random()}
        made.append((x, (rng.random() < 0.9) == ((x["a"] > x["b"]) != turned)))
    return made


def brier(forest: RollingForest, answers: list[tuple[dict[Any, float], bool]]) -> float:
    """Mean square error, each answer learned after it was judged."""
    total = 0.0
    for x, y in answers:
        total += (forest.predict_proba_one(x)[True] - y) ** 2
        forest.learn_one(x, y)
    return total / len(answers)


@pytest.fixture(scope="module")
def grown() -> RollingForest:
    forest = RollingForest(knobs=QUICK)
    brier(forest, stream(1_500, seed=1))
    return forest


def test_it_is_a_river_classifier() -> None:
    """River's pipelines and evaluation accept it."""
    assert isinstance(RollingForest(), base.Classifier)


def test_the_model_cannot_be_replaced_by_a_constant() -> None:
    """A constant has .25 on this stream; knowing the rule has .09."""
    forest = RollingForest(knobs=QUICK)
    brier(forest, stream(1_500, seed=2))
    assert brier(forest, stream(1_000, seed=3)) < 0.14


def test_it_follows_when_the_world_turns_round() -> None:
    """Old trees fade, old answers leave the window."""
    forest = RollingForest(knobs=QUICK)
    brier(forest, stream(1_500, seed=4))
    brier(forest, stream(1_500, seed=5, turned=True))
    assert brier(forest, stream(1_000, seed=6, turned=True)) < 0.15


@given(st.dictionaries(st.sampled_from(["a", "b", "noise", "new"]), st.floats(width=32)))
def test_a_probability_lies_between_0_and_1(grown: RollingForest, x: dict[Any, float]) -> None:
    """Whatever is asked: missing, infinite, not a number, never met."""
    said = grown.predict_proba_one(x)
    assert 0.0 <= said[True] <= 1.0
    assert said[False] == pytest.approx(1.0 - said[True])


def test_before_its_first_tree_it_says_the_share_so_far() -> None:
    """1 in 15 before any answer."""
    forest = RollingForest(knobs=QUICK)
    assert forest.predict_proba_one({"a": 1.0})[True] == round(1 / 15, 6)
    for _ in range(85):
        forest.learn_one({"a": 1.0}, True)
    assert forest.warming_up == 15
    assert forest.predict_proba_one({"a": 1.0})[True] == 0.86


@pytest.mark.parametrize("cut", [60, 130, 777, 1_999])
def test_a_restart_changes_nothing(cut: int) -> None:
    """Through bytes and back at any answer: the same forest to the last bit, also once the window is full."""
    answers = stream(2_500, seed=7)
    left_alone, stopped = RollingForest(knobs=QUICK), RollingForest(knobs=QUICK)
    for i, (x, y) in enumerate(answers):
        if i == cut:
            saved = msgspec.msgpack.encode(stopped.snapshot())
            stopped = RollingForest(knobs=QUICK)
            stopped.restore(msgspec.msgpack.decode(saved, type=ForestState))
        for forest in (left_alone, stopped):
            forest.learn_one(x, y)
    assert msgspec.msgpack.encode(stopped.snapshot()) == msgspec.msgpack.encode(left_alone.snapshot())


def test_asking_changes_nothing(grown: RollingForest) -> None:
    """However often."""
    before = grown.snapshot()
    for x, _ in stream(50, seed=8):
        grown.predict_proba_one(x)
    assert grown.snapshot() == before


def test_its_size_is_bounded() -> None:
    """Once the window is full a state grows no more."""
    forest, sizes = RollingForest(knobs=QUICK), []
    for _ in range(3):
        brier(forest, stream(1_000, seed=9))
        sizes.append(len(msgspec.msgpack.encode(forest.snapshot())))
    assert sizes[2] <= sizes[1] * 1.02


def test_one_answer_only_is_learned_without_end() -> None:
    """Where nothing is left to correct, nothing breaks."""
    forest = RollingForest(knobs=QUICK)
    for x, _ in stream(2_000, seed=10):
        forest.learn_one(x, True)
    assert 0.99 < forest.predict_proba_one({"a": 0.5})[True] <= 1.0


def test_a_missing_value_says_no_to_every_question() -> None:
    """It is below every value."""
    assert vector([1.0, math.nan])[1] < np.float32(-1e8)


def test_a_state_of_other_knobs_is_refused(grown: RollingForest) -> None:
    """It would not fit."""
    with pytest.raises(DetectorError, match="knobs"):
        RollingForest(knobs=QUICK._replace(trees=31)).restore(grown.snapshot())
    with pytest.raises(DetectorError, match="features"):
        RollingForest(features=["c"], knobs=QUICK).restore(grown.snapshot())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("every", 0),
        ("window", 0),
        ("window", 200_000),
        ("depth", 9),
        ("bins", 1),
        ("rate", 0.0),
        ("fade", 1.0),
        ("l2", 0.0),
        ("columns", 2.0),
    ],
)
def test_impossible_knobs_are_refused(name: str, value: float) -> None:
    """By name and value."""
    with pytest.raises(DetectorError, match=f"{name} = {value}"):
        RollingForest(knobs=Knobs()._replace(**{name: value}))  # type: ignore[arg-type] # the name decides the type
