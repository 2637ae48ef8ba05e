"""What is true of the engagements of the chaos stream, by brute force. It shares no code with the product."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.clock import BUCKET_S, WINDOW, Clock, bucket_of, seconds
from tests.chaos.subjects import Record
from tests.chaos.truth import Posts

MEMORY = 576
"""Buckets for which ids of events are remembered: 48 h."""

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
        totals: dict[tuple[str, str, str], tuple[float, int]] = {}
        orders: set[str] = set()
        for tick, record in sorted(self._placed(log), key=lambda placed: (placed[0], seconds(placed[1]["at"]))):
            for measure, bucket, amount in self._amounts(record, tick, totals, orders):
                told = tick if bucket >= tick else bucket + WINDOW
                if told < tick:
                    continue
                for scope in self._scopes(record, tick):
                    self._sums[told][f"{measure}|{scope}"] += amount
                    if bucket < tick and scope.startswith("platform:"):
                        self._sums[told][f"late|{scope}"] += amount

    def _placed(self, log: Sequence[Record]) -> Iterator[tuple[int, Record]]:
        """Each act that counts, with its tick."""
        clock, seen = Clock(), set[str]()
        for record in log:
            at = seconds(record["at"])
            closed, bucket = clock.closed_by(at), bucket_of(at)
            if record["event_id"] in seen:
                self.fate["duplicate"] += 1
            elif bucket <= closed - MEMORY:
                self.fate["too_late"] += 1
            else:
                seen.add(record["event_id"])
                self.fate["late" if bucket <= closed else "read"] += 1
                yield max(bucket, closed + 1), record

    def _amounts(
        self, record: Record, tick: int, totals: dict[tuple[str, str, str], tuple[float, int]], orders: set[str]
    ) -> Iterator[tuple[str, int, int]]:
        """What an act adds to which bucket: its count, an order once, the growth of a total where it came."""
        at = seconds(record["at"])
        if record["kind"] == "order":
            if record["order"]["order_id"] not in orders:
                orders.add(record["order"]["order_id"])
                yield "orders", bucket_of(at), 1
        elif record["kind"] == "counters":
            for measure, total in record["counters"].items():
                number = record["platform"], record["post_id"], measure
                since, base = totals.get(number) or self._beginning(record, tick, total)
                if at >= since:
                    totals[number] = at, total
                    if at - since <= WINDOW * BUCKET_S:
                        yield from ((measure, bucket, n) for bucket, n in _spread(since, at, total - base))
        else:
            yield MEASURES[record["kind"]], bucket_of(at), record.get("count", 1)

    def _beginning(self, record: Record, tick: int, total: int) -> tuple[float, int]:
        """Since when a first total has grown, and from what."""
        known = self._posts.known.get((record["platform"], record["post_id"]))
        at = seconds(record["at"])
        return (at, total) if known is None or known.travels > tick or known.at > at else (known.at, 0)

    def _scopes(self, record: Record, tick: int) -> list[str]:
        """Those of its post, if that counted no later; else its platform's."""
        known = self._posts.known.get((record["platform"], record.get("post_id", "")))
        if known is None or known.travels > tick:
            return ["all", f"platform:{record['platform']}"]
        return known.scopes


def _spread(since: float, at: float, growth: int) -> Iterator[tuple[int, int]]:
    """Growth at an even pace, by bucket: what had come by its end, less what had come before; a fall is none."""
    before = 0
    for bucket in range(bucket_of(since), bucket_of(at) + 1):
        end = (bucket + 1) * BUCKET_S
        upto = growth if end >= at else int(growth * ((end - since) / (at - since)))
        if upto > before:
            yield bucket, upto - before
        before = upto
