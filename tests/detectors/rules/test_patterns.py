"""How a rule's words meet what people wrote."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.rules.patterns import any_meets, meets


@pytest.mark.parametrize(
    ("pattern", "name", "met"),
    [
        ("tier:*", "tier:nano", True),
        ("tier:*", "tier:", True),
        ("tier:*", "platform:tiktok", False),
        ("GlowUp", "#glowup", True),
        ("glow", "#glowup", False),
        ("L'Oréal", "l'oreal", True),
        ("*glow*", "the glow up", True),
        ("ab*ba", "aba", False),
        ("[a-z]", "g", False),
        ("*", "", True),
    ],
)
def test_a_pattern_meets_names(pattern: str, name: str, met: bool) -> None:
    """Whole names, whatever their case, accents and marks; only `*` is special."""
    assert any_meets([pattern], [name]) is met


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_the_star_is_that_of_regular_expressions(pattern: str, name: str) -> None:
    """The same as `.*`, without their cost."""
    form = ".*".join(map(re.escape, pattern.split("*")))

    assert meets(pattern, name) == bool(re.fullmatch(form, name))
