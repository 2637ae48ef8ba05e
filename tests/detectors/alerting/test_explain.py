"""A trend's record in words: what must be said is, and every number in it is a field."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.alerting.explain import UNSAID, explained
from detectors.alerting.facts import plain
from detectors.model.alerts import (
    Action,
    Alert,
    Driver,
    Evidence,
    Integrity,
    Novelty,
    Origin,
    State,
    SubjectName,
    Window,
)
from detectors.model.engaged import Engaged
from detectors.model.forecasts import Forecast

END = datetime(2026, 3, 4, 18, 35, tzinfo=UTC)
IDS = ("post-a", "post-b", "post-c", "post-d")
KNOWN: dict[str, Any] = {
    "alert_id": "a",
    "trend_id": "t",
    "dedup_key": "d",
    "revision": 1,
    "kind": "trend",
    "action": "fired",
    "detected_at": END,
    "onset_at": datetime(2026, 3, 4, 17, 56, tzinfo=UTC),
    "window": Window(END - timedelta(hours=1), END),
    "subject": SubjectName("hashtag", "glassskin", "#GlassSkin"),
    "state": "rising",
    "severity": "info",
    "observed": 38.0,
    "expected": 4.2,
    "interval": (0.0, 9.0),
    "surprise": 12.345678,
    "growth_per_hour": 24.5,
    "novelty": "new",
    "drivers": (
        Driver("community", "skincare", 0.437),
        Driver("tier", "nano", 0.64),
        Driver("platform", "tiktok", 1.0),
    ),
    "evidence": Evidence(IDS, 20, 19, 0),
    "explanation": UNSAID,
    "config_digest": "c",
}
SKINCARE = Origin("community", "skincare")


def alert(**changes: Any) -> Alert:
    """An alert with its explanation; without a number in its names."""
    return explained(Alert(**(KNOWN | {"origin": SKINCARE} | changes)))


SLOW: dict[str, Any] = {
    "unit": "voice-hours",
    "window": Window(END - timedelta(days=1), END),
    "growth_per_hour": None,
    "novelty": None,
    "origin": None,
}


def test_a_slow_trend_says_that_it_counts_voice_hours() -> None:
    """And what that is, in both languages; not people, and no first post: that is long gone."""
    told = alert(**SLOW, observed=96.0, expected=12.4).explanation
    assert told.en.startswith(
        "“#GlassSkin” is growing slowly: 96 voice-hours between 2026-03-03 18:35 and 2026-03-04 18:35 UTC"
        " instead of 12.4 expected (usually up to 9). A voice-hour is one person in one hour:"
    )
    assert told.fr.startswith(
        "« #GlassSkin » progresse lentement : 96 voix-heures entre 03/03/2026 18:35 et 04/03/2026 18:35 UTC"
        " au lieu de 12,4 attendues (d'ordinaire 9 au plus). Une voix-heure est une personne pendant une heure :"
    )
    assert "irst post seen" not in told.en
    over = alert(**SLOW, action="resolved", state="ended", observed=1.0, surprise=None).explanation
    assert "is over, or has become usual: 1 voice-hour between" in over.en
    assert "est retombé, ou devenu habituel : 1 voix-heure entre" in over.fr


def numbers_in(text: str) -> list[str]:
    """The numbers of a text, in the notation of English; the ten of a power of ten is no figure."""
    return [found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)?", text.replace("10^", ""))]


def figures_of(value: Any) -> Iterator[str]:
    """Every number of a record's fields, in each way in which a text may write it."""
    if isinstance(value, datetime):
        yield from re.findall(r"\d+", f"{value:%Y-%m-%d %H:%M}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield plain(value)
        if 0 <= value <= 1:
            yield plain(round(100 * value))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from figures_of(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from figures_of(item)


def figures(told: Alert) -> set[str]:
    """Those of an alert, and the whole decades of its surprise."""
    return {*figures_of(told), *([str(int(told.surprise))] if told.surprise else [])}


COUNTS = st.integers(0, 10_000)
FIGURES = st.integers(0, 10**7).map(lambda n: n / 1000)
SHARES = st.none() | st.integers(0, 1000).map(lambda n: n / 1000)
DRIVERS = st.lists(
    st.builds(
        Driver,
        st.sampled_from(["community", "tier", "platform", "language", "format", "odd"]),
        st.just("x"),
        SHARES.filter(bool),
    ),
    max_size=3,
).map(tuple)
FORECASTS = st.builds(
    Forecast,
    horizon_hours=st.sampled_from([6.0, 6.25]),
    target=FIGURES,
    probability=SHARES.filter(bool),
    interval=st.tuples(COUNTS.map(float), COUNTS.map(float)),
    model=st.just("m"),
    n=COUNTS,
    brier=SHARES.filter(bool),
    as_of=st.sampled_from([msgspec.UNSET, END]),
)
ALERTS = st.fixed_dictionaries(
    {
        "action": st.sampled_from(get_args(Action)),
        "state": st.sampled_from(get_args(State)),
        "observed": COUNTS.map(float),
        "expected": st.none() | FIGURES,
        "interval": st.none() | st.tuples(FIGURES, FIGURES),
        "surprise": st.none() | FIGURES,
        "growth_per_hour": st.none() | FIGURES.map(lambda n: n - 5000),
        "novelty": st.sampled_from([None, *get_args(Novelty)]),
        "drivers": DRIVERS,
        "evidence": st.builds(Evidence, st.sampled_from([(), IDS[:1], IDS]), COUNTS, COUNTS, COUNTS),
        "integrity": st.builds(
            Integrity, st.none() | FIGURES, SHARES, SHARES, SHARES, st.sampled_from([(), ("copied_texts",)])
        ),
        "engagement_per_voice": st.none() | FIGURES,
        "engaged": st.just(msgspec.UNSET) | st.builds(Engaged, COUNTS, FIGURES),
        "unit": st.sampled_from([msgspec.UNSET, "voice-hours"]),
        "forecast": st.just(msgspec.UNSET) | FORECASTS,
        "window": st.sampled_from([KNOWN["window"], Window(END - timedelta(days=7), END)]),
    }
)


@given(ALERTS, st.sampled_from([None, SKINCARE, Origin("platform", "tiktok")]))
def test_every_number_is_a_field(fields: dict[str, Any], origin: Origin | None) -> None:
    """In both languages, whatever is known or not, and the languages say the same numbers."""
    told = explained(Alert(**(KNOWN | {"origin": origin} | fields)))
    assert set(numbers_in(told.explanation.en)) <= figures(told)
    assert set(numbers_in(told.explanation.fr)) <= figures(told)
    assert sorted(numbers_in(told.explanation.en)) == sorted(numbers_in(told.explanation.fr))


def test_a_forecast_is_told_with_its_chance_and_range() -> None:
    """Of what goes on; what is over has no future."""
    forecast = Forecast(6.0, 50.0, 0.624, (20.0, 90.0), "m", 200, 0.12, as_of=END)
    told = alert(forecast=forecast).explanation
    assert (
        "With a chance of 62 %, 50 people or more will speak of it in the 6 hours from 18:35 UTC on"
        " (probably 20 to 90)." in told.en
    )
    assert (
        "Avec 62 % de chances, 50 personnes ou plus en parleront dans les 6 heures après 18:35 UTC"
        " (sans doute de 20 à 90)." in told.fr
    )
    over = alert(forecast=forecast, action="resolved", state="ended").explanation
    assert "chance of" not in over.en
    assert "chances" not in over.fr


@pytest.mark.parametrize("action", ["fired", "updated", "escalated"])
def test_what_must_be_said_is(action: Action) -> None:
    """How many instead of how many, since when, how sure, who carries it, which posts."""
    told = alert(action=action, evidence=Evidence(IDS, 20, 19, 3))
    for text in (told.explanation.en, told.explanation.fr):
        assert {"38", "4.2", "9", "17", "56", "12", "44", "64", "20", "19", "3"} <= set(numbers_in(text))
        assert {"#GlassSkin", "skincare", "nano", "post-a"} <= set(re.findall(r"#?[\w-]+", text))


def test_how_a_first_notice_reads() -> None:
    """What a person sees, in full."""
    told = alert()
    assert told.explanation.en == (
        "“#GlassSkin” is taking off: 38 people between 17:35 and 18:35 UTC instead of 4.2 expected (usually up to 9)."
        " First post seen 2026-03-04 17:56 UTC, in community skincare."
        " It gains 24.5 people per hour."
        " Carried by community skincare (44 %) and nano creators (64 %)."
        " Chance alone would bring that less than once in 10^12 windows."
        " See 20 posts by 19 creators, first post-a, post-b and post-c."
    )
    assert told.explanation.fr == (
        "« #GlassSkin » décolle : 38 personnes entre 17:35 et 18:35 UTC au lieu de 4,2 attendues"
        " (d'ordinaire 9 au plus)."
        " Premier post vu le 04/03/2026 à 17:56 UTC, dans la communauté skincare."
        " Cela gagne 24,5 personnes par heure."
        " Porté par la communauté skincare (44 %) et les créateurs nano (64 %)."
        " Le hasard seul en ferait autant moins d'une fenêtre sur 10^12."
        " À voir : 20 posts de 19 créateurs, d'abord post-a, post-b et post-c."
    )


def test_what_its_posts_draw_is_said() -> None:
    """How much a person, what is usual, how many comment or share; not of what is over, and not as a kind of people."""
    engaged: dict[str, Any] = {"engagement_per_voice": 12.4, "engaged": Engaged(31, 3.1)}
    driver = Driver("engagement", "comments_and_shares", 0.45)
    told = alert(**engaged, drivers=(KNOWN["drivers"][0], driver)).explanation
    assert (
        "Carried by community skincare (44 %). Its posts draw 12.4 engagements a person, where 3.1 are usual."
        " 31 more people comment or share. Chance alone"
    ) in told.en
    assert (
        "Porté par la communauté skincare (44 %)."
        " Ses posts suscitent 12,4 réactions par personne, contre 3,1 d'ordinaire."
        " 31 autres personnes commentent ou partagent. Le hasard"
    ) in told.fr
    one = alert(engagement_per_voice=1.0, engaged=Engaged(1, 0.5)).explanation
    assert "draw 1 engagement a person, where 0.5 are usual. 1 more person comments or shares." in one.en
    assert "1 réaction par personne, contre 0,5 d'ordinaire. 1 autre personne commente ou partage." in one.fr
    assert "draw" not in alert(**engaged, action="resolved").explanation.en
    assert "draw" not in alert(engagement_per_voice=1.0).explanation.en


def test_how_a_retraction_reads() -> None:
    """What was deleted, and what is left; nothing of growth or chance."""
    told = alert(
        action="retracted",
        state="ended",
        observed=1.0,
        expected=0.5,
        interval=None,
        drivers=(),
        integrity=Integrity(deleted_share=0.96),
        evidence=Evidence(IDS[:1], 1, 1, 2),
    )
    assert told.explanation.en == (
        "“#GlassSkin” is taken back: 96 % of its posts were deleted, leaving 1 person between 17:35 and 18:35 UTC"
        " instead of 0.5 expected."
        " First post seen 2026-03-04 17:56 UTC, in community skincare."
        " See 1 post by 1 creator, first post-a."
        " Mind: 2 posts could not be read; few posts were read."
    )
    assert told.explanation.fr == (
        "« #GlassSkin » est retiré : 96 % de ses posts ont été supprimés ; il reste 1 personne entre 17:35 et 18:35 UTC"
        " au lieu de 0,5 attendue."
        " Premier post vu le 04/03/2026 à 17:56 UTC, dans la communauté skincare."
        " À voir : 1 post de 1 créateur, d'abord post-a."
        " À noter : 2 posts illisibles ; peu de posts ont été lus."
    )


@pytest.mark.parametrize(
    ("changes", "en", "fr"),
    [
        (
            {"integrity": Integrity(copies_share=0.5)},
            "50 % of these posts are copies",
            "50 % de ces posts sont des copies",
        ),
        (
            {"integrity": Integrity(new_accounts_share=0.3)},
            "30 % of the accounts are new",
            "30 % des comptes sont récents",
        ),
        ({"integrity": Integrity(deleted_share=0.4)}, "40 % of its posts were", "40 % de ses posts ont été supprimés"),
        ({"integrity": Integrity(flags=("same_seconds",))}, "same seconds", "same seconds"),
        ({"evidence": Evidence(IDS, 20, 19, 1)}, "1 post could not be read", "1 post illisible"),
        ({"evidence": Evidence(IDS, 4, 4, 0)}, "few posts were read", "peu de posts ont été lus"),
        ({"evidence": Evidence((), 0, 0, 0)}, "None of its posts can be read", "Aucun de ses posts n'est plus lisible"),
        ({"novelty": "recurring"}, "it comes back regularly", "le sujet revient régulièrement"),
        ({"novelty": "known"}, "people have spoken of it before", "on en a déjà parlé"),
        ({"observed": 1.0}, "1 person between", "1 personne entre"),
        ({"observed": 0.0}, "0 people between", "0 personne entre"),
        ({"interval": (0.0, 0.0)}, "instead of 4.2 expected.", "au lieu de 4,2 attendues."),
        ({"expected": 1.9}, "1.9 expected", "1,9 attendue ("),
        ({"expected": 2.0}, "2 expected", "2 attendues ("),
        ({"growth_per_hour": 1.0}, "gains 1 person per", "gagne 1 personne par"),
        ({"window": Window(END - timedelta(days=1), END)}, "between 2026-03-03 18:35", "entre 03/03/2026 18:35"),
        ({"action": "updated", "state": "resurgent"}, "is back:", "revient :"),
        ({"action": "updated", "state": "declining"}, "is fading:", "s'essouffle :"),
    ],
)
def test_what_may_be_wrong_is_said(changes: dict[str, Any], en: str, fr: str) -> None:
    """Words agree with their numbers; what is doubtful is named, in both languages."""
    told = alert(**changes)
    assert en in told.explanation.en
    assert fr in told.explanation.fr


def test_nothing_is_wrong_with_a_sound_alert() -> None:
    """Small shares are not worth a word."""
    told = alert(integrity=Integrity(38.0, 0.29, 0.29, 0.29))
    assert "Mind" not in told.explanation.en
    assert "À noter" not in told.explanation.fr


def test_each_action_and_state_has_its_words() -> None:
    """No two actions begin alike, nor two states of an update; in French, spaces stand before colons."""
    told = [alert(action=action) for action in get_args(Action)]
    told += [alert(action="updated", state=state) for state in get_args(State) if state not in ("ended", "rising")]
    assert len({one.explanation.en for one in told}) == len({one.explanation.fr for one in told}) == len(told)
    assert all(re.search(r"\w[:;»](?!\d)", one.explanation.fr) is None for one in told)
