"""For those who keep it running: does it work, how fast does it flow, what is put aside."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from config.dashboards.board import board as new
from config.dashboards.panels import Ask, Panel, bars, lines, number, state

DELAY = "sum by (le) (increase(freshet_event_to_alert_seconds_bucket[1h]))"
STEP = "sum by (le, stage) (rate(freshet_step_seconds_bucket[$__rate_interval]))"


def board() -> Dashboard:
    """Half an hour, renewed every five seconds."""
    rows = {"Now": _now(), "Flow": _flow(), "Latency": _latency(), "State": _state()}
    return new(
        "stream",
        "stream health",
        "Is it working, how fast does it flow, what is put aside. docs/runbook.md says what to do.",
        rows,
        shows="30m",
        renewed="5s",
    )


def _now() -> list[Panel]:
    ready = (
        "Whether every worker is assigned, recovered, in touch with Kafka and moving. "
        "The page /readyz of a worker says why not."
    )
    return [
        state("Ready", ready, Ask("min(freshet_ready)", "ready"), yes="ready", no="not ready", good=True, width=5),
        state(
            "Warming up",
            "Stages that have too little history to judge yet: they hold their alerts.",
            Ask("max by (stage) (freshet_warming_up)", "{{stage}}"),
            yes="warming up",
            no="warm",
            good=False,
            width=5,
        ),
        number(
            "Version", "Workers by version.", Ask("count by (version) (freshet_build_info)", "{{version}}"), width=5
        ),
        number(
            "Records waiting",
            "Records of all topics that wait to be read.",
            Ask("sum(freshet_consumer_lag_records)", "waiting"),
            width=5,
        ),
        number(
            "Put aside",
            "Dead letters of the last 24 hours.",
            Ask("sum(increase(freshet_dead_letters_total[1d]))", "dead letters"),
            below="green",
            levels={1: "orange"},
        ),
    ]


def _flow() -> list[Panel]:
    late = (
        "Late records are counted in a later run or, when their window has closed, dropped. "
        "Wrongly keyed ones are used; `freshet doctor` says who sends them."
    )
    return [
        lines(
            "Records per second",
            "Input records by topic and what became of them.",
            Ask("sum by (topic, outcome) (rate(freshet_records_total[$__rate_interval]))", "{{topic}} {{outcome}}"),
            unit="cps",
        ),
        bars(
            "Dead letters",
            "Records put aside, by reason. `freshet tail dead-letters` shows them.",
            Ask(
                "sum by (topic, reason) (increase(freshet_dead_letters_total[$__rate_interval]))",
                "{{topic}} {{reason}}",
            ),
        ),
        lines(
            "Lag",
            "Records that wait in Kafka to be read.",
            Ask("sum by (topic) (freshet_consumer_lag_records)", "{{topic}}"),
            width=8,
        ),
        lines(
            "Watermark age",
            "Wall clock minus the oldest watermark of a stage: how far behind it is. Large when the past is played.",
            Ask("max by (stage) (freshet_watermark_age_seconds)", "{{stage}}"),
            width=8,
            unit="s",
        ),
        lines(
            "Late and wrongly keyed records",
            late,
            Ask(
                "sum by (topic, fate) (rate(freshet_late_records_total[$__rate_interval]))", "{{topic}} late, {{fate}}"
            ),
            Ask("sum by (topic) (rate(freshet_key_mismatch_total[$__rate_interval]))", "{{topic}} wrong key"),
            width=8,
            unit="cps",
        ),
    ]


def _latency() -> list[Panel]:
    return [
        lines(
            "Event to alert, last hour",
            "From the end of the bucket that raised an alert to its acknowledgement by Kafka. "
            "At least the lateness (30 s by default) in a live stream.",
            Ask(f"histogram_quantile(0.5, {DELAY})", "p50"),
            Ask(f"histogram_quantile(0.99, {DELAY})", "p99", exemplars=True),
            unit="s",
        ),
        lines(
            "Step time",
            "Time of one step of a stage, median and 99th percentile.",
            Ask(f"histogram_quantile(0.5, {STEP})", "{{stage}} p50"),
            Ask(f"histogram_quantile(0.99, {STEP})", "{{stage}} p99"),
            unit="s",
        ),
    ]


def _state() -> list[Panel]:
    return [
        lines(
            "Snapshot size",
            "Of the last snapshot of a worker.",
            Ask("max by (instance) (freshet_snapshot_bytes)", "{{instance}}"),
            width=8,
            unit="bytes",
        ),
        lines(
            "Snapshot time",
            "How long the last snapshot of a worker took until Kafka had it.",
            Ask("max by (instance) (freshet_snapshot_seconds)", "{{instance}}"),
            width=8,
            unit="s",
        ),
        lines(
            "Recovery time",
            "How long the last recovery of a partition's state took. Empty until a worker has recovered one.",
            Ask("max by (instance) (freshet_recovery_seconds)", "{{instance}}"),
            width=8,
            unit="s",
        ),
    ]
