"""A chunk of records as READ takes it in: decoded, put aside or prepared. It changes no state of a stage."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import structlog
from faust.types import TP

from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from streams import codec, keys
from streams.codec import Decoded
from streams.dead_letters import dead_letter
from streams.metrics import Metrics
from streams.poison import sift
from streams.refusals import Reason, Refused
from streams.sending import Message, Sender
from streams.topics import dead_letters

log = structlog.get_logger()

P = TypeVar("P")


class Taken(NamedTuple, Generic[P]):
    """The readable records of a chunk, prepared. Shapes: offsets i8[n]; kafka_at f8[n], epoch seconds."""

    prepared: P
    offsets: npt.NDArray[np.int64]
    kafka_at: npt.NDArray[np.float64]


class Intake:
    """Takes chunks in.

    Args:
        sender: takes dead letters to their topic.
    """

    def __init__(self, sender: Sender, metrics: Metrics) -> None:
        self._sender = sender
        self._metrics = metrics

    async def posts(self, tp: TP, records: Sequence[Any], prepare: Callable[[Sequence[Post]], P]) -> Taken[P]:
        """Take in posts."""
        decoded, prepared = _decoded(codec.decode_posts, prepare, records)
        await self._put_aside(tp, records, decoded)
        self._check_keys(tp, records, decoded, [keys.post_key(post) for post in decoded.records])
        return Taken(prepared, *_columns(records, decoded))

    async def engagements(
        self, tp: TP, records: Sequence[Any], prepare: Callable[[Sequence[Engagement]], P]
    ) -> Taken[P]:
        """Take in engagements."""
        decoded, prepared = _decoded(codec.decode_engagements, prepare, records)
        await self._put_aside(tp, records, decoded)
        self._check_keys(tp, records, decoded, [keys.engagement_key(e) for e in decoded.records])
        return Taken(prepared, *_columns(records, decoded))

    async def _put_aside(self, tp: TP, records: Sequence[Any], decoded: Decoded[codec.R]) -> None:
        letters: list[Message] = []
        for index, refused in decoded.refused:
            letter = dead_letter(records[index], refused.reason, refused.message, "read")
            letters.append(Message(dead_letters(tp.topic), letter.key, letter.value, None, letter.headers))
            self._metrics.count_dead_letter(tp.topic, refused.reason)
            if refused.reason is Reason.INTERNAL_ERROR:
                log.error("a record makes our own code fail and is put aside", topic=tp.topic, why=refused.message)
        if letters:
            await self._sender.send(letters)

    def _check_keys(
        self,
        tp: TP,
        records: Sequence[Any],
        decoded: Decoded[codec.R],
        wanted: Sequence[bytes | None],
    ) -> None:
        found = [records[i].key for i in decoded.indexes]
        if found != wanted:
            wrong = sum(key != right for key, right in zip(found, wanted, strict=True))
            self._metrics.key_mismatch.labels(tp.topic).inc(wrong)


def _decoded(
    decode: Callable[[Sequence[Any]], Decoded[codec.R]],
    prepare: Callable[[Sequence[codec.R]], P],
    records: Sequence[Any],
) -> tuple[Decoded[codec.R], P]:
    """The readable records and their columns; what makes our own code raise is refused like the unreadable."""
    first = sift(decode, records)
    refused = [(i, _internal(error)) for i, error in first.bad]
    refused += [(first.good[i], why) for i, why in first.result.refused]
    indexes = [first.good[i] for i in first.result.indexes]
    second = sift(prepare, first.result.records)
    refused += [(indexes[i], _internal(error)) for i, error in second.bad]
    good = [first.result.records[i] for i in second.good] if second.bad else first.result.records
    return Decoded([indexes[i] for i in second.good], good, sorted(refused)), second.result


def _internal(error: Exception) -> Refused:
    """Our own fault; the message names the error's type only, for its text may quote the record."""
    return Refused(Reason.INTERNAL_ERROR, f"our own code fails on this record: {type(error).__name__}")


def _columns(
    records: Sequence[Any], decoded: Decoded[codec.R]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Offsets and Kafka times, epoch seconds, of the readable records."""
    good = records if not decoded.refused else [records[i] for i in decoded.indexes]
    offsets = np.array([r.offset for r in good], np.int64)
    stamps = np.array([-1 if r.timestamp is None else r.timestamp for r in good], np.float64)
    return offsets, np.where(stamps < 0, np.inf, stamps / 1000)
