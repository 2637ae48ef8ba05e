"""What is left of a trend without its suspicious part."""

from detectors.integrity.remains import clean_voices, stands_alone
from detectors.integrity.signs import Sign


def test_the_worst_sign_counts() -> None:
    """Without any, all voices are left."""
    assert clean_voices(10.0, []) == 10.0
    assert clean_voices(10.0, [Sign(1, 2, 0.5), Sign(1, 2, 0.1)]) == 1.0


def test_a_rest_must_be_a_trend_of_its_own() -> None:
    """Voices enough, and a surprise."""
    rule = {"r_max": 20.0, "least": 3.0, "p": 1e-4}
    assert stands_alone(12, 0.5, **rule)
    assert not stands_alone(2, 1e-9, **rule)
    assert not stands_alone(12, 8.0, **rule)
