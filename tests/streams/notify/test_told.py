"""What channels were told: kept within bounds, and read back as it was."""

import msgspec
import pytest

from streams.errors import StateError
from streams.notify.told import IDS, VERSION, Book, Told, decode, encode


def told(at: float = 0.0) -> Told:
    return Told(at=at, revision=2, alert_ids=("a1", "a2"), subject="#glow · Trend", thread="17.5")


def test_an_entry_is_read_back_as_it_was() -> None:
    """Its bytes are what Kafka keeps: a change of them is a new version."""
    assert decode(encode(told())) == told()
    assert encode(told()) == (
        b'{"version":1,"at":0.0,"revision":2,"alert_ids":["a1","a2"],"subject":"#glow \xc2\xb7 Trend","thread":"17.5"}'
    )


@pytest.mark.parametrize("value", [b"", b"{}", b"\xff", b"[1]"])
def test_an_entry_that_cannot_be_read_stops_the_process(value: bytes) -> None:
    """To go on without it might tell people again what they know."""
    with pytest.raises(StateError, match="what was told cannot be read"):
        decode(value)


def test_an_entry_of_another_version_stops_the_process() -> None:
    """The line says which version reads it."""
    with pytest.raises(StateError, match=f"format {VERSION + 1}, this version reads {VERSION}"):
        decode(encode(msgspec.structs.replace(told(), version=VERSION + 1)))


def test_ids_are_bounded_and_the_revision_never_falls() -> None:
    """The latest ids stay."""
    one = told()
    for n in range(100):
        one = one.also(f"b{n}", n % 5, float(n))

    assert (len(one.alert_ids), one.alert_ids[-1], one.revision, one.at) == (IDS, "b99", 4, 99.0)


def test_what_is_told_again_is_kept_longest() -> None:
    """The book forgets who has heard nothing for longest, and says whom."""
    book = Book(size=2, remember_s=100)
    for about in ("t1", "t2"):
        book.put(about, told())
    book.put("t1", told(at=1.0))
    book.put("t3", told(at=2.0))

    assert list(book.surplus(now=3.0)) == ["t2"]
    assert list(book.surplus(now=101.5)) == ["t1"]
    assert book.get("t3", now=101.5) is not None
    book.drop("t3")
    assert book.get("t3", now=3.0) is None
