"""What the next count of a series should be: season by River's Bayesian regression, level, and ADWIN for shifts."""

import functools
import math
from typing import Any, NamedTuple

import msgspec
from river import drift, linear_model

from detectors.anomalies import models
from detectors.anomalies.ratio import Ratio, RatioState
from detectors.anomalies.tail import Tail

DAY_S = 86_400.0
HARMONICS = 4
"""Of the day: enough for a lunch and an evening peak."""
WEEKDAY = 0.25
"""Size of the features of the week: before it is seen a weekday strays by 0.22 from its week, in log counts."""
SEASON_HALF_LIFE_S = 7 * DAY_S
SEASON_VARIANCE = 0.25
"""Prior variance of a season's coefficient, in log counts."""
INTERCEPT = 10.0
"""The constant feature: its size makes the prior of the log mean wide."""
LEVEL_HALF_LIFE_S = 2 * 3600.0
LEVEL_VARIANCE = 0.1
"""How far the level may stray from the season, as a variance in log counts."""
SETTLE_S = 3 * 3600.0
"""A shift that lasts as long is what is normal now."""
DRIFT_DELTA = 0.002
DRIFT_EVERY_S = 900.0
"""ADWIN's significance, and how often it looks."""
DOUBT_EVERY_S = 1800.0
"""How often the season's own variance is asked for: it changes slowly, and River seeds a random generator each time."""
FARTHEST = 4.0
"""Log deviations are cut here for ADWIN."""
LEAST_EXPECTED = 1e-3
"""An expectation is never 0, or the first count of a quiet series would be impossible."""
MOST_LOG = 30.0


class Forecast(NamedTuple):
    """Mean of the next count, and the relative variance of that mean."""

    expected: float
    doubt: float
    season: float


class ForecastState(msgspec.Struct, frozen=True, array_like=True):
    """All that a forecast remembers; `trial` is (age, counts, seasons)."""

    season: models.RegressionState
    level: RatioState
    shift: float
    unknown: float
    strange_for: int
    adwin: models.DriftState
    trial: tuple[int, float, float] | None
    seen: int


class Trial:
    """A level learned from scratch since a drift, in case it lasts."""

    def __init__(self, age: int = 0, counts: float = 0.0, seasons: float = 0.0) -> None:
        self.age = age
        self._counts = counts
        self._seasons = seasons

    def snapshot(self) -> tuple[int, float, float]:
        """The arguments that make it again."""
        return self.age, self._counts, self._seasons

    def learn(self, count: float, season: float) -> None:
        """Take in a count and what the season alone expected."""
        self.age += 1
        self._counts += count
        self._seasons += season

    @property
    def level(self) -> float:
        """Log of counts over season, 0.5 added to both."""
        return math.log((self._counts + 0.5) / (self._seasons + 0.5))


