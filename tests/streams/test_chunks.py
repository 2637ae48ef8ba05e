"""Chunks: their order, what may be committed, and when they are held back."""

from collections import defaultdict, deque
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, MagicMock

import pytest
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP

from streams.chunks import Chunk, ChunkConsumer, Order
from streams.errors import StreamsError

POSTS = TP("posts", 0)
OTHER = TP("other", 0)


def chunk(sequence: int, epoch: int = 1) -> Chunk:
    return Chunk(POSTS, [], epoch, sequence)


def record(offset: int) -> Any:
    return SimpleNamespace(offset=offset, timestamp=1000 * offset, timestamp_type=1)


def consumer(chunk_records: int = 2) -> Any:
    """A consumer without a broker: only what the delivery and the commit look at."""
    made = object.__new__(ChunkConsumer)
    made.__dict__ |= {
        "app": SimpleNamespace(chunk_topics={"posts"}, chunk_records=chunk_records),
        "epoch": 1,
        "commit_limit": {}.get,
        "commit_note": lambda tp: f"note of {tp.topic}",
        "notes": {},
        "begins": {},
        "_holding": False,
        "_revokes": 0,
        "_put_aside": 0,
        "_delivered": defaultdict(deque),
        "_sequence": defaultdict(int),
        "_read_offset": defaultdict(lambda: None),
        "_acked": defaultdict(list),
        "_acked_index": defaultdict(set),
    }
    return made


def delivered(made: Any, offsets: range) -> list[Chunk]:
    return [message.value for message in made._messages(POSTS, [record(offset) for offset in offsets], 7)]


def handle(made: Any, *offsets: int) -> None:
    made._acked[POSTS] += offsets
    made._acked_index[POSTS] |= set(offsets)


def test_chunks_in_order_are_used() -> None:
    """The first after a seek, then one after the other."""
    order = Order()
    assert [order.accepts(chunk(n), epoch=1) for n in range(3)] == [True, True, True]


def test_a_chunk_of_an_older_seek_is_stale() -> None:
    """What was fetched before a seek can arrive after it (R4)."""
    order = Order()
    assert not order.accepts(chunk(0, epoch=1), epoch=2)
    assert order.accepts(chunk(0, epoch=2), epoch=2)


def test_a_missing_chunk_stops_the_worker() -> None:
    """Records between would be lost (R5)."""
    order = Order()
    order.accepts(chunk(0), epoch=1)
    with pytest.raises(StreamsError, match="chunk 2 came, 1 was expected"):
        order.accepts(chunk(2), epoch=1)


def test_a_seek_begins_the_numbers_anew() -> None:
    """A chunk that would have been the next one before the seek is no first one after it (R5)."""
    order = Order()
    order.accepts(chunk(0), epoch=1)
    with pytest.raises(StreamsError, match="chunk 1 came, 0 was expected"):
        order.accepts(chunk(1, epoch=2), epoch=2)


def test_records_are_cut_into_numbered_chunks() -> None:
    """Of at most `chunk_records`, each message with the offset of its last record."""
    made = consumer()
    chunks = delivered(made, range(10, 15))
    assert [[r.offset for r in c.records] for c in chunks] == [[10, 11], [12, 13], [14]]
    assert [c.sequence for c in chunks] == [0, 1, 2]


def test_a_note_of_before_the_seek_drops_nothing() -> None:
    """Faust writes down a delivery when it is over, a seek may be over before: seen as 381 lost runs (R7)."""
    made = consumer()
    made._read_offset[POSTS] = 13
    assert [c.records[-1].offset for c in delivered(made, range(10, 14))] == [11, 13]
    assert made._read_offset[POSTS] is None


def test_nothing_is_delivered_between_a_revoke_and_the_seek() -> None:
    """Paused partitions or not (R2)."""
    made = consumer()
    made._holding = True
    assert delivered(made, range(10, 15)) == []


async def test_what_comes_while_a_seek_is_under_way_is_sought_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen as 3,000 lost engagements: a fetch of before the rebalance brought them between two seeks (R8)."""
    made, seeks = consumer(), list[list[Any]]()
    monkeypatch.setattr(ChunkConsumer, "should_stop", False)
    made.__dict__ |= {
        "_wait_next_records": AsyncMock(return_value=({POSTS: [record(5)]}, None)),
        "_holding": True,
        "flow_active": False,
        "assignment": set,
    }

    async def seek(_: Any) -> None:
        seeks.append([tp async for tp, _ in made.getmany(1.0)] if not seeks else [])

    monkeypatch.setattr(Consumer, "perform_seek", seek)
    await made.perform_seek()
    assert seeks == [[], []]
    assert made.delivering is False
    assert (made.epoch, made._holding) == (3, False)
    await made.perform_seek()
    assert len(seeks) == 3


async def test_what_was_fetched_first_is_known_until_the_next_seek(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue may hold it for long, while the position is behind the last record already."""
    monkeypatch.setattr(ChunkConsumer, "should_stop", False)
    made = consumer()
    fetched = [record(offset) for offset in range(5, 9)]
    made.__dict__ |= {
        "_wait_next_records": AsyncMock(return_value=({POSTS: fetched}, None)),
        "app": SimpleNamespace(chunk_topics={"posts"}, chunk_records=2, monitor=MagicMock(), consumer_generation_id=7),
        "flow_active": True,
        "highwater": lambda _: 9,
    }
    assert [tp async for tp, _ in made.getmany(1.0)] == [POSTS, POSTS]
    assert made.begins == {POSTS: 5}
    assert [tp async for tp, _ in made.getmany(1.0)] == [POSTS, POSTS]
    assert made.begins == {POSTS: 5}
    made._forget({POSTS})
    assert made.begins == {}


def test_what_is_handled_in_order_is_committed() -> None:
    """A chunk that is handled before an earlier one waits for it."""
    made = consumer()
    delivered(made, range(10, 15))
    handle(made, 13)
    assert made._new_offset(POSTS) is None
    handle(made, 11)
    assert made._new_offset(POSTS) == 14


def test_the_limit_holds_the_commit_back() -> None:
    """To where a restart must read again; 0 means that nothing is committed."""
    made = consumer()
    delivered(made, range(10, 15))
    handle(made, 11, 13)
    made.commit_limit = {POSTS: 12}.get
    assert made._new_offset(POSTS) == 12
    handle(made, 14)
    made.commit_limit = {POSTS: 0}.get
    assert made._new_offset(POSTS) is None


def test_the_note_is_taken_with_the_offset() -> None:
    """What is known later is not what this offset rests on."""
    made = consumer()
    delivered(made, range(10, 15))
    assert made._new_offset(POSTS) is None
    assert made.notes == {}
    handle(made, 11)
    assert made._new_offset(POSTS) == 12
    made.commit_note = lambda tp: "a later one"  # noqa: ARG005
    assert made.notes == {POSTS: "note of posts"}
