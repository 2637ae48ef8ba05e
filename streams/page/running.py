"""Puts the page together and runs it until it is told to stop."""

import asyncio
import logging.config
import signal
from collections.abc import Callable, Mapping

import aiohttp
from aiohttp import web

from config.settings import Settings
from streams import clock, logs, topics
from streams.admin import async_settings, client_settings
from streams.delivery import missing
from streams.errors import StreamsError
from streams.page import assets
from streams.page.board import Board
from streams.page.health import StreamHealth, late_s
from streams.page.server import web_app
from streams.page.source import Source
from streams.page.workers import Answer, ask, together

LOOK_S = 2.0
"""Between two looks at the health of the stream, seconds."""

STOP_S = 2.0
"""How long open connections may take to end, seconds."""


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve the page.

    Args:
        ready: told the address, once it answers.
    Raises: StreamsError if Kafka is not reached, a topic is missing, or the port is taken.
    """
    logging.config.dictConfig(logs.logging_config(settings.logs.level, settings.logs.format))
    for client, level in (("kafka", logging.ERROR), ("aiokafka", logging.WARNING)):
        logging.getLogger(client).setLevel(level)  # what they say about each connection is no news
    partitions = _partitions(settings)
    asyncio.run(_serve(settings, partitions, ready))


def _partitions(settings: Settings) -> dict[str, int]:
    client = client_settings(settings)
    found = {spec.name: spec.partitions for spec in topics.found(settings)}
    wanted = (settings.topics.trends, settings.topics.alerts, settings.topics.kpis, settings.topics.rules)
    for topic in wanted:
        if topic not in found:
            raise missing(topic, client["bootstrap_servers"])
    return {topic: found[topic] for topic in wanted}


async def _serve(settings: Settings, partitions: Mapping[str, int], ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    board = Board(settings.page, settings.detection.r_max)
    source = Source(board, settings.topics, async_settings(settings), dict(partitions))
    runner = web.AppRunner(web_app(board, assets.load()), access_log=None, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        await _listen(runner, settings)
        ready(_address(settings))
        tasks = [asyncio.create_task(source.run()), asyncio.create_task(_look(board, source, settings))]
        waiting = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in (waiting, *tasks):
            task.cancel()
        await asyncio.gather(waiting, *tasks, return_exceptions=True)
        for task in done - {waiting}:
            await task  # what ended it, for it should not have
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    host, port = settings.page.host, settings.page.port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        why = error.strerror.rpartition(": ")[2] if error.strerror else str(error)
        raise StreamsError(
            f"{host}:{port}: {why}: end what uses it, or name another (FRESHET_PAGE__PORT, FRESHET_PAGE__HOST)"
        ) from error


def _address(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.page.host, settings.page.host)  # noqa: S104
    return f"http://{host}:{settings.page.port}/"


async def _look(board: Board, source: Source, settings: Settings) -> None:
    """Keep the board's health true, and forget what is over a day old."""
    urls = [url for url in settings.page.workers.split(",") if url]
    async with aiohttp.ClientSession() as session:
        while True:
            answers = await asyncio.gather(*(ask(session, url, clock.now()) for url in urls))
            board.take_health(health_of(board.health, source, answers, clock.now(), late_s(settings.detection)))
            board.expire(clock.now())
            await board.tell()
            await asyncio.sleep(LOOK_S)


def health_of(was: StreamHealth, source: Source, answers: list[Answer], now: float, late: float) -> StreamHealth:
    """What is known now, given what was: how long records have been waiting goes on."""
    answer = together(answers)
    waiting = bool(answer.lag)
    return StreamHealth(
        now=now if answers else 0.0,
        loading=source.loading,
        kafka_lost_at=source.lost_at,
        unreadable=source.unreadable,
        configured=bool(answers),
        silent=tuple(each.silent for each in answers if each.silent is not None),
        not_ready=answer.not_ready,
        warming=answer.warming,
        warming_until=answer.warming_until,
        lag=answer.lag,
        behind_since=(was.behind_since or now) if waiting else None,
        decided_at=answer.decided_at,
        late_s=late,
        held=answer.held,
    )
