from collections.abc import AsyncIterator

import faust
import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from prometheus_client import CollectorRegistry

from streams import clock, web
from streams.health import Health
from streams.metrics import Metrics

Client = TestClient[Request, Application]

OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}


@pytest.fixture
def health() -> Health:
    return Health(["read"], stall_s=60)


@pytest.fixture
async def client(health: Health) -> AsyncIterator[Client]:
    registry = CollectorRegistry()
    Metrics(registry, ["social.posts.v1"], version="1.2.3").count_alert("trend", "fired", "info", 31, "alert-1")
    app = faust.App("test-web", web_tables_enabled=False, web_router_enabled=False)
    web.add_pages(app, health, registry)
    async with TestClient(TestServer(await app.web.wsgi())) as client:
        yield client


async def test_unready_worker_says_why(client: Client) -> None:
    """A balancer reads the status, a person the reason."""
    response = await client.get("/readyz")

    assert response.status == 503
    assert await response.text() == "no partitions assigned yet\n"


async def test_ready_worker(client: Client, health: Health) -> None:
    """The pages ask the same object that the worker tells."""
    health.assigned(clock.now())
    health.recovered(clock.now())

    response = await client.get("/readyz")

    assert (response.status, await response.text()) == (200, "ready\n")


async def test_dead_agent_is_unhealthy(client: Client, health: Health) -> None:
    """Liveness is about what only a restart can heal."""
    assert (await client.get("/healthz")).status == 200

    health.died("read", "KeyError: 3")

    response = await client.get("/healthz")
    assert (response.status, await response.text()) == (503, "agent read died: KeyError: 3\n")


async def test_metrics_in_openmetrics_carry_exemplars(client: Client) -> None:
    """Prometheus asks for OpenMetrics, the only format with exemplars."""
    response = await client.get("/metrics", headers=OPENMETRICS)

    body = await response.text()
    assert response.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0; charset=utf-8")
    assert '# {alert_id="alert-1"} 31.0' in body
    assert body.endswith("# EOF\n")


async def test_metrics_for_everyone_else(client: Client) -> None:
    """A browser or curl gets the old text format."""
    response = await client.get("/metrics")

    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'freshet_build_info{version="1.2.3"} 1.0' in await response.text()


@pytest.mark.parametrize("path", ["/table/", "/router/"])
async def test_fausts_own_pages_are_off(client: Client, path: str) -> None:
    """They would show anyone what tables hold."""
    assert (await client.get(path)).status == 404
