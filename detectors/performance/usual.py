"""What to expect of a post: the middle of its creator's last posts, shrunk while they are few. Pure functions."""

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LAST = 100
"""Earlier posts that an expectation stands on, at most: of the creator, and of the pool."""

POOL_POSTS = 10
"""The pool counts as so many posts of the creator; fewer posts in all, and nothing is expected yet."""

NONE = -1
"""Stands in a matrix of counts where there is no post."""

FEW = (1, 3, 10, 30)
"""Posts of the creator from which an expectation is of the next kind: the fewer, the more posts stray from it."""


def middles(counts: Counts) -> tuple[Floats, Counts]:
    """The mean of the middle half of each row, and how many it is the middle of; 0 of none. Shapes: i8[n, k] -> [n].

    The least and the greatest quarter are left out: one post that went round the world says little about the next.

    Source: trimmed mean, as CrowdTangle's "overperforming" has it: the last 100 posts without 25 % at either end.

    >>> middles(np.array([[7, 1, 900, 3, NONE], [4, NONE, NONE, NONE, NONE]]))
    (array([5., 4.]), array([4, 1]))
    """
    ordered = np.sort(np.where(counts == NONE, np.iinfo(np.int64).max, counts), axis=1)
    n = (counts != NONE).sum(axis=1)
    upto = np.cumsum(np.where(ordered == np.iinfo(np.int64).max, 0, ordered), axis=1)
    upto = np.concatenate([np.zeros((len(counts), 1), np.int64), upto], axis=1)
    low, row = n // 4, np.arange(len(counts))
    total = upto[row, n - low] - upto[row, low]
    return total / np.maximum(n - 2 * low, 1), n


def expectations(own: Floats, n_own: Counts, pool: Floats, n_pool: Counts) -> Floats:
    """What to expect, given the middles of both; NaN while too few posts are known. Shapes: [n] each.

    Never 0: half an engagement over all posts that it stands on.

    >>> expectations(np.array([8.0]), np.array([10]), np.array([2.0]), np.array([100])).tolist()
    [5.0]
    """
    weight = np.where(n_pool > 0, POOL_POSTS, 0)
    posts = n_own + n_pool
    shrunk = (n_own * own + weight * pool) / np.maximum(n_own + weight, 1)
    return np.where(posts >= POOL_POSTS, np.maximum(shrunk, 0.5 / np.maximum(posts, 1)), np.nan)


def kinds(age: Counts, n_own: Counts) -> Counts:
    """Which expectations are alike: of one age, and about as well founded. Shapes: i8[n], i8[n] -> i8[n].

    >>> kinds(np.array([0, 0, 1]), np.array([0, 100, 2])).tolist()
    [0, 4, 6]
    """
    return age * (len(FEW) + 1) + np.searchsorted(FEW, n_own, "right")
