"""READ, the posts: consecutive posts of one partition in, runs of closed buckets out. Joins nothing, judges nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.memory import Memory, Remembered
from detectors.counts.order import once
from detectors.counts.runs import POST, Posts, Run, destination, pieces_of
from detectors.counts.scopes import Scopes, scopes_of
from detectors.counts.watermark import Watermark
from detectors.model.posts import Post
from detectors.stages.pending import Pending, joined, sums_of
from detectors.stages.source import Outgoing, Source, series_destination
from detectors.subjects.columns import SubjectReader, post_hash


class PostChunk(NamedTuple):
    """Consecutive readable posts of one partition. Shapes: n posts; offsets i8[n]; kafka_at f8[n], epoch seconds."""

    posts: Sequence[Post]
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class Admitted(NamedTuple):
    """A post that counts: where it stands in its partition, its event-time bucket, its scopes."""

    post: Post
    offset: int
    bucket: int
    scopes: Scopes


class Withdrawal(NamedTuple):
    """Versions of a post before this offset are taken back; none is pending for a bucket after the last."""

    offset: int
    last_bucket: int


class PostReader:
    """Open buckets of one partition of posts.

    A post for a closed bucket that is still in the window travels with the next run: late is not lost. Older ones are
    dropped and counted in `tally`.

    Args:
        partition, partitions: which source partition this is, and how many COUNT partitions share the subjects.
        bucket_s, window_s, lateness_s: seconds; the window is a whole number of buckets.
        memory: where posts are remembered, for duplicates, updates, deletions and the join with engagements.
    """

    def __init__(
        self,
        *,
        partition: int,
        partitions: int,
        bucket_s: float,
        window_s: float,
        lateness_s: float,
        subjects: SubjectReader,
        memory: Memory[Remembered],
    ) -> None:
        self._bucket_s = bucket_s
        self._window = round(window_s / bucket_s)
        self._subjects = subjects
        self._memory = memory
        self._pending: dict[int, list[Pending]] = {}
        self._deleted: set[int] = set()
        self._withdrawn: dict[int, Withdrawal] = {}
        self._authors: dict[int, list[npt.NDArray[np.uint32]]] = {}
        self.source = Source(
            "posts", partition, partitions, Watermark(bucket_s=bucket_s, lateness_s=lateness_s), keep=self._window + 2
        )
        self.tally: Counter[str] = Counter()
        """Posts by what became of them: read, late, too_late, duplicate, unknown_delete."""

    def step(self, chunk: PostChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        out = self.source.wake()
        at = np.fromiter([_event_time(p) for p in chunk.posts], np.float64, len(chunk.posts))
        start = 0
        for index, bucket in self.source.crossings(at, chunk.offsets, chunk.kafka_at):
            self._take(chunk, at, slice(start, index))
            out += self._close(bucket)
            start = index
        self._take(chunk, at, slice(start, None))
        return out

    def idle(self, elapsed_s: float) -> list[Outgoing]:
        """Say that the partition has had nothing to read for `elapsed_s` seconds, and close what that allows."""
        out = self._close(self.source.rest(elapsed_s, max(self._pending, default=None)))
        return [*out, *self.source.beat()]

    def finish(self) -> list[Outgoing]:
        """Close everything: the input is at its end."""
        return self._close(self.source.rest(None, max(self._pending, default=None)))

    def _take(self, chunk: PostChunk, times: npt.NDArray[np.float64], part: slice) -> None:
        kept: list[Admitted] = []
        closed = self.source.closed
        offsets, ats = chunk.offsets[part].tolist(), times[part].tolist()
        for post, offset, at in zip(chunk.posts[part], offsets, ats, strict=True):
            admitted = self._admit(post, offset, at, closed)
            if admitted is not None:
                kept.append(admitted)
        if kept:
            self._store(kept, closed)

    def _admit(self, post: Post, offset: int, at: float, closed: int) -> Admitted | None:
        """The post with the bucket in which it counts, or None if it does not; what it takes back is noted.

        Args:
            at: its event time, epoch seconds.
        """
        number = post_hash(post.platform, post.post_id)
        known = self._memory.get(number)
        if post.action == "delete":
            if known:
                self._take_back(number, known, offset)
            self.tally["read" if known else "unknown_delete"] += 1
            return None
        if known and post.action == "create":
            self.tally["duplicate"] += 1
            return None
        at = known.at if known else at
        bucket = int(at // self._bucket_s)
        if bucket <= closed - self._window:
            self.tally["too_late"] += 1
            return None
        scopes = scopes_of(post)
        if known:  # an update: the old voice goes, the new one counts; engagements go on with the first scopes
            self._take_back(number, known, offset)
        else:
            first = max(bucket, closed + 1)
            self._memory.put(number, Remembered(first, at, scopes), first)
        self.tally["late" if bucket <= closed else "read"] += 1
        return Admitted(post, offset, bucket, scopes)

    def _take_back(self, number: int, known: Remembered, offset: int) -> None:
        """Older versions go: those that were sent, with the next run; those that are pending, from theirs."""
        self._deleted.add(number)
        self._withdrawn[number] = Withdrawal(offset, max(known.bucket, self.source.closed + 1))

    def _store(self, kept: list[Admitted], closed: int) -> None:
        columns = self._subjects.columns([a.post for a in kept], [a.scopes.format for a in kept])
        posts = np.empty(len(kept), POST)
        posts["post_id"], posts["author"], posts["signature"] = columns.post_id, columns.author, columns.signature
        posts["offset"] = [a.offset for a in kept]
        posts["bucket"] = [a.bucket for a in kept]
        travels = np.maximum(posts["bucket"], closed + 1)
        row_post = columns.row_post.astype(np.int64)
        for bucket in once(travels).tolist():
            mine = travels == bucket
            place = np.cumsum(mine) - 1
            chosen = mine[row_post]
            scopes = [a.scopes for a, own in zip(kept, mine.tolist(), strict=True) if own]
            part = Pending(posts[mine], place[row_post[chosen]], columns.row_key[chosen], scopes)
            self._pending.setdefault(bucket, []).append(part)
            authors = posts["author"][mine]
            for event_bucket in once(posts["bucket"][mine]).tolist():
                of_bucket = authors[posts["bucket"][mine] == event_bucket]
                self._authors.setdefault(event_bucket, []).append(once(of_bucket))

    def _close(self, bucket: int) -> list[Outgoing]:
        """Runs of every bucket up to this one: one for each that holds posts, and one that says so of the rest."""
        if bucket <= self.source.closed:
            return []
        due = sorted(b for b in self._pending if b <= bucket)
        out: list[Outgoing] = []
        for one in due if due and due[-1] == bucket else [*due, bucket]:
            out += self._run(one)
        return out

    def _run(self, bucket: int) -> Iterable[Outgoing]:
        part = joined(self._pending.pop(bucket, []))
        gone = self._withdraw(bucket, part.posts)
        alive = ~gone[part.row_post]
        rows, keys = part.row_post[alive], part.row_key[alive]
        deleted = np.array(sorted(self._deleted), np.uint64).tobytes()
        self._deleted.clear()
        template = self.source.run(
            bucket,
            voices=self._window_voices(bucket),
            new_voices=len(once(part.posts["author"][~gone])),
            deleted=deleted,
        )
        sums = sums_of(part, gone)
        where = destination(keys, self.source.partitions)
        return list(self._addressed(template, part.posts, rows, keys, where, sums))

    def _addressed(
        self,
        template: Run,
        posts: Posts,
        row_post: npt.NDArray[np.int64],
        row_key: npt.NDArray[np.uint64],
        where: npt.NDArray[np.int64],
        sums: Counter[str],
    ) -> Iterator[Outgoing]:
        for partition in range(self.source.partitions):
            mine = where == partition
            own = {name: n for name, n in sums.items() if series_destination(name, self.source.partitions) == partition}
            run = msgspec.structs.replace(template, increments=own)
            for piece in pieces_of(run, posts, row_post[mine], row_key[mine]):
                yield Outgoing(partition, piece)

    def _withdraw(self, bucket: int, posts: Posts) -> npt.NDArray[np.bool_]:
        """True for each post of this run that a later record took back. Shapes: POST[n] -> bool[n]."""
        gone = np.isin(posts["post_id"], np.fromiter(self._withdrawn, np.uint64, len(self._withdrawn)))
        for i in np.flatnonzero(gone).tolist():
            gone[i] = posts["offset"][i] < self._withdrawn[int(posts["post_id"][i])].offset
        self._withdrawn = {number: w for number, w in self._withdrawn.items() if w.last_bucket > bucket}
        return gone

    def _window_voices(self, bucket: int) -> int:
        for old in [b for b in self._authors if b <= bucket - self._window]:
            del self._authors[old]
        recent = [a for b, parts in self._authors.items() if b <= bucket for a in parts]
        return len(once(np.concatenate(recent))) if recent else 0


def _event_time(post: Post) -> float:
    at = post.deleted_at if post.action == "delete" else post.created_at
    assert at is not None, "the codec refuses posts without a time"
    return at.timestamp()
