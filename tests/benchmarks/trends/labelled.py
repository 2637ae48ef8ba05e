"""Streams with labelled events, which are no part of the project: a scorer, given by its path, knows their format."""

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, cast

from detectors.model.posts import Post


class Scorer(Protocol):
    """What a scorer's module offers."""

    def rows(self, path: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Post id and row (at, author, text, event or None) of each post of a file, in order."""
        ...

    def instant(self, text: str) -> datetime:
        """A row's time."""
        ...

    def score(self, path: str, alerts_path: str) -> dict[str, Any]:
        """Scores (f1d, duplicates, delay_min_median, false, false_per_day, ...) of alerts, one JSON object a line."""
        ...


def scorer_at(path: Path) -> Scorer:
    """Load a scorer."""
    spec = importlib.util.spec_from_file_location("given_scorer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"--scorer is {path}: it must be a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return cast("Scorer", module)


def posts_of(scorer: Scorer, path: Path) -> Iterator[tuple[Post, bool]]:
    """The posts of a file, and whether each belongs to a labelled event."""
    for post_id, row in scorer.rows(str(path)):
        at = scorer.instant(row["at"])
        post = Post(post_id=post_id, creator_id=row["author"], platform="twitter", created_at=at, text=row["text"])
        yield post, bool(row["event"])


def write_posts(posts: Iterable[Post], path: Path) -> None:
    """Posts in the input contract's format."""
    with path.open("w", encoding="utf-8") as lines:
        for post in posts:
            record = {
                "post_id": post.post_id,
                "created_at": post.created_at.isoformat() if post.created_at else None,
                "creator_id": post.creator_id,
                "platform": post.platform,
                "text": post.text,
            }
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
