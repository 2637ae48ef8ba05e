"""Ticks as bytes."""

import msgspec
import pytest

from detectors.counts.hours import MOST_FOLLOWED, MOST_SHOWN
from detectors.counts.pairs import MAX_FOLLOWED
from detectors.counts.people import People
from detectors.counts.screen import MAX_CANDIDATES
from detectors.counts.ticks import FigureSums, Hour, HourVoices, Look, PostRef, decode, encode
from detectors.errors import DetectorError
from detectors.figures.book import AT_ONCE
from streams.topics import LARGEST
from tests.detectors.making import make_candidate, make_tick


def test_bytes_and_back() -> None:
    """Every field survives the internal topic, keys of 64 bits included."""
    tick = make_tick(
        7,
        [make_candidate("glass", [1, 2])],
        frequent={2**64 - 1: 1.5},
        series={"posts|all": -3},
        absent=2,
        hour=Hour(0, 9.0, 99.5, (HourVoices(2**64 - 1, 4, 0.5, (PostRef(0, 1, 2, 3),)), HourVoices(8, 0))),
    )
    assert decode(encode(tick)) == tick


def test_a_tick_of_before_hours_were_told() -> None:
    """It is read: its hour is not known."""
    tick = {name: value for name, value in msgspec.to_builtins(make_tick(7)).items() if name != "hour"}
    assert decode(msgspec.msgpack.encode(tick)).hour is None


def test_the_largest_tick_fits_into_a_record() -> None:
    """All bounds reached in one tick, with numbers that take the most bytes: half of a record, at most."""
    big = 2**40
    refs = tuple(PostRef(63, big + n, 2**64 - 1 - n, 2**32 - 1, 9) for n in range(20))
    look = Look(big, 0.123456, 0.123456, 9.0, refs, big)
    people = People(big, big, big, big, big, big, bytes(256))
    figures = FigureSums(
        "community:" + 40 * "x",
        big,
        86_400,
        99,
        {f"engagements_else@platform{n}": big for n in range(9)},
        big,
        big,
        big,
    )
    candidate = msgspec.structs.replace(make_candidate("glass", long=look, people=people), posts=refs)
    pair = msgspec.structs.replace(candidate, long=None, scope="community:" + 40 * "x")
    shown = (HourVoices(2**64 - 1, big, 0.123456, refs),) * MOST_SHOWN
    silent = (HourVoices(2**64 - 1, big, 0.123456),) * (MOST_FOLLOWED - MOST_SHOWN)
    tick = make_tick(
        big,
        [candidate] * MAX_CANDIDATES,
        pairs=(pair,) * MAX_FOLLOWED,
        figures=(figures,) * AT_ONCE,
        frequent={2**64 - 1 - n: 0.123456 for n in range(4096)},
        hour=Hour(big, 9.0, 9.0, shown + silent),
    )

    assert len(encode(tick)) < LARGEST / 2


def test_another_version_is_refused() -> None:
    """A worker does not guess what another version meant; it says what to do."""
    with pytest.raises(DetectorError, match=r"version 99: this worker reads 5; finish the old ticks"):
        decode(encode(msgspec.structs.replace(make_tick(7), version=99)))
