"""When the demo says that all worked."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from detectors.model.alerts import Alert
from streams.demo import verdict
from streams.demo.verdict import Check, Run
from streams.generator.truth import Disturbance, PlantedTrend, Truth
from tests.streams.examples import ALERT, AT, SUBJECT

HOUR = timedelta(hours=1)
GOOD = Run(sent=9, read=9, lag=0, decided=True, refused=0, late=0, ready=True, said="ready")


def planted(label: str) -> PlantedTrend:
    """A trend whose first post is 25 minutes older than the example alert."""
    onset_at = AT - timedelta(minutes=25)
    return PlantedTrend(label, label, (label,), "skin", ("tiktok",), "en", onset_at, AT + HOUR, 40, 40, {}, ("x1",))


def about(label: str, number: int = 0, **changes: Any) -> Alert:
    subject = msgspec.structs.replace(SUBJECT, id=label, label=label)
    return msgspec.structs.replace(ALERT, alert_id=f"{label}{number}", subject=subject, members=(), **changes)


def truth(*labels: str, outage: Disturbance | None = None) -> dict[str, Any]:
    trends = tuple(planted(label) for label in labels)
    whole = Truth(7, 30.0, AT - 20 * HOUR, AT + 10 * HOUR, 250.0, trends, outage=outage)
    made: dict[str, Any] = msgspec.to_builtins(whole)
    return made


def failed(checks: list[Check]) -> list[str]:
    return [check.what for check in checks if check.good is False]


def test_a_good_run() -> None:
    """Everything read and decided, by a worker that is still ready."""
    assert failed(verdict.work(GOOD)) == []


@pytest.mark.parametrize(
    ("run", "what"),
    [
        (GOOD._replace(read=7, lag=2), "records read"),
        (GOOD._replace(decided=False), "buckets decided"),
        (GOOD._replace(ready=False, said="no sign of the broker"), "worker"),
    ],
)
def test_a_run_that_did_not_do_its_work(run: Run, what: str) -> None:
    """It fails by that alone, whatever alerts there were."""
    assert failed(verdict.work(run)) == [what]


def test_what_was_put_aside_is_told() -> None:
    """It fails nothing: bad records are the stream's, not the worker's."""
    checks = verdict.work(GOOD._replace(refused=3, late=2))

    assert failed(checks) == []
    assert {check.what for check in checks} >= {"dead letters", "too late"}


def test_planted_trends_with_their_delays() -> None:
    """Two of three suffice; each is named, with how long it took."""
    alerts = [about("one"), about("two"), about("two", 2)]
    checks = verdict.detection(truth("one", "two", "three"), alerts)
    lines = [" ".join(verdict.line_of(check).plain.split()) for check in checks]

    assert "ok planted trends 2 of 3 found" in lines
    assert "two found 25 min after its first post, told 2 times" in lines
    assert "three missed" in lines
    assert failed(verdict.detection(truth("one", "two", "three"), alerts[:1])) == ["planted trends"]


def test_false_trends() -> None:
    """One is put up with among planted ones, none in a quiet stream; they are named."""
    lively, quiet = truth("one"), truth()
    one, other, another = about("one"), about("else"), about("nonsense")

    assert failed(verdict.detection(lively, [one, other])) == []
    assert failed(verdict.detection(lively, [one, other, another])) == ["false trends"]
    assert failed(verdict.detection(quiet, [])) == []
    assert failed(verdict.detection(quiet, [other])) == ["false trends"]
    assert "else, nonsense" in str(verdict.detection(quiet, [other, another]))


def test_disturbances_must_be_seen() -> None:
    """An alert about the right platform at the right time."""
    outage = Disturbance("youtube", AT - HOUR, AT + HOUR, 0.0)
    seen = about("likes", kind="data_quality", scope="platform:youtube")

    assert failed(verdict.detection(truth(outage=outage), [seen])) == []
    assert failed(verdict.detection(truth(outage=outage), [])) == ["outage of a platform"]
