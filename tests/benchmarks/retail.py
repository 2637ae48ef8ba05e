"""Invoices of a shop as orders and refunds: money and items beside a sum by hand, after every record.

The files are no part of the project: lines of invoices (`InvoiceNo`, `StockCode`, `Quantity`, `InvoiceDate`,
`UnitPrice`, `CustomerID`), `C` before the number of a cancellation. A cancelled line takes back the customer's last
invoice of that article if there is one, else an order that nobody has seen.
"""

import csv
import gzip
import itertools
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from config.settings import load
from detectors.counts.scopes import ScopeCodes
from detectors.figures.groups import Groups
from detectors.figures.sales import SalesBook, Worth
from detectors.model.engagements import Engagement, Order, Refund
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages import acts
from detectors.stages.decisions import Decision
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from streams import wiring

CURRENCY = "GBP"
HOUR_S, DAY_S = 3600.0, 86_400.0

AFTER_H = 50
"""Hours that pass after the last record: its day ends, and is published."""


class Sale(NamedTuple):
    """An order (refund empty), or what a refund of it gives back; in pennies."""

    at: datetime
    order_id: str
    refund_id: str
    items: int
    pennies: int


class ByHand:
    """The same by its definition: an order is worth what it cost, and is taken back up to that; integers only."""

    def __init__(self) -> None:
        self.orders: dict[str, int] = {}
        self._back: dict[str, int] = {}
        self.items = self.sold = self.net = 0

    def take(self, sale: Sale) -> None:
        """One record."""
        before = self._net(sale.order_id)
        if sale.refund_id:
            self._back[sale.order_id] = self._back.get(sale.order_id, 0) + sale.pennies
        else:
            self.orders[sale.order_id] = sale.pennies
            self.items, self.sold = self.items + sale.items, self.sold + sale.pennies
        self.net += self._net(sale.order_id) - before

    def _net(self, order_id: str) -> int:
        back = self._back.get(order_id, 0)
        return self.orders[order_id] - min(back, self.orders[order_id]) if order_id in self.orders else -back


def table(files: Sequence[Path], days: int) -> Iterator[str]:
    """Two lines a file: all of it through the book, its first days through the whole path, as it is published."""
    yield "| of | orders | refunds | records after which a sum differs | items | sold | net |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for path in files:
        sales = list(sales_of(lines_of(path)))
        truth, differ = ByHand(), 0
        for now in each(sales):
            truth.take(now.sale)
            differ += now.worth != (len(truth.orders), truth.items, truth.sold, truth.sold, truth.net)
        yield _line(path.name, truth, len(sales), str(differ))
        first = [sale for sale in sales if (sale.at - sales[0].at).total_seconds() < days * DAY_S]
        truth = ByHand()
        for sale in first:
            truth.take(sale)
        sums = {"orders": len(truth.orders), "items": truth.items, "gross": truth.sold, "net": truth.net}
        ours = published(first)
        differing = sum(ours[name] != n for name, n in sums.items())
        yield _line(f"its first {days} days, as published", truth, len(first), f"{differing} of {len(sums)} sums")


def _line(name: str, truth: ByHand, records: int, differ: str) -> str:
    orders, money = len(truth.orders), (f"{pennies / 100:,.2f}" for pennies in (truth.sold, truth.net))
    cells = (name, f"{orders:,}", f"{records - orders:,}", f"**{differ}**", f"{truth.items:,}", *money)
    return f"| {' | '.join(cells)} |"


def lines_of(path: Path) -> Iterator[Mapping[str, str]]:
    """The rows of a file, packed or not."""
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as text:
        yield from csv.DictReader(text)


