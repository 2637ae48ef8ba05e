"""Figures of places: which are kept, what is said of them, and what is marked as unusual."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from config.sections import Page
from detectors.model.alerts import SubjectName
from detectors.model.kpis import Figure, Kpi
from detectors.model.money import NARROW
from streams.page.board import DAY_S, Board
from streams.page.figures import place_view, unusual_view
from streams.page.places import DAYS, HOURS, Places
from tests.streams.examples import AT
from tests.streams.page.told import alert, figures, kpi


def kept(*kpis: Kpi, size: int = 10) -> Places:
    places = Places(size)
    for one in kpis:
        places.take(msgspec.json.encode(one))
    return places


def view(*kpis: Kpi, scope: str = "campaign:spring", whole: bool = False) -> dict[str, Any]:
    place = kept(*kpis).get(scope)
    assert place is not None
    return place_view(scope, place, "en", whole=whole)


def tile(said: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in said["tiles"] if each["name"] == name]
    return dict(found)


def anomaly(alert_id: str, trend_id: str, **changes: Any) -> Any:
    subject = SubjectName("series", "views|campaign:spring", "views in campaign spring")
    known = {"kind": "kpi_anomaly", "scope": "campaign:spring", "subject": subject, "state": "declining"}
    return alert(alert_id, trend_id=trend_id, **{**known, "observed": 20.0, "expected": 100.0, **changes})


def test_the_latest_revision_counts() -> None:
    """In whatever order the records come: partitions are read side by side, and again after a restart."""
    later, earlier = kpi(views=9, revision=1), kpi(views=5)
    for order in ((earlier, later), (later, earlier)):
        assert tile(view(*order), "views")["hour"]["said"] == "9"


def test_the_last_windows_are_kept() -> None:
    """Of hours and of days; creators are left to who reads the topic."""
    places = kept(*(kpi(hours=n, views=n) for n in range(HOURS + 5)), *(kpi(hours=24 * n, day=True) for n in range(20)))
    place = places.get("campaign:spring")

    assert place is not None
    assert (len(place.hours), len(place.days)) == (HOURS, DAYS)
    assert tile(place_view("campaign:spring", place, "en"), "views")["hour"]["said"] == str(HOURS + 4)
    assert kept(kpi(scope="creator:alice")).scopes() == []


def test_places_that_are_silent_for_longest_leave() -> None:
    """But never everybody's figures; how many are left out is counted."""
    places = kept(kpi(scope="all"), *(kpi(scope=f"campaign:{n}", hours=n) for n in range(1, 5)), size=3)

    assert places.scopes() == ["all", "campaign:3", "campaign:4"]
    assert places.left_out == 2


def test_an_hour_without_a_record_had_none() -> None:
    """A count is 0 then; a share is unknown, and no point of the picture."""
    said = view(kpi(hours=0, views=4), kpi(hours=3, views=8))

    assert tile(said, "views")["spark"] == {"t": [0, 60, 120, 180], "o": [4, 0, 0, 8]}
    assert tile(said, "engagement_rate_by_views")["spark"]["t"] == [0, 180]
    assert tile(said, "views")["alt"] == "Hour by hour: from 0 to 8, last 8."


def test_an_hour_without_orders_had_no_average_basket() -> None:
    """What is divided is unknown then: a dash, and no point of the picture."""
    basket = Figure(
        name="average_basket", unit="minor units", value=4000, numerator=8000, denominator=2, currency="EUR"
    )
    said = tile(view(figures(basket), kpi(hours=2, views=5), whole=True), "average_basket")

    assert (said["hour"], said["spark"]) == (None, {"t": [0], "o": [4000]})


def test_a_card_says_what_is_known() -> None:
    """Nothing of a campaign without sales; a zero is said where there was something in another hour."""
    bare = view(kpi(views=7))
    assert [each["name"] for each in bare["tiles"]] == ["views", "engagement_rate_by_views"]
    sold = view(kpi(views=7, net=12_345), kpi(hours=1, views=0))
    assert [each["name"] for each in sold["tiles"]] == ["views", "engagement_rate_by_views", "gmv_net"]


def test_what_was_sold_yesterday_only_is_nothing_now() -> None:
    """A currency that neither the last hour nor the last day has: 0 in that hour, and the page stands."""
    said = view(kpi(views=7, net=50, currency="JPY"), kpi(hours=1, views=7), whole=True)
    assert tile(said, "gmv_net")["hour"]["said"] == "0 JPY"
    assert tile(said, "gmv_net")["day"] is None

    days = kpi(net=50, currency="JPY", day=True), kpi(hours=24, views=7, day=True)
    assert tile(view(*days, whole=True), "gmv_net")["hour"] is None


