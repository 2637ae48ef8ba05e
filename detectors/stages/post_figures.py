"""Posts of one partition on their way into the figures: they wait for the close of the bucket with which they count."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from detectors.counts.order import Places, in_order, once
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.figures import rows
from detectors.figures.groups import Groups
from detectors.figures.rows import HOUR_S, VoiceCounts
from detectors.figures.voices import SAMPLE, WHOLE
from detectors.stages.admission import Admitted, Prepared
from detectors.stages.saved import named, under
from detectors.subjects.kinds import Keys

FACT = np.dtype(
    [("at", "<f8"), ("group", "<u8"), ("followers", "<i8"), ("scopes", "<u4"), ("author", "<u4"), ("posts", "i1")]
)
"""A post that counts (posts 1) or is deleted (-1); at: when it was made; followers: 0 where they are not known."""

Facts = npt.NDArray[np.void]

REMEMBERED = ("group", "followers", "author")
"""Fields of it that READ remembers of a post for its deletion and its engagements, besides its time and scopes."""

SUMS = ["posts", "followers"]


class PostFigures:
    """Posts that count, or no longer do.

    Args:
        codes, groups: scopes as numbers.
        memory: what READ remembers of posts.
        horizon, capacity: see Table; of the ids of deleted posts.
    """

    def __init__(self, codes: ScopeCodes, groups: Groups, memory: Table, *, horizon: int, capacity: int) -> None:
        self._codes, self._groups, self._memory = codes, groups, memory
        self.deleted = Table([], horizon=horizon, capacity=capacity)
        """Ids of deleted posts, in the order of the buckets as of which they are."""
        self._pending: dict[int, list[Facts]] = {}

    def take(self, posts: Prepared, admitted: Admitted, closed: npt.NDArray[np.int64]) -> None:
        """Take what was decided about a chunk: new posts count, deleted ones no longer do.

        Args:
            closed: the last closed bucket when each post came. Shape i8[n].
        """
        new = np.flatnonzero(admitted.new)
        facts = np.ones(len(new), FACT)
        for name in ("at", "scopes", *REMEMBERED):
            facts[name] = getattr(posts, name)[new]
        self.add(np.maximum(admitted.bucket, closed + 1)[new], facts)
        gone = [taken for taken in admitted.taken_back if taken.deleted]
        if gone:
            places = [taken.place for taken in gone]
            self.delete(np.array([taken.post_id for taken in gone], np.uint64), closed[places] + 1)

    def add(self, bucket: npt.NDArray[np.int64], facts: Facts) -> None:
        """These count with these buckets. Shapes: i8[n], FACT[n]."""
        for one in once(bucket).tolist():
            self._pending.setdefault(one, []).append(facts[bucket == one])

    def delete(self, post_id: Keys, bucket: npt.NDArray[np.int64]) -> None:
        """These posts, which are remembered, are deleted: they no longer count, as of these buckets; each once.

        Shapes: u8[n], i8[n].
        """
        _, first = np.unique(post_id, return_index=True)
        post_id, bucket = post_id[first], bucket[first]
        new = self.deleted.find(post_id, bucket) < 0
        post_id, bucket = post_id[new], bucket[new]
        self.deleted.put(post_id, bucket)
        row = self._memory.find(post_id, bucket)
        row, bucket = row[row >= 0], bucket[row >= 0]
        facts = np.zeros(len(row), FACT)
        facts["posts"] = -1
        for name in ("at", "scopes", *REMEMBERED):
            facts[name] = self._memory.column(name, row)
        self.add(bucket, facts)

    def told(self, bucket: int, partitions: int) -> list[bytes]:
        """What each destination is told when a bucket closes."""
        due = [facts for b in sorted(b for b in self._pending if b <= bucket) for facts in self._pending.pop(b)]
        if not due:
            return [b""] * partitions
        facts = np.concatenate(due)
        facts = facts[in_order(facts["author"].astype(np.int64))]  # once a post, not once for each of its scopes
        self.deleted.expire(bucket)
        self._groups.use(facts["group"][facts["group"] != 0], bucket)
        hour = np.floor_divide(facts["at"], HOUR_S).astype(np.int64)
        owner, scope, names = rows.expanded(facts["scopes"], facts["group"], self._codes, self._groups.scopes)
        order = in_order(scope * (int(np.ptp(hour)) + 1) + hour[owner] - int(hour.min()))
        facts, scope, hour = facts[owner[order]], scope[order], hour[owner[order]]
        starts = np.flatnonzero(np.append(True, (scope[1:] != scope[:-1]) | (hour[1:] != hour[:-1])))
        posts = facts["posts"].astype(np.int64)
        sums = _sums(scope[starts], hour[starts], starts, [posts, posts * facts["followers"]])
        voices = _voices(scope, hour, facts["author"], posts, starts)
        return rows.addressed(sums, names, SUMS, voices, [], partitions)

    def snapshot(self) -> dict[str, bytes]:
        """What waits, and what was deleted."""
        waiting = {str(bucket): np.concatenate(facts).tobytes() for bucket, facts in self._pending.items()}
        return {**named("pending", waiting), **named("deleted", self.deleted.snapshot())}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._pending = {int(b): [np.frombuffer(data, FACT)] for b, data in under(parts, "pending").items()}
        self.deleted.restore(under(parts, "deleted"))


def _sums(scope: rows.Ints, hour: rows.Ints, starts: Places, columns: Sequence[rows.Ints]) -> rows.Sums:
    """Sums of columns whose rows stand by scope and hour, in the order of `rows.summed`; sums of 0 are left out.

    Shapes: scope and hour i8[k] and starts intp[k], of each place; columns i8[m] each, one for each of SUMS.
    """
    amount = np.stack([np.add.reduceat(column, starts) for column in columns], axis=1).ravel()
    some, width = amount != 0, len(columns)
    name = np.tile(np.arange(width), len(starts))
    return rows.Sums(np.repeat(scope, width)[some], np.repeat(hour, width)[some], name[some], amount[some])


def _voices(
    scope: rows.Ints, hour: rows.Ints, author: npt.NDArray[np.uint32], posts: rows.Ints, places: Places
) -> list[VoiceCounts]:
    """Posts by creator, the creators with the least hashes of each scope and hour.

    Shapes: m rows by scope, hour and creator; places intp[k], where each scope and hour begins.
    """
    place = np.zeros(len(scope), np.bool_)
    place[places] = True
    starts = np.flatnonzero(place | np.append(True, author[1:] != author[:-1]))
    total = np.add.reduceat(posts, starts).astype("<i4")
    scope, hour, author = scope[starts], hour[starts], author[starts]
    bounds = np.append(np.flatnonzero(place[starts]), len(starts)).tolist()
    told = []
    for first, last in itertools.pairwise(bounds):
        end = min(last, first + SAMPLE)
        limit = int(author[end]) if end < last else WHOLE
        own = author[first:end].astype("<u4").tobytes()
        told.append(VoiceCounts(int(scope[first]), int(hour[first]), limit, own, total[first:end].tobytes()))
    return told
