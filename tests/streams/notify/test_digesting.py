"""Digests of what a rule held back, on a channel."""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from config.settings import load
from detectors.model.rules import Rule
from detectors.rules.digest import Digest
from detectors.rules.subscriber import Subscriber
from streams import clock
from streams.notify.attempts import End, GaveUp
from streams.notify.digesting import LISTED, digest_id, digest_message, is_due
from streams.notify.metrics import NotifyMetrics
from streams.notify.ruling import Ruling
from streams.notify.sender import Sent
from streams.notify.teller import Teller
from streams.notify.told import Book, Told
from streams.rules.reading import encode_rule
from tests.detectors.rules.alerts import alert, at
from tests.streams.notify.alerts import HOSTILE
from tests.streams.notify.alerts import alert as alert_now
from tests.streams.notify.test_ruling import Record
from tests.streams.notify.test_teller import Asked, Kept


def digest_of(n: int, label: str = "#glow") -> Digest:
    """A digest of so many trends, the first of which is over."""
    reader = Subscriber(Rule(rule_id="team", alerts_a_day=0.1, digest_at="18:00"))
    reader.due(at(0).timestamp())
    reader.step(alert("first", 0, surprise=900.0))
    for i in range(n):
        subject = msgspec.structs.replace(alert().subject, label=label, id=f"s{i}")
        reader.step(alert(f"t{i}", 1 + i / 10, subject=subject, surprise=float(100 - i)))
    reader.step(alert("t0", 12, revision=1, action="resolved"))
    digest = reader.due(at(18).timestamp())
    assert digest is not None
    return digest


def test_a_digest_names_the_best_in_the_channels_language() -> None:
    """With kind, severity, and whether it is over; how many more there are."""
    message = digest_message(digest_of(LISTED + 4), "fr", "https://page.example/")

    assert (message.title, message.subject, message.type) == ("Récapitulatif", "Récapitulatif · team", "digest")
    lines = message.text.splitlines()
    assert lines[0].startswith("Retenu depuis le ")
    assert lines[2] == "- #glow · Tendance · Important"
    assert len(lines) == LISTED + 2
    assert lines[-1] == "et 4 de plus"
    assert message.link == "https://page.example/"
    assert message.severity == "warning"


def test_what_people_wrote_can_do_nothing() -> None:
    """A label is one short line that calls nobody."""
    text = digest_message(digest_of(1, HOSTILE), "en", "").text

    assert len(text.splitlines()) == 2
    assert "@everyone" not in text


def test_a_digest_is_told_once_and_not_when_it_is_old() -> None:
    """Whoever takes over knows by the id."""
    digest = digest_of(1)
    told = Told(at=digest.at, revision=0, alert_ids=(digest_id(digest),), subject="s")

    assert is_due(digest, None, now=digest.at + 60, max_age_s=60)
    assert not is_due(digest, None, now=digest.at + 61, max_age_s=60)
    assert not is_due(digest, told, now=digest.at, max_age_s=60)
    assert is_due(digest._replace(at=digest.at + 86_400), told, now=digest.at + 86_400, max_age_s=60)


class Scene(NamedTuple):
    teller: Teller
    asked: Asked
    kept: Kept
    ruling: Ruling


@pytest.fixture
def scene() -> Scene:
    """A channel whose rule held something back until just now."""
    settings = load(notify={"channels": {"team": {"url": "json://h", "rule": "team"}}})
    asked, kept, metrics = Asked(), Kept(), NotifyMetrics(CollectorRegistry(), ["team"], "0")
    ruling = Ruling({"team"}, "rules", metrics)
    teller = Teller("team", asked, asked, kept, settings, metrics, ruling)  # type: ignore[arg-type]
    hour = datetime.fromtimestamp(clock.now() - 60, UTC).strftime("%H:%M")
    rule = Rule(rule_id="team", alerts_a_day=1, digest_at=hour)
    ruling.take([Record(encode_rule(rule), "rules", key=b"team")])
    ruling.tick(clock.now() - 600)
    for n in range(3):
        earlier = datetime.fromtimestamp(clock.now() - 500 + n, UTC)
        one = alert_now(f"t{n}", detected_at=earlier, surprise=9.0 - n)
        ruling.take([Record(msgspec.json.encode(one), offset=n)])
    return Scene(teller, asked, kept, ruling)


async def test_a_digest_comes_at_its_time_though_no_alert_does(scene: Scene) -> None:
    """Once: it is remembered in Kafka."""
    book = Book(10, 1e9)
    await scene.teller.tell_digest(0, book, lambda: True)
    assert scene.asked.messages == []

    scene.ruling.tick(clock.now())
    for _ in range(2):
        await scene.teller.tell_digest(0, book, lambda: True)

    (message,) = scene.asked.messages
    assert len(message.text.splitlines()) == 3
    told = scene.kept.told["team", 0, "digest|team"]
    assert told is not None
    assert told.alert_ids == (message.id,)


@pytest.mark.parametrize(("end", "times"), [(GaveUp("HTTP 503", 9), 1), (None, 2), (Sent(None), 1)])
async def test_a_digest_that_fails_is_given_up(scene: Scene, end: End, times: int) -> None:
    """It is tried as long as an alert would be; one whose partition went away is another process's."""
    scene.asked.end = end
    scene.ruling.tick(clock.now())
    book = Book(10, 1e9)
    for _ in range(2):
        await scene.teller.tell_digest(0, book, lambda: True)

    assert len(scene.asked.messages) == times
