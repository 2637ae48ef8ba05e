"""Small records, runs, ticks and settings for the tests of the detection core; what a test is about, it says itself."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np
import xxhash
from numpy.typing import NDArray

from detectors.counts.known import KnownAuthors
from detectors.counts.marking import Dimension, Marker
from detectors.counts.people import People
from detectors.counts.runs import POST, Columns, Posts, Run, columns_of, pieces_of
from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.counts.ticks import Candidate, PostRef, Tick
from detectors.figures.groups import Groups
from detectors.model.engagements import Engagement
from detectors.model.posts import Post
from detectors.pipeline import JudgeSettings, ReadSettings, Settings
from detectors.stages.admission import MEMORY_FIELDS
from detectors.stages.count_settings import CountSettings
from detectors.stages.creator_watch import CreatorWatch
from detectors.stages.decide_settings import DecideSettings
from detectors.stages.engagements import EngagementChunk, EngagementReader, Reached
from detectors.stages.post_figures import PostFigures
from detectors.stages.post_watch import PostWatch
from detectors.stages.posts import PostChunk, PostReader
from detectors.stages.source import Outgoing
from detectors.subjects.columns import SubjectReader
from detectors.subjects.kinds import Keys, Kind, subject_key

BUCKET_S = 60.0
START_AT = 1_800_000_000.0
"""The beginning of FIRST; a multiple of BUCKET_S and of an hour."""

FIRST = int(START_AT // BUCKET_S)
"""The bucket in which the tests' streams begin."""


def at(seconds: float) -> datetime:
    """An instant, in seconds after START_AT."""
    return datetime.fromtimestamp(START_AT + seconds, UTC)


def make_post(post_id: str, seconds: float, text: str = "glass skin serum", creator: str = "", **fields: Any) -> Post:
    """A post `seconds` after START_AT; without a creator its author is its own."""
    known: dict[str, Any] = {"platform": "tiktok", "created_at": at(seconds), "text": text}
    return Post(post_id=post_id, creator_id=creator or f"author of {post_id}", **(known | fields))


def make_delete(post_id: str, seconds: float, creator: str = "") -> Post:
    """The deletion of `make_post(post_id, ...)`."""
    creator = creator or f"author of {post_id}"
    return Post(post_id=post_id, creator_id=creator, platform="tiktok", action="delete", deleted_at=at(seconds))


def make_engagement(event_id: str, seconds: float, kind: Any = "like", **fields: Any) -> Engagement:
    """An engagement `seconds` after START_AT."""
    fields = {"platform": "tiktok", "creator_id": "c", "post_id": "p"} | fields
    return Engagement(event_id=event_id, at=at(seconds), kind=kind, **fields)


def post_chunk(posts: Sequence[Post], offset: int = 0, kafka_at: Sequence[float] | None = None) -> PostChunk:
    """Posts as a chunk from an offset on; Kafka times are seconds after START_AT, without any they are unknown."""
    return PostChunk(posts, offset + np.arange(len(posts)), _kafka_times(len(posts), kafka_at))


def engagement_chunk(engagements: Sequence[Engagement], offset: int = 0) -> EngagementChunk:
    """Engagements as a chunk from an offset on."""
    return EngagementChunk(engagements, offset + np.arange(len(engagements)), _kafka_times(len(engagements), None))


def _kafka_times(n: int, kafka_at: Sequence[float] | None) -> Any:
    return np.full(n, np.inf) if kafka_at is None else np.array(kafka_at, np.float64) + START_AT


def post_reader(
    *,
    partitions: int = 1,
    window: int = 5,
    lateness_s: float = 0.0,
    horizon: int = 1000,
    scopes: Sequence[Dimension] = (),
) -> PostReader:
    """READ of the posts of partition 0."""
    codes = ScopeCodes()
    return PostReader(
        partition=0,
        partitions=partitions,
        bucket_s=BUCKET_S,
        window_s=window * BUCKET_S,
        lateness_s=lateness_s,
        jump_s=math.inf,
        subjects=SubjectReader(),
        memory=post_memory(horizon),
        codes=codes,
        authors=KnownAuthors(memory=horizon, capacity=10_000),
        figures=PostFigures(ScopeCodes(), Groups(horizon=2 * horizon), post_memory(), horizon=horizon, capacity=10_000),
        groups=Groups(horizon=2 * horizon),
        marker=Marker(scopes, codes, day=1440),
    )


