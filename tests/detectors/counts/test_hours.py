"""Closed hours: who is followed, and that their voices are exact."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import hours as hours_module
from detectors.counts.hours import Hours
from detectors.counts.ticks import Hour
from detectors.stages import count_settings as settings_module
from detectors.stages.count import CountStage
from tests.detectors.making import BUCKET_S, Said, count_settings, key_of, make_run, run_of_said, voices_of

HOUR = 5
"""Buckets."""

NAMES = [key_of(name) for name in ("glass", "skin", "serum", "oil")]
GLASS, SKIN, SERUM, OIL = NAMES


@pytest.fixture(autouse=True)
def short_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of some buckets, and a week of 168 of them."""
    monkeypatch.setattr(hours_module, "HOUR_S", HOUR * BUCKET_S)
    monkeypatch.setattr(hours_module, "WEEK_S", 168 * HOUR * BUCKET_S)


def counting(most: int = 100, shown: int = 100, **changes: Any) -> CountStage:
    """The only COUNT partition of one source; windows of an hour and of two."""
    known = {"window_s": HOUR * BUCKET_S, "long_window_s": 2 * HOUR * BUCKET_S, "half_life_s": 24 * HOUR * BUCKET_S}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings_module, "MOST_FOLLOWED", most)
        patch.setattr(settings_module, "MOST_SHOWN", shown)
        return CountStage(partition=0, partitions=1, settings=count_settings(**(known | changes)))


class Stream:
    """Posts of one source, told bucket by bucket."""

    def __init__(self, stage: CountStage, first: int = 100) -> None:
        self.stage, self.bucket, self._offset, self._post = stage, first - 1, 0, 0

    def told(self, *said: tuple[int, int], late: int = 0, taken_back: tuple[int, ...] = ()) -> Hour | None:
        """What the next bucket says, given its (author, key).

        Args:
            late: by how many buckets its posts are. taken_back: numbers of posts, from 1 on.
        """
        self.bucket += 1
        posts = [Said(self._post + 1 + i, who, who, self.bucket - late, (key,)) for i, (who, key) in enumerate(said)]
        self._post += len(posts)
        deleted = np.array(taken_back, np.uint64).tobytes()
        run = run_of_said(posts, self.bucket, partitions=1, deleted=deleted)
        ticks = []
        for one in (run, make_run(self.bucket, stream="engagements")):
            ticks += self.stage.step(one, self._offset)
            self._offset += 1
        (tick,) = ticks
        return tick.hour

    def hour(self, *said: tuple[int, int]) -> Hour:
        """The next hour, its posts in its first bucket."""
        told = [self.told(*said), *(self.told() for _ in range(HOUR - 1))]
        assert told[:-1] == [None] * (HOUR - 1)
        assert told[-1] is not None
        return told[-1]


def voices(hour: Hour) -> dict[int, int]:
    """Of each subject."""
    return {s.key: s.voices for s in hour.subjects}


SEEDS = st.integers(0, 2**32)


