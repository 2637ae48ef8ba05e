"""Lines of JSONL files, one at a time, whatever the file's size. It does not judge what is in them."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Literal, NamedTuple, cast

import msgspec
import zstandard

from streams.errors import StreamsError

STANDARD_INPUT = "-"

MAX_LINE = 1_048_576
"""Bytes of a line that are kept: more than any record may have, so what is cut there is refused later anyway."""

CHUNK = 65_536
"""Bytes read at once."""

Kind = Literal["post", "engagement"]


class Line(NamedTuple):
    """One line of a file, without its end."""

    path: str
    number: int
    """Counted from 1, blank lines too."""
    value: bytes

    @property
    def kind(self) -> Kind:
        """Which of the two input records it is, by its fields; what is neither is taken for a post and refused there.

        >>> Line("-", 1, b'{"post_id": "p1", "text": "event_id"}').kind
        'post'
        """
        if b'"event_id"' not in self.value:
            return "post"
        try:
            fields = _fields(self.value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "engagement"
        return "post" if fields.event_id is msgspec.UNSET else "engagement"


class Fields(msgspec.Struct):
    """The field that only engagements have."""

    event_id: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_fields = msgspec.json.Decoder(Fields).decode


def records(paths: Iterable[str]) -> Iterator[Line]:
    """Read the lines of files in order, blank ones left out; `-` is standard input, `.gz` and `.zst` are unpacked.

    Raises: StreamsError, naming file and line, if a file cannot be read to its end.
    """
    for path in paths:
        number = 0
        try:
            for number, value in enumerate(_split(_chunks(path)), start=1):
                if value and not value.isspace():
                    yield Line(path, number, value)
        except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
            after = f" after line {number}" if number else ""
            reason = getattr(error, "strerror", None) or error
            raise StreamsError(f"{path}: cannot be read{after}: {reason}") from error


def _chunks(path: str) -> Iterator[bytes]:
    if path == STANDARD_INPUT:
        yield from iter(lambda: cast("BufferedReader", sys.stdin.buffer).read1(CHUNK), b"")
    elif path.endswith(".gz"):
        with gzip.open(path) as unpacked:
            yield from iter(lambda: unpacked.read1(CHUNK), b"")
    else:
        with Path(path).open("rb") as file:
            chunks = iter(lambda: file.read1(CHUNK), b"")
            yield from _unzstd(chunks) if path.endswith(".zst") else chunks


def _unzstd(packed: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack zstd frames. The library's own reader takes a file that ends within a frame for a whole one."""
    frame = None
    for chunk in packed:
        left = chunk
        while left:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(left)
            left = frame.unused_data
            if frame.eof:
                frame = None
    if frame is not None:
        raise EOFError("compressed file ends too early")


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends, cut at `MAX_LINE`: a file without line ends must not fill the memory."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        rest = rest[:MAX_LINE]
        for line in whole:
            yield line[:MAX_LINE].removesuffix(b"\r")
    if rest:
        yield rest
