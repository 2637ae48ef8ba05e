"""What COUNT is told."""

from typing import NamedTuple


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