def post_memory(horizon: int = 1000) -> Table:
    """What READ remembers of posts."""
    return Table(MEMORY_FIELDS, horizon=horizon, capacity=10_000)


def engagement_reader(
    posts: Table, reached: Reached, lateness_s: float = 0.0, codes: ScopeCodes | None = None, window: int = 5
) -> EngagementReader:
    """READ of the engagements of partition 0, the only one."""
    codes = codes or ScopeCodes()
    deleted = Table([], horizon=1000, capacity=10_000)
    watch = PostWatch(partition=0, posts=posts, deleted=deleted, codes=codes, bucket_s=BUCKET_S, capacity=10_000)
    creators = CreatorWatch(partition=0, posts=posts, deleted=deleted, codes=codes, bucket_s=BUCKET_S, capacity=10_000)
    return EngagementReader(
        partition=0,
        partitions=1,
        bucket_s=BUCKET_S,
        window_s=window * BUCKET_S,
        lateness_s=lateness_s,
        jump_s=math.inf,
        posts=posts,
        posts_reached=reached,
        codes=codes,
        groups=Groups(horizon=2000),
        memory_buckets=1000,
        memory_size=10_000,
        watch=watch,
        creators=creators,
    )


def runs_in(out: Iterable[Outgoing]) -> list[Run]:
    """The runs themselves."""
    return [run for _, run in out]


def make_run(bucket: int, rows: Iterable[tuple[int, int, int]] = (), **fields: Any) -> Run:
    """A run of the posts of one source.

    Args:
        rows: (post, author, key); the post's number is also its offset, its author signs.
    """
    rows = list(rows)
    numbers = sorted({(post, author) for post, author, _ in rows})
    posts = np.zeros(len(numbers), POST)
    posts["post_id"] = posts["offset"] = [post for post, _ in numbers]
    posts["author"] = posts["signature"] = [author for _, author in numbers]
    posts["bucket"] = bucket
    place = {post: i for i, (post, _) in enumerate(numbers)}
    known: dict[str, Any] = {"stream": "posts", "source": 0, "partitions": 1, "since": bucket, "bucket": bucket}
    authors = len({author for _, author in numbers})
    template = Run(**(known | {"voices": authors, "new_voices": authors} | fields))
    keys = np.array([key for _, _, key in rows], np.uint64)
    (run,) = pieces_of(template, posts, np.array([place[post] for post, _, _ in rows], np.int64), keys)
    return msgspec.structs.replace(run, **fields)


class Said(NamedTuple):
    """A post as brute force keeps it: who says which subjects when, in which text."""

    post_id: int
    author: int
    signature: int
    bucket: int
    keys: tuple[int, ...]


def posts_of(said: Sequence[Said]) -> Posts:
    """The same as a structured array; the number of a post is its offset too."""
    posts = np.zeros(len(said), POST)
    for name in ("post_id", "author", "signature", "bucket"):
        posts[name] = [getattr(one, name) for one in said]
    posts["offset"] = posts["post_id"]
    return posts


def rows_of(said: Sequence[Said]) -> tuple[NDArray[np.int64], Keys]:
    """(post, key) rows; a subject that a post names twice has two."""
    rows = [(i, key) for i, one in enumerate(said) for key in one.keys]
    return np.array([i for i, _ in rows], np.int64), np.array([key for _, key in rows], np.uint64)


def voices_of(said: Iterable[Said]) -> dict[int, int]:
    """Voices of each key, by sets: distinct authors, but never more than distinct texts."""
    authors, texts = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for one in said:
        for key in one.keys:
            authors[key].add(one.author)
            texts[key].add(one.signature)
    return {key: min(len(authors[key]), len(texts[key])) for key in authors}


def columns_of_said(said: Sequence[Said]) -> Columns:
    """The same as the arrays of a run of source 0."""
    return columns_of(*pieces_of_said(said, 0))


def pieces_of_said(said: Sequence[Said], bucket: int, source: int = 0, **fields: Any) -> list[Run]:
    """The same as the pieces of a run of one of two sources."""
    authors = len({one.author for one in said})
    known: dict[str, Any] = {"stream": "posts", "partitions": 2, "since": bucket, "new_voices": authors}
    template = Run(source=source, bucket=bucket, **(known | fields))
    return list(pieces_of(template, posts_of(said), *rows_of(said)))


