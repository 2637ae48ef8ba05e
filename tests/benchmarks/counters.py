"""Counters of platforms as snapshots, told as they come and as if in full: what is told of the first alone is false.

The files are no part of the project. Three layouts, known by their columns: hourly lists of topics with rounded
totals and hours that are missing (`hour_cst`), daily lists of videos with the day they were made (`videoId`) and
without (`video_id`).
"""

import csv
import gzip
import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from config.settings import load
from detectors.model.alerts import Alert
from detectors.model.engagements import Counters, Engagement
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from detectors.stages.decisions import Decision
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from streams import wiring

Row = Mapping[str, str]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHINA = timedelta(hours=8)

PLATFORM = "list"

NEAR = timedelta(hours=6)
"""An alert of the full stream that is so near is the same one."""

STRANGE = 2.0
"""Decades of surprise from which a series of the full stream bears out a false alert: it is odd there too, but less."""

LONGEST = timedelta(days=2)
"""A total that was not told for longer is another story: nothing is put in between."""


class Snapshot(NamedTuple):
    """The totals of one post at one time; `made` is when its post says that it was made."""

    at: datetime
    post_id: str
    creator_id: str
    made: datetime
    totals: Mapping[str, int]


class Verdict(NamedTuple):
    """What was told of a file, and what of that is false."""

    told: list[Alert]
    full: list[Alert]
    false: list[Alert]
    borne_out: list[Alert]
    """Those of the false whose series is strange in the full stream at that time."""


class Layout(NamedTuple):
    """How a file is read: how often it tells, where each measure stands, and a row as (at, post, creator, made)."""

    every: timedelta
    measures: Mapping[str, str]
    read: Callable[[Row], tuple[datetime, str, str, datetime | None]]


def _topic(row: Row) -> tuple[datetime, str, str, datetime | None]:
    at = datetime.fromisoformat(f"{row['hour_cst']}:00").replace(tzinfo=UTC) - CHINA
    return at, row["title"][:128], row["title"][:128], None


def _video(row: Row) -> tuple[datetime, str, str, datetime | None]:
    at = datetime.strptime(row["day"], "%Y%m%d").replace(tzinfo=UTC) + DAY
    return at, row["videoId"], row["channelId"], datetime.fromisoformat(row["publishedDate"])


def _undated(row: Row) -> tuple[datetime, str, str, datetime | None]:
    return datetime.fromisoformat(row["date"]).replace(tzinfo=UTC), row["video_id"], row["channel_title"][:128], None


LAYOUTS = {
    "hour_cst": Layout(
        HOUR, {"likes": "hot", "views": "read_count", "comments": "discuss_count", "shares": "origin_count"}, _topic
    ),
    "videoId": Layout(DAY, {"views": "views"}, _video),
    "video_id": Layout(DAY, {"views": "views", "likes": "likes", "comments": "comment_total"}, _undated),
}


def table(files: Sequence[Path], days: int) -> Iterator[str]:
    """A line a file; then every false alert."""
    yield "| of | snapshots | times missing | told, by kind | told in full | false | of them strange in full |"
    yield "|---|--:|--:|---|---|--:|--:|"
    listed = []
    for path in files:
        told, every = snapshots(path, days)
        verdict = judged(told, every)
        missing = round((told[-1].at - told[0].at) / every) + 1 - len({one.at for one in told})
        kinds = (_kinds(verdict.told), _kinds(verdict.full), f"**{len(verdict.false)}**", str(len(verdict.borne_out)))
        yield f"| {path.name}, {days} days | {len(told):,} | {missing} | {' | '.join(kinds)} |"
        listed += [(path.name, alert, alert in verdict.borne_out) for alert in verdict.false]
    yield ""
    for name, alert, borne_out in listed:
        figures = f"{alert.observed:.0f} observed, {alert.expected or 0.0:.0f} expected"
        figures += ", strange in full" if borne_out else ""
        yield f"- {name}, {alert.detected_at:%Y-%m-%d %H:%M}, {alert.kind}, {alert.subject.id}: {figures}"


def judged(told: Sequence[Snapshot], every: timedelta) -> Verdict:
    """An alert is false that is not told of the full stream, and one about the source if no snapshot is overdue."""
    odd: list[tuple[datetime, str]] = []
    ours, full = alerts_of(told, PLATFORM), alerts_of(in_full(told, every), PLATFORM, odd)
    times = sorted({one.at for one in told})

    def false(alert: Alert) -> bool:
        if alert.kind == "data_quality":
            return alert.detected_at - times[bisect_left(times, alert.detected_at) - 1] <= every
        return not any(_what(alert) == _what(other) and _near(alert, other.detected_at) for other in full)

    wrong = [alert for alert in ours if false(alert)]
    return Verdict(ours, full, wrong, [a for a in wrong if any(a.subject.id == s and _near(a, at) for at, s in odd)])


def _what(alert: Alert) -> tuple[str, str]:
    """Kind and scope; all that is in `all` is of the platform."""
    return alert.kind, f"platform:{PLATFORM}" if alert.scope == "all" else alert.scope


