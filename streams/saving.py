"""Snapshots as the stages take them: opened, due now and then, measured. What lies in Kafka is `state/`'s work."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import structlog

from streams import clock
from streams.commits import Note
from streams.errors import StateError
from streams.metrics import Metrics, Stage
from streams.state.keeper import Keeper
from streams.state.manifest import progress_of
from streams.state.store import Store

log = structlog.get_logger()


class Saver:
    """The snapshots of one partition of one stage.

    Args:
        every_s: seconds between two of them, at least.
    """

    def __init__(self, keeper: Keeper, every_s: float, metrics: Metrics) -> None:
        self._keeper = keeper
        self._every_s = every_s
        self._metrics = metrics
        self._saved_at = clock.monotonic()
        self._broken = False

    @contextmanager
    def step(self) -> Iterator[None]:
        """What changes the state, up to the acknowledgement of what follows: cut short, nothing follows any more.

        A step that failed, or was cancelled at the worker's end, leaves a state that no offset describes.
        """
        self._must_be_whole()
        try:
            yield
        except BaseException:
            self._broken = True
            raise

    @property
    def positions(self) -> Mapping[str, int]:
        """Input topic -> offset of the first record that is in no snapshot yet."""
        return self._keeper.positions

    @property
    def progress(self) -> int:
        """How far the last snapshot reaches."""
        return progress_of(self._keeper.positions)

    def note(self, watermark: float | None = None) -> str:
        """What is kept beside an offset whose commit the last snapshot allows; empty before there is one."""
        return Note(watermark, self.progress).text() if self.positions else ""

    @property
    def broken(self) -> bool:
        """Whether a step did not come to its end: the state in memory is of no use."""
        return self._broken

    def due(self) -> bool:
        """Whether it is time for the next one."""
        return clock.monotonic() - self._saved_at >= self._every_s

    def _must_be_whole(self) -> None:
        if self._broken:
            raise StateError(f"{self._keeper.place}: neither read on nor saved: a step before did not come to its end")

    async def save(self, parts: Mapping[str, bytes], positions: Mapping[str, int]) -> None:
        """Write a snapshot; return when Kafka has it."""
        self._must_be_whole()
        started = clock.monotonic()
        size = await self._keeper.save(parts, positions)
        self._saved_at = clock.monotonic()
        self._metrics.saved(self._saved_at - started, size)


class Saving:
    """Opens the snapshots of partitions.

    Args:
        every_s: see Saver.
    """

    def __init__(self, store: Store, every_s: float, metrics: Metrics) -> None:
        self._store = store
        self._every_s = every_s
        self._metrics = metrics

    async def open(
        self, stage: Stage, partition: int, inputs: Iterable[str]
    ) -> tuple[Saver, Mapping[str, bytes] | None]:
        """What saves a partition from now on, and the parts of its last snapshot, if there is one.

        Raises: StateError; see Store.open.
        """
        started = clock.monotonic()
        keeper = await self._store.open(stage, partition, inputs)
        loaded, took_s = keeper.loaded, clock.monotonic() - started
        if loaded is not None:
            log.info("restored", stage=stage, partition=partition, seconds=round(took_s, 3), bytes=loaded.size)
            self._metrics.restored(took_s)
        return Saver(keeper, self._every_s, self._metrics), loaded.parts if loaded else None
