"""For those whose people wait for alerts: do they arrive, how soon, which channel is in trouble."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from config.dashboards.board import board as new
from config.dashboards.panels import Ask, Panel, bars, lines, number, state

DELAY = "sum by (le, channel) (rate(freshet_notify_delay_seconds_bucket[1h]))"
TOLD = 'freshet_notify_alerts_total{outcome=~"first|follow_up"}'
LOST = 'freshet_notify_alerts_total{outcome=~"dead_letter|unreadable"}'


def board() -> Dashboard:
    """Six hours, renewed every half minute."""
    return new(
        "delivery",
        "delivery",
        "Do alerts reach people and programs, how soon, and which channel is in trouble. Of freshet notify.",
        {"Now": _now(), "Channels": _channels(), "Delay": _delay()},
        shows="6h",
        renewed="30s",
    )


def _now() -> list[Panel]:
    return [
        state(
            "Delivery ready",
            "Whether every process of freshet notify reads its channels. Its page /readyz says why not.",
            Ask("min(freshet_notify_ready)", "ready"),
            yes="ready",
            no="not ready",
            good=True,
        ),
        number(
            "Channels in trouble",
            "Channels whose service takes no message right now.",
            Ask("sum((max by (channel) (freshet_notify_failing_seconds)) > bool 0)", "channels"),
            below="green",
            levels={1: "orange"},
        ),
        number(
            "Alerts waiting", "Alerts that no channel has read yet.", Ask("sum(freshet_notify_lag_records)", "waiting")
        ),
        number(
            "Sent, last day",
            "Messages of the last 24 hours, follow-ups too.",
            Ask(f"sum(increase({TOLD}[1d]))", "sent"),
        ),
        number(
            "Not delivered, last day",
            "Alerts of the last 24 hours that became dead letters. `freshet tail dead-letters` shows them.",
            Ask(f"sum(increase({LOST}[1d]))", "dead letters"),
            below="green",
            levels={1: "red"},
        ),
        number(
            "Rules refused, last day",
            "Records of the rules topic that could not be used: the rule before stays. `freshet rules list` shows it.",
            Ask("sum(increase(freshet_notify_rules_refused_total[1d]))", "refused"),
            below="green",
            levels={1: "orange"},
        ),
    ]


def _channels() -> list[Panel]:
    return [
        bars(
            "Alerts by outcome",
            "What became of each alert on a channel; docs/alerts-in-chat.md explains the outcomes.",
            Ask(
                "sum by (channel, outcome) (increase(freshet_notify_alerts_total[$__rate_interval]))",
                "{{channel}} {{outcome}}",
            ),
        ),
        bars(
            "Attempts",
            "Attempts to send a message: taken by the service, refused for good, or failed and tried again.",
            Ask(
                "sum by (channel, result) (increase(freshet_notify_attempts_total[$__rate_interval]))",
                "{{channel}} {{result}}",
            ),
        ),
    ]


def _delay() -> list[Panel]:
    return [
        lines(
            "Delay to the service, last hour",
            "From Kafka's time of an alert to its acceptance by the channel's service.",
            Ask(f"histogram_quantile(0.5, {DELAY})", "{{channel}} p50"),
            Ask(f"histogram_quantile(0.99, {DELAY})", "{{channel}} p99"),
            width=8,
            unit="s",
        ),
        lines(
            "Waiting by channel",
            "Alerts that wait for a channel.",
            Ask("sum by (channel) (freshet_notify_lag_records)", "{{channel}}"),
            width=8,
        ),
        lines(
            "Not taken for",
            "How long a channel's service has taken no message. Others go on meanwhile.",
            Ask("max by (channel) (freshet_notify_failing_seconds)", "{{channel}}"),
            width=8,
            unit="s",
        ),
    ]
