"""What DECIDE depends on, and what of it is for telling. It has no defaults: those are in the settings."""

import math
from typing import NamedTuple

from detectors.alerting.telling import Teller
from detectors.alerting.view import MayName, Rule
from detectors.counts.looks import Models
from detectors.integrity.judge import IntegrityJudge
from detectors.outlook.outlook import Outlook
from detectors.slow.alert import HOUR_S, Writer
from detectors.slow.judge import SlowJudge
from detectors.slow.week import Week
from detectors.stages.standouts import Standouts
from detectors.trends.finding import Finder
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
    prior_words: float
    prior_phrases: float
    prior_exposure: float
    evidence_posts: int
    flag_p: float
    forecast_answers: int
    config_digest: str


def finder_of(s: DecideSettings) -> Finder:
    """What believes bursts."""
    return Finder(false_share=s.false_share, min_voices=s.min_voices, screen_p=s.screen_p, bucket_s=s.bucket_s)


def regulars_of(s: DecideSettings) -> Regulars:
    """What comes back every day or week."""
    return Regulars(bucket_s=s.bucket_s, surprising=_surprising(s), least=s.min_voices, r_max=s.r_max)


def slow_of(s: DecideSettings, rates: Rates, may_name: MayName) -> SlowJudge:
    """What tells of slow trends."""
    return SlowJudge(
        Week(Models(s.prior_words, s.prior_phrases), s.prior_exposure * s.window_s / HOUR_S),
        Writer(_rule(s), rates, may_name, s.min_voices),
        bucket_s=s.bucket_s,
        false_share=s.false_share,
        surprising=_surprising(s),
        r_max=s.r_max,
    )


def outlook_of(s: DecideSettings) -> Outlook:
    """What says how trends may go on."""
    return Outlook(bucket_s=s.bucket_s, window=round(s.window_s / s.bucket_s), least=s.forecast_answers)


def standouts_of(s: DecideSettings) -> Standouts:
    """What tells of posts and creators that stand out."""
    return Standouts(
        bucket_s=s.bucket_s,
        false_share=s.false_share,
        forecast_answers=s.forecast_answers,
        config_digest=s.config_digest,
    )


def teller_of(
    s: DecideSettings,
    rates: Rates,
    regulars: Regulars,
    integrity: IntegrityJudge,
    outlook: Outlook,
    may_name: MayName,
) -> Teller:
    """What tells of trends."""
    return Teller(
        rule=_rule(s),
        pace=Pace(
            window=round(s.window_s / s.bucket_s),
            calm=round(s.calm_s / s.bucket_s),
            surprising=_surprising(s),
            r_max=s.r_max,
            few=s.min_voices - 1.0,
        ),
        cooldown=round(s.cooldown_s / s.bucket_s),
        rates=rates,
        regulars=regulars,
        integrity=integrity,
        outlook=outlook,
        may_name=may_name,
    )


def _rule(s: DecideSettings) -> Rule:
    return Rule(s.bucket_s, s.window_s, s.long_window_s, s.r_max, s.config_digest, s.evidence_posts)


def _surprising(s: DecideSettings) -> float:
    return -math.log10(s.screen_p)
