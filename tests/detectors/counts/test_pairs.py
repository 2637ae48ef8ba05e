"""Pairs of subject and segment against plain sets."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import marking, pairs, segments, window
from detectors.counts.marking import Marker
from detectors.counts.runs import Run, pieces_of
from detectors.counts.scopes import ScopeCodes
from detectors.counts.ticks import Tick
from detectors.stages.count import CountStage
from tests.detectors.making import BUCKET_S, Said, count_settings, key_of, make_post, make_run, posts_of, rows_of

WINDOW = 4
DAY = 1440
TAGS = [key_of("glass", "hashtag"), key_of("song", "sound"), key_of("serum", "product")]
KEYS = [*TAGS, key_of("glass")]
"""The word makes no pairs."""


class Seen(NamedTuple):
    """A post and the communities that it names."""

    said: Said
    communities: tuple[str, ...]


POSTS = st.lists(
    st.builds(
        Seen,
        st.builds(
            Said,
            st.just(0),
            st.integers(1, 8),
            st.integers(1, 6),
            st.integers(0, WINDOW - 1),
            st.lists(st.sampled_from(KEYS), max_size=3).map(tuple),
        ),
        st.lists(st.sampled_from(["gym", "home", "skin"]), max_size=3).map(tuple),
    ),
    max_size=6,
)
"""`bucket` is how late a post is, in buckets."""

BUCKETS = st.lists(st.tuples(POSTS, POSTS, st.lists(st.integers(1, 40), max_size=2)), min_size=1, max_size=12)
"""For each bucket the posts of two sources, and the posts that are taken back."""


def run_of(seen: Sequence[Seen], bucket: int, source: int, marker: Marker, taken_back: Sequence[int]) -> Run:
    """A run of one of two sources, marked by its READ."""
    said = [one.said for one in seen]
    posts = posts_of(said)
    own = marker.of([make_post("p", 0, communities=one.communities) for one in seen])
    living = np.ones(len(seen), np.bool_)
    table, mark = marker.marked(bucket, np.zeros(len(seen), np.uint32), own, posts["author"], living)
    posts["mark"] = mark
    deleted = np.array(sorted(taken_back), np.uint64).tobytes()
    template = Run(stream="posts", source=source, partitions=2, since=bucket, bucket=bucket, deleted=deleted)
    template = msgspec.structs.replace(template, segments=table, new_voices=len({one.author for one in said}))
    (run,) = pieces_of(template, posts, *rows_of(said))
    return run


def tick_of(stage: CountStage, offsets: "itertools.count[int]", *runs: Run) -> Tick:
    """The tick that the runs of both sources complete."""
    quiet = [make_run(runs[0].bucket, stream="engagements", source=n, partitions=2) for n in range(2)]
    (tick,) = [tick for run in (*runs, *quiet) for tick in stage.step(run, next(offsets))]
    return tick


class Sets:
    """Pairs as plain sets: what arrived when, and in which generation."""

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self.arrived: list[tuple[int, Seen]] = []
        self.sums: defaultdict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self.generation: int | None = None

    def add(self, bucket: int, seen: Sequence[Seen], taken_back: Sequence[int]) -> None:
        """Take what arrives for a tick; what is taken back had arrived before."""
        generation = bucket // WINDOW
        for _ in range(0 if self.generation is None else generation - self.generation):
            for sums in self.sums.values():
                sums[:] = [0.0, sums[0], sums[2] * self.decay + sums[1]]
        self.generation = generation
        self.arrived = [(at, one) for at, one in self.arrived if one.said.post_id not in taken_back]
        self.arrived += [(bucket, one) for one in seen]
        for pair, n in self._voices([(bucket, one) for one in seen]).items():
            self.sums[pair][0] += n

    def living(self, bucket: int) -> list[tuple[int, Seen]]:
        """Posts of the window."""
        return [(at, one) for at, one in self.arrived if one.said.bucket > bucket - WINDOW]

    def past(self, pair: tuple[str, int], bucket: int) -> float:
        """What was counted before the window."""
        return max(0.0, sum(self.sums[pair]) - self._voices(self.living(bucket)).get(pair, 0))

    def _voices(self, posts: Sequence[tuple[int, Seen]]) -> dict[tuple[str, int], int]:
        """Authors of each pair, once for each tick and event-time bucket."""
        found = defaultdict[tuple[str, int], set[tuple[int, int, int]]](set)
        for at, one in posts:
            for pair in pairs_of(one):
                found[pair].add((at, one.said.bucket, one.said.author))
        return {pair: len(people) for pair, people in found.items()}


def pairs_of(one: Seen) -> set[tuple[str, int]]:
    """Scope and key of the pairs of a post."""
    return {(f"community:{name}", key) for name in one.communities for key in one.said.keys if key in TAGS}


@settings(max_examples=40)
@given(BUCKETS, st.booleans())
def test_pairs_are_exact(buckets: list[tuple[list[Seen], list[Seen], list[int]]], joined: bool) -> None:
    """Voices and past of every pair with new posts, where everything is told: late posts, copies, deletions.

    Where the slices of late posts are joined, somebody who was late twice adds to the past once more.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "LEAST_PEOPLE", 1)
        patch.setattr(segments, "WHOLE", 100.0)
        patch.setattr(window, "MOST_SLICES", 1 if joined else 100)
        patch.setattr(pairs, "SAYS_MORE", 0.0)
        patch.setattr(pairs, "calm_limit", lambda mean, _: np.full(len(mean), -1.0))
        known = count_settings(window_s=WINDOW * BUCKET_S, long_window_s=WINDOW * BUCKET_S, warm_up_s=0.0)
        stage = CountStage(partition=0, partitions=2, settings=known._replace(scopes=("community",)))
        markers = [Marker(["community"], ScopeCodes(), day=DAY) for _ in range(2)]
        sets, offsets, numbers = Sets(0.5 ** (WINDOW * BUCKET_S / 3600)), itertools.count(), itertools.count(1)
        for bucket, (*sources, taken_back) in enumerate(buckets, 100):
            dated = [
                [
                    Seen(one.said._replace(post_id=next(numbers), bucket=bucket - one.said.bucket), one[1])
                    for one in seen
                ]
                for seen in sources
            ]
            earlier = [n for n in taken_back if n < dated[0][0].said.post_id] if dated[0] else []
            runs = [run_of(dated[n], bucket, n, markers[n], earlier if n == 0 else []) for n in range(2)]
            tick = tick_of(stage, offsets, *runs)
            fresh = [one for seen in dated for one in seen]
            sets.add(bucket, fresh, earlier)
            texts, people = defaultdict[tuple[str, int], set[int]](set), defaultdict[tuple[str, int], set[int]](set)
            for _, one in sets.living(bucket):
                for pair in pairs_of(one):
                    texts[pair].add(one.said.signature)
                    people[pair].add(one.said.author)
            expected = {pair for one in fresh for pair in pairs_of(one)}
            observed = {pair: min(len(people[pair]), len(texts[pair])) for pair in expected}
            assert {(c.scope, c.key): c.observed for c in tick.pairs} == observed
            for c in tick.pairs:
                past = sets.past((c.scope, c.key), bucket)
                assert c.past >= past - 1e-4
                assert joined or c.past == pytest.approx(past, abs=1e-4)
                assert {ref.author for ref in c.posts} == people[c.scope, c.key]


