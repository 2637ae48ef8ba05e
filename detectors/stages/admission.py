"""What becomes of each post of a chunk: it counts, is late, too late, known already, or takes an earlier one back."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.marking import Columns, Marker
from detectors.counts.scopes import Codes, ScopeCodes
from detectors.counts.table import Table
from detectors.figures.groups import Groups
from detectors.model.posts import Post
from detectors.subjects.columns import SubjectReader
from detectors.subjects.formats import formats_of
from detectors.subjects.kinds import Keys

ACTIONS = ("create", "update", "delete")
CREATE, UPDATE, DELETE = range(3)

_FIELDS = [("at", "<f8"), ("scopes", "<u4"), ("group", "<u8"), ("followers", "<i8"), ("author", "<u4"), ("paid", "?")]

MEMORY_FIELDS = [*_FIELDS, ("offset", "<i8"), ("place", "<i8")]
"""What is remembered of a post: its event time, epoch seconds, its scopes, what figures need (see FACT), whether it is
sponsored, its offset in the source topic, 1 + its number in `PostHistory`. Its row's bucket is where it counted."""


class Prepared(NamedTuple):
    """n posts as columns, with m (post, subject) rows.

    Shapes: at f8[n], epoch seconds; post_id u8[n]; author u4[n]; signature u4[n]; scopes u4[n]; action u1[n];
    group u8[n]; followers i8[n]; paid bool[n];
    row_post u4[m]; row_key u8[m]; segments u2[n, k], see marking.py.
    """

    at: npt.NDArray[np.float64]
    post_id: Keys
    author: npt.NDArray[np.uint32]
    signature: npt.NDArray[np.uint32]
    scopes: Codes
    action: npt.NDArray[np.uint8]
    group: Keys
    followers: npt.NDArray[np.int64]
    paid: npt.NDArray[np.bool_]
    row_post: npt.NDArray[np.uint32]
    row_key: Keys
    segments: Columns


class TakenBack(NamedTuple):
    """The record at `place` of the chunk takes back a post, which counted in `first_bucket`: deletes or replaces it."""

    place: int
    post_id: int
    first_bucket: int
    deleted: bool


class Admitted(NamedTuple):
    """Shapes: kept bool[n]; new bool[n], kept and not known before; bucket i8[n], the event-time bucket of those kept.

    What is taken back stands in order.
    """

    kept: npt.NDArray[np.bool_]
    new: npt.NDArray[np.bool_]
    bucket: npt.NDArray[np.int64]
    taken_back: list[TakenBack]
    tally: Counter[str]


def prepare(
    posts: Sequence[Post], subjects: SubjectReader, codes: ScopeCodes, groups: Groups, marker: Marker
) -> Prepared:
    """Turn posts into columns."""
    formats: list[str | None] = [p.format for p in posts]
    silent = [i for i, f in enumerate(formats) if f is None]
    for i, found in zip(silent, formats_of([posts[i].text for i in silent]), strict=True):
        formats[i] = found
    columns = subjects.columns(posts, formats)
    return Prepared(
        _event_times(posts),
        columns.post_id,
        columns.author,
        columns.signature,
        codes.of([p.platform for p in posts], formats, [p.followers for p in posts]),
        np.array([_NUMBER[p.action] for p in posts], np.uint8),
        groups.of_posts(posts),
        np.array([p.followers or 0 for p in posts], np.int64),
        np.array([p.sponsored is True for p in posts], np.bool_),
        columns.row_post,
        columns.row_key,
        marker.of(posts),
    )


