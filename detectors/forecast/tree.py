"""One oblivious tree, grown by histograms: each level asks one question of all. Knows no ensemble."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.intp]

GAIN_DIGITS = 6
"""Gains are rounded before they are compared: the last bits of a quotient differ between processors."""
GRAIN = 1024.0
"""Gradients and hessians are whole multiples of 1 / GRAIN, so their sums are exact, in whatever order."""
SHIFT = 2.0**26
"""Times the gradient, plus the hessian: one number holds both, and one sum. Exact while hessians add up to less than
65,536 and the gradients to less than 131,072 on either side of 0, for a float holds whole numbers up to 2**53."""


class Tree(NamedTuple):
    """Questions, first level first: is the value of `columns[i]` in a bin above `bins[i]`? And what the leaves say."""

    columns: Indices
    bins: Indices
    leaves: Floats
    """f8[2**depth], a leaf by its answers as bits, those of the first level highest."""


def grow(cells: Cells, gradient: Floats, hessian: Floats, *, depth: int, bins: int, l2: float) -> Tree:
    """The tree that, one Newton step a leaf, takes most off the loss.

    Args:
        cells: u1[columns, rows], the bin of each value, < bins.
        gradient: f8[rows], minus the derivative of the loss by the margin, weighted.
        hessian: f8[rows], the second derivative, weighted. >= 0.
        depth: levels. >= 1.
        bins: bins of a column. 2 to 256.
        l2: added to the hessian of a leaf: how firmly 0 is believed in. > 0.
    Source: Chen and Guestrin, XGBoost, KDD 2016, eq. 5 to 7; Prokhorenkova et al., CatBoost, NeurIPS 2018 (oblivious).

    >>> cells = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], np.uint8)
    >>> tree = grow(cells, np.array([-1.0, -1.0, 1.0, 1.0]), np.ones(4), depth=1, bins=2, l2=1e-9)
    >>> tree.columns.tolist(), tree.bins.tolist(), tree.leaves.round(3).tolist()
    ([0], [0], [-1.0, 1.0])
    """
    columns, rows = cells.shape
    flat = cells.astype(np.intp) + (np.arange(columns) * bins)[:, None]
    both = (gradient * GRAIN).round() * SHIFT + (hessian * GRAIN).round()
    sums = _summed(flat, both, (1, columns, bins))
    node = np.zeros(rows, np.intp)
    chosen = np.zeros(depth, np.intp), np.zeros(depth, np.intp)
    for level in range(depth):
        left, left_h = _apart(sums.cumsum(2))
        right, right_h = left[:, :, -1:] - left, left_h[:, :, -1:] - left_h
        gain = (left**2 / (left_h + l2) + right**2 / (right_h + l2)).sum(0)[:, :-1]
        column, at = divmod(int(gain.round(GAIN_DIGITS).argmax()), bins - 1)
        chosen[0][level], chosen[1][level] = column, at
        above = cells[column] > at
        if level + 1 < depth:
            sums = _halved(sums, flat, both, node, above)
        node = node * 2 + above
    leaves = np.bincount(node, gradient, 1 << depth) / (np.bincount(node, hessian, 1 << depth) + l2)
    return Tree(*chosen, leaves)


def _halved(sums: Floats, flat: Indices, both: Floats, node: Indices, above: npt.NDArray[np.bool_]) -> Floats:
    """The sums of all nodes after a question: of the smaller half of the rows anew, of the others what is left."""
    nodes, columns, bins = sums.shape
    fewer = above if 2 * np.count_nonzero(above) <= len(above) else ~above
    rows = np.flatnonzero(fewer)
    index = flat[:, rows] + node[rows] * (columns * bins)
    part = _summed(index, both[rows], (nodes, columns, bins))
    halves = (sums - part, part) if fewer is above else (part, sums - part)
    return np.stack(halves, 1).reshape(2 * nodes, columns, bins)


def _summed(index: Indices, both: Floats, shape: tuple[int, int, int]) -> Floats:
    """Sums by node, column and bin; index: [columns, rows]."""
    sums = np.bincount(index.ravel(), np.tile(both, len(index)), math.prod(shape))
    return np.asarray(sums, np.float64).reshape(shape)  # numpy's stubs take them for counts


def _apart(both: Floats) -> tuple[Floats, Floats]:
    """The sums of gradients and of hessians out of sums that hold both."""
    gradients = np.floor(both / SHIFT)
    return gradients / GRAIN, (both - gradients * SHIFT) / GRAIN
