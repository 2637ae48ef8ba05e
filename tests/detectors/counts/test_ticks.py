"""Ticks as bytes."""

import msgspec
import pytest

from detectors.counts.ticks import decode, encode
from detectors.errors import DetectorError
from tests.detectors.making import make_candidate, make_tick


def test_bytes_and_back() -> None:
    """Every field survives the internal topic, keys of 64 bits included."""
    tick = make_tick(
        7, [make_candidate("glass", [1, 2])], frequent={2**64 - 1: 1.5}, series={"posts|all": -3}, absent=2
    )
    assert decode(encode(tick)) == tick


def test_another_version_is_refused() -> None:
    """A worker does not guess what another version meant; it says what to do."""
    with pytest.raises(DetectorError, match=r"version 99: this worker reads 4; finish the old ticks"):
        decode(encode(msgspec.structs.replace(make_tick(7), version=99)))
