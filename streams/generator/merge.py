"""Puts posts and all that follows them into one sequence by event time. Draws nothing."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from typing import Literal

from streams.generator.posts import Draft, Record

Topic = Literal["post", "engagement"]
Item = tuple[float, Topic, Record]
"""When (epoch seconds), which input topic, and the record."""

Aftermath = Callable[[Draft], Iterable[Item]]


def in_time_order(drafts: Iterable[Draft], aftermath: Aftermath, end_at: float) -> Iterator[Item]:
    """Posts (already in time order) and what follows each of them, before `end_at`.

    Lazy: holds only what has been caused and has not happened yet. Ties keep the order in which they were caused.
    """
    waiting: list[tuple[float, int, Topic, Record]] = []
    caused = 0
    for draft in drafts:
        while waiting and waiting[0][0] <= draft.at:
            at, _, topic, record = heappop(waiting)
            yield at, topic, record
        yield draft.at, "post", draft.record
        for at, topic, record in aftermath(draft):
            if at < end_at:
                heappush(waiting, (at, caused, topic, record))
                caused += 1
    while waiting:
        at, _, topic, record = heappop(waiting)
        yield at, topic, record
