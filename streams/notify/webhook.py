"""Signed records to a program, as Standard Webhooks says. It tries once; how often is `attempts.py`'s matter.

Source: Standard Webhooks 1.0, symmetric signatures (HMAC-SHA256); retries are told apart by the same `webhook-id`.
"""

import base64
import hashlib
import hmac
from datetime import UTC
from email.utils import parsedate_to_datetime

import aiohttp
import msgspec

from config.channels import SECRET
from streams import clock
from streams.notify.message import Message
from streams.notify.sender import Answer, Later, of_status


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """The value of `webhook-signature`.

    Args:
        secret: whsec_ and base64; several with spaces between give as many signatures, for a change of secret.
        at: when it is sent, epoch seconds.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...           b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b"%s.%d.%s" % (message_id.encode(), at, body)
    keys = [base64.b64decode(each.removeprefix(SECRET)) for each in secret.split()]
    digests = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def body_of(message: Message) -> bytes:
    """What is posted: `type`, `timestamp` and `data`, the alert as on the topic; the same on every attempt."""
    data = msgspec.Raw(message.record)
    return msgspec.json.encode({"type": message.type, "timestamp": message.at, "data": data})


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` asks for, in either of its forms; None if there is none to read.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 10.0), retry_after("soon", 0.0)
    (120.0, 50.0, None)
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, at.replace(tzinfo=at.tzinfo or UTC).timestamp() - now)


class Webhook:
    """A program of somebody's that takes records.

    Args:
        address: http(s)://...; not followed elsewhere.
        attempt_s: how long one attempt may take, seconds.
    """

    service = "webhook"
    threads = True

    def __init__(self, address: str, secret: str, attempt_s: float) -> None:
        self._address = address
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=attempt_s)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Message) -> Answer:
        """Post it once."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        now = clock.now()
        body = body_of(message)
        headers = {
            "content-type": "application/json",
            "user-agent": "freshet",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now)),
            "webhook-signature": signature(self._secret, message.id, int(now), body),
        }
        try:
            request = self._session.post(self._address, data=body, headers=headers, allow_redirects=False)
            async with request as response:
                return of_status(response.status, retry_after(response.headers.get("Retry-After"), now))
        except (aiohttp.ClientError, OSError, ValueError) as error:  # their texts hold the address
            return Later(type(error).__name__)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
