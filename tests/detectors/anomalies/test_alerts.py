import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from detectors.anomalies.alerts import alert_of, of_shape
from detectors.anomalies.anomaly import Anomaly
from detectors.anomalies.series import Series
from detectors.anomalies.wording import number
from detectors.model.alerts import Alert

FIRED = Anomaly(
    kind="kpi_anomaly",
    action="fired",
    series=Series("likes", "platform:tiktok"),
    members=(Series("comments", "platform:tiktok"), Series("likes", "all")),
    direction="fall",
    opened_at=1_780_000_200.0,
    revision=0,
    onset_at=1_779_999_900.0,
    end_at=1_780_000_200.0,
    window_s=300.0,
    observed=158.0,
    expected=1295.34,
    interval=(894.83, 1798.9),
    surprise=9.9163,
)
NEWS = [
    FIRED,
    msgspec.structs.replace(FIRED, direction="rise", observed=9000.0),
    msgspec.structs.replace(FIRED, action="updated", revision=1, members=()),
    msgspec.structs.replace(FIRED, action="updated", revision=1, direction="rise", observed=9000.0),
    msgspec.structs.replace(FIRED, kind="data_quality", direction="silence", observed=0.0),
    *(
        msgspec.structs.replace(FIRED, action=action, revision=int(action == "updated"), direction=direction)
        for direction in ("uneven", "even")
        for action in ("fired", "updated")
    ),
    *(
        msgspec.structs.replace(FIRED, action="resolved", revision=1, outcome=outcome)
        for outcome in ("recovered", "new_level", "gap")
    ),
    msgspec.structs.replace(FIRED, series=Series("gifts", "language:fr"), members=(Series("orders", "tier:nano"),) * 5),
]


def alert(**changes: Any) -> Alert:
    return alert_of(msgspec.structs.replace(FIRED, **changes), config_digest="c0ffee")


def test_the_alert_speaks_the_contract() -> None:
    """Ids, times and figures are where a reader of the topic looks for them."""
    made = alert()
    assert made.dedup_key == f"default|platform:tiktok|{made.trend_id}"
    assert (made.subject.kind, made.subject.id, made.subject.label) == (
        "series",
        "likes|platform:tiktok",
        "likes on tiktok",
    )
    assert [member.id for member in made.members] == ["comments|platform:tiktok", "likes|all"]
    assert made.detected_at == made.window.end == datetime.fromtimestamp(FIRED.end_at, UTC)
    assert made.onset_at == made.window.start
    assert (made.observed, made.expected, made.interval, made.surprise) == (158.0, 1295.3, (894.8, 1798.9), 9.9163)
    assert (made.evidence.post_ids, made.evidence.posts) == ((), 0)
    assert made.config_digest == "c0ffee"


@pytest.mark.parametrize("anomaly", NEWS)
def test_it_survives_the_wire(anomaly: Anomaly) -> None:
    """Encoded and decoded it is the same alert."""
    made = alert_of(anomaly, config_digest="c")
    assert msgspec.json.decode(msgspec.json.encode(made), type=Alert) == made


def test_ids_repeat_on_a_replay_and_tell_news_apart() -> None:
    """The same anomaly: the same ids; an update: same trend, another alert; another episode: another trend."""
    first, later = alert(), alert(action="updated", revision=1)
    assert alert() == first
    assert later.trend_id == first.trend_id
    assert later.alert_id != first.alert_id
    assert alert(opened_at=1_780_000_500.0).trend_id != first.trend_id
    assert alert(direction="rise").trend_id != first.trend_id


@pytest.mark.parametrize("anomaly", NEWS)
def test_every_number_said_is_a_field(anomaly: Anomaly) -> None:
    """In both languages: observed, expected, interval and onset, nothing else."""
    made = alert_of(anomaly, config_digest="c")
    assert made.expected is not None
    assert made.interval is not None
    for language, text in enumerate((made.explanation.en, made.explanation.fr)):
        fields = {number(value, language) for value in (made.observed, made.expected, *made.interval)}
        onset = f"{made.onset_at:%Y-%m-%d %H:%M}"
        assert onset in text
        assert set(re.findall(r"\d+(?:[.,]\d+)?", text.replace(onset, ""))) == fields


def test_the_sentences_read_well() -> None:
    """As a person would say it."""
    made = alert().explanation
    assert made.en == (
        "Likes on tiktok fell: 158 where 1295.3 would be usual (range 894.8 to 1798.9), since 2026-05-28 20:25 UTC."
        " Also: comments on tiktok, likes overall."
    )
    assert made.fr == (
        "Les j'aime sur tiktok ont chuté : 158 pour 1295,3 d'ordinaire (entre 894,8 et 1798,9),"
        " depuis le 2026-05-28 20:25 UTC. Aussi : commentaires sur tiktok, j'aime au total."
    )


def test_a_shape_is_said_as_what_strays() -> None:
    """Not as a rise or a fall; when there is too little of it, with what may be behind it."""
    made = alert(direction="uneven", members=(), observed=4120.0).explanation
    assert made.en == (
        "Likes on tiktok come in another shape than usual: 4120 too many or too few, added up, where 1295.3 would be"
        " usual (range 894.8 to 1798.9), since 2026-05-28 20:25 UTC."
    )
    assert made.fr == (
        "Les j'aime sur tiktok arrivent à un autre rythme : 4120 en trop ou en moins, au total, pour 1295,3"
        " d'ordinaire (entre 894,8 et 1798,9), depuis le 2026-05-28 20:25 UTC."
    )
    even = alert(direction="even", members=()).explanation
    assert even.en.startswith("Likes on tiktok come more evenly than usual: 158 too many or too few, added up,")
    assert even.en.endswith(" Automation can do that, or a source that smooths its totals.")
    assert even.fr.endswith(" Une automatisation peut faire cela, ou une source qui lisse ses totaux.")
    over = alert(direction="even", action="resolved", outcome="recovered", revision=1, members=()).explanation
    assert over.en == (
        "Likes on tiktok: back to usual: 158 too many or too few, added up, where 1295.3 would be usual"
        " (range 894.8 to 1798.9). It began at 2026-05-28 20:25 UTC."
    )


