"""The odd figures of one tick put together, one group for each thing that happened. Remembers nothing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from detectors.anomalies.anomaly import UP, Change, Direction
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import STRANGE, Verdict

LEADING = ("platform", "campaign", "format", "tier")
"""Which dimension leads where several show the same; what is not listed comes after, `all` last."""
CONTAINED = 2.0
"""A group explains what misses (or gains) at most this many times what the group itself does: at least half is its."""


class Finding(NamedTuple):
    """A series that is not as it should be."""

    series: Series
    verdict: Verdict

    @property
    def direction(self) -> Change:
        """Where it went."""
        more = self.verdict.observed > self.verdict.expected
        if self.verdict.shape:
            return "uneven" if more else "even"
        return "rise" if more else "fall"


class Group(NamedTuple):
    """What happened in one scope, the most surprising measure first, and where else it shows."""

    scope: str
    direction: Direction
    own: tuple[Finding, ...]
    elsewhere: tuple[Finding, ...] = ()

    @property
    def surprise(self) -> float:
        """Of the most surprising of all."""
        return max(finding.verdict.surprise for finding in (*self.own, *self.elsewhere))

    @property
    def series(self) -> tuple[Series, ...]:
        """All of them, the leading one first."""
        return tuple(finding.series for finding in (*self.own, *self.elsewhere))


def odd(verdicts: Mapping[Series, Verdict], *, min_change: float, min_share: float) -> list[Finding]:
    """Those that are strange and matter, in their order.

    Args:
        min_change, min_share: least difference to what was expected, in the measure's unit and as a share of it.
    """
    return [
        Finding(series, verdict)
        for series, verdict in verdicts.items()
        if verdict.surprise >= STRANGE
        and abs(verdict.observed - verdict.expected) >= max(min_change, min_share * verdict.expected)
    ]


def grouped(
    findings: Iterable[Finding], verdicts: Mapping[Series, Verdict], leading: Sequence[str] = LEADING
) -> list[Group]:
    """Findings by scope and direction; a scope whose change is contained in a leading one's joins it.

    `likes|all` falls because `likes|platform:tiktok` does: one group, led by the platform. From the last dimension
    to the first, a group joins those of the first dimension whose changes per bucket in its leading measure,
    together, hold its own.

    Args:
        findings: of one tick.
        verdicts: of every series at that tick, odd or not.
        leading: dimensions, the first leads.
    """
    by_scope: dict[tuple[str, Direction], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (-f.verdict.surprise, f.series)):
        by_scope.setdefault((finding.series.scope, finding.direction), []).append(finding)
    groups = {key: Group(*key, tuple(own)) for key, own in by_scope.items()}
    for key in sorted(groups, key=lambda k: (_rank(k[0], leading), k), reverse=True):
        home = _home(groups[key], groups.values(), verdicts, leading)
        if home is not None:
            joined = groups.pop(key)
            host = groups[home]
            groups[home] = host._replace(elsewhere=(*host.elsewhere, *joined.own, *joined.elsewhere))
    return sorted(groups.values(), key=lambda g: (_rank(g.scope, leading), -g.surprise, g.scope, g.direction))


def contained(finding: Finding, changes: Iterable[float]) -> bool:
    """Whether what this finding misses or gains a bucket is held by these changes a bucket."""
    return abs(change_of(finding.verdict)) <= CONTAINED * abs(sum(changes))


def _home(
    group: Group, groups: Iterable[Group], verdicts: Mapping[Series, Verdict], leading: Sequence[str]
) -> tuple[str, Direction] | None:
    """The group that explains this one, or None."""
    lead, rank = group.own[0], _rank(group.scope, leading)
    hosts: dict[int, dict[tuple[str, Direction], float]] = {}
    for host in groups:
        verdict = verdicts.get(Series(lead.series.measure, host.scope))
        if host.direction == group.direction and _rank(host.scope, leading) < rank and verdict is not None:
            change = change_of(verdict)
            if (change > 0) == (group.direction in UP):
                hosts.setdefault(_rank(host.scope, leading), {})[host.scope, host.direction] = change
    for _, changes in sorted(hosts.items()):
        if contained(lead, changes.values()):
            return max(changes, key=lambda key: (abs(changes[key]), key))
    return None


def change_of(verdict: Verdict) -> float:
    """What a verdict gains or misses, a bucket."""
    return (verdict.observed - verdict.expected) / verdict.span


def _rank(scope: str, leading: Sequence[str]) -> int:
    dimension = scope.partition(":")[0]
    if dimension == "all":
        return len(leading) + 1
    return leading.index(dimension) if dimension in leading else len(leading)
