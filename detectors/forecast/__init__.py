"""Forecasts that learn from what came: a boosted forest that never stops, its calibration, intervals, and patience.

Read `tree.py`, `window.py`, `forest.py` (the model), `calibration.py`, `conformal.py`, `drift.py` (how far it may be
believed), `waiting.py` (when it may learn), then `lists.py` and `list_forecaster.py` (ranked lists).
"""
