"""A run: what one source partition says of one closed bucket to one destination. The format between READ and COUNT."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.caps import NO_CAPS, SAMPLE, Caps, cap
from detectors.counts.order import Counts, Numbers, by_key, lasts
from detectors.counts.segment_table import NO_MARKS, Marks, SegmentTable
from detectors.errors import DetectorError
from detectors.subjects.kinds import Keys

FORMAT_VERSION = 6
"""Version 1 had no caps, a post once in every piece that named it, and rows that stood twice. Version 2 knew neither
how long an author had been known nor which posts were deleted, version 3 neither figures nor
segments, version 4 no posts that stand out, version 5 not what posts draw. All are still read."""

POST = np.dtype(
    [
        ("post_id", "<u8"),
        ("offset", "<i8"),
        ("bucket", "<i4"),
        ("known", "<u1"),
        ("deleted", "<u1"),
        ("mark", "<u2"),
        ("author", "<u4"),
        ("signature", "<u4"),
    ],
    align=False,
)
"""Before version 3 the bucket had 64 bits; those that are now other fields were always 0, and so mean "not known"."""

Posts = npt.NDArray[np.void]
"""Structured array of POST: hashed id, offset in the source partition, event-time bucket, for how long the author is
known (see known.py), whether the post was deleted before it was told, in which set of segments it is (a row of the
run's table; before version 4 always 0, none), author, text signature."""

StreamName = Literal["posts", "engagements"]

PIECE_BYTES = 512_000
"""A run with more bytes of posts and rows travels in pieces. Sums, segments and deletions come on top of the first."""

_POST_BYTES = POST.itemsize
_ROW_BYTES = 16  # its number, and a key of its own


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Posts and subjects of the buckets `(since - 1, bucket]` of one source, late pieces of older buckets included.

    Shapes: posts POST[n]; keys u8[k], sorted, distinct in a piece; ends u4[k], where the rows of each key end; rows
    u4[m], index into the posts of all pieces, ascending within a key; deleted u8[d], ids of posts taken back that
    earlier runs brought; replaced u8[e], those of them that have a new version; caps_keys u8[c], caps_limits u4[c, 2],
    see caps.py. All little-endian bytes.
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
    replaced: bytes = b""
    caps_keys: bytes = b""
    caps_limits: bytes = b""
    increments: dict[str, int] = {}
    figures: bytes = b""
    """Sums of figures, see `detectors/figures/rows.py`; empty: none."""
    judged: bytes = b""
    """Posts that reached an age, see `detectors/performance/judged.py`; empty: none. To one destination only."""
    drawn: bytes = b""
    """What posts of the window drew, see `draws.py`; the same to every destination. In every piece some of it."""
    segments: SegmentTable | None = None
    version: int = FORMAT_VERSION


class Columns(msgspec.Struct, frozen=True):
    """The arrays of all pieces of a run: see Run for shapes. A key that two pieces share stands twice.

    Attributes:
        marks: the sets of segments that posts are in; see segment_table.py.
    """

    source: int
    posts: Posts
    keys: Keys
    ends: Counts
    rows: Numbers
    caps: Caps
    marks: Marks = NO_MARKS


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Run)


def encode(run: Run) -> bytes:
    """The run as bytes of the internal topic."""
    return _encoder.encode(run)


def decode(value: bytes) -> Run:
    """A run from the internal topic, of this version or an earlier one. Raises DetectorError if of another."""
    run = _decoder.decode(value)
    if not 1 <= run.version <= FORMAT_VERSION:
        raise DetectorError(
            f"run format version {run.version}: this worker reads 1 to {FORMAT_VERSION};"
            " finish the other runs with the other worker"
        )
    return run


def increments_of(runs: Iterable[Run]) -> dict[str, int]:
    """The sums of some runs added up, by name."""
    sums: Counter[str] = Counter()
    for run in runs:
        sums.update(run.increments)
    return dict(sorted(sums.items()))


def taken_back(runs: Sequence[Run]) -> tuple[Keys, Keys]:
    """Ids of posts that some runs take back, and of those that have a new version. Shapes: u8[n], u8[m]."""
    deleted = np.concatenate([np.zeros(0, "<u8"), *(np.frombuffer(run.deleted, "<u8") for run in runs)])
    return deleted, np.concatenate([np.zeros(0, "<u8"), *(np.frombuffer(run.replaced, "<u8") for run in runs)])


def destination(keys: Keys, partitions: int) -> npt.NDArray[np.int64]:
    """The COUNT partition of each key, from bits that neither the kind nor the cells of `past.py` use."""
    return ((keys >> np.uint64(32)) % np.uint64(partitions)).astype(np.int64)


