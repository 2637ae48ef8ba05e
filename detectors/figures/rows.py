"""What READ tells of the figures of one bucket: sums by scope and hour. The format between READ and COUNT."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.order import once, spread
from detectors.counts.scopes import Codes, ScopeCodes
from detectors.subjects.columns import hash64
from detectors.subjects.kinds import Keys

HOUR_S = 3600.0

MOST_SCOPES = 2000
"""Campaigns, communities and creators that one run tells of to one destination. Beyond, the others' are left out."""

Ints = npt.NDArray[np.int64]
ScopesOf = Callable[[int], list[str]]
"""The names of the scopes of a group."""


class VoiceCounts(msgspec.Struct, frozen=True, array_like=True):
    """Posts by creator in one scope and hour, of all creators below a limit. Shapes: authors u4[n]; posts i4[n]."""

    scope: int
    hour: int
    limit: int
    authors: bytes
    posts: bytes


class Told(msgspec.Struct, frozen=True, array_like=True):
    """Sums of one bucket to one destination.

    Attributes:
        scopes, sums: names that the rows point into.
        scope, name, hour, amount: the rows, as columns u4[n], u2[n], i4[n], i8[n]; hours are counted from 1970.
        acts: by hour: engagements, and those of them that are about a known post or none; to every destination.
        left_out: scopes that found no room.
    """

    scopes: list[str]
    sums: list[str]
    scope: bytes
    name: bytes
    hour: bytes
    amount: bytes
    voices: list[VoiceCounts] = []
    acts: list[tuple[int, int, int]] = []
    left_out: int = 0


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Told).decode


class Expanded(NamedTuple):
    """n records, each once in every scope that it counts in. Shapes: owner i8[m], index into the n; scope i8[m]."""

    owner: Ints
    scope: Ints
    names: list[str]


def expanded(scopes: Codes, groups: Keys, codes: ScopeCodes, scopes_of: ScopesOf) -> Expanded:
    """The scopes of n records, by name. Shapes: u4[n], u8[n]."""
    n = len(scopes)
    names, owners, values = ["all"], [np.arange(n)], [np.zeros(n, np.int64)]
    for dimension in codes.dimensions(scopes):
        known = np.flatnonzero(dimension.value)
        owners.append(known)
        values.append(dimension.value[known].astype(np.int64) - 1 + len(names))
        names += dimension.names[1:]
    some = np.flatnonzero(groups)
    if len(some):
        number: dict[str, int] = {}
        distinct = once(groups[some])
        members = [[number.setdefault(name, len(number)) for name in scopes_of(g)] for g in distinct.tolist()]
        length = np.fromiter(map(len, members), np.int64, len(members))
        flat = np.array([one for each in members for one in each], np.int64)
        place = np.searchsorted(distinct, groups[some])
        owners.append(np.repeat(some, length[place]))
        values.append(flat[spread((np.cumsum(length) - length)[place], length[place])] + len(names))
        names += number
    return Expanded(np.concatenate(owners), np.concatenate(values), names)


class Folded(NamedTuple):
    """Records that share hour, name, scopes and group, as one. Shapes: i8[k], i8[k], u4[k], u8[k], i8[k]."""

    hour: Ints
    name: Ints
    scopes: Codes
    groups: Keys
    amount: Ints


