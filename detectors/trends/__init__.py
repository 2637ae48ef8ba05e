"""From counts to trends: bursts, false-discovery control, grouping, life cycle.

Read `gamma_poisson.py` (how surprising is a count), `discovery.py`, `grouping.py`, `lifecycle.py`.
"""
