"""READ of one partition: its posts and its engagements, joined through one memory, saved and restored together."""

from collections.abc import Mapping, Sequence

import msgspec

from detectors.counts.known import KnownAuthors
from detectors.counts.marking import Dimension, Marker
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.figures.groups import Groups
from detectors.stages.admission import MEMORY_FIELDS
from detectors.stages.creator_watch import CreatorWatch
from detectors.stages.engagements import EngagementReader
from detectors.stages.post_figures import PostFigures
from detectors.stages.post_watch import PostWatch
from detectors.stages.posts import PostReader
from detectors.stages.saved import named, under
from detectors.subjects.columns import SubjectReader

DAY_S = 86_400.0
"""Whoever wrote in a segment counts as one of its people for so long, seconds."""


class Readers:
    """Makes the two readers of a partition.

    Args:
        partition, partitions: which source partition this is, and how many COUNT partitions share the subjects.
        bucket_s, window_s, lateness_s: seconds; see PostReader. A single record of history may move the clock by at
            most a window, so that a false time makes nothing too late.
        words: whether words and phrases are read.
        memory_s, memory_size: how long (seconds) and how many posts and event ids are remembered.
        history_posts: how many posts, and days of creators, are remembered for what is usual of them.
        scopes: dimensions in whose segments subjects are counted too.
    """

    def __init__(
        self,
        *,
        partition: int,
        partitions: int,
        bucket_s: float,
        window_s: float,
        lateness_s: float,
        words: bool,
        memory_s: float,
        memory_size: int,
        history_posts: int,
        scopes: Sequence[Dimension] = (),
    ) -> None:
        horizon = max(1, round(memory_s / bucket_s))
        self._codes = ScopeCodes()
        self._marker = Marker(scopes, self._codes, day=max(1, round(DAY_S / bucket_s)))
        self._memory = Table(MEMORY_FIELDS, horizon=horizon, capacity=memory_size)
        self._groups = Groups(horizon=2 * horizon)
        figures = PostFigures(self._codes, self._groups, self._memory, horizon=horizon, capacity=memory_size)
        self.posts = PostReader(
            partition=partition,
            partitions=partitions,
            bucket_s=bucket_s,
            window_s=window_s,
            lateness_s=lateness_s,
            jump_s=window_s,
            subjects=SubjectReader(words=words),
            memory=self._memory,
            codes=self._codes,
            authors=KnownAuthors(memory=max(1, horizon // 2), capacity=memory_size),
            figures=figures,
            groups=self._groups,
            marker=self._marker,
        )
        self.engagements = EngagementReader(
            partition=partition,
            partitions=partitions,
            bucket_s=bucket_s,
            window_s=window_s,
            lateness_s=lateness_s,
            jump_s=window_s,
            posts=self._memory,
            posts_reached=self.posts.source.reached,
            codes=self._codes,
            groups=self._groups,
            memory_buckets=horizon,
            memory_size=memory_size,
            watch=PostWatch(
                partition=partition,
                posts=self._memory,
                deleted=figures.deleted,
                codes=self._codes,
                bucket_s=bucket_s,
                capacity=history_posts,
            ),
            creators=CreatorWatch(
                partition=partition,
                posts=self._memory,
                deleted=figures.deleted,
                codes=self._codes,
                bucket_s=bucket_s,
                capacity=history_posts,
            ),
        )

    def snapshot(self) -> dict[str, bytes]:
        """Everything that a restart needs, in named parts; those that did not change are equal bytes."""
        return {
            "segments": self._marker.snapshot(),
            "platforms": msgspec.msgpack.encode(self._codes.platforms),
            "groups": self._groups.snapshot(),
            **named("posts", self.posts.snapshot()),
            **named("engagements", self.engagements.snapshot()),
            **named("memory", self._memory.snapshot()),
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot; call it before anything is read."""
        self._codes.restore(msgspec.msgpack.decode(parts["platforms"], type=list[str]))
        self._groups.restore(parts["groups"])
        self._marker.restore(parts["segments"])
        self._memory.restore(under(parts, "memory"))
        self.posts.restore(under(parts, "posts"))
        self.engagements.restore(under(parts, "engagements"))
