"""What the channels' rules decide, and what a channel does about it."""

import asyncio
from typing import NamedTuple

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from config.settings import load
from detectors.model.alerts import Alert
from detectors.model.rules import Rule
from streams.notify import ruling as module
from streams.notify.decision import Reason
from streams.notify.metrics import NotifyMetrics
from streams.notify.ruling import Ruling
from streams.notify.teller import Teller
from streams.notify.told import Book
from streams.rules.reading import encode_rule
from tests.streams.notify.alerts import alert
from tests.streams.notify.test_teller import Asked, Kept

RULES, ALERTS = "freshet.rules.v1", "freshet.alerts.v1"


class Record(NamedTuple):
    """As aiokafka delivers it."""

    value: bytes | None
    topic: str = ALERTS
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    key: bytes = b"k"


def rule(offset: int = 0, **fields: object) -> Record:
    value = encode_rule(msgspec.convert({"rule_id": "team", **fields}, Rule))
    return Record(value, RULES, offset=offset, key=b"team")


def told(one: Alert, offset: int = 0, timestamp: int = 0, partition: int = 0) -> Record:
    return Record(msgspec.json.encode(one), offset=offset, timestamp=timestamp, partition=partition)


class Scene(NamedTuple):
    ruling: Ruling
    registry: CollectorRegistry

    async def sends(self, record: Record) -> bool | None:
        """Whether the rule sends it, at once."""
        assert record.value is not None
        alert_id = msgspec.json.decode(record.value)["alert_id"]
        async with asyncio.timeout(5):
            return await self.ruling.sends("team", record, alert_id, lambda: True)


@pytest.fixture
def scene() -> Scene:
    registry = CollectorRegistry()
    return Scene(Ruling({"team"}, RULES, NotifyMetrics(registry, ["team"], "0")), registry)


async def test_a_rule_decides_about_every_alert(scene: Scene) -> None:
    """As it is when the alert comes: a change needs no restart."""
    first, second, third = (told(alert(f"t{n}", severity="warning"), offset=n) for n in range(3))
    scene.ruling.take([rule()])
    scene.ruling.take([first])
    scene.ruling.take([rule(1, min_severity="critical")])
    scene.ruling.take([second])
    scene.ruling.take([Record(None, RULES, offset=2, key=b"team")])
    scene.ruling.take([third])

    assert [await scene.sends(each) for each in (first, second, third)] == [True, False, False]


async def test_a_bad_rule_is_refused_loudly_and_the_old_one_stays(scene: Scene) -> None:
    """It is counted; a bad rule that no channel names is none of our business."""
    one = told(alert("t1"))
    bad = b'{"rule_id": "team", "min_voices": -1}'
    scene.ruling.take([rule()])
    scene.ruling.take([Record(bad, RULES, offset=1, key=b"team"), Record(b"?", RULES, offset=2, key=b"other")])
    scene.ruling.take([one])

    assert await scene.sends(one) is True
    assert scene.registry.get_sample_value("freshet_notify_rules_refused_total") == 1


async def test_what_came_together_is_taken_in_kafkas_order(scene: Scene) -> None:
    """Not partition by partition: of one a day, it is the earlier alert."""
    late = told(alert("late"), offset=9, timestamp=2000, partition=0)
    early = told(alert("early"), offset=1, timestamp=1000, partition=1)
    scene.ruling.take([rule(alerts_a_day=1)])
    scene.ruling.take([late, early])

    assert [await scene.sends(each) for each in (late, early)] == [False, True]


async def test_an_alert_that_is_published_again_is_decided_once(scene: Scene) -> None:
    """What it was the first time it is the second time."""
    one, again = told(alert("t1")), told(alert("t1"), offset=5)
    scene.ruling.take([rule()])
    scene.ruling.take([one])
    scene.ruling.take([again])

    assert [await scene.sends(each) for each in (one, again)] == [True, True]


async def test_a_channel_waits_for_the_decision_and_not_for_ever(scene: Scene) -> None:
    """Until the rules have read that far; or the partition is another process's."""
    one = told(alert("t1"), offset=3)
    scene.ruling.take([rule()])
    waiting = asyncio.create_task(scene.sends(one))
    await asyncio.sleep(0)
    assert not waiting.done()

    scene.ruling.take([one])
    assert await waiting is True
    assert await scene.ruling.sends("team", told(alert("t2"), offset=8), "t2", lambda: False) is None


async def test_what_lies_before_the_beginning_is_not_waited_for(scene: Scene) -> None:
    """It was never decided about, and is not sent."""
    scene.ruling.passed(0, 7)

    assert await scene.sends(told(alert("old"), offset=7)) is False


async def test_an_alert_that_rules_fail_on_holds_up_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not sent; the next one is."""
    scene.ruling.take([rule()])
    bad, good = told(alert("bad")), told(alert("good"), offset=1)
    with monkeypatch.context() as broken:
        broken.setattr(scene.ruling._book, "step", lambda _: 1 / 0)
        scene.ruling.take([bad])
    scene.ruling.take([Record(b"not json", offset=1), good._replace(offset=2)])

    assert [await scene.sends(each) for each in (bad, good)] == [False, True]


async def test_what_is_remembered_is_bounded(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits behind more than that is not sent."""
    monkeypatch.setattr(module, "MOST", 2)
    records = [told(alert(f"t{n}"), offset=n) for n in range(3)]
    scene.ruling.take([rule(), *records])

    assert [await scene.sends(each) for each in records] == [False, True, True]


async def test_a_rule_that_is_not_there_is_named(scene: Scene) -> None:
    """Until it comes."""
    assert scene.ruling.missing == ["team"]
    scene.ruling.take([rule()])
    assert scene.ruling.missing == []


async def test_a_channel_keeps_to_its_rule(scene: Scene) -> None:
    """What the rule does not send is counted as that; what it sends is told as ever."""
    settings = load(notify={"channels": {"team": {"url": "json://h", "rule": "team"}}})
    asked, kept, registry = Asked(), Kept(), CollectorRegistry()
    metrics = NotifyMetrics(registry, ["team"], "0")
    teller = Teller("team", asked, asked, kept, settings, metrics, scene.ruling)  # type: ignore[arg-type]
    book = Book(2, 1e9)
    grave, small = told(alert("a", severity="critical")), told(alert("b", severity="warning"), offset=1)
    scene.ruling.take([rule(min_severity="critical")])
    scene.ruling.take([grave, small])

    assert [await teller.tell(each, book, lambda: True) for each in (grave, small)] == [Reason.FIRST, Reason.RULED]
    assert len(asked.messages) == 1
    assert registry.get_sample_value("freshet_notify_alerts_total", {"channel": "team", "outcome": "ruled"}) == 1
