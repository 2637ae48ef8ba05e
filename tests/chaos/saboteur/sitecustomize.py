"""Makes a worker process fail as the chaos run wants it. Python imports this at its start, where PYTHONPATH says so.

Without CHAOS_FOLDER it does nothing.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

MARKER = "explodesourcode"
"""Reading a hashtag of this name raises, in our own code."""

LOOK_S = 0.05
"""Between two looks at how wrong the clock should be, seconds."""


def shift_clock(file: Path) -> None:
    """Let the wall clock be wrong by what a file says, in seconds; the monotonic clock stays right, as in a kernel."""
    true_time: Callable[[], float] = time.time  # noqa: TID251 - what is made wrong
    monotonic = time.monotonic
    looked_at, wrong_s = -1.0, 0.0

    def shifted() -> float:
        nonlocal looked_at, wrong_s
        if monotonic() > looked_at + LOOK_S:
            looked_at = monotonic()
            wrong_s = float(file.read_text()) if file.exists() else 0.0
        return true_time() + wrong_s

    time.time = shifted  # noqa: TID251
    time.time_ns = lambda: int(shifted() * 1e9)


def explode() -> None:
    """Let the folding of one hashtag raise."""
    from detectors.subjects import kinds

    fold = kinds.fold

    def folds(text: str) -> str:
        if text == MARKER:
            raise RuntimeError("made to fail by the chaos run")
        return fold(text)

    kinds.fold = folds


if folder := os.environ.get("CHAOS_FOLDER"):
    shift_clock(Path(folder) / "clock")
    if os.environ.get("CHAOS_EXPLODES"):
        explode()
