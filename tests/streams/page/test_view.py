"""What a record becomes on the page."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from detectors.alerting.view import expected_range
from detectors.model.alerts import Breadth, Driver, Evidence, IntegritySign, Origin
from detectors.model.forecasts import Forecast
from streams.page import words
from streams.page.band import band
from streams.page.chrome import CHROME
from streams.page.health import SAID
from streams.page.history import FACTS, history_view
from streams.page.legible import legible
from streams.page.numbers import LANGUAGES
from streams.page.rule_words import ASKED
from streams.page.rule_words import SAID as RULES_SAID
from streams.page.view import SPARK_POINTS, alert_key, alert_view, rank, trend_view
from tests.streams.examples import AT, INTEGRITY
from tests.streams.page.told import POINTS, alert, trend

R_MAX = 20.0


def test_a_card_says_people_against_expected() -> None:
    """In the language asked for, with the numbers as that language writes them."""
    english, french = trend_view(trend(), "en", R_MAX), trend_view(trend(), "fr", R_MAX)

    assert (english["people"], english["expected"], english["times"]) == ("38", "4.2", "9×")
    assert (french["people"], french["expected"], french["state_said"]) == ("38", "4,2", "En hausse")
    assert (english["growth"], english["doubling"]) == ("+12 an hour", "doubles in 1.5 h")
    assert french["explanation"] == "38 créateurs, 4,2 attendus."
    assert english["languages_said"] == ["French"]
    assert [driver["value"] for driver in english["drivers"]] == ["nano", "tiktok"]


def test_who_comments_or_shares_has_words() -> None:
    """In both languages; a value that is newer than the page names itself."""
    drivers = tuple(Driver("engagement", value, 0.6) for value in ("comments_and_shares", "above_usual", "odd_one"))
    english, french = (trend_view(trend(drivers=drivers), language, R_MAX)["drivers"] for language in ("en", "fr"))

    assert [d["value"] for d in english] == ["people who comment or share", "above the usual", "odd one"]
    assert [d["value"] for d in french][:2] == ["personnes qui commentent ou partagent", "au-dessus de l'habitude"]
    assert {d["dimension_said"] for d in english} == {"Engagement"}


def test_what_is_not_known_is_not_said() -> None:
    """None is no zero."""
    view = trend_view(
        trend(expected=None, interval=None, growth_per_hour=None, doubling_time_hours=None, points=()), "en", R_MAX
    )

    assert [view[name] for name in ("expected", "times", "usual", "growth", "doubling", "forecast")] == [None] * 6
    assert view["spark"]["o"] == []
    assert view["alt"] == "No history yet."


def test_severity_ranks_before_size_and_what_is_over_comes_last() -> None:
    """A warning of forty is above an info of a hundred; an ended critical one is below both."""
    ended = trend("ended", severity="critical", state="ended", observed=500.0)
    large = trend("large", severity="info", observed=100.0)
    grave = trend("grave", severity="warning", observed=40.0)
    graver = trend("graver", severity="warning", observed=41.0)

    order = sorted([ended, large, grave, graver], key=rank, reverse=True)

    assert [each.trend_id for each in order] == ["graver", "grave", "large", "ended"]


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.1, 0.5, 1.3, 9.7, 55.0, 310.0, 2000.0])
def test_the_band_is_the_one_of_the_record(mean: float) -> None:
    """The page draws by the formula that detection writes its interval with."""
    assert band(mean, R_MAX) == (expected_range(mean, R_MAX) if mean else (0.0, 0.0))


@pytest.mark.parametrize("mean", [2.0, 50.0, 900.0])
def test_the_band_has_an_answer_for_every_setting(mean: float) -> None:
    """With the largest shape that the settings allow, and for more people than there are."""
    low, high = band(mean, 10_000.0)
    assert abs(low - expected_range(mean, 10_000.0)[0]) <= 1
    assert abs(high - expected_range(mean, 10_000.0)[1]) <= 1
    assert band(1e12, 10_000.0)[1] < 1.1e6


def test_a_sparkline_holds_the_latest_points() -> None:
    """However long the history, the picture stays small; all its lists are as long as each other."""
    many = tuple(msgspec.structs.replace(POINTS[0], start=AT + timedelta(minutes=5 * i)) for i in range(200))
    spark = trend_view(trend(points=many), "en", R_MAX)["spark"]

    assert {name: len(values) for name, values in spark.items()} == dict.fromkeys(("t", "o", "lo", "hi"), SPARK_POINTS)
    assert spark["t"][:2] == [0, 5]


def test_a_forecast_is_a_promise_with_its_record() -> None:
    """Chance, size and time; range, model and how good it has been."""
    promise = Forecast(6.0, 200.0, 0.62, (110.0, 260.0), "forest", 412, 0.142)
    said = trend_view(trend(forecast=promise), "en", R_MAX)["forecast"]
    dit = trend_view(trend(forecast=promise), "fr", R_MAX)["forecast"]

    assert said["said"] == "62% chance of 200 people within 6 h"
    assert said["more"] == "probably 110 to 260; forest, 412 promises so far, Brier 0.14"
    assert dit["said"] == "62\u202f% de chances d'atteindre 200 personnes en 6 h"


def test_flags_have_words_and_unknown_ones_name_themselves() -> None:
    """A worker that is newer than the page is still understood."""
    flagged = msgspec.structs.replace(INTEGRITY, flags=("copies", "bought_by_mars"))
    view = trend_view(trend(integrity=flagged), "en", R_MAX)

    assert view["flags"] == ["unusually many posts are near copies", "bought by mars"]


def test_posts_that_are_gone_are_said() -> None:
    """How many there are to look at, and how many could not be read."""
    posts = trend_view(trend(evidence=Evidence(("p1",), 1, 1, 2)), "en", R_MAX)["posts"]

    assert posts == {"said": "1 post by 1 creator", "missing": "2 posts could not be read", "ids": ["p1"]}


def test_an_alert_is_one_alert_however_often_it_is_published() -> None:
    """Its key is the same again after a restart, and another for later news."""
    again, later = alert(trace={"offsets": {}}), alert(revision=2, action="escalated")

    assert alert_key(alert()) == alert_key(again) != alert_key(later)
    assert alert_view(alert(), "en")["at"] == AT.timestamp()


def test_only_alerts_of_trends_lead_to_one() -> None:
    """Figures have places of their own; the browser knows whether the trend is still open."""
    assert alert_view(alert(), "en")["trend"] == alert().trend_id
    assert alert_view(alert(kind="kpi_anomaly"), "en")["trend"] is None


def test_history_is_told_by_the_ends_of_windows() -> None:
    """The record names a bucket's start; people were counted until its end."""
    view = history_view(trend(), [], "en", R_MAX)

    assert view["points"][-1]["at"] == AT.timestamp()
    assert view["points"][-1]["clock"] == "00:00"
    assert (view["points"][-1]["observed"], view["points"][-1]["usual_said"]) == (32.0, "0 – 11")