def _near(alert: Alert, at: datetime) -> bool:
    return abs(alert.detected_at - at) <= NEAR


def _kinds(alerts: Iterable[Alert]) -> str:
    return ", ".join(f"{n} {kind}" for kind, n in sorted(Counter(alert.kind for alert in alerts).items())) or "nothing"


def snapshots(path: Path, days: int) -> tuple[list[Snapshot], timedelta]:
    """The first days of a file in the order of their times, and how often it tells."""
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as text:
        rows = csv.DictReader(text)
        layout = next(layout for name, layout in LAYOUTS.items() if name in (rows.fieldnames or ()))
        found, made = list[Snapshot](), dict[str, datetime]()
        for row in rows:
            at, post_id, creator_id, published = layout.read(row)
            if found and at - found[0].at >= days * DAY:
                break
            began = made.setdefault(post_id, min(published or at, at))
            totals = {name: int(float(row[column])) for name, column in layout.measures.items() if row[column]}
            if totals:
                found.append(Snapshot(at, post_id, creator_id, began, totals))
    return sorted(found, key=lambda s: s.at), layout.every


def in_full(told: Iterable[Snapshot], every: timedelta) -> list[Snapshot]:
    """The same as it may have been: no time missing, and a total grows steadily from one change to the next.

    A post that is said to be made when it was first seen begins at 0.
    """
    by_post: dict[str, list[Snapshot]] = {}
    for one in told:
        by_post.setdefault(one.post_id, []).append(one)
    found = list[Snapshot]()
    for course in by_post.values():
        apart = [i for i, (a, b) in enumerate(itertools.pairwise(course), 1) if b.at - a.at > LONGEST]
        for start, end in itertools.pairwise([0, *apart, len(course)]):
            found += _smooth(course[start:end], every)
    return sorted(found, key=lambda s: s.at)


def _smooth(course: Sequence[Snapshot], every: timedelta) -> Iterator[Snapshot]:
    first = course[0]
    base = first.totals if first.made >= first.at else {}
    times = np.arange(first.at.timestamp(), course[-1].at.timestamp() + 1, every.total_seconds())
    grown = {}
    for name in sorted({name for one in course for name in one.totals}):
        at, total = np.array([(one.at.timestamp(), one.totals[name]) for one in course if name in one.totals]).T
        changed = np.append(True, total[1:] != total[:-1])
        changed[-1] = True
        since = np.interp(times, at[changed], total[changed]) - base.get(name, 0)
        grown[name] = np.maximum(since, 0).round().astype(np.int64).tolist()
    for n, at in enumerate(times.tolist()):
        totals = {name: values[n] for name, values in grown.items()}
        yield first._replace(at=datetime.fromtimestamp(at, UTC), totals=totals)


def alerts_of(told: Sequence[Snapshot], platform: str, odd: list[tuple[datetime, str]] | None = None) -> list[Alert]:
    """All alerts that are fired, through the whole path, beside a platform that brings one post in each bucket.

    Args:
        odd: takes the series that were strange, and when.
    """
    settings = load(topics={"partitions": 1}, detection={"cell_bits": 12})
    path, bucket_s = Pipeline(wiring.detection(settings)), settings.detection.bucket_s
    decisions = itertools.chain(_decided(path, told, platform, timedelta(seconds=bucket_s)), path.finish())
    fired: list[Alert] = []
    for decision in decisions:
        fired += [alert for alert in decision.alerts if alert.action == "fired"]
        if odd is not None:
            at = datetime.fromtimestamp((decision.bucket + 1) * bucket_s, UTC)
            odd += [(at, str(series)) for series, surprise in path.judge.scores().items() if (surprise or 0) >= STRANGE]
    return fired


def _decided(path: Pipeline, told: Sequence[Snapshot], platform: str, step: timedelta) -> Iterator[Decision]:
    n_posts = n_acts = 0
    by_time = {at: list(group) for at, group in itertools.groupby(told, key=lambda s: s.at)}
    seen: set[str] = set()
    at = told[0].at
    while at <= told[-1].at + 2 * HOUR:
        posts = [Post(f"clock {at}", "clock", "clock", at)]
        about: dict[str, Any] = {"platform": "clock", "creator_id": "clock"}
        acts = [Engagement(event_id=f"clock {at}", at=at, kind="follow", **about)]
        for one in by_time.get(at, ()):
            if one.post_id not in seen:
                seen.add(one.post_id)
                posts.append(Post(one.post_id, one.creator_id, platform, one.made))
            known: dict[str, Any] = {"platform": platform, "creator_id": one.creator_id, "post_id": one.post_id}
            counters = Counters(**one.totals)
            acts.append(Engagement(f"{at} {one.post_id}", at, kind="counters", counters=counters, **known))
        yield from path.posts(
            0, PostChunk(posts, np.arange(n_posts, n_posts + len(posts)), np.full(len(posts), np.inf))
        )
        offsets = np.arange(n_acts, n_acts + len(acts))
        yield from path.engagements(0, EngagementChunk(acts, offsets, np.full(len(acts), np.inf)))
        yield from path.pause()
        n_posts, n_acts, at = n_posts + len(posts), n_acts + len(acts), at + step
