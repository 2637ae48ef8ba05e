"""Output records and dead letters as people and programs see them."""

import json
from typing import Any

import msgspec
import pytest

from detectors.model.alerts import SubjectName
from detectors.rules.digest import Shelf
from detectors.rules.reasons import Reason as Why
from streams import codec, display, jsonl
from streams.codec import encode_alert, encode_trend
from streams.dead_letters import dead_letter
from streams.follow import Received
from streams.refusals import UNREADABLE, Reason
from tests.streams.examples import ALERT, EXPLANATION, KAFKA_AT, KPI, SUBJECT, TREND


def received(value: bytes | None, **changes: Any) -> Received:
    return Received("topic", 0, 7, KAFKA_AT, b"t1", value, [])._replace(**changes)


LETTER = dead_letter(received(b"\xffsecret\n"), Reason.NOT_UTF8, "the record is not UTF-8", "read")
DEAD = received(LETTER.value, headers=LETTER.headers)


def test_an_alert_on_one_line() -> None:
    """What, how bad, about what, how much, and the explanation in the language asked for."""
    line = " ".join(display.alert_line(received(encode_alert(ALERT)), "en").plain.split())

    assert line == (
        "2026-01-01T00:00 trend fired warning #glassskin 38 observed, 4.2 expected 38 creators, 4.2 expected."
    )
    assert display.alert_line(received(encode_alert(ALERT)), "fr").plain.endswith(EXPLANATION.fr)


def test_a_trend_on_one_line() -> None:
    """An expectation that is not known is a question mark."""
    line = display.trend_line(received(encode_trend(TREND)), "en").plain

    assert "rising" in line
    assert "38 observed, ? expected" in line


def test_a_tombstone_says_what_is_forgotten() -> None:
    """For people and for programs."""
    assert display.trend_line(received(None), "en").plain == "2026-01-01T00:00  trend t1 is forgotten"
    assert json.loads(jsonl.record_line(received(None))) == {"key": "t1", "tombstone": True}


def test_what_people_wrote_cannot_steer_the_terminal() -> None:
    """Neither by escape sequences, nor by line ends, nor by the markup of our own library."""
    hostile = msgspec.structs.replace(SUBJECT, label="[red]\x1b[2J\n#x\u202e")
    line = display.alert_line(received(encode_alert(msgspec.structs.replace(ALERT, subject=hostile))), "en").plain

    assert "[red]\ufffd[2J\ufffd#x\ufffd" in line


def test_a_record_is_one_line_of_json() -> None:
    """However its producer wrote it."""
    assert jsonl.record_line(received(b'{\n  "scope": "all"\n}')) == '{"scope":"all"}'


@pytest.mark.parametrize("view", [jsonl.record_line, lambda record: display.alert_line(record, "en")])
def test_what_is_no_record_is_said(view: Any) -> None:
    """Junk on an output topic raises what the caller knows how to report."""
    with pytest.raises(UNREADABLE):
        view(received(b"junk"))


def test_a_dead_letter_hides_what_it_holds() -> None:
    """Reason and place, as personal data may be in the value."""
    line = " ".join(display.dead_letter_line(DEAD, show_value=False).plain.split())

    assert line == "2026-01-01T00:00:00.000Z not_utf8 topic partition 0 offset 7: the record is not UTF-8"
    assert "value_base64" not in json.loads(jsonl.dead_letter_line(DEAD, show_value=False))


def test_a_dead_letter_shows_what_it_holds_if_asked() -> None:
    """Printable for people, to the byte for programs."""
    assert display.dead_letter_line(DEAD, show_value=True).plain.endswith("  \ufffdsecret\ufffd")
    assert json.loads(jsonl.dead_letter_line(DEAD, show_value=True))["value_base64"] == "/3NlY3JldAo="


def test_figures_on_one_line() -> None:
    """Window, scope, what is not 0 or unknown; a correction says so."""
    shown = display.kpi_line(received(codec.encode_kpi(KPI))).plain
    assert shown == (
        "2026-01-01T10:00:00Z/PT1H  campaign:spring  revision 2  posts 3  engagement_rate_by_views 10.30%"
        "  gmv_net 12,345 EUR (minor units)"
    )


def test_a_digest_names_what_was_held_back() -> None:
    """For people on one line that moves nothing; for programs as it is."""
    alert = msgspec.structs.replace(ALERT, subject=SubjectName("hashtag", "x", "#glow\x1b[2J"))
    shelf = Shelf()
    shelf.put("t1", alert, 9.0, Why.BELOW)
    digest = shelf.clear("team", KAFKA_AT, KAFKA_AT + 60)._replace(left_out=3)

    assert display.digest_line(digest).plain == (
        "2026-01-01T00:01  digest of rule team: held back #glow\ufffd[2J and 3 more"
    )
    told = json.loads(jsonl.digest_line(digest))["digest"]
    assert (told["rule_id"], told["held"][0]["key"], told["left_out"]) == ("team", "t1", 3)


def test_money_is_shown_as_money() -> None:
    """Minor units are for programs."""
    subject = SubjectName("series", "gmv_gross@EUR|campaign:spring", "gross sales (EUR) in campaign spring")
    told = msgspec.structs.replace(
        ALERT, subject=subject, scope="campaign:spring", observed=81_200.0, expected=1_640_000.0
    )
    line = display.alert_line(received(encode_alert(told)), "en").plain
    assert "  812.00 EUR observed, 16,400.00 EUR expected  " in line


def test_a_shape_is_shown_as_what_strays() -> None:
    """The figure itself is as usual."""
    told = msgspec.structs.replace(ALERT, kind="kpi_anomaly", state="emerging", observed=1272.0, expected=550.0)
    line = display.alert_line(received(encode_alert(told)), "en").plain
    assert "  1272 too many or too few, 550.0 usual  " in line
