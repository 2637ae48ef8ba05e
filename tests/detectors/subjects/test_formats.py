"""Formats as creators name them, in French and English."""

import pytest

from detectors.subjects.formats import format_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unboxing my new serum", "unboxing"),
        ("Déballage du calendrier", "unboxing"),
        ("avant / après, 30 jours", "before_after"),
        ("Before and after", "before_after"),
        ("my glow-up", "before_after"),
        ("TUTO maquillage", "tutorial"),
        ("How to contour, step by step", "tutorial"),
        ("mon avis honnête", "review"),
        ("Sephora HAUL", "haul"),
        ("GRWM", "grwm"),
        ("Prépare-toi avec moi", "grwm"),
        ("preparez-vous avec moi", "grwm"),
        ("le défi des 30 jours", "challenge"),
        ("#challenge", "challenge"),
        ("haul then review", "haul"),
        ("overhauled", None),
        ("the steps of the town hall", None),
        ("glass skin serum", None),
        ("", None),
    ],
)
def test_the_first_format_named_counts(text: str, expected: str | None) -> None:
    """Whole words only, whatever their case and accents."""
    assert format_of(text) == expected
