"""For those who plan campaigns: what trends, what was told, what people post. Nothing about how the stream does."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from config.dashboards.board import board as new
from config.dashboards.panels import Ask, Panel, bars, lines, number, state


def board() -> Dashboard:
    """A day, renewed every half minute."""
    rows = {"Now": _now(), "Told": _told(), "What people do": _people()}
    return new(
        "marketing",
        "marketing",
        "What trends, what was told about it, and how much is posted and bought. The live page shows each trend.",
        rows,
        shows="24h",
        renewed="30s",
    )


def _fired(kind: str) -> str:
    return f'sum(increase(freshet_alerts_total{{kind="{kind}", action="fired"}}[1d]))'


def _by_platform(measure: str) -> Ask:
    chosen = f'freshet_series_value{{series=~"{measure}\\\\|platform:.*"}}'
    return Ask(f'label_replace({chosen}, "platform", "$1", "series", ".*:(.*)")', "{{platform}}")


def _now() -> list[Panel]:
    return [
        number("Open trends", "Trends that have not ended.", Ask("sum(freshet_open_trends)", "open")),
        number("New trends", "Trends told for the first time in the last 24 hours.", Ask(_fired("trend"), "new")),
        number(
            "Critical news",
            "Alerts of the highest severity in the last 24 hours; good and bad ones.",
            Ask('sum(increase(freshet_alerts_total{severity="critical", action!="resolved"}[1d]))', "critical"),
        ),
        number(
            "Doubtful trends",
            "Trends of the last 24 hours with signs of bought attention: look before you join.",
            Ask(_fired("integrity"), "doubtful"),
            below="green",
            levels={1: "orange"},
        ),
        number(
            "Unusual figures",
            "Figures that rose, fell or fell silent in the last 24 hours.",
            Ask(_fired("kpi_anomaly"), "unusual"),
            below="green",
            levels={1: "orange"},
        ),
        state(
            "Judging",
            "Whether there is enough past to tell trends; until then none are told.",
            Ask('max(freshet_warming_up{stage="decide"})', "judging"),
            yes="warming up",
            no="yes",
            good=False,
        ),
    ]


def _told() -> list[Panel]:
    def by(label: str, which: str = "") -> Ask:
        counted = f"freshet_alerts_total{which}[$__rate_interval]"
        return Ask(f"sum by ({label}) (increase({counted}))", f"{{{{{label}}}}}")

    return [
        bars("New alerts by kind", "What was told for the first time.", by("kind", '{action="fired"}')),
        bars("News of trends", "New trends, and what became of those told before.", by("action", '{kind="trend"}')),
        bars("Alerts by severity", "All alerts; severity comes of people, share, growth and breadth.", by("severity")),
        lines("Open trends over time", "How much is going on.", Ask("sum(freshet_open_trends)", "open trends")),
    ]


def _people() -> list[Panel]:
    chosen = 'freshet_series_value{series=~"(likes|comments|shares|saves)\\\\|all"}'
    acts = Ask(f'label_replace({chosen}, "act", "$1", "series", "(.*)\\\\|.*")', "{{act}}")
    return [
        lines("Posts by platform", "Posts in the last bucket.", _by_platform("posts")),
        lines("People by platform", "Distinct creators in the last bucket.", _by_platform("voices")),
        lines("Reactions", "Likes, comments, shares and saves in the last bucket, overall.", acts),
        lines("Orders by platform", "Orders in the last bucket.", _by_platform("orders")),
    ]
