"""A post that outperforms, through the whole path in memory: told once, by its name, the same in any chunks."""

import msgspec
import pytest

from detectors.model.alerts import Alert
from tests.detectors.making import pipeline_settings
from tests.detectors.stages.test_post_watch import LAST_AT, Told, last, past, total
from tests.detectors.through import alerts_through

PARTITIONS = 2


def alerts_of(told: list[Told], chunk: int) -> list[Alert]:
    """What is told of posts; each creator has a partition."""
    settings = pipeline_settings(PARTITIONS, memory_s=2 * 86_400.0)
    found = alerts_through(settings, told, chunk, lambda creator: len(creator) % PARTITIONS)
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
