"""Chat and mail through apprise, against real servers on loopback that fail, are slow, or take only some of it."""

import asyncio
import json
import logging
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from streams.errors import UsageError
from streams.notify.chat import Chat
from streams.notify.harmless import ZERO_WIDTH
from streams.notify.message import Message
from streams.notify.running import quieten
from streams.notify.sender import Answer, Later, Refused, Sent
from tests.streams.notify.alerts import alert, hostile, message
from tests.streams.notify.services import Web, mail_service, web_service

BOT = "slack://xoxb-1234-1234-abc124/#trends"
DISCORD = "discord://123456789012345678/abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnop/12315544"
WEBHOOK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#trends"


@pytest.fixture
def hosted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Web], None]:
    """Services on the internet, on loopback instead, and without apprise's own pauses."""

    def at(service: Web) -> None:
        monkeypatch.setattr(NotifySlack, "api_url", f"{service.address}/api/{{}}")
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{service.address}/services")
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"{service.address}/webhooks")
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{service.address}/bot")

    for each in (NotifySlack, NotifyDiscord, NotifyTelegram):
        monkeypatch.setattr(each, "request_rate_per_sec", 0)
    return at


def follow_up(first: Message, thread: str | None, revision: int = 2) -> Message:
    told = message(alert(revision=revision, action="updated"))
    return told._replace(thread=thread, subject=first.subject, follows=True)


def mail_to(port: int, *people: str) -> Chat:
    return Chat("team", f"mailto://127.0.0.1:{port}?from=freshet@example.org&to={','.join(people)}")


async def test_a_slack_bot_answers_in_the_thread_it_began(hosted: Callable[[Web], None]) -> None:
    """The first message's time, as Slack tells it, is where the news go; another trend has its own."""
    async with web_service() as service:
        hosted(service)
        service.body = b'{"ok": true, "channel": "C1", "ts": "1700000000.000100"}'
        chat = Chat("team", BOT)
        first = message()
        assert chat.threads
        assert await chat.send(first) == Sent("1700000000.000100")
        service.body = b'{"ok": true, "channel": "C1", "ts": "1700000009.000900"}'
        assert await chat.send(follow_up(first, "1700000000.000100")) == Sent("1700000000.000100")
        assert await chat.send(message(alert("t2"))) == Sent("1700000009.000900")

    threads = [json.loads(request.body).get("thread_ts") for request in service.requests]
    assert threads == [None, "1700000000.000100", None]
    assert "https://page.example/?trend=t1" in json.loads(service.requests[0].body)["attachments"][0]["text"]


async def test_news_of_a_trend_are_one_conversation_by_mail() -> None:
    """Same subject, same reference: mail programs put them together; words are in the body."""
    async with mail_service() as (mailbox, port):
        chat = mail_to(port, "ann@example.org")
        first = message()
        sent = await chat.send(first)
        assert isinstance(sent, Sent)
        assert await chat.send(follow_up(first, sent.thread)) == sent

    one, two = (post.mail for post in mailbox.posts)
    assert (one["Subject"], two["Subject"]) == ("#glassskin · Trend", "Re: #glassskin · Trend")
    assert one["References"] == two["References"] == sent.thread
    assert isinstance(one, EmailMessage)
    assert "38 creators, 4.2 expected." in one.get_content()
    assert one["Message-ID"] != two["Message-ID"]


async def test_who_has_it_does_not_get_it_again() -> None:
    """Of two recipients one is unknown: each further attempt goes to that one only."""
    async with mail_service() as (mailbox, port):
        mailbox.refused = {"gone@example.org"}
        chat = mail_to(port, "ann@example.org", "gone@example.org")
        told = message()
        for _ in range(3):
            assert isinstance(await chat.send(told), Later)
        assert [post.to for post in mailbox.posts] == [["ann@example.org"]]
        await chat.send(message(alert("t2")))

    assert [post.to for post in mailbox.posts] == [["ann@example.org"]] * 2


async def test_a_mail_server_that_is_busy_is_asked_again() -> None:
    """451 is a failure of this attempt; the next one that is taken is sent once."""
    async with mail_service() as (mailbox, port):
        chat, told = mail_to(port, "ann@example.org"), message()
        mailbox.failing = True
        assert isinstance(await chat.send(told), Later)
        mailbox.failing = False
        assert isinstance(await chat.send(told), Sent)

    assert len(mailbox.posts) == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, Refused("HTTP 404")), (403, Refused("HTTP 403")), (500, Later("HTTP 500")), (429, Later("HTTP 429"))],
)
async def test_what_a_service_says_is_heard(hosted: Callable[[Web], None], status: int, answer: object) -> None:
    """Of apprise we hear only that it failed; its status decides whether to ask again."""
    async with web_service() as service:
        hosted(service)
        service.answers = [status]
        assert await Chat("team", WEBHOOK).send(message()) == answer


