"""The page over HTTP: what it sends, what it forbids, and how events go on where they stopped."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from config.sections import Page
from streams.page import assets, events
from streams.page.board import Board
from streams.page.health import StreamHealth
from streams.page.position import Position
from streams.page.server import web_app
from tests.streams.page.told import HOSTILE, hostile, trend, value

Client = TestClient[Request, Application]
FILES = assets.load()
TEXTS = [path for path in FILES.files if path.endswith((".js", ".css", ".svg"))]


@pytest.fixture
def board() -> Board:
    on = Board(Page(), 20.0)
    on.take_health(StreamHealth(loading=False))
    on.take_trend("t1", value(trend("t1")))
    return on


@pytest.fixture
async def client(board: Board) -> AsyncIterator[Client]:
    async with TestClient(TestServer(web_app(board, FILES))) as client:
        yield client


async def next_event(response: ClientResponse) -> dict[str, str]:
    """The next event of a stream, by field."""
    async with asyncio.timeout(20):
        while True:
            lines = (await response.content.readuntil(b"\n\n")).decode().strip().splitlines()
            fields = dict(line.split(": ", 1) for line in lines)
            if "event" in fields:
                return fields


@pytest.mark.parametrize(
    "path", ["/", "/api/board", f"/{FILES.place}/app.js", "/api/trends/none", "/nothing", "/healthz"]
)
async def test_every_answer_forbids_what_the_page_does_not_need(client: Client, path: str) -> None:
    """Nothing inline, nothing from elsewhere, no text that becomes markup; errors too."""
    headers = (await client.get(path)).headers

    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", TEXTS)
def test_no_asset_asks_anybody_else(path: str) -> None:
    """Works offline: the only addresses are the names of XML's vocabularies."""
    body = FILES.files[path].body.decode()

    assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[\w./-]*", body)) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("path", [path for path in TEXTS if path.endswith(".js")])
def test_no_script_writes_markup(path: str) -> None:
    """What people wrote becomes text nodes; the ways to make markup of it are not used at all."""
    body = FILES.files[path].body.decode()

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser", body
    )


async def test_the_page_names_only_files_that_exist(client: Client) -> None:
    """Every address in the HTML answers, and nothing in it is inline."""
    html = await (await client.get("/")).text()

    named = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(named) > 5
    for address in named:
        assert (await client.get(f"/{address}")).status == 200, address
    assert re.findall(r"<script(?![^>]*src=)", html) == []
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_modules_import_what_exists() -> None:
    """A misspelt import would leave the page empty."""
    for path in TEXTS:
        for name in re.findall(r'from "\./([\w.]+)"', FILES.files[path].body.decode()):
            assert name in FILES.files, f"{path}: {name}"


async def test_files_are_kept_by_their_digest_and_the_page_by_its_etag(client: Client) -> None:
    """A browser asks again for the page only, and gets it only when it changed."""
    script = await client.get(f"/{FILES.place}/app.js")
    page = await client.get("/")
    again = await client.get("/", headers={"If-None-Match": page.headers["ETag"]})

    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert page.headers["Cache-Control"] == "no-cache"
    assert again.status == 304
    assert (await client.get("/assets/0123456789abcdef/app.js")).status == 404


@pytest.mark.parametrize(
    "path", ["/assets/x/../../config/freshet.toml", "/assets/%2e%2e/secrets", "/../pyproject.toml"]
)
async def test_nothing_beside_the_files_is_served(client: Client, path: str) -> None:
    """They are looked up by name, never in a folder."""
    assert (await client.get(path)).status == 404


async def test_text_is_sent_as_data(client: Client, board: Board) -> None:
    """Whatever people wrote comes as JSON that says it is JSON: no browser takes it for a page."""
    board.take_trend("evil", value(hostile()))

    for path in ("/api/board", "/api/trends/evil"):
        response = await client.get(path)
        assert response.headers["Content-Type"] == "application/json"
        assert HOSTILE in json.dumps(await response.json()).replace('\\"', '"')


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_can_be_changed(client: Client, method: str) -> None:
    """The page has nothing that writes, so it needs no token to be read."""
    for path in ("/", "/api/board", "/api/trends/t1", "/api/events"):
        assert (await client.request(method, path)).status == 405


async def test_an_unknown_trend_is_a_plain_no(client: Client) -> None:
    """A link from yesterday's chat leads to a page that says so."""
    response = await client.get("/api/trends/gone")

    assert (response.status, await response.json()) == (404, {"open": False})


async def test_the_language_is_asked_for(client: Client) -> None:
    """Any other is English."""
    words = [
        (await (await client.get(f"/api/board?lang={lang}")).json())["chrome"]["title"] for lang in ("fr", "en", "xx")
    ]

    assert words == ["Tendances en cours", "Open trends", "Open trends"]


async def test_changes_come_as_events(client: Client, board: Board) -> None:
    """A beat at first, then what changed, each with the position to go on from."""
    response = await client.get(f"/api/events?since={board.position}")
    assert response.headers["Content-Type"] == "text/event-stream"
    first = await next_event(response)

    board.take_trend("t2", value(trend("t2")))
    await board.tell()
    second = await next_event(response)

    assert first["event"] == "beat"
    assert second["event"] == "change"
    assert [each["id"] for each in json.loads(second["data"])["trends"]] == ["t2"]
    assert second["id"] == str(board.position)


async def test_events_go_on_after_the_last_one_heard(client: Client, board: Board) -> None:
    """What a browser says itself counts more than the address it once began with."""
    heard = str(board.position)
    board.take_trend("t2", value(trend("t2")))
    stale = Position("another", 1)

    response = await client.get(f"/api/events?since={stale}", headers={"Last-Event-ID": heard})
    found = await next_event(response)

    assert found["event"] == "change"
    assert [each["id"] for each in json.loads(found["data"])["trends"]] == ["t2"]


@pytest.mark.parametrize("since", ["", "nonsense", "another-3"])
async def test_who_comes_from_elsewhere_starts_anew(client: Client, since: str) -> None:
    """After a restart of the page, or when another one answers."""
    response = await client.get(f"/api/events?since={since}")

    assert (await next_event(response))["event"] == "reset"


async def test_silence_is_broken(client: Client, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that hears nothing knows that it is cut off, not that nothing happens."""
    monkeypatch.setattr(events, "BEAT_S", 0.05)
    response = await client.get(f"/api/events?since={board.position}")

    assert [(await next_event(response))["event"] for _ in range(3)] == ["beat"] * 3


async def test_readers_are_bounded(client: Client, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than that is told to come back later."""
    monkeypatch.setattr(events, "MOST_READERS", 1)
    async with client.get(f"/api/events?since={board.position}") as response:
        await next_event(response)

        assert (await client.get("/api/events")).status == 503


@pytest.mark.parametrize(
    ("changes", "status"), [({"loading": False}, 200), ({"loading": True}, 503), ({"kafka_lost_at": 1.0}, 503)]
)
async def test_a_page_that_is_behind_says_so_to_machines(
    client: Client, board: Board, changes: dict[str, Any], status: int
) -> None:
    """Until it has read the topics, and while it does not reach Kafka."""
    board.take_health(StreamHealth(**{"loading": False, **changes}))

    assert (await client.get("/healthz")).status == status
