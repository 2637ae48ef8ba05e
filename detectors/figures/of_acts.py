"""Engagements of a bucket as sums of figures: acts, orders and refunds. It decides nothing about them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detectors.counts.scopes import Codes, ScopeCodes
from detectors.figures import rows
from detectors.figures.groups import Groups
from detectors.figures.rows import HOUR_S, Sums
from detectors.figures.sales import Change
from detectors.subjects.kinds import Keys

PER_PLATFORM = ("engagements", "engagements_else", "views", "reach")
_ENGAGEMENTS, _ELSE, _VIEWS, _REACH = range(len(PER_PLATFORM))
_TIER = np.uint32(15)
"""Bits of a scope code that hold the tier; 0: the creator's followers are not known."""

Part = tuple[Sums, list[str], list[str]]
"""Sums, the names of their scopes, their own names."""


def of_measures(measures: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each measure of an act what it adds to: an index into PER_PLATFORM; -1: clicks; -2: no figure."""
    kinds = {
        "views": _VIEWS,
        "reach": _REACH,
        "clicks": -1,
        **dict.fromkeys(("likes", "comments", "shares", "saves"), _ENGAGEMENTS),
    }
    return np.array([kinds.get(measure, -2) for measure in measures], np.int64)


def sums_of_acts(
    at: npt.NDArray[np.float64],
    kind: npt.NDArray[np.int64],
    amount: npt.NDArray[np.int64],
    scopes: Codes,
    groups: Keys,
    codes: ScopeCodes,
    known: Groups,
) -> Part:
    """Sums of acts by scope and hour.

    Args:
        kind: see `of_measures`.
    Shapes: f8[n], i8[n], i8[n], u4[n], u8[n].
    """
    names = ["clicks", *(f"{kind}@{platform}" for platform in ("?", *codes.platforms) for kind in PER_PLATFORM)]
    used = np.flatnonzero(kind > -2)
    at, kind, amount, scopes, groups = at[used], kind[used], amount[used], scopes[used], groups[used]
    platform = (scopes >> np.uint32(8)).astype(np.int64)
    nobody = (kind == _ENGAGEMENTS) & (scopes & _TIER == 0)
    name = np.where(kind < 0, 0, 1 + platform * len(PER_PLATFORM) + np.where(nobody, _ELSE, kind))
    hour = np.floor_divide(at, HOUR_S).astype(np.int64)
    few = rows.folded(hour, name, scopes, groups, amount, len(names))
    owner, scope, scope_names = rows.expanded(few.scopes, few.groups, codes, known.scopes)
    return rows.summed(scope, few.hour[owner], few.name[owner], few.amount[owner], len(names)), scope_names, names


def sums_of_sales(changes: Sequence[Change], codes: ScopeCodes, known: Groups) -> Part:
    """Sums of what orders and refunds change, by scope and hour; money by currency."""
    names: dict[str, int] = {}
    found = [
        (i, names.setdefault(name if name == "items" else f"{name}@{one.currency}", len(names)), amount)
        for i, one in enumerate(changes)
        for name, amount in one.change._asdict().items()
        if amount
    ]
    which, name, amount = (np.array([row[column] for row in found], np.int64) for column in range(3))
    scopes = np.array([one.scopes for one in changes], np.uint32)[which]
    groups = np.array([one.group for one in changes], np.uint64)[which]
    hour = np.array([one.at // HOUR_S for one in changes], np.int64)[which]
    owner, scope, scope_names = rows.expanded(scopes, groups, codes, known.scopes)
    return rows.summed(scope, hour[owner], name[owner], amount[owner], max(1, len(names))), scope_names, list(names)


def acts_by_hour(at: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """(hour, acts, known acts) of each hour. Shapes: f8[n], bool[n]."""
    if not len(at):
        return []
    hour = np.floor_divide(at, HOUR_S).astype(np.int64)
    first = int(hour.min())
    acts = np.bincount(hour - first)
    well = np.bincount(hour[known] - first, minlength=len(acts))
    return [(first + i, int(acts[i]), int(well[i])) for i in np.flatnonzero(acts).tolist()]
