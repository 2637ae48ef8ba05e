"""Settings -> detector arguments: the only place that knows both. Faust's app, replay and tests take it from here."""

from config.settings import Settings, detection_digest, state_digest
from detectors import pipeline
from detectors.stages.count_settings import CountSettings
from detectors.stages.decide_settings import DecideSettings
from detectors.subjects.kinds import KEY_VERSION
from streams.prepared import prepared
from streams.state.manifest import Identity

LEAST_CELL_BITS = 10
"""However many partitions share the cells."""

STATE_FORMATS = (f"keys-{KEY_VERSION}", "read-6", "count-3", "decide-11")
"""Formats of the stages' parts. A change of one makes saved state unusable: then a cut-over is needed."""


def detection(settings: Settings) -> pipeline.Settings:
    """Everything that detection depends on. Raises: SettingsError if the prepared model is of no use."""
    d, series = settings.detection, settings.series
    calm_s = d.trend_memory_s / 2  # a trend that is over is remembered as long again
    read = pipeline.ReadSettings(
        bucket_s=d.bucket_s,
        window_s=d.window_s,
        lateness_s=d.lateness_s,
        words=d.words,
        memory_s=d.memory_s,
        memory_size=d.memory_size,
        history_posts=d.history_posts,
        scopes=d.scopes,
    )
    count = CountSettings(
        bucket_s=d.bucket_s,
        window_s=d.window_s,
        long_window_s=d.long_window_s,
        long_window_posts=d.long_window_posts,
        half_life_s=d.half_life_s,
        min_voices=d.min_voices,
        screen_p=d.screen_p,
        prior_words=d.prior_words,
        prior_phrases=d.prior_phrases,
        prior_exposure=d.prior_exposure,
        r_max=d.r_max,
        cell_bits=max(LEAST_CELL_BITS, d.cell_bits - (settings.topics.partitions - 1).bit_length()),
        evidence_posts=d.evidence_posts,
        follow_s=calm_s + d.window_s,  # until DECIDE has seen that it is over
        warm_up_s=d.warm_up_s,
        figures_s=2 * d.memory_s,  # what comes late by the whole memory may be growth since as long before
        scopes=d.scopes,
    )
    decide = DecideSettings(
        bucket_s=d.bucket_s,
        window_s=d.window_s,
        long_window_s=d.long_window_s,
        warm_up_s=d.warm_up_s,
        false_share=d.false_share,
        min_voices=d.min_voices,
        screen_p=d.screen_p,
        trend_memory_s=d.trend_memory_s,
        calm_s=calm_s,
        cooldown_s=d.cooldown_s,
        r_max=d.r_max,
        prior_words=d.prior_words,
        prior_phrases=d.prior_phrases,
        prior_exposure=d.prior_exposure,
        evidence_posts=d.evidence_posts,
        flag_p=d.flag_p,
        forecast_answers=d.forecast_answers,
        config_digest=detection_digest(settings),
    )
    judge = pipeline.JudgeSettings(series.false_alerts_per_day, series.warm_up_buckets, series.silence_buckets)
    return pipeline.Settings(settings.topics.partitions, read, count, decide, judge, prepared(d))


def identity(settings: Settings) -> Identity:
    """What saved state must have been taken with."""
    return Identity(
        partitions=settings.topics.partitions,
        state_digest=state_digest(settings, *STATE_FORMATS),
        config_digest=detection_digest(settings),
    )
