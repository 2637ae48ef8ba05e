"""A tick: what one COUNT partition says when a bucket is complete. The format between COUNT and DECIDE."""

import msgspec

from detectors.counts.people import People
from detectors.errors import DetectorError

FORMAT_VERSION = 1


class PostRef(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a post stands in the source topic, its hashed id and author, and for how long the author is known.

    Attributes:
        known: see known.py; 0: not known.
    """

    source: int
    offset: int
    post_id: int
    author: int
    known: int = 0


class Candidate(msgspec.Struct, frozen=True):
    """A subject worth the decider's look, by its key.

    Attributes:
        observed, expected: voices in the window; voices that were to be expected.
        surprise: -log10 P(at least `observed`).
        past: the decayed past, in voices.
        posts: a sample of its posts in the window, the same for any subject that shares them.
        total: posts in the window.
        people: how these spread over people; None: not told.
    """

    key: int
    observed: int
    expected: float
    surprise: float
    past: float
    posts: tuple[PostRef, ...]
    total: int
    people: People | None = None


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one bucket that one COUNT partition knows.

    Attributes:
        tracked: subjects remembered; what false-discovery control divides by.
        exposure, past_exposure: people in the window, and in the decayed past, of all sources.
        frequent: key -> decayed past of subjects that are often used; now and then, else empty.
        series: sums of the series that this partition keeps, for this bucket.
        absent: sources that were silent too long to be waited for.
    """

    partition: int
    partitions: int
    bucket: int
    tracked: int
    exposure: float
    past_exposure: float
    candidates: tuple[Candidate, ...]
    frequent: dict[int, float] = {}
    series: dict[str, int] = {}
    absent: int = 0
    kafka_at: float = 0.0
    version: int = FORMAT_VERSION


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Tick)


def encode(tick: Tick) -> bytes:
    """The tick as bytes of the internal topic."""
    return _encoder.encode(tick)


def decode(value: bytes) -> Tick:
    """A tick from the internal topic. Raises DetectorError if its format is another version's."""
    tick = _decoder.decode(value)
    if tick.version != FORMAT_VERSION:
        raise DetectorError(
            f"tick format version {tick.version}: this worker reads {FORMAT_VERSION};"
            " finish the old ticks with the old worker"
        )
    return tick
