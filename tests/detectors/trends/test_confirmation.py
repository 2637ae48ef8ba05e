"""A topic of talk has words that go together; chance has not."""

import pytest

from detectors.subjects.names import names_of
from detectors.trends.confirmation import LONELY_WEIGHT, own_subjects, weighted_p
from tests.detectors.making import key_of, make_post


def keys_in(text: str) -> list[int]:
    """The keys of everything that a text names, each once."""
    return list({name.key for name in names_of(make_post("p", 0, text))})


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("serum", 1),
        ("#serum", 1),
        ("glass skin", 1),
        ("glass, the skin", 2),
        ("glass skin serum", 1),
        ("glass skin for serum", 2),
        ("glass skin, the skin glass", 1),
        ("", 0),
    ],
)
def test_repeats_say_nothing_for_themselves(text: str, own: int) -> None:
    """A hashtag and its word are one subject, and so are the two words of a phrase."""
    assert own_subjects(keys_in(text)) == own


def test_lists_alone_confirm_nothing() -> None:
    """A sound or a product may be in copies of one post: words must go with it."""
    assert own_subjects([key_of("s1", "sound"), key_of("p1", "product"), key_of("x", "hashtag")]) == 0


def of_group(*names: str) -> float:
    """The p of a group of subjects that each have one of a millionth."""
    return weighted_p([1e-6] * len(names), [key_of(name) for name in names])


def test_a_lonely_group_must_be_fifty_times_as_surprising() -> None:
    """Two words of its own carry a group at full weight."""
    assert of_group("serum") == pytest.approx(1e-6 / LONELY_WEIGHT)
    assert of_group("serum", "glass") == pytest.approx(1e-6)
