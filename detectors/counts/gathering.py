"""Which bucket is complete: waits for the runs of every source, each run once, and for no source for ever.

It sees only the runs topic: the same log gives the same answers, whoever reads it and when.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from detectors.counts.runs import Run, StreamName
from detectors.errors import DetectorError

PATIENCE_BEATS = 2
"""Beats of an idle source after which a complete bucket is decided without it: one may come at once, two lie apart."""


class Told(NamedTuple):
    """A run, and its offset in the log of runs."""

    offset: int
    run: Run


class MemberState(msgspec.Struct, frozen=True, array_like=True):
    """A source in a snapshot; `voices` are (bucket, voices), `pieces` the offsets of a run that is not yet whole."""

    closed: int | None
    voices: list[tuple[int, int]]
    dry: bool
    beats: int
    pieces: list[int]


class GatheringState(msgspec.Struct, frozen=True):
    """What is gathered, in a snapshot; `waiting` are the offsets of whole runs that no bucket has used yet."""

    members: list[MemberState]
    waiting: list[int]
    next: int | None
    asked: bool


class Member:
    """One source as COUNT knows it."""

    def __init__(self) -> None:
        self.closed: int | None = None
        self.voices: dict[int, int] = {}
        self.dry = False
        self.beats = 0
        self.pieces: list[Told] = []

    def snapshot(self) -> MemberState:
        """As plain numbers."""
        pieces = [told.offset for told in self.pieces]
        return MemberState(self.closed, sorted(self.voices.items()), self.dry, self.beats, pieces)

    def restore(self, state: MemberState, runs: Mapping[int, Run]) -> None:
        """Go on from a snapshot, given the runs that it names, by offset."""
        self.closed, self.dry, self.beats = state.closed, state.dry, state.beats
        self.voices = dict(state.voices)
        self.pieces = [Told(offset, runs[offset]) for offset in state.pieces]

    @property
    def absent(self) -> bool:
        """Silent for so long, while others waited, that it is not waited for."""
        return self.beats >= PATIENCE_BEATS

    def people(self, bucket: int, window: int) -> int:
        """Voices that it told of the window that ends with `bucket`, whatever it has told of later ones since."""
        told = sorted(b for b in self.voices if b <= bucket)
        for older in told[:-1]:
            del self.voices[older]
        return self.voices[told[-1]] if told and told[-1] > bucket - window else 0


class Bucket(NamedTuple):
    """A complete bucket: its runs in a fixed order, and the people of the window.

    Attributes:
        offsets: where its runs stand in the log of runs.
        absent: sources that were not waited for.
        skipped: buckets left out before it.
    """

    bucket: int
    runs: list[Run]
    offsets: list[int]
    voices: int
    absent: int
    skipped: int = 0


class Gathering:
    """The runs of all sources, waiting for the next complete bucket.

    Args:
        partitions: source partitions of each stream. >= 1.
        window: buckets of the window, after which a source's people no longer count.
    Raises: DetectorError if a run comes from a stream with another number of partitions, or a piece is missing.
    """

    def __init__(self, *, partitions: int, window: int) -> None:
        self._partitions = partitions
        self._window = window
        streams: tuple[StreamName, ...] = ("posts", "engagements")
        self._members = {(stream, source): Member() for stream in streams for source in range(partitions)}
        self._runs: dict[int, list[Told]] = {}
        self._next: int | None = None
        self._asked = False
        self.tally: Counter[str] = Counter()
        """Runs by what became of them: used, repeated, gap."""

    def add(self, run: Run, offset: int) -> None:
        """Take a run or an idle mark, at its offset in the log; a run that was told before changes nothing."""
        if run.partitions != self._partitions:
            raise DetectorError(
                f"partitions={run.partitions} in a run of {run.stream}-{run.source}: this worker has"
                f" {self._partitions}; the number of partitions is fixed at creation"
            )
        member = self._members[run.stream, run.source]
        if run.bucket < run.since:
            self._mark(member, run)
        elif member.closed is not None and run.bucket <= member.closed:
            self.tally["repeated"] += 1
        else:
            self._piece(member, Told(offset, run))
        if run.idle and all(m.dry for m in self._members.values()) and not self._ahead():
            for m in self._members.values():
                m.beats = 0

    def complete(self, *, skip: bool = False) -> Bucket | None:
        """The next bucket if all have told it, or None. Call until None.

        Args:
            skip: leave out buckets without any run, as in a long silence.
        """
        bucket = self._upcoming()
        if bucket is None:
            return None
        ahead = [m for m in self._members.values() if m.closed is not None and m.closed >= bucket]
        behind = [m for m in self._members.values() if m.closed is None or m.closed < bucket]
        if not ahead:
            return None
        if not self._asked:
            self._asked = True
            for m in behind:
                m.beats = m.beats if m.absent else 0
        if not all(m.absent for m in behind):
            return None
        skipped = max(0, min(self._runs, default=bucket) - bucket) if skip else 0
        bucket += skipped
        self._next, self._asked = bucket + 1, False
        told = [b for b in self._runs if b <= bucket]
        due = [one for b in told for one in self._runs.pop(b)]
        due.sort(key=lambda one: (one.run.stream, one.run.source, one.run.bucket, one.run.piece))
        people = sum(m.people(bucket, self._window) for m in self._members.values())
        return Bucket(bucket, [one.run for one in due], [one.offset for one in due], people, len(behind), skipped)

    def snapshot(self) -> GatheringState:
        """What is gathered, as plain numbers: the runs themselves are in the log."""
        waiting = sorted(told.offset for runs in self._runs.values() for told in runs)
        return GatheringState([m.snapshot() for m in self._members.values()], waiting, self._next, self._asked)

    def restore(self, state: GatheringState, runs: Mapping[int, Run]) -> None:
        """Go on from a snapshot, given the runs that it names, by offset."""
        for member, saved in zip(self._members.values(), state.members, strict=True):
            member.restore(saved, runs)
        self._next, self._asked = state.next, state.asked
        for offset in state.waiting:
            self._runs.setdefault(runs[offset].bucket, []).append(Told(offset, runs[offset]))

    def _mark(self, member: Member, run: Run) -> None:
        member.dry = run.idle
        if not run.idle:
            member.beats = 0
        elif self._ahead():
            member.beats += 1

    def _piece(self, member: Member, told: Told) -> None:
        run = told.run
        if run.piece < len(member.pieces):
            self.tally["repeated"] += 1
            return
        if run.piece > len(member.pieces):
            raise DetectorError(
                f"piece={run.piece} of bucket {run.bucket} of {run.stream}-{run.source}:"
                f" {len(member.pieces)} was expected"
            )
        member.pieces.append(told)
        if len(member.pieces) < run.pieces:
            return
        if member.closed is not None and run.since > member.closed + 1:
            self.tally["gap"] += 1
        self._runs.setdefault(run.bucket, []).extend(member.pieces)
        member.pieces = []
        member.closed, member.dry = run.bucket, run.idle
        member.voices[run.bucket] = run.voices
        if not run.idle:
            member.beats = 0
        self.tally["used"] += 1

    def _ahead(self) -> bool:
        """Is any source past the next bucket?"""
        bucket = self._upcoming()
        return bucket is not None and any(m.closed is not None and m.closed >= bucket for m in self._members.values())

    def _upcoming(self) -> int | None:
        return self._next if self._next is not None else min(self._runs, default=None)
