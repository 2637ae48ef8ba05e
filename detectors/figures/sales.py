"""Orders and refunds: what each record of one changes. Amounts are integers in minor units of one currency."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.table import Table
from detectors.model.engagements import Engagement
from detectors.subjects.columns import hash64

SALE = np.dtype(
    [
        ("order", "<u8"),
        ("refund", "<u8"),
        ("at", "<f8"),
        ("items", "<i8"),
        ("net", "<i8"),
        ("gross", "<i8"),
        ("post_id", "<u8"),
        ("group", "<u8"),
        ("scopes", "<u4"),
        ("step", "u1"),
        ("currency", "S3"),
    ]
)
"""A record of an order (refund 0), or of a refund of `net`. Post, group and scopes as in ACT."""

Sales = npt.NDArray[np.void]

OTHER, PAID, CANCELLED, REFUND = range(4)
_STEPS = {"created": OTHER, "paid": PAID, "settled": PAID, "cancelled": CANCELLED}

KEPT_S = 180 * 86_400.0
"""How long an order is remembered for its refunds, seconds, as far as there is room: payment services take back for so
long. Of an order that is forgotten nobody knows what was paid, nor for which campaign."""


def sale_of(e: Engagement, scopes: int, group: int, post_id: int) -> tuple[object, ...] | None:
    """An order or refund as the fields of SALE; None if it is neither."""
    if e.kind == "order" and e.order is not None:
        o = e.order
        gross = o.net_minor if o.gross_minor is None else o.gross_minor
        money = o.items, o.net_minor, gross
        number, refund, step, currency = hash64(o.order_id), 0, _STEPS[o.status], o.currency
    elif e.kind == "refund" and e.refund is not None:
        money = 0, e.refund.amount_minor, 0
        number, refund = hash64(e.refund.order_id), hash64(f"{e.refund.order_id}\x1f{e.refund.refund_id}")
        step, currency = REFUND, e.refund.currency
    else:
        return None
    return number, refund, e.at.timestamp(), *money, post_id, group, scopes, step, currency.encode()


class Worth(NamedTuple):
    """What an order adds up to: as the sums of the same names."""

    orders: int = 0
    items: int = 0
    gross: int = 0
    sold: int = 0
    net: int = 0


class State(msgspec.Struct):
    """What is known of an order; scopes and group are those of the record that paid it."""

    paid: bool = False
    cancelled: bool = False
    items: int = 0
    net: int = 0
    gross: int = 0
    refunded: int = 0
    scopes: int = 0
    group: int = 0
    currency: bytes = b""

    def worth(self) -> Worth:
        """It counts once it is paid, whenever that is told; refunds up to its value; cancelled, nothing is left.

        A refund of an order that was never seen counts as it is.
        """
        if not self.paid:
            return Worth(net=-self.refunded)
        left = 0 if self.cancelled else self.net - min(self.net, self.refunded)
        return Worth(1, self.items, self.gross, self.net, left)


class Change(NamedTuple):
    """What a record changes, in the hour and the scopes in which that counts."""

    at: float
    scopes: int
    group: int
    currency: str
    change: Worth


class SalesBook:
    """The orders of a partition: whatever the order in which their records come, they are worth the same in the end.

    Args:
        horizon, capacity: see Table.
    """

    def __init__(self, *, horizon: int, capacity: int) -> None:
        fields = [(name, "<i8") for name in ("items", "net", "gross", "refunded")]
        fields += [("scopes", "<u4"), ("group", "<u8"), ("currency", "S3"), ("paid", "?"), ("cancelled", "?")]
        self._orders = Table(fields, horizon=horizon, capacity=capacity)
        self._refunds = Table([], horizon=horizon, capacity=capacity)
        self.foreign = 0
        """Records of an order in another currency than its first: not counted."""

    @property
    def tables(self) -> dict[str, Table]:
        """What a snapshot keeps."""
        return {"sales": self._orders, "refunds": self._refunds}

    def changes(self, sales: Sales, bucket: int) -> list[Change]:
        """Take the records of a bucket; say what each changes."""
        states = self._states(sales["order"], bucket)
        refunded = set(sales["refund"][self._refunds.find(sales["refund"], bucket) >= 0].tolist())
        new = [n for n in dict.fromkeys(sales["refund"].tolist()) if n and n not in refunded]
        changes = [change for sale in sales.tolist() for change in self._take(sale, states, refunded)]
        self._refunds.put(np.array(new, np.uint64), bucket)
        self._put(states, bucket)
        for table in self.tables.values():
            table.expire(bucket)
        return changes

    def _take(self, sale: Sequence[Any], states: Mapping[int, State], refunded: set[int]) -> Iterator[Change]:
        fields: dict[str, Any] = dict(zip(SALE.names or (), sale, strict=True))
        state = states[fields["order"]]
        if fields["refund"] in refunded:
            return
        if state.currency not in (b"", fields["currency"]):
            self.foreign += 1
            return
        before = state.worth()
        state.currency = fields["currency"]
        _apply(state, fields, refunded)
        change = Worth(*(after - was for after, was in zip(state.worth(), before, strict=True)))
        if any(change):
            scopes, group = (state.scopes, state.group) if state.paid else (fields["scopes"], fields["group"])
            yield Change(fields["at"], scopes, group, state.currency.decode(), change)

    def _states(self, orders: npt.NDArray[np.uint64], bucket: int) -> dict[int, State]:
        numbers = np.array(list(dict.fromkeys(orders.tolist())), np.uint64)
        row = self._orders.find(numbers, bucket)
        states = {number: State() for number in numbers.tolist()}
        known = np.flatnonzero(row >= 0)
        columns = {name: self._orders.column(name, row[known]).tolist() for name in State.__struct_fields__}
        for i, number in enumerate(numbers[known].tolist()):
            states[number] = State(**{name: values[i] for name, values in columns.items()})
        return states

    def _put(self, states: Mapping[int, State], bucket: int) -> None:
        columns = {name: [getattr(s, name) for s in states.values()] for name in State.__struct_fields__}
        self._orders.put(np.array(list(states), np.uint64), bucket, **{n: np.array(v) for n, v in columns.items()})


def _apply(state: State, sale: Mapping[str, Any], refunded: set[int]) -> None:
    step = sale["step"]
    if step == REFUND:
        refunded.add(sale["refund"])
        state.refunded += sale["net"]
    elif step == CANCELLED:
        state.cancelled = True
    elif step == PAID and not state.paid:
        state.paid = True
        for name in ("items", "net", "gross", "scopes", "group"):
            setattr(state, name, sale[name])
