"""What operators look at: the dashboard and the alert rules name only what exists. `tests/system` runs them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from streams.metrics import Metrics
from streams.notify.metrics import NotifyMetrics
from tests import dashboard

ROOT = Path(__file__).parent.parent
RULES = yaml.safe_load((ROOT / "config/prometheus/rules/freshet.yml").read_text())["groups"][0]["rules"]
PROMETHEUS_LABELS = {"job", "instance"}


def declared() -> dict[str, set[str]]:
    """Names of the samples that we serve, with their labels."""
    registry, own = CollectorRegistry(), CollectorRegistry()
    worker = Metrics(registry, ["social.posts.v1"], version="0")
    notify = NotifyMetrics(own, ["team"], version="0")
    for metric in [*vars(worker).values(), *vars(notify).values()]:
        if metric._labelnames:  # the client shows labels on samples only
            metric.labels(*metric._labelnames)
    return {
        sample.name: set(sample.labels)
        for each in (registry, own)
        for family in each.collect()
        for sample in family.samples
    }


DECLARED = declared()


def exists(query: str) -> None:
    names = dashboard.metrics_in(query)
    assert names <= set(DECLARED), f"no such metric: {names - set(DECLARED)}"
    labels = set().union(*(DECLARED[name] for name in names)) | PROMETHEUS_LABELS
    assert dashboard.labels_in(query) <= labels, f"no such label: {dashboard.labels_in(query) - labels}"


@pytest.mark.parametrize("query", [query for _, query in dashboard.queries()])
def test_panel_asks_for_what_exists(query: str) -> None:
    """A misspelt metric or label shows an empty panel, and nobody knows why."""
    exists(query)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_asks_for_what_exists(rule: dict[str, Any]) -> None:
    """A misspelt metric makes a rule that never fires."""
    exists(rule["expr"])


def test_a_misspelt_query_is_found() -> None:
    """The check above is no formality."""
    with pytest.raises(AssertionError, match="freshet_record_total"):
        exists("rate(freshet_record_total[1m])")
    with pytest.raises(AssertionError, match="outcomes"):
        exists("sum by (outcomes) (rate(freshet_records_total[1m]))")


def test_panels_are_told_apart() -> None:
    """Grafana mixes panels up that share an id; people mix up those that share a title."""
    everything = dashboard.read()["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    assert len({panel["title"] for panel in everything}) == len(everything)


@pytest.mark.parametrize("panel", dashboard.panels(), ids=lambda panel: panel["title"])
def test_panel_explains_itself(panel: dict[str, Any]) -> None:
    """Each has a description, a unit, a legend, and takes the data source of the dashboard's variable."""
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    refs = [target["refId"] for target in panel["targets"]]
    assert len(set(refs)) == len(refs)
    for target in panel["targets"]:
        assert target["legendFormat"]


def test_panels_do_not_overlap() -> None:
    """No two panels claim the same place of the 24 columns."""
    taken: set[tuple[int, int]] = set()
    for panel in dashboard.read()["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not taken & cells, panel["title"]
        taken |= cells


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_says_what_to_do(rule: dict[str, Any]) -> None:
    """Its runbook is a section that exists, its severity one of two."""
    page, anchor = rule["annotations"]["runbook"].split("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text(), flags=re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"].endswith(".")
