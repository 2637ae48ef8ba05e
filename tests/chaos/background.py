"""Work that goes on in a thread of its own while a fault or a soak is on."""

import abc
import threading
from types import TracebackType
from typing import Self


class Background(abc.ABC):
    """Begins when it is entered and is told to end when it is left, as a context manager.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    @abc.abstractmethod
    def _run(self) -> None:
        """Do the work until `_stop` is set; whatever it raises must be kept for the main thread."""
