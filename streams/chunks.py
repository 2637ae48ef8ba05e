"""A Faust transport that hands over a run of records of one partition as one message: its cost is paid once a chunk.

Rebalances, flow control, sensors and the web stay Faust's. The repairs that make it exact are marked R1 to R8; a test
exists for each, and `tests/streams/test_faust_guard.py` fails when a private name that is used here changes.

    R1 nothing that was fetched before a seek is delivered after it
    R2 from a revoke until the seek that ends the rebalance, no chunk is delivered, paused partitions or not
    R3 a partition without a commit starts at its beginning, not where it stands
    R4 seeks are numbered: a chunk of an older epoch is stale
    R5 chunks are numbered within an epoch: a missing one stops the worker
    R6 Faust's own look for stalled partitions is left out: it asserts, and so ends the worker, during a rebalance
    R7 Faust notes how far it has delivered after the delivery, which a seek can precede: it would then drop what lies
       between; chunks are numbered, so the note is put aside
    R8 a seek takes one partition after the other; what an older fetch brings meanwhile is put aside, and sought again
"""

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, NamedTuple, cast

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from streams.errors import StreamsError
from streams.noting import NotingThread

CommitLimit = Callable[[TP], int | None]
"""The offset at which a restart must read a partition again; None: it may be committed as far as it was handled."""

CommitNote = Callable[[TP], str]
"""What is kept beside a committed offset, see `commits.py`; empty: nothing."""


class Chunk(NamedTuple):
    """Consecutive records of one partition, in offset order, as aiokafka's ConsumerRecord."""

    tp: TP
    records: Sequence[Any]
    epoch: int
    """Number of the seek after which it was fetched."""
    sequence: int
    """0 for the first chunk after a seek, then counted up."""


