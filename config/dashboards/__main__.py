"""All dashboards; run, it writes each into a folder."""

import sys
from pathlib import Path

from config.dashboards import delivery, figures, marketing, quality, stream
from config.dashboards.board import document

BOARDS = {"marketing": marketing, "stream": stream, "quality": quality, "figures": figures, "delivery": delivery}


def documents() -> dict[str, bytes]:
    """Each dashboard's file name and text."""
    return {f"{name}.json": document(module.board()) for name, module in BOARDS.items()}


def write(folder: Path) -> None:
    """Write every dashboard into a folder."""
    for name, text in documents().items():
        (folder / name).write_bytes(text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
