"""How a panel looks: one number, lines over time, bars over time. Which panels there are is decided elsewhere."""

from collections.abc import Mapping
from typing import NamedTuple

from grafana_foundation_sdk.builders import common, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models import dashboard as models

DATASOURCE = words.DataSourceRef(type_val="prometheus", uid="${datasource}")

COLUMNS = 24
"""Of Grafana's grid."""

Panel = stat.Panel | timeseries.Panel


class Ask(NamedTuple):
    """One query of a panel: PromQL, what to call its series, and whether to show single alerts on top of it."""

    expr: str
    legend: str
    exemplars: bool = False


def number(
    title: str,
    description: str,
    *asked: Ask,
    width: int = 4,
    unit: str = "short",
    below: str = "text",
    levels: Mapping[float, str] | None = None,
) -> stat.Panel:
    """The newest value of each query, large.

    Args:
        levels: colours from a value upwards, smallest first; `below` is the colour under the first.
    """
    steps = [models.Threshold(color=below)]
    steps += [models.Threshold(value=value, color=color) for value, color in (levels or {}).items()]
    panel = stat.Panel().title(title).description(description).datasource(DATASOURCE).span(width).height(4)
    panel.unit(unit).decimals(0)  # increase() extrapolates: 3 alerts would be 3.02
    panel.graph_mode(words.BigValueGraphMode.NONE).color_mode(words.BigValueColorMode.VALUE)
    panel.text_mode(words.BigValueTextMode.VALUE_AND_NAME if _many(asked) else words.BigValueTextMode.VALUE)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).fields("").values(values=False))
    panel.thresholds(builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    panel.color_scheme(builders.FieldColor().mode(models.FieldColorModeId.THRESHOLDS))
    return panel.targets([_query(i, ask) for i, ask in enumerate(asked)])


def state(title: str, description: str, ask: Ask, *, no: str, yes: str, good: bool, width: int = 4) -> stat.Panel:
    """A metric that is 1 or 0, in words; `good` says whether 1 is."""
    below, above = ("red", "green") if good else ("green", "orange")
    panel = number(title, description, ask, width=width, unit="none", below=below, levels={1: above})
    texts = {str(i): models.ValueMappingResult(text=text, index=i) for i, text in enumerate((no, yes))}
    return panel.mappings([models.ValueMap(texts)])


def lines(
    title: str, description: str, *asked: Ask, width: int = 12, unit: str = "short", at_least: float | None = 0
) -> timeseries.Panel:
    """Series over time; the axis begins at `at_least`, None: where they do."""
    panel = _over_time(title, description, asked, width, unit)
    panel.draw_style(words.GraphDrawStyle.LINE).fill_opacity(10)
    return panel if at_least is None else panel.min(at_least)


def bars(title: str, description: str, *asked: Ask, width: int = 12) -> timeseries.Panel:
    """Events a step, one on top of the other; kinds of which there were none are not drawn."""
    panel = _over_time(title, description, asked, width, "short").min(0)
    panel.draw_style(words.GraphDrawStyle.BARS).fill_opacity(60)
    panel.stacking(common.StackingConfig().mode(words.StackingMode.NORMAL))
    nothing = models.MatcherConfig(id_val="byValue", options={"reducer": "allIsZero", "op": "gte", "value": 0})
    hidden = {"legend": True, "tooltip": True, "viz": False}
    return panel.with_override(nothing, [models.DynamicConfigValue(id_val="custom.hideFrom", value=hidden)])


def _over_time(title: str, description: str, asked: tuple[Ask, ...], width: int, unit: str) -> timeseries.Panel:
    panel = timeseries.Panel().title(title).description(description).datasource(DATASOURCE)
    panel.span(width).height(8).unit(unit).line_width(1).show_points(words.VisibilityMode.NEVER)
    panel.color_scheme(builders.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
    legend = common.VizLegendOptions().display_mode(words.LegendDisplayMode.TABLE).show_legend(show_legend=True)
    panel.legend(legend.placement(words.LegendPlacement.BOTTOM).calcs(["lastNotNull"]))
    tooltip = common.VizTooltipOptions().mode(words.TooltipDisplayMode.MULTI)
    panel.tooltip(tooltip.sort(words.SortOrder.DESCENDING))
    return panel.targets([_query(i, ask) for i, ask in enumerate(asked)])


def _many(asked: tuple[Ask, ...]) -> bool:
    return len(asked) > 1 or "{{" in asked[0].legend


def _query(index: int, ask: Ask) -> prometheus.Dataquery:
    query = prometheus.Dataquery().ref_id("ABCDEF"[index]).expr(ask.expr).legend_format(ask.legend)
    return query.exemplar(exemplar=True) if ask.exemplars else query
