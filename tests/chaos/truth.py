"""What is true of the chaos stream, by brute force: plain dicts and sets over the records of each partition.

It shares no code with the product. Which bucket a late, repeated, changed or deleted post counts in is said in
docs/decisions/0005-time.md and 0006-late-and-silent.md. A tick is named by its bucket.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.chaos.clock import WINDOW, Clock, bucket_of, long_begins, seconds
from tests.chaos.subjects import Record, Said, Subject, said, scopes

NEVER = 1 << 60


class Version:
    """A post as one record tells it: it counts from tick `travels` on, until tick `gone`."""

    __slots__ = ("author", "bucket", "gone", "partition", "said", "scopes", "travels")

    def __init__(self, partition: int, record: Record, bucket: int, travels: int) -> None:
        self.partition = partition
        self.author: str = record["creator_id"]
        self.said: Said = said(record)
        self.scopes = scopes(record)
        self.bucket = bucket
        self.travels = travels
        self.gone = NEVER

    def counts(self, tick: int) -> bool:
        """Whether it is there at a tick, its window aside."""
        return self.travels <= tick < self.gone


class Known(NamedTuple):
    """A post that was read: when it was created, its first tick and scopes, and its versions."""

    at: float
    travels: int
    scopes: list[str]
    versions: list[Version]


class Measured(NamedTuple):
    """A subject in a window."""

    voices: int
    posts: int


PostId = tuple[str, str]


class Posts:
    """All posts of a stream.

    Args:
        logs: the records of each partition, in order.
    """

    def __init__(self, logs: Mapping[int, Sequence[Record]]) -> None:
        self.known: dict[PostId, Known] = {}
        self.fate: Counter[str] = Counter()
        """Posts by what becomes of them: read, late, too_late, duplicate, unknown_delete."""
        self._by_subject: defaultdict[Subject, list[Version]] = defaultdict(list)
        self._by_tick: defaultdict[int, list[Version]] = defaultdict(list)
        self._by_bucket: defaultdict[int, list[Version]] = defaultdict(list)
        for partition, log in sorted(logs.items()):
            self._read(partition, log)
        for versions in self._by_subject.values():
            versions.sort(key=lambda v: v.bucket)
        self._measured: dict[tuple[Subject, int, int], Measured] = {}

    def _read(self, partition: int, log: Sequence[Record]) -> None:
        clock = Clock()
        for record in log:
            action = record.get("action", "create")
            at = seconds(record["deleted_at"] if action == "delete" else record["created_at"])
            closed = clock.closed_by(at)
            self.fate[self._place(partition, record, action, at, closed)] += 1

    def _place(self, partition: int, record: Record, action: str, at: float, closed: int) -> str:
        """Put a record where it counts -> what becomes of it."""
        number = record["platform"], record["post_id"]
        known = self.known.get(number)
        if action == "delete":
            return _take_back(known, closed) if known else "unknown_delete"
        if known and action == "create":
            return "duplicate"
        bucket = bucket_of(known.at if known else at)
        if bucket <= closed - WINDOW:
            return "too_late"
        version = Version(partition, record, bucket, max(bucket, closed + 1))
        if known:
            _take_back(known, closed)
            known.versions.append(version)
        else:
            self.known[number] = Known(at, version.travels, version.scopes, [version])
        self._by_tick[version.travels].append(version)
        self._by_bucket[bucket].append(version)
        for subject in version.said.subjects:
            self._by_subject[subject].append(version)
        return "late" if bucket <= closed else "read"

    def subjects(self) -> Iterable[Subject]:
        """Every subject of the stream."""
        return self._by_subject.keys()

    def versions(self, subject: Subject) -> int:
        """How many records of the whole stream are about a subject."""
        return len(self._by_subject[subject])

    def new(self, tick: int) -> Iterable[Version]:
        """The posts that first count at a tick."""
        return (v for v in self._by_tick[tick] if v.counts(tick))

    def measured(self, subject: Subject, tick: int) -> Measured:
        """Voices (distinct authors, never more than distinct texts) and posts in the window that ends with a tick."""
        return self._of(subject, tick, tick - WINDOW + 1)

    def measured_long(self, subject: Subject, tick: int) -> Measured:
        """The same in the long window."""
        return self._of(subject, tick, long_begins(tick))

    def before(self, subject: Subject, tick: int) -> int:
        """Voices in the long window before the short one: of each bucket, and of what came late to it, added up."""
        parts: defaultdict[tuple[int, int], list[Version]] = defaultdict(list)
        for version in self._there(subject, tick, long_begins(tick), tick - WINDOW):
            parts[version.bucket, version.travels].append(version)
        return sum(map(voices_of, parts.values()))

    def _of(self, subject: Subject, tick: int, first: int) -> Measured:
        found = self._measured.get((subject, tick, first))
        if found is None:
            there = self._there(subject, tick, first, tick)
            found = self._measured[subject, tick, first] = Measured(voices_of(there), len(there))
        return found

    def _there(self, subject: Subject, tick: int, first: int, last: int) -> list[Version]:
        """What counts at a tick of the buckets from first to last."""
        versions = self._by_subject.get(subject, [])
        start = bisect_left(versions, first, key=lambda v: v.bucket)
        end = bisect_right(versions, last, key=lambda v: v.bucket)
        return [v for v in versions[start:end] if v.counts(tick)]

    def series(self, tick: int) -> Counter[str]:
        """Posts and voices of each scope that a tick adds; an author is counted once a partition and tick."""
        sums: Counter[str] = Counter()
        authors: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        for version in self.new(tick):
            for scope in version.scopes:
                sums[f"posts|{scope}"] += 1
                authors[scope].add((version.partition, version.author))
        sums.update({f"voices|{scope}": len(found) for scope, found in authors.items()})
        return sums

    def people(self, tick: int) -> int:
        """Who posted in the window that ends with a tick, whatever became of the posts since."""
        reached = (v for bucket in range(tick - WINDOW + 1, tick + 1) for v in self._by_bucket[bucket])
        return len({(v.partition, v.author) for v in reached if v.travels <= tick})

    def leaving(self, tick: int) -> Iterable[Version]:
        """The posts whose bucket leaves the long window at a tick."""
        gone = range(long_begins(tick - 1), long_begins(tick))
        return (v for bucket in gone for v in self._by_bucket[bucket] if v.counts(tick))


def voices_of(versions: Iterable[Version]) -> int:
    """Distinct authors, but never more than distinct texts."""
    there = list(versions)
    return min(len({v.author for v in there}), len({v.said.signature for v in there}))


def _take_back(known: Known, closed: int) -> str:
    for version in known.versions:
        version.gone = min(version.gone, closed + 1)
    return "read"
