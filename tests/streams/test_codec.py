"""What is read, what is refused and why, and that nothing stops the reader."""

import json
import math
from typing import Any, NamedTuple

import msgspec
import pytest
from cloudevents.core.bindings import kafka as cloud_events
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.model.alerts import Alert, Trend
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from streams import codec
from streams.refusals import Reason, Refused
from tests.streams.examples import ALERT, ENGAGEMENT, KAFKA_AT, ORDER, POST, REFUND, TREND


class Record(NamedTuple):
    value: bytes | None
    timestamp: int | None = int(KAFKA_AT * 1000)


def as_json(record: dict[str, Any], **changes: Any) -> bytes:
    """The record with changes; ... takes a field away."""
    changed = {name: value for name, value in {**record, **changes}.items() if value is not ...}
    return json.dumps(changed).encode()


BAD: dict[str, tuple[bytes | None, Reason]] = {
    "no value": (None, Reason.NULL),
    "a byte too long": (as_json(POST) + b" " * (codec.MAX_BYTES + 1 - len(as_json(POST))), Reason.TOO_LARGE),
    "not UTF-8": (as_json(POST).replace(b"p1", b"\xff"), Reason.NOT_UTF8),
    "a surrogate in UTF-8": (as_json(POST).replace(b"p1", b"\xed\xa0\x80"), Reason.NOT_UTF8),
    "nothing": (b"", Reason.NOT_JSON),
    "half a record": (as_json(POST)[:-1], Reason.NOT_JSON),
    "two records": (as_json(POST) * 2, Reason.NOT_JSON),
    "a byte order mark": (b"\xef\xbb\xbf" + as_json(POST), Reason.NOT_JSON),
    "half a surrogate pair": (as_json(POST).replace(b"p1", b"\\ud83d"), Reason.NOT_JSON),
    "a word": (b"post", Reason.NOT_JSON),
    "not a number": (as_json(POST, followers=math.nan), Reason.NOT_JSON),
    "a list": (b"[]", Reason.WRONG_TYPE),
    "null": (b"null", Reason.WRONG_TYPE),
    "deep nesting": (b'{"x":' + b"[" * 50_000, Reason.OUT_OF_RANGE),
    "no post_id": (as_json(POST, post_id=...), Reason.MISSING_FIELD),
    "no creator_id": (as_json(POST, creator_id=...), Reason.MISSING_FIELD),
    "no platform": (as_json(POST, platform=...), Reason.MISSING_FIELD),
    "no created_at": (as_json(POST, created_at=...), Reason.MISSING_FIELD),
    "no created_at for an update": (as_json(POST, created_at=..., action="update"), Reason.MISSING_FIELD),
    "no deleted_at for a delete": (as_json(POST, action="delete"), Reason.MISSING_FIELD),
    "post_id a number": (as_json(POST, post_id=1), Reason.WRONG_TYPE),
    "text null": (as_json(POST, text=None), Reason.WRONG_TYPE),
    "hashtags a string": (as_json(POST, hashtags="a"), Reason.WRONG_TYPE),
    "a hashtag a number": (as_json(POST, hashtags=[1]), Reason.WRONG_TYPE),
    "followers a fraction": (as_json(POST, followers=1.5), Reason.WRONG_TYPE),
    "sponsored a string": (as_json(POST, sponsored="yes"), Reason.WRONG_TYPE),
    "created_at a number": (as_json(POST, created_at=KAFKA_AT), Reason.WRONG_TYPE),
    "post_id empty": (as_json(POST, post_id=""), Reason.OUT_OF_RANGE),
    "post_id long": (as_json(POST, post_id="x" * 129), Reason.OUT_OF_RANGE),
    "platform long": (as_json(POST, platform="x" * 33), Reason.OUT_OF_RANGE),
    "text long": (as_json(POST, text="x" * 10_001), Reason.OUT_OF_RANGE),
    "many hashtags": (as_json(POST, hashtags=["a"] * 51), Reason.OUT_OF_RANGE),
    "many communities": (as_json(POST, communities=["a"] * 11), Reason.OUT_OF_RANGE),
    "followers negative": (as_json(POST, followers=-1), Reason.OUT_OF_RANGE),
    "followers over 64 bits": (as_json(POST, followers=2**70), Reason.OUT_OF_RANGE),
    "an infinite number": (as_json(POST).replace(b"12000", b"1e999"), Reason.OUT_OF_RANGE),
    "an unknown action": (as_json(POST, action="publish"), Reason.OUT_OF_RANGE),
    "an unknown format": (as_json(POST, format="rant"), Reason.OUT_OF_RANGE),
    "no zone": (as_json(POST, created_at="2025-12-31T23:59:00"), Reason.TIME),
    "no date": (as_json(POST, created_at="yesterday"), Reason.TIME),
    "before 2005": (as_json(POST, created_at="2004-12-31T23:59:59Z"), Reason.TIME),
    "ahead of Kafka": (as_json(POST, created_at="2026-01-01T00:05:01Z"), Reason.TIME),
    "deleted ahead of Kafka": (as_json(POST, action="delete", deleted_at="2026-01-01T00:05:01Z"), Reason.TIME),
    "the end of time": (as_json(POST, created_at="9999-12-31T23:59:59-14:00"), Reason.TIME),
    "the beginning of time": (as_json(POST, created_at="0001-01-01T00:00:00+14:00"), Reason.TIME),
}

