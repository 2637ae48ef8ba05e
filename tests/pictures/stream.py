"""What the pictures of the page show: a made-up stream up to a moment, and what detection tells of it."""

import json
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.processes import freshet

START = datetime(2025, 6, 2, tzinfo=UTC)
MOMENT = "2025-06-05T08:10"
"""One trend is large and rising, one is doubtful, some are over their peak."""

HOURS = 100
MADE = ("--hours", str(HOURS), "--seed", "11", "--posts-per-hour", "300", "--start", START.isoformat())

PATIENCE_S = 1800.0
"""How long detection may take on a busy machine, seconds."""

SLOW_FROM_H = 45
SLOW_A_DAY = 0.12 * 24
"""People an hour more, each day, who speak of what grows slowly: no hour and no six of them stand out."""

WORDS = ("old", "jeans", "patch", "needle", "tea", "table", "sunday", "thread", "friends", "quiet", "cotton", "sleeve")


class Told(NamedTuple):
    """Records as they lie on their topics, in order; a trend's value is None where it was forgotten."""

    alerts: list[bytes]
    trends: list[tuple[str, bytes | None]]
    figures: list[bytes]


def told(folder: Path) -> Told:
    """Make the stream and run detection over it: about a minute."""
    env = os.environ
    names = [str(folder / f"{name}.jsonl") for name in ("posts", "engagements", "slow", "alerts", "trends", "kpis")]
    posts, engagements, slow, alerts, trends, kpis = names
    freshet("generate", *MADE, "--posts", posts, "--engagements", engagements, env=env)
    Path(slow).write_text("".join(f"{json.dumps(post)}\n" for post in slowly()))
    for name in (posts, engagements, slow):
        _cut(Path(name))
    freshet(
        "replay",
        posts,
        engagements,
        slow,
        "--alerts",
        alerts,
        "--trends",
        trends,
        "--kpis",
        kpis,
        env=env,
        within_s=PATIENCE_S,
    )
    return Told(_lines(alerts), [_of_trend(line) for line in _lines(trends)], _lines(kpis))


def slowly() -> Iterator[dict[str, object]]:
    """A few more people each hour, for two days, who speak of mending their clothes together."""
    rng, due, n = random.Random(5), 0.0, 0
    for hour in range(HOURS):
        due += 0.3 + max(0, hour - SLOW_FROM_H) * SLOW_A_DAY / 24
        people, due = int(due), due - int(due)
        for i in range(people):
            n += 1
            at = START + timedelta(hours=hour, minutes=(i + 0.5) * 60 / people)
            yield {
                "post_id": f"pm{n:013x}",
                "created_at": at.isoformat(),
                "creator_id": f"m{n}",
                "platform": rng.choice(["instagram", "instagram", "tiktok", "youtube"]),
                "text": " ".join([*rng.sample(WORDS, 5), "at our mending circle #MendingCircle"]),
                "language": "en",
                "followers": rng.choice([800, 3_000, 9_000, 40_000]),
                "communities": ["second_hand" if rng.random() < 0.8 else "home"],
            }


def _cut(path: Path) -> None:
    """Leave out what comes after the moment."""
    kept = []
    for line in path.read_text().splitlines(keepends=True):
        record = json.loads(line)
        if (record.get("deleted_at") or record.get("at") or record["created_at"]) >= MOMENT:
            break
        kept.append(line)
    path.write_text("".join(kept))


def _lines(name: str) -> list[bytes]:
    return Path(name).read_bytes().splitlines()


def _of_trend(line: bytes) -> tuple[str, bytes | None]:
    record = json.loads(line)
    return (record["key"], None) if "tombstone" in record else (record["trend_id"], line)
