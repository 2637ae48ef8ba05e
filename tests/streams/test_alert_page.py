"""docs/read-an-alert.md names fields that are there."""

import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TABLE = [line for line in (DOCS / "read-an-alert.md").read_text().splitlines() if line.startswith("| ")]
SCHEMA = (DOCS / "contract/alert.v1.schema.json").read_text()


def fields() -> list[str]:
    """What the right column writes as code and is no value or command."""
    named = re.findall(r"`([^`]+)`", "\n".join(line.rpartition(" | ")[2] for line in TABLE))
    return sorted({part for name in named for part in name.split(".") if re.fullmatch(r"[a-z_]+", part)} - {"all"})


@pytest.mark.parametrize("name", fields())
def test_a_field_of_the_page_is_in_the_schema(name: str) -> None:
    """Under that very name."""
    assert f'"{name}": {{' in SCHEMA


def test_the_page_names_every_field_an_alert_always_has() -> None:
    """But for ids, versions and the sentence itself, which need no explanation."""
    required = set(json.loads(SCHEMA)["$defs"]["Alert"]["required"])
    assert required - set(fields()) <= {
        "alert_id",
        "detected_at",
        "explanation",
        "kind",
        "schema_version",
        "trace",
        "trend_id",
    }
