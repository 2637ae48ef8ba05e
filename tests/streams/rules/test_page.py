"""The rules of docs/rules.md are good ones, and its tables name every field and reason."""

import re
import tomllib
from pathlib import Path

import pytest

from detectors.model.rules import Rule
from detectors.rules.checking import checked
from detectors.rules.reasons import SENT, Reason

PAGE = (Path(__file__).parent.parent.parent.parent / "docs/rules.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_a_good_rule(text: str) -> None:
    """As `freshet rules set` reads it."""
    assert isinstance(checked(tomllib.loads(text), strict=True), Rule)


@pytest.mark.parametrize("name", [name for name in Rule.__struct_fields__ if name not in {"name", "schema_version"}])
def test_every_field_is_explained(name: str) -> None:
    """By its name."""
    assert len(EXAMPLES) == 2
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("reason", sorted(set(Reason) - SENT))
def test_every_reason_is_explained(reason: Reason) -> None:
    """Where a reader asks why."""
    assert f"`{reason}`" in PAGE.partition("## Why was I not told?")[2]
