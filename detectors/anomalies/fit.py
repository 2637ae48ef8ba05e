"""Whether the newest counts of a series come in the form that was expected, whatever their level. Tells nobody."""

import math
from array import array
from typing import NamedTuple

import msgspec

from detectors.anomalies.excursions import Excursions, ExcursionsState
from detectors.anomalies.ratio import Ratio, RatioState
from detectors.anomalies.tail import CUT

LEAST_EXPECTED = 5.0
"""A block of which fewer are expected says nothing of a form (Cochran's rule for Pearson's test)."""
HALF_LIFE = 14 * 24
"""Looks after which a past one weighs half: two weeks of hours."""
USUAL_WEIGHT, NOISE_WEIGHT = 0.1, 10.0
"""Windows that the theory is worth before any data: of the usual misfit, and of how that strays."""
MOST_NET = 0.5
"""Of what strays beyond the usual: where the sum changes by more, it is a change of the level, and told as such."""
WARM_WINDOWS, WARM_LOOKS = 3, 24
"""Windows and looks that have passed before it speaks."""


class Misfit(NamedTuple):
    """How the form of a window looks: surprise in decades; what its blocks have too much or too little for its sum."""

    surprise: float
    observed: float
    expected: float
    interval: tuple[float, float]


FIELDS = 4
"""Of a block: z, what was observed, the mean and the standard deviation that were expected."""


class FitState(msgspec.Struct, frozen=True, array_like=True):
    """All that a fit remembers; `blocks` are the fields of each, f8[n, 4]."""

    blocks: bytes
    usual: RatioState
    noise: RatioState
    strayed: RatioState
    excursions: ExcursionsState
    seen: int


class Fit:
    """Goodness of fit of a window of blocks, online: the variance of their z, against what that usually is.

    Pulses and another day's form are too much of it, counts that no longer stray as people's do too little, though
    every sum is as it should be. The mean of the z is taken out: it is the level, and told of as such; z beyond
    `CUT` are cut, so that no single spike is a form. The variance of n normal z is chi-square, divided by n - 1; of a
    series it is so only about, so its mean and the variance of that are learned, and so are its excursions.

    Args:
        blocks: of a window. >= 3.
        looks: asked for in the time of a window.
        even: whether too little misfit is odd too; if not, its surprise is 0.

    Cost: 1 us a block, 25 us a look.
    Source: Pearson's test of fit, on deviance residuals: McCullagh and Nelder, Generalized Linear Models, 1989, 2.4;
    the cube root of Wilson and Hilferty, PNAS 17 (1931). The rest is ours.

    >>> fit = Fit(blocks=24, looks=24)
    >>> for i in range(240):
    ...     fit.take(0.4 * (i % 6 - 2.5), 47.0 + i % 6, 49.5, 7.0)
    ...     misfit = fit.step()
    >>> for i in range(24): fit.take(2.5 * (-1) ** i, 50.0 + 20.0 * (-1) ** i, 50.0, 7.0)
    >>> misfit.surprise < 1 < 4 < fit.step().surprise
    True
    """

    def __init__(self, *, blocks: int, looks: int, even: bool = True) -> None:
        self._size = blocks
        self._blocks = array("d")  # block after block: a tenth of the memory of as many tuples
        self._least_noise = 2.0 / (blocks - 1)
        self._looks, self._even = looks, even
        self._warm = max(WARM_LOOKS, WARM_WINDOWS * looks)
        self._usual = Ratio(half_life=HALF_LIFE, prior=1.0, weight=USUAL_WEIGHT * looks)
        self._noise = Ratio(half_life=HALF_LIFE, prior=self._least_noise, weight=NOISE_WEIGHT * looks)
        self._strayed = Ratio(half_life=HALF_LIFE, prior=0.0, weight=1e-9)
        self._excursions = Excursions(half_life=HALF_LIFE)
        self._seen = 0

    def take(self, z: float, observed: float, expected: float, deviation: float) -> None:
        """Take in the next block: what came, standardised and as it is, and what mean and deviation were expected."""
        if expected >= LEAST_EXPECTED:
            self._blocks.extend((max(-CUT, min(CUT, z)), observed, expected, deviation))
            del self._blocks[: max(0, len(self._blocks) - self._size * FIELDS)]

    def begin(self) -> None:
        """The window begins anew: what was in it is told as something else."""
        del self._blocks[:]

    def step(self) -> Misfit | None:
        """How the window looks, which is then learned; None while it is not full, or little is known."""
        if len(self._blocks) < self._size * FIELDS:
            return None
        zs, *sums = (self._blocks[field::FIELDS] for field in range(FIELDS))
        observed, expected, deviations = (sum(column) for column in sums)
        mean = sum(zs) / self._size
        variance = sum((z - mean) ** 2 for z in zs) / (self._size - 1)
        strays = sum(abs(o - e * observed / expected) for o, e in zip(*sums[:2], strict=True))
        usual, noise = self._usual.value, max(self._least_noise, self._noise.value)
        noise *= 1.0 + self._looks / (self._usual.weight + self._looks)
        middle, unit = 1.0 - noise / 9.0, math.sqrt(noise) / 3.0
        z = (math.cbrt(variance / usual) - middle) / unit
        misfit = None
        if self._seen >= self._warm:
            ordinary = self._strayed.value * deviations
            low, high = (ordinary * math.sqrt(max(0.0, middle + side * unit) ** 3) for side in (-1.96, 1.96))
            level = abs(observed - expected) > MOST_NET * (strays - ordinary)
            calm = level if z > 0 else not self._even
            misfit = Misfit(0.0 if calm else self._excursions.surprise(z), strays, ordinary, (low, high))
        kept = variance if abs(z) <= CUT else usual * max(0.0, middle + math.copysign(CUT, z) * unit) ** 3
        self._strayed.learn(strays if abs(z) <= CUT else deviations * self._strayed.value, deviations)
        self._usual.learn(kept, 1.0)
        self._noise.learn((kept / usual - 1.0) ** 2, 1.0)
        self._excursions.learn(z)
        self._seen += 1
        return misfit

    def snapshot(self) -> FitState:
        """All it remembers."""
        return FitState(
            self._blocks.tobytes(),
            self._usual.snapshot(),
            self._noise.snapshot(),
            self._strayed.snapshot(),
            self._excursions.snapshot(),
            self._seen,
        )

    def restore(self, state: FitState) -> None:
        """Go on from a snapshot."""
        self._blocks.frombytes(state.blocks)
        self._usual.restore(state.usual)
        self._noise.restore(state.noise)
        self._strayed.restore(state.strayed)
        self._excursions.restore(state.excursions)
        self._seen = state.seen
