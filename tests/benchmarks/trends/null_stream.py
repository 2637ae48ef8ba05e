"""False alerts a day of the product, with its defaults, on streams from which every labelled event was taken out."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from config.settings import load
from detectors.model.alerts import Alert
from streams import wiring
from streams.replay import Replay
from tests.benchmarks.trends.labelled import Scorer, posts_of, write_posts

WARM_UP = timedelta(days=1)
"""Alerts of the first day do not count, as for the scorer."""


def table(scorer: Scorer, files: Sequence[Path], folder: Path) -> Iterator[str]:
    """Every file; the table, line by line as it comes, and what was told."""
    yield "| without its events | posts | days | false trend alerts | a day | series alerts, a day |"
    yield "|---|" + "--:|" * 5
    told: list[Alert] = []
    for path in files:
        line, trends = _line(scorer, path, folder)
        yield line
        told += trends
    yield ""
    for alert in told:
        yield f"- {alert.detected_at:%m-%d %H:%M} {alert.explanation.en if alert.explanation else alert.subject.label}"


def _line(scorer: Scorer, path: Path, folder: Path) -> tuple[str, list[Alert]]:
    posts = [post for post, of_event in posts_of(scorer, path) if not of_event]
    times = [post.created_at for post in posts if post.created_at]
    folder.mkdir(parents=True, exist_ok=True)
    write_posts(posts, folder / "posts.jsonl")
    decisions = Replay(wiring.detection(load())).run([str(folder / "posts.jsonl")])
    alerts = [a for decision in decisions for a in decision.alerts if a.detected_at >= times[0] + WARM_UP]
    trends = [alert for alert in alerts if (alert.kind, alert.action) == ("trend", "fired")]
    series = sum(alert.kind == "kpi_anomaly" and alert.action == "fired" for alert in alerts)
    days = (times[-1] - times[0] - WARM_UP) / timedelta(days=1)
    cells = (path.name.split(".")[0], f"{len(posts):,}", f"{days:.1f}", str(len(trends)))
    return f"| {' | '.join(cells)} | **{len(trends) / days:.2f}** | {series / days:.1f} |", trends
