"""Puts the channels together and runs them until told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

from aiohttp import web
from prometheus_client import CollectorRegistry

from config.settings import Settings
from streams import clock, logs, topics
from streams.admin import async_settings, client_settings
from streams.delivery import missing
from streams.errors import StreamsError
from streams.notify.attempts import Attempts
from streams.notify.metrics import NotifyMetrics
from streams.notify.pace import Pace
from streams.notify.partitions import Partitions
from streams.notify.reader import Reader
from streams.notify.ruling import Ruling
from streams.notify.ruling_reader import RulingReader
from streams.notify.sender import Answer, Sender
from streams.notify.server import web_app
from streams.notify.store import Store
from streams.notify.teller import Teller
from streams.notify.watch import Watch

STOP_S = 2.0
"""How long open connections may take to end, seconds."""

QUIET = {"kafka": logging.ERROR, "aiokafka": logging.WARNING, "urllib3": logging.ERROR, "requests": logging.ERROR}
"""Least level of what libraries say: no news, or addresses that are secrets."""


class Line(NamedTuple):
    """One channel, put together."""

    reader: Reader
    watch: Watch


def run(settings: Settings, senders: Mapping[str, Sender], ready: Callable[[str], None]) -> None:
    """Tell the channels.

    Args:
        senders: the way to each channel.
        ready: told where the metrics are, once they are.
    Raises: StreamsError if Kafka is not reached, a topic is missing, or the port is taken.
    """
    logs.configure(settings.logs.level, settings.logs.format)
    quieten()
    partitions = check_topics(settings)
    asyncio.run(_serve(settings, senders, partitions, ready))


def quieten() -> None:
    """Keep to ourselves what libraries would log, whatever the level of our own logs."""
    for library, level in QUIET.items():
        logging.getLogger(library).setLevel(level)


def check_topics(settings: Settings) -> int:
    """The number of partitions of alerts. Raises: StreamsError unless what is read and written exists and fits."""
    found = {spec.name: spec.partitions for spec in topics.found(settings)}
    names = settings.topics
    ruled = any(channel.rule for channel in settings.notify.channels.values())
    for topic in (names.alerts, names.told, topics.dead_letters(names.alerts), *((names.rules,) if ruled else ())):
        if topic not in found:
            raise missing(topic, client_settings(settings)["bootstrap_servers"])
    if found[names.alerts] != found[names.told]:
        raise StreamsError(
            f"{names.told} has {found[names.told]} partitions, {names.alerts} has {found[names.alerts]}: they must be"
            " the same: delete the first (what channels know is then forgotten) and run `freshet topics apply`"
        )
    return found[names.alerts]


def lines(
    settings: Settings,
    senders: Mapping[str, Sender],
    store: Store,
    metrics: NotifyMetrics,
    ruling: Ruling | None = None,
) -> list[Line]:
    """Every channel, put together; nothing of one is another's but the producer, and what rules decide."""
    return [_line(name, sender, settings, store, metrics, ruling) for name, sender in senders.items()]


def ruling_of(settings: Settings, senders: Mapping[str, Sender], metrics: NotifyMetrics) -> Ruling | None:
    """The rules that these channels name; None: they name none."""
    named = {settings.notify.channels[name].rule for name in senders} - {""}
    return Ruling(named, settings.topics.rules, metrics) if named else None


def _line(
    name: str, sender: Sender, settings: Settings, store: Store, metrics: NotifyMetrics, ruling: Ruling | None
) -> Line:
    knobs, watch = settings.notify, Watch(name, metrics)

    def heard(answer: Answer) -> None:
        watch.heard(answer, clock.monotonic())

    pace = Pace(knobs.channels[name].per_minute)
    attempts = Attempts(sender, pace, attempt_s=knobs.attempt_s, give_up_s=knobs.give_up_s, heard=heard)
    teller = Teller(name, sender, attempts, store, settings, metrics, ruling)
    group = f"{knobs.group}.{name}"
    partitions = Partitions(name, knobs, store)
    reader = Reader(group, settings.topics.alerts, async_settings(settings), partitions, teller, watch, metrics)
    return Line(reader, watch)


async def _serve(
    settings: Settings, senders: Mapping[str, Sender], partitions: int, ready: Callable[[str], None]
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    registry = CollectorRegistry()
    metrics = NotifyMetrics(registry, senders, version("freshet-trends"))
    store = Store(async_settings(settings), settings.topics.told)
    ruling = ruling_of(settings, senders, metrics)
    channels = lines(settings, senders, store, metrics, ruling)
    client = async_settings(settings)
    rules = None if ruling is None else RulingReader(ruling, settings.topics, client, partitions)
    app = web_app([line.watch for line in channels], registry, metrics)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_S)
    await runner.setup()
    try:
        await _listen(runner, settings)
        await store.start()
        ready(f"http://{settings.notify.web_host}:{settings.notify.web_port}/metrics")
        await _until(stop, channels, rules, settings.notify.attempt_s + STOP_S)
    finally:
        await store.stop()
        await runner.cleanup()
        for sender in senders.values():
            await sender.close()


async def _until(stop: asyncio.Event, channels: list[Line], rules: RulingReader | None, grace_s: float) -> None:
    """Run every channel, and the rules, until told to stop, or one ends, which it should not.

    Args:
        grace_s: how long what is on its way may take then: an answer that is not heard would be asked for again.
    """
    waiting = asyncio.create_task(stop.wait())
    tasks = [asyncio.create_task(line.reader.run()) for line in channels]
    beside: list[asyncio.Task[Any]] = [waiting] if rules is None else [waiting, asyncio.create_task(rules.run())]
    done, _ = await asyncio.wait([*beside, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for line in channels:
        line.reader.stop()
    await asyncio.wait(tasks, timeout=grace_s)
    for task in (*beside, *tasks):
        task.cancel()
    await asyncio.gather(*beside, *tasks, return_exceptions=True)
    try:
        for task in done - {waiting}:
            await task
    except ExceptionGroup as group:
        ours = group.subgroup(StreamsError)
        raise group if ours is None else _first(ours) from None


def _first(group: ExceptionGroup[StreamsError]) -> StreamsError:
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, StreamsError)
    return error


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    host, port = settings.notify.web_host, settings.notify.web_port
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        why = error.strerror.rpartition(": ")[2] if error.strerror else str(error)
        raise StreamsError(
            f"{host}:{port}: {why}: end what uses it, or name another"
            " (FRESHET_NOTIFY__WEB_PORT, FRESHET_NOTIFY__WEB_HOST)"
        ) from error
