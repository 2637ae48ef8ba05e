"""The rules of the house that no linter knows."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from streams.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PACKAGES = ("config", "detectors", "streams")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
LONGEST = 250


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_stay_inside_their_walls() -> None:
    """Detectors know no engine, no shell and no clock; the contracts are in pyproject.toml."""
    tool = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_one_file_holds_one_idea(source: Path) -> None:
    """A file that long holds two: split it."""
    assert len(source.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("package", sorted({path.parent for path in SOURCES}), ids=name)
def test_every_room_has_a_door(package: Path) -> None:
    """A folder's `__init__.py` says what lives there."""
    assert (package / "__init__.py").read_text().startswith('"""')


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_map_is_right(page: Path) -> None:
    """Every path of ours that a page names exists."""
    named = re.findall(r"`((?:config|detectors|docs|streams|tests)/[\w./-]*)`", page.read_text())
    links = re.findall(r"\]\(([\w./-]+)\)", page.read_text())
    missing = [path for path in named if not (ROOT / path).exists()]
    missing += [path for path in links if not (page.parent / path).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_named_exists(page: Path) -> None:
    """What a page tells a reader to type is listed by `freshet --help`."""
    named = re.findall(r"(?:`|^|&& |\| )freshet ([a-z][a-z-]*)", page.read_text(), flags=re.MULTILINE)
    assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("source", [*SOURCES, *TESTS], ids=name)
def test_nothing_is_left_for_later(source: Path) -> None:
    """What is not done is an issue, not a comment."""
    assert not re.search(r"#.*\b(TODO|FIXME|XXX)\b", source.read_text())


def test_no_machine_of_ours_is_named() -> None:
    """Paths of one developer's machine work nowhere else."""
    pattern = re.compile("/(work|root|home/[a-z]+)/")
    files = [*SOURCES, *PAGES, *ROOT.glob("*.yml"), ROOT / "Makefile", ROOT / "Dockerfile", ROOT / ".ci/run"]
    files += [path for path in (ROOT / "config").rglob("*") if path.suffix in {".json", ".toml", ".yml"}]
    assert [name(path) for path in files if pattern.search(path.read_text())] == []


def test_no_clock_outside_the_shell() -> None:
    """A detector that tells the time itself cannot be replayed; import rules do not see every way to ask."""
    pattern = re.compile(r"\b(now|utcnow|today|perf_counter|monotonic)\(\)")
    files = [path for path in SOURCES if path.is_relative_to(ROOT / "detectors")]
    assert [name(path) for path in files if pattern.search(path.read_text())] == []
