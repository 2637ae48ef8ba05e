"""What is sent when."""

from collections.abc import Iterator
from typing import Any, cast

from streams.delivery import Delivery
from streams.demo.feed import BATCH, Feed, Piece

TURN_AT, END_AT = 100.0, 200.0
UNTIL = 60.0


class Taken(list[bytes]):
    """Stands for a topic."""

    def send(self, _origin: str, _key: bytes | None, value: bytes) -> None:
        """Take it."""
        self.append(value)


def pieces(*times: float) -> Iterator[Piece]:
    return (Piece(at, "post", b"key", str(at).encode(), "here") for at in times)


def feed(records: Iterator[Piece], taken: Taken) -> Feed:
    delivery = cast("Delivery", taken)
    deliveries: dict[Any, Delivery] = {"post": delivery, "engagement": delivery}
    return Feed(records, deliveries, turn_at=TURN_AT, end_at=END_AT, until=UNTIL)


def test_the_past_at_once_and_the_rest_evenly() -> None:
    """Half of the time that is left has sent half of what is left; at its end all is sent."""
    taken = Taken()
    played = feed(pieces(0, 50, 100, 140, 160, 200), taken)

    assert not played.step(now=20.0)
    assert taken == [b"0", b"50", b"100"]
    played.step(now=40.0)
    assert taken[3:] == [b"140"]
    assert played.reached_at == 140
    played.step(now=59.9)
    assert not played.done
    played.step(now=UNTIL)
    assert (played.done, played.sent, len(taken)) == (True, 6, 6)


def test_a_long_past_is_sent_in_batches() -> None:
    """Whoever shows something meanwhile is told that more is due."""
    taken = Taken()
    played = feed(pieces(*range(100), *[100] * BATCH), taken)

    assert played.step(now=0.0)
    assert len(taken) == BATCH
    assert not played.step(now=0.0)
    assert played.done


def test_a_start_that_took_all_the_time() -> None:
    """Everything is sent at once, rather than never."""
    taken = Taken()
    played = feed(pieces(0, 150, 200), taken)
    played.step(now=UNTIL + 5)
    played.step(now=UNTIL + 5)

    assert played.done


def test_each_kind_goes_to_its_topic() -> None:
    """Posts and engagements, under their keys."""
    posts, engagements = Taken(), Taken()
    records = iter([Piece(0, "post", b"k", b"p", "here"), Piece(1, "engagement", b"k", b"e", "here")])
    deliveries: dict[Any, Delivery] = {"post": cast("Delivery", posts), "engagement": cast("Delivery", engagements)}
    Feed(records, deliveries, turn_at=TURN_AT, end_at=END_AT, until=UNTIL).step(now=0.0)

    assert (posts, engagements) == ([b"p"], [b"e"])