BAD_ENGAGEMENTS: dict[str, tuple[bytes, Reason]] = {
    "no event_id": (as_json(ENGAGEMENT, event_id=...), Reason.MISSING_FIELD),
    "no at": (as_json(ENGAGEMENT, at=...), Reason.MISSING_FIELD),
    "no kind": (as_json(ENGAGEMENT, kind=...), Reason.MISSING_FIELD),
    "no creator_id": (as_json(ENGAGEMENT, creator_id=...), Reason.MISSING_FIELD),
    "an order without order": (as_json(ENGAGEMENT, kind="order"), Reason.MISSING_FIELD),
    "a refund without refund": (as_json(ENGAGEMENT, kind="refund", order=ORDER), Reason.MISSING_FIELD),
    "counters without counters": (as_json(ENGAGEMENT, kind="counters"), Reason.MISSING_FIELD),
    "an order about nothing": (
        as_json(ENGAGEMENT, kind="order", order=ORDER, creator_id=..., post_id=...),
        Reason.MISSING_FIELD,
    ),
    "an order without its id": (
        as_json(ENGAGEMENT, kind="order", order={**ORDER, "order_id": None}),
        Reason.WRONG_TYPE,
    ),
    "an unknown kind": (as_json(ENGAGEMENT, kind="poke"), Reason.OUT_OF_RANGE),
    "an unknown currency": (
        as_json(ENGAGEMENT, kind="order", order={**ORDER, "currency": "euro"}),
        Reason.OUT_OF_RANGE,
    ),
    "a negative price": (as_json(ENGAGEMENT, kind="order", order={**ORDER, "net_minor": -1}), Reason.OUT_OF_RANGE),
    "a price in fractions": (as_json(ENGAGEMENT, kind="order", order={**ORDER, "net_minor": 9.5}), Reason.WRONG_TYPE),
    "negative views": (as_json(ENGAGEMENT, kind="counters", counters={"views": -1}), Reason.OUT_OF_RANGE),
    "at ahead of Kafka": (as_json(ENGAGEMENT, at="2026-01-01T00:05:01Z"), Reason.TIME),
}


@pytest.mark.parametrize(("value", "reason"), BAD.values(), ids=BAD)
def test_a_bad_post_has_its_reason(value: bytes | None, reason: Reason) -> None:
    """Every way to be wrong has one reason."""
    refused = codec.decode_post(value, KAFKA_AT)

    assert isinstance(refused, Refused)
    assert refused.reason is reason


@pytest.mark.parametrize(("value", "reason"), BAD_ENGAGEMENTS.values(), ids=BAD_ENGAGEMENTS)
def test_a_bad_engagement_has_its_reason(value: bytes, reason: Reason) -> None:
    """Every way to be wrong has one reason."""
    refused = codec.decode_engagement(value, KAFKA_AT)

    assert isinstance(refused, Refused)
    assert refused.reason is reason