def test_a_place_says_what_figures_rest_on() -> None:
    """Value, interval, numerator and denominator, of the last hour and the last day; money by currency."""
    said = view(kpi(views=1000), kpi(views=24_000, day=True), kpi(net=50, currency="JPY"), whole=True)

    rate = tile(said, "engagement_rate_by_views")
    assert rate["day"] == {"said": "10%", "interval": "8% – 12%", "parts": "2,400 / 24,000"}
    assert tile(said, "gmv_net")["hour"]["said"] == "50 JPY"
    assert said["hour_said"] == "1 Jan, 10:00 – 11:00"
    assert said["day_said"] == "1 Jan"
    assert said["known_said"] == "75%"


def test_what_nobody_could_divide_is_a_dash() -> None:
    """Null is unknown, not zero."""
    none = Figure(name="conversion", unit="share", value=None, numerator=0, denominator=0)
    said = view(figures(none), whole=True)
    assert tile(said, "conversion")["hour"]["said"] == "–"


def test_french() -> None:
    """Numbers as the French write them."""
    place = kept(kpi(views=1234, net=123_450)).get("campaign:spring")
    assert place is not None
    said = place_view("campaign:spring", place, "fr")

    assert said["said"] == "Campagne spring"
    assert tile(said, "views")["hour"]["said"] == f"1{NARROW}234"
    assert tile(said, "gmv_net")["hour"]["said"] == f"1{NARROW}234,50{NARROW}EUR"


def test_anomalies_are_marked_while_they_last() -> None:
    """The latest news of each; what is over, and what is no figure's, is not marked."""
    lasting = [anomaly("a", "t1"), anomaly("b", "t1", revision=1, action="updated", observed=10.0)]
    over = [anomaly("c", "t2"), anomaly("d", "t2", revision=1, action="resolved", detected_at=AT + timedelta(hours=1))]

    found = unusual_view([*reversed(lasting), *over, alert("e")], "en")

    (one,) = found["campaign:spring"]
    assert (one["measure"], one["change_said"], one["rising"]) == ("views", "−90%", False)


def test_a_shape_is_no_change_of_the_figure() -> None:
    """Its numbers are of what strays: the figure is as usual."""
    (one,) = unusual_view([anomaly("a", "t1", state="emerging", observed=20.0)], "en")["campaign:spring"]
    assert (one["change_said"], one["rising"]) == (None, False)


@pytest.mark.parametrize(
    ("measure", "english", "french"),
    [
        ("views", "views", "vues"),
        ("conversion", "conversion", "conversion"),
        ("average_basket@EUR", "average basket (EUR)", "panier moyen (EUR)"),
    ],
)
def test_a_marked_figure_is_called_as_in_sentences(measure: str, english: str, french: str) -> None:
    """Of money, with its currency."""
    told = anomaly("a", "t1", subject=SubjectName("series", f"{measure}|campaign:spring", measure))
    assert unusual_view([told], "en")["campaign:spring"][0]["measure_said"] == english
    assert unusual_view([told], "fr")["campaign:spring"][0]["measure_said"] == french


async def test_the_board_tells_of_figures() -> None:
    """A browser hears that figures changed, and fetches them."""
    board = Board(Page(), 20.0)
    known = board.position
    board.take_figures(msgspec.json.encode(kpi(views=3)))
    board.take_alert(msgspec.json.encode(anomaly("a", "t1")), at=0.0)

    news = board.since(known, "en")
    assert news is not None
    assert json.loads(news)["figures"] is True
    told = json.loads(await board.figures("en"))
    assert [place["key"] for place in told["places"]] == list(told["unusual"]) == ["campaign:spring"]
    again = board.since(board.position, "en")
    assert again is not None
    assert json.loads(again)["figures"] is False
    one = board.place("campaign:spring", "en")
    assert one is not None
    assert len(json.loads(one)["unusual"]) == 1
    assert board.place("campaign:none", "en") is None


async def test_what_is_unusual_is_as_of_now() -> None:
    """An anomaly that comes, and one that is a day old, change what is marked, for who has asked before too."""
    board = Board(Page(), 20.0)
    board.take_figures(msgspec.json.encode(kpi(views=3)))

    async def marked() -> list[str]:
        return list(json.loads(await board.figures("en"))["unusual"])

    assert await marked() == []
    board.take_alert(msgspec.json.encode(anomaly("a", "t1")), at=0.0)
    assert await marked() == ["campaign:spring"]
    board.expire(DAY_S + 1.0)
    assert await marked() == []


def test_a_record_that_is_none_is_refused() -> None:
    """It is counted as unreadable by who reads the topic."""
    with pytest.raises(msgspec.ValidationError):
        Board(Page(), 20.0).take_figures(b'{"scope": "all"}')
