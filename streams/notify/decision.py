"""Whether a channel is told of an alert, and why: a pure function that returns its reason."""

from enum import StrEnum

from config.channels import Channel
from detectors.alerting.severity import RANKS
from detectors.model.alerts import Alert
from streams.notify.told import Told


class Reason(StrEnum):
    """What became of an alert on a channel; the label of a metric. The first two are told."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    DUPLICATE = "duplicate"
    """It was told, or something newer of it was."""
    TOO_OLD = "too_old"
    FILTERED = "filtered"
    """The channel does not want it."""
    RULED = "ruled"
    """The channel's rule does not send it."""
    MINOR = "minor"
    """News that is not worth a second message here."""
    UNHEARD = "unheard"
    """The end of what was never told here."""
    UNREADABLE = "unreadable"
    DEAD_LETTER = "dead_letter"
    """The service refused it, or did not take it in time."""


TOLD = frozenset({Reason.FIRST, Reason.FOLLOW_UP})

IMPORTANT = frozenset({"escalated", "retracted"})
"""Actions that are worth a second message where there are no threads: it is graver, or was wrong."""

ENDS = frozenset({"resolved", "retracted"})


def decide(alert: Alert, told: Told | None, channel: Channel, *, threads: bool, now: float, max_age_s: float) -> Reason:
    """Decide about one alert on one channel.

    Args:
        told: what the channel knows of the same `dedup_key`; None: nothing.
        threads: whether the channel can hang news under the first message.
        now: epoch seconds.
        max_age_s: an alert detected longer ago is not told, seconds.
    """
    if told is not None and (alert.alert_id in told.alert_ids or alert.revision < told.revision):
        return Reason.DUPLICATE
    if now - alert.detected_at.timestamp() > max_age_s:
        return Reason.TOO_OLD
    if told is not None:
        return Reason.FOLLOW_UP if _worth(alert, channel, threads=threads) else Reason.MINOR
    if not wanted(alert, channel):
        return Reason.FILTERED
    return Reason.UNHEARD if alert.action in ENDS else Reason.FIRST


def wanted(alert: Alert, channel: Channel) -> bool:
    """Whether a channel wants a first message about this."""
    dimension = alert.scope.partition(":")[0]
    return (
        RANKS[alert.severity] >= RANKS[channel.min_severity]
        and (not channel.kinds or alert.kind in channel.kinds)
        and (not channel.scopes or alert.scope in channel.scopes or dimension in channel.scopes)
    )


def _worth(alert: Alert, channel: Channel, *, threads: bool) -> bool:
    if channel.news == "all" or (channel.news == "auto" and threads):
        return True
    return channel.news != "none" and (alert.action in IMPORTANT or alert.state == "resurgent")
