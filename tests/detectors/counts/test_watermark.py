"""The event clock of a partition, as pictures: when which bucket closes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.watermark import Watermark

TIMES = st.lists(st.integers(0, 600).map(float), max_size=30)


def crossings(clock: Watermark, at: list[float], kafka_at: list[float] | None = None) -> list[tuple[int, int]]:
    """What closes before which record."""
    taken = np.full(len(at), np.inf) if kafka_at is None else np.array(kafka_at, np.float64)
    return clock.crossings(np.array(at, np.float64), taken)


def test_a_bucket_closes_when_a_record_comes_after_it() -> None:
    """Without lateness, the first record of a later bucket closes what lies before it."""
    #   0         60        120       180
    #   [0--------)[1-------)[2-------)[3
    #   a      b   c         d          e
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, [0, 50, 60, 120, 185]) == [(2, 0), (3, 1), (4, 2)]
    assert clock.closed == 2


def test_lateness_keeps_a_bucket_open() -> None:
    """A bucket waits for stragglers, to the second."""
    #   0         60        120
    #   [0--------)[1-------)[2
    #       a       b  c   d
    #               <30s>
    clock = Watermark(bucket_s=60, lateness_s=30)
    assert crossings(clock, [30, 61, 89, 90]) == [(3, 0)]


def test_a_hole_closes_at_once() -> None:
    """Buckets without a record close together with the one before them."""
    #   [0)[1)[2)[3)[4)[5
    #   a              b
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, [0, 301]) == [(1, 4)]


def test_a_straggler_does_not_turn_it_back() -> None:
    """The greatest time so far counts."""
    #   [0)[1)[2)[3
    #   1     2
    #   3  4     5
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, [0, 120, 1, 61, 180]) == [(1, 1), (4, 2)]
    assert clock.at == 180


def test_a_fast_clock_moves_it_to_kafka_time_only() -> None:
    """One creator whose clock runs ahead must not make all others late."""
    #   Kafka   10 20            30 70
    #   event   10 320 (ahead)   30 70
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, [10, 320, 30, 70], [10, 20, 30, 70]) == [(3, 0)]
    assert clock.at == 70


def test_the_first_record_closes_what_lies_before_it_in_silence() -> None:
    """History before the first record was never open."""
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, [600]) == []
    assert (clock.closed, clock.opened_after) == (9, 9)


def test_nothing_moves_nothing() -> None:
    """An empty chunk before the first record."""
    clock = Watermark(bucket_s=60, lateness_s=0)
    assert crossings(clock, []) == []
    assert clock.closed is None


@pytest.mark.parametrize(("at", "closed"), [(59.0, 9), (659.0, 9), (660.0, 10), (1000.0, 15)])
def test_it_may_be_told_the_time(at: float, closed: int) -> None:
    """A quiet partition's clock goes on, never back."""
    clock = Watermark(bucket_s=60, lateness_s=0)
    crossings(clock, [600])
    assert clock.advance_to(at) == clock.closed == closed


def test_lateness_holds_for_a_time_that_is_told() -> None:
    """It closes as if a record of that time had come."""
    clock = Watermark(bucket_s=60, lateness_s=30)
    assert (clock.advance_to(689.0), clock.advance_to(690.0)) == (9, 10)
    assert clock.opened_after == 9


def test_it_may_be_told_to_close() -> None:
    """At the end of the input every bucket closes; records of it are late from then on."""
    clock = Watermark(bucket_s=60, lateness_s=30)
    crossings(clock, [600])
    assert clock.close(10) == 10
    assert clock.close(3) == 10
    assert crossings(clock, [640, 700, 750]) == [(2, 11)]


@given(TIMES, TIMES, st.lists(st.integers(0, 30), max_size=4), st.sampled_from([0.0, 30.0, 95.0]))
def test_the_cut_of_chunks_does_not_matter(
    at: list[float], kafka_at: list[float], cuts: list[int], lateness_s: float
) -> None:
    """What closes before which record is the same for any chunks of the same log, and never goes back."""
    kafka_at = [*kafka_at, *at][: len(at)]
    whole = crossings(Watermark(bucket_s=60, lateness_s=lateness_s), at, kafka_at)
    clock, cut, start = Watermark(bucket_s=60, lateness_s=lateness_s), [], 0
    for stop in [*sorted(min(c, len(at)) for c in cuts), len(at)]:
        cut += [(start + index, bucket) for index, bucket in crossings(clock, at[start:stop], kafka_at[start:stop])]
        start = stop
    assert cut == whole
    assert [bucket for _, bucket in whole] == sorted({bucket for _, bucket in whole})


@given(TIMES)
def test_it_closes_what_a_reader_of_one_record_at_a_time_closes(at: list[float]) -> None:
    """Brute force: before each record, every bucket that ends by the greatest time so far is closed."""
    expected: list[tuple[int, int]] = []
    greatest, closed = -1.0, -1
    for i, one in enumerate(at):
        greatest = max(greatest, one)
        reached = int(greatest // 60) - 1
        if i and reached > closed:
            expected.append((i, reached))
        closed = max(closed, reached) if i else reached
    assert crossings(Watermark(bucket_s=60, lateness_s=0), at) == expected
