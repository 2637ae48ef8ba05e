"""Parts to records and back."""

import random

import pytest

from streams.state.parts import BLOCK_BYTES, digest, pack, unpack


@pytest.mark.parametrize("size", [0, 1, 899_999, 2_500_000])
def test_a_part_of_any_size_comes_back(size: int) -> None:
    """In records that fit, even where nothing can be packed."""
    raw = random.Random(size).randbytes(size)
    blocks = pack(raw)
    assert blocks
    assert max(map(len, blocks)) <= BLOCK_BYTES
    assert unpack(blocks) == raw


def test_what_is_alike_is_packed_small() -> None:
    """A mostly empty past costs next to nothing."""
    assert sum(map(len, pack(bytes(10_000_000)))) < 100_000


def test_damage_is_seen() -> None:
    """Cut, swapped or overwritten."""
    raw = random.Random(1).randbytes(2_000_000)
    first, second, third = pack(raw)
    for damaged in ([first, second], [second, first, third], [first, b"?" * len(second), third], []):
        found = unpack(damaged)
        assert found is None or digest(found) != digest(raw)
