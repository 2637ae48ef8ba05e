"""Slow trends on the page: told apart from bursts, ranked among them, and forgotten in time."""

import json
from typing import Any

from msgspec import UNSET

from config.sections import Page
from streams.page.board import DAY_S, Board
from streams.page.numbers import LANGUAGES
from streams.page.slow import HINT, KEPT_S, is_slow, slow_history, slow_rank, slow_view
from streams.page.view import alert_view, rank, trend_view
from tests.streams.page.told import alert, slow, trend, value


def board() -> Board:
    return Board(Page(), 20.0)


def shown(on: Board) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in json.loads(on.whole("en"))["trends"]}


def test_a_card_says_voice_hours_in_plain_words() -> None:
    """How many people that is in an average hour; no curve, no growth, no forecast is made up."""
    english, french = slow_view(slow(), "en"), slow_view(slow(hours=168), "fr")

    assert (english["people"], english["expected"], english["times"]) == ("312", "96", "3.2×")
    assert (english["pace"], english["pace_said"]) == ("day", "Slow, over a day")
    assert english["hourly"] == "13 people in an average hour, 4 usual"
    assert english["alt"] == "312 voice-hours; usual are 60 to 139."
    assert (french["pace"], french["pace_said"]) == ("week", "Lente, sur une semaine")
    assert french["hourly"] == "1,9 personne dans une heure moyenne, 0,6 d'habitude"
    assert english["growth"] is english["forecast"] is None
    assert english["compared"] == {"observed": 312.0, "expected": 96.0, "lo": 60.0, "hi": 139.0}


def test_one_person_is_one_and_what_is_unknown_is_not_said() -> None:
    """None is no zero."""
    view = slow_view(slow(observed=24.0, expected=None, interval=None), "en")

    assert (view["hourly"], view["alt"]) == ("1 person in an average hour", "24 voice-hours.")
    assert (view["expected"], view["usual"], view["compared"]["hi"]) == (None, None, None)


def test_a_burst_and_a_slow_trend_have_the_same_words_but_for_their_pace() -> None:
    """The browser draws both with the same card; what only one of them has is asked for by pace."""
    for language in LANGUAGES:
        burst, other = trend_view(trend(), language, 20.0), slow_view(slow(), language)
        assert burst["pace"] == "burst"
        assert burst.keys() - other.keys() == {"spark", "direction", "doubling", "peak"}
        assert other.keys() - burst.keys() == {"hourly", "compared"}


def test_it_ranks_by_the_people_of_an_average_hour() -> None:
    """A thousand voice-hours of a week are few people: a burst of forty is above it, one of two below."""
    week = slow(hours=168, observed=1000.0, expected=160.0)

    assert slow_rank(week) == [1.0, 1.0, 5.0]
    assert rank(trend(observed=40.0)) > slow_rank(week) > rank(trend(observed=5.0, expected=3.0))
    assert slow_rank(slow(state="ended")) < rank(trend(severity="info"))


def test_only_what_counts_voice_hours_is_slow() -> None:
    """And every such record holds the hint by which others are passed over."""
    assert [is_slow(each) for each in (slow(), alert(), slow(kind="data_quality"))] == [True, False, False]
    assert HINT in value(slow())


def test_a_slow_trend_is_on_the_board_until_a_day_after_its_end() -> None:
    """Told again after a restart, the later word stands; its end shows for a day, as that of other trends."""
    on = board()
    on.take_slow(value(slow()), at=0.0)
    on.take_slow(value(alert()), at=0.0)
    assert [shown(on)["s1"][name] for name in ("state", "people")] == ["rising", "312"]

    on.expire(20 * DAY_S)
    end = slow(action="resolved", state="ended", revision=1, observed=100.0)
    on.take_slow(value(end), at=20 * DAY_S)
    on.take_slow(value(slow()), at=20 * DAY_S)
    assert [shown(on)["s1"][name] for name in ("state", "people")] == ["ended", "100"]

    known = on.position
    on.expire(20.9 * DAY_S)
    assert "s1" in shown(on)
    on.expire(21.1 * DAY_S)
    news = on.since(known, "en")
    assert news is not None
    assert json.loads(news)["gone"] == ["s1"]


def test_one_whose_end_never_came_is_forgotten() -> None:
    """As a page that starts then would not find it on the topic any more."""
    on = board()
    on.take_slow(value(slow()), at=0.0)

    on.expire(KEPT_S + 1)

    assert shown(on) == {}


def test_its_own_view_says_what_it_rests_on() -> None:
    """Window, usual range, members, its alerts of the day; when it was told, or since when it is over."""
    on = board()
    on.take_slow(value(slow()), at=0.0)
    on.take_alert(value(slow()), at=0.0)

    raw = on.history("s1", "en")
    assert raw is not None
    view = json.loads(raw)

    facts = {fact["name"]: fact["said"] for fact in view["facts"]}
    assert facts["Window"] == "31 Dec, 00:00 – 1 Jan, 00:00"
    assert (facts["Usual range"], facts["First seen as a trend"]) == ("60 – 139", "1 Jan, 00:00")
    assert "Over since" not in facts
    assert view["members"] == [{"label": "serum", "kind_said": "Word"}]
    assert [each["alert_kind_said"] for each in view["timeline"]] == ["Slow trend"]
    over = slow_history(slow(state="ended", action="resolved"), [], "fr")
    assert {"name": "Terminée depuis", "said": "1 janv. à 00:00"} in over["facts"]


def test_an_alert_of_the_day_says_that_it_is_slow_and_leads_to_it() -> None:
    """It is no burst."""
    view = alert_view(slow(), "en")

    assert (view["alert_kind_said"], view["trend"]) == ("Slow trend", "s1")
    assert alert_view(alert(unit=UNSET), "en")["alert_kind_said"] == "Trend"
