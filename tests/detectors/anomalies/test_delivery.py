"""A platform whose totals jump, or whose records come late, is told of once, and over once."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from detectors.anomalies.delivery import DAY_S, HOUR_S, DeliveryWatch
from detectors.anomalies.jumping import LEAST_TOTALS, JumpWatch
from detectors.anomalies.lateness import WARM_UP_S, LateWatch
from detectors.anomalies.series import Series
from detectors.model.alerts import Alert

X = "platform:x"
AT = 1_800_000_000.0
BUCKET_S = 300.0
HOUR = round(HOUR_S / BUCKET_S)
WARM = round(WARM_UP_S / BUCKET_S) + HOUR


def watch() -> DeliveryWatch:
    return DeliveryWatch(bucket_s=BUCKET_S, window_s=3600.0, config_digest="d")


def told(**counts: int) -> dict[Series, int]:
    """What READ counted of the platform x."""
    return {Series(name, X): n for name, n in counts.items()}


class News(NamedTuple):
    """An alert, and with which bucket it came."""

    bucket: int
    alert: Alert


def played(made: DeliveryWatch, buckets: Sequence[dict[Series, int]]) -> list[News]:
    """All news, bucket by bucket."""
    steps = ((n, made.step(AT + BUCKET_S * n, counts)) for n, counts in enumerate(buckets))
    return [News(n, alert) for n, alerts in steps for alert in alerts]


@pytest.mark.parametrize(
    ("compared", "jumped", "jumps"),
    [(20, 10, True), (20, 9, False), (19, 19, False), (1000, 500, True), (1000, 499, False)],
)
def test_a_platform_jumps_where_half_of_its_totals_do(compared: int, jumped: int, *, jumps: bool) -> None:
    """Of twenty at least: a post or two, or nine in twenty, are nobody's but their own."""
    assert bool(JumpWatch(bucket_s=BUCKET_S).step({X: compared}, {X: jumped})) is jumps


