"""A tick: what one COUNT partition says when a bucket is complete. The format between COUNT and DECIDE."""

import msgspec

from detectors.counts.draws import Drawn
from detectors.counts.people import People
from detectors.counts.segment_table import ALL
from detectors.errors import DetectorError

FORMAT_VERSION = 5


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


class Look(msgspec.Struct, frozen=True):
    """A subject over one window.

    Attributes:
        observed, expected: voices in the window; voices that were to be expected.
        shape: of the negative binomial that `expected` is the mean of.
        surprise: -log10 P(at least `observed`).
        posts: a sample of its posts in the window, the same for any subject that shares them.
        total: posts in the window.
    """

    observed: int
    expected: float
    shape: float
    surprise: float
    posts: tuple[PostRef, ...]
    total: int


class Candidate(msgspec.Struct, frozen=True):
    """A subject worth the decider's look, by its key.

    Attributes:
        observed, expected, shape, surprise, posts, total: of the window, as in `Look`.
        past: the decayed past, in voices, of what is older than the long window.
        long: the long window, if the subject surprises in it.
        people: how the posts of the window spread over people; None: not told.
        drawn: what the posts of the window drew; None: not told, or nothing is known of any.
        scope: where: everywhere, or in one segment, `community:skincare`; all figures are of it.
    """

    key: int
    observed: int
    expected: float
    surprise: float
    past: float
    posts: tuple[PostRef, ...]
    total: int
    shape: float = 1.0
    long: Look | None = None
    people: People | None = None
    scope: str = ALL
    drawn: Drawn | None = None


class Calm(msgspec.Struct, frozen=True, array_like=True):
    """A subject with new posts that does not surprise, picked by lot: what holds together by chance is learned from it.

    Attributes:
        lot: 64-bit hash of key and bucket; of all partitions' the least are taken.
        posts: as in `Look`, of one of the two windows.
    """

    lot: int
    key: int
    posts: tuple[PostRef, ...]


class FigureSums(msgspec.Struct, frozen=True, array_like=True):
    """The sums of one scope in one window that closed, or was corrected; see `detectors/figures/dictionary.py`.

    Attributes:
        start, width_s: of the window, epoch seconds and seconds.
        voices: distinct creators, or what a sample says of their number.
        acts, known: engagements of the window, of all scopes; those of them that are about a known post or none.
    """

    scope: str
    start: int
    width_s: int
    revision: int
    sums: dict[str, int]
    voices: int
    acts: int
    known: int


class HourVoices(msgspec.Struct, frozen=True, array_like=True):
    """A followed subject in a closed hour.

    Attributes:
        voices: distinct in the hour.
        before: decayed past, in voices, of one that is followed from now on; None: it was followed before.
        posts: some of the hour, as in `Look`, where more than usual speak of it; else empty.
    """

    key: int
    voices: int
    before: float | None = None
    posts: tuple[PostRef, ...] = ()


class Hour(msgspec.Struct, frozen=True):
    """A closed hour of the followed subjects; see `hours.py`. Who is not named is not followed any more.

    Attributes:
        hour: since the epoch.
        exposure, past_exposure: people of its buckets added up, and in the decayed past; of all sources.
    """

    hour: int
    exposure: float
    past_exposure: float
    subjects: tuple[HourVoices, ...]


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one bucket that one COUNT partition knows.

    Attributes:
        tracked: subjects remembered; what false-discovery control divides by.
        exposure, past_exposure: people in the window, and in the decayed past before the long window, of all sources.
        calm: subjects that do not surprise, the least lots first.
        frequent: key -> decayed past of subjects that are often used; now and then, else empty.
        series: sums of the series that this partition keeps, for this bucket.
        figures: what is to be published of the figures that this partition keeps.
        figures_refused: scopes and sums of figures that found no room.
        judged: posts that reached an age, as the runs tell them; see `detectors/performance/judged.py`.
        pairs: subjects that surprise in a segment more than everywhere, or did lately.
        populous: segments that have people enough to be told of, those that wrote in this bucket; each once a window.
        drawn: what all posts of the window drew, of all sources; None: nothing is known, or nothing asks for it.
        absent: sources that were silent too long to be waited for.
        hour: if one ends with the bucket; a tick of before there were any has none, and its hour counts nowhere.
    """

    partition: int
    partitions: int
    bucket: int
    tracked: int
    exposure: float
    past_exposure: float
    candidates: tuple[Candidate, ...]
    calm: tuple[Calm, ...] = ()
    frequent: dict[int, float] = {}
    series: dict[str, int] = {}
    figures: tuple[FigureSums, ...] = ()
    figures_refused: int = 0
    judged: tuple[bytes, ...] = ()
    pairs: tuple[Candidate, ...] = ()
    populous: tuple[str, ...] = ()
    drawn: Drawn | None = None
    absent: int = 0
    hour: Hour | None = None
    kafka_at: float = 0.0
    version: int = FORMAT_VERSION


class _Version(msgspec.Struct, frozen=True):
    version: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Tick)
_version_decoder = msgspec.msgpack.Decoder(_Version)


def encode(tick: Tick) -> bytes:
    """The tick as bytes of the internal topic."""
    return _encoder.encode(tick)


def decode(value: bytes) -> Tick:
    """A tick from the internal topic. Raises DetectorError if its format is another version's."""
    version = _version_decoder.decode(value).version  # first: another version may have other fields
    if version != FORMAT_VERSION:
        raise DetectorError(
            f"tick format version {version}: this worker reads {FORMAT_VERSION};"
            " finish the old ticks with the old worker"
        )
    return _decoder.decode(value)
