"""The demo from start to verdict: broker, topics, worker, stream; all of it ends in reverse, however it ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from config.settings import Settings, load
from streams import clock, topics
from streams.admin import client_settings
from streams.broker import HOST, EmbeddedKafka
from streams.delivery import Delivery
from streams.demo import verdict
from streams.demo.feed import Feed
from streams.demo.live_table import Moment
from streams.demo.process import OwnProcess, free_port, merged
from streams.demo.screen import Screen
from streams.demo.script import Script
from streams.demo.verdict import Check
from streams.demo.watch import Watch, watching
from streams.demo.worker import DemoWorker
from streams.errors import StreamsError
from streams.jars import KAFKA_VERSION
from streams.recent import recent

TAIL_S = 9.0
"""The last record is sent so long before the end: the worker waits for silent partitions before it decides the rest."""

PATIENCE_S = 120.0
"""How much longer than asked for the run may take on a slow machine, seconds."""

POLL_S = 0.1

Overrides = dict[str, dict[str, Any]]


def play(script: Script, seconds: float, screen: Screen) -> list[Check]:
    """Show a stream going through the real worker, on a real Kafka.

    Args:
        seconds: how long in all, start included.
    Raises: StreamsError if anything ends that should not, or cannot start.
    """
    began = clock.monotonic()
    with _folder() as folder, ExitStack() as stack:
        overrides = _broker(folder, stack, screen)
        settings = load(**overrides)
        worker = DemoWorker({**overrides, "worker": {"data_dir": folder / "worker"}}, folder / "worker.log")
        with screen.step("The worker starts ..."):
            stack.enter_context(worker).wait_until_ready()
        screen.say(f"worker ready; set up in {clock.monotonic() - began:.0f} s")
        page = _page(overrides, worker, folder, stack, screen)
        watch = stack.enter_context(watching(client_settings(settings), settings.topics))
        feed = _feed(script, settings, stack, until=began + seconds - TAIL_S)
        run = Run(script, settings, worker, watch, feed, screen)
        with screen.playing():
            run.until_decided(began + seconds)
        page.must_live()
        return run.judge()


class Run:
    """A stream on its way through a worker that is ready."""

    def __init__(
        self, script: Script, settings: Settings, worker: DemoWorker, watch: Watch, feed: Feed, screen: Screen
    ) -> None:
        self._script = script
        self._bucket_s = settings.detection.bucket_s
        self._warm_at = script.start_at + settings.detection.warm_up_s
        self._worker = worker
        self._watch = watch
        self._feed = feed
        self._screen = screen

    def until_decided(self, deadline: float) -> None:
        """Send and show until all is decided, or time is up.

        Args:
            deadline: moment of the wished end, seconds of the monotonic clock.
        """
        now = clock.monotonic()
        while not self._decided() and now < deadline + PATIENCE_S:
            self._worker.must_live()
            busy = self._feed.step(now)
            new = self._watch.poll(0 if busy else POLL_S)
            now = clock.monotonic()
            self._screen.show(self._moment(deadline - now), self._watch, new)

    def judge(self) -> list[Check]:
        """Whether all worked."""
        self._worker.must_live()
        ready, said = self._worker.pages.ready()
        status = self._worker.pages.latest
        if status is None:
            raise StreamsError(f"the worker never showed its metrics: see {self._worker.log_file}")
        run = verdict.Run(
            sent=self._feed.sent,
            read=status.records,
            lag=status.lag,
            decided=self._decided(),
            refused=status.outcomes["dead_letter"],
            late=status.outcomes["late_dropped"],
            ready=ready,
            said=said,
        )
        truth = self._script.truth
        return verdict.work(run) + ([] if truth is None else verdict.detection(truth, self._watch.alerts))

    def _decided(self) -> bool:
        """Whether the last bucket of the stream was decided. What leads to an alert is sent before that is said."""
        status, decided_at = self._worker.pages.look(), self._decided_at()
        if status is None or decided_at is None or not self._feed.done:
            return False
        return status.lag == 0 and decided_at > self._feed.reached_at

    def _decided_at(self) -> float | None:
        """The end of the last decided bucket. The worker says how old that was when it last decided, not now."""
        status = self._worker.pages.latest
        if status is None or status.decided_at is None:
            return None
        return status.decided_at // self._bucket_s * self._bucket_s

    def _moment(self, seconds_left: float) -> Moment:
        pages = self._worker.pages
        status = pages.latest
        return Moment(
            sent=self._feed.sent,
            records_per_s=pages.records_per_s,
            lag=None if status is None else status.lag,
            decided_at=self._decided_at(),
            warm_at=self._warm_at,
            seconds_left=seconds_left,
        )


@contextmanager
def _folder() -> Iterator[Path]:
    """A place for Kafka's data and all logs; only an error leaves the logs behind, for it names them."""
    folder = Path(tempfile.mkdtemp(prefix="freshet-demo-"))
    try:
        yield folder
    except StreamsError:
        for path in folder.glob("*/log"):
            shutil.rmtree(path)
        if not any(folder.iterdir()):
            folder.rmdir()
        raise
    except BaseException:
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def _broker(folder: Path, stack: ExitStack, screen: Screen) -> Overrides:
    """Have a Kafka with the declared topics -> the settings that name it."""
    settings = load()
    if settings.kafka.bootstrap_servers:
        topics.apply(settings)
        _must_be_empty(settings)
        screen.say(f"Kafka at {settings.kafka.bootstrap_servers} and its topics, as the settings say")
        return {}
    with screen.step(f"Kafka {KAFKA_VERSION} starts ..."):
        kafka = stack.enter_context(EmbeddedKafka(folder / "kafka"))
        overrides: Overrides = {
            "kafka": {"bootstrap_servers": kafka.bootstrap_servers},
            "topics": {"replication_factor": 1},
        }
        topics.apply(load(**overrides))
    screen.say(f"Kafka {KAFKA_VERSION} at {kafka.bootstrap_servers}, topics made")
    return overrides


def _page(overrides: Overrides, worker: DemoWorker, folder: Path, stack: ExitStack, screen: Screen) -> OwnProcess:
    """Serve the live page beside the worker; it takes a few seconds until it answers, and nobody waits for it."""
    port = free_port()
    where = {"page": {"host": HOST, "port": port, "workers": worker.url}}
    page = stack.enter_context(OwnProcess("page", merged(overrides, where), folder / "page.log"))
    screen.say(f"the live page: http://{HOST}:{port}/")
    return page


def _must_be_empty(settings: Settings) -> None:
    """Made-up posts must not get among real ones, nor what was counted and told before into the verdict."""
    names = settings.topics
    for topic in (names.posts, names.engagements, names.runs, names.ticks, names.alerts, names.trends):
        if recent(client_settings(settings), topic, names.partitions):
            raise StreamsError(
                f"{topic} at {settings.kafka.bootstrap_servers} holds records already: the demo needs topics of its "
                "own; name others (FRESHET_TOPICS__POSTS and so on), or unset kafka.bootstrap_servers: it then starts "
                "a broker of its own"
            )


def _feed(script: Script, settings: Settings, stack: ExitStack, until: float) -> Feed:
    client = client_settings(settings)
    return Feed(
        script.pieces,
        {
            "post": stack.enter_context(Delivery(client, settings.topics.posts)),
            "engagement": stack.enter_context(Delivery(client, settings.topics.engagements)),
        },
        turn_at=script.turn_at,
        end_at=script.end_at,
        until=until,
    )
