"""Ticks as bytes."""

import msgspec
import pytest

from detectors.counts.ticks import Hour, HourVoices, PostRef, decode, encode
from detectors.errors import DetectorError
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


def test_another_version_is_refused() -> None:
    """A worker does not guess what another version meant; it says what to do."""
    with pytest.raises(DetectorError, match=r"version 99: this worker reads 5; finish the old ticks"):
        decode(encode(msgspec.structs.replace(make_tick(7), version=99)))
