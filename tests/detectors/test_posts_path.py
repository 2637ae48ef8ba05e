"""A post that outperforms, through the whole path in memory: told once, by its name, the same in any chunks."""

import msgspec
import pytest

from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from tests.detectors.making import engagement_chunk, pipeline_settings, post_chunk
from tests.detectors.stages.test_post_watch import LAST_AT, Record, Told, last, past, total

PARTITIONS = 2


def alerts_of(told: list[Told], chunk: int) -> list[Alert]:
    """What is told of posts; each creator has a partition."""
    path, found = Pipeline(pipeline_settings(PARTITIONS, memory_s=2 * 86_400.0)), list[Alert]()
    creators = {record.post_id: record.creator_id for _, record in told if isinstance(record, Post)}
    records = [record for _, record in sorted(told, key=lambda one: one[0])]
    offsets = [0] * PARTITIONS
    for start in range(0, len(records), chunk):
        parts: list[list[Record]] = [[] for _ in range(PARTITIONS)]
        for record in records[start : start + chunk]:
            parts[len(creators.get(record.post_id or "", "")) % PARTITIONS].append(record)
        for n, part in enumerate(parts):
            posts = [record for record in part if isinstance(record, Post)]
            acts = [record for record in part if not isinstance(record, Post)]
            decisions = [*path.posts(n, post_chunk(posts, offsets[n])), *path.engagements(n, engagement_chunk(acts))]
            offsets[n] += len(posts)
            found += [alert for decision in decisions for alert in decision.alerts]
    found += [alert for decision in path.finish() for alert in decision.alerts]
    return [alert for alert in found if alert.kind == "post_overperforming"]


@pytest.mark.parametrize("chunk", [1, 30])
def test_a_post_that_outperforms_is_told(chunk: int) -> None:
    """By its own ids, with what it was compared with."""
    (alert,) = alerts_of([*past(), *last(total("last", LAST_AT, 50, 4000))], chunk)
    assert (alert.action, alert.subject.id, alert.scope) == ("fired", "last", "creator:creator 1")
    assert (alert.observed, alert.evidence.post_ids) == (4000.0, ("last",))
    assert alert.performance is not msgspec.UNSET
    assert (alert.performance.age_hours, alert.performance.creator_posts) == (1.0, 10)
    assert (alert.window.end - alert.window.start).total_seconds() == 3600.0


def test_chunks_change_no_alert() -> None:
    """Byte for byte."""
    told = [*past(), *last(total("last", LAST_AT, 50, 4000))]
    assert msgspec.json.encode(alerts_of(told, 7)) == msgspec.json.encode(alerts_of(told, 50))


def test_an_ordinary_post_is_not_told() -> None:
    """Nor is any other of its stream."""
    assert alerts_of([*past(), *last(total("last", LAST_AT, 50, 24))], 30) == []