def test_small_platforms_gather_for_an_hour() -> None:
    """As few buckets as hold twenty totals; what jumped in an earlier one is not told again."""
    made = JumpWatch(bucket_s=BUCKET_S)
    few = [bool(made.step({X: 5}, {X: 5})) for _ in range(LEAST_TOTALS // 5)]
    assert few == [False, False, False, True]
    assert not made.step({X: 5}, {})
    sparse = JumpWatch(bucket_s=BUCKET_S)
    assert not any(sparse.step({X: 1}, {X: 1}) for _ in range(3 * HOUR))


def late(shares: Sequence[float], records: int = 100) -> list[bool]:
    """Whether the platform is late, after each bucket."""
    made = LateWatch(bucket_s=BUCKET_S)
    return [bool(made.step({X: records}, {X: round(share * records)})) for share in shares]


def test_late_is_far_over_the_usual() -> None:
    """Half of what usually comes in time, over an hour; not before six hours are known."""
    assert True not in late([0.0] * WARM + [0.4] * HOUR)
    found = late([0.0] * WARM + [0.6] * HOUR)
    assert found.index(True) == WARM + 9  # ten of twelve buckets are half of an hour
    assert True not in late([0.0] * (WARM - 60) + [1.0] * 2)


def test_who_is_always_late_is_as_usual() -> None:
    """A platform that is polled: nine in ten are late, and all of an hour are not far more; nor is all ever more."""
    assert True not in late([0.9] * WARM + [0.94] * HOUR)
    assert True in late([0.9] * WARM + [1.0] * HOUR)
    assert True not in late([1.0] * 2 * WARM)


def test_who_is_late_now_and_then_is_as_usual() -> None:
    """Three standard deviations: a platform that delivers by turns of hours is not told of."""
    turns = ([0.0] * HOUR + [0.7] * HOUR) * 8
    assert True not in late(turns)[-4 * HOUR :]


def test_few_records_say_nothing() -> None:
    """Fewer than fifty in an hour."""
    assert True not in late([0.0] * WARM + [1.0] * HOUR, records=4)
    assert True in late([0.0] * WARM + [1.0] * HOUR, records=5)


def test_late_for_good_becomes_usual() -> None:
    """It is told, and over after a day or so, though nothing gets better."""
    made = watch()
    counts = [told(arrived=100)] * WARM + [told(arrived=100, overdue=90)] * (3 * 288)
    news = played(made, counts)
    assert [alert.action for _, alert in news] == ["fired", "resolved"]
    assert made.doubts == {}


def test_a_jump_is_told_once_and_its_end_a_day_later() -> None:
    """With how many totals; series are in doubt for two windows, posts as long as it lasts."""
    made = watch()
    steps: list[tuple[set[str], dict[str, str]]] = []
    news: list[News] = []
    for n in range(320):
        counts = told(compared=40, jumped=30 if n in (5, 6) else 0)
        news += [News(n, alert) for alert in made.step(AT + BUCKET_S * n, counts)]
        steps.append((made.untrusted, made.doubts))
    assert [(n, a.action, a.revision, a.observed, a.severity) for n, a in news] == [
        (5, "fired", 0, 30.0, "warning"),
        (6 + DAY_S / BUCKET_S, "resolved", 1, 30.0, "info"),
    ]
    fired = news[0].alert
    assert (fired.kind, fired.scope, fired.subject.id) == ("data_quality", X, "jump|platform:x")
    assert "30 totals" in fired.explanation.en
    assert "30 totaux" in fired.explanation.fr
    assert [doubts for _, doubts in steps].count({X: "jump"}) == 2 + 2 * HOUR
    assert [untrusted for untrusted, _ in steps].count({X}) == 1 + DAY_S / BUCKET_S


def test_one_measure_that_jumps_is_the_platforms_trouble() -> None:
    """Views are counted in other units, a fourth of all totals; its series wait from that bucket on."""
    made = watch()
    steady = {Series(f"compared.{name}", X): 30 for name in ("views", "likes", "comments", "shares")}
    counts = told(compared=120, jumped=30) | steady | {Series("jumped.views", X): 30}
    (fired,) = made.step(AT, counts)
    assert (fired.subject.id, fired.observed) == ("jump|platform:x", 30.0)
    assert made.doubts == {X: "jump"}
    few = watch()
    counts = told(compared=24, jumped=6) | {Series("compared.views", X): 6, Series("jumped.views", X): 6}
    assert few.step(AT, counts) == []
    assert few.doubts == {X: "jump"}


def test_lateness_is_told_with_its_share() -> None:
    """Of the last hour, and the usual; over when an hour was as usual. All its figures are in doubt till then."""
    made = watch()
    counts = [told(arrived=100, overdue=2)] * WARM + [told(arrived=100, overdue=92)] * HOUR
    news = played(made, counts)
    assert [(a.action, a.subject.id, a.expected) for _, a in news] == [("fired", "late|platform:x", 0.02)]
    assert made.doubts == {X: "late"}
    ends = [alert for n in range(3 * HOUR) for alert in made.step(AT + BUCKET_S * (WARM + HOUR + n), told(arrived=100))]
    (over,) = ends
    assert (over.action, over.observed) == ("resolved", 0.92)
    assert "up to 92 % of an hour was late, usual are 2 %" in over.explanation.en
    assert "jusqu'à 92 % d'une heure était en retard, contre 2 % d'ordinaire" in over.explanation.fr
    assert made.doubts == {}


def some_counts(n: int) -> dict[Series, int]:
    """Quiet for seven hours, then all at once."""
    bad = 90 <= n < 110
    return told(arrived=60, overdue=50 if bad else n % 3, compared=7, jumped=6 if bad else 0)


@pytest.mark.parametrize("cut", [1, 50, 95, 103, 130])
def test_it_goes_on_from_a_snapshot(cut: int) -> None:
    """What is open stays open, what is usual stays known."""
    whole, again = watch(), watch()

    def play(made: DeliveryWatch, n: int) -> list[Alert]:
        return made.step(AT + BUCKET_S * n, some_counts(n))

    for n in range(cut):
        play(whole, n)
    again.restore(whole.snapshot())
    for n in range(cut, 420):
        assert play(again, n) == play(whole, n)
        assert (again.doubts, again.untrusted) == (whole.doubts, whole.untrusted)
    assert again.snapshot() == whole.snapshot()
