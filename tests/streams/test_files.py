"""Lines of files, plain and packed, and what is said of files that cannot be read."""

import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import zstandard

from streams import files
from streams.errors import StreamsError
from streams.files import Line, records

CONTENT = b'{"post_id": "p1"}\n\n  \r\n{"event_id": "e1", "kind": "like"}\r\n{"post_id": "last"}'
VALUES = [(1, b'{"post_id": "p1"}'), (4, b'{"event_id": "e1", "kind": "like"}'), (5, b'{"post_id": "last"}')]


def packed(suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(CONTENT[:20]) + gzip.compress(CONTENT[20:])
    if suffix == ".zst":
        pack = zstandard.ZstdCompressor().compress
        return pack(CONTENT[:20]) + pack(CONTENT[20:])
    return CONTENT


@pytest.mark.parametrize("suffix", [".jsonl", ".gz", ".zst"])
def test_lines_of_a_file(tmp_path: Path, suffix: str) -> None:
    """Blank lines are skipped and counted; packed files may have several members; the last line needs no end."""
    path = tmp_path / f"posts{suffix}"
    path.write_bytes(packed(suffix))

    assert [(line.number, line.value) for line in records([str(path)])] == VALUES


def test_files_follow_each_other(tmp_path: Path) -> None:
    """In the order given; a line knows where it is from."""
    one, two = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    one.write_bytes(b"a\nb\n")
    two.write_bytes(b"c\n")

    assert list(records([str(two), str(one)])) == [
        Line(str(two), 1, b"c"),
        Line(str(one), 1, b"a"),
        Line(str(one), 2, b"b"),
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(CONTENT)))

    assert [(line.number, line.value) for line in records(["-"])] == VALUES


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b'{"post_id": "p1", "creator_id": "c1"}', "post"),
        (b'{"event_id": "e1", "post_id": "p1", "kind": "like"}', "engagement"),
        (b'{"post_id": "p1", "hashtags": ["event_id"]}', "post"),
        (b'{"post_id": "p1", "text": "\\"event_id\\": 1"}', "post"),
        (b'{"event_id": "e1", "kind": ', "engagement"),
        (b"nonsense", "post"),
    ],
)
def test_posts_and_engagements_are_told_apart(value: bytes, kind: str) -> None:
    """By their fields, whatever people write into them."""
    assert Line("-", 1, value).kind == kind


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line longer than any record does not fill the memory, and does not hide the next one."""
    monkeypatch.setattr(files, "MAX_LINE", 10)
    monkeypatch.setattr(files, "CHUNK", 4)
    path = tmp_path / "long.jsonl"
    path.write_bytes(b"x" * 1000 + b"\nshort\n")

    assert [line.value for line in records([str(path)])] == [b"x" * 10, b"short"]


def test_a_file_is_read_as_its_lines_are_asked_for(tmp_path: Path) -> None:
    """The first line of a packed file is there although its end is missing."""
    path = tmp_path / "cut.zst"
    lines = b"".join(b'{"post_id": "p%d"}\n' % number for number in range(100_000))
    path.write_bytes(zstandard.ZstdCompressor().compress(lines)[:-10])

    found: Iterator[Line] = records([str(path)])

    assert next(found).value == b'{"post_id": "p0"}'
    with pytest.raises(StreamsError, match=r"cut\.zst: cannot be read after line \d+: compressed file ends too early"):
        list(found)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("cut.gz", gzip.compress(CONTENT, mtime=0)[:-10], "Compressed file ended before"),
        ("junk.gz", b"no gzip", "Not a gzipped file"),
        ("junk.zst", b"no zstd at all", "Unknown frame descriptor"),
        ("damaged.gz", gzip.compress(CONTENT, mtime=0)[:10] + b"\xff" * 30, "Error -3 while decompressing"),
        ("cut.zst", zstandard.ZstdCompressor().compress(CONTENT)[:-3], "compressed file ends too early"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """One line that names the file and what is wrong with it."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(StreamsError, match=f"{name}: cannot be read.*{reason}") as caught:
        list(records([str(path)]))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "reason"), [("", "Is a directory"), ("none.jsonl", "No such file")])
def test_a_file_that_is_none_is_named(tmp_path: Path, name: str, reason: str) -> None:
    """A directory and a missing file are named with the system's reason."""
    with pytest.raises(StreamsError, match=f"{tmp_path / name}: cannot be read: {reason}"):
        list(records([str(tmp_path / name)]))
