"""A backtest as a page, as JSON and as a picture."""

import xml.etree.ElementTree as ET

import msgspec

from detectors.model.alerts import SubjectName
from detectors.model.rules import Rule
from streams.backtest.outcome import everything, only, outcome_of
from streams.backtest.plot import plot
from streams.backtest.report import LISTED, Backtest, as_json, as_markdown
from streams.backtest.running import Told
from tests.detectors.rules.alerts import alert, at

TOLD = Told(
    at(0),
    at(48),
    (
        alert("a", 1),
        alert("b", 30, severity="info", subject=SubjectName("word", "b", "evil|cell\n<b>*bold*</b>")),
    ),
    {"a": at(2)},
)
ONE = outcome_of(Rule(rule_id="one", min_severity="warning"), TOLD, None)
OTHER = outcome_of(Rule(rule_id="other"), TOLD, None)
BACKTEST = Backtest(
    TOLD,
    1234,
    (ONE.figures, OTHER.figures, everything(TOLD, None).figures),
    {"one": only(ONE, OTHER), "other": only(OTHER, ONE)},
)


def test_the_page_compares_rules_and_all_alerts() -> None:
    """A column each; rows that nobody knows are left out; why the rest was not sent."""
    page = as_markdown(BACKTEST)

    assert "1,234 records, 2026-01-05 00:00 to 2026-01-07 00:00 UTC, 2.0 days; 2 alerts, news too." in page
    assert "|  | one | other | all-alerts |" in page
    assert "| first messages | 1 | 2 | 2 |" in page
    assert "| a day | 0.5 | 1.0 | 1.0 |" in page
    assert "precision" not in page
    assert "Not sent by one: severity 1." in page
    assert "## Only one: 0" in page
    assert "## Only other: 1" in page


def test_what_people_wrote_stays_in_its_cell() -> None:
    """It ends no cell or line, and formats nothing."""
    (line,) = [line for line in as_markdown(BACKTEST).splitlines() if "evil" in line]

    assert r"evil\|cell" in line
    assert r"\<b\>\*bold\*\</b\>" in line
    assert line.endswith("| severity |")


def test_a_long_list_is_cut_for_people_only() -> None:
    """JSON has all of it."""
    many = Told(at(0), at(48), tuple(alert(f"t{n}", n / 10) for n in range(LISTED + 5)), {})
    one = outcome_of(Rule(rule_id="one"), many, None)
    none = outcome_of(Rule(rule_id="none", min_voices=10_000), many, None)
    backtest = Backtest(many, 1, (one.figures, none.figures), {"one": only(one, none)})

    assert "And 5 more" in as_markdown(backtest)
    assert len(msgspec.json.decode(as_json(backtest))["only"]["one"]) == LISTED + 5


def test_json_is_one_object() -> None:
    """With every figure by its name."""
    told = msgspec.json.decode(as_json(BACKTEST))

    assert (told["days"], told["records"], told["alerts"]) == (2.0, 1234, 2)
    assert [each["rule"] for each in told["rules"]] == ["one", "other", "all-alerts"]
    assert told["rules"][0]["held"] == {"severity": 1}
    assert told["only"]["other"][0]["alert_id"] == "b-0-fired"


def test_without_a_bucket_there_is_nothing_to_tell() -> None:
    """And that is said."""
    assert "Nothing was decided" in as_markdown(Backtest(Told(None, None, (), {}), 0, (), {}))


def test_the_picture_has_a_bar_a_day_and_series() -> None:
    """Well-formed, as high as the most of a day, names escaped."""
    picture = ET.fromstring(plot(TOLD, [("a<b", ONE.trial.firsts), ("all", OTHER.trial.firsts)]))
    bars = [int(each.get("height", "")) for each in picture.iter("{http://www.w3.org/2000/svg}rect")]
    texts = [each.text for each in picture.iter("{http://www.w3.org/2000/svg}text")]

    assert bars == [160, 0, 160, 160]
    assert "a<b" in texts


def test_a_picture_of_nothing() -> None:
    """Is one, too."""
    assert ET.fromstring(plot(Told(None, None, (), {}), [("one", ())])) is not None
