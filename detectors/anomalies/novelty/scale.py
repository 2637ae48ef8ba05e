"""What is much for a distance, learned from its own past. ADWIN says when that past is no longer the series'."""

import math
from typing import Any

import msgspec
from river import drift

from detectors.anomalies import models

DRIFT_DELTA = 0.002
DRIFT_EVERY = 32
"""ADWIN's significance, and how many points apart it looks."""
