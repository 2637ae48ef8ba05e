"""Orders and refunds: whatever comes first, the money is right to the minor unit after every record."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.figures.sales import SALE, SalesBook, sale_of
from detectors.model.engagements import Engagement, Order, Refund
from tests.detectors.making import make_engagement


def order(number: str, status: str, net: int = 1000, seconds: float = 0, **fields: object) -> Engagement:
    """An order at one step of its life."""
    known = {"order_id": number, "status": status, "items": 2, "net_minor": net, "currency": "EUR"}
    return make_engagement(f"{number} {status}", seconds, "order", order=Order(**(known | fields)))  # type: ignore[arg-type]


def refund(number: str, amount: int, name: str = "r", currency: str = "EUR") -> Engagement:
    """Money given back for an order."""
    details = Refund(refund_id=name, order_id=number, amount_minor=amount, currency=currency)
    return make_engagement(f"{number} {name}", 0, "refund", refund=details)


def book() -> SalesBook:
    return SalesBook(horizon=100, capacity=1000)


def taken(sales: SalesBook, records: Sequence[Engagement], bucket: int = 0) -> Counter[str]:
    """What some records change together."""
    rows = np.array([sale_of(one, 1, 2, 3) for one in records], SALE)
    sums: Counter[str] = Counter()
    for one in sales.changes(rows, bucket):
        sums.update({f"{name} {one.currency}": n for name, n in one.change._asdict().items()})
    return Counter({name: n for name, n in sums.items() if n})


PAID = {"orders EUR": 1, "items EUR": 2, "gross EUR": 1000, "sold EUR": 1000, "net EUR": 1000}


@pytest.mark.parametrize(
    ("steps", "sums"),
    [
        (["created"], {}),
        (["created", "paid", "settled"], PAID),
        (["settled", "paid"], PAID),
        (["created", "cancelled"], {}),
        (["paid", "cancelled"], PAID | {"net EUR": 0}),
        (["cancelled", "paid"], PAID | {"net EUR": 0}),
    ],
)
def test_an_order_counts_once_it_is_paid(steps: list[str], sums: dict[str, int]) -> None:
    """However many steps are told, and in which order; cancelled, nothing of its net value is left."""
    assert taken(book(), [order("o", step) for step in steps]) == Counter({k: n for k, n in sums.items() if n})


def test_refunds_take_back_no_more_than_was_paid() -> None:
    """And each once, however often it is told."""
    sales = book()
    taken(sales, [order("o", "paid")])
    assert taken(sales, [refund("o", 300), refund("o", 300)], 1) == {"net EUR": -300}
    assert taken(sales, [refund("o", 300), refund("o", 900, "s")], 2) == {"net EUR": -700}
    assert taken(sales, [refund("o", 50, "t")], 3) == {}


def test_money_never_crosses_currencies() -> None:
    """A refund in another currency than its order's is not counted, and said so."""
    sales = book()
    taken(sales, [order("o", "paid")])
    assert taken(sales, [refund("o", 300, currency="USD")], 1) == {}
    assert sales.foreign == 1


def test_a_gross_value_that_is_told_counts_as_gross() -> None:
    """Else it is the net value."""
    sums = taken(book(), [order("o", "paid", gross_minor=1300)])
    assert (sums["gross EUR"], sums["net EUR"]) == (1300, 1000)


RECORDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["created", "paid", "settled", "cancelled"])),
        st.tuples(st.sampled_from("abc"), st.integers(1, 700)),
    ),
    max_size=12,
)


def truth(records: Sequence[tuple[str, str | int]]) -> Counter[str]:
    """What is right of orders of 1000 each, by brute force."""
    sums: Counter[str] = Counter()
    for number in "abc":
        steps = [what for name, what in records if name == number]
        back = sum({(i, what): what for i, what in enumerate(steps) if isinstance(what, int)}.values())
        paid, cancelled = bool({"paid", "settled"} & set(steps)), "cancelled" in steps
        if paid:
            sums.update({name: n for name, n in PAID.items() if name != "net EUR"})
            sums["net EUR"] += 0 if cancelled else 1000 - min(1000, back)
        else:
            sums["net EUR"] -= back
    return Counter({name: n for name, n in sums.items() if n})


@settings(max_examples=60)
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(records: list[tuple[str, str | int]], chance: random.Random) -> None:
    """In any order and any batches, the sums are those of the whole."""
    stream = [
        refund(name, what, f"r{sum(n == name for n, _ in records[:i])}") if isinstance(what, int) else order(name, what)
        for i, (name, what) in enumerate(records)
    ]
    chance.shuffle(stream)
    sales, sums, bucket = book(), Counter[str](), 0
    while stream:
        cut = chance.randint(1, len(stream))
        batch, stream, bucket = stream[:cut], stream[cut:], bucket + 1
        for name, n in taken(sales, batch, bucket).items():
            sums[name] += n
    assert {name: n for name, n in sums.items() if n} == truth(records)
