"""What a trend's posts draw, as its records say it."""

import msgspec
import pytest

from detectors.alerting.engaged import drivers_of, engaged_of, per_voice_of
from detectors.counts.draws import Drawn
from detectors.model.alerts import Driver
from detectors.model.engaged import Engaged

USUAL = Drawn(engagements=300, voices=100, acting=40)


def test_engagement_per_voice_is_of_those_who_post() -> None:
    """Rounded as the other figures; what is not known is no 0."""
    assert per_voice_of(Drawn(100, 30, 5)) == 3.333
    assert per_voice_of(Drawn(0, 30, 0)) == 0.0
    assert per_voice_of(None) is None


def test_it_stands_beside_what_is_usual() -> None:
    """Of all posts of the window; without it nothing is said."""
    assert engaged_of(Drawn(100, 30, 5), USUAL) == Engaged(acting=5, usual_per_voice=3.0)
    assert engaged_of(Drawn(100, 30, 5), None) is msgspec.UNSET
    assert engaged_of(None, USUAL) is msgspec.UNSET


@pytest.mark.parametrize(
    ("drawn", "shares"),
    [
        (Drawn(30, 10, 4), []),
        (Drawn(30, 10, 5), [("comments_and_shares", 0.333)]),
        (Drawn(59, 10, 0), []),
        (Drawn(60, 10, 0), [("above_usual", 0.5)]),
        (Drawn(120, 10, 30), [("comments_and_shares", 0.75), ("above_usual", 0.75)]),
    ],
)
def test_it_drives_a_trend(drawn: Drawn, shares: list[tuple[str, float]]) -> None:
    """Where three in ten of its people only comment or share, or its posts draw twice the usual."""
    assert drivers_of(drawn, USUAL) == tuple(Driver("engagement", value, share) for value, share in shares)


def test_nothing_is_no_multiple_of_nothing() -> None:
    """Where nobody acts, or nobody knows, nothing drives."""
    assert drivers_of(None, USUAL) == ()
    assert drivers_of(Drawn(60, 10, 0), None) == ()
    assert drivers_of(Drawn(60, 10, 0), Drawn(0, 10, 0)) == ()
