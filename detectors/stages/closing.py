"""What the engagements of a bucket are worth when it closes: joined with their posts, counted, summed."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from detectors.counts.draws import pieces_of
from detectors.counts.order import once
from detectors.counts.scopes import Codes, ScopeCodes
from detectors.counts.table import Rows, Table
from detectors.creators import told as creators_format
from detectors.figures import of_acts, rows
from detectors.figures.groups import Groups
from detectors.figures.sales import KEPT_S, Sales, SalesBook
from detectors.performance import judged
from detectors.performance.judged import Judged
from detectors.stages import acts
from detectors.stages.acts import MEASURES, ORDERS, Acts
from detectors.stages.creator_watch import CreatorWatch
from detectors.stages.delayed import Delayed, DelayedState
from detectors.stages.delivery import BRIDGED, COMPARED, JUMPED, LATE, MEASURED, REDEFINED, counted, delivered
from detectors.stages.drawing import drawn_by
from detectors.stages.post_watch import PostWatch
from detectors.stages.saved import named, under
from detectors.stages.totals import Counted, Ledger
from detectors.subjects.kinds import Keys

KIND_OF_MEASURE = of_acts.of_measures((*MEASURES, "reach"))


class Closed(NamedTuple):
    """Sums of series, what each destination is told of the figures, and DECIDE of posts and creators that stand out.

    `drawn` is for every destination, in pieces, at least one; see `counts/draws.py`.
    """

    series: Counter[str]
    figures: list[bytes]
    judged: bytes
    drawn: list[bytes]


class Joined(NamedTuple):
    """What is known of the post of each of n records; of one that is not known, what the record says.

    Shapes: row i8[n], of its post in what READ remembers, -1: not known; scopes u4[n]; group u8[n]; began f8[n], when
    the post was made, NaN: not known.
    """

    row: Rows
    scopes: Codes
    group: Keys
    began: npt.NDArray[np.float64]


class Closing:
    """What is remembered from one bucket of engagements to the next.

    Args:
        posts: what READ remembers of the posts of the same partition.
        codes, groups: scopes as numbers, as in `posts`.
        bucket_s, window_s: seconds.
        horizon, capacity: see Table.
        watch: compares posts with those before them; creators: their creators' days.
        tally: counts acts about unknown posts.
    """

    def __init__(
        self,
        *,
        posts: Table,
        codes: ScopeCodes,
        groups: Groups,
        bucket_s: float,
        window_s: float,
        horizon: int,
        capacity: int,
        watch: PostWatch,
        creators: CreatorWatch,
        tally: Counter[str],
    ) -> None:
        self._posts, self._codes, self._groups = posts, codes, groups
        self._bucket_s, self._window = bucket_s, round(window_s / bucket_s)
        self._ledger = Ledger(bucket_s=bucket_s, window_s=window_s, horizon=horizon, capacity=capacity)
        kept = max(horizon, round(KEPT_S / bucket_s))
        self._sales, self._kept = SalesBook(horizon=kept, capacity=capacity), kept
        self._delayed = Delayed(window=self._window)
        self._watch, self._creators = watch, creators
        self._tally = tally

    @property
    def buckets(self) -> set[int]:
        """Those with which something late is to be told."""
        return self._delayed.buckets

    def close(self, told: Acts, sales: Sales, bucket: int, partitions: int) -> Closed:
        """Take everything that counts with a bucket. Shapes: ACT[m], SALE[k]."""
        series, parts, known = Counter[str](), list[of_acts.Part](), list[tuple[int, int, int]]()
        drawn = [b""]
        self._creators.admit(self._watch.admit(bucket), bucket)
        if len(told):
            joined = self._joined(told, bucket)
            worth = self._ledger.counted(told, joined.began, bucket)
            self._watch.take(told, joined.row, worth)
            self._creators.take(told, joined.row, worth, bucket)
            since = bucket - self._window + 1
            drawn = pieces_of(drawn_by(told, worth, joined.row, joined.began, self._bucket_s, since))
            series = self._series(told, worth, joined.scopes[worth.source], bucket)
            parts.append(self._sums(worth, joined))
            about = told["measure"] != ORDERS  # orders come by their own key, not where their posts are
            known = of_acts.acts_by_hour(told["at"][about], ((joined.row >= 0) | (told["post_id"] == 0))[about])
        if len(sales):
            joined = self._joined(sales, bucket)
            sales = sales.copy()
            sales["scopes"], sales["group"] = joined.scopes, joined.group
            self._groups.use(joined.group[joined.group != 0], bucket, self._kept)
            changes = self._sales.changes(sales, bucket)
            parts += [of_acts.sums_of_sales(changes, self._codes, self._groups)] if changes else []
        late = self._delayed.due(bucket)
        series.update(late)
        for name, n in late.items():
            scope = name.partition("|")[2]
            if scope.startswith("platform:"):
                series[f"{LATE}|{scope}"] += n
        stands_out = self._standing_out(bucket)
        if not parts:
            return Closed(series, [b""] * partitions, stands_out, drawn)
        sums, scopes, names = rows.joined(parts) if len(parts) > 1 else parts[0]
        return Closed(series, rows.addressed(sums, scopes, names, [], known, partitions), stands_out, drawn)

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        parts = {"delayed": msgspec.msgpack.encode(self._delayed.snapshot())}
        parts |= named("watch", self._watch.snapshot()) | named("creators", self._creators.snapshot())
        for name, table in self._tables().items():
            parts |= named(name, table.snapshot())
        return parts

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._delayed.restore(msgspec.msgpack.decode(parts["delayed"], type=DelayedState))
        self._watch.restore(under(parts, "watch"))
        self._creators.restore(under(parts, "creators"))
        for name, table in self._tables().items():
            table.restore(under(parts, name))

    def _standing_out(self, bucket: int) -> bytes:
        """What DECIDE is told of posts and creators; empty: nothing."""
        gone = self._watch.newly_deleted(bucket)
        found, creators = self._watch.close(bucket, gone), self._creators.close(bucket, gone)
        if creators.kinds:
            found = msgspec.structs.replace(found, creators=creators_format.encode(creators))
        return b"" if found == Judged() else judged.encode(found)

    def _tables(self) -> dict[str, Table]:
        return self._ledger.tables | self._sales.tables

    def _joined(self, told: npt.NDArray[np.void], bucket: int) -> Joined:
        """A post is known if it counted no later than this bucket."""
        row = self._posts.find(told["post_id"], bucket)
        known = row >= 0
        known[known] = self._posts.column("bucket", row[known]) <= bucket
        row[~known] = -1
        scopes, group, began = told["scopes"].copy(), told["group"].copy(), np.full(len(told), np.nan)
        for column, name in ((scopes, "scopes"), (group, "group"), (began, "at")):
            column[known] = self._posts.column(name, row[known])
        if "measure" in (told.dtype.names or ()):
            self._tally["unknown_post"] += int((~known & (told["post_id"] != 0)).sum())
        self._groups.use(group[group != 0], bucket)
        return Joined(row, scopes, group, began)

    def _sums(self, counted: Counted, joined: Joined) -> of_acts.Part:
        grown, source = counted.acts, counted.source
        return of_acts.sums_of_acts(
            grown["at"],
            KIND_OF_MEASURE[grown["measure"]],
            grown["amount"],
            joined.scopes[source],
            joined.group[source],
            self._codes,
            self._groups,
        )

    def _series(self, told: Acts, worth: Counted, scopes: Codes, bucket: int) -> Counter[str]:
        """What the acts of a bucket add to the series now; what is to be told later goes to `Delayed`."""
        live = worth.acts["live"]
        own = np.floor_divide(worth.acts["at"], self._bucket_s).astype(np.int64)
        now = live & (own >= bucket)
        sums = acts.sums_of(worth.acts[now], scopes[now], self._codes)
        came = np.floor_divide(told["at"], self._bucket_s).astype(np.int64)
        sums.update(delivered(told["scopes"], came, bucket, self._codes))
        names = (REDEFINED, COMPARED, JUMPED, MEASURED, BRIDGED)
        totals = (worth.redefined, worth.compared, worth.jumped, worth.measured, worth.bridged)
        for name, which in zip(names, totals, strict=True):
            sums.update(counted(name, told["scopes"][which], self._codes))
        for name, which in ((COMPARED, worth.compared), (JUMPED, worth.jumped)):
            of = told["measure"][which]
            for measure in once(of.astype(np.int64)).tolist():
                name_of = f"{name}.{acts.NAMES[measure]}"
                sums.update(counted(name_of, told["scopes"][which[of == measure]], self._codes))
        for late in once(own[live & ~now]).tolist():
            if self._delayed.takes(late, bucket):
                here = live & (own == late)
                self._delayed.add(late, acts.sums_of(worth.acts[here], scopes[here], self._codes))
        return sums
