"""What is true of the engagements of the chaos stream, by brute force. It shares no code with the product."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.clock import WINDOW, Clock, bucket_of, seconds
from tests.chaos.subjects import Record
from tests.chaos.truth import Posts

MEASURES = {"like": "likes", "comment": "comments", "share": "shares", "view": "views"}
"""Kinds of act in the chaos stream, and the series they add to."""


class Acts:
    """All engagements of a stream, as sums by tick.

    Args:
        logs: the records of each partition, in order.
        posts: the posts of the same partitions.
    """

    def __init__(self, logs: Mapping[int, Sequence[Record]], posts: Posts) -> None:
        self.fate: Counter[str] = Counter()
        """Engagements by what becomes of them: read, late, too_late, duplicate."""
        self._posts = posts
        self._sums: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for _, log in sorted(logs.items()):
            self._add(log)

    def series(self, tick: int) -> Counter[str]:
        """What a tick adds to each series."""
        return self._sums[tick]

    def _add(self, log: Sequence[Record]) -> None:
        totals: dict[tuple[str, str, str], int] = {}
        orders: set[str] = set()
        for tick, record in sorted(self._placed(log), key=lambda placed: placed[0]):
            for measure, amount in self._amounts(record, totals, orders):
                for scope in self._scopes(record, tick):
                    self._sums[tick][f"{measure}|{scope}"] += amount

    def _placed(self, log: Sequence[Record]) -> Iterator[tuple[int, Record]]:
        """Each act that counts, with its tick."""
        clock, seen = Clock(), set[str]()
        for record in log:
            at = seconds(record["at"])
            closed, bucket = clock.closed_by(at), bucket_of(at)
            if record["event_id"] in seen:
                self.fate["duplicate"] += 1
            elif bucket <= closed - WINDOW:
                self.fate["too_late"] += 1
            else:
                seen.add(record["event_id"])
                self.fate["late" if bucket <= closed else "read"] += 1
                yield max(bucket, closed + 1), record

    @staticmethod
    def _amounts(
        record: Record, totals: dict[tuple[str, str, str], int], orders: set[str]
    ) -> Iterator[tuple[str, int]]:
        """What an act adds: its count, the growth of a running total, an order once."""
        if record["kind"] == "order":
            if record["order"]["order_id"] not in orders:
                orders.add(record["order"]["order_id"])
                yield "orders", 1
        elif record["kind"] == "counters":
            for measure, total in record["counters"].items():
                number = record["platform"], record["post_id"], measure
                last = totals.get(number)
                totals[number] = total
                if last is not None and total > last:
                    yield measure, total - last
        else:
            yield MEASURES[record["kind"]], record.get("count", 1)

    def _scopes(self, record: Record, tick: int) -> list[str]:
        """Those of its post, if that counted no later; else its platform's."""
        known = self._posts.known.get((record["platform"], record.get("post_id", "")))
        if known is None or known.travels > tick:
            return ["all", f"platform:{record['platform']}"]
        return known.scopes
