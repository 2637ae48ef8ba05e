"""What DECIDE depends on, and what of it is for telling. It has no defaults: those are in the settings."""

import math
from typing import NamedTuple

from detectors.alerting.telling import Teller
from detectors.alerting.view import MayName, Rule
from detectors.integrity.judge import IntegrityJudge
from detectors.trends.lifecycle import Pace
from detectors.trends.regulars import Regulars
from detectors.trends.words import Rates


class DecideSettings(NamedTuple):
    """See config/settings.py for units, ranges and defaults."""

    bucket_s: float
    window_s: float
    long_window_s: float
    warm_up_s: float
    false_share: float
    min_voices: int
    screen_p: float
    trend_memory_s: float
    calm_s: float
    cooldown_s: float
    r_max: float
    evidence_posts: int
    flag_p: float
    config_digest: str


def teller_of(
    s: DecideSettings, rates: Rates, regulars: Regulars, integrity: IntegrityJudge, may_name: MayName
) -> Teller:
    """What tells of trends."""
    return Teller(
        rule=Rule(s.bucket_s, s.window_s, s.long_window_s, s.r_max, s.config_digest, s.evidence_posts),
        pace=Pace(
            window=round(s.window_s / s.bucket_s),
            calm=round(s.calm_s / s.bucket_s),
            surprising=-math.log10(s.screen_p),
            r_max=s.r_max,
            few=s.min_voices - 1.0,
        ),
        cooldown=round(s.cooldown_s / s.bucket_s),
        rates=rates,
        regulars=regulars,
        integrity=integrity,
        may_name=may_name,
    )