async def test_a_service_that_is_slow_is_not_told_twice(hosted: Callable[[Web], None]) -> None:
    """Our patience ends first, the message arrives: the next attempt sees that and sends nothing."""
    async with web_service() as service:
        hosted(service)
        service.answers = [0.5, 200]
        chat, told = Chat("team", WEBHOOK), message()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(chat.send(told), 0.05)
        answer: Answer = Later("")
        while isinstance(answer, Later):
            answer = await chat.send(told)
            await asyncio.sleep(0.05)

    assert answer == Sent()
    assert len(service.requests) == 1


async def test_hostile_text_arrives_as_text(hosted: Callable[[Web], None]) -> None:
    """Nobody is called, nothing is linked or rendered, whatever the service writes in."""
    told = message(hostile())
    async with web_service() as service:
        hosted(service)
        service.body = b'{"ok": true, "ts": "1.2", "result": {}}'
        for address in (BOT, DISCORD, TELEGRAM):
            assert isinstance(await Chat("team", address).send(told), Sent)
    slack, discord, telegram = (json.loads(request.body) for request in service.requests)

    said = slack["attachments"][0]["text"]
    assert slack["mrkdwn"] is False
    assert "&lt;" in said
    assert "<" not in said
    assert "icon_url" not in slack
    for words in (said, discord["content"], telegram["text"]):
        assert f"@{ZERO_WIDTH}everyone" in words
        assert "evil.example" not in words
        assert words.count("://") == 1  # our own link
    assert "\\*\\*bold\\*\\*" in discord["content"]
    assert "avatar_url" not in discord
    assert telegram["parse_mode"] == "HTML"
    assert "<script" not in telegram["text"].replace(ZERO_WIDTH, "")


async def test_hostile_text_adds_no_header_to_a_mail() -> None:
    """A line break in a label begins no header, and markup is shown as it was written."""
    async with mail_service() as (mailbox, port):
        assert isinstance(await mail_to(port, "ann@example.org").send(message(hostile())), Sent)

    (post,) = mailbox.posts
    assert post.to == ["ann@example.org"]
    assert post.mail["Bcc"] is None
    assert "\n" not in post.mail["Subject"]
    assert post.mail.get_content_type() == "text/plain"


async def test_teams_gets_text_and_a_link_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where apprise writes Markdown, people's marks are escaped and our link is one."""
    asked: list[dict[str, Any]] = []

    class Taken:
        status_code = 202
        content = b""

    def post(*_: object, **given: Any) -> Taken:
        asked.append(json.loads(given["data"]))
        return Taken()

    monkeypatch.setattr("apprise.plugins.workflows.requests.post", post)
    chat = Chat("team", "workflows://example.org:443/0123456789abcdef/signature/")
    assert await chat.send(message(hostile())) == Sent()
    card = asked[0]["attachments"][0]["content"]["body"]
    text = next(block["text"] for block in card if block.get("id") == "body")

    assert "\\*\\*bold\\*\\*" in text
    assert "(https://page.example/?trend=evil&lang=en)" in text
    assert not [block for block in card if block["type"] == "Image"]


async def test_nothing_of_a_message_or_an_address_is_logged(hosted: Callable[[Web], None]) -> None:
    """What apprise logs holds both; even with everything logged, none of it reaches our log."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        quieten()
        async with web_service() as service:
            hosted(service)
            service.answers = [500]
            await Chat("team", WEBHOOK).send(message(hostile()))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

    assert "TIiajkdnlazkcOXrIdevi7FQ" not in "".join(said)
    assert "bold" not in "".join(said)


@pytest.mark.parametrize("address", ["nosuch://s3cret", "s3cret", "slack://s3cret", "s3cret words://x"])
def test_an_address_that_is_none_is_named_without_it(address: str) -> None:
    """The line says which setting, and no more of its value than a scheme."""
    with pytest.raises(UsageError) as caught:
        Chat("team", address)

    assert str(caught.value).startswith("notify.channels.team.url: value *****")
    assert "s3cret" not in str(caught.value)
