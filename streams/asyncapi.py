"""The AsyncAPI 3.0 document of the public topics: `python -m streams.asyncapi docs/contract` writes it.

Topics, their settings and the names in headers come from the code that makes them; the records are the JSON Schemas
beside it.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from config.sections import Topics
from config.settings import Settings
from streams import codec, dead_letters, schemas
from streams.topics import DEAD_LETTERS, TopicSpec, declared

FILE = f"asyncapi.v{schemas.VERSION}.json"
BINDING = "0.5.0"
"""Version of AsyncAPI's description of Kafka."""

SCHEMA_FORMAT = "application/schema+json;version=draft-07"
"""What AsyncAPI's tools read. Ours are 2020-12; what they use of it means the same to those tools, or nothing."""

Json = dict[str, Any]


class Described(NamedTuple):
    """What the code does not say about a topic."""

    record: str
    """Of `schemas.RECORDS`."""
    action: str
    """What Freshet does: `receive` or `send`."""
    summary: str
    key: str


DESCRIBED: Mapping[str, Described] = {
    "posts": Described("post", "receive", "What creators post.", "creator_id"),
    "engagements": Described(
        "engagement",
        "receive",
        "How people react; orders and refunds.",
        "creator_id of the post it is about; order_id for orders and refunds",
    ),
    "rules": Described(
        "rule",
        "receive",
        "What subscribers want to be told: the latest of a key counts, a record without a value removes it.",
        "rule_id",
    ),
    "alerts": Described(
        "alert",
        "send",
        "What people should know, once a piece of news. Delivered at least once: keep the first of each alert_id.",
        "dedup_key: rule, scope and trend",
    ),
    "trends": Described("trend", "send", "The latest about every open trend.", "trend_id"),
    "kpis": Described(
        "kpi", "send", "Figures by scope and window; the highest revision of a key counts.", "<scope>|<window>"
    ),
}
"""By the setting that names the topic."""

WITHOUT_RECORDS = frozenset({"campaigns", "feedback"})
"""Topics of the contract that are made, but nothing reads or writes them yet: their records have no types."""


def document() -> Json:
    """The document, with the topics of the default settings."""
    names = {topic: setting for setting, topic in Topics().names().items()}
    channels: dict[str, tuple[TopicSpec, Described | None]] = {}
    for spec in declared(Settings()):
        origin, dead, _ = spec.name.partition(DEAD_LETTERS)
        setting = names[origin]
        if setting in DESCRIBED:
            channels[f"{setting}DeadLetters" if dead else setting] = spec, None if dead else DESCRIBED[setting]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:freshet:contract:v1",
        "info": INFO,
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka", "description": "Your Kafka."}},
        "channels": {name: _channel(spec, described) for name, (spec, described) in channels.items()},
        "operations": dict(_operation(name, described) for name, (_, described) in channels.items()),
        "components": {
            "messages": {**_messages(), "forgotten": FORGOTTEN, "removed": REMOVED, "deadLetter": _dead_letter()}
        },
    }


def text() -> bytes:
    """The document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False).encode() + b"\n"


def headers_of_alerts() -> Json:
    """JSON Schema of an alert's headers: those that are the same for all alerts, with their value."""
    described: dict[str, Json] = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"description": "the alert_id"},
        "ce_source": {"const": codec.EVENT_SOURCE},
        "ce_type": {"const": codec.EVENT_TYPE},
        "ce_time": {"format": "date-time", "description": "detected_at"},
        "content-type": {"const": "application/json"},
    }
    return _headers(described, "CloudEvents 1.0, Kafka protocol binding, binary mode.")


def headers_of_dead_letters() -> Json:
    """JSON Schema of what is added to the headers of a record that is put aside."""
    described: dict[str, Json] = {name: {} for name in sorted(dead_letters.NAMES)}
    return _headers(described, "Those of Kafka Connect's dead-letter queues (KIP-298); foreign ones stay.")


def _headers(described: Mapping[str, Json], description: str) -> Json:
    properties = {name: {"type": "string", **more} for name, more in described.items()}
    return {"type": "object", "description": description, "properties": properties, "required": list(properties)}


def _channel(spec: TopicSpec, described: Described | None) -> Json:
    names = _names_of(described)
    return {
        "address": spec.name,
        "summary": described.summary if described else "Records that could not be used, byte for byte.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": _topic(spec)},
    }


def _topic(spec: TopicSpec) -> Json:
    configs: Json = {"cleanup.policy": [spec.configs["cleanup.policy"]]}
    for name in ("retention.ms", "max.message.bytes"):
        if name in spec.configs:
            configs[name] = int(spec.configs[name])
    return {"partitions": spec.partitions, "topicConfiguration": configs, "bindingVersion": BINDING}


def _operation(name: str, described: Described | None) -> tuple[str, Json]:
    action = described.action if described else "send"
    channel = f"#/channels/{name}"
    messages = [{"$ref": f"{channel}/messages/{message}"} for message in _names_of(described)]
    return f"{action}{name[0].upper()}{name[1:]}", {
        "action": action,
        "channel": {"$ref": channel},
        "messages": messages,
    }


def _names_of(described: Described | None) -> Iterator[str]:
    if described is None:
        yield "deadLetter"
        return
    yield described.record
    if described.record in TOMBSTONES:
        yield TOMBSTONES[described.record]


def _messages() -> dict[str, Json]:
    messages: dict[str, Json] = {}
    for each in DESCRIBED.values():
        schema = f"./{each.record}.v{schemas.VERSION}.schema.json"
        messages[each.record] = {
            "title": each.record.capitalize(),
            "summary": each.summary,
            "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": schema}},
            "bindings": _keyed(each.key),
        }
    messages["alert"]["headers"] = headers_of_alerts()
    return messages


def _dead_letter() -> Json:
    return {
        "title": "Dead letter",
        "summary": "A record as it came, with headers that say what was wrong.",
        "contentType": "application/octet-stream",
        "headers": headers_of_dead_letters(),
        "payload": {"description": "The bytes of the record, unchanged."},
        "bindings": _keyed("as it came"),
    }


def _keyed(key: str) -> Json:
    return {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": BINDING}}


INFO: Json = {
    "title": "Freshet",
    "version": "1",
    "description": (
        "Trends in what creators post: posts and engagements in, explained alerts out. Within version 1 outputs only "
        "gain optional fields. The key decides the partition (murmur2 of its bytes). Names and partitions are "
        "those of the default settings."
    ),
    "license": {"name": "Apache-2.0"},
}

FORGOTTEN: Json = {
    "title": "Forgotten trend",
    "summary": "A tombstone: a record without a value, when a trend that ended is forgotten.",
    "payload": {"type": "null"},
    "bindings": _keyed("trend_id"),
}

REMOVED: Json = {
    "title": "Removed rule",
    "summary": "A tombstone: a record without a value, when a rule is removed.",
    "payload": {"type": "null"},
    "bindings": _keyed("rule_id"),
}

TOMBSTONES = {"trend": "forgotten", "rule": "removed"}
"""By record, the message without a value that its topic also holds."""


if __name__ == "__main__":
    (Path(sys.argv[1]) / FILE).write_bytes(text())
