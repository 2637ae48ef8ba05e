"""Where posts stand in their topics: it differs between two runs when records were added to one of them."""

from collections.abc import Iterable

import msgspec

from detectors.counts.ticks import Calm, Candidate, PostRef, Tick
from detectors.performance import judged

replace = msgspec.structs.replace


def unplaced(ticks: Iterable[Tick]) -> list[Tick]:
    """The same ticks, without where the posts stand."""
    return list(map(_tick, ticks))


def _tick(tick: Tick) -> Tick:
    return replace(
        tick,
        candidates=tuple(map(_candidate, tick.candidates)),
        pairs=tuple(map(_candidate, tick.pairs)),
        calm=tuple(map(_calm, tick.calm)),
        judged=tuple(map(_judged, tick.judged)),
    )


def _posts(posts: Iterable[PostRef]) -> tuple[PostRef, ...]:
    return tuple(replace(post, offset=0) for post in posts)


def _candidate(one: Candidate) -> Candidate:
    return replace(one, posts=_posts(one.posts), long=one.long and replace(one.long, posts=_posts(one.long.posts)))


def _calm(one: Calm) -> Calm:
    return replace(one, posts=_posts(one.posts))


def _judged(told: bytes) -> bytes:
    found = judged.decode(told)
    return judged.encode(replace(found, standouts=tuple(replace(one, offset=0) for one in found.standouts)))