def run_of_said(said: Sequence[Said], bucket: int, source: int = 0, **fields: Any) -> Run:
    """The same as a run in one piece."""
    (run,) = pieces_of_said(said, bucket, source, **fields)
    return run


def key_of(name: str, kind: Kind = "word") -> int:
    """The key of a subject."""
    return subject_key(kind, name)


def make_candidate(
    name: str, posts: Iterable[int] = (), kind: Kind = "word", deleted: int = 0, **fields: Any
) -> Candidate:
    """A candidate with these posts, each of its own author, at the offset of its number; so many more are deleted."""
    refs = tuple(PostRef(0, post, post, post) for post in posts)
    known: dict[str, Any] = {"observed": max(len(refs), 3), "expected": 0.5, "surprise": 9.0, "past": 0.0}
    known |= fields
    known = {"total": max(len(refs), known["observed"]), "shape": min(known["past"] + 0.05, 20.0)} | known
    if deleted:
        n = known["observed"]
        known["people"] = People(posts=n, authors=n, singles=n, pairs=n, deleted=deleted, gone=deleted)
    return Candidate(key=key_of(name, kind), posts=refs, **known)


def make_tick(bucket: int, candidates: Sequence[Candidate] = (), **fields: Any) -> Tick:
    """A tick of the only COUNT partition."""
    known: dict[str, Any] = {"partition": 0, "partitions": 1, "tracked": 1000, "exposure": 100.0, "past_exposure": 1e3}
    return Tick(bucket=bucket, candidates=tuple(candidates), **(known | fields))


def hash_of(text: str) -> int:
    """XXH3-64, asked of the library itself."""
    return xxhash.xxh3_64_intdigest(text.encode())


def count_settings(**changes: Any) -> CountSettings:
    """Ten-minute windows of one-minute buckets; every subject with a voice is told, and learned whole."""
    known = CountSettings(
        bucket_s=BUCKET_S,
        window_s=10 * BUCKET_S,
        long_window_s=10 * BUCKET_S,
        long_window_posts=10**9,
        half_life_s=3600.0,
        min_voices=1,
        screen_p=2.0,
        prior_words=0.15,
        prior_phrases=0.05,
        prior_exposure=2.0,
        r_max=20.0,
        cell_bits=16,
        evidence_posts=20,
        follow_s=0.0,
        warm_up_s=1e6,
        figures_s=2 * 172_800.0,
    )
    return known._replace(**changes)


def decide_settings(**changes: Any) -> DecideSettings:
    """Ten-minute windows of one-minute buckets, warm at once."""
    known = DecideSettings(
        bucket_s=BUCKET_S,
        window_s=10 * BUCKET_S,
        long_window_s=60 * BUCKET_S,
        warm_up_s=0.0,
        false_share=0.05,
        min_voices=3,
        screen_p=1e-4,
        trend_memory_s=60 * BUCKET_S,
        calm_s=10 * BUCKET_S,
        cooldown_s=5 * BUCKET_S,
        r_max=20.0,
        prior_words=0.15,
        prior_phrases=0.05,
        prior_exposure=2.0,
        evidence_posts=20,
        flag_p=1e-3,
        forecast_answers=30,
        config_digest="0123456789abcdef",
    )
    return known._replace(**changes)


def pipeline_settings(partitions: int, scopes: tuple[Dimension, ...] = (), **read: Any) -> Settings:
    """The whole path in one-minute buckets and ten-minute windows, warm after an hour."""
    reading = ReadSettings(
        bucket_s=BUCKET_S,
        window_s=10 * BUCKET_S,
        lateness_s=5.0,
        words=True,
        memory_s=7200.0,
        memory_size=10_000,
        history_posts=10_000,
        scopes=scopes,
    )
    return Settings(
        partitions=partitions,
        read=reading._replace(**read),
        count=count_settings(
            min_voices=3, screen_p=1e-4, follow_s=1800.0, half_life_s=21_600.0, warm_up_s=3600.0, scopes=scopes
        ),
        decide=decide_settings(warm_up_s=3600.0),
        judge=JudgeSettings(false_alerts_per_day=1.0, warm_up_buckets=1000, silence_buckets=100),
    )
