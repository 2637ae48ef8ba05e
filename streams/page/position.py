"""Up to where a browser knows the board: what it says when it comes back, so that it gets just what it missed."""

from typing import NamedTuple


class Position(NamedTuple):
    """Up to where a browser knows: which board, and its last change."""

    epoch: str
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.seq}"


def position_of(text: str) -> Position | None:
    """Read a position; None if it is none.

    >>> str(position_of("ab12-7")), position_of("nonsense"), position_of("x-" + "9" * 99)
    ('ab12-7', None, None)
    """
    epoch, _, seq = text.rpartition("-")
    return Position(epoch, int(seq)) if epoch and seq.isascii() and seq.isdigit() and len(seq) < 16 else None
