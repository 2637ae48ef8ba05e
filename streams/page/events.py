"""Server-sent events: what changed on the board, and a beat while nothing does, to whoever has the page open."""

import asyncio
from contextlib import suppress

from aiohttp import web

from streams.page.board import Board
from streams.page.numbers import Language
from streams.page.position import Position

BEAT_S = 5.0
"""Between two signs of life, seconds: a browser that hears none for three times as long says so."""

GATHER_S = 0.1
"""Changes that come so close together are sent as one, seconds."""

SLOW_S = 30.0
"""A browser that takes nothing for so long is let go; it comes back by itself, seconds."""

MOST_READERS = 1000
"""Pages open at once, at most."""


def event(name: str, data: bytes, position: Position) -> bytes:
    r"""One event. JSON has no line breaks of its own, so that it is one line of data.

    >>> event("beat", b"{}", Position("ab", 3))
    b'id: ab-3\nevent: beat\ndata: {}\n\n'
    """
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(position).encode(), name.encode(), data)


class Readers:
    """The open pages. There is no queue: who is slow gets, when it asks again, what changed since it last did."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._closing = False
        self.open = 0

    async def close(self) -> None:
        """Let everybody go."""
        self._closing = True
        await self._board.tell()

    async def serve(self, request: web.Request, position: Position | None, language: Language) -> web.StreamResponse:
        """Send what changes after a position until the browser or we leave."""
        if self.open >= MOST_READERS:
            return web.Response(status=503, text="too many open pages\n", headers={"Retry-After": "30"})
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        self.open += 1
        try:
            await response.prepare(request)
            await response.write(b"retry: 2000\n\n")
            with suppress(ConnectionError, TimeoutError):
                await self._send(response, position, language)
        finally:
            self.open -= 1
        return response

    async def _send(self, response: web.StreamResponse, position: Position | None, language: Language) -> None:
        while not self._closing:
            if position is not None:
                await self._board.prepare(position.seq, language)
            news = self._board.since(position, language)
            now = self._board.position
            if news is None:
                out = event("reset", b"{}", now)
            elif position is not None and position.seq == now.seq:
                out = event("beat", b"{}", now)
            else:
                out = event("change", news, now)
            position = now
            async with asyncio.timeout(SLOW_S):
                await response.write(out)
            await self._wait(now.seq)

    async def _wait(self, seq: int) -> None:
        """Until there is something to say."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_S), self._board.changed:
                await self._board.changed.wait_for(lambda: self._board.seq != seq or self._closing)
        if not self._closing:
            await asyncio.sleep(GATHER_S)
