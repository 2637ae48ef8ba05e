"""READ of posts: the run a post travels in, and what becomes of the late, the doubled, the changed, the deleted."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts.known import code_of
from detectors.counts.runs import Run, columns_of
from detectors.model.posts import Post
from detectors.stages.posts import PostReader
from detectors.subjects.columns import author_hash, post_hash
from tests.detectors.making import FIRST, at, key_of, make_delete, make_post, post_chunk, post_reader, runs_in

CLOSING = make_post("closing", 3600, "closing words")


def number(post_id: str) -> int:
    """The hashed id of one of the posts here."""
    return post_hash("tiktok", post_id)


def read(reader: PostReader, *posts: Post, offset: int = 0) -> list[Run]:
    """The runs that a chunk brings."""
    return runs_in(reader.step(post_chunk(posts, offset)))


def ids(run: Run) -> list[int]:
    """The living posts in a run."""
    posts = columns_of(run).posts
    return posts["post_id"][posts["deleted"] == 0].tolist()  # type: ignore[no-any-return]


def deleted_at_once(run: Run) -> list[int]:
    """The posts in a run that are only told as deleted."""
    posts = columns_of(run).posts
    return posts["post_id"][posts["deleted"] == 1].tolist()  # type: ignore[no-any-return]


def taken_back(run: Run) -> list[int]:
    """The posts that a run takes back."""
    return [int(number) for number in np.frombuffer(run.deleted, np.uint64)]


def test_a_bucket_is_told_when_it_closes() -> None:
    """One run with its posts, subjects, people and sums; buckets without a post are told together."""
    reader = post_reader()
    runs = read(reader, make_post("a", 0, "glass skin"), make_post("b", 59, "glass", "author of a"), CLOSING)
    first, rest = runs
    assert (first.since, first.bucket, ids(first)) == (FIRST, FIRST, [number("a"), number("b")])
    assert set(columns_of(first).keys.tolist()) >= {key_of("glass"), key_of("skin")}
    assert (first.voices, first.new_voices) == (1, 1)
    assert first.increments == {
        "posts|all": 2,
        "posts|platform:tiktok": 2,
        "voices|all": 1,
        "voices|platform:tiktok": 1,
        "arrived|platform:tiktok": 2,
    }
    assert (rest.since, rest.bucket, ids(rest), rest.increments) == (FIRST + 1, FIRST + 59, [], {})


def test_people_are_counted_over_the_window() -> None:
    """An author of two buckets is one voice in the window, and gone when the window has passed."""
    reader = post_reader(window=2)
    runs = read(reader, *(make_post(f"p{i}", 60 * i, creator=c) for i, c in enumerate("abacdd")), CLOSING)
    assert [run.voices for run in runs] == [1, 2, 2, 2, 2, 1, 0]
    assert [run.new_voices for run in runs] == [1, 1, 1, 1, 1, 1, 0]


def test_late_is_not_lost() -> None:
    """A post for a closed bucket that is still in the window travels with the next run, under its own bucket."""
    reader = post_reader()
    (first,) = read(reader, make_post("a", 0), make_post("b", 70))
    second = read(reader, make_post("late", 30), make_post("c", 130), offset=2)[0]
    assert (ids(first), ids(second)) == ([number("a")], [number("b"), number("late")])
    assert columns_of(second).posts["bucket"].tolist() == [FIRST + 1, FIRST]
    assert reader.tally == {"read": 3, "late": 1}


def test_too_late_is_dropped_and_counted() -> None:
    """What is older than the window is in no run."""
    reader = post_reader(window=5)
    runs = read(reader, make_post("a", 0), make_post("b", 360), make_post("old", 59), make_post("edge", 61), CLOSING)
    assert [ids(run) for run in runs] == [[number("a")], [], [number("b"), number("edge")], []]
    assert reader.tally == {"read": 3, "too_late": 1, "late": 1}


def test_the_same_post_counts_once() -> None:
    """Whether it comes again in the same chunk, later, or late; ids are per platform."""
    reader = post_reader()
    other = make_post("a", 2, platform="instagram")
    runs = read(reader, make_post("a", 0), make_post("a", 1), other, make_post("b", 61), make_post("a", 2), CLOSING)
    assert [ids(run) for run in runs[:2]] == [[number("a"), post_hash("instagram", "a")], [number("b")]]
    assert reader.tally["duplicate"] == 2


def test_an_update_of_what_is_pending_replaces_it() -> None:
    """The new text counts, the old one does not; its time stays."""
    reader = post_reader()
    update = make_post("a", 20, "argan oil", action="update")
    run = read(reader, make_post("a", 0, "glass skin"), update, CLOSING)[0]
    assert ids(run) == [number("a")]
    assert {key_of("argan"), key_of("oil")} <= set(columns_of(run).keys.tolist())
    assert key_of("glass") not in columns_of(run).keys
    assert run.increments["posts|all"] == 1


def test_an_update_of_what_was_sent_takes_it_back() -> None:
    """The next run deletes the old version and brings the new one, under the time of the first."""
    reader = post_reader()
    read(reader, make_post("a", 0, "glass skin"), make_post("b", 61))
    run = read(reader, make_post("a", 70, "argan oil", action="update"), CLOSING, offset=2)[0]
    assert taken_back(run) == [number("a")]
    assert ids(run) == [number("b"), number("a")]
    assert columns_of(run).posts["bucket"].tolist() == [FIRST + 1, FIRST]


def test_an_update_of_what_nobody_knows_is_a_post() -> None:
    """Its first version was lost or is too old to be remembered."""
    reader = post_reader()
    assert ids(read(reader, make_post("a", 0, action="update"), CLOSING)[0]) == [number("a")]


def test_a_deletion_before_the_run_leaves_no_voice() -> None:
    """No living post, no people, no sums; but that it was there and was deleted is told."""
    run = read(post_reader(), make_post("a", 0), make_delete("a", 10), CLOSING)[0]
    assert (ids(run), run.new_voices, run.increments) == ([], 0, {"arrived|platform:tiktok": 1})
    assert deleted_at_once(run) == [number("a")]


def test_a_new_version_is_not_a_deletion() -> None:
    """What it replaces is gone without a word, or named as replaced if it was told."""
    reader = post_reader()
    first = read(reader, make_post("a", 0), make_post("a", 5, "oil", action="update"), make_post("b", 61))[0]
    assert (ids(first), deleted_at_once(first)) == ([number("a")], [])
    runs = read(reader, make_post("a", 70, "argan", action="update"), make_delete("b", 75), CLOSING, offset=3)
    assert sorted(taken_back(runs[0])) == sorted([number("a"), number("b")])
    assert np.frombuffer(runs[0].replaced, np.uint64).tolist() == [number("a")]


def test_a_run_says_for_how_long_authors_are_known() -> None:
    """From their first post on, in steps that double; in minutes here."""
    reader = post_reader(window=5)
    read(reader, make_post("a", 0, creator="c"))
    runs = read(reader, make_post("b", 240, creator="c"), make_post("d", 245, creator="e"), CLOSING, offset=1)
    found = [columns_of(run).posts["known"].tolist() for run in runs if ids(run)]
    assert found == [[code_of(0)], [code_of(4), code_of(0)]]


def test_a_deletion_finds_what_is_pending_for_a_later_bucket() -> None:
    """While an older bucket is still open, a post of the next is written and deleted: its voice never counts."""
    reader = post_reader(lateness_s=30)
    runs = read(
        reader,
        make_post("a", 30, "glass"),
        make_post("b", 65, "glass"),
        make_delete("b", 70),
        make_post("c", 75, "glass"),
        make_post("d", 125, "glass"),
        CLOSING,
    )
    assert [ids(run) for run in runs[:2]] == [[number("a")], [number("c")]]


def test_a_deletion_after_the_run_is_told_with_the_next() -> None:
    """To every COUNT partition, each of which may hold some of its subjects."""
    reader = post_reader(partitions=2)
    read(reader, make_post("a", 0), make_post("b", 61))
    runs = read(reader, make_delete("a", 70), CLOSING, offset=2)
    assert [taken_back(run) for run in runs[:4]] == [[number("a")], [number("a")], [], []]


def test_a_deletion_of_what_nobody_knows_is_counted() -> None:
    """It changes nothing."""
    reader = post_reader()
    runs = read(reader, make_delete("a", 0), CLOSING)
    assert (taken_back(runs[0]), reader.tally["unknown_delete"]) == ([], 1)


def test_a_deleted_post_that_comes_again_stays_deleted() -> None:
    """A redelivery of the first version is a duplicate."""
    reader = post_reader()
    run = read(reader, make_post("a", 0), make_delete("a", 5), make_post("a", 0), CLOSING)[0]
    assert ids(run) == []


def test_every_destination_is_told_every_bucket() -> None:
    """And gets the rows and the sums that are its share, each once."""
    reader = post_reader(partitions=4)
    texts = [f"word{i} other{i}" for i in range(20)]
    out = reader.step(post_chunk([*(make_post(f"p{i}", i, text) for i, text in enumerate(texts)), CLOSING]))
    first = [item for item in out if item.run.bucket == FIRST]
    assert [partition for partition, _ in first] == [0, 1, 2, 3]
    keys = [key for _, run in first for key in columns_of(run).keys.tolist()]
    assert len(keys) == len(set(keys)) == 60
    sums = Counter[str]()
    for _, run in first:
        sums.update(run.increments)
    assert sums["posts|all"] == 20


def test_the_end_of_the_input_closes_what_is_open() -> None:
    """Even buckets that the clock has not reached."""
    reader = post_reader(lateness_s=30)
    read(reader, make_post("a", 0), make_post("b", 61))
    assert [ids(run) for run in runs_in(reader.finish())] == [[number("a")], [number("b")]]
    assert reader.finish() == []


def test_a_clock_that_runs_ahead_makes_nobody_late() -> None:
    """The post itself waits for its bucket; the others count in theirs."""
    reader = post_reader()
    posts = [make_post("a", 0), make_post("ahead", 290), make_post("b", 30), make_post("c", 65)]
    runs = runs_in(reader.step(post_chunk(posts, kafka_at=[1, 2, 31, 66])))
    assert [ids(run) for run in runs] == [[number("a"), number("b")]]
    assert reader.tally == {"read": 4}


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "create", "update", "delete"]),
        st.integers(1, 12),
        st.integers(0, 3),
        st.integers(-120, 60),
        st.sampled_from(["glass skin serum", "argan oil", "haul", ""]),
    ),
    max_size=40,
)


def stream(actions: Sequence[tuple[str, int, int, int, str]]) -> list[Post]:
    """Posts, updates and deletions whose times move on by fits and starts, some late, some ahead."""
    posts = []
    for i, (action, post_id, author, shift, text) in enumerate(actions):
        seconds, name, creator = max(0, 25 * i + shift), f"p{post_id}", f"c{author}"
        if action == "delete":
            posts.append(make_delete(name, seconds, creator))
        else:
            posts.append(make_post(name, seconds, text, creator, action=action))
    return [*posts, make_post("last", 3600)]


@settings(max_examples=60)
@given(ACTIONS, st.lists(st.integers(1, 8), min_size=1, max_size=8), st.sampled_from([0.0, 40.0]))
def test_the_cut_of_chunks_does_not_matter(
    actions: list[tuple[str, int, int, int, str]], sizes: list[int], lateness_s: float
) -> None:
    """The content of a run is a function of the partition's log alone: a resend after a crash is identical."""
    posts = stream(actions)
    whole, cut = post_reader(partitions=2, lateness_s=lateness_s), post_reader(partitions=2, lateness_s=lateness_s)
    expected, found = whole.step(post_chunk(posts)), []
    start = 0
    while start < len(posts):
        size = sizes[start % len(sizes)]
        found += cut.step(post_chunk(posts[start : start + size], start))
        start += size
    assert found == expected
    assert cut.tally == whole.tally


