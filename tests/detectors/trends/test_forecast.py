from typing import Any

from detectors.trends import forecast


def test_the_forecaster_of_lists_has_rivers_verbs() -> None:
    """Made without arguments, it knows nothing: 1 in 15."""
    forecaster = forecast.for_lists()
    x: dict[str, Any] = {"at": 0.0, "rank": 11, "heat": 1.0, "reads": None, "discussions": None, "posts": None}
    x |= {"category": "", "age_h": 0.0, "list_size": 50, "ranks": [None] * 5 + [11], "heats": [None] * 5 + [1.0]}
    assert forecaster.predict_proba_one(x) == round(1 / 15, 6)
    forecaster.learn_one(x, True)
    assert forecaster.learned == 0