def admit(
    posts: Prepared,
    offsets: npt.NDArray[np.int64],
    closed: npt.NDArray[np.int64],
    memory: Table,
    bucket_s: float,
    window: int,
) -> Admitted:
    """Decide about every post, and remember those that are new.

    Posts of ids that stand alone in the chunk are decided together; of the others, one after the other.

    Args:
        offsets: of the posts in the source topic; closed: the last closed bucket when each comes. Shapes: i8[n].
        window: buckets after which a post is too late.
    """
    known = memory.find(posts.post_id, closed)
    bucket = np.floor_divide(posts.at, bucket_s).astype(np.int64)
    alone = (posts.action == CREATE) & ~_repeated(posts.post_id)
    fresh = alone & (known < 0)
    kept = fresh & (bucket > closed - window)
    tally = Counter(duplicate=int((alone & (known >= 0)).sum()), too_late=int((fresh & ~kept).sum()))
    new = kept.copy()
    taken_back: list[TakenBack] = []
    if not alone.all():
        one_by_one = _OneByOne(posts, closed, memory, known, bucket, bucket_s, window)
        for i in np.flatnonzero(~alone).tolist():
            kept[i], new[i] = one_by_one.admit(i, tally, taken_back)
    late = kept & (bucket <= closed)
    tally["late"] += int(late.sum())
    tally["read"] += int(kept.sum()) - int(late.sum())
    where = np.flatnonzero(new)
    first = np.maximum(bucket, closed + 1)
    columns = {name: getattr(posts, name)[where] for name, _ in _FIELDS}
    memory.put(posts.post_id[where], first[where], offset=offsets[where], **columns)
    return Admitted(kept, new, bucket, taken_back, +tally)


class _OneByOne:
    """Decides about posts whose ids stand more than once in a chunk, or that change earlier ones."""

    def __init__(
        self,
        posts: Prepared,
        closed: npt.NDArray[np.int64],
        memory: Table,
        known: npt.NDArray[np.int64],
        bucket: npt.NDArray[np.int64],
        bucket_s: float,
        window: int,
    ) -> None:
        self._posts, self._closed, self._memory, self._known = posts, closed, memory, known
        self._bucket, self._bucket_s, self._window = bucket, bucket_s, window
        self._new: dict[int, tuple[int, float]] = {}  # id -> first bucket and event time, of this chunk

    def admit(self, i: int, tally: Counter[str], taken_back: list[TakenBack]) -> tuple[bool, bool]:
        """Whether the post counts, and whether it is to be remembered."""
        post_id, action, closed = int(self._posts.post_id[i]), int(self._posts.action[i]), int(self._closed[i])
        known = self._remembered(i, post_id)
        if action == DELETE:
            if known:
                taken_back.append(TakenBack(i, post_id, known[0], deleted=True))
            tally["read" if known else "unknown_delete"] += 1
            return False, False
        if known and action == CREATE:
            tally["duplicate"] += 1
            return False, False
        if known:  # an update keeps the time of the first version
            self._bucket[i] = int(known[1] // self._bucket_s)
        if self._bucket[i] <= closed - self._window:
            tally["too_late"] += 1
            return False, False
        if known:  # the old voice goes, the new one counts; engagements go on with the first scopes
            taken_back.append(TakenBack(i, post_id, known[0], deleted=False))
        else:
            self._new[post_id] = max(int(self._bucket[i]), closed + 1), float(self._posts.at[i])
        return True, not known

    def _remembered(self, i: int, post_id: int) -> tuple[int, float] | None:
        """Where a post counted first, and its event time."""
        if post_id in self._new:
            return self._new[post_id]
        if self._known[i] < 0:
            return None
        row = self._known[i : i + 1]
        return int(self._memory.column("bucket", row)[0]), float(self._memory.column("at", row)[0])


def _repeated(post_id: Keys) -> npt.NDArray[np.bool_]:
    """True where an id stands more than once. Shapes: u8[n] -> bool[n]."""
    ordered = np.sort(post_id)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(post_id, twice) if len(twice) else np.zeros(len(post_id), np.bool_)


def _event_times(posts: Sequence[Post]) -> npt.NDArray[np.float64]:
    """Epoch seconds; the codec refuses posts without a time."""
    times = [p.deleted_at if p.action == "delete" else p.created_at for p in posts]
    return np.array([at.timestamp() for at in times], np.float64)  # type: ignore[union-attr]


_NUMBER = {name: number for number, name in enumerate(ACTIONS)}
