"""The page's web server: its files, the board, a trend's own view, the events. Nothing can be sent in."""

import gzip
from typing import Final

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from streams.page.assets import Asset, Assets
from streams.page.board import Board
from streams.page.events import Readers
from streams.page.numbers import LANGUAGES, Language
from streams.page.position import position_of

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
"""Nothing from elsewhere, nothing inline, nothing that turns text into code or markup."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

PACKED_FROM: Final = 2000
"""Bytes from which an answer is worth packing."""

BOARD: Final = web.AppKey("board", Board)
ASSETS: Final = web.AppKey("assets", Assets)
READERS: Final = web.AppKey("readers", Readers)


def web_app(board: Board, assets: Assets) -> web.Application:
    """The application, without a port."""
    app = web.Application()
    app[BOARD], app[ASSETS], app[READERS] = board, assets, Readers(board)
    app.add_routes(
        [
            web.get("/", _index),
            web.get("/assets/{digest}/{path:.+}", _asset),
            web.get("/api/board", _board),
            web.get("/api/trends/{trend_id}", _trend),
            web.get("/api/figures", _figures),
            web.get("/api/place", _place),
            web.get("/api/rules", _rules),
            web.get("/api/events", _events, allow_head=False),
            web.get("/healthz", _healthz),
        ]
    )
    app.on_response_prepare.append(_harden)
    app.on_shutdown.append(_leave)
    return app


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _leave(app: web.Application) -> None:
    await app[READERS].close()


async def _index(request: web.Request) -> web.Response:
    return _file(request, request.app[ASSETS].page, "no-cache")


async def _asset(request: web.Request) -> web.Response:
    assets = request.app[ASSETS]
    asset = assets.files.get(request.match_info["path"])
    if asset is None or f"assets/{request.match_info['digest']}" != assets.place:
        raise web.HTTPNotFound
    return _file(request, asset, "public, max-age=31536000, immutable")


async def _board(request: web.Request) -> web.Response:
    board, language = request.app[BOARD], _language(request)
    await board.prepare(0, language)
    return _json(request, board.whole(language))


async def _trend(request: web.Request) -> web.Response:
    return _found(request, request.app[BOARD].history(request.match_info["trend_id"], _language(request)))


async def _figures(request: web.Request) -> web.Response:
    return _json(request, await request.app[BOARD].figures(_language(request)))


async def _place(request: web.Request) -> web.Response:
    return _found(request, request.app[BOARD].place(request.query.get("scope", ""), _language(request)))


async def _rules(request: web.Request) -> web.Response:
    return _json(request, request.app[BOARD].readers_rules(_language(request)))


async def _events(request: web.Request) -> web.StreamResponse:
    """A browser that comes back says itself what it knows; at first the address does."""
    known = request.headers.get("Last-Event-ID") or request.query.get("since", "")
    return await request.app[READERS].serve(request, position_of(known), _language(request))


async def _healthz(request: web.Request) -> web.Response:
    health = request.app[BOARD].health
    if health.kafka_lost_at is not None or health.loading:
        why = "the topics are being read" if health.loading else "Kafka is not reached"
        return web.Response(status=503, text=f"{why}\n")
    return web.Response(text="alive\n")


def _language(request: web.Request) -> Language:
    wanted = request.query.get("lang")
    return next((each for each in LANGUAGES if each == wanted), LANGUAGES[0])


def _file(request: web.Request, asset: Asset, caching: str) -> web.Response:
    headers = {"Cache-Control": caching, "ETag": f'"{asset.etag}"', "Vary": "Accept-Encoding"}
    if f'"{asset.etag}"' in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = asset.content_type
    if asset.packed is not None and _takes_gzip(request):
        return web.Response(body=asset.packed, headers=CIMultiDict({**headers, "Content-Encoding": "gzip"}))
    return web.Response(body=asset.body, headers=headers)


def _found(request: web.Request, body: bytes | None) -> web.Response:
    if body is None:
        return web.Response(status=404, body=msgspec.json.encode({"open": False}), content_type="application/json")
    return _json(request, body)


def _json(request: web.Request, body: bytes) -> web.Response:
    headers = {"Cache-Control": "no-store", "Content-Type": "application/json", "Vary": "Accept-Encoding"}
    if len(body) >= PACKED_FROM and _takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=1, mtime=0)
    return web.Response(body=body, headers=headers)


def _takes_gzip(request: web.Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
