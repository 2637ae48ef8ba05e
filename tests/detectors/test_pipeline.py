"""The whole path in memory: a planted trend is found, and no order of arrival changes a decision."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.counts import screen
from detectors.model.alerts import Alert
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages.decisions import Decision
from detectors.subjects.columns import hash64
from tests.detectors.making import (
    at,
    engagement_chunk,
    make_delete,
    make_engagement,
    make_post,
    pipeline_settings,
    post_chunk,
)

MINUTES = 105
PLANTED_AT = 60 * 70
STEMS = ("sun", "rain", "moon", "star", "cloud", "wind", "snow", "sea", "leaf", "stone")
WORDS = [f"{first}{last}" for first in STEMS for last in STEMS]
NAMES = {"#glassskin", "glass skin"}
PLANTED = {f"t{i}" for i in range(30)}

Record = Post | Engagement


def background(rng: random.Random) -> list[Record]:
    """Everyday talk of 600 people about 100 words, with acts, copies, edits, deletions and stragglers."""
    records: list[Record] = []
    for i in range(6 * MINUTES):
        seconds = 10 * i + rng.uniform(-20, 0) * (i > 20)
        creator = f"c{rng.randrange(600)}"
        text = " and ".join(rng.sample(WORDS, 2))
        records.append(make_post(f"b{i}", seconds, text, creator, followers=rng.randrange(20_000)))
        about = f"b{rng.randrange(i + 1)}"
        records.append(make_engagement(f"e{i}", seconds, post_id=about, creator_id=f"c{rng.randrange(600)}"))
        if i % 20 == 19:
            changed = records[-40]
            assert isinstance(changed, Post)
            action = make_delete(changed.post_id, seconds, changed.creator_id)
            edit = make_post(changed.post_id, seconds, "edited away", changed.creator_id, action="update")
            records.append(action if i % 40 == 19 else edit)
    return records


def own_words(i: int) -> str:
    """Four words for one post: those of one text are a copy."""
    return " and ".join(WORDS[(4 * i + k + i // 25) % len(WORDS)] for k in range(4))


def planted() -> list[Post]:
    """Thirty people who, within five minutes, speak of one thing, each in words of their own."""
    texts = (
        "my glass skin serum #GlassSkin",
        "#GlassSkin: serum for glass skin",
        "serum, toner: #glassskin glass skin",
    )
    return [
        make_post(name, PLANTED_AT + 10 * i, f"{texts[i % 3]}, {own_words(i)}")
        for i, name in enumerate(sorted(PLANTED))
    ]


def time_of(record: Record) -> float:
    """When a record happened, epoch seconds."""
    if isinstance(record, Engagement):
        return record.at.timestamp()
    moment = record.deleted_at or record.created_at
    assert moment is not None
    return moment.timestamp()


def stream(*, trend: bool = True, seed: int = 1) -> list[Record]:
    """All records in the order of their arrival: about that of their time."""
    rng = random.Random(seed)
    records = [*background(rng), *(planted() if trend else [])]
    return sorted(records, key=lambda record: time_of(record) + rng.uniform(0, 15))


def logs_of(records: Sequence[Record], partitions: int) -> dict[tuple[str, int], list[Any]]:
    """The records of each partition of each stream, in their order."""
    logs: dict[tuple[str, int], list[Any]] = {}
    for record in records:
        assert record.creator_id is not None
        name = "posts" if isinstance(record, Post) else "engagements"
        logs.setdefault((name, hash64(record.creator_id) % partitions), []).append(record)
    return logs


def played(
    records: Sequence[Record], *, partitions: int = 2, batch: int = 50, seed: int | None = None
) -> list[Decision]:
    """Every decision about a stream.

    Args:
        batch: records a chunk, at most.
        seed: of the order in which partitions are served, and of the chunks' sizes; without, one after the other.
    """
    rng = None if seed is None else random.Random(seed)
    pipeline = Pipeline(pipeline_settings(partitions))
    return [*served(pipeline, logs_of(records, partitions), batch, rng), *pipeline.finish()]


def served(
    pipeline: Pipeline, logs: dict[tuple[str, int], list[Any]], batch: int, rng: random.Random | None
) -> Iterator[Decision]:
    """Hand the logs over, chunk by chunk."""
    done = dict.fromkeys(logs, 0)
    while left := [log for log in logs if done[log] < len(logs[log])]:
        log = name, partition = rng.choice(left) if rng else left[0]
        start = done[log]
        done[log] += rng.randint(1, batch) if rng else batch
        records = logs[log][start : done[log]]
        if name == "posts":
            yield from pipeline.posts(partition, post_chunk(records, start))
        else:
            yield from pipeline.engagements(partition, engagement_chunk(records, start))


def trend_alerts(decisions: Sequence[Decision]) -> list[Alert]:
    """The alerts about trends, in order."""
    return [alert for decision in decisions for alert in decision.alerts if alert.kind == "trend"]


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    """Of the stream with the planted trend."""
    return played(stream())


def test_a_planted_trend_is_found(decisions: list[Decision]) -> None:
    """Once, soon, under its name, on evidence that is its own and not younger than the alert."""
    (fired,) = [alert for alert in trend_alerts(decisions) if alert.action == "fired"]
    assert fired.subject.label.lower() in NAMES
    assert at(PLANTED_AT) < fired.detected_at <= at(PLANTED_AT + 300)
    assert fired.onset_at == at(PLANTED_AT)
    assert set(fired.evidence.post_ids) <= PLANTED
    assert fired.evidence.creators == fired.evidence.posts >= 3
    written = {post.post_id: post.created_at for post in planted()}
    assert all((written[name] or fired.detected_at) < fired.detected_at for name in fired.evidence.post_ids)
    assert {member.label.lower() for member in fired.members} >= {"glass", "skin", "serum"}
    assert trend_alerts(decisions)[-1].action == "resolved"


def test_what_it_says_of_its_size_is_exact(decisions: list[Decision]) -> None:
    """Voices in the window: the planted people who have written by then."""
    for alert in trend_alerts(decisions):
        posts = [post for post in planted() if post.created_at]
        inside = [p for p in posts if p.created_at and alert.window.start <= p.created_at < alert.window.end]
        assert alert.observed == len({post.creator_id for post in inside})


def test_a_trend_whose_posts_are_deleted_is_retracted() -> None:
    """People were told, and most posts are gone before time took them: it is taken back, and not resolved."""
    posts = planted()
    deleted = [make_delete(p.post_id, PLANTED_AT + 320 + i, p.creator_id) for i, p in enumerate(posts) if i % 15]
    records = [*stream(trend=False), *posts, *deleted]
    told = trend_alerts(played(sorted(records, key=time_of)))
    assert told[0].action == "fired"
    assert told[-1].action == "retracted"
    assert "resolved" not in {alert.action for alert in told}
    assert (told[-1].observed, told[-1].integrity.deleted_share) == (2, round(28 / 30, 3))
    assert told[-1].detected_at <= at(PLANTED_AT + 480)


def test_copies_are_one_voice() -> None:
    """The same thirty people with the same three texts are three voices: no trend is made by copying."""
    copies = [msgspec.structs.replace(post, text=post.text.rsplit(",", 1)[0]) for post in planted()]
    records = [*stream(trend=False), *copies]
    assert trend_alerts(played(sorted(records, key=time_of))) == []


def test_everyday_talk_is_no_trend() -> None:
    """The same stream without it, and other streams like it."""
    assert [trend_alerts(played(stream(trend=False, seed=seed))) for seed in (1, 2)] == [[], []]


def test_every_bucket_is_decided_once_and_in_order(decisions: list[Decision]) -> None:
    """From the first to the last, without a hole."""
    buckets = [decision.bucket for decision in decisions]
    assert buckets == list(range(buckets[0], buckets[0] + len(buckets)))
    assert len(buckets) >= MINUTES


@pytest.mark.parametrize("batch", [1, 7, 10_000])
def test_the_size_of_batches_does_not_matter(decisions: list[Decision], batch: int) -> None:
    """Record by record, or all at once: the same decisions, to the last digit and id."""
    assert played(stream(), batch=batch) == decisions


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interleaving_of_partitions_does_not_matter(decisions: list[Decision], seed: int) -> None:
    """However partitions and the two streams race each other, in chunks of any sizes."""
    assert played(stream(), batch=120, seed=seed) == decisions


@pytest.mark.parametrize("partitions", [1, 5])
def test_the_trend_is_found_in_any_number_of_partitions(partitions: int) -> None:
    """Its subjects and its people may be anywhere."""
    fired = [alert for alert in trend_alerts(played(stream(), partitions=partitions)) if alert.action == "fired"]
    assert len(fired) == 1
    assert fired[0].subject.label.lower() in NAMES
    assert set(fired[0].evidence.post_ids) <= PLANTED


def test_a_constant_instead_of_the_model_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Gamma-Poisson tail is what tells a trend from talk."""
    monkeypatch.setattr(screen, "tail", lambda observed, *_: np.full(len(observed), 0.5))
    assert trend_alerts(played(stream())) == []


def test_partitions_without_records_hold_nobody_up() -> None:
    """Once all were given what there is, those without anything are idle: the others go on."""
    posts = [record for record in stream() if isinstance(record, Post)]
    logs = {log: told for log, told in logs_of(posts, 2).items() if log == ("posts", 0)}
    pipeline = Pipeline(pipeline_settings(2))
    assert list(served(pipeline, logs, 50, None)) == []
    assert len(list(pipeline.pause())) >= MINUTES - 2


def test_old_posts_are_let_go_of() -> None:
    """What no question can ask for any more does not fill the memory."""
    pipeline, hours = Pipeline(pipeline_settings(1)), 21
    for hour in range(hours):
        list(pipeline.posts(0, post_chunk([make_post(f"p{hour}", 3600 * hour)], hour)))
        list(pipeline.engagements(0, engagement_chunk([make_engagement(f"e{hour}", 3600 * hour)], hour)))
        list(pipeline.pause())
    assert 12 < len(pipeline._posts) < 21
