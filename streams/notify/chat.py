"""Chat and mail services through apprise. It tries once, in a thread of its own: a service that hangs hangs alone.

The only module that knows apprise. What apprise logs may hold addresses and people's words: nothing of it is passed on.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import apprise
from apprise.conversion import convert_between
from apprise.plugins import base
from apprise.plugins.email import NotifyEmail
from apprise.plugins.slack import NotifySlack, SlackMode

from detectors.model.alerts import Severity
from streams.errors import UsageError
from streams.notify.harmless import escaped
from streams.notify.message import Message
from streams.notify.sender import Answer, Later, Sent, of_status

log = logging.getLogger("apprise")
log.addHandler(logging.NullHandler())
log.propagate = False
log.setLevel(logging.WARNING)

TYPES: dict[Severity, apprise.NotifyType] = {
    "info": apprise.NotifyType.INFO,
    "warning": apprise.NotifyType.WARNING,
    "critical": apprise.NotifyType.FAILURE,
}
"""What apprise colours messages by."""

READS_MARKDOWN = frozenset({"Discord", "Fluxer", "Guilded", "Mattermost", "Nextcloud Talk", "Revolt", "Ryver"})
"""Services that take Markdown where apprise says plain text."""

STATUS = re.compile(r"\berror=([45]\d\d)\b")
"""How apprise's senders name the HTTP status in what they log."""

ASSET = apprise.AppriseAsset(
    app_id="Freshet",
    app_desc="Freshet",
    app_url="",
    image_url_mask="",  # else every message loads a picture from elsewhere
    image_url_logo="",
    storage_mode=apprise.PersistentStoreMode.MEMORY,
    http_redirects=False,
    interpret_emojis=False,
)


class Chat:
    """One service.

    Args:
        channel: its name, for errors.
        address: as apprise writes it.
    Raises: UsageError if apprise knows no such service, or the address lacks something.
    """

    def __init__(self, channel: str, address: str) -> None:
        service: Any = apprise.Apprise.instantiate(address, asset=ASSET, suppress_exceptions=True)
        if service is None:
            scheme = address.partition("://")[0] if "://" in address else ""
            named = f"begins with {scheme}://" if re.fullmatch(r"[a-z0-9+]{1,20}", scheme) else "has no scheme"
            raise UsageError(
                f"notify.channels.{channel}.url: value ***** ({named}): must be an address that apprise understands:"
                " see apprise's page about that service for what belongs into it"
            )
        self._service = service
        self._busy = False
        self._message_id: str | None = None
        self._accepted: set[Any] = set()
        self._thread_of = _threading(service)

    @property
    def threads(self) -> bool:
        """Mail, and Slack where it speaks as a bot to one channel."""
        return self._thread_of is not None

    @property
    def service(self) -> str:
        """What apprise calls it."""
        return str(self._service.service_name)

    async def send(self, message: Message) -> Answer:
        """Try once."""
        if self._busy:
            return Later("the attempt before has not ended")
        if message.id != self._message_id:
            self._message_id, self._accepted = message.id, set()
        self._busy = True
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = loop.create_future()
        threading.Thread(target=self._run, args=(message, loop, done), name="notify", daemon=True).start()
        return await done

    async def close(self) -> None:
        """Nothing is kept open."""

    def _run(self, message: Message, loop: asyncio.AbstractEventLoop, done: asyncio.Future[Answer]) -> None:
        try:
            answer = self._send(message)
        except Exception as error:  # noqa: BLE001 - whatever a service's code raises is a failure of this channel only
            answer = Later(type(error).__name__)
        finally:
            self._busy = False
        try:
            loop.call_soon_threadsafe(_settle, done, answer)
        except RuntimeError:  # the process is ending
            return

    def _send(self, message: Message) -> Answer:
        base._delivery_tracker.set(self._accepted)  # noqa: SLF001 - so that another attempt leaves out who has it
        threaded = self._thread_of(message) if self._thread_of else None
        heard = _Heard()
        log.addHandler(heard)
        try:
            taken = self._service.notify(**laid_out(self._service, message))
        finally:
            log.removeHandler(heard)
        if taken:
            return Sent(threaded() if threaded else None)
        return of_status(heard.status) if heard.status else Later("not taken")


def laid_out(service: Any, message: Message) -> dict[str, Any]:  # noqa: ANN401 - apprise's plugins are untyped
    """The arguments of apprise's `notify`: people's words as text in whatever the service writes in."""
    text, link, form = message.text, message.link, apprise.NotifyFormat.TEXT
    if service.resolve_format(form) == apprise.NotifyFormat.MARKDOWN:
        text = convert_between(form, apprise.NotifyFormat.MARKDOWN, text)  # type: ignore[no-untyped-call]
        form, link = apprise.NotifyFormat.MARKDOWN, f"[{link}]({link})" if link else ""
    elif service.service_name in READS_MARKDOWN:
        text = escaped(text)
    title = message.title
    if isinstance(service, NotifyEmail):
        text = f"{title}\n\n{text}"
        title = f"Re: {message.subject}" if message.follows else message.subject
    body = f"{text}\n\n{link}" if link else text
    return {"title": title, "body": body, "body_format": form, "notify_type": TYPES[message.severity]}


def _settle(done: asyncio.Future[Answer], answer: Answer) -> None:
    if not done.done():
        done.set_result(answer)


class _Heard(logging.Handler):
    """The HTTP status in what apprise logs on this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self.status: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        found = STATUS.search(record.getMessage()) if record.thread == self._thread else None
        if found:
            self.status = int(found[1])


Threading = Callable[[Message], Callable[[], str | None]]
"""Prepares a service for a message of a thread; what it returns tells the thread's name once it was taken."""


def _threading(service: Any) -> Threading | None:  # noqa: ANN401
    if isinstance(service, NotifyEmail):
        return partial(_mail_thread, service, dict(service.headers))
    if isinstance(service, NotifySlack) and service.mode is SlackMode.BOT and len(service.channels) == 1:
        return _SlackThread(service)
    return None


def _mail_thread(service: Any, headers: dict[str, str], message: Message) -> Callable[[], str | None]:  # noqa: ANN401
    """Mail programs put together what refers to the same message, be it one that nobody ever got."""
    root = message.thread or f"<{message.id}@freshet.invalid>"
    service.headers = {**headers, "References": root, "In-Reply-To": root}
    return lambda: root


class _SlackThread:
    """Slack names a message by its time; a reply is addressed to channel:time."""

    def __init__(self, service: Any) -> None:  # noqa: ANN401
        self._service = service
        (self._channel,) = service.channels
        self._ask = service._send  # noqa: SLF001 - the only place where apprise shows Slack's answer
        self._named: str | None = None
        service._send = self._listen  # noqa: SLF001

    def __call__(self, message: Message) -> Callable[[], str | None]:
        self._named = None
        self._service.channels = [f"{self._channel}:{message.thread}" if message.thread else self._channel]
        return lambda: message.thread or self._named

    def _listen(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        answer = self._ask(*args, **kwargs)
        if isinstance(answer, dict):
            self._named = answer.get("ts")
        return answer
