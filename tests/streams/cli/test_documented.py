"""Every `freshet` that a page tells to type is one that there is: command, options and values are read, none is run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from streams.cli import freshet

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
STOPS = ("|", ">", ">>", "<", "&", "&&", ";")


def commands(page: Path) -> Iterator[list[str]]:
    """The words behind each `freshet` in the code of a page."""
    for block in re.findall(r"^ *```\w*\n(.*?)^ *```", page.read_text(), flags=re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if re.match(r"\s*(?:\w+=\S+ +)*freshet ", line):
                words = shlex.split(line[line.index("freshet ") :], comments=True)[1:]
                stop = next((i for i, word in enumerate(words) if word in STOPS or word[:1] in "<>"), len(words))
                yield words[:stop]


TYPED = [(page.relative_to(ROOT), words) for page in PAGES for words in commands(page)]


def read(command: click.Command, words: list[str], parent: click.Context | None = None) -> None:
    """Let click read the words, as if typed; nothing is run."""
    context = click.Context(command, info_name=command.name, parent=parent)
    _, rest, _ = command.make_parser(context).parse_args(args=list(words))
    if isinstance(command, click.Group) and rest:
        _, inner, rest = command.resolve_command(context, rest)
        assert inner is not None
        read(inner, rest, context)


@pytest.mark.parametrize(("page", "words"), TYPED, ids=[f"{page}: {' '.join(words)}" for page, words in TYPED])
def test_it_can_be_typed(page: Path, words: list[str]) -> None:  # noqa: ARG001 - the page names the case
    """Unknown commands and options are errors of click."""
    read(freshet, words)


def test_the_pages_tell_what_to_type() -> None:
    """Else there would be nothing above."""
    assert len(TYPED) >= 30


@pytest.mark.parametrize("words", [["wrker"], ["replay", "--alert", "x"], ["topics", "aply"]])
def test_a_slip_is_found(words: list[str]) -> None:
    """Or the test above could not fail."""
    with pytest.raises(click.UsageError):
        read(freshet, words)