@settings(max_examples=60)
@given(ACTIONS, st.sampled_from([0.0, 40.0]))
def test_what_is_left_is_what_was_said_last(actions: list[tuple[str, int, int, int, str]], lateness_s: float) -> None:
    """Brute force: runs with their deletions leave each post in its last version, or not at all if that is deleted.

    In a window as long as the stream nothing is too late.
    """
    reader = post_reader(window=200, lateness_s=lateness_s)
    last: dict[int, Post] = {}
    posts = stream(actions)
    for post in posts:
        name = number(post.post_id)
        if (
            post.action == "update"
            or (post.action == "create" and name not in last)
            or (post.action == "delete" and name in last)
        ):
            last[name] = post
    left: dict[int, int] = {}
    for run in [*read(reader, *posts), *runs_in(reader.finish())]:
        for name in taken_back(run):
            left.pop(name, None)
        for post in (post for post in columns_of(run).posts if not post["deleted"]):
            assert int(post["post_id"]) not in left
            left[int(post["post_id"])] = int(post["author"])
    spoken = {name: post for name, post in last.items() if post.action != "delete" and post.text}
    assert left == {name: author_hash(post.creator_id) for name, post in spoken.items()}


def test_a_run_says_until_when_kafka_was_read() -> None:
    """For the trace: the greatest Kafka time so far, if there is one."""
    reader = post_reader()
    chunk = post_chunk([make_post("a", 0), make_post("b", 61)], kafka_at=[5, 66])
    (run,) = runs_in(reader.step(chunk))
    assert run.kafka_at == at(66).timestamp()
    assert msgspec.structs.replace(run, kafka_at=0.0) == read(post_reader(), *chunk.posts)[0]
