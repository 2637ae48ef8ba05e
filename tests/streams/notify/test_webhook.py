"""Signed records to a real HTTP server that takes them, refuses them, is slow, or is not there."""

import base64
import hashlib
import hmac
import json

import msgspec
import pytest

from streams import clock
from streams.notify.sender import Later, Refused, Sent
from streams.notify.webhook import Webhook, retry_after
from tests.streams.notify.alerts import alert, hostile, message
from tests.streams.notify.services import Request, web_service

KEY = bytes(range(32))
OLD_KEY = bytes(range(1, 33))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
SECRETS = f"{SECRET} whsec_{base64.b64encode(OLD_KEY).decode()}"


def verified(request: Request, key: bytes) -> bool:
    """As a receiver does it by the specification."""
    headers = request.headers
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


async def test_a_record_comes_signed_and_whole() -> None:
    """Its id is the alert's, its time is now, its data is the alert as on the topic, hostile texts and all."""
    one = hostile()
    async with web_service() as service:
        webhook = Webhook(f"{service.address}/hook?token=s3cret", SECRET, attempt_s=5)
        assert await webhook.send(message(one)) == Sent()
        await webhook.close()

    (request,) = service.requests
    assert request.path == "/hook"
    assert verified(request, KEY)
    assert not verified(request._replace(body=request.body + b" "), KEY)
    assert request.headers["webhook-id"] == one.alert_id
    assert abs(int(request.headers["webhook-timestamp"]) - clock.now()) < 60
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.body)
    assert (body["type"], body["data"]) == ("alert.fired", json.loads(msgspec.json.encode(one)))
    assert body["timestamp"] == body["data"]["detected_at"]


async def test_a_secret_can_be_changed() -> None:
    """While there are two, receivers that know either can check."""
    async with web_service() as service:
        webhook = Webhook(service.address, SECRETS, attempt_s=5)
        await webhook.send(message())
        await webhook.close()

    assert verified(service.requests[0], KEY)
    assert verified(service.requests[0], OLD_KEY)


async def test_another_attempt_is_the_same_message() -> None:
    """Same id, same bytes: a receiver that took it the first time can tell."""
    async with web_service() as service:
        service.answers = [503, 200]
        webhook = Webhook(service.address, SECRET, attempt_s=5)
        assert await webhook.send(message(alert())) == Later("HTTP 503")
        again = message(alert())
        assert await webhook.send(again) == Sent()
        await webhook.close()

    first, second = service.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    ("status", "headers", "answer"),
    [
        (204, {}, Sent()),
        (301, {"Location": "http://127.0.0.1:1/"}, Refused("HTTP 301")),
        (400, {}, Refused("HTTP 400")),
        (404, {}, Refused("HTTP 404")),
        (410, {}, Refused("HTTP 410")),
        (408, {}, Later("HTTP 408")),
        (429, {"Retry-After": "17"}, Later("HTTP 429", 17.0)),
        (429, {"Retry-After": "soon"}, Later("HTTP 429")),
        (500, {}, Later("HTTP 500")),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, Later("HTTP 503", 0.0)),
    ],
)
async def test_what_a_status_means(status: int, headers: dict[str, str], answer: object) -> None:
    """No is final, not now is not; a redirect is not followed, for it leads to where nobody wrote."""
    async with web_service() as service:
        service.answers = [(status, headers)]
        webhook = Webhook(service.address, SECRET, attempt_s=5)
        assert await webhook.send(message()) == answer
        await webhook.close()
    assert len(service.requests) == 1


async def test_a_slow_or_absent_service_is_a_failure_without_its_address() -> None:
    """What is said about it goes into logs: neither host nor token is in it."""
    async with web_service() as service:
        service.answers = [30.0]
        webhook = Webhook(f"{service.address}/s3cret", SECRET, attempt_s=0.05)
        slow = await webhook.send(message())
        await webhook.close()
        address = service.address
    webhook = Webhook(f"{address}/s3cret", SECRET, attempt_s=5)
    absent = await webhook.send(message())
    await webhook.close()
    webhook = Webhook("http://no such host/s3cret", SECRET, attempt_s=5)
    wrong = await webhook.send(message())
    await webhook.close()

    for answer in (slow, absent, wrong):
        assert isinstance(answer, Later)
        assert answer.why.isidentifier()


@pytest.mark.parametrize("value", ["", "-5", "1e9", "Thu, 99 Foo", "²", "1" * 400])
def test_a_strange_retry_after_does_no_harm(value: str) -> None:
    """A service cannot make us fail, nor wait without bound: the pace bounds what is read here."""
    found = retry_after(value, 0.0)
    assert found is None or found >= 0
