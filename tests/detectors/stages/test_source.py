"""One source partition: from where to read again, and how it rests, beats and wakes."""

import numpy as np
import pytest

from detectors.counts.watermark import Watermark
from detectors.stages.source import NO_BUCKET, Source, series_destination
from tests.detectors.making import runs_in


def source() -> Source:
    """Partition 1 of 2; buckets of a minute, no lateness."""
    return Source("posts", 1, 2, Watermark(bucket_s=60, lateness_s=0))


def take(one: Source, *at: float, kafka_at: float = np.inf) -> None:
    """Records at these times, all taken by Kafka at once; what they close is told."""
    times = np.array(at)
    steps = one.crossings(times, np.full(len(at), kafka_at), np.zeros(len(at), np.uint32))
    for _, bucket in steps:
        one.run(bucket)


def test_nothing_read_is_nothing_to_say() -> None:
    """Before the first record."""
    one = source()
    take(one)
    assert (one.closed, one.at) == (NO_BUCKET, -np.inf)


def test_runs_follow_on_each_other() -> None:
    """Each says since when, so that a gap can be seen; the first begins with itself or after what was never open."""
    one = source()
    assert (source().run(7).since, source().run(7).bucket) == (7, 7)
    take(one, 600, 600)
    runs = [one.run(10), one.run(14), one.run(15)]
    assert [(run.since, run.bucket) for run in runs] == [(10, 10), (11, 14), (15, 15)]
    assert {(run.stream, run.source, run.partitions, run.idle) for run in runs} == {("posts", 1, 2, False)}


def test_what_came_before_the_clock_began_is_told() -> None:
    """A clock may begin later than the first records: a run of theirs is a run, and no mark of silence."""
    one = source()
    one.closed = 9
    run = one.run(7)
    assert (run.since, run.bucket) == (7, 7)


def test_a_beat_tells_every_destination() -> None:
    """It closes nothing; it says until when all is told."""
    one = source()
    take(one, 600, 660)
    beats = one.beat()
    assert [partition for partition, _ in beats] == [0, 1]
    assert {(run.since, run.bucket, run.idle) for run in runs_in(beats)} == {(11, 10, True)}


def test_it_wakes_once() -> None:
    """Only one that said it was idle says that it is not; and only the first time."""
    one = source()
    assert one.wake() == []
    one.beat()
    assert [run.idle for run in runs_in(one.wake())] == [False, False]
    assert one.wake() == []


def test_others_wait_for_it_unless_it_is_idle() -> None:
    """What it reached is unknown while there is nothing to reach."""
    one = source()
    take(one, 600, 660)
    assert one.reached() == 10
    one.beat()
    assert one.reached() is None
    one.wake()
    assert one.reached() == 10


@pytest.mark.parametrize(
    ("kafka_at", "closed"),
    [(700.0, 12), (700.0 + 3600, 12), (700.0 + 3601, 11), (np.inf, 11)],
)
def test_a_live_source_rests_at_the_pace_of_the_clock(kafka_at: float, closed: int) -> None:
    """After a first beat; what reaches Kafka an hour late is history, whose clock does not go on."""
    one = source()
    take(one, 600, 700, kafka_at=kafka_at)
    assert one.rest(100.0, [], 60) == 10
    one.beat()
    rested = one.rest(100.0, [11], 60)
    assert rested == closed


def test_a_fast_clock_does_not_hurry_the_rest() -> None:
    """A record dated ahead of its Kafka time counts as of that, for a resting source too."""
    one = source()
    take(one, 690, 990, kafka_at=700.0)
    one.beat()
    assert one.rest(10.0, [], 60) == 10


def test_at_the_end_of_the_input_what_is_pending_closes() -> None:
    """There is no clock to wait for; without anything pending nothing happens."""
    one = source()
    take(one, 600)
    assert (one.rest(None, [], 60), one.rest(None, [11, 12], 60)) == (9, 12)


def test_a_series_has_one_home() -> None:
    """The same for every source, and not the same for all series."""
    homes = [series_destination(f"posts|scope:{i}", 4) for i in range(400)]
    assert homes == [series_destination(f"posts|scope:{i}", 4) for i in range(400)]
    assert np.bincount(homes, minlength=4).min() > 60
