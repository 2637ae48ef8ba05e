"""What rules would have sent, from files: the same detection as live, then the same rules.

Read `running.py` (files to alerts; `beside.py` counts meanwhile), `outcome.py` (what became of them, and how good that
was), `learned.py` (what the forecasts learned), `report.py` and `plot.py` (how it is told).
"""
