"""Runs as bytes, and runs in pieces."""

import base64

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts import runs
from detectors.counts.runs import POST, Posts, Run, columns_of, decode, destination, encode, pieces_of
from detectors.counts.slicing import slices_of
from detectors.errors import DetectorError
from tests.detectors.making import make_run

ROWS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5).map(lambda n: n * 8)), max_size=40)


def some_posts(n: int) -> Posts:
    """N posts, each with its own number in every field."""
    posts = np.zeros(n, POST)
    for name in POST.names or ():
        posts[name] = np.arange(n)
    return posts


def rows_of(pieces: list[Run]) -> list[tuple[int, int]]:
    """(post id, key) rows of a run."""
    columns = columns_of(*pieces)
    keys = np.repeat(columns.keys, np.diff(columns.ends, prepend=0))
    return list(zip(columns.posts["post_id"][columns.rows].tolist(), keys.tolist(), strict=True))


def test_bytes_and_back() -> None:
    """Every field survives the internal topic."""
    run = make_run(
        7, [(1, 5, 16), (2, 5, 8), (2, 5, 16)], idle=True, kafka_at=3.5, deleted=b"12345678", increments={"a|b": -2}
    )
    assert decode(encode(run)) == run


def test_another_version_is_refused() -> None:
    """A worker does not guess what another version meant; it says what to do."""
    old = encode(msgspec.structs.replace(make_run(7), version=99))
    with pytest.raises(DetectorError, match=r"version 99: this worker reads 1 to 6; finish"):
        decode(old)


V1 = """
3gASpnN0cmVhbaVwb3N0c6Zzb3VyY2UBqnBhcnRpdGlvbnMCpXNpbmNlKqZidWNrZXQqpXBpZWNlAKZwaWVjZXMCpGlkbGXCpnZvaWNlcwmqbm
V3X3ZvaWNlcwOoa2Fma2FfYXTLQKOxAAAAAAClcG9zdHPEYGUAAAAAAAAABwAAAAAAAAApAAAAAAAAAAUAAAAFAAAAZgAAAAAAAAAIAAAAAAAA
ACoAAAAAAAAABgAAADwAAABnAAAAAAAAAAkAAAAAAAAAKgAAAAAAAAAGAAAAPQAAAKRrZXlzxBAYAAAAAAAAABAAAAAAAACApGVuZHPECAIAAA
ADAAAApHJvd3PEDAEAAAACAAAAAAAAAKdkZWxldGVkxAhjAAAAAAAAAKppbmNyZW1lbnRzgalwb3N0c3xhbGwEp3ZlcnNpb24B

3gASpnN0cmVhbaVwb3N0c6Zzb3VyY2UBqnBhcnRpdGlvbnMCpXNpbmNlKqZidWNrZXQqpXBpZWNlAaZwaWVjZXMCpGlkbGXCpnZvaWNlcwmqbm
V3X3ZvaWNlcwOoa2Fma2FfYXTLQKOxAAAAAAClcG9zdHPEQGYAAAAAAAAACAAAAAAAAAAqAAAAAAAAAAYAAAA8AAAAaAAAAAAAAAALAAAAAAAA
ACoAAAAAAAAABwAAAAcAAACka2V5c8QIEAAAAAAAAICkZW5kc8QEAgAAAKRyb3dzxAgAAAAAAQAAAKdkZWxldGVkxACqaW5jcmVtZW50c4Cndm
Vyc2lvbgE=
"""
"""Two pieces, as version 1 wrote them, in base 64."""


def test_runs_of_version_1_are_still_read() -> None:
    """An upgrade finds them in the topic: the window that they hold is whole, whatever piece a post came with."""
    pieces = [decode(base64.b64decode(value)) for value in V1.split("\n\n")]
    assert [(run.source, run.piece, run.pieces, run.voices, run.new_voices, run.kafka_at) for run in pieces] == [
        (1, 0, 2, 9, 3, 2520.5),
        (1, 1, 2, 9, 3, 2520.5),
    ]
    assert (pieces[0].deleted, pieces[0].increments) == (np.uint64(99).tobytes(), {"posts|all": 4})
    glass, skin = 2**63 + 16, 24
    assert sorted(rows_of(pieces)) == [(101, glass), (102, skin), (102, glass), (103, skin), (104, glass)]
    (late, now) = slices_of([columns_of(*pieces)])
    assert (late.bucket, late.keys.tolist(), late.voices.tolist()) == (41, [glass], [1])
    assert (now.bucket, now.keys.tolist(), now.voices.tolist()) == (42, [skin, glass], [1, 2])


def test_columns_say_whose_posts_they_are() -> None:
    """Offsets are per source: the source goes with them."""
    assert columns_of(make_run(7, [(1, 5, 8), (2, 6, 8)], source=3)).source == 3


@given(ROWS, st.integers(20, 500))
def test_pieces_put_together_are_the_whole(rows: list[tuple[int, int]], piece_bytes: int) -> None:
    """However small the pieces: the same rows, each once, by key and post; deletions and sums told once."""
    template = make_run(7, deleted=b"12345678", increments={"posts|all": 3})
    row_post, row_key = np.array([p for p, _ in rows], np.int64), np.array([k for _, k in rows], np.uint64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "PIECE_BYTES", piece_bytes)
        pieces = list(pieces_of(template, some_posts(10), row_post, row_key))
    assert rows_of(pieces) == sorted(set(rows), key=lambda row: (row[1], row[0]))
    assert [(run.piece, run.pieces) for run in pieces] == [(i, len(pieces)) for i in range(len(pieces))]
    sizes = [len(run.posts) + len(run.keys) + len(run.ends) + len(run.rows) for run in pieces]
    assert max(sizes) <= piece_bytes + 48  # a row and a post more, from rounding
    assert [run.deleted for run in pieces] == [b"12345678", *[b""] * (len(pieces) - 1)]
    assert [run.increments for run in pieces] == [{"posts|all": 3}, *[{}] * (len(pieces) - 1)]


def test_no_message_nears_the_limit_of_kafka() -> None:
    """Not even where one subject alone fills it: a hashtag that everyone uses."""
    n = 60_000
    posts = some_posts(n)
    row_key = np.concatenate([np.full(n, 8, np.uint64), np.arange(1, n + 1, dtype=np.uint64) * np.uint64(8)])
    pieces = list(pieces_of(make_run(7), posts, np.tile(np.arange(n), 2), row_key))
    assert max(len(encode(run)) for run in pieces) < 600_000
    assert len(pieces) > 2
    assert len(rows_of(pieces)) == 2000 + n - 1  # capped; one row stood twice


def test_a_run_without_rows_is_one_piece() -> None:
    """It still says that the bucket is closed, and what was taken back."""
    (run,) = pieces_of(make_run(7, deleted=b"12345678"), some_posts(3), np.zeros(0, np.int64), np.zeros(0, np.uint64))
    assert (run.piece, run.pieces, run.posts, run.deleted) == (0, 1, b"", b"12345678")


def test_subjects_spread_over_the_partitions() -> None:
    """Every COUNT partition gets its share, and a key always goes to the same."""
    keys = np.random.default_rng(1).integers(0, 2**63, 4000, dtype=np.uint64)
    where = destination(keys, 4)
    assert np.bincount(where, minlength=4).min() > 900
    assert (destination(keys[::-1], 4) == where[::-1]).all()
