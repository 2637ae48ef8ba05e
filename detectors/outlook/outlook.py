"""The future of every open trend: who is asked about when, what is told of it, and what came.

Each trend is asked about when it is first told of, and then once an hour while it is news. It decides nothing else.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import UNSET

from detectors.anomalies.models import VERSIONS
from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Candidate
from detectors.errors import DetectorError
from detectors.outlook.course import SEVERAL, Course, Stretch
from detectors.outlook.features import HOUR_S, NAMES, features_of
from detectors.outlook.horizon import Came, Horizon
from detectors.outlook.told import KEPT, NOTHING, Held, Told, forecast_of, judged_of
from detectors.stages.saved import named, under
from detectors.trends.trend import OpenTrend

FORMAT = 1
"""Of the state."""
EVERY_S = HOUR_S
"""Between two questions about a trend, at least; a multiple of the window."""
SHORT_S, LONG_S = 6 * HOUR_S, 24 * HOUR_S
SHORT_MULTIPLE, LONG_MULTIPLE = 2.5, 5.0
"""Targets, in voices of the window: about one trend in three reaches them."""
Fate = Literal["asked", "told", "refused", "matured", "unanswered", "worse"]
"""What may become of a question, and that a model turned out to have got worse. Of a trend none stays unanswered."""


class OutlookState(msgspec.Struct, frozen=True):
    """What changes with every bucket; what is longer over is in a part for each trend."""

    format: int
    versions: dict[str, str]
    first: dict[str, int]
    until: dict[str, int]
    current: dict[str, tuple[int, Stretch]]
    held: dict[str, Held]


class _Format(msgspec.Struct, frozen=True):
    format: int


class Learned(msgspec.Struct, frozen=True):
    """What the models of `Outlook.learned` were saved with."""

    format: int
    versions: dict[str, str]


_read_learned = msgspec.msgpack.Decoder(Learned).decode
_read_format = msgspec.msgpack.Decoder(_Format).decode
_read_state = msgspec.msgpack.Decoder(OutlookState).decode
_read_stretches = msgspec.msgpack.Decoder(dict[int, Stretch]).decode


class Outlook:
    """Asks about trends, learns what came, and tells forecasts once they are worth it.

    What is counted are distinct voices of the subject that speaks for the trend, in the hours in which it is told of;
    see `heard.py`. All is in event time and in the order of asking, so that a replay says the same.

    Args:
        bucket_s: seconds. window: buckets of the window.
        least: answers that must have been learned before a forecast is told.

    Cost and worth: docs/decisions/0034-forecasts-of-trends.md.
    Raises: DetectorError for a state of another format.
    """

    def __init__(self, *, bucket_s: float, window: int, least: int) -> None:
        self._bucket_s, self._window = bucket_s, window
        self._every = max(1, round(EVERY_S / (window * bucket_s)))
        self.short, self.long = (
            Horizon(
                windows=math.ceil(seconds / (window * bucket_s)),
                window=window,
                bucket_s=bucket_s,
                multiple=multiple,
                least=least,
            )
            for seconds, multiple in ((SHORT_S, SHORT_MULTIPLE), (LONG_S, LONG_MULTIPLE))
        )
        self._courses: dict[str, Course] = {}
        self._held: dict[str, Held] = {}
        self.came: list[tuple[str, Came]] = []
        """Questions whose time came with the last bucket, by horizon."""
        self.tally: Counter[tuple[str, Fate]] = Counter()
        """By horizon: questions asked, told, refused and matured; models that were seen to get worse."""

    def look(self, trend: OpenTrend, leader: Candidate, bucket: int, *, exposure: float, communities: int) -> Told:
        """Take in what a bucket says of a trend, ask about it if it is time, and say what may be told.

        Args:
            leader: the subject that speaks for it, as of this bucket.
            exposure: people in the window, of all subjects.
            communities: those with several voices.
        """
        now = trend.history[-1]
        known, held = self._courses.get(trend.trend_id), self._held.setdefault(trend.trend_id, Held())
        is_news = trend.state != "ended" and now.bucket == bucket and now.observed > now.calm
        if known is None and not is_news:
            return NOTHING
        course = known or self._courses.setdefault(trend.trend_id, Course(bucket, bucket))
        number = course.take(bucket, leader, communities, self._window) if now.bucket == bucket else None
        if not is_news or held.scope != trend.scope:
            held.forecast = held.forecast_day = UNSET
        if is_news and number is not None and number % self._every == 0:
            held.scope = trend.scope
            self._ask(trend, leader, course, number, held, exposure, communities)
        return Told(held.forecast, held.forecast_day, held.judged)

    def _ask(
        self,
        trend: OpenTrend,
        leader: Candidate,
        course: Course,
        number: int,
        held: Held,
        exposure: float,
        communities: int,
    ) -> None:
        bucket = trend.history[-1].bucket
        known = features_of(trend, leader, exposure, bucket_s=self._bucket_s, window=self._window)
        confined = trend.scope != ALL or (communities < SEVERAL and known[NAMES.index("communities")] > 0)
        forecasts = []
        for name, horizon in self.horizons():
            asked = horizon.ask(
                trend.trend_id,
                bucket,
                number,
                scope=trend.scope,
                voices=float(leader.observed),
                confined=confined,
                known=known,
            )
            forecast = forecast_of(horizon, asked, self._bucket_s) if asked else UNSET
            self.tally[name, "asked" if asked else "refused"] += 1
            self.tally[name, "told"] += forecast is not UNSET
            forecasts.append(forecast)
        held.forecast, held.forecast_day = forecasts
        course.until = bucket + self.long.buckets
        course.forget(number - self.long.windows)

    def learn(self, bucket: int) -> None:
        """A bucket is decided: learn from all whose time has come, then let go of what nobody needs."""
        self.came = []
        for name, horizon in self.horizons():
            for came in horizon.due(bucket, self._courses):
                self.came.append((name, came))
                self.tally[name, "matured"] += 1
                self.tally[name, "worse"] += came.worse
                if came.asked.told and (held := self._held.get(came.asked.trend_id)) is not None:
                    held.judged, held.news = (*held.judged, judged_of(horizon, came, self._bucket_s))[-KEPT:], True
        for trend_id in [name for name, course in self._courses.items() if course.until <= bucket]:
            del self._courses[trend_id]

    def has_news(self, trend_id: str) -> bool:
        """Whether a forecast about it was judged since this was last asked."""
        held = self._held.get(trend_id)
        news = held is not None and held.news
        if held is not None:
            held.news = False
        return news

    def forget(self, trend_id: str) -> None:
        """A trend is no longer open; what is asked about it is still learned."""
        self._held.pop(trend_id, None)

    def horizons(self) -> tuple[tuple[str, Horizon], ...]:
        """Both, by the name that metrics give them."""
        return ("6h", self.short), ("24h", self.long)

    def losses(self) -> Iterator[tuple[str, float]]:
        """Each model and its Brier score over the last answers; nan before any."""
        for name, horizon in self.horizons():
            for question, chance in horizon.chances():
                yield f"{question}-{name}", chance.record.brier if chance.record.n else math.nan

    def learned(self) -> dict[str, bytes]:
        """What its models know, in parts, without any trend or question: for another one to begin with."""
        parts = {"learned": msgspec.msgpack.encode(Learned(FORMAT, VERSIONS))}
        return parts | {name: horizon.learned() for name, horizon in self.horizons()}

    def begin_with(self, parts: Mapping[str, bytes]) -> None:
        """Know what another one has `learned`, of the same window. With other versions of River, ADWIN begins anew."""
        _must_be_readable(parts["learned"])
        same = _read_learned(parts["learned"]).versions == VERSIONS
        for name, horizon in self.horizons():
            horizon.begin_with(parts[name], same_versions=same)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts; those of trends that heard nothing new have equal bytes."""
        state = OutlookState(
            FORMAT,
            VERSIONS,
            {name: course.first for name, course in self._courses.items()},
            {name: course.until for name, course in self._courses.items()},
            {name: course.current for name, course in self._courses.items()},
            self._held,
        )
        parts = {"state": msgspec.msgpack.encode(state)}
        for name, horizon in self.horizons():
            parts |= named(name, horizon.snapshot())
        for name, course in self._courses.items():
            parts[f"heard/{name}"] = msgspec.msgpack.encode(course.stretches)
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot as if nothing had happened. With other versions of River, ADWIN begins anew."""
        _must_be_readable(parts["state"])
        state = _read_state(parts["state"])
        for name, horizon in self.horizons():
            horizon.restore(under(parts, name), same_versions=state.versions == VERSIONS)
        self._held = state.held
        self._courses = {
            name: Course(first, state.until[name], state.current[name], _read_stretches(parts[f"heard/{name}"]))
            for name, first in state.first.items()
        }


def _must_be_readable(state: bytes) -> None:
    """Asked before anything else is read: another format may have other fields."""
    if (found := _read_format(state).format) != FORMAT:
        raise DetectorError(f"format = {found} of the outlook's state must be {FORMAT}")
