"""When a bucket is complete: pictures of who has told what, and who is not waited for."""

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.gathering import Bucket, Gathering
from detectors.counts.runs import Run, StreamName
from detectors.errors import DetectorError
from tests.detectors.making import make_run

Source = tuple[StreamName, int]
OFFSETS = itertools.count()
SOURCES: list[Source] = [("posts", 0), ("posts", 1), ("engagements", 0), ("engagements", 1)]


def gathering() -> Gathering:
    """Two partitions of posts and of engagements; a window of three buckets."""
    return Gathering(partitions=2, window=3)


def told(source: Source, bucket: int, **fields: int | bool) -> Run:
    """A run of a source; its voices are ten times its bucket."""
    stream, n = source
    known: dict[str, Any] = {"voices": 10 * bucket if stream == "posts" else 0}
    return make_run(bucket, stream=stream, source=n, partitions=2, **(known | fields))


def mark(source: Source, after: int, *, idle: bool = True) -> Run:
    """A mark: nothing to read (any more) after this bucket."""
    stream, n = source
    return Run(stream=stream, source=n, partitions=2, since=after + 1, bucket=after, idle=idle)


def completed(g: Gathering) -> list[Bucket]:
    """All that is complete now."""
    found = []
    while (bucket := g.complete()) is not None:
        found.append(bucket)
    return found


def add(g: Gathering, *runs: Run) -> list[int]:
    """Take runs -> the buckets they complete."""
    found = []
    for run in runs:
        g.add(run, next(OFFSETS))
        found += [bucket.bucket for bucket in completed(g)]
    return found


def test_it_waits_for_every_source() -> None:
    """A bucket is complete when the last source has told it."""
    #            5  6
    #  posts-0   x  x
    #  posts-1   x  x
    #  engag.-0  x  x
    #  engag.-1     x   <- covers 5 and 6
    g = gathering()
    assert add(g, *(told(s, b) for b in (5, 6) for s in SOURCES[:3])) == []
    assert add(g, told(SOURCES[3], 6, since=5)) == [5, 6]


def test_the_earliest_source_says_where_it_begins() -> None:
    """No bucket is decided before the oldest that anyone tells."""
    g = gathering()
    assert add(g, told(SOURCES[0], 9), told(SOURCES[1], 7), told(SOURCES[2], 9), told(SOURCES[3], 9)) == [7]
    assert add(g, told(SOURCES[1], 8), told(SOURCES[1], 9)) == [8, 9]


def test_runs_come_in_a_fixed_order() -> None:
    """By stream, source, bucket and piece, whatever order they arrived in."""
    g = gathering()
    for source in (SOURCES[2], SOURCES[1], SOURCES[3]):
        g.add(told(source, 5), next(OFFSETS))
    g.add(told(SOURCES[0], 5, pieces=2), next(OFFSETS))
    g.add(told(SOURCES[0], 5, piece=1, pieces=2), next(OFFSETS))
    (bucket,) = completed(g)
    assert [(r.stream, r.source, r.piece) for r in bucket.runs] == [
        ("engagements", 0, 0),
        ("engagements", 1, 0),
        ("posts", 0, 0),
        ("posts", 0, 1),
        ("posts", 1, 0),
    ]


def test_each_run_counts_once() -> None:
    """What a restarted reader tells again changes nothing, be it a run, a piece, or all of it."""
    g = gathering()
    g.add(told(SOURCES[0], 5, pieces=2), next(OFFSETS))
    g.add(told(SOURCES[0], 5, pieces=2), next(OFFSETS))
    g.add(told(SOURCES[0], 5, piece=1, pieces=2), next(OFFSETS))
    for source in SOURCES:
        g.add(told(source, 5), next(OFFSETS))
    (bucket,) = completed(g)
    assert len(bucket.runs) == 5
    assert add(g, *(told(s, 5) for s in SOURCES)) == []
    assert dict(g.tally) == {"used": 4, "repeated": 6}


def test_a_missing_piece_is_a_broken_promise() -> None:
    """The log is in order: a hole in it cannot be counted around."""
    g = gathering()
    g.add(told(SOURCES[0], 5, pieces=3), next(OFFSETS))
    with pytest.raises(DetectorError, match=r"piece=2 of bucket 5 of posts-0: 1 was expected"):
        g.add(told(SOURCES[0], 5, piece=2, pieces=3), next(OFFSETS))


def test_another_number_of_partitions_is_refused() -> None:
    """Subjects would be at the wrong places: the error says so in one line."""
    run = msgspec.structs.replace(told(SOURCES[0], 5), partitions=3)
    with pytest.raises(DetectorError, match=r"partitions=3 in a run of posts-0: this worker has 2"):
        gathering().add(run, next(OFFSETS))


def test_a_gap_is_counted() -> None:
    """Buckets that a source never told: its log was cut."""
    g = gathering()
    add(g, told(SOURCES[0], 5), told(SOURCES[0], 8, since=8))
    assert g.tally["gap"] == 1