def pieces_of(run: Run, posts: Posts, row_post: npt.NDArray[np.int64] | Numbers, row_key: Keys) -> Iterator[Run]:
    """Fill a run with its posts and rows, in as many pieces as its size needs.

    A row that stands twice counts once, a subject of very many authors is capped, a post without rows stays behind.
    Deletions, sums, caps and segments go with the first piece.
    """
    if not len(row_post):  # as in most buckets of a sparse stream
        yield run
        return
    keys, ends, rows, caps = _grouped(posts, np.asarray(row_post, np.uint32), row_key)
    used = np.zeros(len(posts), np.bool_)
    used[rows] = True
    rows = (np.cumsum(used, dtype=np.uint32) - np.uint32(1))[rows]
    posts = posts[used]
    size = len(rows) * _ROW_BYTES + len(posts) * _POST_BYTES
    count = max(1, min(-(-size // PIECE_BYTES), len(rows)))
    whole = msgspec.structs.replace(run, pieces=count, caps_keys=caps.keys.tobytes(), caps_limits=caps.limits.tobytes())
    later = msgspec.structs.replace(
        run, pieces=count, deleted=b"", replaced=b"", increments={}, figures=b"", drawn=b"", segments=None
    )
    if count == 1:
        ended = ends.astype(np.uint32).tobytes()
        yield msgspec.structs.replace(
            whole, posts=posts.tobytes(), keys=keys.tobytes(), ends=ended, rows=rows.tobytes()
        )
        return
    row_cuts, post_cuts = (np.linspace(0, n, count + 1).astype(np.int64).tolist() for n in (len(rows), len(posts)))
    for piece in range(count):
        first, last = row_cuts[piece], row_cuts[piece + 1]
        mine = slice(np.searchsorted(ends, first, "right"), np.searchsorted(ends, last, "left") + 1)
        yield msgspec.structs.replace(
            later if piece else whole,
            piece=piece,
            posts=posts[post_cuts[piece] : post_cuts[piece + 1]].tobytes(),
            keys=keys[mine].tobytes(),
            ends=(np.minimum(ends[mine], last) - first).astype(np.uint32).tobytes(),
            rows=rows[first:last].tobytes(),
        )


def _grouped(posts: Posts, row_post: Numbers, row_key: Keys) -> tuple[Keys, Counts, Numbers, Caps]:
    """Sort rows by key and post, drop what stands twice, cap -> keys, ends, rows, caps."""
    keys, ends, rows = group_by_key(row_post, row_key)
    if not len(ends) or np.diff(ends, prepend=0).max() <= SAMPLE:
        return keys, ends, rows, NO_CAPS
    keep, caps = cap(keys, ends, posts["author"][rows], posts["signature"][rows])
    return keys, np.cumsum(keep, dtype=np.int64)[ends - 1], rows[keep], caps


def group_by_key(row_post: Numbers, row_key: Keys) -> tuple[Keys, Counts, Numbers]:
    """Sort (post, key) rows by key and post, each once -> distinct keys, where each key's rows end, posts."""
    order, ordered = by_key(row_key)
    rows = row_post[order]
    if ((rows[1:] < rows[:-1]) & (ordered[1:] == ordered[:-1])).any():  # not in the order of the posts within a key
        order, ordered = by_key(row_key, within=row_post)
        rows = row_post[order]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (ordered[1:] == ordered[:-1]))
    if len(twice):
        rows, ordered = np.delete(rows, twice), np.delete(ordered, twice)
    last = lasts(ordered)
    return ordered[last], last.astype(np.int64) + 1, rows


def columns_of(*pieces: Run) -> Columns:
    """The arrays of a run, given all its pieces in order."""
    first = pieces[0]
    caps = Caps(np.frombuffer(first.caps_keys, "<u8"), np.frombuffer(first.caps_limits, "<u4").reshape(-1, 2))
    marks = first.segments.sets() if first.segments else NO_MARKS
    posts = [np.frombuffer(run.posts, POST) for run in pieces]
    ends = [np.frombuffer(run.ends, "<u4").astype(np.int64) for run in pieces]
    rows = [np.frombuffer(run.rows, "<u4") for run in pieces]
    before = np.cumsum([0, *(len(part) for part in rows[:-1])])
    if first.version == 1:
        shift = np.cumsum([0, *(len(part) for part in posts[:-1])])
        rows = [part + np.uint32(n) for part, n in zip(rows, shift.tolist(), strict=True)]
    columns = Columns(
        first.source,
        np.concatenate(posts),
        np.concatenate([np.frombuffer(run.keys, "<u8") for run in pieces]),
        np.concatenate([part + n for part, n in zip(ends, before.tolist(), strict=True)]),
        np.concatenate(rows),
        caps,
        marks,
    )
    return _single(columns) if first.version == 1 else columns


def _single(columns: Columns) -> Columns:
    """Columns of version 1 with each row once, in the order of version 2."""
    row_key = np.repeat(columns.keys, np.diff(columns.ends, prepend=0))
    keys, ends, rows = group_by_key(columns.rows, row_key)
    return msgspec.structs.replace(columns, keys=keys, ends=ends, rows=rows)


def columns_of_runs(runs: Iterable[Run]) -> list[Columns]:
    """The arrays of those of some runs that bring posts; their pieces follow one another."""
    by_source = itertools.groupby(runs, key=lambda run: (run.stream, run.source))
    told = (list(pieces) for _, pieces in by_source)
    return [columns_of(*pieces) for pieces in told if any(run.posts for run in pieces)]
