"""Whether the comparison can fail: one wrong figure of one tick, and one of one alert, must be seen."""

import msgspec

from tests.chaos.case import Case
from tests.chaos.verdict import Outcome, against, against_truth


def sees_spoiled(case: Case, outcome: Outcome) -> bool:
    """Spoil what came out of a run and compare it with the truth, and with what it was."""
    ticks, alerts = list(outcome.ticks), list(outcome.alerts)
    for index, tick in enumerate(ticks):
        if tick.bucket in case.shape.ticks and tick.candidates:
            first, *rest = tick.candidates
            wrong = msgspec.structs.replace(first, observed=first.observed + 1)
            ticks[index] = msgspec.structs.replace(tick, candidates=(wrong, *rest))
            break
    for index, alert in enumerate(alerts):
        if alert["kind"] == "trend":
            alerts[index] = alert | {"observed": alert["observed"] + 1}
            break
    spoiled = Outcome(ticks, alerts)
    seen = against_truth(spoiled, case.truth).count + against(spoiled, outcome, case.shape.ticks).count
    return {"voices", "alert's figure", "tick differs from the reference", "alert differs"} <= seen.keys()
