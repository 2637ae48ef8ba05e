"""Doubtful records through the reader, a short version of `make fuzz`; and that it would see a reader that breaks."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from detectors import pipeline
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from streams import codec
from streams.codec import Decoded
from streams.refusals import Reason
from tests.fuzz.harness import OUTCOMES, FuzzError, Ledger, Reader, live
from tests.fuzz.lives import Raw, life_of
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.report import report

REASONS = set(Reason) - {Reason.INTERNAL_ERROR}
"""What decoding says; a fault of our own is an exception here."""


def fuzz(reader: Reader, records: int, seed: int = 1) -> Ledger:
    """Short lives until so many records were mutated."""
    ledger, number = Ledger(), 0
    while ledger.mutated < records:
        live(life_of(seed, number), reader, ledger, size=2_500)
        number += 1
    return ledger


def test_no_record_breaks_the_reader() -> None:
    """20,000 mutated records: none raises, each has one outcome, and they reach every outcome and reason there is."""
    ledger = fuzz(Reader(), 20_000)

    assert ledger.outcomes.total() == ledger.decoded.total()
    assert {(stream, reason) for stream, _, reason in ledger.refused} == {
        (stream, reason) for stream in ("posts", "engagements") for reason in REASONS
    }
    assert set(ledger.outcomes) == {
        *(("posts", outcome) for outcome in OUTCOMES),
        *(("engagements", outcome) for outcome in OUTCOMES if outcome != "unknown_delete"),
    }
    assert {mutation for _, mutation in ledger.decoded} == set(MUTATIONS)
    assert ledger.runs > 0
    assert f"{ledger.total:,} records" in report(ledger)


def test_the_same_seed_is_the_same_run() -> None:
    """What failed once can be shown again."""
    assert report(fuzz(Reader(), 3_000)) == report(fuzz(Reader(), 3_000))


def trips(records: Sequence[Raw]) -> Decoded[Any]:
    """A decoder that does not know one value."""
    if any(b"Infinity" in (raw.value or b"") for raw in records):
        raise KeyError("Infinity")
    return codec.decode_posts(records)


def loses(records: Sequence[Raw]) -> Decoded[Any]:
    """A decoder that forgets a refused record."""
    decoded = codec.decode_posts(records)
    return decoded._replace(refused=decoded.refused[1:])


def repeats(records: Sequence[Raw]) -> Decoded[Any]:
    """A decoder that refuses a record and uses it as well."""
    decoded = codec.decode_posts(records)
    return decoded._replace(indexes=[*decoded.indexes, *(i for i, _ in decoded.refused[:1])])


@pytest.mark.parametrize("decode", [trips, loses, repeats])
def test_a_broken_decoder_is_seen(decode: Callable[[Sequence[Raw]], Decoded[Any]]) -> None:
    """An exception, a lost record, a record with two outcomes."""
    with pytest.raises(FuzzError, match=r"seed 1, life \d+, chunk \d+ \(posts\)"):
        fuzz(Reader(decode_posts=decode), 20_000)


def test_the_record_that_breaks_the_decoder_is_named() -> None:
    """Its bytes and its mutation are in the message."""
    with pytest.raises(FuzzError, match=r"numbers: b'.*Infinity"):
        fuzz(Reader(decode_posts=trips), 20_000)


def broken(spoil: Callable[[Any, PostChunk], None]) -> Reader:
    """A reader whose step of posts is spoiled."""

    def readers(partition: int, settings: pipeline.Settings) -> Readers:
        made = pipeline.readers(partition, settings)
        step = made.posts.step

        def spoiled(chunk: PostChunk) -> Any:
            out = step(chunk)
            spoil(made.posts.tally, chunk)
            return out

        made.posts.step = spoiled  # type: ignore[method-assign]
        return made

    return Reader(readers=readers)


def raises(tally: Counter[str], chunk: PostChunk) -> None:  # noqa: ARG001
    """As an overflow in a column would."""
    if any(post.followers == 2**53 for post in chunk.posts):
        raise OverflowError("too large to convert")


def twice(tally: Counter[str], chunk: PostChunk) -> None:
    """A late post is counted as read, too."""
    tally["read"] += 1 if chunk.posts and tally["late"] else 0


def forgotten(tally: Counter[str], chunk: PostChunk) -> None:  # noqa: ARG001
    """What is too late has no outcome."""
    tally.pop("too_late", None)


def renamed(tally: Counter[str], chunk: PostChunk) -> None:  # noqa: ARG001
    """An outcome that nobody counts in the metrics."""
    tally["lost"] = tally.pop("duplicate", 0)


@pytest.mark.parametrize("spoil", [raises, twice, forgotten, renamed])
def test_a_broken_step_is_seen(spoil: Callable[[Any, PostChunk], None]) -> None:
    """An exception, two outcomes, none, an unknown one."""
    with pytest.raises(FuzzError, match=r"seed 1, life \d+, chunk \d+ \(posts\)"):
        fuzz(broken(spoil), 20_000)
