"""Segments through a restart: READ, COUNT and DECIDE go on from snapshots as if nothing had happened."""

import random
from collections.abc import Iterator

import pytest

from detectors.counts.runs import Run
from detectors.model.posts import Post
from detectors.pipeline import Settings, counter, decider, readers
from detectors.stages.decisions import Decision
from tests.detectors.making import pipeline_settings, post_chunk
from tests.detectors.test_scopes_path import GYM, SCOPES, everyday, reaching

BATCH = 40


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    """#glowup reaches the gym community."""
    found = [*everyday(random.Random(1)), *reaching(GYM)]
    return sorted(found, key=time_of)


def time_of(post: Post) -> float:
    """Epoch seconds."""
    assert post.created_at is not None
    return post.created_at.timestamp()


def told(posts: list[Post], settings: Settings, stop_at: int) -> Iterator[Decision]:
    """Every decision of stages that were all restarted after so many posts."""
    read, count, decide, offset = readers(0, settings), counter(0, settings), decider(settings), 0
    log = list[tuple[int, Run]]()
    for start in range(0, len(posts), BATCH):
        if start <= stop_at < start + BATCH:
            parts = read.snapshot(), count.snapshot(), decide.snapshot()
            needed = count.needed_from or 0
            read, count, decide = readers(0, settings), counter(0, settings), decider(settings)
            read.restore(parts[0])
            count.restore(parts[1])
            decide.restore(parts[2])
            assert not [tick for at, run in log[needed:] for tick in count.step(run, at)]
            assert read.snapshot()["segments"] == parts[0]["segments"]
            assert (count.snapshot(), decide.snapshot()) == parts[1:]
        out = [*read.posts.step(post_chunk(posts[start : start + BATCH], start)), *read.engagements.release()]
        out += read.engagements.source.beat()
        for _, run in out:
            log.append((offset, run))
            for tick in count.step(run, offset):
                for question in decide.ready(tick):
                    texts = {(ref.source, ref.offset): posts[ref.offset] for ref in question.posts}
                    yield decide.decide(question, texts)
            offset += 1


@pytest.fixture(scope="module")
def whole(posts: list[Post]) -> list[Decision]:
    """Without a restart."""
    decisions = list(told(posts, pipeline_settings(1, SCOPES), -1))
    assert any(alert.scope == "community:gym" for decision in decisions for alert in decision.alerts)
    return decisions


@pytest.mark.parametrize("minutes", [90, 124, 127])
def test_a_restart_changes_nothing(posts: list[Post], whole: list[Decision], minutes: int) -> None:
    """Before anything is told, while the trend begins, and while it goes on."""
    begins_at = time_of(posts[0])
    stop_at = next(i for i, p in enumerate(posts) if time_of(p) >= begins_at + 60 * minutes)
    assert list(told(posts, pipeline_settings(1, SCOPES), stop_at)) == whole
