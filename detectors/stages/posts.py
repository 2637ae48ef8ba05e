"""READ, the posts: consecutive posts of one partition in, runs of closed buckets out. Joins nothing, judges nothing."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.known import KnownAuthors
from detectors.counts.marking import Marker
from detectors.counts.order import once
from detectors.counts.runs import POST, Posts, Run, destination, pieces_of
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.counts.watermark import Watermark
from detectors.figures.groups import Groups
from detectors.model.posts import Post
from detectors.stages.admission import Admitted, Prepared, TakenBack, admit, prepare
from detectors.stages.delivery import delivered
from detectors.stages.pending import Pending, decoded, joined, sums_of
from detectors.stages.post_figures import PostFigures
from detectors.stages.saved import named, under
from detectors.stages.source import Outgoing, Source, SourceState, series_destination
from detectors.stages.withdrawn import Withdrawal, Withdrawn, WithdrawnState
from detectors.subjects.columns import SubjectReader


class PostChunk(NamedTuple):
    """Consecutive readable posts of one partition. Shapes: n posts; offsets i8[n]; kafka_at f8[n], epoch seconds."""

    posts: Sequence[Post]
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class _State(msgspec.Struct, frozen=True):
    source: SourceState
    withdrawn: WithdrawnState


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
        authors: who was seen before.
        figures, groups: what posts add to figures.
        marker: which segments posts are in.
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
        authors: KnownAuthors,
        figures: PostFigures,
        groups: Groups,
        marker: Marker,
    ) -> None:
        self._bucket_s = bucket_s
        self._window = round(window_s / bucket_s)
        self._subjects = subjects
        self._memory = memory
        self._codes = codes
        self._known = authors
        self._figures, self._groups = figures, groups
        self._marker = marker
        self._pending: dict[int, list[Pending]] = {}
        self._withdrawn = Withdrawn()
        self._authors: dict[int, list[npt.NDArray[np.uint32]]] = {}
        clock = Watermark(bucket_s=bucket_s, lateness_s=lateness_s, jump_s=jump_s)
        self.source = Source("posts", partition, partitions, clock)
        self.tally: Counter[str] = Counter()
        """Posts by what became of them: read, late, too_late, duplicate, unknown_delete; `unmarked`: segments that were
        named and could not be told apart."""

    def step(self, chunk: PostChunk) -> list[Outgoing]:
        """Take a chunk; say what the buckets that it closes hold."""
        return self.take(self.prepare(chunk.posts), chunk.offsets, chunk.kafka_at)

    def prepare(self, posts: Sequence[Post]) -> Prepared:
        """Turn posts into columns. It changes nothing: a post that makes it raise can be left out."""
        return prepare(posts, self._subjects, self._codes, self._groups, self._marker)

    def take(
        self, posts: Prepared, offsets: npt.NDArray[np.int64], kafka_at: npt.NDArray[np.float64]
    ) -> list[Outgoing]:
        """Take consecutive posts; shapes as in PostChunk."""
        out = self.source.wake()
        steps = self.source.crossings(posts.at, kafka_at, posts.author)
        closed = np.full(len(posts.at), self.source.closed)
        for index, bucket in steps:
            closed[index:] = bucket
        admitted = admit(posts, offsets, closed, self._memory, self._bucket_s, self._window)
        self.tally.update(admitted.tally)
        if refused := self._marker.take_refused():
            self.tally["unmarked"] += refused
        self._store(posts, admitted, offsets, closed)
        self._figures.take(posts, admitted, closed)
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
        state = _State(self.source.snapshot(), self._withdrawn.snapshot())
        parts = {"state": msgspec.msgpack.encode(state), **named("known", self._known.snapshot())}
        parts |= named("figures", self._figures.snapshot())
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
        self._withdrawn.restore(state.withdrawn)
        self._known.restore(under(parts, "known"))
        self._figures.restore(under(parts, "figures"))
        self._pending = {int(bucket): [decoded(data)] for bucket, data in under(parts, "pending").items()}
        self._authors = {int(b): [np.frombuffer(data, np.uint32)] for b, data in under(parts, "authors").items()}

    def _store(
        self, posts: Prepared, admitted: Admitted, offsets: npt.NDArray[np.int64], closed: npt.NDArray[np.int64]
    ) -> None:
        kept = admitted.kept
        travels = np.where(kept, np.maximum(admitted.bucket, closed + 1), -1)
        found = np.zeros(len(kept), POST)
        found["post_id"], found["author"], found["signature"] = posts.post_id, posts.author, posts.signature
        found["offset"], found["bucket"] = offsets, admitted.bucket
        found["known"][kept] = self._known.see(posts.author[kept], admitted.bucket[kept], closed[kept])
        buckets = once(travels[kept]).tolist()
        if len(buckets) == 1 and kept.all():  # as in most chunks of a dense stream: nothing to part
            whole = Pending(found, posts.row_post.astype(np.int64), posts.row_key, posts.scopes, posts.segments)
            self._pending.setdefault(buckets[0], []).append(whole)
            return
        row_travels = travels[posts.row_post]
        for bucket in buckets:
            mine, rows = travels == bucket, row_travels == bucket
            place = np.cumsum(mine) - 1
            named = (posts.scopes[mine], posts.segments[mine])
            part = Pending(found[mine], place[posts.row_post[rows]], posts.row_key[rows], *named)
            self._pending.setdefault(bucket, []).append(part)

    def _take_back(self, taken: TakenBack, offsets: npt.NDArray[np.int64]) -> None:
        """Older versions go: those that were sent, with the next run; those that are pending, from theirs."""
        last = max(taken.first_bucket, self.source.closed + 1)
        self._withdrawn.add(taken.post_id, Withdrawal(int(offsets[taken.place]), last, taken.deleted))

    def _close(self, bucket: int) -> list[Outgoing]:
        """Runs of every bucket up to this one: one for each that holds posts, and one that says so of the rest."""
        if bucket <= self.source.closed:
            return []
        self._known.expire(bucket)
        self._marker.forget(bucket, (part.segments for parts in self._pending.values() for part in parts))
        due = sorted(b for b in self._pending if b <= bucket)
        out: list[Outgoing] = []
        for one in due if due and due[-1] == bucket else [*due, bucket]:
            out += self._run(one)
        return out

    def _run(self, bucket: int) -> Iterable[Outgoing]:
        part = joined(self._pending.pop(bucket, []))
        gone, deleted = self._withdrawn.of(bucket, part.posts)
        posts, rows, keys = part.posts, part.row_post, part.row_key
        table, mark = self._marker.marked(bucket, part.scopes, part.segments, posts["author"], ~gone)
        if gone.any() or table:
            posts = posts.copy()
            posts["mark"] = mark
            posts["deleted"] = deleted  # no voice, but COUNT tells how many there were
            travels = (~gone | deleted)[rows]
            rows, keys = rows[travels], keys[travels]
        voices, new_voices = self._window_voices(bucket, posts), len(once(posts["author"][~gone]))
        template = self.source.run(bucket, voices=voices, new_voices=new_voices, taken_back=self._withdrawn.told())
        template = msgspec.structs.replace(template, segments=table)
        sums = sums_of(part, gone, self._codes)
        sums.update(delivered(part.scopes, posts["bucket"], bucket, self._codes))
        where = destination(keys, self.source.partitions)
        return list(self._addressed(template, posts, rows, keys, where, sums))

    def _addressed(
        self,
        template: Run,
        posts: Posts,
        row_post: npt.NDArray[np.int64],
        row_key: npt.NDArray[np.uint64],
        where: npt.NDArray[np.int64],
        sums: Counter[str],
    ) -> Iterator[Outgoing]:
        figures = self._figures.told(template.bucket, self.source.partitions)
        for partition in range(self.source.partitions):
            mine = where == partition
            own = {name: n for name, n in sums.items() if series_destination(name, self.source.partitions) == partition}
            run = msgspec.structs.replace(template, increments=own, figures=figures[partition])
            for piece in pieces_of(run, posts, row_post[mine], row_key[mine]):
                yield Outgoing(partition, piece)

    def _window_voices(self, bucket: int, posts: Posts) -> int:
        """Authors of the window that ends with a bucket, of its new posts too; whether taken back or not."""
        for event_bucket in once(posts["bucket"]).tolist():
            new = once(posts["author"][posts["bucket"] == event_bucket])
            self._authors.setdefault(event_bucket, []).append(new)
        for old in [b for b in self._authors if b <= bucket - self._window]:
            del self._authors[old]
        recent = [authors for parts in self._authors.values() for authors in parts]
        return len(once(np.concatenate(recent))) if recent else 0
