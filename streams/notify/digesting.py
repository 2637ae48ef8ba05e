"""What a digest says on a channel, and whether it is to be told: pure functions, as `message.py`, `decision.py`."""

import msgspec

from detectors.alerting.severity import RANKS
from detectors.model.stamps import instant
from detectors.rules.digest import Digest, Held
from streams import clock
from streams.notify.harmless import harmless
from streams.notify.message import LABEL, Message
from streams.notify.told import Told
from streams.page import words
from streams.page.numbers import Language
from streams.page.numbers import instant as moment

LISTED = 15
"""Trends named in a message, the best: services cut what is longer, or refuse it."""

SAID: dict[Language, tuple[str, str, str]] = {
    "en": ("Digest", "Held back since {since} UTC by rule {rule}:", "and {n} more"),
    "fr": ("Récapitulatif", "Retenu depuis le {since} UTC par la règle {rule} :", "et {n} de plus"),
}
"""Title, first line, last line."""


def digest_id(digest: Digest) -> str:
    """The same for every process and attempt."""
    return f"digest-{digest.rule_id}-{int(digest.at)}"


def about(rule_id: str) -> str:
    """What all digests of a rule share, in the place of a `dedup_key`."""
    return f"digest|{rule_id}"


def is_due(digest: Digest, told: Told | None, *, now: float, max_age_s: float) -> bool:
    """Whether a channel is to be told of a digest: not twice, and not when it is old.

    Args:
        told: what the channel knows of the rule's digests.
        now: epoch seconds. max_age_s: as for alerts.
    """
    fresh = now - digest.at <= max_age_s
    return fresh and (told is None or digest_id(digest) not in told.alert_ids)


def digest_message(digest: Digest, language: Language, page_url: str) -> Message:
    """The message about a digest.

    Args:
        page_url: where people reach the page; empty: no link.
    """
    title, first, last = SAID[language]
    lines = [first.format(since=moment(instant(digest.since), language), rule=digest.rule_id)]
    lines += [_line(held, language) for held in digest.held[:LISTED]]
    more = len(digest.held) - LISTED + digest.left_out if len(digest.held) > LISTED else digest.left_out
    if more:
        lines.append(last.format(n=more))
    return Message(
        id=digest_id(digest),
        type="digest",
        at=clock.rfc3339(digest.at),
        record=msgspec.json.encode(digest._asdict()),
        title=title,
        subject=f"{title} · {digest.rule_id}",
        text="\n".join(lines),
        link=page_url,
        severity=max((held.severity for held in digest.held), key=RANKS.__getitem__, default="info"),
        about=about(digest.rule_id),
    )


def _line(held: Held, language: Language) -> str:
    kind = words.of(words.ALERT_KINDS, language, held.kind)
    severity = words.of(words.SEVERITIES, language, held.severity)
    over = [words.of(words.ACTIONS, language, held.action)] if held.action in ("resolved", "retracted") else []
    return " · ".join([f"- {harmless(held.subject.label, LABEL) or '?'}", kind, severity, *over])
