"""For analysts: every series with its surprise, and what was told about figures. Figures of campaigns have a topic."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from config.dashboards.board import board as new
from config.dashboards.board import series_variable
from config.dashboards.panels import Ask, Panel, bars, lines, number

ABOUT_FIGURES = '{kind=~"kpi_anomaly|data_quality"}'


def board() -> Dashboard:
    """A day, renewed every half minute; a variable picks series."""
    rows = {"Series": _series(), "Told about figures": _told()}
    return new(
        "figures",
        "figures",
        "Posts, people, reactions and orders by platform, format and tier, with what was unusual about them. "
        "Figures by campaign, creator, hour and day are records of freshet.kpis.v1.",
        rows,
        shows="24h",
        renewed="30s",
        variables=[series_variable()],
    )


def _series() -> list[Panel]:
    return [
        lines(
            "Value",
            "Each chosen series in its last bucket.",
            Ask('freshet_series_value{series=~"$series"}', "{{series}}"),
            at_least=None,
        ),
        lines(
            "Anomaly score",
            "Surprise of each chosen series in its last bucket, -log10 p: 3 means one in a thousand; "
            "either side can be an anomaly.",
            Ask('freshet_series_anomaly_score{series=~"$series"}', "{{series}}"),
            unit="none",
            at_least=None,
        ),
    ]


def _told() -> list[Panel]:
    alerts = f"freshet_alerts_total{ABOUT_FIGURES}[$__rate_interval]"
    held = 'freshet_alerts_held_total{reason=~"silence.*"}[$__rate_interval]'
    return [
        bars(
            "Alerts about figures",
            "Figures that rose or fell, their end, and doubts about the data.",
            Ask(f"sum by (kind, action) (increase({alerts}))", "{{kind}} {{action}}"),
        ),
        bars(
            "Held for silence",
            "Falls that were not told, for their whole platform was silent: one alert says that.",
            Ask(f"sum by (reason) (increase({held}))", "{{reason}}"),
            width=8,
        ),
        number(
            "Left out",
            "Scopes without room in a window's figures, and sums that came too late for it, in the last 24 hours.",
            Ask("sum(increase(freshet_figures_refused_total[1d]))", "left out"),
            below="green",
            levels={1: "orange"},
        ),
    ]
