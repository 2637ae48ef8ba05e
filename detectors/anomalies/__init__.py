"""Figures that are not as they should be. Read `detector.py` (one series, River), `judge.py` (all), `alerts.py`."""

from detectors.anomalies.novelty.once import for_nab

__all__ = ["for_nab"]
