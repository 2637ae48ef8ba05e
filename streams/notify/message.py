"""What an alert says on a channel: pure functions from the record to words. Laying them out is the sender's matter."""

from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from detectors.model.alerts import Alert, Severity
from streams.notify.harmless import harmless
from streams.page import words
from streams.page.numbers import Language
from streams.page.view import kind_said

EXPLAINED = 1500
"""Characters of an explanation sent, at most."""

LABEL = 60
"""Characters of a label in a subject line, at most."""

ON_THE_PAGE = frozenset({"trend", "integrity"})
"""Kinds that have a view of their own on the page, a trend's."""


class Message(NamedTuple):
    """One message to one channel."""

    id: str
    """The alert's: the same on every attempt, and if the alert is published again."""
    type: str
    """What happened, for programs."""
    at: str
    """When, RFC 3339."""
    record: bytes
    """The alert as on the topic, JSON."""
    title: str
    """Our own words only."""
    subject: str
    """Of a mail: what it is about, the same for all news of a trend."""
    text: str
    link: str
    """To the page; empty: there is none."""
    severity: Severity
    about: str
    """What all news of it share: the alert's `dedup_key`."""
    thread: str | None = None
    """What the channel named the first message of it."""
    follows: bool = False


def message_of(alert: Alert, record: bytes, language: Language, page_url: str) -> Message:
    """The first message about an alert.

    Args:
        record: the alert as on the topic.
        page_url: where people reach the page; empty: no link.
    """
    kind = kind_said(alert, language)
    return Message(
        id=alert.alert_id,
        type=f"alert.{alert.action}",
        at=str(msgspec.to_builtins(alert.detected_at)),
        record=record,
        title=title(alert, language),
        subject=f"{harmless(alert.subject.label, LABEL) or '?'} · {kind}",
        text=harmless(getattr(alert.explanation, language), EXPLAINED),
        link=link(alert, language, page_url),
        severity=alert.severity,
        about=alert.dedup_key,
    )


def title(alert: Alert, language: Language) -> str:
    """Kind, what happened unless it is the first of it, severity.

    >>> from tests.streams.examples import ALERT
    >>> title(ALERT, "fr")
    'Tendance · Important'
    """
    happened = [] if alert.action == "fired" else [words.of(words.ACTIONS, language, alert.action)]
    severity = words.of(words.SEVERITIES, language, alert.severity)
    return " · ".join([kind_said(alert, language), *happened, severity])


def link(alert: Alert, language: Language, page_url: str) -> str:
    """Where the page shows it; ids are put into the address as the page itself writes them."""
    if not page_url:
        return ""
    trend = {"trend": alert.trend_id} if alert.kind in ON_THE_PAGE else {}
    return f"{page_url}?{urlencode({**trend, 'lang': language})}"


def trial(language: Language, page_url: str, at: str) -> Message:
    """A message that says nothing but that the channel works."""
    text = {
        "en": "This is a trial: alerts of Freshet will come here.",
        "fr": "Ceci est un essai : les alertes de Freshet arriveront ici.",
    }[language]
    return Message(
        id=f"trial-{at}",
        type="trial",
        at=at,
        record=b"{}",
        title="Freshet",
        subject="Freshet",
        text=text,
        link=page_url,
        severity="info",
        about="trial",
    )
