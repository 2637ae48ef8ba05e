"""A run: what one source partition says of one closed bucket to one destination. The format between READ and COUNT."""

from collections.abc import Iterator
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys

FORMAT_VERSION = 1

POST = np.dtype(
    [("post_id", "<u8"), ("offset", "<i8"), ("bucket", "<i8"), ("author", "<u4"), ("signature", "<u4")], align=False
)
Posts = npt.NDArray[np.void]
"""Structured array of POST: hashed id, offset in the source partition, event-time bucket, author, text signature."""

StreamName = Literal["posts", "engagements"]

PIECE_ROWS = 12_000
"""A run with more rows travels in pieces. A row costs at most 48 bytes: its post, its number, a key of its own."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Posts and subjects of the buckets `(since - 1, bucket]` of one source, late pieces of older buckets included.

    Shapes: posts POST[n]; keys u8[k], sorted and distinct; ends u4[k], where the rows of each key end; rows u4[m],
    index into posts; deleted u8[d], ids of posts taken back that earlier runs brought. All little-endian bytes.
    """

    stream: StreamName
    source: int
    partitions: int
    since: int
    bucket: int
    piece: int = 0
    pieces: int = 1
    idle: bool = False
    """The source has nothing to read: COUNT need not wait for it for ever."""
    voices: int = 0
    """Distinct authors of this source in the window that ends with `bucket`."""
    new_voices: int = 0
    """Distinct authors among the posts of this run."""
    kafka_at: float = 0.0
    """Greatest Kafka time read so far, epoch seconds; for the trace only."""
    posts: bytes = b""
    keys: bytes = b""
    ends: bytes = b""
    rows: bytes = b""
    deleted: bytes = b""
    increments: dict[str, int] = {}
    version: int = FORMAT_VERSION


class Columns(msgspec.Struct, frozen=True):
    """The arrays of a run, or of several merged: see Run for shapes. `source` u2[n] tells merged sources apart."""

    posts: Posts
    source: npt.NDArray[np.uint16]
    keys: Keys
    ends: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Run)


def encode(run: Run) -> bytes:
    """The run as bytes of the internal topic."""
    return _encoder.encode(run)


def decode(value: bytes) -> Run:
    """A run from the internal topic. Raises DetectorError if its format is another version's."""
    run = _decoder.decode(value)
    if run.version != FORMAT_VERSION:
        raise DetectorError(
            f"run format version {run.version}: this worker reads {FORMAT_VERSION};"
            " finish the old runs with the old worker"
        )
    return run


def group_by_key(
    row_post: npt.NDArray[np.int64], row_key: Keys
) -> tuple[Keys, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sort (post, key) rows by key, posts in order within a key -> distinct keys, where each key's rows end, posts."""
    order = np.argsort(row_key, kind="stable")
    keys = row_key[order]
    last = np.flatnonzero(np.append(keys[1:] != keys[:-1], True)) if len(keys) else np.zeros(0, np.intp)
    return keys[last], (last + 1).astype(np.int64), row_post[order]


def destination(keys: Keys, partitions: int) -> npt.NDArray[np.int64]:
    """The COUNT partition of each key, from bits that neither the kind nor the cells of `past.py` use."""
    return ((keys >> np.uint64(32)) % np.uint64(partitions)).astype(np.int64)


def pieces_of(run: Run, posts: Posts, row_post: npt.NDArray[np.int64], row_key: Keys) -> Iterator[Run]:
    """Fill a run with its posts and rows, in as many pieces as its size needs. Deletions and sums go with the first."""
    order = np.argsort(row_key, kind="stable")
    count = max(1, -(-len(order) // PIECE_ROWS))
    for piece in range(count):
        mine = order[piece * PIECE_ROWS : (piece + 1) * PIECE_ROWS]
        keys, ends, rows = group_by_key(row_post[mine], row_key[mine])
        used, compact = np.unique(rows, return_inverse=True)
        yield msgspec.structs.replace(
            run,
            piece=piece,
            pieces=count,
            posts=posts[used].tobytes(),
            keys=keys.tobytes(),
            ends=ends.astype(np.uint32).tobytes(),
            rows=compact.astype(np.uint32).tobytes(),
            deleted=run.deleted if piece == 0 else b"",
            increments=run.increments if piece == 0 else {},
        )


def columns_of(run: Run) -> Columns:
    """The arrays of a run."""
    posts = np.frombuffer(run.posts, POST)
    return Columns(
        posts,
        np.full(len(posts), run.source, np.uint16),
        np.frombuffer(run.keys, np.uint64),
        np.frombuffer(run.ends, np.uint32).astype(np.int64),
        np.frombuffer(run.rows, np.uint32).astype(np.int64),
    )
