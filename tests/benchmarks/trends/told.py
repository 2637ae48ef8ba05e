"""What the product tells of any streams, alerts as they read: for streams without labels, to be read by a person."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config.settings import load
from streams import wiring
from streams.replay import Replay

AS_THEY_READ = 3


def table(files: Sequence[Path]) -> Iterator[str]:
    """Every file, posts in the input contract's format; each fired alert a line, the largest in words."""
    for path in files:
        replay = Replay(wiring.detection(load()))
        alerts = [a for decision in replay.run([str(path)]) for a in decision.alerts if a.action == "fired"]
        yield f"### {path.name}: {replay.tally['post']:,} posts, {len(alerts)} alerts\n"
        yield "| detected | about | observed | expected | surprise | members |"
        yield "|---|---|--:|--:|--:|---|"
        for a in alerts:
            members = ", ".join(member.label for member in a.members[:5])
            expected = "" if a.expected is None else f"{a.expected:.1f}"
            surprise = "" if a.surprise is None else f"{a.surprise:.1f}"
            yield (
                f"| {a.detected_at:%Y-%m-%d %H:%M} | {a.subject.label} | {a.observed:.0f} | {expected} | {surprise} |"
                f" {members} |"
            )
        yield ""
        for a in sorted(alerts, key=lambda a: (-a.observed, a.alert_id))[:AS_THEY_READ]:
            yield f"> {a.explanation.en if a.explanation else a.subject.label}\n"
