"""The pages for machines: `/healthz`, `/readyz` and `/metrics`. They hold names of channels, never addresses."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from streams import clock
from streams.notify.metrics import NotifyMetrics
from streams.notify.watch import Watch

WATCHES: Final = web.AppKey("watches", list[Watch])
REGISTRY: Final = web.AppKey("registry", CollectorRegistry)
METRICS: Final = web.AppKey("metrics", NotifyMetrics)


def web_app(watches: Sequence[Watch], registry: CollectorRegistry, metrics: NotifyMetrics) -> web.Application:
    """The application, without a port."""
    app = web.Application()
    app[WATCHES], app[REGISTRY], app[METRICS] = list(watches), registry, metrics
    app.add_routes([web.get("/healthz", _healthz), web.get("/readyz", _readyz), web.get("/metrics", _metrics)])
    return app


def ready(watches: Sequence[Watch], now: float) -> tuple[bool, str]:
    """Whether every channel is read, and what is wrong. A service that fails is said; it is no reason to restart us."""
    troubles = [trouble for each in watches if (trouble := each.trouble(now)) is not None]
    if troubles:
        return False, "; ".join(troubles)
    said = [failing for each in watches if (failing := each.said(now)) is not None]
    return True, "; ".join(["ready", *said])


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


async def _readyz(request: web.Request) -> web.Response:
    watches: list[Watch] = request.app[WATCHES]
    good, why = ready(watches, clock.monotonic())
    return web.Response(text=f"{why}\n", status=200 if good else 503)


async def _metrics(request: web.Request) -> web.Response:
    watches: list[Watch] = request.app[WATCHES]
    good, _ = ready(watches, clock.monotonic())
    request.app[METRICS].ready.set(good)
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    body = await asyncio.to_thread(encode, request.app[REGISTRY])
    return web.Response(body=body, headers={"Content-Type": content_type})
