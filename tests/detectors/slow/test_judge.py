"""Slow trends: told once, over once, never about what a trend has told already."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import pytest

from detectors.counts.ticks import Hour, HourVoices, PostRef
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.slow.judge import CALM_H, SlowJudge
from detectors.slow.week import DAY_H, WEEK_H
from detectors.stages.decide_settings import slow_of
from detectors.trends.words import Rates
from tests.detectors.making import decide_settings, key_of, make_post

FIRST_H, PEOPLE = 500_000, 1000.0
HOUR_S = 3600.0
TAG, WORD, OTHER = key_of("glassskin", "hashtag"), key_of("serum"), key_of("moonleaf")
TEXTS: dict[tuple[int, int], Post | None] = {
    (0, n): make_post(f"p{n}", 0, f"serum #GlassSkin moonleaf on{n} by{n} for{n} at{n}") for n in range(12)
}
NOBODY: set[int] = set()


def judge(false_share: float = 0.05) -> SlowJudge:
    """With buckets of an hour."""
    settings = decide_settings(bucket_s=HOUR_S, window_s=HOUR_S, false_share=false_share)
    return slow_of(settings, Rates(), lambda _: True)


def refs(first: int) -> tuple[PostRef, ...]:
    """Three posts of three people."""
    return tuple(PostRef(0, first + n, 100 + first + n, first + n) for n in range(3))


class Stream(NamedTuple):
    """What some subjects count in each hour, and where their posts stand."""

    counts: Mapping[int, Sequence[int]]
    posts: Mapping[int, int] = {TAG: 0, WORD: 0, OTHER: 6}

    def hour(self, n: int, followed: set[int] | None = None) -> Hour:
        """The n-th; posts are shown where there are three voices."""
        rows = [
            HourVoices(key, c[n], None if n else 0.0, refs(self.posts[key]) if c[n] >= 3 else ())
            for key, c in self.counts.items()
            if followed is None or key in followed
        ]
        return Hour(FIRST_H + n, PEOPLE, 0.0, tuple(rows))


def told(
    judging: SlowJudge, stream: Stream, hours: range, in_trend: set[int] = NOBODY, *, warm: bool = True
) -> list[tuple[int, Alert]]:
    """Alerts, and in which hour they came."""
    found = []
    for n in hours:
        weighing = judging.weigh(FIRST_H + n, [stream.hour(n)], in_trend.__contains__, warm=warm)
        read = {(ref.source, ref.offset): TEXTS[ref.source, ref.offset] for ref in judging.refs(weighing)}
        found += [(n, alert) for alert in judging.tell(FIRST_H + n, weighing, read)]
    return found


BEGINS, ENDS, LAST = 60, 90, 150


def rising(low: int = 0, high: int = 3) -> list[int]:
    """A subject that few speak of, and for more than a day more do."""
    return [high if BEGINS <= n < ENDS else low + (n % 6 == 0) for n in range(LAST)]


CALM = [1 + (n % 3) for n in range(LAST)]
WHOLE = range(LAST)


def test_a_slow_trend_is_told_once_and_is_over_once() -> None:
    """In voice-hours of a day; when its day has been no news for some hours it is over, and it does not come again."""
    (fired_at, fired), (over_at, over) = told(judge(), Stream({TAG: rising(), OTHER: CALM}), WHOLE)
    assert BEGINS < fired_at < BEGINS + DAY_H
    assert (fired.action, fired.kind, fired.state, fired.unit) == ("fired", "trend", "rising", "voice-hours")
    assert (fired.subject.label, fired.scope, fired.severity) == ("#GlassSkin", "all", "info")
    assert (fired.window.end - fired.window.start).total_seconds() == DAY_H * HOUR_S
    assert fired.window.end == fired.detected_at
    assert fired.expected is not None
    assert fired.observed > 4 * fired.expected
    assert sorted(fired.evidence.post_ids) == ["p0", "p1", "p2"]
    assert ENDS + CALM_H <= over_at < ENDS + DAY_H + CALM_H
    assert (over.action, over.state, over.revision, over.surprise) == ("resolved", "ended", 1, None)
    assert (over.trend_id, over.dedup_key) == (fired.trend_id, fired.dedup_key)
    assert over.alert_id != fired.alert_id
    assert over.observed < fired.observed


def test_both_say_that_they_count_voice_hours() -> None:
    """In both languages."""
    for _, alert in told(judge(), Stream({TAG: rising()}), WHOLE):
        assert f"{alert.observed:g} voice-hours" in alert.explanation.en
        assert f"{alert.observed:g} voix-heures" in alert.explanation.fr


def test_subjects_of_the_same_posts_are_one_trend() -> None:
    """Under the name that people know it by; who comes to it later is a part of it."""
    late = [0] * 8 + rising()[:-8]
    alerts = told(judge(), Stream({TAG: rising(), WORD: rising(1), OTHER: late}, {TAG: 0, WORD: 0, OTHER: 0}), WHOLE)
    (fired,) = [alert for _, alert in alerts if alert.action == "fired"]
    assert fired.subject.label == "#GlassSkin"
    assert len(alerts) == 2


def test_what_a_trend_tells_is_not_told_again() -> None:
    """While it does, and for as long as its voices are in the window; nor what is said in the same posts."""
    stream, judging = Stream({TAG: rising(), WORD: rising(1)}), judge()
    assert told(judging, stream, range(BEGINS + 4), NOBODY) == []
    assert told(judging, stream, range(BEGINS + 4, BEGINS + 8), {TAG}) == []
    assert told(judging, stream, range(BEGINS + 8, LAST), NOBODY) == []


def test_whoever_is_not_followed_any_more_is_over() -> None:
    """With the figures that were told."""
    stream, judging = Stream({TAG: rising(), OTHER: CALM}), judge()
    ((at, fired),) = told(judging, stream, range(ENDS))
    weighing = judging.weigh(FIRST_H + ENDS, [stream.hour(ENDS, {OTHER})], NOBODY.__contains__, warm=True)
    (over,) = judging.tell(FIRST_H + ENDS, weighing, {})
    assert (over.action, over.observed, over.window) == ("resolved", fired.observed, fired.window)
    assert at < ENDS


def test_what_is_remembered_is_of_those_who_are_followed() -> None:
    """The other subjects of a trend are forgotten with their weeks."""
    stream, judging = Stream({TAG: rising(), WORD: rising(1)}), judge()
    assert len(told(judging, stream, range(ENDS))) == 1
    assert [trend.keys for trend in judging._open.values()] == [sorted([TAG, WORD])]
    judging.weigh(FIRST_H + ENDS, [stream.hour(ENDS, {TAG})], NOBODY.__contains__, warm=True)
    assert [trend.keys for trend in judging._open.values()] == [[TAG]]
    assert set(judging._lately) == {TAG}


def test_nothing_is_told_while_warming_up() -> None:
    """It is counted."""
    judging = judge()
    assert told(judging, Stream({TAG: rising()}), range(ENDS), warm=False) == []
    assert judging.tally["warming_up"] > 0


def test_posts_that_are_gone_tell_nothing() -> None:
    """A label nobody can read is no alert; the next hour may show others."""
    judging, stream = judge(), Stream({TAG: rising()})
    for n in range(ENDS - 2):
        weighing = judging.weigh(FIRST_H + n, [stream.hour(n)], NOBODY.__contains__, warm=True)
        assert judging.tell(FIRST_H + n, weighing, {(r.source, r.offset): None for r in judging.refs(weighing)}) == []
    assert judging.tally["unread"] > 0
    assert [alert.action for _, alert in told(judging, stream, range(ENDS - 2, ENDS))] == ["fired"]


def test_buckets_within_an_hour_say_nothing() -> None:
    """No hour, no news."""
    judging = judge()
    assert judging.tell(7, judging.weigh(7, [], NOBODY.__contains__, warm=True), {}) == []


@pytest.mark.parametrize("cut", [1, BEGINS + 3, ENDS, ENDS + 20])
def test_a_restart_changes_nothing(cut: int) -> None:
    """Open trends, what was told lately, shares and weeks survive, byte for byte."""
    stream = Stream({TAG: rising(), OTHER: CALM})
    whole, again = judge(), judge()
    told(whole, stream, range(cut))
    again.restore(whole.snapshot())
    assert again.snapshot() == whole.snapshot()
    rest = told(whole, stream, range(cut, LAST))
    assert msgspec.json.encode(told(again, stream, range(cut, LAST))) == msgspec.json.encode(rest)
    assert again.snapshot() == whole.snapshot()


def test_a_week_that_grows_is_told() -> None:
    """By its week, where no day stands out enough."""
    begins = 3 * WEEK_H
    few = [3 * (n % 12 == 0) if n < begins else 3 * (n % 5 == 0) for n in range(4 * WEEK_H)]
    ((at, fired),) = told(judge(), Stream({TAG: few}), range(len(few)))
    assert begins + 2 * DAY_H < at < begins + WEEK_H
    assert (fired.window.end - fired.window.start).total_seconds() == WEEK_H * HOUR_S
    assert fired.unit == "voice-hours"


def test_calm_subjects_are_not_told() -> None:
    """Hundreds over two weeks, whose days differ more than by chance alone: at most a few."""
    rng, judging, n_subjects, hours = np.random.default_rng(1), judge(), 200, 14 * DAY_H
    keys = [key_of(f"word{n}") for n in range(n_subjects)]
    rates = rng.gamma(0.5, 2.0, n_subjects)
    moods = rng.gamma(20, 1 / 20, (hours // DAY_H, n_subjects))
    alerts = 0
    for n in range(hours):
        counts = rng.poisson(rates * moods[n // DAY_H]).tolist()
        rows = tuple(
            HourVoices(key, c, None if n else 0.0, refs(0) if c >= 3 else ())
            for key, c in zip(keys, counts, strict=True)
        )
        weighing = judging.weigh(FIRST_H + n, [Hour(FIRST_H + n, PEOPLE, 0.0, rows)], NOBODY.__contains__, warm=True)
        alerts += len(weighing.found)
    assert alerts == 0
