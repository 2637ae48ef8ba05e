"""Posts and engagements through the whole path in memory, chunk by chunk."""

from collections.abc import Callable

from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.pipeline import Pipeline, Settings
from tests.detectors.making import engagement_chunk, post_chunk
from tests.detectors.stages.test_post_watch import Record, Told


def alerts_through(settings: Settings, told: list[Told], chunk: int, partition_of: Callable[[str], int]) -> list[Alert]:
    """All that is told of records in their order.

    Args:
        chunk: records that come together.
        partition_of: by the creator of a post, empty: not known.
    """
    path, found = Pipeline(settings), list[Alert]()
    creators = {record.post_id: record.creator_id for _, record in told if isinstance(record, Post)}
    records = [record for _, record in sorted(told, key=lambda one: one[0])]
    offsets = [0] * settings.partitions
    for start in range(0, len(records), chunk):
        parts: list[list[Record]] = [[] for _ in offsets]
        for record in records[start : start + chunk]:
            parts[partition_of(creators.get(record.post_id or "", ""))].append(record)
        for n, part in enumerate(parts):
            posts = [record for record in part if isinstance(record, Post)]
            acts = [record for record in part if not isinstance(record, Post)]
            decisions = [*path.posts(n, post_chunk(posts, offsets[n])), *path.engagements(n, engagement_chunk(acts))]
            offsets[n] += len(posts)
            found += [alert for decision in decisions for alert in decision.alerts]
    return found + [alert for decision in path.finish() for alert in decision.alerts]
