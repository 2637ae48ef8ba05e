"""Commits with notes: what is sent, and what becomes of a failure."""

from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.types import TP

from streams.noting import NotingThread

POSTS, GONE, BARE = TP("posts", 0), TP("posts", 1), TP("runs", 0)


class Client:
    """aiokafka's consumer, as far as a commit looks at it."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.committed: dict[TopicPartition, OffsetAndMetadata] = {}

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        """Take the offsets, or fail."""
        if self.failure:
            raise self.failure
        self.committed |= offsets


def thread(client: Client) -> tuple[Any, list[Exception]]:
    """A thread without Faust around it, and what it crashed of."""
    crashes: list[Exception] = []

    async def crash(error: Exception) -> None:
        crashes.append(error)

    made = object.__new__(NotingThread)
    made.__dict__ |= {
        "consumer": SimpleNamespace(notes={POSTS: '{"snapshot":7}'}),
        "log": structlog.get_logger(),
        "assignment": lambda: {POSTS, BARE},
        "_ensure_consumer": lambda: client,
        "crash": crash,
        "tp_last_committed_at": {},
    }
    return made, crashes


async def test_each_offset_goes_with_its_note() -> None:
    """Partitions that were taken away are left out; one without a note has an empty one."""
    client = Client()
    made, _ = thread(client)
    assert await made._commit({POSTS: 12, GONE: 3, BARE: 5})
    assert client.committed == {
        TopicPartition("posts", 0): OffsetAndMetadata(12, '{"snapshot":7}'),
        TopicPartition("runs", 0): OffsetAndMetadata(5, ""),
    }
    assert set(made.tp_last_committed_at) == {POSTS, BARE}


async def test_a_commit_after_a_rebalance_is_no_crash() -> None:
    """The partitions are somebody else's now."""
    made, crashes = thread(Client(CommitFailedError()))
    assert not await made._commit({POSTS: 12})
    assert crashes == []


@pytest.mark.parametrize("failure", [IllegalStateError("not assigned"), OSError("no network")])
async def test_any_other_failure_ends_the_worker(failure: Exception) -> None:
    """Faust is told of it."""
    made, crashes = thread(Client(failure))
    assert not await made._commit({POSTS: 12})
    assert crashes == [failure]
