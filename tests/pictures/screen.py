"""What a terminal shows after a program wrote to it: as much of one as rich's live tables need."""

import re
from typing import NamedTuple

PIECES = re.compile(r"\x1b\[(\?)?([0-9;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


class Cell(NamedTuple):
    """A character, and how it looks: codes of SGR, in the order in which they came."""

    char: str
    look: tuple[int, ...] = ()


class Screen:
    """Lines of cells; it scrolls nothing away.

    >>> screen = Screen()
    >>> screen.write("one" + chr(10) + "two" + chr(13) + chr(27) + "[2K" + chr(27) + "[1A" + chr(27) + "[1mten")
    >>> screen.text()
    ['ten', '']
    """

    def __init__(self) -> None:
        self.lines: list[list[Cell]] = [[]]
        self._row = self._column = 0
        self._look: tuple[int, ...] = ()

    def write(self, text: str) -> None:
        """Take what a program wrote."""
        for private, numbers, command, move, plain in PIECES.findall(text):
            if plain:
                self._put(plain)
            elif move == "\r":
                self._column = 0
            elif move == "\n":
                self._down()
            elif not private:
                self._obey(command, [int(n) for n in numbers.split(";") if n])

    def text(self) -> list[str]:
        """The lines without their looks."""
        return ["".join(cell.char for cell in line).rstrip() for line in self.lines]

    def _put(self, plain: str) -> None:
        line = self.lines[self._row]
        line += [Cell(" ")] * (self._column - len(line))
        line[self._column : self._column + len(plain)] = [Cell(char, self._look) for char in plain]
        self._column += len(plain)

    def _down(self) -> None:
        self._row, self._column = self._row + 1, 0
        if self._row == len(self.lines):
            self.lines.append([])

    def _obey(self, command: str, numbers: list[int]) -> None:
        if command == "m":
            self._look = () if numbers in ([], [0]) else (*self._look, *numbers)
        elif command == "A":
            self._row = max(0, self._row - (numbers or [1])[0])
        elif command == "K":
            self.lines[self._row] = []
