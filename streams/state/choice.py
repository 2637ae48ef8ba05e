"""Which snapshot to go on from: a pure function of what lies in a partition of a state topic."""

from collections.abc import Mapping
from typing import NamedTuple

from streams.errors import StateError
from streams.state.manifest import Identity, Manifest, block_key, decode, is_manifest
from streams.state.parts import digest, unpack

CUT_OVER = "or cut over to a new worker.group and new state topics (docs/operating.md)"


class Committed(NamedTuple):
    """What the group's coordinator keeps of one input partition.

    Attributes:
        offset: committed; nothing below it is delivered again.
        snapshot: progress of the snapshot that allowed the commit; None: it names none.
    """

    offset: int
    snapshot: int | None = None


class Loaded(NamedTuple):
    """A whole snapshot: its manifest, and its parts by name."""

    manifest: Manifest
    parts: Mapping[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(len(part) for part in self.parts.values())


def choose(
    log: Mapping[bytes, bytes], identity: Identity, committed: Mapping[str, Committed], where: str
) -> Loaded | None:
    """The snapshot that reaches farthest and is all there; None if the topic never held one, and none was promised.

    Several may lie there: a worker that has lost its partition can go on writing for a while. Each is a function of
    the input alone up to its positions, so any whole one is right.

    Args:
        log: key -> value, the latest of each key, in the order of the log.
        committed: by input topic.
        where: topic and partition, for errors.
    Raises: StateError if what is there cannot be used, or what was promised is not there.
    """
    found = [decode(value, where) for key, value in log.items() if is_manifest(key)]
    promised = max((c.snapshot for c in committed.values() if c.snapshot is not None), default=None)
    if not found:
        if promised is not None:
            raise StateError(
                f"{where}: holds no snapshot, but offsets were committed on the strength of one: the state topic was"
                f" deleted or cleared; restore it, {CUT_OVER}"
            )
        return None
    best_first = sorted(found, key=lambda m: m.progress)[::-1]  # of equals, the later one
    for manifest in [m for m in best_first if not _lags(m, committed)] or best_first:
        parts = _whole(manifest, log)
        if parts is not None:
            _check(manifest, identity, committed, promised, where)
            return Loaded(manifest, parts)
    raise StateError(f"{where}: blocks are missing or damaged in all of {len(found)} snapshots: restore it, {CUT_OVER}")


def _lags(manifest: Manifest, committed: Mapping[str, Committed]) -> bool:
    """Whether records between the snapshot and what is committed would be lost."""
    return any(manifest.positions.get(topic, 0) < at.offset for topic, at in committed.items())


def _whole(manifest: Manifest, log: Mapping[bytes, bytes]) -> dict[str, bytes] | None:
    parts = {}
    for part in manifest.parts:
        blocks = [log.get(block_key(manifest.writer, serial)) for serial in part.blocks]
        there = [block for block in blocks if block is not None]
        raw = unpack(there, manifest.codec) if len(there) == len(blocks) else None
        if raw is None or digest(raw) != part.digest:
            return None
        parts[part.name] = raw
    return parts


def _check(
    manifest: Manifest, identity: Identity, committed: Mapping[str, Committed], promised: int | None, where: str
) -> None:
    if manifest.partitions != identity.partitions:
        raise StateError(
            f"{where}: the snapshot is of {manifest.partitions} partitions, topics.partitions is"
            f" {identity.partitions}: set it back, {CUT_OVER}"
        )
    if manifest.state_digest != identity.state_digest:
        raise StateError(
            f"{where}: the snapshot was taken with other settings that state depends on (state_digest"
            f" {manifest.state_digest}, now {identity.state_digest}): set them back, {CUT_OVER}"
        )
    if promised is not None and manifest.progress < promised:
        raise StateError(
            f"{where}: the best whole snapshot reaches {manifest.progress} records, but offsets were committed on the"
            f" strength of one that reached {promised}: the state topic has lost records; restore it, {CUT_OVER}"
        )
    if _lags(manifest, committed):
        offsets = {topic: at.offset for topic, at in committed.items()}
        raise StateError(
            f"{where}: the snapshot ends at {manifest.positions}, but {offsets} is committed: records between would be"
            f" lost; restore the state topic, {CUT_OVER}"
        )
