"""What an alert says on a channel, and that what people wrote stays text."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.notify.harmless import ZERO_WIDTH, escaped, harmless
from streams.notify.message import link, message_of, title, trial
from tests.streams.notify.alerts import HOSTILE, alert, hostile, message

LINKS_OR_CALLS = re.compile(r"@\w|://|\w\.[a-zA-Z]{2}|\]\(|<[\w!@#/]")


def test_a_message_is_in_the_language_of_its_channel() -> None:
    """Title, words and link are French for a French channel; the record beside them is as on the topic."""
    one = alert(action="escalated", severity="critical")
    told = message_of(one, b"{}", "fr", "https://page.example/live")

    assert (told.title, told.text) == ("Tendance · aggravée · Critique", one.explanation.fr)
    assert told.subject == "#glassskin · Tendance"
    assert told.link == "https://page.example/live?trend=t1&lang=fr"
    assert (told.id, told.type, told.record) == (one.alert_id, "alert.escalated", b"{}")


def test_a_link_leads_to_the_trend_if_there_is_a_view_of_it() -> None:
    """Figures have none; without an address there is no link; an id cannot change the address."""
    assert link(alert(kind="kpi_anomaly"), "en", "https://page.example/") == "https://page.example/?lang=en"
    assert link(alert(unit="voice-hours"), "en", "https://page.example/") == "https://page.example/?trend=t1&lang=en"
    assert link(alert(), "en", "") == ""

    found = urlsplit(link(alert("x&lang=de#/../"), "en", "https://page.example/"))
    assert (found.netloc, found.path, found.fragment) == ("page.example", "/", "")
    assert parse_qs(found.query) == {"trend": ["x&lang=de#/../"], "lang": ["en"]}


def test_a_title_holds_our_words_only() -> None:
    """Services may render titles as they like: people's words are not in them."""
    assert title(hostile(), "en") == "Trend · Warning"


def test_what_grows_slowly_is_no_burst() -> None:
    """A title says which of the two it is."""
    assert title(alert(unit="voice-hours"), "fr") == "Tendance lente · Important"


@given(st.text(max_size=60) | st.sampled_from([HOSTILE, "a@b.com", "www.evil.example", "[a](b)", "<@U1>"]))
def test_text_links_nowhere_and_calls_nobody(text: str) -> None:
    """Whatever people wrote: one line, no address, no mention, no markup of a link is left, and it reads the same."""
    made = harmless(text, 500)

    assert not LINKS_OR_CALLS.search(made)
    assert "\n" not in made
    assert "\u202e" not in made
    if ZERO_WIDTH not in text:
        assert made.replace(ZERO_WIDTH, "") == harmless(text, 500).replace(ZERO_WIDTH, "")


@given(st.text(max_size=60))
def test_escaped_marks_stand_for_themselves(text: str) -> None:
    """Every mark has its backslash, and without them the text is what it was."""
    assert re.sub(r"\\(.)", r"\1", escaped(text), flags=re.DOTALL) == text
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~\[\]<>|#()]", escaped(text))


def test_long_texts_are_cut() -> None:
    """A label of ten thousand characters fills no subject line and no screen."""
    one = hostile()
    told = message(one)

    assert len(told.subject.replace(ZERO_WIDTH, "")) < 80
    assert len(told.text.replace(ZERO_WIDTH, "")) <= 1500


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_trial_says_that_it_is_one(language: str) -> None:
    """Nobody takes it for an alert."""
    told = trial(language, "", "2026-01-01T00:00:00Z")  # type: ignore[arg-type]

    assert told.type == "trial"
    assert ("trial" if language == "en" else "essai") in told.text