class Order:
    """Finds chunks that queues kept or lost over a rebalance.

    >>> order, tp = Order(), TP("posts", 0)
    >>> order.accepts(Chunk(tp, [], epoch=1, sequence=0), epoch=1)
    True
    >>> order.accepts(Chunk(tp, [], epoch=0, sequence=1), epoch=1)
    False
    """

    def __init__(self) -> None:
        self._epoch = 0
        self._next: dict[TP, int] = {}

    def accepts(self, chunk: Chunk, epoch: int) -> bool:
        """Whether to use a chunk: False if it is stale. Raises StreamsError if one before it is missing (R4, R5)."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._next.clear()
        if chunk.epoch != epoch:
            return False
        wanted = self._next.get(chunk.tp, 0)
        if chunk.sequence != wanted:
            raise StreamsError(f"{chunk.tp}: chunk {chunk.sequence} came, {wanted} was expected: records would be lost")
        self._next[chunk.tp] = chunk.sequence + 1
        return True


class ChunkSchema(faust.Schema):  # type: ignore[type-arg]
    """Hands the chunk to the agent as it is: decoding a record must not be able to stop the stream."""

    def loads_key(self, app: Any, message: Any, **kwargs: Any) -> None:  # noqa: ARG002, D102 - Faust's signature
        return None

    def loads_value(self, app: Any, message: Any, **kwargs: Any) -> Any:  # noqa: ARG002, D102
        return message.value


class ChunkConsumer(driver.Consumer):
    """Consumer that delivers the records of `app.chunk_topics` in chunks.

    A chunk carries the offset of its last record, and offsets are committed in the order of delivery, so holes in the
    log need no bookkeeping and no chunk is committed half way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.epoch = 0
        self.commit_limit: CommitLimit = lambda tp: None  # noqa: ARG005
        self.commit_note: CommitNote = lambda tp: ""  # noqa: ARG005
        self.notes: dict[TP, str] = {}
        """As the offsets were chosen: a later one could promise more than is committed."""
        self.begins: dict[TP, int] = {}
        """Offset of the first record fetched since the seek: the position is that of the last, handled or not."""
        self._delivered: defaultdict[TP, deque[int]] = defaultdict(deque)
        self._sequence: defaultdict[TP, int] = defaultdict(int)
        self._holding = True
        self._revokes = 0
        self._put_aside = 0
        """Times that records were fetched and not delivered: a seek was to come, or under way."""

    @property
    def delivering(self) -> bool:
        """Whether chunks flow: assigned, and past the seek that ends a rebalance."""
        return self.flow_active and not self._holding

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        """Fetch once; yield what may be delivered."""
        epoch = self.epoch
        records, active = await self._wait_next_records(timeout)
        if not records or self.should_stop:
            return
        if not self._holding and (not self.flow_active or epoch != self.epoch):
            await self.perform_seek()  # R1
            return
        if not self.flow_active:
            self._put_aside += 1  # R8
            return  # R1: the seek that ends the rebalance reads these again
        generation = self.app.consumer_generation_id
        for tp, run in records.items():
            self.begins.setdefault(tp, run[0].offset)
        for tp, run in records.items():
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                continue
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            for message in self._messages(tp, run, generation):
                if not self.flow_active or self.app.consumer_generation_id != generation:
                    return
                yield tp, message
                if epoch != self.epoch or (self._holding and self._is_chunked(tp)):
                    return

    def _messages(self, tp: TP, run: Sequence[Any], generation: int) -> Iterable[ConsumerMessage]:
        if not self._is_chunked(tp):
            yield from (self._to_message(tp, record) for record in run)
            return
        if self._holding:
            self._put_aside += 1  # R8
            return  # R2
        size = self.app.chunk_records  # type: ignore[attr-defined]
        for start in range(0, len(run), size):
            part = run[start : start + size]
            self._read_offset[tp] = None  # R7
            self._delivered[tp].append(part[-1].offset)
            chunk = Chunk(tp, part, self.epoch, self._sequence[tp])
            self._sequence[tp] += 1
            yield _message(chunk, generation)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Do nothing (R6): `monitor.py` and `watchdog.py` see a stall."""

    def _is_chunked(self, tp: TP) -> bool:
        return tp.topic in self.app.chunk_topics  # type: ignore[attr-defined]

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        if not self._is_chunked(tp):
            await super()._add_gap(tp, offset_from, offset_to)

    def _new_offset(self, tp: TP) -> int | None:
        """The offset to commit: after the chunks that are handled, but not beyond the limit."""
        if not self._is_chunked(tp):
            return super()._new_offset(tp)
        handled, waiting = self._acked_index[tp], self._delivered[tp]
        last: int | None = None
        while waiting and waiting[0] in handled:
            last = waiting.popleft()
            handled.discard(last)
        self._acked[tp][:] = sorted(handled)
        if last is None:
            return None
        limit = self.commit_limit(tp)
        self.notes[tp] = self.commit_note(tp)
        return last + 1 if limit is None else min(last + 1, limit) or None

    def _new_consumer_thread(self) -> NotingThread:
        return NotingThread(self, loop=self.loop, beacon=self.beacon)

    async def perform_seek(self) -> None:
        """Seek to what is committed, or to the beginning (R3); chunks of before are stale (R4)."""
        self.epoch += 1
        revokes = self._revokes
        try:
            sought = None
            while sought != self._put_aside:  # R8
                sought = self._put_aside
                await self._seek_all()
        finally:
            self._forget({*self._delivered, *self._sequence, *self.begins})
            self.epoch += 1
        if revokes == self._revokes:
            self._holding = False

    async def _seek_all(self) -> None:
        await super().perform_seek()
        fresh = {tp for tp in self.assignment() if self._is_chunked(tp) and not self._committed_offset[tp]}
        if fresh:
            await self._thread.seek_to_beginning(*driver.ensure_aiokafka_TPset(fresh))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Hold chunks back until the seek (R2)."""
        self._holding = True
        self._revokes += 1
        await super().on_partitions_revoked(revoked)
        self._forget(revoked)

    def _forget(self, tps: Iterable[TP]) -> None:
        for tp in filter(self._is_chunked, tps):
            self.begins.pop(tp, None)
            self._delivered.pop(tp, None)
            self._sequence.pop(tp, None)
            self._acked.pop(tp, None)
            self._acked_index.pop(tp, None)


def _message(chunk: Chunk, generation: int) -> ConsumerMessage:
    tp, last, value = chunk.tp, chunk.records[-1], cast("Any", chunk)  # ChunkSchema hands it on as it is
    where = (tp.topic, tp.partition, last.offset, last.timestamp / 1000.0, last.timestamp_type)
    return ConsumerMessage(*where, None, None, value, None, 0, 0, tp, generation_id=generation)


class ChunkTransport(driver.Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer = ChunkConsumer


class ChunkApp(faust.App):
    """Faust app whose `chunk_topic` streams yield chunks.

    Args:
        chunk_records: records a chunk holds at most. > 0.
    """

    def __init__(self, *args: Any, chunk_records: int, **kwargs: Any) -> None:
        self.chunk_topics: set[str] = set()
        self.chunk_records = chunk_records
        super().__init__(*args, **kwargs)

    def chunk_topic(self, name: str) -> Any:
        """A topic that is read in chunks."""
        self.chunk_topics.add(name)
        return self.topic(name, schema=ChunkSchema())

    def _new_transport(self) -> Any:
        return ChunkTransport(self.conf.broker_consumer, self)