def test_every_reason_occurs() -> None:
    """The closed set holds no reason that nothing leads to; see test_reading.py for the one that is our fault."""
    assert {reason for _, reason in BAD.values()} == set(Reason) - {Reason.INTERNAL_ERROR}


def test_the_good_between_the_bad_survive() -> None:
    """A bad record takes nothing with it: each record of a chunk is kept or refused, in its place."""
    chunk = [Record(value) for bad, _ in BAD.values() for value in (as_json(POST), bad)]

    decoded = codec.decode_posts(chunk)

    assert decoded.indexes == list(range(0, len(chunk), 2))
    assert [post.post_id for post in decoded.records] == ["p1"] * len(BAD)
    assert [(index, refused.reason) for index, refused in decoded.refused] == [
        (2 * number + 1, reason) for number, (_, reason) in enumerate(BAD.values())
    ]


def test_good_engagements_between_bad_ones_survive() -> None:
    """The same for engagements."""
    chunk = [Record(value) for bad, _ in BAD_ENGAGEMENTS.values() for value in (as_json(ENGAGEMENT), bad)]

    decoded = codec.decode_engagements(chunk)

    assert decoded.indexes == list(range(0, len(chunk), 2))
    assert [refused.reason for _, refused in decoded.refused] == [reason for _, reason in BAD_ENGAGEMENTS.values()]


def test_each_record_has_its_own_kafka_time() -> None:
    """What one record's Kafka time allows, its neighbour's may not; without a Kafka time all is allowed."""
    ahead = as_json(POST, created_at="2026-01-01T00:10:00Z")
    later = int(KAFKA_AT + 600) * 1000

    decoded = codec.decode_posts([Record(ahead), Record(ahead, later), Record(ahead), Record(ahead, -1)])

    assert decoded.indexes == [1, 3]


@pytest.mark.parametrize(
    "value",
    [
        as_json(POST),
        as_json(POST, created_at="2026-01-01T00:05:00Z"),
        as_json(POST, created_at="2026-01-01T01:59:00.123456+02:00"),
        as_json(POST, created_at="2005-01-01T00:00:00Z"),
        as_json(POST, action="delete", deleted_at="2025-12-31T23:59:30Z", created_at=...),
        as_json(POST, hashtags=None, language="fr", text="é" * 10_000),
        as_json(POST, post_id="x" * 128, hashtags=["a"] * 50, unknown={"a": [1, {"b": None}]}),
        as_json(POST) + b" " * (codec.MAX_BYTES - len(as_json(POST))),
    ],
)
def test_a_good_post_is_read(value: bytes) -> None:
    """What the contract allows is read, to the limit; unknown fields are ignored."""
    assert isinstance(codec.decode_post(value, KAFKA_AT), Post)


@pytest.mark.parametrize(
    "value",
    [
        as_json(ENGAGEMENT, count=-3),
        as_json(ENGAGEMENT, kind="counters", counters={"views": 0, "likes": 7}),
        as_json(ENGAGEMENT, kind="order", order=ORDER, creator_id=..., post_id=..., promo_code="GLOW10"),
        as_json(ENGAGEMENT, kind="refund", refund=REFUND, creator_id=...),
    ],
)
def test_a_good_engagement_is_read(value: bytes) -> None:
    """What the contract allows is read; only an order or a refund may leave out whose post it is about."""
    assert isinstance(codec.decode_engagement(value, KAFKA_AT), Engagement)


@pytest.mark.parametrize("platform", ["TikTok", "tiktok", "TIKTOK"])
def test_a_platform_is_lower_cased(platform: str) -> None:
    """However a platform is spelt, it is the same platform; a record is changed in nothing else."""
    assert codec.decode_post(as_json(POST, platform=platform), KAFKA_AT) == codec.decode_post(as_json(POST), KAFKA_AT)


@pytest.mark.parametrize("field", ["format", "text", "platform", "created_at", "communities", "followers"])
def test_a_message_names_the_field_and_quotes_nothing(field: str) -> None:
    """What people wrote stays out of logs and headers, whichever rule it breaks."""
    secret = "hunter2"
    for wrong in (secret, [secret] * 60, {secret: secret}, secret * 2000):
        refused = codec.decode_post(as_json(POST, **{field: wrong}), KAFKA_AT)
        if isinstance(refused, Refused):
            assert f"`{field}" in refused.message
            assert secret not in refused.message


