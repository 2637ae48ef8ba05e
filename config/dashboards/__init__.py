"""What Grafana shows, as code; not part of the worker.

`python -m config.dashboards config/grafana/dashboards` writes the JSON. Read `panels.py` (how a panel looks),
`board.py` (how panels become a dashboard), then one of the dashboards.
"""