@settings(max_examples=15)
@given(SEEDS)
def test_voices_of_an_hour_are_exact(seed: int) -> None:
    """By sets: copies once, posts that come late within the hour, posts that are taken back before it closes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hours_module, "HOUR_S", HOUR * BUCKET_S)
        stage = counting()
    rnd, every, gone = random.Random(seed), list[Said](), set[int]()
    offset = 0
    for bucket in range(100, 100 + 3 * HOUR):
        fresh = [
            Said(len(every) + 1 + i, rnd.randint(1, 6), rnd.randint(1, 4), bucket - rnd.choice([0, 0, 1, 2]), (key,))
            for i, key in enumerate(rnd.choices(NAMES, k=rnd.randint(0, 5)))
        ]
        back = {one.post_id for one in every if rnd.random() < 0.1} - gone
        every, gone = every + fresh, gone | back
        run = run_of_said(fresh, bucket, partitions=1, deleted=np.array(sorted(back), np.uint64).tobytes())
        ticks = []
        for one in (run, make_run(bucket, stream="engagements")):
            ticks += stage.step(one, offset)
            offset += 1
        (tick,) = ticks
        hour, place = divmod(bucket, HOUR)
        if place != HOUR - 1:
            assert tick.hour is None
            continue
        assert tick.hour is not None
        assert tick.hour.hour == hour
        living = [one for one in every if one.bucket // HOUR == hour and one.post_id not in gone]
        assert {key: n for key, n in voices(tick.hour).items() if n} == voices_of(living)


def test_what_comes_after_the_close_counts_nowhere() -> None:
    """Neither in the hour that is told, nor in the next."""
    stream = Stream(counting())
    assert voices(stream.hour((1, GLASS), (2, GLASS))) == {GLASS: 2}
    stream.told((3, GLASS), late=1)
    told = [stream.told() for _ in range(HOUR - 1)]
    assert told[-1] is not None
    assert voices(told[-1]) == {GLASS: 0}


def test_the_most_spoken_of_are_followed() -> None:
    """As many as there is room for. Who comes later with more takes the place of the least."""
    stream = Stream(counting(most=2))
    first = stream.hour((1, GLASS), (2, GLASS), (3, GLASS), (1, SKIN), (2, SKIN), (1, SERUM))
    assert voices(first) == {GLASS: 3, SKIN: 2}
    second = stream.hour(*((who, OIL) for who in range(9)), (1, GLASS))
    assert voices(second) == {GLASS: 1, OIL: 9}


def test_a_quiet_subject_is_followed_on() -> None:
    """With no voices, until it is worth less than is needed to be followed; it falls by half in a week."""
    stage = counting(min_voices=2)
    stream = Stream(stage)
    stream.hour((1, GLASS), (2, GLASS))
    worth = stage._hours.followed[GLASS]
    assert worth == pytest.approx(2 * 168 / 24)
    assert voices(stream.hour()) == {GLASS: 0}
    assert stage._hours.followed[GLASS] == pytest.approx(worth * 0.5 ** (1 / 168))
    stage._hours.followed[GLASS] = 1.9
    assert voices(stream.hour()) == {}


def test_few_voices_are_not_followed() -> None:
    """Fewer than make a candidate, of hours that are not long past."""
    stream = Stream(counting(min_voices=3))
    assert voices(stream.hour((1, GLASS), (2, GLASS))) == {}
    assert voices(stream.hour((1, GLASS))) == {GLASS: 1}


def test_the_past_of_a_new_one_is_told_once() -> None:
    """What is older than the long window, as COUNT remembers it, and people of as long."""
    stream = Stream(counting(min_voices=4))
    for _ in range(2):
        last = stream.hour((1, GLASS), (2, GLASS))
    assert [(s.key, s.voices) for s in last.subjects] == [(GLASS, 2)]
    assert last.subjects[0].before == 0.0
    for _ in range(3):
        last = stream.hour((1, GLASS), (2, GLASS), (3, SKIN))
    told = {s.key: s.before for s in last.subjects}
    assert told[GLASS] is None
    assert 0 < last.past_exposure < 3 * 3
    assert last.exposure == 3.0
    later = [stream.hour((1, GLASS), (3, SKIN)) for _ in range(4)]
    first, *rest = [s.before for hour in later for s in hour.subjects if s.key == SKIN]
    assert first is not None
    assert 1 < first < 5
    assert set(rest) == {None}


def test_posts_are_shown_where_more_than_usual_speak() -> None:
    """Of several people, and of a larger share of all than in the past; a few of them."""
    stream = Stream(counting(min_voices=2))
    for _ in range(4):
        usual = stream.hour((1, GLASS), (2, GLASS), (3, SKIN))
    assert [s.posts for s in usual.subjects if s.key == GLASS] == [()]
    more = stream.hour(*((who, GLASS) for who in range(8)), (3, SKIN))
    (shown,) = [s.posts for s in more.subjects if s.key == GLASS]
    assert len({ref.author for ref in shown}) == len(shown) == hours_module.SHOWN_POSTS


def test_few_subjects_show_posts() -> None:
    """Those that stand out most; a tick has a bound."""
    stream = Stream(counting(shown=1, min_voices=2))
    for _ in range(4):
        stream.hour((1, GLASS), (2, GLASS), (1, SKIN), (2, SKIN), *((who, OIL) for who in range(3, 8)))
    more = stream.hour(*((who, GLASS) for who in range(8)), *((who, SKIN) for who in range(5)))
    assert {s.key: len(s.posts) for s in more.subjects} == {GLASS: hours_module.SHOWN_POSTS, SKIN: 0, OIL: 0}


def test_followed_subjects_survive() -> None:
    """Numbers, by key."""
    stage = counting()
    Stream(stage).hour((1, GLASS), (2, SKIN))
    state = stage._hours.snapshot()
    assert [key for key, _ in state] == sorted([GLASS, SKIN])
    fresh = Hours(stage._window, stage._past, stage._people, bucket_s=60.0, half_life_s=3600.0, min_voices=1)
    fresh.restore(state)
    assert fresh.followed == stage._hours.followed
