"""Figures that are not as they should be. Read `detector.py` (one series, River), `judge.py` (all), `alerts.py`."""
