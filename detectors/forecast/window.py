"""The last answers that an ensemble learns from: values, bins, answers, and what the ensemble says of each.

A ring of fixed size: what is full forgets its oldest answer. It knows nothing of trees.
"""

import msgspec
import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]

MISSING = np.float32(-1e9)
"""Stands for nan: below every value, so a missing one answers "no" to every question."""
REBIN_ROWS = 20_000
"""Answers that bins are made from, and after which they are made anew at the latest."""
REBIN_GROWTH = 1.3
"""While young they are made anew whenever so many times more answers are known."""


class WindowState(msgspec.Struct, frozen=True, array_like=True):
    """A window as bytes, little-endian: f4[features, held], u1[held], f4[held], and f4 of the edges of each feature."""

    values: bytes
    answers: bytes
    margins: bytes
    edges: tuple[bytes, ...]
    place: int
    rebin_at: int


class Window:
    """Answers in a ring, binned by quantiles.

    Args:
        features: values of an answer. >= 1.
        size: answers kept. >= 1.
        bins: bins of a feature. 2 to 256.

    State: size * (5 * features + 5) bytes.
    """

    def __init__(self, *, features: int, size: int, bins: int) -> None:
        self.size, self.bins = size, bins
        self.held = 0
        self._place = 0
        self._rebin_at = 0
        self.values: Values = np.empty((features, size), np.float32)
        self.cells = np.empty((features, size), np.uint8)
        self.answers = np.zeros(size, np.uint8)
        self.margins: Values = np.zeros(size, np.float32)
        self.edges: list[Values] = []

    def take(self, values: Values, answers: npt.NDArray[np.uint8], margins: Values, *, seen: int, seed: int) -> None:
        """Put answers in place of the oldest: f4[n, features], u1[n], f4[n]; n at most the size.

        Args:
            seen: answers ever seen, these included.
            seed: which of them are looked at for the bins.
        """
        place: npt.NDArray[np.intp] = (self._place + np.arange(len(answers))) % self.size
        self.values[:, place], self.answers[place], self.margins[place] = values.T, answers, margins
        self._place = int(place[-1] + 1) % self.size
        self.held = min(self.held + len(answers), self.size)
        if seen >= self._rebin_at:
            self._rebin_at = int(min(seen * REBIN_GROWTH, seen + REBIN_ROWS))
            self.edges = self._quantiles(seed)
            place = np.arange(self.held)
        self._bin(place)

    def _quantiles(self, seed: int) -> list[Values]:
        rows = np.random.default_rng((seed, 1)).integers(0, self.held, min(self.held, REBIN_ROWS))
        grid = (np.arange(1, self.bins) / self.bins * len(rows)).astype(np.intp)
        return [np.unique(np.sort(column[rows])[grid]) for column in self.values]

    def _bin(self, place: npt.NDArray[np.intp]) -> None:
        for cells, edges, values in zip(self.cells, self.edges, self.values[:, place], strict=False):
            cells[place] = edges.searchsorted(values)

    def snapshot(self) -> WindowState:
        """All it remembers; bins follow from values and edges."""
        held = slice(0, self.held)
        return WindowState(
            self.values[:, held].astype("<f4").tobytes(),
            self.answers[held].tobytes(),
            self.margins[held].astype("<f4").tobytes(),
            tuple(edges.astype("<f4").tobytes() for edges in self.edges),
            self._place,
            self._rebin_at,
        )

    def restore(self, state: WindowState) -> None:
        """Go on from a snapshot of a window of the same size."""
        answers = np.frombuffer(state.answers, np.uint8)
        self.held, self._place, self._rebin_at = len(answers), state.place, state.rebin_at
        held = slice(0, self.held)
        self.values[:, held] = np.frombuffer(state.values, "<f4").reshape(len(self.values), self.held)
        self.answers[held] = answers
        self.margins[held] = np.frombuffer(state.margins, "<f4")
        self.edges = [np.frombuffer(edges, "<f4").astype(np.float32) for edges in state.edges]
        self._bin(np.arange(self.held))
