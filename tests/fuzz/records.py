"""Good records with every field of the contract, names and JSON values still in pieces: what mutations begin with."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any

Fields = list[tuple[bytes, bytes]]
"""Names and values of a JSON object, both as JSON text. A name may stand twice; a value may be no JSON at all."""

IDS = 3_000
"""So few ids that duplicates, updates and deletes meet what was read before."""

PLATFORMS = ("tiktok", "instagram", "YouTube", "x")
ACTIONS = ("create",) * 16 + ("update", "update", "delete")
FORMATS = ("unboxing", "before_after", "tutorial", "review", "haul", "grwm", "challenge", "other")
MEDIA = ("video", "short", "live", "story", "image", "carousel", "text")
BRIEFS = ("co_created", "guided", "imposed", "organic")
KINDS = ("like", "comment", "share", "save", "view", "click", "follow", "order", "refund", "counters")
STATUSES = ("created", "paid", "cancelled", "settled")
COUNTERS = ("views", "reach", "likes", "comments", "shares", "saves", "clicks", "followers")
WORDS = ("glass", "skin", "serum", "routine", "été", "crème", "Straße", "İstanbul", "dupe", "viral", "haul", "grwm")
FOREIGN = ("美容", "ときめき", "화장품", "кожа", "جلد", "💄")


def post(rng: Random, at: float) -> Fields:
    """A post of an instant, epoch seconds; each optional field is there more often than not."""
    action = rng.choice(ACTIONS)
    fields: dict[str, Any] = {
        "post_id": f"p{rng.randrange(IDS)}",
        "creator_id": f"c{rng.randrange(IDS)}",
        "platform": rng.choice(PLATFORMS),
        "created_at": rfc3339(at),
        "action": action,
    }
    if action == "delete":
        fields["deleted_at"] = rfc3339(at)
    optional: dict[str, Any] = {
        "text": " ".join([*_some(rng, 14), *(f"#{word}" for word in _some(rng, 3))]),
        "language": rng.choice(("fr", "en", "pt-BR")),
        "hashtags": _some(rng, 5),
        "mentions": _some(rng, 2),
        "sounds": _some(rng, 1),
        "products": _some(rng, 1),
        "brands": _some(rng, 1),
        "links": ["https://example.org/a"],
        "format": rng.choice(FORMATS),
        "media": rng.choice(MEDIA),
        "followers": int(10 ** rng.uniform(0, 8)),
        "account_created_at": "2019-05-01T10:00:00Z",
        "communities": _some(rng, 2),
        "campaign_id": f"k{rng.randrange(9)}",
        "brief": rng.choice(BRIEFS),
        "sponsored": rng.random() < 0.5,
        "promo_codes": ["SAVE10"],
        "link_ids": ["l1"],
        "repost_of": f"p{rng.randrange(IDS)}",
        "reply_to": f"p{rng.randrange(IDS)}",
    }
    return _as_fields(fields | {name: value for name, value in optional.items() if rng.random() < 0.6})


def engagement(rng: Random, at: float) -> Fields:
    """An engagement of an instant, epoch seconds, of any kind."""
    kind = rng.choice(KINDS)
    fields: dict[str, Any] = {
        "event_id": f"e{rng.randrange(100 * IDS)}",
        "at": rfc3339(at),
        "platform": rng.choice(PLATFORMS),
        "kind": kind,
        "creator_id": f"c{rng.randrange(IDS)}",
        "post_id": f"p{rng.randrange(IDS)}",
    }
    if kind == "counters":
        fields["counters"] = {name: rng.randrange(10**6) for name in COUNTERS if rng.random() < 0.7}
    if kind == "order":
        fields["order"] = _order(rng)
    if kind == "refund":
        fields["refund"] = {"refund_id": "r1", "order_id": f"o{rng.randrange(IDS)}"} | _money(rng, "amount_minor")
    optional: dict[str, Any] = {
        "campaign_id": f"k{rng.randrange(9)}",
        "link_id": "l1",
        "promo_code": "SAVE10",
        "actor_id": f"a{rng.randrange(IDS)}",
        "count": rng.choice((1, 1, 2, -1, 500)),
        "metric_definition": "views of 3 s",
    }
    return _as_fields(fields | {name: value for name, value in optional.items() if rng.random() < 0.4})


def rfc3339(at: float) -> str:
    """An instant as people write it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def as_bytes(fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The object's text.

    >>> as_bytes([(b'"a"', b"1"), (b'"a"', b"NaN")])
    b'{"a":1,"a":NaN}'
    """
    return b"{" + b",".join(name + b":" + value for name, value in fields) + b"}"


def _order(rng: Random) -> dict[str, Any]:
    order = {"order_id": f"o{rng.randrange(IDS)}", "status": rng.choice(STATUSES), "items": rng.randrange(9)}
    return order | _money(rng, "net_minor")


def _money(rng: Random, name: str) -> dict[str, Any]:
    return {name: rng.randrange(10**5), "currency": "EUR"}


def _some(rng: Random, most: int) -> list[str]:
    return rng.choices(WORDS + FOREIGN, k=rng.randint(0, most))


def _as_fields(record: dict[str, Any]) -> Fields:
    return [
        (json.dumps(name).encode(), json.dumps(value, ensure_ascii=False).encode()) for name, value in record.items()
    ]
