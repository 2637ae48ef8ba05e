"""Prometheus's own tools read what we ship and what we serve."""

import subprocess
import urllib.request
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from streams.notify.metrics import NotifyMetrics
from tests.system.conftest import Prometheus, Worker

ROOT = Path(__file__).parent.parent.parent


def promtool(*arguments: str, given: bytes = b"") -> str:
    run = subprocess.run(["promtool", *arguments], cwd=ROOT, input=given, capture_output=True, check=False)
    said = (run.stdout + run.stderr).decode()
    assert run.returncode == 0, said
    return said


def test_configuration_and_rules_are_read() -> None:
    """The folder that docker-compose.yml mounts, as it is."""
    rules = yaml.safe_load((ROOT / "config/prometheus/rules/freshet.yml").read_text())["groups"][0]["rules"]
    assert f"{len(rules)} rules found" in promtool("check", "config", "config/prometheus/prometheus.yml")


def test_rules_fire_when_they_should() -> None:
    """And only then."""
    promtool("test", "rules", "tests/system/rules_test.yml")


def test_served_metrics_have_no_lint(worker: Worker) -> None:
    """Names, units and help of everything on /metrics follow Prometheus's conventions."""
    with urllib.request.urlopen(f"http://{worker.address}/metrics", timeout=10) as response:
        served = response.read()

    assert promtool("check", "metrics", given=served) == ""


def test_metrics_of_delivery_have_no_lint() -> None:
    """Those of `freshet notify` too."""
    registry = CollectorRegistry()
    NotifyMetrics(registry, ["team"], "0")

    assert promtool("check", "metrics", given=generate_latest(registry)) == ""


@pytest.mark.parametrize("job", ["freshet", "freshet-notify", "prometheus"])
def test_targets_are_up(prometheus: Prometheus, job: str) -> None:
    """Prometheus reaches what its configuration names."""
    (up,) = prometheus.query(f'up{{job="{job}"}}')

    assert up["value"][1] == "1"


def test_no_rule_fails(prometheus: Prometheus) -> None:
    """An expression that cannot be evaluated is a rule that never fires."""
    for failures in prometheus.query("prometheus_rule_evaluation_failures_total"):
        assert failures["value"][1] == "0"
