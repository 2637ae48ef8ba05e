"""For those who tune detection: how much is judged, what is held back, what is taken back, whether models are calm."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from config.dashboards.board import board as new
from config.dashboards.panels import Ask, Panel, bars, lines, number

JUDGED = "freshet_series_anomaly_score >= 0"
"""Series whose model has warmed up: the others have no score."""


def board() -> Dashboard:
    """A day, renewed every half minute."""
    rows = {
        "Now": _now(),
        "From subjects to alerts": _funnel(),
        "Held and taken back": _held(),
        "Series": _series(),
        "Forecasts": _forecasts(),
    }
    return new(
        "quality",
        "detection quality",
        "How much is judged, what is held or taken back, and how surprised the models are.",
        rows,
        shows="24h",
        renewed="30s",
    )


def _now() -> list[Panel]:
    tracked = "Subjects whose past is kept: what false-discovery control divides by."
    candidates = "Surprising subjects of the last tick, before they are grouped and controlled for false discoveries."
    return [
        number("Tracked subjects", tracked, Ask("sum(freshet_tracked_subjects)", "tracked"), width=6),
        number("Candidates", candidates, Ask("sum(freshet_candidates)", "candidates"), width=6),
        number("Open trends", "Trends that have not ended.", Ask("sum(freshet_open_trends)", "open"), width=6),
        number("Judged series", "Series whose model has warmed up.", Ask(f"count({JUDGED})", "judged"), width=6),
    ]


def _funnel() -> list[Panel]:
    return [
        lines(
            "Open trends and candidates",
            "How many trends are open, and how many subjects were surprising at the last tick.",
            Ask("sum(freshet_open_trends)", "open trends"),
            Ask("sum(freshet_candidates)", "candidates"),
        ),
        bars(
            "Alerts",
            "Alerts that Kafka acknowledged, by kind and action.",
            Ask("sum by (kind, action) (increase(freshet_alerts_total[$__rate_interval]))", "{{kind}} {{action}}"),
        ),
    ]


def _held() -> list[Panel]:
    told = 'sum(increase(freshet_alerts_total{kind="trend", action="fired"}[1d]))'
    retracted = 'sum(increase(freshet_alerts_total{kind="trend", action="retracted"}[1d]))'
    doubtful = 'sum(increase(freshet_alerts_total{kind="integrity", action="fired"}[1d]))'
    return [
        bars(
            "Held alerts",
            "Alerts that were decided but not sent, by reason.",
            Ask("sum by (reason) (increase(freshet_alerts_held_total[$__rate_interval]))", "{{reason}}"),
        ),
        lines(
            "Taken back and doubtful",
            "Retracted trends, and trends with signs of bought attention, for each one told in the last 24 hours.",
            Ask(f"{retracted} / {told}", "retracted"),
            Ask(f"{doubtful} / {told}", "doubtful"),
            unit="percentunit",
        ),
    ]


def _series() -> list[Panel]:
    return [
        lines(
            "Surprise of the models",
            "-log10 p over all series, last bucket. Calibrated models have a median near 0.3.",
            Ask(f"quantile(0.5, {JUDGED})", "median"),
            Ask(f"quantile(0.9, {JUDGED})", "one in ten"),
            Ask(f"max({JUDGED})", "most surprised"),
            unit="none",
        ),
        lines(
            "Surprised series",
            "Series whose last bucket would come by chance less than once in a hundred, and once in a thousand.",
            Ask("sum(freshet_series_anomaly_score > bool 2)", "1 in 100"),
            Ask("sum(freshet_series_anomaly_score > bool 3)", "1 in 1,000"),
        ),
    ]


def _forecasts() -> list[Panel]:
    return [
        bars(
            "Questions and answers",
            "Forecasts of trends and posts by horizon: asked, told, learned from when due; models that got worse.",
            Ask(
                "sum by (horizon, outcome) (increase(freshet_forecasts_total[$__rate_interval]))",
                "{{horizon}} {{outcome}}",
            ),
        ),
        lines(
            "Brier score",
            "Of each model, over its last 500 answers; lower is better. A quarter is a coin, nan: nothing was learned.",
            Ask("max by (model) (freshet_model_loss)", "{{model}}"),
            unit="none",
        ),
    ]
