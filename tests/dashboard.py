"""The Grafana dashboards as plain values, for the tests that check them on paper and those that run their queries."""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "config/grafana/dashboards"


def read() -> dict[str, dict[str, Any]]:
    """Every committed dashboard, by the name of its file."""
    return {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def panels() -> list[tuple[str, dict[str, Any]]]:
    """Dashboard and panel, for every panel that shows data: rows left out."""
    return [(name, panel) for name, board in read().items() for panel in board["panels"] if panel["type"] != "row"]


def queries() -> list[tuple[str, str]]:
    """Dashboard and title of a panel, and the PromQL of each of its targets."""
    return [(f"{name} {panel['title']}", each["expr"]) for name, panel in panels() for each in panel["targets"]]


def metrics_in(query: str) -> set[str]:
    """The names of our metrics that a query reads."""
    return set(re.findall(r"\bfreshet_\w+", query))


def labels_in(query: str) -> set[str]:
    """The labels by which a query groups, or which it selects; less those that it makes itself."""
    grouped = re.findall(r"\bby \(([^)]*)\)", query)
    selected = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", query)
    made = set(re.findall(r'label_replace\(.*?, "(\w+)", "\$1"', query))
    return ({label.strip() for group in grouped for label in group.split(",")} | set(selected)) - made
