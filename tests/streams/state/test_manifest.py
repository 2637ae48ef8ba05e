"""The format of manifests: versions that are read, and those that are not."""

from pathlib import Path

import msgspec
import pytest

from streams.errors import StateError
from streams.state.manifest import FORMAT_VERSION, MIGRATIONS, Manifest, Part, decode, encode, is_manifest
from tests.streams.state.logs import IDENTITY, Log

VERSION_1 = Path(__file__).parent / "version-1.msgpack"
"""What the first version wrote: key -> value of a whole state topic, packed with lz4."""


def manifest() -> Manifest:
    part = Part("head", (3, 4), 1_000_000, b"\xff" * 16)
    return Manifest(
        writer="a1",
        partitions=4,
        state_digest="s",
        config_digest="c",
        positions={"runs": 7},
        codec="zstd",
        parts=(part,),
    )


def test_a_manifest_comes_back() -> None:
    """To the last byte of a digest."""
    assert decode(encode(manifest()), "state-0") == manifest()
    assert manifest().block_keys() == {b"a1/3", b"a1/4"}


def test_what_version_1_wrote_is_read() -> None:
    """Its blocks too: the newest of its two snapshots, every part as it was."""
    log = Log()
    log.records = msgspec.msgpack.decode(VERSION_1.read_bytes(), type=dict[bytes, bytes])
    loaded = log.chosen()
    assert loaded is not None
    assert loaded.manifest.version == FORMAT_VERSION
    assert loaded.manifest.positions == {"runs": 100}
    assert loaded.parts == {"head": b'{"decided": 8}', "past/0": bytes(range(256)) * 40, "past/1": bytes(5000)}


async def test_what_version_1_wrote_is_carried_on() -> None:
    """The next snapshots are of this version, and nothing of the old one is left after two."""
    log = Log()
    log.records = msgspec.msgpack.decode(VERSION_1.read_bytes(), type=dict[bytes, bytes])
    loaded = log.chosen()
    assert loaded is not None
    keeper = log.keeper("b2", loaded)
    for n in (110, 120):
        await keeper.save(loaded.parts, {"runs": n})
    assert {key.split(b"/")[0] for key in log.records} == {b"b2"}
    again = log.chosen()
    assert again is not None
    assert again.parts == loaded.parts


def test_every_older_version_has_a_migration() -> None:
    """Or its users were left behind."""
    assert sorted(MIGRATIONS) == list(range(1, FORMAT_VERSION))


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1])
def test_another_version_is_refused(version: int) -> None:
    """With the versions, where it lies, and what to do."""
    value = msgspec.msgpack.encode(msgspec.to_builtins(manifest(), builtin_types=(bytes,)) | {"version": version})
    with pytest.raises(StateError, match=rf"^state-0: .* version {version}, .* reads 1, 2: finish with .*cut over"):
        decode(value, "state-0")


@pytest.mark.parametrize("value", [b"", b"\xc1", b"{}", msgspec.msgpack.encode({"version": FORMAT_VERSION})])
def test_what_is_no_manifest_is_refused(value: bytes) -> None:
    """Never taken for an empty one."""
    with pytest.raises(StateError, match=r"^state-0: a manifest that cannot be read"):
        decode(value, "state-0")


def test_a_newer_version_beside_ours_is_refused() -> None:
    """After a downgrade the older snapshot would be behind what was committed."""
    log = Log()
    log.records = msgspec.msgpack.decode(VERSION_1.read_bytes(), type=dict[bytes, bytes])
    (key,) = filter(is_manifest, log.records)
    log.records[b"c3/manifest"] = msgspec.msgpack.encode(
        msgspec.msgpack.decode(log.records[key], type=dict) | {"version": FORMAT_VERSION + 1}
    )
    with pytest.raises(StateError, match=f"version {FORMAT_VERSION + 1}"):
        log.chosen(IDENTITY)
