"""The forecasters of trends, as they are made: each a factory without arguments. The mathematics is in `forecast/`."""

from detectors.forecast.list_forecaster import ListForecaster


def for_lists() -> ListForecaster:
    """Will a topic of a ranked list reach its first ten within six hours?"""
    return ListForecaster()