def test_ten_people_make_a_segment_and_a_day_unmakes_it() -> None:
    """Creators of several sources add up; of one source they count once, however often they write."""
    day = 5
    markers = [Marker(["community"], ScopeCodes(), day=day) for _ in range(2)]
    known = segments.Segments(window=WINDOW, day=day, warm_up=0, decay=1.0)

    def wrote(bucket: int, *authors: Sequence[int]) -> tuple[str, ...]:
        seen = [[Seen(Said(0, who, who, bucket, (TAGS[0],)), ("gym",)) for who in own] for own in authors]
        known.learn(bucket, [run_of(own, bucket, n, markers[n], []) for n, own in enumerate(seen)])
        return known.populous(bucket)

    assert wrote(100, range(4), range(10, 14)) == ()
    assert wrote(101, range(5), []) == ()
    assert wrote(102, [], [14]) == ("community:gym",)
    assert wrote(103, range(2), []) == ()  # told a moment ago
    assert wrote(102 + WINDOW, [3], []) == ()  # those of bucket 100 and 101 who did not write again are gone
    assert wrote(107, range(20, 32), []) == ("community:gym",)


def test_more_segments_than_there_is_room_for_count_in_all_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """READ refuses them, says so, and has room again when others were silent for a day."""
    monkeypatch.setattr(marking, "MAX_SEGMENTS", 2)
    monkeypatch.setattr(marking, "RESERVED", 0)
    marker = Marker(["community"], ScopeCodes(), day=5)
    columns = marker.of([make_post("p", 0, communities=("a", "b", "c"))])
    assert (columns[0].tolist(), marker.refused) == ([1, 2, 0, 0], 1)
    marker.forget(10, [columns])
    assert marker.of([make_post("p", 0, communities=("c",))]).tolist() == [[0, 0, 0, 0]]
    marker.forget(15, [])
    assert marker.of([make_post("p", 0, communities=("c",))]).any()
