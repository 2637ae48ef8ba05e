"""A chunk of engagements as columns, and what those of a bucket add to the series."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import xxhash

from detectors.counts.scopes import Codes, ScopeCodes
from detectors.figures.groups import Groups
from detectors.figures.sales import SALE, Sales, sale_of
from detectors.model.engagements import Engagement
from detectors.subjects.columns import hash64
from detectors.subjects.kinds import Keys

_hash = xxhash.xxh3_64_intdigest  # what `hash64` and `post_hash` call, without a call of ours an act

MEASURES = ("likes", "comments", "shares", "saves", "views", "clicks", "follows", "orders")
"""Series that engagements add to."""

MOST = 2**52
"""What a partition may add to a series in a bucket: sums over all partitions then fit 64 bits, whatever is claimed."""

_OF_KIND = {"like": 0, "comment": 1, "share": 2, "save": 3, "view": 4, "click": 5, "follow": 6}
COMMENTS, SHARES, FOLLOWS, ORDERS = (MEASURES.index(name) for name in ("comments", "shares", "follows", "orders"))
ENGAGING = MEASURES.index("saves") + 1
"""Likes, comments, shares and saves come first among the measures: they are what posts are compared by."""

_NONE = len(MEASURES)
REACH = _NONE
"""A measure of figures only: reached accounts are no series."""

NAMES = (*MEASURES, "reach")
"""Names of all measures."""

COUNTED_TOTALS = {"reach": REACH} | {
    name: MEASURES.index(name) for name in ("views", "likes", "comments", "shares", "saves", "clicks")
}
"""Totals of posts whose growth counts, and the measure that it adds to; a creator's followers add to `follows`."""

ACT = np.dtype(
    [
        ("post_id", "<u8"),
        ("key", "<u8"),
        ("group", "<u8"),
        ("actor", "<u8"),
        ("amount", "<i8"),
        ("at", "<f8"),
        ("definition", "<u4"),
        ("scopes", "<u4"),
        ("measure", "u1"),
        ("is_total", "?"),
        ("live", "?"),
    ]
)
"""What an engagement adds: to which measure, of which post (0: none); scopes and group are for where that is not known.

An act has key 0. The key of an order is its id's; the key of a total, its subject's and measure's; `definition` is the
hash of what the total is said to mean, 0: not said; `actor` that of who comments or shares, or who has so many
followers, 0: not told. What is not
`live` is for figures only, and in no series.
"""

Acts = npt.NDArray[np.void]
Places = npt.NDArray[np.int64]


class PreparedActs(NamedTuple):
    """n engagements as columns, with m acts and k orders and refunds.

    Shapes: at f8[n]; event_id u8[n]; acts ACT[m]; owner i8[m], sorted; sales SALE[k]; seller i8[k], sorted.
    """

    at: npt.NDArray[np.float64]
    event_id: Keys
    acts: Acts
    owner: npt.NDArray[np.int64]
    sales: Sales
    seller: npt.NDArray[np.int64]


class Waiting:
    """Acts and sales of a bucket that is still open."""

    def __init__(self) -> None:
        self.acts: list[Acts] = []
        self.sales: list[Sales] = []

    def joined(self) -> tuple[Acts, Sales]:
        """All of them, in order. Shapes: ACT[m], SALE[k]."""
        return np.concatenate([np.empty(0, ACT), *self.acts]), np.concatenate([np.empty(0, SALE), *self.sales])

    def encoded(self) -> bytes:
        """As a snapshot keeps them."""
        return msgspec.msgpack.encode([column.tobytes() for column in self.joined()])


def waiting(data: bytes) -> Waiting:
    """Read what `Waiting.encoded` wrote."""
    told, sales = msgspec.msgpack.decode(data, type=list[bytes])
    found = Waiting()
    found.acts, found.sales = [np.frombuffer(told, ACT)], [np.frombuffer(sales, SALE)]
    return found


