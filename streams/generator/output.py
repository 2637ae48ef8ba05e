"""Bytes to a file by its name: plain, `.gz`, `.zst`, or `-` for standard output. The same bytes give the same file."""

import gzip
import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import cramjam

from streams.errors import StreamsError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STANDARD_OUTPUT = "-"
BLOCK = 262_144
"""Bytes handed to a compressor at once."""


@contextmanager
def output(name: str) -> Iterator[io.BufferedIOBase | BinaryIO]:
    """A place to write to. A reader of standard output that has seen enough is left to the command line.

    Raises: StreamsError, naming the file, if it cannot be opened or written to its end.
    """
    try:
        with ExitStack() as stack:
            yield _open(name, stack)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = "standard output" if name == STANDARD_OUTPUT else name
        raise StreamsError(f"{where}: cannot be written: {error.strerror or error}") from error


def _open(name: str, stack: ExitStack) -> io.BufferedIOBase | BinaryIO:
    if name == STANDARD_OUTPUT:
        stack.callback(sys.stdout.buffer.flush)
        return sys.stdout.buffer
    file = stack.enter_context(Path(name).open("wb"))  # noqa: SIM115 - the stack closes it
    if name.endswith(".gz"):  # neither name nor time go into the file: it repeats
        packed = stack.enter_context(gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0))
        return stack.enter_context(io.BufferedWriter(_Compressing(packed), BLOCK))
    if name.endswith(".zst"):
        return stack.enter_context(io.BufferedWriter(_Zstandard(file), BLOCK))
    return file


class _Compressing(io.RawIOBase):
    """Lets a buffer stand before a compressor, which is slow when it gets one line at a time."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        return self._packed.write(data)


class _Zstandard(io.RawIOBase):
    """One zstd frame; it is ended by `close`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._compressor = cramjam.zstd.Compressor(3)

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        taken: int = self._compressor.compress(bytes(data))
        self._file.write(bytes(self._compressor.flush()))
        return taken

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._file.write(bytes(self._compressor.finish()))