@functools.lru_cache(maxsize=4)
def calendar(at: float) -> dict[str, float]:
    """Features of an instant (epoch seconds, UTC): a constant, harmonics of the day, which day of the week it is.

    The latter as the three waves of seven days, a step at midnight: with the constant they say any seven values, and
    none is redundant (seven indicators and a constant would be: that direction has its prior only, which fades). So
    every weekday may differ, in any country. All series of a tick share the answer: never change it.
    """
    turn = 2.0 * math.pi * (at % DAY_S) / DAY_S
    waves = {f"{f.__name__}{k}": f(k * turn) for k in range(1, HARMONICS + 1) for f in (math.sin, math.cos)}
    week = 2.0 * math.pi * (at // DAY_S % 7) / 7
    days = {f"{f.__name__}{k}_7": WEEKDAY * f(k * week) for k in range(1, 4) for f in (math.sin, math.cos)}
    return {"constant": INTERCEPT, **waves, **days}


class CountForecast:
    """Online negative-binomial regression of a count on the time of day, times a level that follows.

    log mean = season(at) + level. The season is `river.linear_model.BayesianLinearRegression`: each point is one step
    of Fisher scoring, i.e. a regression of log mean + (count - mean) / mean, whose variance is the tail's, passed to
    River by dividing both sides by its root. Unlike log1p this is unbiased for small counts, and the posterior says
    how well this hour of this weekday is known (`doubt`). No count says more of the mean than the level's own
    variance allows: totals that are told once an hour are steady in between, and would be taken for certain. The
    level is the decayed mean of what the season leaves, shrunk to 0 by its prior: where counts are few it hardly
    moves. `river.drift.ADWIN` looks at the same remainder, uncut; from a drift on, a second level learns beside the
    first, and if the series is still strange after `SETTLE_S` the season is shifted by it. The season, not the level:
    the regression learns what a count says of the mean, and would learn the same shift once more.

    River's regression keeps a matrix of its features' number only if it meets all of them at once and at least 8;
    a spare row would fade to 0 and end in a singular matrix. `calendar` has 15.

    Args:
        bucket_s: width of a bucket in seconds. > 0.
        level_half_life_s: after which what a count said of the level weighs half, in seconds.

    Cost: about 50 us a point, mostly River's update of a 15 x 15 inverse.
    Source: West, Harrison and Migon, Dynamic generalized linear models, JASA 80 (1985), simplified;
    Bifet and Gavalda, Learning from time-changing data with adaptive windowing, SDM 2007.
    """

    def __init__(self, *, bucket_s: float, level_half_life_s: float = LEVEL_HALF_LIFE_S) -> None:
        keep = 0.5 ** (bucket_s / SEASON_HALF_LIFE_S)
        # With `smoothing` River averages instead of adding: this beta turns the average into the decayed sum.
        self._noise = 1.0 - keep
        self._season: Any = linear_model.BayesianLinearRegression(
            alpha=SEASON_VARIANCE, beta=1.0 / self._noise, smoothing=keep
        )
        self._bucket_s = bucket_s
        self._settle = max(5, round(SETTLE_S / bucket_s))
        self._level = Ratio(half_life=level_half_life_s / bucket_s, prior=0.0, weight=1.0 / LEVEL_VARIANCE)
        self._clock = max(1, round(DRIFT_EVERY_S / bucket_s))
        self._doubt_every = max(1, round(DOUBT_EVERY_S / bucket_s))
        self._shift = 0.0  # log of all lasting shifts so far
        self._unknown = SEASON_VARIANCE
        self._fresh()
        self.seen = 0

    def _fresh(self) -> None:
        self._strange_for = 0
        # River's drift detectors are untyped.
        self._adwin: Any = drift.ADWIN(delta=DRIFT_DELTA, clock=self._clock)  # type: ignore[no-untyped-call]
        self._trial: Trial | None = None

    def predict(self, at: float) -> Forecast:
        """The forecast for the bucket whose middle is `at`."""
        features = calendar(at)
        season = self._season.predict_one(features) + self._shift
        due = self.seen == 0 or int(at // self._bucket_s) % self._doubt_every == 0  # also where nothing is learned
        if due or at % DAY_S < self._bucket_s:  # a new weekday may be quite unknown
            belief = self._season.predict_one(features, with_dist=True)
            self._unknown = max(0.0, belief.sigma**2 - self._noise)
        log_mean = min(MOST_LOG, season + self._level.value)
        doubt = self._unknown + 1.0 / (1.0 / LEVEL_VARIANCE + self._level.weight)
        return Forecast(max(LEAST_EXPECTED, math.exp(log_mean)), doubt, season)

    def learn(self, at: float, count: float, kept: float, forecast: Forecast, tail: Tail, *, strange: bool) -> bool:
        """Take in one count; True if a lasting shift was just accepted as the new level.

        Args:
            count: as it came.
            kept: the same, cut to what may teach.
            tail: knows how noisy this series is.
            strange: whether the series is outside its bounds. Then it teaches nothing (or its return would look like
                a rise), unless that lasts for very long, and only then is a shift accepted.
        """
        self.seen += 1
        mean = forecast.expected if self.seen > 1 else count + 0.5
        log_mean = math.log(mean)
        target = log_mean + ((kept - mean) / mean if self.seen > 1 else 0.0)
        precision = 1.0 / max(LEVEL_VARIANCE, tail.variance(mean))
        self._strange_for = self._strange_for + 1 if strange else 0
        if not 0 < self._strange_for <= 2 * self._settle:
            self._learn_mean(at, target, forecast.season, precision)
        if self.seen <= self._settle:
            return False
        away = log_mean + math.log((count + 0.5) / (mean + 0.5)) - forecast.season
        self._adwin.update(max(-FARTHEST, min(FARTHEST, away)))
        if self._adwin.drift_detected:
            self._trial = Trial()
        return self._try_level(count, forecast, precision, strange=strange)

    def _learn_mean(self, at: float, target: float, season: float, precision: float) -> None:
        root = math.sqrt(precision)
        features = {name: value * root for name, value in calendar(at).items()}
        self._season.learn_one(features, (target - self._shift) * root)
        if self.seen > self._settle:
            self._level.learn((target - season) * precision, precision)

    def _try_level(self, count: float, forecast: Forecast, precision: float, *, strange: bool) -> bool:
        """Let the trial since the last drift learn; replace the level by it once it is old enough and needed."""
        if self._trial is None:
            return False
        self._trial.learn(count, math.exp(min(MOST_LOG, forecast.season)))
        if self._trial.age >= 2 * self._settle:
            self._trial = None
            return False
        if self._trial.age < self._settle or not strange:
            return False
        self._shift += self._trial.level
        self._level.restart(0.0, self._settle * precision)
        self._fresh()
        return True

    def restart_level(self) -> None:
        """Forget the level; the season is kept, with the shifts that were accepted: what followed is not known."""
        self._level.restart(0.0, 0.0)
        self._fresh()

    def snapshot(self) -> ForecastState:
        """All it remembers."""
        return ForecastState(
            models.regression_state(self._season),
            self._level.snapshot(),
            self._shift,
            self._unknown,
            self._strange_for,
            models.drift_state(self._adwin),
            self._trial.snapshot() if self._trial else None,
            self.seen,
        )

    def restore(self, state: ForecastState) -> None:
        """Go on from a snapshot."""
        models.restore_regression(self._season, state.season)
        self._level.restore(state.level)
        models.restore_drift(self._adwin, state.adwin)
        self._shift, self._unknown = state.shift, state.unknown
        self._strange_for, self.seen = state.strange_for, state.seen
        self._trial = Trial(*state.trial) if state.trial else None
