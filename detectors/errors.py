"""The base of every error that detectors raise: a broken promise of a caller or of ours, never bad input data."""


class DetectorError(ValueError):
    """An argument or a state is impossible: says name, value and allowed range."""
