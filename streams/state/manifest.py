"""The last record of a snapshot: which blocks it consists of, and what it was taken with. Its format has a version."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from streams.errors import StateError
from streams.state.parts import Codec

FORMAT_VERSION = 2


def _name_codec(fields: dict[str, Any]) -> dict[str, Any]:
    """1 -> 2: the first version knew one codec only, and did not name it."""
    return fields | {"version": 2, "codec": "lz4"}


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _name_codec}
"""Version -> what makes a manifest of it one of the next version. What is not here cannot be read any more."""

MANIFEST = b"manifest"


class Identity(msgspec.Struct, frozen=True):
    """What a snapshot must have been taken with to be of use.

    Attributes:
        partitions: of the topics of a stage.
        state_digest: of the settings that state depends on.
        config_digest: of all that decide what is detected; another one is no hindrance.
    """

    partitions: int
    state_digest: str
    config_digest: str


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A named piece of a stage's state, as it lies in the topic.

    Attributes:
        blocks: serial numbers of its records, in order.
        size: bytes, unpacked.
        digest: XXH3-128 of the unpacked bytes.
    """

    name: str
    blocks: tuple[int, ...]
    size: int
    digest: bytes


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One whole snapshot.

    Attributes:
        writer: who wrote it and its blocks: no two incarnations of a stage share one.
        positions: topic -> offset of the first record that is not in it.
        codec: what its blocks are packed with.
    """

    version: int = FORMAT_VERSION
    writer: str
    partitions: int
    state_digest: str
    config_digest: str
    positions: dict[str, int]
    codec: Codec
    parts: tuple[Part, ...]

    @property
    def progress(self) -> int:
        """How far it reaches, to be compared with others of the same partition."""
        return progress_of(self.positions)

    def block_keys(self) -> set[bytes]:
        """The keys of all its blocks."""
        return {block_key(self.writer, serial) for part in self.parts for serial in part.blocks}


def progress_of(positions: Mapping[str, int]) -> int:
    """Records behind these positions, over all topics."""
    return sum(positions.values())


def block_key(writer: str, serial: int) -> bytes:
    """The key of a block; never used twice.

    >>> block_key("a1b2", 7)
    b'a1b2/7'
    """
    return f"{writer}/{serial}".encode()


def manifest_key(writer: str) -> bytes:
    """The key of a writer's manifest: each replaces the one before."""
    return b"%s/%s" % (writer.encode(), MANIFEST)


def is_manifest(key: bytes) -> bool:
    """Whether a record of the state topic is a manifest."""
    return key.endswith(b"/" + MANIFEST)


def encode(manifest: Manifest) -> bytes:
    """The manifest as bytes of the state topic."""
    return msgspec.msgpack.encode(manifest)


def decode(value: bytes, where: str) -> Manifest:
    """A manifest of this or an older version.

    Args:
        where: the topic and partition, for the error.
    Raises: StateError if it is of a version that this worker cannot read, or no manifest at all.
    """
    try:
        fields: dict[str, Any] = msgspec.msgpack.decode(value, type=dict)
        version = fields["version"]
        while fields["version"] in MIGRATIONS:
            fields = MIGRATIONS[fields["version"]](fields)
        if fields["version"] != FORMAT_VERSION:
            raise StateError(
                f"{where}: a snapshot of format version {version}, this worker reads {_readable()}: finish with the"
                " version that wrote it, or cut over to a new worker.group and new state topics (docs/operating.md)"
            )
        return msgspec.msgpack.decode(msgspec.msgpack.encode(fields), type=Manifest)
    except (msgspec.DecodeError, KeyError) as error:
        raise StateError(
            f"{where}: a manifest that cannot be read ({type(error).__name__}: {error}): something else wrote to the"
            " topic; cut over to a new worker.group and new state topics (docs/operating.md)"
        ) from error


def _readable() -> str:
    return ", ".join(map(str, sorted({*MIGRATIONS, FORMAT_VERSION})))