def test_history_says_where_it_started_and_how_far_it_has_come() -> None:
    """A segment in words; what nobody knows is left out."""

    def facts(**known: Any) -> dict[str, str]:
        view = history_view(trend(**known), [], "en", R_MAX)
        return {fact["name"]: fact["said"] for fact in view["facts"]}

    told = facts(origin=Origin("community", "home baking"), breadth=Breadth(communities=3, entropy=1.2))
    assert (told["Where it started"], told["Communities that speak of it"]) == ("Community home baking", "3")
    assert not {"Where it started", "Communities that speak of it"} & set(facts(origin=None, breadth=None))


def test_history_lists_alerts_and_what_flags_rest_on() -> None:
    """The latest alert first; a sign beside what is usual."""
    sign = IntegritySign("copies", 0.9, 0.04, 9, 10, 5.0)
    flagged = msgspec.structs.replace(INTEGRITY, flags=("copies",), signs=(sign,), clean_voices=4.0)
    later = alert("a2", detected_at=AT + timedelta(hours=1), revision=1)
    view = history_view(trend(integrity=flagged), [alert(), later], "en", R_MAX)

    assert [each["id"] for each in view["timeline"]] == ["a2.1.fired", "a1.0.fired"]
    assert view["signs"][0]["said"] == "90% (9/10), usual 4%"
    assert view["clean"].startswith("Without those who show a flagged sign, 4 people are left.")


def test_both_languages_have_every_word() -> None:
    """A word that is missing in one would show as a gap, or as the other language."""
    tables = [
        words.STATES, words.SEVERITIES, words.KINDS, words.ALERT_KINDS, words.ACTIONS, words.DIMENSIONS,
        words.LANGUAGE_NAMES, words.SIGNS, words.NOVELTY, words.HELD, words.PACES,
        CHROME, SAID, FACTS, ASKED, RULES_SAID,
    ]  # fmt: skip
    for table in tables:
        first, *others = [list(table[language]) for language in LANGUAGES]
        assert others == [first]


def test_text_cannot_turn_or_hide_what_stands_around_it() -> None:
    """Overrides of the reading direction and control characters go; a joiner within an emoji stays."""
    assert legible("a\u202eb\u0000c\u2066d") == "a b c d"
    assert legible("👩\u200d🔬") == "👩\u200d🔬"
    assert len(legible("x" * 10_000)) == 120
