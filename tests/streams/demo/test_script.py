"""Which records are played, in which order, under which keys."""

import json
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path

import pytest

from streams.demo import script
from streams.errors import StreamsError
from tests.streams.examples import ENGAGEMENT, POST


def test_a_generated_stream_is_in_time_order_under_its_keys() -> None:
    """Both kinds interleaved; all that is planted comes after what is sent at once."""
    played = script.generated(7, quiet=False)
    first = list(islice(played.pieces, 2_000))

    assert {piece.kind for piece in first} == {"post", "engagement"}
    assert all(a.at <= b.at for a, b in pairwise(first))
    assert all(piece.key for piece in first)
    assert played.start_at <= first[0].at < played.turn_at < played.end_at
    assert played.truth is not None
    assert all(
        datetime.fromisoformat(trend["onset_at"]).timestamp() > played.turn_at for trend in played.truth["trends"]
    )


def test_a_quiet_stream_has_nothing_planted() -> None:
    """And its truth says so."""
    truth = script.generated(7, quiet=True).truth

    assert truth is not None
    assert not truth["trends"]


def test_a_file_keeps_its_order(tmp_path: Path) -> None:
    """What comes late in the file is played late; what the worker will refuse is played too, without a key."""
    lines = [
        json.dumps({**POST, "created_at": "2026-01-01T00:00:00Z"}),
        "not json",
        json.dumps({**ENGAGEMENT, "at": "2026-01-01T02:00:00Z"}),
        json.dumps({**POST, "created_at": "2026-01-01T01:00:00Z"}),
    ]
    file = tmp_path / "stream.jsonl"
    file.write_text("\n".join(lines))
    played = script.from_file(str(file))
    pieces = list(played.pieces)

    assert [piece.value.decode() for piece in pieces] == lines
    assert [(piece.kind, piece.key, piece.at - played.start_at) for piece in pieces] == [
        ("post", b"c1", 0),
        ("post", None, 0),
        ("engagement", b"c1", 7200),
        ("post", b"c1", 7200),
    ]
    assert (played.end_at - played.start_at, played.truth) == (7200, None)


def test_a_file_with_nothing_to_play(tmp_path: Path) -> None:
    """Said before anything is started."""
    file = tmp_path / "other.jsonl"
    file.write_text("hello\n")

    with pytest.raises(StreamsError, match=r"other\.jsonl: no line of it is a post or an engagement"):
        script.from_file(str(file))
