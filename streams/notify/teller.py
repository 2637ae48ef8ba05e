"""One alert to one channel, from its bytes to what is known afterwards. Where it came from is `reader.py`'s matter."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import structlog

from config.channels import Channel
from config.settings import Settings
from detectors.model.alerts import Alert
from streams import clock
from streams.codec import decode_alert
from streams.dead_letters import dead_letter
from streams.notify.attempts import Attempts, GaveUp
from streams.notify.decision import TOLD, Reason, decide
from streams.notify.digesting import about, digest_message, is_due
from streams.notify.message import Message, message_of
from streams.notify.metrics import NotifyMetrics
from streams.notify.ruling import Ruling
from streams.notify.sender import Refused, Sender
from streams.notify.store import Store
from streams.notify.told import Book, Told
from streams.refusals import Reason as Unreadable
from streams.refusals import Refused as Unusable
from streams.topics import dead_letters

log = structlog.get_logger()

STAGE = "notify"


class Failure(StrEnum):
    """Why a message became a dead letter, beyond what can be wrong with a record."""

    REFUSED = "refused"
    GAVE_UP = "gave_up"


class Considered(NamedTuple):
    """What is to be done about an alert, and what it would say."""

    alert: Alert
    reason: Reason
    message: Message


class Teller:
    """Tells one channel.

    Args:
        name: the channel's.
        ruling: the rules at work; None: no channel names one.
    """

    def __init__(
        self,
        name: str,
        sender: Sender,
        attempts: Attempts,
        store: Store,
        settings: Settings,
        metrics: NotifyMetrics,
        ruling: Ruling | None = None,
    ) -> None:
        self._name = name
        self._ruling = ruling
        self._channel: Channel = settings.notify.channels[name]
        self._knobs = settings.notify
        self._sender = sender
        self._attempts = attempts
        self._store = store
        self._letters = dead_letters(settings.topics.alerts)
        self._metrics = metrics

    async def tell(self, record: Any, book: Book, ours: Callable[[], bool]) -> Reason | None:  # noqa: ANN401
        """Do with an alert's record what is to be done.

        Args:
            record: as aiokafka delivers it.
            book: what the channel was told of the record's partition.
            ours: whether the partition is still this process's.

        Returns: what became of it; None: nothing, the partition went to another process.
        """
        considered = self._consider(record.value, book)
        if isinstance(considered, Unusable):
            await self._put_aside(record, considered.reason, considered.message)
            return self._count(Reason.UNREADABLE)
        if considered.reason not in TOLD:
            return self._count(considered.reason)
        rule, alert_id = self._channel.rule, considered.alert.alert_id
        sends = await self._ruling.sends(rule, record, alert_id, ours) if rule and self._ruling else True
        if sends is None:
            return None
        return await self._send(record, considered, book, ours) if sends else self._count(Reason.RULED)

    async def tell_digest(self, partition: int, book: Book, ours: Callable[[], bool]) -> None:
        """Tell of what the channel's rule held back, if that is due. What fails is not tried again: the next one comes.

        Args:
            partition: in which it is remembered that it was told; the one process that has it tells.
            book: what the channel was told of that partition.
        """
        rule, now = self._channel.rule, clock.now()
        digest = self._ruling.digest(rule) if self._ruling and rule else None
        if digest is None or not is_due(digest, book.get(about(rule), now), now=now, max_age_s=self._knobs.max_age_s):
            return
        message = digest_message(digest, self._channel.language, self._knobs.page_url)
        end = await self._attempts.deliver(message, ours)
        if end is None:
            return
        if isinstance(end, Refused | GaveUp):
            log.error("a digest was not sent", channel=self._name, rule=rule, why=end.why)
        told = Told(at=clock.now(), revision=0, alert_ids=(message.id,), subject=message.subject)
        book.put(message.about, told)
        await self._store.write(self._name, partition, message.about, told)

    def _consider(self, value: bytes | None, book: Book) -> Considered | Unusable:
        alert, now = decode_alert(value), clock.now()
        if isinstance(alert, Unusable):
            return alert
        try:
            told = book.get(alert.dedup_key, now)
            threads, max_age_s = self._sender.threads, self._knobs.max_age_s
            reason = decide(alert, told, self._channel, threads=threads, now=now, max_age_s=max_age_s)
            message = message_of(alert, value or b"", self._channel.language, self._knobs.page_url)
        except Exception:
            # The next alert may be fine: one that our code fails on holds up no channel.
            log.exception("an alert cannot be handled", channel=self._name)
            return Unusable(Unreadable.INTERNAL_ERROR, "our own code fails on this alert: the log says where")
        if told is not None:
            message = message._replace(subject=told.subject, thread=told.thread, follows=True)
        return Considered(alert, reason, message)

    async def _send(
        self,
        record: Any,  # noqa: ANN401 - aiokafka is untyped
        considered: Considered,
        book: Book,
        ours: Callable[[], bool],
    ) -> Reason | None:
        alert, reason, message = considered
        end = await self._attempts.deliver(message, ours)
        if end is None:
            return None
        if isinstance(end, Refused):
            return await self._failed(record, alert, Failure.REFUSED, end.why)
        if isinstance(end, GaveUp):
            return await self._failed(record, alert, Failure.GAVE_UP, f"{end.why}, {end.tries} attempts")
        await self._remember(record.partition, book, alert, message, end.thread)
        self._metrics.delay.labels(self._name).observe(max(0.0, clock.now() - record.timestamp / 1000))
        return self._count(reason)

    async def _remember(self, partition: int, book: Book, alert: Alert, message: Message, thread: str | None) -> None:
        now, key = clock.now(), alert.dedup_key
        told = book.get(key, now) or Told(
            at=now, revision=alert.revision, alert_ids=(), subject=message.subject, thread=thread
        )
        told = told.also(alert.alert_id, alert.revision, now)
        book.put(key, told)
        await self._store.write(self._name, partition, key, told)
        for gone in list(book.surplus(now)):
            await self._store.write(self._name, partition, gone, None)

    async def _failed(self, record: Any, alert: Alert, failure: Failure, why: str) -> Reason:  # noqa: ANN401
        log.error("an alert was not sent", channel=self._name, alert_id=alert.alert_id, reason=str(failure), why=why)
        await self._put_aside(record, failure, f"channel {self._name}: {why}")
        return self._count(Reason.DEAD_LETTER)

    async def _put_aside(self, record: Any, reason: StrEnum, said: str) -> None:  # noqa: ANN401
        letter = dead_letter(record, reason, said, STAGE, task=self._name, where="notify.teller")
        await self._store.send(self._letters, letter.key, letter.value, headers=letter.headers)

    def _count(self, reason: Reason) -> Reason:
        self._metrics.alerts.labels(self._name, reason).inc()
        return reason
