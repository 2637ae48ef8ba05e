"""How records look as JSONL, for programs. It prints nothing itself."""

import base64

import msgspec

from detectors.rules.digest import Digest
from streams.dead_letters import said_of
from streams.follow import Received


def record_line(record: Received) -> str:
    """An output record on one line; a tombstone says which key is forgotten.

    Raises: what decoding raises, if the value is not JSON.
    """
    if record.value is None:
        return msgspec.json.encode({"key": (record.key or b"").decode(errors="replace"), "tombstone": True}).decode()
    return msgspec.json.format(record.value, indent=-1).decode()


def digest_line(digest: Digest) -> str:
    """What a rule held back."""
    return msgspec.json.encode({"digest": digest._asdict()}).decode()


def dead_letter_line(record: Received, *, show_value: bool) -> str:
    """Why and where; what it holds only if asked for, in base64 as it may be no text."""
    line = said_of(record.headers)
    if show_value:
        line["value_base64"] = base64.b64encode(record.value or b"").decode()
    return msgspec.json.encode(line).decode()
