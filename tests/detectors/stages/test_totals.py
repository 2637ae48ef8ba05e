"""Orders and running totals: what an act of a bucket is worth, and that every way of telling a truth tells the same."""

import random
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.scopes import ScopeCodes
from detectors.figures.groups import Groups
from detectors.model.engagements import Counters, Engagement
from detectors.stages import acts
from detectors.stages.totals import Ledger
from tests.detectors.making import (
    BUCKET_S,
    FIRST,
    START_AT,
    engagement_chunk,
    engagement_reader,
    make_engagement,
    post_memory,
    runs_in,
)

WINDOW_S = 5 * BUCKET_S


GROUPS = Groups(horizon=1000)


def make_ledger(capacity: int = 1000) -> Ledger:
    return Ledger(bucket_s=BUCKET_S, window_s=WINDOW_S, horizon=1000, capacity=capacity)


def totals(seconds: float, post_id: str = "p", definition: str | None = None, **counters: int) -> Engagement:
    """Running totals of a post."""
    name = f"{seconds} {post_id} {counters}"
    return make_engagement(
        name, seconds, "counters", post_id=post_id, counters=Counters(**counters), metric_definition=definition
    )


def grown(ledger: Ledger, engagements: Iterable[Engagement], began: float | None = None) -> dict[int, int]:
    """What the engagements of one batch add, by bucket after FIRST, of all measures.

    Args:
        began: when the post was made, seconds after START_AT; None: it is not known.
    """
    prepared = acts.prepare(list(engagements), ScopeCodes(), GROUPS)
    beginnings = np.full(len(prepared.acts), np.nan if began is None else START_AT + began)
    counted = ledger.counted(prepared.acts, beginnings, FIRST).acts
    sums: Counter[int] = Counter()
    for one in counted:
        sums[int(one["at"] // BUCKET_S) - FIRST] += int(one["amount"])
    return +sums | {bucket: n for bucket, n in sums.items() if n < 0}


def test_growth_is_spread_over_the_time_in_which_it_came() -> None:
    """100 views in two and a half minutes: 20 in the half minute that is left of the first bucket, then 40 and 40."""
    assert grown(make_ledger(), [totals(30, views=1000), totals(180, views=1100)]) == {0: 20, 1: 40, 2: 40}


def test_growth_over_more_than_a_window_is_in_no_series() -> None:
    """It came at some time in those hours: a figure may say so, a series must not."""
    ledger, codes = make_ledger(), ScopeCodes()
    prepared = acts.prepare([totals(0, views=0), totals(7200, views=100)], codes, GROUPS)
    counted = ledger.counted(prepared.acts, np.full(2, np.nan), FIRST).acts
    assert counted["live"].tolist() == [False, False]
    assert counted["amount"].tolist() == [50, 50]


@pytest.mark.parametrize(("began", "growth"), [(None, {}), (0.0, {0: 60, 1: 60})])
def test_a_first_total_is_a_base_unless_the_post_was_seen(began: float | None, growth: dict[int, int]) -> None:
    """A post that READ remembers began at zero when it was made; of another nobody knows since when it has grown."""
    assert grown(make_ledger(), [totals(120, views=120)], began) == growth


def test_a_total_of_the_time_the_post_was_made_is_a_base() -> None:
    """Who finds a post says that it was made just then: nothing of what it has by then came in that moment."""
    assert grown(make_ledger(), [totals(60, views=10**9), totals(120, views=10**9 + 60)], began=60) == {1: 60}


@pytest.mark.parametrize("apart", [True, False])
def test_a_step_of_rounding_came_since_the_total_last_moved(apart: bool) -> None:
    """24.19 billion since a quarter of an hour, then 24.20: ten million in fifteen minutes, none of it a burst."""
    stream = [totals(minute * 60, views=24_190_000_000) for minute in (0, 1, 2, 3)]
    stream.append(totals(240, views=24_200_000_000))
    ledger = make_ledger()
    sums = Counter[int]()
    for batch in [[one] for one in stream] if apart else [stream]:
        sums.update(grown(ledger, batch))
    assert sums == dict.fromkeys(range(4), 2_500_000)


def test_growth_beyond_a_step_came_since_the_last_total() -> None:
    """Three steps at once: one may be old, two are of the last minute."""
    stream = [totals(0, views=1_190_000), totals(60, views=1_190_000), totals(120, views=1_220_000)]
    assert grown(make_ledger(), stream) == {0: 5_000, 1: 25_000}


def test_exact_totals_are_not_taken_for_rounded() -> None:
    """Nothing for two minutes, then seven: they are of the last minute."""
    stream = [totals(0, views=1234), totals(60, views=1234), totals(120, views=1234), totals(180, views=1241)]
    assert grown(make_ledger(), stream) == {2: 7}


def test_a_step_is_spread_over_what_is_remembered_at_most() -> None:
    """A total that has not moved for longer than figures are open adds to none that is closed."""
    ledger = Ledger(bucket_s=BUCKET_S, window_s=WINDOW_S, horizon=60, capacity=10)
    for hour in range(5):
        grown(ledger, [totals(3600 * hour, views=24_190_000_000)])
    found = grown(ledger, [totals(5 * 3600, views=24_200_000_000)])
    assert (min(found), sum(found.values())) == (4 * 60, 10_000_000)


def test_an_older_total_is_no_news() -> None:
    """Totals come in any order: those between the first and the last change nothing, in one batch or several."""
    stream = [totals(0, views=0), totals(60, views=10), totals(200, views=30), totals(120, views=20)]
    several = make_ledger()
    assert sum(sum(grown(several, [one]).values()) for one in stream) == 30
    assert sum(grown(make_ledger(), stream).values()) == 30


@pytest.mark.parametrize(
    ("before", "after", "compared", "jumped"),
    [
        (100, 1000, 1, 1),
        (100, 999, 1, 0),
        (99, 990, 0, 0),
        (1000, 100, 1, 1),
        (1000, 101, 1, 0),
        (100, 0, 1, 1),
        (0, 10**6, 0, 0),
    ],
)
def test_a_total_that_is_orders_of_magnitude_off_jumps(before: int, after: int, compared: int, jumped: int) -> None:
    """Ten times up or down; a small one says nothing."""
    assert off(before, 1000, after, 1060) == (compared, jumped)


def test_growth_at_its_pace_is_no_jump() -> None:
    """A post of five minutes with 150 views that is asked for an hour later has thirteen times as many."""
    assert off(150, 300, 1950, 3900, began=0) == (1, 0)
    assert off(150, 300, 19_500, 3900, began=0) == (1, 1)
    assert off(150, 300, 1950, 3900) == (1, 1)
    assert off(150, 300, 1950, 3900, definitions=("a", "b")) == (0, 0)


def off(
    before: int,
    then: float,
    after: int,
    now: float,
    began: float | None = None,
    definitions: tuple[str | None, str | None] = (None, None),
) -> tuple[int, int]:
    """How many of two totals could be compared with the one before, and jumped; told together or apart."""
    told = [totals(then, definition=definitions[0], views=before), totals(now, definition=definitions[1], views=after)]
    beginning = np.nan if began is None else START_AT + began
    found = []
    for batches in ([told], [[told[0]], [told[1]]]):
        ledger, sums = make_ledger(), [0, 0]
        for batch in batches:
            prepared = acts.prepare(batch, ScopeCodes(), GROUPS).acts
            counted = ledger.counted(prepared, np.full(len(prepared), beginning), FIRST)
            sums[0] += len(counted.compared)
            sums[1] += len(counted.jumped)
        found.append((sums[0], sums[1]))
    assert found[0] == found[1]
    return found[0]


def test_a_fall_takes_back() -> None:
    """A correction: figures lose it, no series does."""
    ledger = make_ledger()
    prepared = acts.prepare([totals(0, views=100), totals(59, views=70)], ScopeCodes(), GROUPS)
    counted = ledger.counted(prepared.acts, np.full(2, np.nan), FIRST).acts
    assert (counted["amount"].tolist(), counted["live"].tolist()) == ([-30], [False])


@pytest.mark.parametrize(
    ("definitions", "growth", "changes"),
    [(("a", "a"), 900, 0), (("a", "b"), 0, 1), (("a", None), 900, 0), ((None, "b"), 900, 0)],
)
@pytest.mark.parametrize("together", [True, False])
def test_another_definition_is_a_new_base(
    definitions: tuple[str | None, str | None], growth: int, changes: int, together: bool
) -> None:
    """Even of a post that is known: the jump is no growth. Without a word a definition stays."""
    first, second = totals(0, definition=definitions[0], views=100), totals(59, definition=definitions[1], views=1000)
    ledger, codes = make_ledger(), ScopeCodes()
    found = growth_found = 0
    for batch in [[first, second]] if together else [[first], [second]]:
        counted = ledger.counted(acts.prepare(batch, codes, GROUPS).acts, np.full(len(batch), START_AT - 1), FIRST)
        found += len(counted.redefined)
        growth_found += int(counted.acts["amount"].sum())
    assert (found, growth_found - 100) == (changes, growth)


def test_a_definition_is_remembered_over_totals_without_one() -> None:
    """a, nothing, b: b is another than a."""
    ledger = make_ledger()
    stream = [totals(0, definition="a", views=1), totals(1, views=2), totals(2, definition="b", views=90)]
    counted = ledger.counted(acts.prepare(stream, ScopeCodes(), GROUPS).acts, np.full(3, np.nan), FIRST)
    assert (counted.acts["amount"].sum(), len(counted.redefined)) == (1, 1)


def test_what_may_have_been_forgotten_is_not_counted_again() -> None:
    """Where there is no room for all totals, a known post without one may have had one: its next is a base."""
    ledger = make_ledger(capacity=2)
    stream = [totals(0, f"p{n}", views=50) for n in range(3)]
    for bucket, one in enumerate(stream):
        ledger.counted(acts.prepare([one], ScopeCodes(), GROUPS).acts, np.full(1, START_AT), FIRST + bucket)
    again = acts.prepare([totals(60, "p0", views=70)], ScopeCodes(), GROUPS).acts
    assert ledger.counted(again, np.full(1, START_AT), FIRST + 3).acts["amount"].sum() == 0


TRUTH = st.lists(st.tuples(st.sampled_from("pqr"), st.integers(0, 1200), st.integers(1, 9)), min_size=1, max_size=25)
"""(post, second, views): what happened."""


def as_events(truth: list[tuple[str, int, int]]) -> list[Engagement]:
    """One record a view."""
    return [
        make_engagement(f"{i} {n}", second, "view", post_id=post)
        for i, (post, second, views) in enumerate(truth)
        for n in range(views)
    ]


def as_deltas(truth: list[tuple[str, int, int]]) -> list[Engagement]:
    """One record for several views."""
    return [
        make_engagement(str(i), second, "view", post_id=post, count=views)
        for i, (post, second, views) in enumerate(truth)
    ]


def as_totals(truth: list[tuple[str, int, int]]) -> list[Engagement]:
    """A running total every five minutes."""
    return [
        totals(end, post, views=sum(views for p, second, views in truth if p == post and second <= end))
        for post in "pqr"
        for end in range(300, 1501, 300)
    ]


@settings(max_examples=30)
@given(TRUTH, st.randoms(use_true_random=False), st.sampled_from([as_events, as_deltas, as_totals]))
def test_every_way_of_telling_gives_the_same_totals(
    truth: list[tuple[str, int, int]],
    chance: random.Random,
    told_as: Callable[[list[tuple[str, int, int]]], list[Engagement]],
) -> None:
    """Single acts, deltas and running totals of one truth, in any order and any batches: the same sums in the end."""
    stream = told_as(truth)
    chance.shuffle(stream)
    ledger, sums = make_ledger(), 0
    while stream:
        cut = chance.randint(1, len(stream))
        batch, stream = stream[:cut], stream[cut:]
        sums += sum(grown(ledger, batch, began=0.0).values())
    assert sum(views for _, _, views in truth) == sums


def arrival(second: float) -> float:
    """When an act arrives: of every 20 minutes the last 15 come together, at their end."""
    return second if second % 1200 < 300 else second - second % 1200 + 1200


def test_what_arrives_together_is_no_burst() -> None:
    """Ten views a minute, while likes come on time: no bucket holds more than its own pace and an earlier bucket's."""
    views = [make_engagement(f"view {s}", s, "view", count=10) for s in range(0, 7200, 60)]
    likes = [make_engagement(f"like {s}", s) for s in range(0, 9600, 60)]
    arrivals = {one.event_id: arrival(one.at.timestamp() - START_AT) for one in views}
    stream = sorted([*views, *likes], key=lambda one: arrivals.get(one.event_id, one.at.timestamp() - START_AT))
    reader = engagement_reader(post_memory(), lambda: None, window=30)
    out = [sent for one in stream for sent in reader.step(engagement_chunk([one]))]
    told = [run.increments.get("views|all", 0) for run in runs_in([*out, *reader.finish()])]
    assert max(told) == 20
    assert sum(told) == 10 * len(views)
