"""What posts that stand out will have drawn after a day: who is asked about, what is told of it, and what came.

Asked at each age before the last, of what was known up to it; learned when the day is over. It tells nobody.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from detectors.anomalies.models import VERSIONS
from detectors.errors import DetectorError
from detectors.model.forecasts import Forecast, Judged
from detectors.model.stamps import instant
from detectors.outlook.outlook import Fate
from detectors.performance.history import AGES_S
from detectors.performance.horizon import DAY, Asked, Came, PostHorizon
from detectors.performance.judged import Day, Standout
from detectors.stages.saved import named, under

FORMAT = 1
"""Of the state."""
MODEL = "posts-1"
"""Changes with what is asked, known or learned."""
PER_HOUR = 120.0
"""Posts of an age that are asked about only to learn, at most: what is told is always asked."""


class _State(msgspec.Struct, frozen=True):
    format: int
    versions: dict[str, str]


_read_state = msgspec.msgpack.Decoder(_State).decode


class PostOutlook:
    """Asks about posts that stand out, learns what came, and says forecasts once they are worth it.

    Those that are not told of are asked about too, some of them by lot where they are many: else only those would teach
    that were told. What is counted are likes, comments, shares and saves up to the age of a day. All is in event time
    and depends on no order within a bucket, so that a replay says the same.

    Args:
        bucket_s: seconds. least: answers that must have been learned before a forecast is told.

    Cost and worth: docs/decisions/0039-forecasts-of-posts.md.
    Raises: DetectorError for a state of another format.
    """

    def __init__(self, *, bucket_s: float, least: int) -> None:
        self._bucket_s = bucket_s
        self._most = max(1, math.ceil(PER_HOUR * bucket_s / 3600.0))
        self._horizons = tuple(PostHorizon(age=age, bucket_s=bucket_s, least=least) for age in range(DAY))
        self.tally: Counter[tuple[str, Fate]] = Counter()
        """By horizon: questions asked, told, refused, matured, unanswered; models that were seen to get worse."""

    def ask(self, bucket: int, post: Standout) -> Forecast | None:
        """Ask about a post that is about to be told, and say what may be told of it, if anything."""
        asked = self._ask(bucket, post, to_tell=True)
        if asked is None or not asked.told or asked.interval is None:
            return None
        horizon = self._horizons[post.age]
        self.tally[_name(horizon), "told"] += 1
        return Forecast(
            horizon_hours=horizon.hours,
            target=asked.target,
            probability=asked.reaches.p,
            interval=asked.interval,
            model=MODEL,
            n=horizon.reaches.record.n,
            brier=horizon.reaches.record.brier,
            as_of=instant(asked.as_of),
            resolves_at=instant(asked.due),
            expected=asked.expected,
        )

    def ask_some(self, bucket: int, posts: Iterable[Standout]) -> None:
        """Ask about posts that are not told of, only to learn from them: those with the least hashes, of each age."""
        by_age: list[list[Standout]] = [[] for _ in AGES_S]
        for post in sorted(posts, key=lambda post: post.post_id):
            by_age[post.age].append(post)
        for some in by_age:
            for post in some[: self._most]:
                self._ask(bucket, post, to_tell=False)

    def _ask(self, bucket: int, post: Standout, *, to_tell: bool) -> Asked | None:
        """Of what is known only at a later age nobody would be told in time."""
        if post.age >= DAY or bucket + 1 >= post.made + round(AGES_S[post.age + 1] / self._bucket_s):
            return None
        horizon = self._horizons[post.age]
        asked = horizon.ask(post, to_tell=to_tell)
        self.tally[_name(horizon), "asked" if asked else "refused"] += 1
        return asked

    def learn(self, bucket: int, days: Iterable[Day]) -> list[Came]:
        """A bucket is closed, and these posts' days are known: learn from all whose time has come -> what came."""
        for day in days:
            for horizon in self._horizons:
                horizon.answer(day.post_id, day.made * self._bucket_s, day.observed)
        found: list[Came] = []
        for horizon in self._horizons:
            waiting = len(horizon)
            came = list(horizon.due(float((bucket + 1) * self._bucket_s)))
            self.tally[_name(horizon), "matured"] += len(came)
            self.tally[_name(horizon), "unanswered"] += waiting - len(horizon) - len(came)
            self.tally[_name(horizon), "worse"] += sum(one.worse for one in came)
            found += came
        return found

    def losses(self) -> Iterator[tuple[str, float]]:
        """Each model and its Brier score over the last answers; nan before any."""
        for name, horizon in self.horizons():
            record = horizon.reaches.record
            yield f"reaches-{name}", record.brier if record.n else math.nan

    def horizons(self) -> Iterator[tuple[str, PostHorizon]]:
        """From each age on, by the name that metrics give them."""
        for horizon in self._horizons:
            yield _name(horizon), horizon

    def learned(self) -> dict[str, bytes]:
        """What its models know, in parts, without any post or question: for another one to begin with."""
        parts = {"learned": msgspec.msgpack.encode(_State(FORMAT, VERSIONS))}
        return parts | {name: horizon.learned() for name, horizon in self.horizons()}

    def begin_with(self, parts: Mapping[str, bytes]) -> None:
        """Know what another one has `learned`, of the same bucket. With other versions of River, ADWIN begins anew."""
        same = _readable(parts["learned"]).versions == VERSIONS
        for name, horizon in self.horizons():
            horizon.begin_with(parts[name], same_versions=same)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts."""
        parts = {"state": msgspec.msgpack.encode(_State(FORMAT, VERSIONS))}
        for name, horizon in self.horizons():
            parts |= named(name, horizon.snapshot())
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot as if nothing had happened. With other versions of River, ADWIN begins anew."""
        same = _readable(parts["state"]).versions == VERSIONS
        for name, horizon in self.horizons():
            horizon.restore(under(parts, name), same_versions=same)


def judged_of(came: Came) -> Judged:
    """A promise that was told, and what came."""
    asked = came.asked
    assert asked.interval is not None  # it was told
    return Judged(
        as_of=instant(asked.as_of),
        horizon_hours=round((asked.due - asked.as_of) / 3600.0, 2),
        target=asked.target,
        probability=asked.reaches.p,
        interval=asked.interval,
        observed=float(came.engaged),
    )


def _readable(state: bytes) -> _State:
    if (found := _read_state(state)).format != FORMAT:
        raise DetectorError(f"format = {found.format} of the posts' outlook must be {FORMAT}")
    return found


def _name(horizon: PostHorizon) -> str:
    return f"post-{horizon.hours:g}h"
