"""Channels on a real Kafka: each alert once to each, whoever fails, and whoever takes over."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from config.settings import Settings, load
from detectors.model.alerts import Alert
from streams import topics
from streams.admin import async_settings, client_settings
from streams.dead_letters import MESSAGE, REASON, TASK, TOPIC
from streams.delivery import Delivery
from streams.errors import StreamsError
from streams.follow import Received, follow
from streams.notify.metrics import NotifyMetrics
from streams.notify.running import Line, check_topics, lines
from streams.notify.senders import senders
from streams.notify.store import Store
from tests.streams.notify.alerts import alert
from tests.streams.notify.services import Web, web_service

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def on(kafka: Settings, channels: dict[str, Web], **knobs: Any) -> Settings:
    """Settings with a webhook for each of these services."""
    named = {name: {"webhook": web.address, "secret": SECRET, "per_minute": 6000} for name, web in channels.items()}
    prefix = kafka.topics.alerts.partition(".")[0]
    notify = {"group": f"{prefix}.notify", "channels": named, **knobs}
    return load(kafka={"bootstrap_servers": kafka.kafka.bootstrap_servers}, topics=kafka.topics.names(), notify=notify)


def publish(settings: Settings, alerts: Iterable[Alert | bytes]) -> None:
    with Delivery(client_settings(settings), settings.topics.alerts) as delivery:
        for each in alerts:
            value = each if isinstance(each, bytes) else msgspec.json.encode(each)
            delivery.send("test", b"broken" if isinstance(each, bytes) else each.dedup_key.encode(), value)


def read(settings: Settings, topic: str) -> list[Received]:
    with follow(client_settings(settings), [topic], from_beginning=True, quiet_s=2) as records:
        return list(records)


def ids(service: Web) -> list[str]:
    return [request.headers["webhook-id"] for request in service.requests]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not condition():  # noqa: ASYNC110 - what is waited for says nothing by itself
            await asyncio.sleep(0.05)


@asynccontextmanager
async def notifying(settings: Settings) -> AsyncIterator[tuple[list[Line], CollectorRegistry]]:
    """A process's worth of channels, ready; ended without a word, as by a kill, when the block ends."""
    registry, ways = CollectorRegistry(), senders(settings.notify)
    store = Store(async_settings(settings), settings.topics.told)
    running = lines(settings, ways, store, NotifyMetrics(registry, ways, "0"))
    await store.start()
    tasks = [asyncio.create_task(line.reader.run()) for line in running]
    try:
        await until(lambda: all(line.watch.settled for line in running))
        yield running, registry
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.stop()
        for way in ways.values():
            await way.close()


def counted(registry: CollectorRegistry, channel: str, outcome: str) -> float:
    labels = {"channel": channel, "outcome": outcome}
    return registry.get_sample_value("freshet_notify_alerts_total", labels) or 0.0


def happened(registry: CollectorRegistry, channel: str, outcome: str) -> bool:
    return counted(registry, channel, outcome) == 1


def said(letter: Received) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in letter.headers}