def test_an_idle_source_is_passed_over_after_patience() -> None:
    """Only beats that come while others wait count, and one is not enough."""
    g = gathering()
    idle = SOURCES[3]
    assert add(g, *(mark(idle, 4) for _ in range(5))) == []
    assert add(g, *(told(s, 5) for s in SOURCES[:3])) == []
    assert add(g, mark(idle, 4)) == []
    assert add(g, mark(idle, 4)) == [5]


def test_a_source_that_is_passed_over_is_counted_absent() -> None:
    """The tick says without how many sources it was decided."""
    g = gathering()
    add(g, *(told(s, 5) for s in SOURCES[:3]), mark(SOURCES[3], 4))
    g.add(mark(SOURCES[3], 4), next(OFFSETS))
    assert [(bucket.bucket, bucket.absent) for bucket in completed(g)] == [(5, 1)]


def test_a_source_that_is_only_slow_is_waited_for() -> None:
    """Without a word from it that it is idle, nothing is decided, however far the others are."""
    g = gathering()
    assert add(g, *(told(s, b) for b in range(5, 50) for s in SOURCES[:3])) == []


def test_one_that_is_passed_over_stays_so_until_it_wakes() -> None:
    """Patience is not spent anew at every bucket; a word from the source ends it."""
    g = gathering()
    idle = SOURCES[3]
    add(g, *(told(s, 5) for s in SOURCES[:3]), mark(idle, 4), mark(idle, 4))
    assert add(g, *(told(s, b) for b in (6, 7) for s in SOURCES[:3])) == [6, 7]
    assert add(g, mark(idle, 4, idle=False), *(told(s, 8) for s in SOURCES[:3])) == []
    assert add(g, told(idle, 8, since=5)) == [8]


def test_what_an_absent_source_tells_later_is_used_later() -> None:
    """Its runs for buckets that are decided travel with the next."""
    g = gathering()
    idle = SOURCES[3]
    add(g, *(told(s, 5) for s in SOURCES[:3]), mark(idle, 4), mark(idle, 4))
    g.add(told(idle, 5), next(OFFSETS))
    for s in SOURCES[:3]:
        g.add(told(s, 6), next(OFFSETS))
    g.add(told(idle, 6), next(OFFSETS))
    (bucket,) = completed(g)
    assert [r.bucket for r in bucket.runs if (r.stream, r.source) == idle] == [5, 6]


def test_people_are_those_of_the_bucket() -> None:
    """A source that is ahead counts with what it told of this bucket, one that is long silent not at all."""
    #             5   6   7   8
    #  posts-0   50  60  70  80
    #  posts-1   50                (passed over from 6 on)
    g = gathering()
    for b in (5, 6, 7, 8):
        g.add(told(SOURCES[0], b), next(OFFSETS))
    g.add(told(SOURCES[1], 5), next(OFFSETS))
    for s in SOURCES[2:]:
        g.add(told(s, 8, since=5), next(OFFSETS))
    first = completed(g)
    g.add(mark(SOURCES[1], 5), next(OFFSETS))
    g.add(mark(SOURCES[1], 5), next(OFFSETS))
    assert [(b.bucket, b.voices) for b in (*first, *completed(g))] == [(5, 100), (6, 110), (7, 120), (8, 80)]


def test_long_silences_may_be_skipped() -> None:
    """The next bucket is then the first that someone tells, once all have told theirs."""
    g = gathering()
    add(g, *(told(s, 5) for s in SOURCES))
    for source, bucket in zip(SOURCES, (900, 900, 700, 900), strict=True):
        assert g.complete(skip=True) is None
        g.add(told(source, bucket, since=6), next(OFFSETS))
    first = g.complete(skip=True)
    assert first is not None
    assert (first.bucket, first.skipped, [r.bucket for r in first.runs]) == (700, 694, [700])
    assert g.complete(skip=True) is None


LOGS = st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=5), min_size=len(SOURCES), max_size=len(SOURCES))
"""For each source the steps from one run's bucket to the next."""


@given(LOGS, st.data())
def test_the_interleaving_of_sources_does_not_matter(logs: list[list[int]], data: st.DataObject) -> None:
    """Each log is in order; how the logs are mixed changes neither which buckets come nor what is in them."""
    queues: list[list[Run]] = []
    for source, steps in zip(SOURCES, logs, strict=True):
        bucket, queue = 4, []
        for step in steps:
            queue.append(told(source, bucket + step, since=bucket + 1))
            bucket += step
        queues.append([*queue, told(source, 30, since=bucket + 1)])
    one_by_one, mixed = gathering(), gathering()
    expected, found = list[Bucket](), list[Bucket]()
    for queue in queues:
        for run in queue:
            one_by_one.add(run, next(OFFSETS))
            expected += completed(one_by_one)
    order = [i for i, queue in enumerate(queues) for _ in queue]
    for i in data.draw(st.permutations(order)):
        mixed.add(queues[i].pop(0), next(OFFSETS))
        found += completed(mixed)
    assert [b._replace(offsets=[]) for b in found] == [b._replace(offsets=[]) for b in expected]
    assert expected[-1].bucket == 30
