"""The page reads a real Kafka: all open trends, the day's alerts, and goes on when the broker was away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.sections import Page
from config.settings import Settings, load
from streams import clock, topics
from streams.admin import async_settings, client_settings
from streams.broker import EmbeddedKafka
from streams.delivery import Delivery
from streams.errors import StreamsError
from streams.page.board import DAY_S, Board
from streams.page.running import _partitions, run
from streams.page.source import Source
from tests.streams.page.told import alert, slow, trend, value


def send(settings: Settings, topic: str, records: dict[str, bytes | None]) -> None:
    with Delivery(client_settings(settings), topic) as delivery:
        for key, record in records.items():
            delivery.send("test", key.encode(), record)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is waited for says nothing by itself
            await asyncio.sleep(0.05)


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[tuple[Board, Source]]:
    board = Board(Page(), 20.0)
    source = Source(board, settings.topics, async_settings(settings), _partitions(settings))
    task = asyncio.create_task(source.run())
    try:
        yield board, source
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_there_is_read_and_what_comes_too(settings_for_kafka: Settings) -> None:
    """A trend that was forgotten is not there; the page is loading until it has read to the end."""
    settings, names = settings_for_kafka, settings_for_kafka.topics
    topics.apply(settings)
    send(settings, names.trends, {f"t{i}": value(trend(f"t{i}")) for i in range(8)})
    send(settings, names.trends, {"t0": None, "t1": b"no trend"})
    send(settings, names.alerts, {"k": value(alert("a1"))})
    send(settings, names.rules, {"team": b'{"rule_id": "team"}', "gone": b'{"rule_id": "gone"}', "bad": b"[]"})
    send(settings, names.rules, {"gone": None})

    async with reading(settings) as (board, source):
        assert source.loading
        await until(lambda: not source.loading)
        assert set(board.trends.changed(0)) == {f"t{i}" for i in range(1, 8)}
        assert list(board.alerts.changed(0)) == ["a1.0.fired"]
        assert (list(board.rules.by_id), list(board.rules.refused)) == (["team"], ["bad"])
        assert source.unreadable == 1

        send(settings, names.trends, {"t9": value(trend("t9"))})
        await until(lambda: board.trends.get("t9") is not None)


async def test_a_slow_trend_told_days_ago_is_read_and_other_alerts_of_then_are_not(
    settings_for_kafka: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lasts for days, and stands nowhere but on the alerts topic. The broker sets the times of records."""
    settings, began = settings_for_kafka, clock.now()
    topics.apply(settings)
    send(settings, settings.topics.alerts, {"s1": value(slow("s1")), "k": value(alert("a1"))})
    monkeypatch.setattr(clock, "now", lambda: began + 5 * DAY_S)

    async with reading(settings) as (board, source):
        await until(lambda: not source.loading)
        assert list(board.trends.changed(0)) == ["s1"]
        assert len(board.alerts) == 0


async def test_a_broker_that_restarts_is_waited_for(tmp_path: Path) -> None:
    """The page says since when it is cut off, and goes on where it was."""
    broker = EmbeddedKafka(tmp_path / "kafka")
    broker.start()
    try:
        settings = load(kafka={"bootstrap_servers": broker.bootstrap_servers})
        topics.apply(settings)
        send(settings, settings.topics.trends, {"t1": value(trend("t1"))})
        async with reading(settings) as (board, source):
            await until(lambda: not source.loading)
            broker.stop()
            await until(lambda: source.lost_at is not None)
            assert board.trends.get("t1") is not None

            await asyncio.to_thread(broker.start)
            await until(lambda: source.lost_at is None)
            seq = board.seq
            send(settings, settings.topics.trends, {"t2": value(trend("t2"))})
            await until(lambda: board.trends.get("t2") is not None)
            assert board.seq == seq + 1
    finally:
        broker.stop()


def test_a_missing_topic_is_said(settings_for_kafka: Settings) -> None:
    """Before anything is served."""
    with pytest.raises(StreamsError, match=r"trends.*topics apply"):
        run(settings_for_kafka, print)


def test_a_taken_port_is_said(settings_for_kafka: Settings) -> None:
    """With what to do about it."""
    import socket

    topics.apply(settings_for_kafka)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        page = settings_for_kafka.page.model_copy(update={"port": taken.getsockname()[1]})
        with pytest.raises(
            StreamsError, match=r"address already in use: end what uses it, or name another \(FRESHET_PA"
        ):
            run(settings_for_kafka.model_copy(update={"page": page}), print)
