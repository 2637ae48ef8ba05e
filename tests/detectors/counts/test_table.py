"""Rows by key: a dictionary says the same, one key at a time."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import table as tables
from detectors.counts.table import Table
from detectors.errors import DetectorError

FIELDS = [("at", "<f8")]


class Batch(NamedTuple):
    """Keys put together, and for which bucket after the one before."""

    keys: list[int]
    step: int


BATCHES = st.lists(
    st.builds(Batch, st.lists(st.integers(0, 30), unique=True, max_size=8), st.integers(0, 2)), max_size=30
)


def keys_of(values: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Keys that share their low bits, so that they meet in the same slots."""
    return np.array([value << 20 for value in values], np.uint64)


def put(table: Table, batch: Batch, bucket: int, mark: float) -> None:
    """Put a batch with one mark for all."""
    table.put(keys_of(batch.keys), bucket, at=np.full(len(batch.keys), mark))


def held(table: Table, bucket: int) -> dict[int, float]:
    """What it says of every key."""
    rows = table.find(keys_of(list(range(31))), bucket)
    return {key: float(table.column("at", np.array([row]))[0]) for key, row in enumerate(rows.tolist()) if row >= 0}


@settings(max_examples=200)
@given(BATCHES, st.integers(1, 4))
def test_it_holds_what_a_dictionary_holds(batches: list[Batch], horizon: int) -> None:
    """The latest of each key, for a horizon of buckets."""
    table, known, bucket = Table(FIELDS, horizon=horizon, capacity=1000), dict[int, tuple[int, float]](), 0
    for mark, batch in enumerate(batches):
        bucket += batch.step
        put(table, batch, bucket, float(mark))
        known.update(dict.fromkeys(batch.keys, (bucket, float(mark))))
        table.expire(bucket)
        assert held(table, bucket) == {k: at for k, (put_in, at) in known.items() if put_in > bucket - horizon}


@settings(max_examples=100)
@given(BATCHES, st.data())
def test_a_restored_table_goes_on_as_if_nothing_had_been(batches: list[Batch], data: st.DataObject) -> None:
    """Whenever the snapshot is taken, with parts of a few rows so that many are full."""
    cut = data.draw(st.integers(0, len(batches)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "PART_ROWS", 8)
        table, bucket = Table(FIELDS, horizon=3, capacity=40), 0
        for mark, batch in enumerate(batches):
            if mark == cut:
                parts = table.snapshot()
                table = Table(FIELDS, horizon=3, capacity=40)
                table.restore(parts)
            bucket += batch.step
            put(table, batch, bucket, float(mark))
            table.expire(bucket)
        whole, bucket = Table(FIELDS, horizon=3, capacity=40), 0
        for mark, batch in enumerate(batches):
            bucket += batch.step
            put(whole, batch, bucket, float(mark))
            whole.expire(bucket)
        assert (held(table, bucket), len(table)) == (held(whole, bucket), len(whole))


@pytest.mark.parametrize("bucket", [2, 3, 4])
def test_a_restored_table_says_the_same_as_one_that_never_stopped(bucket: int) -> None:
    """Whether none, some or all of its rows are forgotten."""
    whole, restored = Table(FIELDS, horizon=3, capacity=40), Table(FIELDS, horizon=3, capacity=40)
    for key in range(2):
        put(whole, Batch([key], 0), key, 0.0)
    whole.expire(bucket)
    restored.restore(whole.snapshot())
    assert restored.snapshot() == whole.snapshot()


def test_full_parts_of_a_snapshot_stay_the_same() -> None:
    """So that they are sent once: through growth, and while old rows are forgotten."""
    table, before = Table(FIELDS, horizon=4, capacity=10**6), dict[str, bytes]()
    for bucket in range(40):
        numbers = np.arange(bucket * 5000, (bucket + 1) * 5000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        table.put(numbers, bucket, at=np.zeros(5000))
        table.expire(bucket)
        parts = table.snapshot()
        full = {name for name, part in before.items() if len(part) == tables.PART_ROWS * 24}
        assert all(parts[name] == before[name] for name in full & parts.keys())
        before = parts
    assert len(table) == 20_000


def test_it_keeps_at_most_its_capacity() -> None:
    """What was put first goes first, when it is told that time has passed."""
    table = Table(FIELDS, horizon=10, capacity=2)
    put(table, Batch([1, 2, 3], 0), 5, 1.0)
    table.expire(5)
    assert held(table, 5) == {2: 1.0, 3: 1.0}


def test_sizes_must_make_sense() -> None:
    """Nothing can be remembered for no time or in no room."""
    with pytest.raises(DetectorError, match="horizon=0"):
        Table(FIELDS, horizon=0, capacity=1)
