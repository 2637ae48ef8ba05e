"""The worker's three pages for machines: `/healthz`, `/readyz` and `/metrics`. What they say is decided elsewhere."""

import asyncio
from collections.abc import Callable

import faust
from faust.types.web import Request, Response
from faust.web import View
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from streams import clock
from streams.health import Health


def add_pages(app: faust.App, health: Health, registry: CollectorRegistry) -> None:
    """Add the pages to Faust's web server; its own pages about tables and partitions are a matter of the settings."""
    _add_check(app, "/healthz", health.live)
    _add_check(app, "/readyz", health.ready)
    _add_metrics(app, registry)


def _add_check(app: faust.App, path: str, check: Callable[[float], tuple[bool, str]]) -> None:
    async def answer(view: View, request: Request) -> Response:  # noqa: ARG001 - the signature Faust calls
        good, why = check(clock.monotonic())
        return view.text(why + "\n", status=200 if good else 503)

    app.page(path, name=path.strip("/"))(answer)


def _add_metrics(app: faust.App, registry: CollectorRegistry) -> None:
    async def answer(view: View, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        body = await asyncio.to_thread(encode, registry)  # thousands of series would hold up the agents
        return view.bytes(body, headers={"Content-Type": content_type})

    app.page("/metrics", name="metrics")(answer)
