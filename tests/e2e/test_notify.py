"""`freshet notify` killed in the midst of its work and started again, on a real Kafka and real HTTP servers."""

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.settings import Settings
from streams import topics
from tests.e2e.worker import environment
from tests.processes import FRESHET, answers, free_port, running
from tests.streams.notify.alerts import alert
from tests.streams.notify.services import Web, web_service
from tests.streams.notify.test_kafka import SECRET, ids, publish

MANY = 30


def tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


async def until(condition: Callable[[], bool], log: Path) -> None:
    try:
        async with asyncio.timeout(120):
            while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - what is waited for says nothing by itself
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(await asyncio.to_thread(tail, log)) from None


@contextmanager
def notify(settings: Settings, folder: Path, channels: dict[str, Web]) -> Iterator[tuple[Any, str]]:
    """The command as a deployer runs it -> its process, and where it serves its pages."""
    port = free_port()
    named = {name: {"webhook": web.address, "secret": SECRET, "per_minute": 6000} for name, web in channels.items()}
    env = environment(settings) | {
        "FRESHET_NOTIFY__CHANNELS": json.dumps(named),
        "FRESHET_NOTIFY__GROUP": settings.topics.alerts.partition(".")[0],
        "FRESHET_NOTIFY__WEB_PORT": str(port),
    }
    with running([FRESHET, "notify"], folder, env) as process:
        yield process, f"http://127.0.0.1:{port}"


async def test_a_kill_loses_nothing_and_repeats_at_most_what_was_on_its_way(
    settings_for_kafka: Settings, tmp_path: Path
) -> None:
    """Every alert reaches every channel: one that is down delays no other, and has all once it is back."""
    settings = settings_for_kafka
    topics.apply(settings)
    news = {each.alert_id: each for each in (alert(f"t{n}") for n in range(MANY))}
    async with web_service() as team, web_service() as down:
        team.answers, down.answers = [0.05], [503]
        channels = {"team": team, "down": down}
        log = tmp_path / "one" / "log"
        with notify(settings, tmp_path / "one", channels) as (process, pages):
            await until(lambda: answers(f"{pages}/readyz"), log)
            await asyncio.to_thread(publish, settings, news.values())
            await until(lambda: len(team.requests) >= MANY // 3, log)
            process.send_signal(signal.SIGKILL)
            process.wait()
        before = ids(team)

        log = tmp_path / "two" / "log"
        with notify(settings, tmp_path / "two", channels) as (process, pages):
            await until(lambda: set(ids(team)) == set(news), log)
            down.answers = [200]
            await until(lambda: set(ids(down)) == set(news), log)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 30) == 0

    assert 0 < len(before) < MANY
    assert len(set(before)) == len(before)
    assert len(ids(team)) <= MANY + 1  # the one that was on its way when it was killed
    assert SECRET not in log.read_text()
    assert down.address not in log.read_text()
