"""A chunk of engagements as columns, and what those of a bucket add to the series."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.counts.scopes import Codes, ScopeCodes
from detectors.counts.table import Table
from detectors.model.engagements import Engagement
from detectors.subjects.columns import hash64, post_hash
from detectors.subjects.kinds import Keys

MEASURES = ("likes", "comments", "shares", "saves", "views", "clicks", "follows", "orders")
"""Series that engagements add to."""

MOST = 2**52
"""What a partition may add to a series in a bucket: sums over all partitions then fit 64 bits, whatever is claimed."""

_OF_KIND = {"like": 0, "comment": 1, "share": 2, "save": 3, "view": 4, "click": 5, "follow": 6}
_NONE, _ORDERS = len(MEASURES), MEASURES.index("orders")

COUNTED_TOTALS = ("views", "likes", "comments", "shares", "saves", "clicks")
"""Running totals whose growth adds to a series."""

ACT = np.dtype(
    [("post_id", "<u8"), ("key", "<u8"), ("amount", "<i8"), ("scopes", "<u4"), ("measure", "u1"), ("is_total", "?")]
)
"""What an engagement adds: to which measure, of which post (0: none), with which scopes where the post is not known.

An act has key 0. The key of an order is its id's; the key of a total, its subject's, measure's and definition's.
"""

Acts = npt.NDArray[np.void]


class PreparedActs(NamedTuple):
    """n engagements as columns, with m acts. Shapes: at f8[n]; event_id u8[n]; acts ACT[m]; owner i8[m], sorted."""

    at: npt.NDArray[np.float64]
    event_id: Keys
    acts: Acts
    owner: npt.NDArray[np.int64]


def prepare(engagements: Sequence[Engagement], codes: ScopeCodes) -> PreparedActs:
    """Turn engagements into columns."""
    n = len(engagements)
    acts = np.zeros(n, ACT)
    acts["post_id"] = [post_hash(e.platform, e.post_id) if e.post_id else 0 for e in engagements]
    acts["amount"] = [e.count for e in engagements]
    acts["scopes"] = codes.of_platforms([e.platform for e in engagements])
    acts["measure"] = [_OF_KIND.get(e.kind, _NONE) for e in engagements]
    owner = np.arange(n)
    special = np.flatnonzero(acts["measure"] == _NONE)
    if len(special):
        extra = [(i, *row) for i in special.tolist() for row in _special(engagements[i], acts[i])]
        added = np.array([row[1:] for row in extra], ACT)
        owner = np.concatenate([np.delete(owner, special), np.array([row[0] for row in extra], np.int64)])
        acts = np.concatenate([np.delete(acts, special), added])
        order = np.argsort(owner, kind="stable")
        owner, acts = owner[order], acts[order]
    return PreparedActs(
        np.fromiter([e.at.timestamp() for e in engagements], np.float64, n),
        np.fromiter([hash64(e.event_id) for e in engagements], np.uint64, n),
        acts,
        owner,
    )


def _special(e: Engagement, act: np.void) -> Iterator[tuple[int, int, int, int, int, bool]]:
    """What an order or a record of running totals adds, as fields of ACT."""
    post_id, scopes = int(act["post_id"]), int(act["scopes"])
    if e.kind == "order" and e.order is not None and e.order.status != "cancelled":
        yield post_id, hash64(e.order.order_id), 1, scopes, _ORDERS, False
    if e.kind == "counters" and e.counters is not None:
        subject = e.post_id or e.creator_id or e.campaign_id
        for name in COUNTED_TOTALS:
            total = getattr(e.counters, name)
            if total is not None:
                key = hash64(f"{e.platform}\x1f{subject}\x1f{name}\x1f{e.metric_definition}")
                yield post_id, key, total, scopes, MEASURES.index(name), True


class Ledger:
    """Orders that were counted, and the last running totals.

    Args:
        horizon, capacity: see Table.
    """

    def __init__(self, *, horizon: int, capacity: int) -> None:
        self._orders = Table([], horizon=horizon, capacity=capacity)
        self._totals = Table([("total", "<i8")], horizon=horizon, capacity=capacity)

    @property
    def tables(self) -> dict[str, Table]:
        """What a snapshot keeps."""
        return {"orders": self._orders, "totals": self._totals}

    def counted(self, acts: Acts, bucket: int) -> Acts:
        """The acts of a bucket as they count: an order once, a total by its growth since the last.

        The first total is a base, a fall a correction: neither is growth.
        """
        if not acts["key"].any():
            return acts
        acts = acts.copy()
        self._grow(acts, np.flatnonzero(acts["is_total"]), bucket)
        self._order(acts, np.flatnonzero((acts["key"] != 0) & ~acts["is_total"]), bucket)
        for table in self.tables.values():
            table.expire(bucket)
        return acts

    def _order(self, acts: Acts, where: npt.NDArray[np.intp], bucket: int) -> None:
        keys = acts["key"][where]
        _, first = np.unique(keys, return_index=True)
        new = np.zeros(len(where), np.bool_)
        new[first] = True
        new &= self._orders.find(keys, bucket) < 0
        self._orders.put(keys[new], bucket)
        acts["amount"][where[~new]] = 0

    def _grow(self, acts: Acts, where: npt.NDArray[np.intp], bucket: int) -> None:
        where = where[np.argsort(acts["key"][where], kind="stable")]
        keys, totals = acts["key"][where], acts["amount"][where]
        if not len(keys):
            return
        row = self._totals.find(keys, bucket)
        base = np.where(row >= 0, self._totals.column("total", np.maximum(row, 0)), totals)
        again = np.append(False, keys[1:] == keys[:-1])
        base[again] = totals[:-1][again[1:]]
        last = np.append(keys[1:] != keys[:-1], True)
        self._totals.put(keys[last], bucket, total=totals[last])
        acts["amount"][where] = np.maximum(totals - base, 0)


def sums_of(acts: Acts, scopes: Codes, codes: ScopeCodes) -> Counter[str]:
    """Sums by measure and scope. Shapes: ACT[m], scopes of each u4[m]."""
    sums: Counter[str] = Counter()
    measure, amount = acts["measure"].astype(np.int64), acts["amount"]
    for number, total in _totals(measure, amount, len(MEASURES)):
        sums[f"{MEASURES[number]}|all"] = total
    for names, value in codes.dimensions(scopes):
        size = len(names)
        known = value != 0
        for number, total in _totals(measure[known] * size + value[known], amount[known], len(MEASURES) * size):
            sums[f"{MEASURES[number // size]}|{names[number % size]}"] = total
    return sums


def _totals(group: npt.NDArray[np.int64], amount: npt.NDArray[np.int64], size: int) -> Iterator[tuple[int, int]]:
    """Groups that hold anything and their sums, exact: halves of an amount are small enough for floating point."""
    high = np.bincount(group, (amount >> 26).astype(np.float64), size)
    low = np.bincount(group, (amount & (2**26 - 1)).astype(np.float64), size)
    for number in np.flatnonzero(np.bincount(group, minlength=size)).tolist():
        total = (int(high[number]) << 26) + int(low[number])
        yield number, max(-MOST, min(MOST, total))
