"""The Grafana dashboard as plain values, for the tests that check it on paper and those that run its queries."""

import json
import re
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "config/grafana/dashboards/freshet.json"


def read() -> dict[str, Any]:
    board: dict[str, Any] = json.loads(FILE.read_text())
    return board


def panels() -> list[dict[str, Any]]:
    """Every panel that shows data: rows left out."""
    return [panel for panel in read()["panels"] if panel["type"] != "row"]


def queries() -> list[tuple[str, str]]:
    """Title of the panel and PromQL of each of its targets."""
    return [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]


def metrics_in(query: str) -> set[str]:
    """The names of our metrics that a query reads."""
    return set(re.findall(r"\bfreshet_\w+", query))


def labels_in(query: str) -> set[str]:
    """The labels by which a query groups, or which it selects."""
    grouped = re.findall(r"\bby \(([^)]*)\)", query)
    selected = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", query)
    return {label.strip() for group in grouped for label in group.split(",")} | set(selected)
