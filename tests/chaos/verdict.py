"""Compares what came out of a run with the truth, and with a reference run. It may name differences, never forgive."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from detectors.counts.ticks import Candidate, Tick
from tests.chaos.clock import bucket_of, seconds
from tests.chaos.knowledge import Knowledge, key_of
from tests.chaos.placing import unplaced

Alert = dict[str, Any]

TOLD = 4
"""Differences of each kind that are written out; all are counted."""

DELIVERED = ("arrived", "overdue", "compared", "jumped", "measured", "bridged")
"""Sums that say how platforms deliver: the brute force knows what is true, not with which bucket it came. They are
compared with those of the uninterrupted run, as all that a tick holds."""


class Differences:
    """What is not as it should be, by kind, with examples."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.examples: list[str] = []
        self._told: Counter[str] = Counter()

    def add(self, kind: str, example: str, times: int = 1) -> None:
        """Note a difference."""
        self.count[kind] += times
        self._told[kind] += 1
        if self._told[kind] <= TOLD:
            self.examples.append(f"{kind}: {example}")


class Outcome(NamedTuple):
    """What a run gave: every tick and alert as read from the topics, repeated ones included, in order."""

    ticks: Sequence[Tick]
    alerts: Sequence[Alert]


def once_each(ticks: Iterable[Tick], found: Differences) -> dict[tuple[int, int], Tick]:
    """The first tick of each bucket and partition; those that come again must be equal, their Kafka time aside."""
    first: dict[tuple[int, int], Tick] = {}
    for tick in ticks:
        bare = msgspec.structs.replace(tick, kafka_at=0.0)
        if first.setdefault((tick.bucket, tick.partition), bare) != bare:
            found.add("tick told again differently", f"bucket {tick.bucket} of {tick.partition}")
    return first


def alerts_by_id(alerts: Iterable[Alert], found: Differences) -> dict[str, Alert]:
    """Each alert once; those that come again must be equal, their trace aside."""
    first: dict[str, Alert] = {}
    for alert in alerts:
        bare = {name: value for name, value in alert.items() if name != "trace"}
        if first.setdefault(alert["alert_id"], bare) != bare:
            found.add("alert told again differently", f"{said(bare)}; first {said(first[alert['alert_id']])}")
    return first


def against_truth(outcome: Outcome, truth: Knowledge) -> Differences:
    """Every closed bucket and every alert against the brute force."""
    found = Differences()
    ticks = once_each(outcome.ticks, found)
    for bucket in truth.ticks:
        told = [tick for n in range(truth.partitions) if (tick := ticks.get((bucket, n)))]
        if len(told) < truth.partitions:
            found.add("tick missing", f"bucket {bucket}: {len(told)} of {truth.partitions}")
            continue
        _sums(bucket, told, truth, found)
        _subjects(bucket, told, truth, found)
    for alert in alerts_by_id(outcome.alerts, found).values():
        _observed(alert, truth, found)
    return found


def against(outcome: Outcome, reference: Outcome, ticks: range, *, offsets: bool = True) -> Differences:
    """Every closed bucket and every alert against another run of the same records.

    Args:
        offsets: whether posts stand at the same offsets in both runs; else these are not compared.
    """
    found = Differences()
    bare = list if offsets else unplaced
    ours, theirs = (once_each(bare(o.ticks), Differences()) for o in (outcome, reference))
    for number in sorted(theirs):
        if number[0] in ticks and ours.get(number) != theirs[number]:
            found.add("tick differs from the reference", f"bucket {number[0]} of {number[1]}")
    mine, others = (within(alerts_by_id(o.alerts, Differences()), ticks) for o in (outcome, reference))
    for missing in others.keys() - mine.keys():
        found.add("alert missing", said(others[missing]))
    for extra in mine.keys() - others.keys():
        found.add("alert extra", said(mine[extra]))
    for both in mine.keys() & others.keys():
        if mine[both] != others[both]:
            found.add("alert differs", f"{said(mine[both])}; reference {said(others[both])}")
    return found


def within(alerts: Mapping[str, Alert], ticks: range) -> dict[str, Alert]:
    """The alerts of these ticks; the records that close the stream may lead to more, of later ones."""
    return {number: alert for number, alert in alerts.items() if tick_of(alert) in ticks}


def tick_of(alert: Alert) -> int:
    """The bucket whose closing raised an alert."""
    return bucket_of(seconds(alert["detected_at"])) - 1


def said(alert: Alert) -> str:
    """An alert in few words."""
    names = ("detected_at", "kind", "action", "observed", "state")
    return f"{alert['alert_id']} {json.dumps(alert['subject'])} {[alert[name] for name in names]}"


def _sums(bucket: int, told: Sequence[Tick], truth: Knowledge, found: Differences) -> None:
    """Posts, people and engagements: what is missing was lost, what is too much counted twice."""
    sums: Counter[str] = Counter()
    for tick in told:
        sums.update(tick.series)
    wanted = truth.series(bucket)
    compared = (name for name in sums.keys() | wanted.keys() if not name.startswith(DELIVERED))
    for name in sorted(compared):
        less = wanted[name] - sums[name]
        kind = "lost" if less > 0 else "double"
        example = f"bucket {bucket}, {name}: {sums[name]}, true are {wanted[name]}"
        if less and name.endswith("|all"):
            found.add(kind, example, abs(less))
        elif less:
            found.add(f"{kind} in a scope", example)
    people = max(1, truth.people(bucket))
    for tick in told:
        if tick.exposure != people:
            found.add("people", f"bucket {bucket} of {tick.partition}: {tick.exposure}, true are {people}")


def _subjects(bucket: int, told: Sequence[Tick], truth: Knowledge, found: Differences) -> None:
    named: dict[int, Candidate] = {c.key: c for tick in told for c in tick.candidates}
    for key, candidate in named.items():
        subject = truth.subject(key)
        if subject is None:
            found.add("unknown subject", f"bucket {bucket}: {key:016x}")
            continue
        true = truth.measured(subject, bucket).voices
        if candidate.observed != true:
            found.add("voices", f"bucket {bucket}, {subject}: {candidate.observed}, true are {true}")
        longer = truth.measured_long(subject, bucket).voices
        if candidate.long is not None and candidate.long.observed != longer:
            found.add("voices", f"bucket {bucket}, {subject}, long: {candidate.long.observed}, true are {longer}")
    for subject in truth.must_name(bucket):
        if key_of(subject) not in named:
            found.add("subject not named", f"bucket {bucket}, {subject}: {truth.measured(subject, bucket)}")
        elif subject in truth.must_name_long(bucket) and named[key_of(subject)].long is None:
            found.add("long window not told", f"bucket {bucket}, {subject}: {truth.measured_long(subject, bucket)}")


def _observed(alert: Alert, truth: Knowledge, found: Differences) -> None:
    tick = bucket_of(seconds(alert["window"]["end"])) - 1  # what is no longer told is over some buckets later
    if tick not in truth.ticks:
        return
    subject = alert["subject"]
    if subject["kind"] == "post":
        return  # the brute force knows no single posts: those are compared with the replay
    if subject["kind"] != "series":
        true = float(truth.measured((subject["kind"], subject["id"]), tick).voices)
    elif alert["action"] == "fired" and alert["kind"] == "kpi_anomaly":
        first = bucket_of(seconds(alert["window"]["start"]))
        true = float(sum(truth.series(bucket)[subject["id"]] for bucket in range(first, tick + 1)))
    else:
        return
    if alert["observed"] != true:
        found.add("alert's figure", f"{said(alert)}: true are {true}")
