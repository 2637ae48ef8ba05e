import itertools

import numpy as np
import pytest

from detectors.forecast.tree import grow


def loss_taken(cells: np.ndarray, g: np.ndarray, h: np.ndarray, questions: list[tuple[int, int]], l2: float) -> float:
    """What a tree of these questions takes off the loss: the sum over leaves of G^2 / (H + l2)."""
    leaf = np.zeros(cells.shape[1], int)
    for column, at in questions:
        leaf = leaf * 2 + (cells[column] > at)
    return sum(float(g[leaf == i].sum() ** 2 / (h[leaf == i].sum() + l2)) for i in range(1 << len(questions)))


@pytest.mark.parametrize("seed", range(5))
def test_each_level_asks_the_best_question(seed: int) -> None:
    """The slow reference tries every question at every level."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 5, (3, 60)).astype(np.uint8)
    g, h = (np.round(values * 1024) / 1024 for values in (rng.normal(size=60), rng.uniform(0.1, 1.0, 60)))
    tree = grow(cells, g, h, depth=3, bins=5, l2=1.0)
    asked: list[tuple[int, int]] = []
    for column, at in zip(tree.columns.tolist(), tree.bins.tolist(), strict=True):
        every = itertools.product(range(3), range(4))
        best = max(loss_taken(cells, g, h, [*asked, question], 1.0) for question in every)
        asked.append((column, at))
        assert loss_taken(cells, g, h, asked, 1.0) == pytest.approx(best)


def test_a_leaf_goes_one_newton_step() -> None:
    """G / (H + l2), and 0 where nothing fell."""
    cells = np.array([[0, 0, 1, 1]], np.uint8)
    tree = grow(cells, np.array([1.0, 2.0, -1.0, -1.0]), np.full(4, 0.5), depth=2, bins=2, l2=1.0)
    assert tree.leaves[0] == pytest.approx(3.0 / 2.0)
    assert tree.leaves[3] == pytest.approx(-2.0 / 2.0)
    assert tree.leaves[1] == tree.leaves[2] == 0.0


def test_no_rows_make_a_silent_tree() -> None:
    """Where all is right nothing is drawn."""
    tree = grow(np.zeros((2, 0), np.uint8), np.zeros(0), np.zeros(0), depth=2, bins=4, l2=1.0)
    assert not tree.leaves.any()
