"""What goes with a committed offset. Asking a real coordinator is tested with the store."""

import pytest

from streams.commits import Note, read_note
from streams.errors import StateError


@pytest.mark.parametrize("note", [Note(), Note(watermark=1.25), Note(snapshot=3), Note(watermark=1e9, snapshot=7)])
def test_a_note_comes_back(note: Note) -> None:
    """Whatever it says."""
    assert read_note(note.text(), "posts-0") == note


def test_an_empty_note_says_nothing() -> None:
    """What Faust itself wrote, before there were notes."""
    assert read_note("", "posts-0") == Note()


@pytest.mark.parametrize("metadata", ["x", "[]", '{"snapshot":"7"}'])
def test_a_foreign_note_is_refused(metadata: str) -> None:
    """With where it was found."""
    with pytest.raises(StateError, match=r"^posts-0: the group's commit carries "):
        read_note(metadata, "posts-0")


def test_notes_may_grow() -> None:
    """A newer version's fields are skipped."""
    assert read_note('{"snapshot":7,"more":1}', "posts-0") == Note(snapshot=7)
