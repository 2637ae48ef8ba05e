import gzip
import sys
from pathlib import Path

import cramjam
import pytest

from streams.errors import StreamsError
from streams.generator.output import output

LINES = [b'{"n":%d}\n' % number for number in range(50_000)]


def written(path: Path) -> bytes:
    with output(str(path)) as file:
        for line in LINES:
            file.write(line)
    return path.read_bytes()


def test_plain(tmp_path: Path) -> None:
    """A name without a known ending is written as it comes."""
    assert written(tmp_path / "posts.jsonl") == b"".join(LINES)


def test_gzip(tmp_path: Path) -> None:
    """`.gz` is gzip, and the same content gives the same bytes, whatever the clock and the file's name."""
    packed = written(tmp_path / "a.jsonl.gz")

    assert gzip.decompress(packed) == b"".join(LINES)
    assert written(tmp_path / "b.jsonl.gz") == packed


def test_zstandard(tmp_path: Path) -> None:
    """`.zst` is one zstd frame, smaller than the plain text."""
    packed = written(tmp_path / "a.jsonl.zst")

    assert bytes(cramjam.zstd.decompress(packed)) == b"".join(LINES)
    assert len(packed) < len(b"".join(LINES)) / 2


def test_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """`-` is standard output, which stays open."""
    with output("-") as file:
        file.write(b"line\n")

    assert capsysbinary.readouterr().out == b"line\n"
    assert not sys.stdout.closed


@pytest.mark.parametrize("name", ["no/such/folder/posts.jsonl", "no/such/folder/posts.jsonl.gz"])
def test_unwritable(tmp_path: Path, name: str) -> None:
    """A file that cannot be written is named, with the reason."""
    expected = pytest.raises(StreamsError, match=r"posts\.jsonl.*cannot be written: No such file or directory")
    with expected, output(str(tmp_path / name)):
        pytest.fail("opened")
