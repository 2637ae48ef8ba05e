"""COUNT adds up what all sources say of each segment: its people, how many wrote when, and whether it may be told."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.order import Numbers
from detectors.counts.runs import Run
from detectors.counts.segment_table import LEAST_PEOPLE, MAX_SEGMENTS, segment_hash
from detectors.trends.gamma_poisson import Floats

WHOLE = 0.9
"""A segment with this share of all people is none: what is new there is new everywhere."""


class Segment(msgspec.Struct):
    """What is known of a segment.

    Attributes:
        people: creators of each source's last day, at most LEAST_PEOPLE of each, and when it was told.
        recent: (bucket, creators) of the window.
        sums: creators of the buckets of this generation, of the one before, and decayed of the older ones.
        began: since when its pairs are counted without a gap; None: they are not.
        told: when DECIDE was last told that it has people enough.
    """

    name: str
    people: dict[int, tuple[int, int]] = {}
    recent: list[tuple[int, int]] = []
    sums: list[float] = msgspec.field(default_factory=lambda: [0.0, 0.0, 0.0])
    began: int | None = None
    told: int | None = None


class Told(NamedTuple):
    """Segments that may be told of. `people` is the sum over the window's buckets, `past` that of the decayed past.

    Shapes: hashes u4[s], sorted; people f8[s]; past f8[s].
    """

    hashes: Numbers
    people: Floats
    past: Floats


class SegmentsState(msgspec.Struct, frozen=True, array_like=True):
    """All segments by hash, and the generation."""

    known: dict[int, Segment]
    generation: int | None


class Segments:
    """The segments that runs have told of.

    Args:
        window: buckets of the window, and of a generation.
        day: buckets after which people no longer count; a segment without any is forgotten.
        warm_up: buckets for which its pairs must have been counted before anything new is told of it.
        decay: what the past is worth after a generation.
    """

    def __init__(self, *, window: int, day: int, warm_up: int, decay: float) -> None:
        self._window, self._day, self._warm_up, self._decay = window, day, warm_up, decay
        self._known: dict[int, Segment] = {}
        self._generation: int | None = None
        self.refused = 0
        """Times that a segment was told for which there was no more room."""

    def learn(self, bucket: int, runs: Iterable[Run]) -> int:
        """Take the tables of the runs of a tick -> by how many generations time has moved on."""
        passed = self._pass(bucket)
        brought: dict[int, int] = {}
        for run in runs:
            if run.segments is None:
                continue
            voices = np.frombuffer(run.segments.voices, "<u4").tolist()
            people = np.frombuffer(run.segments.people, np.uint8).tolist()
            for name, count, least in zip(run.segments.names, voices, people, strict=True):
                segment = self._segment(name)
                if segment is not None:
                    segment.people[run.source] = (least, run.bucket)
                    brought[segment_hash(name)] = brought.get(segment_hash(name), 0) + count
        for key, count in brought.items():
            self._known[key].recent.append((bucket, count))
            self._known[key].sums[0] += count
        return passed

    def counted(self, bucket: int, everyone: float) -> Numbers:
        """The segments whose pairs are to be counted: those of people enough that are not nearly everybody. Sorted.

        Args:
            everyone: people of all, the sum over the window's buckets.
        """
        for segment in self._known.values():
            if self.people(segment, bucket) >= WHOLE * everyone:
                segment.began = None
            elif segment.began is None and self._populous(segment, bucket):
                segment.began = bucket
                segment.sums = [float(sum(n for b, n in segment.recent if b == bucket)), 0.0, 0.0]  # as its pairs'
        return np.array(sorted(k for k, s in self._known.items() if s.began is not None), np.uint32)

    def told(self, bucket: int) -> Told:
        """Those of which something new may be told."""
        chosen = sorted((k, s) for k, s in self._known.items() if self._ready(s, bucket))
        people = np.array([self.people(s, bucket) for _, s in chosen], np.float64)
        past = np.array([sum(s.sums) for _, s in chosen], np.float64) - people
        return Told(np.array([k for k, _ in chosen], np.uint32), people, np.maximum(past, 0.0))

    def populous(self, bucket: int) -> tuple[str, ...]:
        """Names of segments that wrote in this bucket and have people enough, each once a window."""
        names = []
        for segment in self._known.values():
            fresh = bool(segment.recent) and segment.recent[-1][0] == bucket
            due = segment.told is None or segment.told <= bucket - self._window
            if fresh and due and self._populous(segment, bucket):
                segment.told = bucket
                names.append(segment.name)
        return tuple(sorted(names))

    def name(self, key: int, bucket: int) -> str | None:
        """The name of a segment, if it has people enough to be told."""
        segment = self._known.get(key)
        return segment.name if segment and self._populous(segment, bucket) else None

    def people(self, segment: Segment, bucket: int) -> float:
        """Creators of the window's buckets added up."""
        return float(sum(n for b, n in segment.recent if b > bucket - self._window))

    def snapshot(self) -> bytes:
        """All it remembers."""
        return msgspec.msgpack.encode(SegmentsState(self._known, self._generation))

    def restore(self, data: bytes) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(data, type=SegmentsState)
        self._known, self._generation = state.known, state.generation

    def _segment(self, name: str) -> Segment | None:
        key = segment_hash(name)
        segment = self._known.get(key)
        if segment is None and len(self._known) < MAX_SEGMENTS:
            segment = self._known[key] = Segment(name)
        if segment is None:
            self.refused += 1
        return segment

    def _populous(self, segment: Segment, bucket: int) -> bool:
        """Has it people enough: a creator is always of one source, so the sources' people add up."""
        return sum(n for n, told in segment.people.values() if told > bucket - self._day) >= LEAST_PEOPLE

    def _ready(self, segment: Segment, bucket: int) -> bool:
        warm = segment.began is not None and bucket - segment.began >= self._warm_up
        return warm and self._populous(segment, bucket)

    def _pass(self, bucket: int) -> int:
        """Let time pass: generations move on, what is out of the window or of the day is let go of."""
        generation = bucket // self._window
        passed = 0 if self._generation is None else generation - self._generation
        self._generation = generation
        for key, segment in list(self._known.items()):
            segment.recent = [one for one in segment.recent if one[0] > bucket - self._window]
            for _ in range(min(passed, 2)):
                new, old, older = segment.sums
                segment.sums = [0.0, new, older * self._decay + old]
            segment.sums[2] *= self._decay ** max(0, passed - 2)
            if passed and all(told <= bucket - self._day for _, told in segment.people.values()):
                del self._known[key]
        return passed
