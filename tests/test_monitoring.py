"""What operators look at: the dashboards and the alert rules name only what exists. `tests/system` runs them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from config.dashboards.__main__ import documents, write
from streams.metrics import Metrics
from streams.notify.metrics import NotifyMetrics
from tests import dashboard

ROOT = Path(__file__).parent.parent
RULES = yaml.safe_load((ROOT / "config/prometheus/rules/freshet.yml").read_text())["groups"][0]["rules"]
PROMETHEUS_LABELS = {"job", "instance"}


NOT_SHOWN: set[str] = set()
"""Declared, but without values: a panel would be empty."""

every_board = pytest.mark.parametrize("name", documents())


def families() -> dict[str, dict[str, set[str]]]:
    """The metrics that we serve: each family's samples, with their labels."""
    registry, own = CollectorRegistry(), CollectorRegistry()
    told: list[object] = [
        Metrics(registry, ["social.posts.v1"], version="0"),
        NotifyMetrics(own, ["team"], version="0"),
    ]
    for metric in (metric for each in told for metric in vars(each).values()):
        if metric._labelnames:  # the client shows labels on samples only
            metric.labels(*metric._labelnames)
    return {
        family.name: {sample.name: set(sample.labels) for sample in family.samples}
        for each in (registry, own)
        for family in each.collect()
    }


FAMILIES = {family: set(samples) for family, samples in families().items()}
DECLARED = {name: labels for samples in families().values() for name, labels in samples.items()}


def exists(query: str) -> None:
    names = dashboard.metrics_in(query)
    assert names <= set(DECLARED), f"no such metric: {names - set(DECLARED)}"
    labels = set().union(*(DECLARED[name] for name in names)) | PROMETHEUS_LABELS
    assert dashboard.labels_in(query) <= labels, f"no such label: {dashboard.labels_in(query) - labels}"


@pytest.mark.parametrize(("title", "query"), dashboard.queries())
def test_panel_asks_for_what_exists(title: str, query: str) -> None:
    """A misspelt metric or label shows an empty panel, and nobody knows why."""
    assert title
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


def test_every_metric_is_on_a_dashboard() -> None:
    """What is measured is looked at somewhere."""
    shown = {name for _, query in dashboard.queries() for name in dashboard.metrics_in(query)}
    assert {family for family, names in FAMILIES.items() if not names & shown} == NOT_SHOWN


@every_board
def test_the_committed_dashboard_is_current(name: str) -> None:
    """Run `python -m config.dashboards config/grafana/dashboards` after a dashboard was changed."""
    assert (dashboard.FOLDER / name).read_bytes() == documents()[name]


def test_no_other_dashboard_is_committed(tmp_path: Path) -> None:
    """A dashboard that is gone leaves no file behind; what is written is what is committed."""
    write(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in dashboard.FOLDER.iterdir()}


def test_dashboards_are_told_apart() -> None:
    """Grafana keeps one of those that share an address."""
    boards = dashboard.read().values()
    assert len({board["uid"] for board in boards}) == len({board["title"] for board in boards}) == len(boards) == 5


@every_board
def test_panels_are_told_apart(name: str) -> None:
    """Grafana mixes panels up that share an id; people mix up those that share a title."""
    everything = dashboard.read()[name]["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    assert len({panel["title"] for panel in everything}) == len(everything)


@pytest.mark.parametrize("panel", [panel for _, panel in dashboard.panels()], ids=lambda panel: panel["title"])
def test_panel_explains_itself(panel: dict[str, Any]) -> None:
    """Each has a description, a unit, a legend, and takes the data source of the dashboard's variable."""
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    refs = [target["refId"] for target in panel["targets"]]
    assert len(set(refs)) == len(refs)
    for target in panel["targets"]:
        assert target["legendFormat"]


@every_board
def test_panels_do_not_overlap(name: str) -> None:
    """No two panels claim the same place of the 24 columns, and no row leaves half of them empty."""
    taken: set[tuple[int, int]] = set()
    for panel in dashboard.read()[name]["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not taken & cells, panel["title"]
        taken |= cells
    assert {x for x, _ in taken} == set(range(24))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_says_what_to_do(rule: dict[str, Any]) -> None:
    """Its runbook is a section that exists, its severity one of two."""
    page, anchor = rule["annotations"]["runbook_url"].split("#")
    headings = re.findall(r"^## (.+)$", (ROOT / page).read_text(), flags=re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"].endswith(".")


def test_every_section_of_the_runbook_is_reached() -> None:
    """A rule that is gone leaves no section behind."""
    anchors = {rule["annotations"]["runbook_url"].partition("#")[2] for rule in RULES}
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/runbook.md").read_text(), flags=re.MULTILINE)
    assert {heading.lower().replace(" ", "-") for heading in headings} == anchors


def test_every_rule_is_seen_to_fire() -> None:
    """`promtool test rules` holds a case for each in which it fires and, where it is not yet time, does not."""
    tests = yaml.safe_load((ROOT / "tests/system/rules_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == {rule["alert"] for rule in RULES}


def test_the_guide_names_what_there_is() -> None:
    """Every dashboard, and of panels and rules only such as exist; how many there are."""
    guide = (ROOT / "docs/grafana.md").read_text()
    boards = [board["title"] for board in dashboard.read().values()]
    rules = {rule["alert"] for rule in RULES}

    assert all(f"| *{title}* |" in guide for title in boards)
    main = guide.partition("## 4.")[2].partition("## 5.")[0]
    named = {
        name for row in re.findall(r"^\| (\*.*?) \|", main, re.MULTILINE) for name in re.findall(r"\*(.+?)\*", row)
    }
    assert named
    assert named <= {panel["title"] for _, panel in dashboard.panels()}
    assert set(re.findall(r"\bFreshet[A-Z]\w+", guide)) <= rules
    assert (len(boards), len(rules)) == (5, 12), "docs/grafana.md says how many"
