"""The picture of a terminal: `freshet demo` run in one, at its liveliest moment, laid out by Chromium."""

import fcntl
import html
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser

from tests.pictures.screen import Cell, Screen
from tests.processes import FRESHET

COLUMNS, ROWS = 112, 42
COMMAND = ("demo", "--seconds", "60")

REDRAWN = re.compile(r"(?=\r\x1b\[2K\x1b\[1A)")
"""Where rich begins to take back what a live table showed."""

GROWS = re.compile(r"^ {2}\S.* (?:emerging|rising) .* \+\d")
"""A line about a trend that is worth a look."""

STYLES = {
    1: "font-weight:700",
    2: "color:#8b9ca1",
    31: "color:#ff9384",
    32: "color:#86cf98",
    33: "color:#ecbd66",
    36: "color:#9cc3d9",
}
"""Codes of SGR that we use; the colours are those of the live page, dark."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
html {{ background: #f5f4ef; }}
body {{ margin: 0; padding: 28px; }}
figure {{ margin: 0; width: max-content; background: #0e1518; border-radius: 14px; overflow: hidden;
  box-shadow: 0 1px 2px #13232a33, 0 14px 40px #13232a2e; }}
header {{ display: flex; gap: 8px; align-items: center; padding: 13px 18px; background: #182227; }}
header i {{ width: 12px; height: 12px; border-radius: 50%; background: #3b4a50; }}
header b {{ margin: auto; translate: -30px 0; color: #8b9ca1; font: 500 13px "DejaVu Sans", sans-serif; }}
pre {{ margin: 0; padding: 18px 24px 24px; color: #dfe7e7; font: 14px/1.42 "DejaVu Sans Mono", monospace; }}
</style><figure><header><i></i><i></i><i></i><b>freshet demo</b></header><pre>{}</pre></figure>"""


def take(browser: Browser, folder: Path) -> None:
    """Run the demo and keep the moment at which most was rising."""
    moment = liveliest(written_by(COMMAND))
    context = browser.new_context(viewport={"width": 1200, "height": 900}, device_scale_factor=1.5)
    page = context.new_page()
    page.set_content(PAGE.format(markup(moment)))
    body = page.locator("figure").bounding_box()
    assert body is not None
    clip = {"x": 0, "y": 0, "width": body["width"] + 56, "height": body["height"] + 56}
    page.screenshot(path=folder / "terminal.png", clip=clip, full_page=True)  # type: ignore[arg-type]
    context.close()


def written_by(arguments: tuple[str, ...]) -> str:
    """What one command of ours writes to a terminal of `COLUMNS` and `ROWS`."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color"}
    out = b""
    with subprocess.Popen([FRESHET, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        while piece := _read(ours):
            out += piece
    os.close(ours)
    assert process.returncode == 0, out.decode(errors="replace")[-3000:]
    return out.decode()


def liveliest(written: str) -> list[list[Cell]]:
    """The screen at the last of the moments at which most trends were rising."""
    best: tuple[int, list[list[Cell]]] = (-1, [])
    for growing, lines in _moments(written):
        if growing >= best[0]:
            best = growing, lines
    lines = best[1]
    while lines and not "".join(cell.char for cell in lines[-1]).strip():
        lines = lines[:-1]
    return lines


def markup(lines: list[list[Cell]]) -> str:
    """Lines of cells as HTML, after the command that a person typed."""
    typed = f'<span style="color:#63c9c3">$</span> freshet {" ".join(COMMAND)}'
    return "\n".join(
        [typed, *("".join(_run(look, cells) for look, cells in groupby(line, lambda c: c.look)) for line in lines)]
    )


def _moments(written: str) -> Iterator[tuple[int, list[list[Cell]]]]:
    screen = Screen()
    for piece in REDRAWN.split(written):
        screen.write(piece)
        growing = sum(bool(GROWS.match(line)) for line in screen.text())
        yield growing, [list(line) for line in screen.lines]


def _run(look: tuple[int, ...], cells: Iterator[Cell]) -> str:
    text = html.escape("".join(cell.char for cell in cells))
    style = ";".join(STYLES[code] for code in look if code in STYLES)
    return f'<span style="{style}">{text}</span>' if style else text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # its last writer ended
        return b""
