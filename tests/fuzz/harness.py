"""Takes doubtful records through the reader as the worker does, and sees that each has exactly one outcome.

What fails is told as FuzzError, with the seed and the life that show it again.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from config.settings import load
from detectors import pipeline
from detectors.counts import runs
from detectors.stages.engagements import EngagementChunk
from detectors.stages.posts import PostChunk
from detectors.stages.readers import Readers
from detectors.stages.source import Outgoing
from streams import codec, keys, wiring
from streams.codec import Decoded
from streams.dead_letters import dead_letter
from tests.fuzz.lives import RECORDS, Life, Part, Raw, parts

OUTCOMES = ("read", "late", "too_late", "duplicate", "unknown_delete")
"""What becomes of a readable record: exactly one of these, in the reader's tally."""

ASIDE = frozenset({"unmarked", "unknown_post"})
"""What the tally counts beside the outcomes."""


RESTART = 50
"""Chunks after which the reader goes on from a snapshot of itself."""


class FuzzError(Exception):
    """The reader broke its promise."""


class Reader(NamedTuple):
    """What is tried. Tests put a broken one here."""

    decode_posts: Callable[[Sequence[Raw]], Decoded[Any]] = codec.decode_posts
    decode_engagements: Callable[[Sequence[Raw]], Decoded[Any]] = codec.decode_engagements
    readers: Callable[[int, pipeline.Settings], Readers] = pipeline.readers


class Ledger:
    """What became of all records."""

    def __init__(self) -> None:
        self.decoded: Counter[tuple[str, str]] = Counter()
        """By stream and mutation."""
        self.refused: Counter[tuple[str, str, str]] = Counter()
        """By stream, mutation and reason."""
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """Decoded ones by stream and outcome."""
        self.aside: Counter[str] = Counter()
        self.runs = 0
        """Runs that READ sent."""

    @property
    def mutated(self) -> int:
        """Records that were not left as they were."""
        told = [(key[1], n) for counts in (self.decoded, self.refused) for key, n in counts.items()]
        return sum(n for mutation, n in told if mutation != "untouched")

    @property
    def total(self) -> int:
        """All records."""
        return self.decoded.total() + self.refused.total()


def live(life: Life, reader: Reader, ledger: Ledger, size: int = RECORDS) -> None:
    """Take all records of a life through a reader of its own. Raises FuzzError."""
    trial = Trial(life, reader, ledger)
    for number, part in enumerate(parts(life, size)):
        try:
            trial.take(part)
            if number % RESTART == RESTART - 1:
                trial.restart()
        except Exception as error:
            where = f"chunk {number} ({part.stream})"
            raise _told(life, where, error, trial.culprit(part)) from error
    try:
        trial.finish()
    except Exception as error:
        raise _told(life, "its end", error) from error


def _told(life: Life, where: str, error: Exception, culprit: str = "") -> FuzzError:
    return FuzzError(f"seed {life.seed}, life {life.number}, {where}: {type(error).__name__}: {error}{culprit}")


class Trial:
    """The reader of one partition over one life."""

    def __init__(self, life: Life, reader: Reader, ledger: Ledger) -> None:
        known = wiring.detection(load(detection={"words": life.words}))
        settings = dataclasses.replace(known, partitions=life.partitions)
        self._reader = reader
        self._make = partial(reader.readers, life.partition, settings)
        self._readers = self._make()
        self._ledger = ledger

    def take(self, part: Part) -> None:
        """Read a chunk, and count what became of each record."""
        decoded = self._decode(part)
        for index, refused in decoded.refused:
            raw = part.records[index]
            dead_letter(raw, refused.reason, refused.message, "read")
            self._ledger.refused[part.stream, raw.mutation, refused.reason] += 1
        self._ledger.decoded.update((part.stream, part.records[i].mutation) for i in decoded.indexes)
        self._step(part, decoded)

    def restart(self) -> None:
        """Go on from a snapshot: whatever was read must fit into one."""
        parts = self._readers.snapshot()
        self._readers = self._make()
        self._readers.restore(parts)

    def finish(self) -> None:
        """Close all buckets: what is kept open must be sendable too."""
        self._send([*self._readers.posts.finish(), *self._readers.engagements.finish()])
        self._count("engagements", self._readers.engagements.tally, 0)

    def culprit(self, part: Part) -> str:
        """The first record of a chunk that decoding alone trips over, as far as one does."""
        for raw in part.records:
            try:
                self._decode(Part(part.stream, [raw]))
            except Exception:  # noqa: BLE001 - whatever it is, it is told already
                return f"\n{raw.mutation}: {raw.value!r:.2000}"
        return ""

    def _decode(self, part: Part) -> Decoded[Any]:
        decode = self._reader.decode_posts if part.stream == "posts" else self._reader.decode_engagements
        decoded = decode(part.records)
        places = sorted([*decoded.indexes, *(index for index, _ in decoded.refused)])
        if places != list(range(len(part.records))) or len(decoded.indexes) != len(decoded.records):
            raise FuzzError(f"{len(part.records)} records were decoded or refused as {places}")
        return decoded

    def _step(self, part: Part, decoded: Decoded[Any]) -> None:
        good = [part.records[i] for i in decoded.indexes]
        offsets = np.fromiter((raw.offset for raw in good), np.int64, len(good))
        kafka_at = np.fromiter((codec.kafka_time(raw.timestamp) for raw in good), np.float64, len(good))
        readers = self._readers
        if part.stream == "posts":
            for post in decoded.records:
                keys.post_key(post)
            self._send(readers.posts.step(PostChunk(decoded.records, offsets, kafka_at)))
            self._send(readers.engagements.release())
        else:
            for engagement in decoded.records:
                keys.engagement_key(engagement)
            self._send(readers.engagements.step(EngagementChunk(decoded.records, offsets, kafka_at)))
        self._count(
            part.stream, readers.posts.tally if part.stream == "posts" else readers.engagements.tally, len(good)
        )

    def _count(self, stream: str, tally: Counter[str], wanted: int) -> None:
        told = {name: n for name, n in tally.items() if name in OUTCOMES and n}
        unknown = set(tally) - set(OUTCOMES) - ASIDE
        if unknown or sum(told.values()) != wanted or min(told.values(), default=0) < 0:
            raise FuzzError(f"{wanted} readable {stream} had the outcomes {dict(tally)}")
        self._ledger.outcomes.update({(stream, name): n for name, n in told.items()})
        self._ledger.aside.update({name: n for name, n in tally.items() if name in ASIDE})
        tally.clear()

    def _send(self, out: Iterable[Outgoing]) -> None:
        for _, run in out:
            runs.decode(runs.encode(run))
            self._ledger.runs += 1
