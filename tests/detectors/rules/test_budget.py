"""A reader's budget: how many are sent, and which."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorError
from detectors.rules.budget import DAY_S, MARGIN, MOST, SPAN_S, Budget
from detectors.rules.reasons import Reason

Stream = list[tuple[float, float]]
"""(event time, score)."""


def run(budget: Budget, stream: Stream) -> Stream:
    """What is sent of a stream."""
    sent = []
    for n, (at, score) in enumerate(stream):
        reason = budget.judge(at, score).reason
        budget.learn(f"t{n}", at, score)
        if reason is None:
            budget.spend(at)
            sent.append((at, score))
    return sent


def days_of(a_day: int, days: int, seed: int = 1) -> Stream:
    """So many alerts a day by chance, scores with a heavy tail."""
    chance = random.Random(seed)
    times = sorted(chance.random() * days * DAY_S for _ in range(a_day * days))
    return [(at, round(chance.paretovariate(1.5), 6)) for at in times]


@pytest.mark.parametrize(("a_day", "used"), [(1.0, 0.4), (3.0, 0.6), (10.0, 0.8)])
def test_most_of_the_budget_is_used(a_day: float, used: float) -> None:
    """Of 50 alerts a day over four weeks; less of a small one, which a chance crowd of good ones spends at once."""
    sent = run(Budget(a_day), days_of(50, 28))

    assert used * a_day <= len(sent) / 28 <= MARGIN * a_day


def test_the_best_are_preferred() -> None:
    """After the first week, most of the best five a day that came were sent, and little else."""
    stream = days_of(50, 28)
    later = [each for each in run(Budget(5.0), stream) if each[0] > SPAN_S]
    best = sorted((each for each in stream if each[0] > SPAN_S), key=lambda each: each[1])[-5 * 21 :]

    assert len(set(later) & set(best)) >= max(0.65 * len(best), 0.8 * len(later))


@given(
    st.floats(0.1, 20.0),
    st.lists(st.tuples(st.floats(0, 30 * DAY_S), st.floats(0, 50).map(lambda x: round(x, 1))), max_size=200),
)
def test_never_more_than_the_margin_in_any_24_hours(a_day: float, stream: Stream) -> None:
    """Whatever comes; a budget below one a day is kept over as many days as one alert takes."""
    times = [at for at, _ in run(Budget(a_day), sorted(stream))]
    span = max(DAY_S, DAY_S / a_day)

    for end in times:
        assert sum(end - span < at <= end for at in times) <= max(1.0, MARGIN * a_day * span / DAY_S)


def test_a_flood_spends_the_budget_and_no_more() -> None:
    """The first ones of a bad hour; the rest are told why."""
    budget = Budget(5.0)
    reasons = []
    for n in range(20):
        reasons.append(budget.judge(60.0 * n, 10.0 + n).reason)
        budget.learn(f"t{n}", 60.0 * n, 10.0 + n)
        if reasons[-1] is None:
            budget.spend(60.0 * n)

    assert reasons == [None] * 6 + [Reason.SPENT] * 14
    assert budget.judge(DAY_S + 3600.0, 50.0).reason is None


def test_few_alerts_are_all_sent() -> None:
    """Where less comes than the budget allows there is no threshold."""
    stream = days_of(2, 14)
    budget = Budget(5.0)

    assert run(budget, stream) == stream
    assert budget.threshold(14 * DAY_S) is None


def test_equals_are_sent_while_there_is_budget() -> None:
    """A stream whose alerts are all alike does not fall silent."""
    sent = run(Budget(2.0), [(3600.0 * hour, 1.0) for hour in range(24 * 7)])

    assert len(sent) == 14


def test_a_trend_counts_once_with_its_best_score() -> None:
    """A trend that is looked at again and again is one, and does not raise the bar for others by that."""
    one, many = Budget(2.0), Budget(2.0)
    for budget, looks in ((one, 1), (many, 50)):
        for look in range(looks):
            budget.learn("same", 60.0 * look, 5.0 - look / 100)
        budget.learn("other", 3600.0, 3.0)

    assert one.threshold(7200.0) == many.threshold(7200.0) == 3.0


def test_scores_older_than_a_week_are_forgotten() -> None:
    """A quiet season is not measured by the busy one before it."""
    budget = Budget(1.0)
    run(budget, [(at, score + 100.0) for at, score in days_of(50, 7)])
    run(budget, [(at + 7 * DAY_S, score) for at, score in days_of(50, 8, seed=2)])

    threshold = budget.threshold(15 * DAY_S)
    assert threshold is not None
    assert threshold < 100.0


def test_what_is_remembered_is_bounded() -> None:
    """More than fit: the threshold comes from a shorter time, and is still right."""
    budget = Budget(10.0)
    stream = days_of(2000, 7)
    sent = run(budget, stream)

    assert len(budget.snapshot().entries) == MOST
    assert len(sent) <= 12 * 7


def test_a_snapshot_goes_on_as_if_nothing_had_happened() -> None:
    """The same decisions as without a break."""
    stream = days_of(40, 20)
    whole, first, second = Budget(4.0), Budget(4.0), Budget(4.0)
    sent = run(whole, stream)
    before = run(first, stream[:400])
    second.restore(first.snapshot())

    assert before + _numbered(second, stream[400:], 400) == sent
    assert second.snapshot() == whole.snapshot()


def _numbered(budget: Budget, stream: Stream, start: int) -> Stream:
    sent = []
    for n, (at, score) in enumerate(stream, start):
        good = budget.judge(at, score).reason is None
        budget.learn(f"t{n}", at, score)
        if good:
            budget.spend(at)
            sent.append((at, score))
    return sent


def test_a_budget_must_be_more_than_nothing() -> None:
    """The value is named."""
    with pytest.raises(DetectorError, match="a_day = 0"):
        Budget(0)
