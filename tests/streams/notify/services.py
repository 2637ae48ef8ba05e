"""Real servers on loopback that stand for what a channel leads to: they fail, are slow, or ask to be left alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import Any, NamedTuple

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session


class Request(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Web:
    """An HTTP server that answers each request with the next of `answers`, the last of them for ever.

    An answer is a status, a status with headers, or seconds of silence (a float).
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[Request] = []
        self.answers: list[int | float | tuple[int, dict[str, str]]] = [200]
        self.body = b"ok"

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        """Note the request and give the next answer."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Request(request.path, headers, await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = 200
        status, more = answer if isinstance(answer, tuple) else (answer, {})
        return web.Response(status=status, headers=more, body=self.body)


@asynccontextmanager
async def web_service() -> AsyncIterator[Web]:
    """Serve until the block ends."""
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    service = Web(0)
    app.router.add_route("*", "/{path:.*}", service.answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        await runner.cleanup()


class Post(NamedTuple):
    """One mail as it came."""

    to: list[str]
    mail: Mail


class Mailbox:
    """What an SMTP server took; `refused` are addresses that it does not know, `failing` says that it takes nothing."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.refused: set[str] = set()
        self.failing = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whether there is such a mailbox."""
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or not."""
        if self.failing:
            return "451 try again later"
        content: Any = envelope.content
        self.posts.append(Post(list(envelope.rcpt_tos), message_from_bytes(content, policy=default)))
        return "250 taken"


@asynccontextmanager
async def mail_service() -> AsyncIterator[tuple[Mailbox, int]]:
    """Serve until the block ends -> what it takes, and its port."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, hostname="localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield mailbox, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
