"""Finds the records of a chunk that make our own code raise, so that one record never stops a stream.

What is tried must change nothing: it is called again for each record. It puts nothing aside; see `reading.py`.
"""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")
P = TypeVar("P")

TRIES = 2
"""How often a record may raise before it is given up: what fails once may have had another cause."""


class Poisoned(NamedTuple):
    """A record that raises: where in the chunk, and what."""

    place: int
    error: Exception


class Sifted(NamedTuple, Generic[P]):
    """What the good records of a chunk give, where they were, and the bad ones."""

    result: P
    good: list[int]
    bad: list[Poisoned]


def sift(work: Callable[[Sequence[R]], P], records: Sequence[R]) -> Sifted[P]:
    """Do some work on all records that do not make it raise.

    Raises: what the work raises, if it is no single record's fault.

    >>> sift(lambda numbers: [1 / n for n in numbers], [2, 0, 4])
    Sifted(result=[0.5, 0.25], good=[0, 2], bad=[Poisoned(place=1, error=ZeroDivisionError('division by zero'))])
    """
    try:
        return Sifted(work(records), list(range(len(records))), [])
    except Exception:  # noqa: BLE001 - whatever our own code raises: each record is asked for it
        bad = [Poisoned(i, error) for i, record in enumerate(records) if (error := _error_of(work, record))]
        spoiled = {place for place, _ in bad}
        good = [i for i in range(len(records)) if i not in spoiled]
        return Sifted(work([records[i] for i in good]), good, bad)


def _error_of(work: Callable[[Sequence[R]], P], record: R) -> Exception | None:
    """What a record makes the work raise, every time."""
    last: Exception | None = None
    for _ in range(TRIES):
        try:
            work([record])
        except Exception as error:  # noqa: BLE001 - handed on, as a dead letter
            last = error
        else:
            return None
    return last
