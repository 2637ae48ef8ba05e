"""What COUNT is told, and the parts of it that only some settings need."""

from typing import NamedTuple

from detectors.counts.draws import Draws
from detectors.counts.exposure import Exposures
from detectors.counts.hours import MOST_FOLLOWED, MOST_SHOWN, Hours
from detectors.counts.looks import Models
from detectors.counts.marking import Dimension
from detectors.counts.pair_cells import PairCells
from detectors.counts.pairs import Pairs, PairSettings
from detectors.counts.past import Past
from detectors.counts.screen import Screen
from detectors.counts.segments import Segments
from detectors.counts.window import Window

DAY_S = 86_400.0

FEWER_BITS = 3
"""Pairs have an eighth as many cells as subjects."""


class CountSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    bucket_s: float
    window_s: float
    long_window_s: float
    long_window_posts: int
    half_life_s: float
    min_voices: int
    screen_p: float
    prior_words: float
    prior_phrases: float
    prior_exposure: float
    r_max: float
    cell_bits: int
    evidence_posts: int
    follow_s: float
    warm_up_s: float
    figures_s: float
    scopes: tuple[Dimension, ...] = ()


def screen_of(settings: CountSettings, window: Window, past: Past, draws: Draws) -> Screen:
    """What looks at subjects."""
    s = settings
    return Screen(
        window,
        past,
        draws,
        Models(s.prior_words, s.prior_phrases),
        min_voices=s.min_voices,
        screen_p=s.screen_p,
        follow=round(s.follow_s / s.bucket_s),
        evidence_posts=s.evidence_posts,
    )


def hours_of(settings: CountSettings, partitions: int, window: Window, past: Past, people: Exposures) -> Hours:
    """What counts closed hours; the partitions share the number of subjects that are followed."""
    return Hours(
        window,
        past,
        people,
        bucket_s=settings.bucket_s,
        half_life_s=settings.half_life_s,
        min_voices=settings.min_voices,
        most=max(1, MOST_FOLLOWED // partitions),
        shown=max(1, MOST_SHOWN // partitions),
    )


def pairs_of(settings: CountSettings, window: Window, past: Past, draws: Draws) -> Pairs | None:
    """What looks at subjects in segments; None: no dimension is declared."""
    s = settings
    if not s.scopes:
        return None
    buckets = round(s.window_s / s.bucket_s)
    decay = 0.5 ** (s.window_s / s.half_life_s)
    segments = Segments(
        window=buckets, day=round(DAY_S / s.bucket_s), warm_up=round(s.warm_up_s / s.bucket_s), decay=decay
    )
    return Pairs(
        window,
        past,
        draws,
        Models(s.prior_words, s.prior_phrases),
        segments,
        PairCells(max(8, s.cell_bits - FEWER_BITS), decay),
        PairSettings(
            follow=round(s.follow_s / s.bucket_s),
            min_voices=s.min_voices,
            screen_p=s.screen_p,
            evidence_posts=s.evidence_posts,
        ),
    )