async def test_a_channel_that_is_down_delays_no_other(settings_for_kafka: Settings) -> None:
    """The others have everything while it is tried; what it does not take becomes a dead letter that says why."""
    topics.apply(settings_for_kafka)
    news = [alert(f"t{n}") for n in range(6)]
    old = alert("old", detected_at=news[0].detected_at - timedelta(days=8))
    async with web_service() as good, web_service() as down, web_service() as strict:
        down.answers, strict.answers = [503], [400]
        services = {"good": good, "down": down, "strict": strict}
        settings = on(settings_for_kafka, services)
        check_topics(settings)
        async with notifying(settings) as (running, registry):
            publish(settings, [*news, old, b"no alert"])
            await until(lambda: len(good.requests) == len(news))
            failing = next(line.watch for line in running if line.watch.name == "down")
            await until(lambda: failing.failing_since is not None)
            assert counted(registry, "down", "first") == counted(registry, "down", "dead_letter") == 0
            await until(lambda: counted(registry, "strict", "dead_letter") == len(news))
            for channel in ("good", "strict"):
                for outcome in ("too_old", "unreadable"):
                    await until(partial(happened, registry, channel, outcome))
        async with notifying(on(settings_for_kafka, services, give_up_s=0)) as (_, registry):
            await until(lambda: counted(registry, "down", "dead_letter") == len(news))
            await until(partial(happened, registry, "down", "unreadable"))

    assert sorted(ids(good)) == sorted(each.alert_id for each in news)
    assert sorted(ids(strict)) == sorted(ids(good))  # each once: a no is a no
    letters = read(settings, topics.dead_letters(settings.topics.alerts))
    for channel, reason, why in (("down", "gave_up", "HTTP 503, 1 attempts"), ("strict", "refused", "HTTP 400")):
        mine = [(letter, headers) for letter in letters if (headers := said(letter))[TASK] == channel]
        failed = [letter.value for letter, headers in mine if headers[REASON] == reason]
        assert sorted(map(bytes, filter(None, failed))) == sorted(map(msgspec.json.encode, news))
        assert [letter.value for letter, headers in mine if headers[REASON] == "not_json"] == [b"no alert"]
        assert {headers[MESSAGE] for _, headers in mine if headers[REASON] == reason} == {f"channel {channel}: {why}"}
        assert {headers[TOPIC] for _, headers in mine} == {settings.topics.alerts}


async def test_nothing_is_told_twice_by_who_takes_over(settings_for_kafka: Settings) -> None:
    """Two processes share a channel; when one goes, the other knows what was told, and the threads."""
    topics.apply(settings_for_kafka)
    first = [alert(f"t{n}") for n in range(12)]
    async with web_service() as service:
        settings = on(settings_for_kafka, {"team": service})
        async with notifying(settings) as (one, its), notifying(settings) as (two, others):
            shares = [each[0].reader for each in (one, two)]
            await until(lambda: all(len(reader.partitions) == 2 for reader in shares))
            publish(settings, first)
            await until(lambda: sum(counted(each, "team", "first") for each in (its, others)) == len(first))
        again = [alert(f"t{n}", 2, action="escalated") for n in range(12)]
        publish(settings, again)  # while nobody runs
        async with notifying(settings) as (_, registry):
            publish(settings, first)  # a worker restarts: what it had published comes again
            await until(lambda: counted(registry, "team", "duplicate") == len(first))
            await until(lambda: counted(registry, "team", "follow_up") == len(again))

    assert sorted(ids(service)) == sorted(each.alert_id for each in [*first, *again])


async def test_a_new_channel_begins_with_what_comes(settings_for_kafka: Settings) -> None:
    """What was published before its first start is not for it; what comes after a stop is."""
    topics.apply(settings_for_kafka)
    publish(settings_for_kafka, [alert(f"before{n}") for n in range(8)])
    async with web_service() as service:
        settings = on(settings_for_kafka, {"team": service})
        async with notifying(settings):
            pass
        publish(settings, [alert(f"while{n}") for n in range(8)])
        async with notifying(settings):
            await until(lambda: len(service.requests) == 8)

    assert {each.partition("-")[0].rstrip("0123456789") for each in ids(service)} == {"while"}


async def test_a_stop_hears_what_is_on_its_way(settings_for_kafka: Settings) -> None:
    """The answer that comes after the word to stop is remembered: the next process does not ask again."""
    topics.apply(settings_for_kafka)
    async with web_service() as service:
        service.answers = [1.0, 200]
        settings = on(settings_for_kafka, {"team": service})
        async with notifying(settings) as ((line,), registry):
            publish(settings, [alert("t1")])
            await until(lambda: len(service.requests) == 1)
            line.reader.stop()
            await until(lambda: counted(registry, "team", "first") == 1)
        async with notifying(settings) as (_, registry):
            publish(settings, [alert("t2")])
            await until(lambda: counted(registry, "team", "first") == 1)

    assert [each.partition("-")[0] for each in ids(service)] == ["t1", "t2"]


def test_missing_or_misfit_topics_are_said(settings_for_kafka: Settings) -> None:
    """One line before anything is read."""
    with pytest.raises(StreamsError, match=r"does not exist .*freshet topics apply"):
        check_topics(settings_for_kafka)
