"""Why a rule sends an alert, or does not: a closed set, safe as the label of a metric."""

from enum import StrEnum


class Reason(StrEnum):
    """What a rule decided. The first two are sent."""

    FIRST = "first"
    """The first message about a trend."""
    NEWS = "news"
    """What follows on a first message."""
    DUPLICATE = "duplicate"
    """The same or an older record: the alerts topic may bring it again."""
    DISABLED = "disabled"
    UNHEARD = "unheard"
    """The end of what was never sent."""
    KIND = "kind"
    SCOPE = "scope"
    BRAND = "brand"
    CAMPAIGN = "campaign"
    COMMUNITY = "community"
    LANGUAGE = "language"
    TIER = "tier"
    PLATFORM = "platform"
    FORMAT = "format"
    SUBJECT = "subject"
    """None of the names asked for is there, or one that may not be."""
    VOICES = "voices"
    SEVERITY = "severity"
    PROBABILITY = "probability"
    SURPRISE = "surprise"
    MUTED = "muted"
    FALSE_SHARE = "false_share"
    """Alerts that score as low were false too often."""
    BELOW = "below"
    """There is budget for better ones only."""
    SPENT = "spent"
    """The day's budget is spent."""
    QUIET = "quiet"
    COOLDOWN = "cooldown"


SENT = frozenset({Reason.FIRST, Reason.NEWS})

WAITING = frozenset({Reason.FALSE_SHARE, Reason.BELOW, Reason.SPENT, Reason.QUIET, Reason.COOLDOWN})
"""What the rule asks for and holds back for now: it may come in a digest."""
