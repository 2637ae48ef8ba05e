"""Bytes to posts, engagements and alerts; alerts, trends and figures to bytes. It keeps no count and sends nothing.

What a record may hold is said in `detectors/model`; fields that are not named there are skipped unread.
"""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec

from detectors.model import engagements, posts
from detectors.model.alerts import Alert, Trend
from detectors.model.engagements import Engagement
from detectors.model.fields import Problem, latest_event
from detectors.model.kpis import Kpi
from detectors.model.posts import Post
from streams import refusals
from streams.refusals import UNREADABLE, Reason, Refused

MAX_BYTES = 262_144
"""Of a record's value. Checked first: a long record costs its length, whatever is in it."""

EVENT_TYPE = "io.freshet.alert.v1"
EVENT_SOURCE = "urn:freshet:alerts"

R = TypeVar("R", Post, Engagement)


class KafkaRecord(Protocol):
    """What both Kafka clients deliver, as far as decoding looks at it."""

    @property
    def value(self) -> bytes | None: ...  # noqa: D102

    @property
    def timestamp(self) -> int | None:
        """Milliseconds since the epoch; None or negative: the record has none."""


class Decoded(NamedTuple, Generic[R]):
    """A chunk after decoding; every record of it is in exactly one of `records` and `refused`."""

    indexes: list[int]
    """Where in the chunk each of `records` was."""
    records: list[R]
    refused: list[tuple[int, Refused]]
    """Where in the chunk, and why."""


def decode_post(value: bytes | None, kafka_at: float) -> Post | Refused:
    """Read one post.

    Args:
        kafka_at: when Kafka took the record, epoch seconds; infinity where there is no Kafka.

    >>> decode_post(b'{"post_id": "p1", "creator_id": "c1"}', math.inf).message
    'the record: object missing required field `platform`'
    """
    return _decode(_read_post, posts.problem, value, latest_event(kafka_at))


def decode_engagement(value: bytes | None, kafka_at: float) -> Engagement | Refused:
    """Read one engagement; arguments as `decode_post`."""
    return _decode(_read_engagement, engagements.problem, value, latest_event(kafka_at))


def decode_alert(value: bytes | None) -> Alert | Refused:
    """Read one alert, as those who deliver it do."""
    if value is None or len(value) > MAX_BYTES:
        return _unread(value)
    try:
        return _read_alert(value)
    except UNREADABLE as error:
        return refusals.from_error(error)


def decode_posts(chunk: Sequence[KafkaRecord]) -> Decoded[Post]:
    """Read a chunk of posts; a bad one never touches its neighbours."""
    return _decode_all(_read_post, posts.problem, posts.simple, chunk)


def decode_engagements(chunk: Sequence[KafkaRecord]) -> Decoded[Engagement]:
    """Read a chunk of engagements; a bad one never touches its neighbours."""
    return _decode_all(_read_engagement, engagements.problem, engagements.simple, chunk)


def kafka_time(timestamp: int | None) -> float:
    """A record's timestamp in milliseconds as epoch seconds; infinity where it has none.

    >>> kafka_time(1_500), kafka_time(-1)
    (1.5, inf)
    """
    return math.inf if timestamp is None or timestamp < 0 else timestamp / 1000


def encode_alert(alert: Alert) -> bytes:
    """Write an alert: the same alert gives the same bytes."""
    return _encoder.encode(alert)


def encode_trend(trend: Trend) -> bytes:
    """Write an open trend: the same trend gives the same bytes."""
    return _encoder.encode(trend)


def encode_kpi(kpi: Kpi) -> bytes:
    """Write the figures of a scope and window: the same give the same bytes."""
    return _encoder.encode(kpi)


def cloud_event_headers(alert: Alert) -> list[tuple[str, bytes]]:
    """Headers that make an alert's record a CloudEvent 1.0 in Kafka's binary mode.

    Source: CloudEvents 1.0.2, Kafka protocol binding, section 3.2. `ce_type` changes with the major version only.
    """
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", alert.alert_id.encode()),
        ("ce_source", EVENT_SOURCE.encode()),
        ("ce_type", EVENT_TYPE.encode()),
        ("ce_time", str(msgspec.to_builtins(alert.detected_at)).encode()),
        ("content-type", b"application/json"),
    ]


_read_post = msgspec.json.Decoder(Post).decode
_read_alert = msgspec.json.Decoder(Alert).decode
_read_engagement = msgspec.json.Decoder(Engagement).decode
_encoder = msgspec.json.Encoder(order="deterministic")


def _decode(
    read: Callable[[bytes], R], problem: Callable[[R, datetime], Problem | None], value: bytes | None, latest: datetime
) -> R | Refused:
    if value is None or len(value) > MAX_BYTES:
        return _unread(value)
    try:
        record = read(value)
    except UNREADABLE as error:
        return refusals.from_error(error)
    wrong = problem(record, latest)
    if wrong is not None:
        return refusals.from_problem(wrong)
    return _lowered(record)


def _decode_all(
    read: Callable[[bytes], R],
    problem: Callable[[R, datetime], Problem | None],
    simple: Callable[[Sequence[R], datetime], bool],
    chunk: Sequence[KafkaRecord],
) -> Decoded[R]:
    """Decode a chunk; its rules between fields are looked at together, and one by one where one may be broken."""
    decoded: Decoded[R] = Decoded([], [], [])
    indexes, records, refused = decoded
    for index, raw in enumerate(chunk):
        value = raw.value
        if value is None or len(value) > MAX_BYTES:
            refused.append((index, _unread(value)))
            continue
        try:
            records.append(read(value))
        except UNREADABLE as error:
            refused.append((index, refusals.from_error(error)))
        else:
            indexes.append(index)
    stamps = [raw.timestamp for raw in chunk]
    known = bool(stamps) and None not in stamps and min(stamps) >= 0  # type: ignore[type-var, operator]
    if known and simple(records, latest_event(kafka_time(min(stamps)))):  # type: ignore[type-var]
        return decoded
    return _checked(problem, decoded, stamps)


def _checked(
    problem: Callable[[R, datetime], Problem | None], decoded: Decoded[R], stamps: Sequence[int | None]
) -> Decoded[R]:
    """What is left of decoded records when each has been held against the rules between its fields."""
    checked: Decoded[R] = Decoded([], [], [*decoded.refused])
    timestamp, latest = None, latest_event(math.inf)
    for index, record in zip(decoded.indexes, decoded.records, strict=True):
        if stamps[index] != timestamp:  # neighbours share it more often than not: half the time rule's cost
            timestamp = stamps[index]
            latest = latest_event(kafka_time(timestamp))
        wrong = problem(record, latest)
        if wrong is not None:
            checked.refused.append((index, refusals.from_problem(wrong)))
        else:
            checked.indexes.append(index)
            checked.records.append(_lowered(record))
    checked.refused.sort()
    return checked


def _unread(value: bytes | None) -> Refused:
    if value is None:
        return Refused(Reason.NULL, "the record has no value")
    return Refused(Reason.TOO_LARGE, f"the record has {len(value)} bytes, at most {MAX_BYTES} are read")


def _lowered(record: R) -> R:
    if record.platform.islower():
        return record
    return msgspec.structs.replace(record, platform=record.platform.lower())
