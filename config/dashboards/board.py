"""How panels become a dashboard: rows, numbers of panels, variables, and links to the other dashboards."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from config.dashboards.panels import DATASOURCE, Panel

TAG = "freshet"


def board(
    name: str,
    title: str,
    description: str,
    rows: Mapping[str, Sequence[Panel]],
    *,
    shows: str,
    renewed: str,
    variables: Sequence[builders.QueryVariable] = (),
) -> builders.Dashboard:
    """A dashboard.

    Args:
        name: of its file, and in its address.
        rows: title of each row and its panels, left to right, wrapped at 24 columns.
        shows: how far back it looks, as Grafana writes durations.
        renewed: how often it asks again.
    """
    made = builders.Dashboard(f"Freshet: {title}").uid(f"{TAG}-{name}").description(description).tags([TAG])
    made.readonly().timezone("utc").time(f"now-{shows}", "now").refresh(renewed)
    made.tooltip(models.DashboardCursorSync.CROSSHAIR).variables([_datasource(), *variables]).annotations([])
    made.link(_others())
    number = 0
    for row, panels in rows.items():
        number += 1
        made.with_row(builders.Row(row).id(number))
        for panel in panels:
            number += 1
            made.with_panel(panel.id(number))
    return made


def document(made: builders.Dashboard) -> bytes:
    """The JSON that Grafana reads."""
    built: Any = made.build()
    return json.dumps(built, cls=JSONEncoder, indent=2, ensure_ascii=False).encode() + b"\n"


def _datasource() -> builders.DatasourceVariable:
    chosen = models.VariableOption(text="Prometheus", value="prometheus")
    return builders.DatasourceVariable("datasource").label("Data source").type("prometheus").current(chosen)


def series_variable() -> builders.QueryVariable:
    """Which declared series to show; all of them at first."""
    variable = builders.QueryVariable("series").label("Series").datasource(DATASOURCE)
    variable.query({"query": "label_values(freshet_series_value, series)", "refId": "series"})
    variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(models.VariableSort.ALPHABETICAL_ASC)
    everything = models.VariableOption(text="All", value="$__all")
    return variable.multi(multi=True).include_all(include_all=True).all_value(".*").current(everything)


def _others() -> builders.DashboardLink:
    link = builders.DashboardLink("Freshet").type(models.DashboardLinkType.DASHBOARDS).tags([TAG]).icon("dashboard")
    return link.keep_time(keep_time=True)