def prepare(engagements: Sequence[Engagement], codes: ScopeCodes, groups: Groups) -> PreparedActs:
    """Turn engagements into columns."""
    n = len(engagements)
    at = np.fromiter([e.at.timestamp() for e in engagements], np.float64, n)
    acts = np.zeros(n, ACT)
    acts["post_id"] = [_hash(f"{e.platform}\x1f{e.post_id}".encode()) if e.post_id else 0 for e in engagements]
    acts["amount"] = [e.count for e in engagements]
    acts["scopes"] = codes.of_platforms([e.platform for e in engagements])
    acts["group"] = groups.of_engagements(engagements)
    acts["measure"] = [_OF_KIND.get(e.kind, _NONE) for e in engagements]
    for i in np.flatnonzero((acts["measure"] == COMMENTS) | (acts["measure"] == SHARES)).tolist():
        if actor := engagements[i].actor_id:
            acts["actor"][i] = _hash(actor.encode())
    owner = np.arange(n)
    special = np.flatnonzero(acts["measure"] == _NONE)
    sales, seller = _sales(engagements, acts, special)
    if len(special):
        extra = [(i, *row) for i in special.tolist() for row in _special(engagements[i], acts[i])]
        added = np.zeros(len(extra), ACT)
        added[list(_SPECIAL)] = np.array([row[1:] for row in extra], added[list(_SPECIAL)].dtype)
        owner = np.concatenate([np.delete(owner, special), np.array([row[0] for row in extra], np.int64)])
        acts = np.concatenate([np.delete(acts, special), added])
        order = np.argsort(owner, kind="stable")
        owner, acts = owner[order], acts[order]
    acts["at"], acts["live"] = at[owner], True
    event_id = np.fromiter([_hash(e.event_id.encode()) for e in engagements], np.uint64, n)
    return PreparedActs(at, event_id, acts, owner, sales, seller)


def _sales(engagements: Sequence[Engagement], acts: Acts, special: npt.NDArray[np.intp]) -> tuple[Sales, Places]:
    """Orders and refunds, and whose they are."""
    found = [
        (i, sale)
        for i in special.tolist()
        if (sale := sale_of(engagements[i], *acts[i][["scopes", "group", "post_id"]].tolist()))
    ]
    return np.array([sale for _, sale in found], SALE), np.array([i for i, _ in found], np.int64)


_SPECIAL = ("post_id", "key", "group", "actor", "amount", "definition", "scopes", "measure", "is_total")


def _special(e: Engagement, act: np.void) -> Iterator[tuple[int, int, int, int, int, int, int, int, bool]]:
    """What an order or a record of running totals adds, as the fields `_SPECIAL`."""
    post_id, scopes, group = int(act["post_id"]), int(act["scopes"]), int(act["group"])
    if e.kind == "order" and e.order is not None and e.order.status != "cancelled":
        yield post_id, hash64(e.order.order_id), group, 0, 1, 0, scopes, ORDERS, False
    if e.kind == "counters" and e.counters is not None:
        subject = e.post_id or e.creator_id or e.campaign_id
        definition = hash64(e.metric_definition) >> 32 if e.metric_definition else 0
        for name, measure in COUNTED_TOTALS.items():
            total = getattr(e.counters, name)
            if total is not None:
                key = hash64(f"{e.platform}\x1f{subject}\x1f{name}")
                yield post_id, key, group, 0, total, definition, scopes, measure, True
        if e.counters.followers is not None and e.creator_id:  # not about the post: its age says nothing of them
            key = hash64(f"{e.platform}\x1f{e.creator_id}\x1ffollowers")
            yield 0, key, 0, hash64(e.creator_id), e.counters.followers, definition, scopes, FOLLOWS, True


def sums_of(acts: Acts, scopes: Codes, codes: ScopeCodes) -> Counter[str]:
    """Sums by measure and scope. Shapes: ACT[m], scopes of each u4[m]."""
    sums: Counter[str] = Counter()
    mine = acts["measure"] < len(MEASURES)
    if not mine.all():
        acts, scopes = acts[mine], scopes[mine]
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


def speakers(prepared: PreparedActs) -> npt.NDArray[np.uint32]:
    """Whose clocks must agree before the time jumps: those of two posts."""
    speakers = np.zeros(len(prepared.at), np.uint32)
    speakers[prepared.owner] = (prepared.acts["post_id"] >> np.uint64(32)).astype(np.uint32)
    return speakers


def first_of(event_id: Keys, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The first wanted record of each id."""
    ordered = np.sort(event_id)
    if not (ordered[1:] == ordered[:-1]).any():
        return wanted
    where = np.flatnonzero(wanted)
    _, first = np.unique(event_id[where], return_index=True)
    found = np.zeros(len(event_id), np.bool_)
    found[where[first]] = True
    return found