def _mutated(record: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """JSON of the record with bytes changed, taken out and put in."""
    raw = as_json(record, sponsored=True, order=ORDER, counters={"views": 1}, extra=[{"a": "\u00e9"}])
    edits = st.lists(st.tuples(st.integers(0, len(raw)), st.integers(0, 3), st.binary(max_size=3)), max_size=5)

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        changed = raw
        for at, taken, put in changes:
            changed = changed[:at] + put + changed[at + taken :]
        return changed

    return edits.map(apply)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*POST, *ENGAGEMENT]), inner),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode())


def _replaced(record: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """JSON of the record with whole values replaced by any others."""
    others = st.dictionaries(st.sampled_from([*record]), ANY_JSON.map(json.loads), max_size=3)
    return others.map(lambda changes: json.dumps({**record, **changes}).encode())


@settings(deadline=None, max_examples=300)
@given(st.lists(_mutated(POST) | _replaced(POST) | ANY_JSON | st.binary(max_size=40), max_size=6))
def test_no_post_stops_the_reader(values: list[bytes]) -> None:
    """Whatever arrives, nothing is raised, and each record has one outcome."""
    decoded = codec.decode_posts([Record(value) for value in values])

    assert sorted([*decoded.indexes, *(index for index, _ in decoded.refused)]) == list(range(len(values)))
    assert len(decoded.records) == len(decoded.indexes)


@settings(deadline=None, max_examples=300)
@given(st.lists(_mutated(ENGAGEMENT) | _replaced(ENGAGEMENT) | ANY_JSON, max_size=6))
def test_no_engagement_stops_the_reader(values: list[bytes]) -> None:
    """The same for engagements."""
    decoded = codec.decode_engagements([Record(value) for value in values])

    assert sorted([*decoded.indexes, *(index for index, _ in decoded.refused)]) == list(range(len(values)))


def test_an_alert_reads_back_as_it_was() -> None:
    """Encoding loses nothing; a forecast that is not learned is absent, not null."""
    assert msgspec.json.decode(codec.encode_alert(ALERT), type=Alert) == ALERT
    assert msgspec.json.decode(codec.encode_trend(TREND), type=Trend) == TREND
    assert "forecast" not in json.loads(codec.encode_trend(TREND))
    assert codec.decode_alert(codec.encode_alert(ALERT)) == ALERT


@pytest.mark.parametrize(
    ("value", "reason"), [(None, Reason.NULL), (b"\xff", Reason.NOT_JSON), (b"{}", Reason.MISSING_FIELD)]
)
def test_what_is_no_alert_has_its_reason(value: bytes | None, reason: Reason) -> None:
    """As for input records: who delivers alerts puts it aside."""
    refused = codec.decode_alert(value)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


def test_instants_are_written_in_utc() -> None:
    """RFC 3339 with Z."""
    assert json.loads(codec.encode_alert(ALERT))["window"] == {
        "start": "2025-12-31T23:00:00Z",
        "end": "2026-01-01T00:00:00Z",
    }


def test_the_same_alert_gives_the_same_bytes() -> None:
    """Whatever order its trace was filled in."""
    turned = msgspec.structs.replace(ALERT, trace=dict(reversed(ALERT.trace.items())))

    assert codec.encode_alert(turned) == codec.encode_alert(ALERT)


def test_an_alert_is_a_cloud_event() -> None:
    """The CloudEvents library reads our headers and value as one event in binary mode."""
    headers = codec.cloud_event_headers(ALERT)
    message = cloud_events.KafkaMessage(dict(headers), ALERT.dedup_key.encode(), codec.encode_alert(ALERT))

    event = cloud_events.from_binary_event(message)

    assert len(dict(headers)) == len(headers)
    assert event.get_specversion() == "1.0"
    assert event.get_id() == ALERT.alert_id
    assert event.get_type() == "io.freshet.alert.v1"
    assert event.get_source() == "urn:freshet:alerts"
    assert event.get_time() == ALERT.detected_at
    assert event.get_datacontenttype() == "application/json"
    data: Any = event.get_data()
    assert data["trend_id"] == ALERT.trend_id
