"""Published detectors and ours on the same labelled streams, windows, voices and rules of what belongs together."""

import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.settings import load
from detectors import pipeline
from detectors.counts.samples import samples
from detectors.counts.ticks import Candidate
from detectors.model.posts import Post
from streams import codec, wiring
from streams.replay import Replay
from tests.benchmarks.trends.labelled import Scorer, posts_of, write_posts
from tests.benchmarks.trends.scores import BASELINES, Baseline
from tests.benchmarks.trends.stories import Stories, evidence
from tests.benchmarks.trends.windows import Floats, Moment, moments

Score = dict[str, Any]

OURS = "**freshet, defaults**"


def table(scorer: Scorer, files: Sequence[Path], folder: Path, only: str) -> Iterator[str]:
    """Run everything over every file; the tables, line by line as they come."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = {OURS: [_ours(scorer, path, folder) for path in files]} if only in OURS else {}
    if only and ours:
        yield from _table(files, ours)
        return
    scores = {path: _tried(scorer, path, folder) for path in files}
    best = {b.name: _best_for_all(scores, b) for b in BASELINES}
    yield "F1 of events / alerts told again / minutes to the first, median / false alerts a day.\n"
    yield "One threshold for all files, the best of 11:\n"
    yield from _table(
        files,
        {f"{b.name} > {best[b.name]:g}": [scores[path][b.name, best[b.name]] for path in files] for b in BASELINES}
        | ours,
    )
    yield "\nThe best threshold for each file, chosen in hindsight:\n"
    yield from _table(files, {b.name: [_best(scores[path], b.name) for path in files] for b in BASELINES})


def _table(files: Sequence[Path], lines: dict[str, list[Score]]) -> Iterator[str]:
    yield f"| | {' | '.join(path.name.split('.')[0] for path in files)} | mean F1 |"
    yield "|---|" + "--:|" * (len(files) + 1)
    for name, scores in lines.items():
        mean = statistics.mean(score["f1d"] for score in scores)
        yield f"| {name} | {' | '.join(map(_cell, scores))} | {mean:.2f} |"


def _cell(score: Score) -> str:
    delay = score["delay_min_median"]
    took = "-" if delay is None else f"{delay:.0f}"
    return f"**{score['f1d']:.2f}** / {score['duplicates']:.2f} / {took} / {score['false_per_day']:.1f}"


def _best(scores: dict[tuple[str, float], Score], name: str) -> Score:
    return max((score for (of, _), score in scores.items() if of == name), key=lambda score: score["f1d"])


def _best_for_all(scores: dict[Path, dict[tuple[str, float], Score]], baseline: Baseline) -> float:
    """The threshold of the best mean over the files."""
    means = {
        t: statistics.mean(of_file[baseline.name, t]["f1d"] for of_file in scores.values()) for t in baseline.thresholds
    }
    return max(means, key=means.__getitem__)


def _ours(scorer: Scorer, path: Path, folder: Path) -> Score:
    """The product as it is, by `freshet replay`'s way."""
    posts, alerts = folder / "posts.jsonl", folder / "alerts.jsonl"
    write_posts((post for post, _ in posts_of(scorer, path)), posts)
    with alerts.open("wb") as lines:
        for decision in Replay(wiring.detection(load())).run([str(posts)]):
            lines.writelines(codec.encode_alert(alert) + b"\n" for alert in decision.alerts)
    return scorer.score(str(path), str(alerts))


def _tried(scorer: Scorer, path: Path, folder: Path) -> dict[tuple[str, float], Score]:
    """The scores of every baseline at every threshold."""
    settings = wiring.detection(load(topics={"partitions": 1}))
    posts = [post for post, _ in posts_of(scorer, path)]
    scored = [_scored(moment, settings.count.evidence_posts) for moment in moments(posts, settings)]
    found = {}
    for at, baseline in enumerate(BASELINES):
        for threshold in baseline.thresholds:
            alerts = _alerts([(bucket, cs, scores[at]) for bucket, cs, scores in scored], threshold, posts, settings)
            (folder / "alerts.jsonl").write_text("".join(json.dumps(alert) + "\n" for alert in alerts))
            found[baseline.name, threshold] = scorer.score(str(path), str(folder / "alerts.jsonl"))
    return found


def _scored(moment: Moment, size: int) -> tuple[int, list[Candidate], list[Floats]]:
    """The subjects of a moment with their posts, and every baseline's scores of them."""
    told = samples(moment.found, moment.places, size)
    rows = zip(moment.keys.tolist(), moment.observed.tolist(), told, strict=True)
    candidates = [Candidate(key, int(n), 0.0, 0.0, 0.0, posts, len(posts)) for key, n, posts in rows]
    return moment.bucket, candidates, [baseline.score(moment) for baseline in BASELINES]


def _alerts(
    scored: Iterable[tuple[int, list[Candidate], Floats]],
    threshold: float,
    posts: Sequence[Post],
    settings: pipeline.Settings,
) -> Iterator[dict[str, Any]]:
    """As the scorer reads them: the groups over a threshold that are news."""
    bucket_s = settings.read.bucket_s
    stories = Stories(round(settings.decide.trend_memory_s / bucket_s))
    for bucket, candidates, scores in scored:
        loud = [
            Candidate(c.key, c.observed, 0.0, round(score, 6), 0.0, c.posts, c.total)
            for c, score in zip(candidates, scores.tolist(), strict=True)
            if score > threshold
        ]
        for group in stories.step(bucket, loud):
            yield {
                "alert_id": f"{bucket}-{group[0].key}",
                "kind": "trend",
                "action": "fired",
                "detected_at": datetime.fromtimestamp((bucket + 1) * bucket_s, UTC).isoformat(),
                "evidence": {
                    "post_ids": [posts[offset].post_id for _, offset in evidence(group, settings.count.evidence_posts)]
                },
            }
