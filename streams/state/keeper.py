"""The snapshots of one partition of one stage, for as long as this worker has it."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streams.errors import StateError
from streams.sending import Message, Sender
from streams.state.choice import Loaded
from streams.state.manifest import Identity, Manifest, Part, block_key, encode, manifest_key
from streams.state.parts import BLOCK_BYTES, CODEC, digest, pack


class Place(NamedTuple):
    """A partition of a state topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.topic}-{self.partition}"


class Keeper:
    """Writes snapshots so that at every moment a whole one can be read.

    Blocks first, the manifest last. A block's key is never used again and names its writer, and every keeper is a
    writer of its own that begins with all parts: whoever has lost the partition and does not know it yet cannot touch
    the blocks of whoever has it now. What neither of the last two manifests needs is deleted.

    Args:
        writer: a name that nobody else has.
        loaded: the snapshot that the stage goes on from; forgotten when there is a newer one.
        left: keys of all records that lie in the topic from before, for deletion once there is something better.
    """

    def __init__(
        self,
        *,
        place: Place,
        writer: str,
        identity: Identity,
        sender: Sender,
        loaded: Loaded | None = None,
        left: Iterable[bytes] = (),
    ) -> None:
        self.place = place
        self.loaded = loaded
        self.positions: Mapping[str, int] = loaded.manifest.positions if loaded else {}
        self._writer = writer
        self._identity = identity
        self._sender = sender
        self._left = set(left)
        self._serial = 0
        self._parts: dict[str, Part] = {}
        self._before: set[bytes] | None = None
        self._last: set[bytes] = set()

    async def save(self, parts: Mapping[str, bytes], positions: Mapping[str, int]) -> int:
        """Write a snapshot; returns when Kafka has all of it, with the bytes that were sent.

        Args:
            parts: the stage's state by name; what is as last time is not sent again.
            positions: input topic -> offset of the first record that is not in it.
        """
        blocks, entries = await asyncio.to_thread(self._packed, parts)
        manifest = Manifest(
            writer=self._writer,
            partitions=self._identity.partitions,
            state_digest=self._identity.state_digest,
            config_digest=self._identity.config_digest,
            positions=dict(positions),
            codec=CODEC,
            parts=tuple(entries.values()),
        )
        value = encode(manifest)
        if len(value) > BLOCK_BYTES:
            raise StateError(f"{self.place}: a manifest of {len(value)} bytes, at most {BLOCK_BYTES}: too many parts")
        await self._send(blocks)
        await self._send({manifest_key(self._writer): value})
        self._parts, self.positions, self.loaded = entries, manifest.positions, None
        await self._clean(manifest.block_keys())
        return len(value) + sum(map(len, blocks.values()))

    def _packed(self, parts: Mapping[str, bytes]) -> tuple[dict[bytes, bytes], dict[str, Part]]:
        """The new blocks by key, and the entries of all parts."""
        blocks: dict[bytes, bytes] = {}
        entries: dict[str, Part] = {}
        for name, raw in parts.items():
            mark, known = digest(raw), self._parts.get(name)
            if known is None or known.digest != mark:
                values = pack(raw)
                serials = range(self._serial, self._serial + len(values))
                self._serial = serials.stop
                blocks.update((block_key(self._writer, n), value) for n, value in zip(serials, values, strict=True))
                known = Part(name, tuple(serials), len(raw), mark)
            entries[name] = known
        return blocks, entries

    async def _clean(self, needed: set[bytes]) -> None:
        """Delete what neither this manifest nor the last one needs."""
        gone = set() if self._before is None else (self._before | self._left) - self._last - needed
        if self._before is not None:
            self._left = set()
        await self._send(dict.fromkeys(sorted(gone)))
        self._before, self._last = self._last, needed

    async def _send(self, records: Mapping[bytes, bytes | None]) -> None:
        if records:
            topic, partition = self.place
            await self._sender.send(Message(topic, key, value, partition) for key, value in records.items())