def test_many_members_are_not_all_named() -> None:
    """Three, and others."""
    assert alert(members=tuple(Series("likes", f"tier:{c}") for c in "abcd")).explanation.en.endswith(
        "c creators, others."
    )


@pytest.mark.parametrize(
    ("scope", "observed", "severity"),
    [
        ("tier:nano", 50.0, "info"),
        ("tier:nano", 10.0, "warning"),
        ("platform:x", 75.0, "info"),
        ("platform:x", 50.0, "warning"),
        ("platform:x", 400.0, "critical"),
        ("all", 0.0, "critical"),
    ],
)
def test_severity_is_size_and_breadth(scope: str, observed: float, severity: str) -> None:
    """Of 100 expected; how sure we are does not matter."""
    made = alert(series=Series("likes", scope), observed=observed, expected=100.0, surprise=4.5)
    assert made.severity == severity
    assert alert(series=Series("likes", scope), observed=observed, expected=100.0, surprise=300.0).severity == severity


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "declining"),
        ({"direction": "rise"}, "rising"),
        ({"direction": "uneven"}, "emerging"),
        ({"action": "resolved", "outcome": "gap"}, "ended"),
    ],
)
def test_the_state_is_where_the_figure_goes(changes: dict[str, Any], state: str) -> None:
    """Rising, declining, neither, or ended; what is over is only information."""
    made = alert(**changes)
    assert made.state == state
    assert (made.severity == "info") == (state == "ended")
    assert of_shape(made) == (state == "emerging")


def test_a_shape_is_a_warning_at_most() -> None:
    """Its numbers are of what strays, and nothing is lost."""
    assert alert(direction="even", observed=1.0, expected=1000.0).severity == "warning"


CONVERSION = msgspec.structs.replace(
    FIRED,
    series=Series("conversion", "campaign:spring"),
    members=(),
    observed=12.0,
    expected=40.0,
    interval=(28.0, 53.0),
)


def test_a_rate_says_what_it_counts() -> None:
    """Orders for as many clicks, not a number of conversions."""
    said = alert_of(CONVERSION, config_digest="c0ffee")
    assert said.subject.label == "conversion in campaign spring"
    assert said.explanation.en.startswith(
        "Conversion in campaign spring fell: 12 orders where 40 would be usual for as many clicks (range 28 to 53)"
    )
    assert said.explanation.fr.startswith(
        "La conversion dans la campagne spring a chuté : 12 commandes pour 40 d'ordinaire avec autant de clics (entre"
    )
    over = msgspec.structs.replace(CONVERSION, action="resolved", revision=1, outcome="recovered")
    assert alert_of(over, config_digest="c0ffee").explanation.fr.startswith("La conversion dans la campagne spring : ")


BASKET = msgspec.structs.replace(
    FIRED,
    series=Series("average_basket@EUR", "campaign:spring"),
    members=(Series("gmv_gross@EUR", "campaign:spring"),),
    observed=81_200.0,
    expected=164_000.0,
    interval=(131_050.0, 199_900.0),
)


def test_money_is_told_as_money() -> None:
    """Minor units in the fields; in sentences amounts with their currency, that say of what they are the sum."""
    said = alert_of(BASKET, config_digest="c0ffee")
    assert (said.observed, said.expected, said.interval) == (81_200.0, 164_000.0, (131_050.0, 199_900.0))
    assert [said.subject.label, said.members[0].label] == [
        "average basket (EUR) in campaign spring",
        "gross sales (EUR) in campaign spring",
    ]
    assert said.explanation.en == (
        "Average basket (EUR) in campaign spring fell: 812.00 EUR in all where 1,640.00 EUR would be usual for as many"
        " orders (range 1,310.50 EUR to 1,999.00 EUR), since 2026-05-28 20:25 UTC."
        " Also: gross sales (EUR) in campaign spring."
    )
    assert said.explanation.fr == (
        "Le panier moyen (EUR) dans la campagne spring a chuté : 812,00 EUR au total pour 1 640,00 EUR d'ordinaire avec"
        " autant de commandes (entre 1 310,50 EUR et 1 999,00 EUR), depuis le 2026-05-28 20:25 UTC."
        " Aussi : ventes brutes (EUR) dans la campagne spring."
    )


def test_sales_and_what_is_given_back() -> None:
    """A currency without minor units; names that are plurals in French."""
    yen = msgspec.structs.replace(BASKET, direction="rise", observed=3200.0, expected=800.0)
    sales, back = (
        alert_of(msgspec.structs.replace(yen, series=Series(f"{figure}@JPY", "all")), config_digest="c").explanation
        for figure in ("gmv_gross", "given_back")
    )
    assert sales.en.startswith("Gross sales (JPY) overall rose: 3,200 JPY where 800 JPY would be usual (range")
    assert sales.fr.startswith("Les ventes brutes (JPY) au total ont bondi : 3 200 JPY pour 800 JPY d'ordinaire (entre")
    assert back.en.startswith(
        "Refunds and cancellations (JPY) overall rose: 3,200 JPY given back where 800 JPY would be usual for as much"
        " sold (range"
    )
    assert back.fr.startswith(
        "Les remboursements et annulations (JPY) au total ont bondi : 3 200 JPY rendus pour 800 JPY d'ordinaire avec"
        " autant de ventes (entre"
    )
