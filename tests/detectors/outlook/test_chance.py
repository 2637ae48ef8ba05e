"""One question: what is learned, which model is believed, and what follows when it gets worse."""

import random

import numpy as np
import pytest

from detectors.forecast.dynamic import Scales
from detectors.forecast.forest import vector
from detectors.forecast.likeness import Like
from detectors.outlook.chance import Chance

NAMES = ("signal", "noise")
NOTHING_LIKE_IT = Like(0.0, 0.0)


def world(n: int, seed: int, turned: bool = False) -> list[tuple[float, float, bool]]:
    """Yes is likely where the first number is high; turned: where it is low."""
    rng = random.Random(seed)
    rows = [(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(n)]
    return [(a, b, rng.random() < (0.9 if (a > 0.5) != turned else 0.1)) for a, b in rows]


def learned(chance: Chance, scales: Scales, rows: list[tuple[float, float, bool]]) -> list[float]:
    """The losses, answer by answer; and how often the loss was seen to get worse, at the end."""
    losses, worse = list[float](), 0
    for at, (a, b, answer) in enumerate(rows):
        values = vector([a, b])
        said = chance.say(values, scales(values), NOTHING_LIKE_IT)
        losses.append((said.p - answer) ** 2)
        scales.learn(values)
        worse += chance.learn(said, values, scales(values), answer, float(at))
    return [*losses, worse]


@pytest.mark.parametrize(("before", "loss"), [(60, 0.85), (400, 0.6)])
def test_it_learns_from_few(before: int, loss: float) -> None:
    """So much of what the share of yes loses is left after so many answers; that share itself would lose all."""
    chance, scales = Chance(NAMES), Scales(2)
    learned(chance, scales, world(before, seed=1))
    rows = world(300, seed=2)
    losses = learned(chance, scales, rows)[:-1]
    share = sum(answer for *_, answer in rows) / len(rows)
    assert np.mean(losses) < loss * share * (1 - share)
    assert chance.record.useful


def test_before_any_answer_it_is_undecided() -> None:
    """One of two."""
    chance, scales = Chance(NAMES), Scales(2)
    assert chance.say(vector([9.0, 9.0]), scales(vector([9.0, 9.0])), NOTHING_LIKE_IT).p == pytest.approx(0.5, abs=0.15)


def test_where_the_world_turns_it_is_seen_and_answered() -> None:
    """The record begins anew, nothing is told for a while; then it is as good as before."""
    chance, scales = Chance(NAMES), Scales(2)
    before = learned(chance, scales, world(600, seed=3))
    assert (before[-1], chance.record.n) == (0, 600)
    after = learned(chance, scales, world(1500, seed=4, turned=True))
    assert after[-1] >= 1
    assert chance.record.n < 1500
    assert np.mean(after[-301:-1]) < 1.5 * np.mean(before[-301:-1])


def test_a_model_without_the_answer_to_drift_is_slower() -> None:
    """What follows from a shift is worth something: the same stream, with nothing done about it."""
    losses = []
    for answered in (True, False):
        chance, scales = Chance(NAMES), Scales(2)
        if not answered:
            chance._doubt = lambda: None  # type: ignore[method-assign]
        learned(chance, scales, world(1000, seed=5))
        losses.append(np.mean(learned(chance, scales, world(600, seed=6, turned=True))[200:-1]))
    assert losses[0] < losses[1]


@pytest.mark.parametrize("cut", [0, 1, 150, 399])
def test_a_restart_changes_nothing(cut: int) -> None:
    """Byte for byte, with trees and without."""
    rows = world(400, seed=7)
    whole, scales = Chance(NAMES), Scales(2)
    learned(whole, scales, rows[:cut])
    again, other = Chance(NAMES), Scales(2)
    again.restore(whole.snapshot())
    other.restore(scales.snapshot())
    assert learned(again, other, rows[cut:]) == learned(whole, scales, rows[cut:])
    assert again.snapshot() == whole.snapshot()


def test_another_river_costs_adwin_only() -> None:
    """What cannot be read starts anew, the rest goes on."""
    whole, scales = Chance(NAMES), Scales(2)
    learned(whole, scales, world(100, seed=8))
    again = Chance(NAMES)
    again.restore(whole.snapshot(), same_versions=False)
    values = vector([0.3, 0.1])
    assert again.say(values, scales(values), NOTHING_LIKE_IT) == whole.say(values, scales(values), NOTHING_LIKE_IT)
    assert again.drift.loss == 0.0
