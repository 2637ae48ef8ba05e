"""Posts of a bucket that is still open: their columns, joined at its close, and what they add to the series."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.runs import POST, Posts
from detectors.counts.scopes import Scopes


class Pending(NamedTuple):
    """Posts of a bucket that is still open, with their rows and scopes."""

    posts: Posts
    row_post: npt.NDArray[np.int64]
    row_key: npt.NDArray[np.uint64]
    scopes: list[Scopes]


def joined(parts: list[Pending]) -> Pending:
    """All posts of a bucket."""
    if not parts:
        return Pending(np.empty(0, POST), np.zeros(0, np.int64), np.zeros(0, np.uint64), [])
    shift = np.cumsum([0, *(len(p.posts) for p in parts[:-1])])
    return Pending(
        np.concatenate([p.posts for p in parts]),
        np.concatenate([p.row_post + s for p, s in zip(parts, shift, strict=True)]),
        np.concatenate([p.row_key for p in parts]),
        [scopes for p in parts for scopes in p.scopes],
    )


def sums_of(part: Pending, gone: npt.NDArray[np.bool_]) -> Counter[str]:
    """Posts and voices by scope, as increments of series; what is gone does not count."""
    sums: Counter[str] = Counter()
    voices: dict[str, set[int]] = {}
    for scopes, author, lost in zip(part.scopes, part.posts["author"].tolist(), gone.tolist(), strict=True):
        if lost:
            continue
        for name in scopes.names():
            sums[f"posts|{name}"] += 1
            voices.setdefault(name, set()).add(author)
    sums.update({f"voices|{name}": len(authors) for name, authors in voices.items()})
    return sums
