"""An exact look at some subjects over both windows: voices, what was expected, how surprising, which posts."""

from typing import NamedTuple

import numpy as np

from detectors.counts.calm import GROUPS, Lots
from detectors.counts.draws import Draws
from detectors.counts.exposure import Span
from detectors.counts.found import Found
from detectors.counts.order import Counts, Places
from detectors.counts.past import Past
from detectors.counts.people import people_of
from detectors.counts.samples import samples
from detectors.counts.slices import Bools
from detectors.counts.ticks import Calm, Candidate, Look
from detectors.counts.window import Window
from detectors.subjects.kinds import KINDS, Keys, kind_codes
from detectors.trends.gamma_poisson import Floats, expected, surprise, tail_of

CALM_P = 0.01
"""A subject whose p is greater has nothing to tell."""


class Models(NamedTuple):
    """Voices that the prior expects, by kind of subject."""

    words: float
    phrases: float

    def prior_voices(self, keys: Keys) -> Floats:
        """Of each key. Shapes: u8[n] -> f8[n]."""
        by_kind = np.array([self.phrases if kind == "phrase" else self.words for kind in KINDS])
        return by_kind[kind_codes(keys)]


class _View:
    """All keys over one window."""

    def __init__(self, found: Found, shapes: Floats, span: Span) -> None:
        self.found, self.observed = found, found.voices()
        zero = np.zeros(len(shapes))
        self.mean = expected(shapes, zero, span.prior, span.exposure, span.past_exposure)
        self.shape = np.minimum(shapes, span.prior.r_max)
        self.p = tail_of(self.observed.astype(np.float64), self.mean, self.shape)

    def surprising(self, min_voices: int, screen_p: float) -> Bools:
        found: Bools = (self.observed >= min_voices) & (self.p < screen_p)
        return found

    def looks(self, at: Places, size: int) -> list[Look]:
        columns = (self.observed[at], self.mean[at], self.shape[at], surprise(self.p[at]), self.found.totals()[at])
        rows = zip(*(column.tolist() for column in columns), samples(self.found, at, size), strict=True)
        return [Look(n, round(mean, 6), round(shape, 6), s, posts, total) for n, mean, shape, s, total, posts in rows]


class Looks:
    """Counts every key over both windows.

    Args:
        keys: u8[n], distinct.
        short, long: the windows' people and priors.

    Attributes:
        p: the lesser of both windows. Shapes: f8[n].
    """

    def __init__(self, keys: Keys, window: Window, past: Past, models: Models, short: Span, long: Span) -> None:
        self._keys, self._past = keys, past.of(keys)
        shapes = models.prior_voices(keys) + self._past
        in_short, in_long = window.find(keys)
        self._short = _View(in_short, shapes + window.before(keys), short)
        self._long = _View(in_long, shapes, long)
        self.p = np.minimum(self._short.p, self._long.p)

    def surprising(self, min_voices: int, screen_p: float) -> Bools:
        """Which keys surprise in one of the windows. Shapes: bool[n]."""
        return self._short.surprising(min_voices, screen_p) | self._long.surprising(min_voices, screen_p)

    def candidates(self, at: Places, screen_p: float, size: int, draws: Draws) -> tuple[Candidate, ...]:
        """What is told of the keys at these places."""
        longer = at[self._long.surprising(2, screen_p)[at]]
        long = dict(zip(longer.tolist(), self._long.looks(longer, size), strict=True))
        past = self._past[at].tolist()
        return tuple(
            Candidate(
                key=key,
                observed=look.observed,
                expected=look.expected,
                surprise=look.surprise,
                past=round(before, 6),
                posts=look.posts,
                total=look.total,
                shape=look.shape,
                long=long.get(i),
                people=people,
                drawn=drawn,
            )
            for i, key, before, look, people, drawn in zip(
                at.tolist(),
                self._keys[at].tolist(),
                past,
                self._short.looks(at, size),
                people_of(self._short.found, at),
                draws.of(self._short.found, at),
                strict=True,
            )
        )

    def calm(self, lots: Lots, min_voices: int, size: int) -> tuple[Calm, ...]:
        """The first of the lots that have several voices and do not surprise, in the window that the lot chooses."""
        at = np.searchsorted(self._keys, lots.keys)
        in_long = (lots.lots & np.uint64(1)).astype(np.bool_)
        observed: Counts = np.where(in_long, self._long.observed[at], self._short.observed[at])
        p = np.where(in_long, self._long.p[at], self._short.p[at])
        first = np.flatnonzero((observed >= min_voices) & (p > CALM_P))[:GROUPS]
        told: dict[int, Calm] = {}
        for view, mine in ((self._short, first[~in_long[first]]), (self._long, first[in_long[first]])):
            order = mine[np.argsort(at[mine])]
            for i, refs in zip(order.tolist(), samples(view.found, at[order], size), strict=True):
                told[i] = Calm(int(lots.lots[i]), int(lots.keys[i]), refs)
        return tuple(told[i] for i in sorted(told))
