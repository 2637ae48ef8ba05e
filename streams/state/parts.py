"""Named bytes to records of the state topic and back: packed, and cut so that every record fits."""

from collections.abc import Sequence
from typing import Literal

import cramjam
import xxhash

Codec = Literal["lz4", "zstd"]
CODEC: Codec = "zstd"
"""What is written: for a past of 12 MB an eighth smaller than lz4 and quicker, 25 ms."""

BLOCK_BYTES = 900_000
"""Of a record's value, at most: a topic takes 1 MiB, the producer 1,000,000 with key and headers."""


def digest(raw: bytes) -> bytes:
    """16 bytes that tell equal parts from different ones, and right ones from damaged ones."""
    return xxhash.xxh3_128_digest(raw)


def pack(raw: bytes) -> list[bytes]:
    """The values of the records that hold a part; at least one.

    >>> [len(block) <= BLOCK_BYTES for block in pack(bytes(range(256)) * 100)]
    [True]
    """
    packed = bytes(cramjam.zstd.compress(raw, 1))
    return [packed[start : start + BLOCK_BYTES] for start in range(0, len(packed), BLOCK_BYTES)]


def unpack(blocks: Sequence[bytes], codec: Codec = CODEC) -> bytes | None:
    """The part again, or None if the blocks are damaged.

    >>> unpack(pack(b"some state"))
    b'some state'
    """
    try:
        decompress = cramjam.lz4.decompress if codec == "lz4" else cramjam.zstd.decompress
        return bytes(decompress(b"".join(blocks)))
    except cramjam.DecompressionError:
        return None