def sales_of(lines: Iterable[Mapping[str, str]]) -> Iterator[Sale]:
    """Orders and refunds in the order of their times; lines without a price are gifts and corrections of stock."""
    invoices: dict[str, list[tuple[Mapping[str, str], int]]] = {}
    for line in lines:
        if Decimal(line["UnitPrice"]) > 0:
            invoices.setdefault(line["InvoiceNo"], []).append((line, int(line["Quantity"])))
    last: dict[tuple[str, str], str] = {}
    for number, rows in sorted(invoices.items(), key=lambda one: (one[1][0][0]["InvoiceDate"], one[0])):
        at = datetime.fromisoformat(rows[0][0]["InvoiceDate"]).replace(tzinfo=UTC)
        sold = [(line, n) for line, n in rows if n > 0]
        if sold:
            yield Sale(at, number, "", sum(n for _, n in sold), sum(_pennies(line, n) for line, n in sold))
        last.update({(line["CustomerID"], line["StockCode"]): number for line, _ in sold if line["CustomerID"]})
        for i, (line, n) in enumerate(rows):
            if n < 0:
                order = last.get((line["CustomerID"], line["StockCode"]), f"before {number}")
                yield Sale(at, order, f"{number} {i}", 0, _pennies(line, -n))


def _pennies(line: Mapping[str, str], n: int) -> int:
    return int((Decimal(line["UnitPrice"]) * n * 100).to_integral_value())


class Now(NamedTuple):
    """A record, and all that was sold up to it: as ours has it."""

    sale: Sale
    worth: Worth


def each(sales: Sequence[Sale]) -> Iterator[Now]:
    """Record by record through the book that READ keeps."""
    codes, groups = ScopeCodes(), Groups(horizon=10**6)
    book, sums = SalesBook(horizon=10**6, capacity=10**6), np.zeros(len(Worth._fields), np.int64)
    for sale in sales:
        for change in book.changes(acts.prepare([record_of(sale)], codes, groups).sales, 1):
            sums += np.array(change.change)
        yield Now(sale, Worth(*sums.tolist()))


def record_of(sale: Sale) -> Engagement:
    """The record as it arrives."""
    known: dict[str, Any] = {"platform": "shop", "campaign_id": "all"}
    if sale.refund_id:
        refund = Refund(sale.refund_id, sale.order_id, sale.pennies, CURRENCY)
        return Engagement(event_id=sale.refund_id, at=sale.at, kind="refund", refund=refund, **known)
    order = Order(sale.order_id, "paid", sale.items, sale.pennies, CURRENCY)
    return Engagement(event_id=sale.order_id, at=sale.at, kind="order", order=order, **known)


def published(sales: Sequence[Sale]) -> dict[str, int]:
    """What the days' figures come to in the end, through the whole path; a clock ticks until all are over."""
    path = Pipeline(wiring.detection(load(topics={"partitions": 1}, detection={"cell_bits": 12})))
    last: dict[str, dict[str, int]] = {}
    for decision in itertools.chain(_decided(path, sales), path.finish()):
        for kpi in decision.kpis:
            if kpi.scope == "all" and kpi.window.endswith("P1D"):
                last[kpi.window] = {figure.name: figure.numerator for figure in kpi.figures}
    names = {"orders": "orders", "items": "items", "gross": "gmv_gross", "net": "gmv_net"}
    return {ours: sum(day.get(name, 0) for day in last.values()) for ours, name in names.items()}


def _decided(path: Pipeline, sales: Sequence[Sale]) -> Iterator[Decision]:
    waiting = deque(sales)
    for hour in range(math.ceil((sales[-1].at - sales[0].at).total_seconds() / HOUR_S) + AFTER_H):
        at = sales[0].at + timedelta(hours=hour)
        post = Post(f"clock {hour}", "clock", "clock", at)
        known: dict[str, Any] = {"platform": "clock", "creator_id": "clock"}
        records = [Engagement(event_id=f"clock {hour}", at=at, kind="follow", **known)]
        while waiting and waiting[0].at < at + timedelta(hours=1):
            records.append(record_of(waiting.popleft()))
        yield from path.posts(0, PostChunk([post], np.array([hour]), np.full(1, np.inf)))
        offsets = np.arange(len(records))
        yield from path.engagements(0, EngagementChunk(records, offsets, np.full(len(records), np.inf)))