def folded(hour: Ints, name: Ints, scopes: Codes, groups: Keys, amount: Ints, names: int) -> Folded:
    """Fewer records with the same sums: each stands in several scopes, but most are alike. Shapes: n each.

    Args:
        names: how many there are.
    """
    if not len(hour):
        return Folded(hour, name, scopes, groups, amount)
    first, hours = int(hour.min()), int(np.ptp(hour)) + 1
    distinct = once(groups)
    group = np.searchsorted(distinct, groups) if len(distinct) > 1 else 0
    key = ((group * hours + (hour - first)) * names + name) << 16 | scopes  # platform and below: 16 bits
    order = np.argsort(key)
    key = key[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    one = order[starts]
    return Folded(hour[one], name[one], scopes[one], groups[one], np.add.reduceat(amount[order], starts))


class Sums(NamedTuple):
    """Sums by scope, hour and name. Shapes: i8[k] each, sorted by scope, hour and name."""

    scope: Ints
    hour: Ints
    name: Ints
    amount: Ints


def summed(scope: Ints, hour: Ints, name: Ints, amount: Ints, names: int) -> Sums:
    """Add up what shares scope, hour and name; sums of 0 are left out. Shapes: i8[n] each.

    Args:
        names: how many there are.
    """
    if not len(scope):
        return Sums(scope, hour, name, amount)
    first, hours = int(hour.min()), int(np.ptp(hour)) + 1
    key = (scope * hours + (hour - first)) * names + name
    order = np.argsort(key)
    key = key[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    total = np.add.reduceat(amount[order], starts)
    key, total = key[starts][total != 0], total[total != 0]
    return Sums(key // names // hours, key // names % hours + first, key % names, total)


def joined(parts: Sequence[tuple[Sums, list[str], list[str]]]) -> tuple[Sums, list[str], list[str]]:
    """Sums with their scopes' and sums' names, put together under common names."""
    scopes: dict[str, int] = {}
    names: dict[str, int] = {}
    columns: list[Sums] = []
    for sums, of_scopes, of_names in parts:
        scope = np.array([scopes.setdefault(one, len(scopes)) for one in of_scopes], np.int64)
        name = np.array([names.setdefault(one, len(names)) for one in of_names], np.int64)
        columns.append(sums._replace(scope=scope[sums.scope], name=name[sums.name]) if len(sums.scope) else sums)
    every = Sums(*(np.concatenate(column) for column in zip(*columns, strict=True)))
    return summed(*every, max(1, len(names))), list(scopes), list(names)


def addressed(
    sums: Sums,
    scopes: list[str],
    names: list[str],
    voices: Sequence[VoiceCounts],
    acts: list[tuple[int, int, int]],
    partitions: int,
) -> list[bytes]:
    """What each destination is told, encoded; empty bytes: nothing. A scope has one destination, by its name."""
    used = once(np.concatenate([sums.scope, np.array([v.scope for v in voices], np.int64)]))
    where = np.array([hash64(scopes[one]) % partitions for one in used.tolist()], np.int64)
    return [
        _of_one(used[where == partition].tolist(), sums, scopes, names, voices, acts) for partition in range(partitions)
    ]


def _of_one(
    mine: list[int],
    sums: Sums,
    scopes: list[str],
    names: list[str],
    voices: Sequence[VoiceCounts],
    acts: list[tuple[int, int, int]],
) -> bytes:
    if not mine and not acts:
        return b""
    kept = sorted(mine, key=lambda one: _rank(scopes[one])) if len(mine) > MOST_SCOPES else mine
    place = np.full(len(scopes), -1, np.int64)
    place[kept[:MOST_SCOPES]] = np.arange(min(len(kept), MOST_SCOPES))
    here = place[sums.scope] >= 0
    return encode(
        Told(
            [scopes[one] for one in kept[:MOST_SCOPES]],
            names,
            place[sums.scope[here]].astype("<u4").tobytes(),
            sums.name[here].astype("<u2").tobytes(),
            sums.hour[here].astype("<i4").tobytes(),
            sums.amount[here].astype("<i8").tobytes(),
            [msgspec.structs.replace(v, scope=int(place[v.scope])) for v in voices if place[v.scope] >= 0],
            acts,
            max(0, len(kept) - MOST_SCOPES),
        )
    )


def _rank(scope: str) -> tuple[int, int]:
    """What finds room first: scopes of closed sets, campaigns, communities, creators; among equals, by hash."""
    dimension = scope.partition(":")[0]
    return {"campaign": 1, "community": 2, "creator": 3}.get(dimension, 0), hash64(scope)
