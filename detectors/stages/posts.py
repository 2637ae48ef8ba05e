"""READ, the posts: consecutive posts of one partition in, runs of closed buckets out. Joins nothing, judges nothing."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import once
from detectors.counts.runs import POST, Posts, Run, destination, pieces_of
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.counts.watermark import Watermark
from detectors.model.posts import Post
from detectors.stages.admission import Admitted, Prepared, TakenBack, admit, prepare
from detectors.stages.pending import Pending, decoded, joined, sums_of
from detectors.stages.saved import under
from detectors.stages.source import Outgoing, Source, SourceState, series_destination
from detectors.subjects.columns import SubjectReader


class PostChunk(NamedTuple):
    """Consecutive readable posts of one partition. Shapes: n posts; offsets i8[n]; kafka_at f8[n], epoch seconds."""

    posts: Sequence[Post]
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class Withdrawal(NamedTuple):
    """Versions of a post before this offset are taken back; none is pending for a bucket after the last."""

    offset: int
    last_bucket: int


class _State(msgspec.Struct, frozen=True):
    source: SourceState
    deleted: list[int]
    withdrawn: dict[int, Withdrawal]


class PostReader:
    """Open buckets of one partition of posts.

    A post for a closed bucket that is still in the window travels with the next run: late is not lost. Older ones are
    dropped and counted in `tally`.

    Args:
        partition, partitions: which source partition this is, and how many COUNT partitions share the subjects.
        bucket_s, window_s, lateness_s: seconds; the window is a whole number of buckets.
        jump_s: see Watermark.
        memory: where posts are remembered, for duplicates, updates, deletions and the join with engagements.
        codes: scopes as numbers, as in the memory.
    """

    def __init__(
        self,
        *,
        partition: int,
        partitions: int,
        bucket_s: float,
        window_s: float,
        lateness_s: float,
        jump_s: float,
        subjects: SubjectReader,
        memory: Table,
        codes: ScopeCodes,
    ) -> None:
        self._bucket_s = bucket_s
        self._window = round(window_s / bucket_s)
        self._subjects = subjects
        self._memory = memory
        self._codes = codes
        self._pending: dict[int, list[Pending]] = {}
        self._deleted: set[int] = set()
        self._withdrawn: dict[int, Withdrawal] = {}
        self._authors: dict[int, list[npt.NDArray[np.uint32]]] = {}
        clock = Watermark(bucket_s=bucket_s, lateness_s=lateness_s, jump_s=jump_s)
        self.source = Source("posts", partition, partitions, clock)
        self.tally: Counter[str] = Counter()
        """Posts by what became of them: read, late, too_late, duplicate, unknown_delete."""

    def step(self, chunk: PostChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        return self.take(self.prepare(chunk.posts), chunk.offsets, chunk.kafka_at)

    def prepare(self, posts: Sequence[Post]) -> Prepared:
        """Turn posts into columns. It changes nothing: a post that makes it raise can be left out."""
        return prepare(posts, self._subjects, self._codes)

    def take(
        self, posts: Prepared, offsets: npt.NDArray[np.int64], kafka_at: npt.NDArray[np.float64]
    ) -> list[Outgoing]:
        """Take consecutive posts; shapes as in PostChunk."""
        out = self.source.wake()
        steps = self.source.crossings(posts.at, kafka_at, posts.author)
        closed = np.full(len(posts.at), self.source.closed)
        for index, bucket in steps:
            closed[index:] = bucket
        admitted = admit(posts, closed, self._memory, self._bucket_s, self._window)
        self.tally.update(admitted.tally)
        self._store(posts, admitted, offsets, closed)
        waiting = deque(admitted.taken_back)
        for index, bucket in steps:
            while waiting and waiting[0].place < index:
                self._take_back(waiting.popleft(), offsets)
            out += self._close(bucket)
        for taken in waiting:
            self._take_back(taken, offsets)
        return out

    def idle(self, elapsed_s: float) -> list[Outgoing]:
        """Close what being without records for `elapsed_s` seconds allows; `source.beat` says that it is so."""
        return self._close(self.source.rest(elapsed_s, self._pending, self._bucket_s))

    def finish(self) -> list[Outgoing]:
        """Close everything: the input is at its end."""
        return self._close(self.source.rest(None, self._pending, self._bucket_s))

    def snapshot(self) -> dict[str, bytes]:
        """What a restart needs besides the memory."""
        state = _State(self.source.snapshot(), sorted(self._deleted), self._withdrawn)
        parts = {"state": msgspec.msgpack.encode(state)}
        for bucket, pending in self._pending.items():
            self._pending[bucket] = [joined(pending)]
            parts[f"pending/{bucket}"] = self._pending[bucket][0].encoded()
        for bucket, authors in self._authors.items():
            self._authors[bucket] = [once(np.concatenate(authors))]
            parts[f"authors/{bucket}"] = self._authors[bucket][0].tobytes()
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(parts["state"], type=_State)
        self.source.restore(state.source)
        self._deleted, self._withdrawn = set(state.deleted), state.withdrawn
        self._pending = {int(bucket): [decoded(data)] for bucket, data in under(parts, "pending").items()}
        self._authors = {int(b): [np.frombuffer(data, np.uint32)] for b, data in under(parts, "authors").items()}

    def _store(
        self, posts: Prepared, admitted: Admitted, offsets: npt.NDArray[np.int64], closed: npt.NDArray[np.int64]
    ) -> None:
        kept = admitted.kept
        travels = np.where(kept, np.maximum(admitted.bucket, closed + 1), -1)
        found = np.empty(len(kept), POST)
        found["post_id"], found["author"], found["signature"] = posts.post_id, posts.author, posts.signature
        found["offset"], found["bucket"] = offsets, admitted.bucket
        buckets = once(travels[kept]).tolist()
        if len(buckets) == 1 and kept.all():  # as in most chunks of a dense stream: nothing to part
            whole = Pending(found, posts.row_post.astype(np.int64), posts.row_key, posts.scopes)
            self._pending.setdefault(buckets[0], []).append(whole)
            return
        row_travels = travels[posts.row_post]
        for bucket in buckets:
            mine, rows = travels == bucket, row_travels == bucket
            place = np.cumsum(mine) - 1
            part = Pending(found[mine], place[posts.row_post[rows]], posts.row_key[rows], posts.scopes[mine])
            self._pending.setdefault(bucket, []).append(part)

    def _take_back(self, taken: TakenBack, offsets: npt.NDArray[np.int64]) -> None:
        """Older versions go: those that were sent, with the next run; those that are pending, from theirs."""
        last = max(taken.first_bucket, self.source.closed + 1)
        self._deleted.add(taken.post_id)
        self._withdrawn[taken.post_id] = Withdrawal(int(offsets[taken.place]), last)

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
        rows, keys = part.row_post, part.row_key
        if gone.any():
            alive = ~gone[rows]
            rows, keys = rows[alive], keys[alive]
        deleted = np.array(sorted(self._deleted), np.uint64).tobytes()
        self._deleted.clear()
        template = self.source.run(
            bucket,
            voices=self._window_voices(bucket, part.posts),
            new_voices=len(once(part.posts["author"][~gone])),
            deleted=deleted,
        )
        sums = sums_of(part, gone, self._codes)
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
        if not self._withdrawn:
            return np.zeros(len(posts), np.bool_)
        gone = np.isin(posts["post_id"], np.fromiter(self._withdrawn, np.uint64, len(self._withdrawn)))
        for i in np.flatnonzero(gone).tolist():
            gone[i] = posts["offset"][i] < self._withdrawn[int(posts["post_id"][i])].offset
        self._withdrawn = {number: w for number, w in self._withdrawn.items() if w.last_bucket > bucket}
        return gone

    def _window_voices(self, bucket: int, posts: Posts) -> int:
        """Authors of the window that ends with a bucket, of its new posts too; whether taken back or not."""
        for event_bucket in once(posts["bucket"]).tolist():
            new = once(posts["author"][posts["bucket"] == event_bucket])
            self._authors.setdefault(event_bucket, []).append(new)
        for old in [b for b in self._authors if b <= bucket - self._window]:
            del self._authors[old]
        recent = [authors for parts in self._authors.values() for authors in parts]
        return len(once(np.concatenate(recent))) if recent else 0
