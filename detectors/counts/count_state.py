"""A snapshot of COUNT but for the cells of the past: plain numbers. A persisted format."""

import msgspec

from detectors.counts.gathering import GatheringState
from detectors.counts.recall import Used
from detectors.errors import DetectorError

FORMAT_VERSION = 3


class CountState(msgspec.Struct, frozen=True, kw_only=True):
    """What `CountStage` knows besides its past and the window's posts.

    Attributes:
        at: offset of the last run seen; None: none yet.
        ticks: ticks that the long window rests on, oldest first.
        exposures: (bucket, new voices) of the long window; `past_exposure` of what has left it.
        scale: worth of a unit in the cells of the past.
        followed: (key, last bucket), by key.
        spikes: (key, last bucket, share), by key; see `spikes.py`.
        began: the first bucket.
        floor: see `window.py`; snapshots of before it existed have none, and kept all.
        dispersion: see `dispersion.py`; in snapshots of before it existed it is empty.
        hours: (key, voice-hours), by key; see `hours.py`. In snapshots of before they existed none is followed.
    """

    at: int | None
    gathering: GatheringState
    ticks: list[Used]
    exposures: list[tuple[int, int]]
    past_exposure: float
    scale: float
    followed: list[tuple[int, int]]
    empty: int
    tracked: int
    spikes: list[tuple[int, int, float]]
    began: int | None
    version: int = FORMAT_VERSION
    floor: int = 0
    dispersion: list[float] = []
    hours: list[tuple[int, float]] = []

    @property
    def waiting(self) -> list[int]:
        """Offsets of the runs that no tick has used yet."""
        pieces = [offset for member in self.gathering.members for offset in member.pieces]
        return [*self.gathering.waiting, *pieces]

    @property
    def needed_from(self) -> int | None:
        """The offset from which runs must be read to go on from this state; None: nothing was read."""
        if self.at is None:
            return None
        return min((*self.waiting, *(offset for tick in self.ticks for offset in tick.offsets)), default=self.at + 1)


class _Version(msgspec.Struct, frozen=True):
    version: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(CountState)
_version_decoder = msgspec.msgpack.Decoder(_Version)


def encode(state: CountState) -> bytes:
    """The state as bytes of a snapshot."""
    return _encoder.encode(state)


def decode(value: bytes) -> CountState:
    """The state of a snapshot. Raises DetectorError if its format is another version's."""
    version = _version_decoder.decode(value).version  # first: another version may have other fields
    if version != FORMAT_VERSION:
        raise DetectorError(f"count state format version {version}: this worker reads {FORMAT_VERSION}")
    return _decoder.decode(value)
