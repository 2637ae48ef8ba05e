"""How a forest learns, and which values are possible."""

from typing import NamedTuple

from detectors.errors import DetectorError

BYTE = 8
"""Most questions of a tree: eight, so that `packbits` makes a path of them."""
MOST_WINDOW = 131_072


class Knobs(NamedTuple):
    """How a forest learns.

    Attributes:
        every: answers between two trees. >= 1.
        window: answers that are remembered. 1 to 131,072: as many sums of a tree are exact.
        sample: answers, about, that a tree looks at. >= 1.
        trees: trees alive. >= 1.
        depth: questions of a tree. 1 to 8.
        rate: share of a Newton step that a tree goes. In ]0, 1].
        fade: share that every older tree loses with a new one. In [0, 1[.
        l2: how firmly a leaf believes in 0, in units of the hessian. > 0.
        bins: bins of a feature. 2 to 256.
        columns: share of the features that a tree may ask about. In ]0, 1].
        warm_up: answers before the first tree. >= 1.
        seed: of all that is drawn. >= 0.
    """

    every: int = 125
    window: int = 60_000
    sample: int = 8_000
    trees: int = 1_000
    depth: int = 6
    rate: float = 0.05
    fade: float = 0.0025
    l2: float = 5.0
    bins: int = 32
    columns: float = 0.3
    warm_up: int = 1_000
    seed: int = 1


def checked(knobs: Knobs) -> Knobs:
    """The same knobs. Raises: DetectorError if one is out of its range."""
    for name in ("every", "window", "sample", "trees", "warm_up"):
        if getattr(knobs, name) < 1:
            raise DetectorError(f"{name} = {getattr(knobs, name)} must be >= 1")
    if knobs.window > MOST_WINDOW:
        raise DetectorError(f"window = {knobs.window} must be <= {MOST_WINDOW}")
    if not 1 <= knobs.depth <= BYTE or not 2 <= knobs.bins <= 256:
        raise DetectorError(f"depth = {knobs.depth} must be in 1..{BYTE} and bins = {knobs.bins} in 2..256")
    if not (0 < knobs.rate <= 1 and 0 <= knobs.fade < 1 and knobs.l2 > 0 and 0 < knobs.columns <= 1):
        raise DetectorError(
            f"rate = {knobs.rate} and columns = {knobs.columns} must be in ]0, 1], "
            f"fade = {knobs.fade} in [0, 1[, l2 = {knobs.l2} > 0"
        )
    return knobs
