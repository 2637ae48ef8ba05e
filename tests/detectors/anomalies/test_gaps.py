"""A platform whose totals were not asked for is in a gap, from the hour in which they are missing on."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import pytest

from detectors.anomalies.bank import SeriesBank
from detectors.anomalies.gaps import GONE_S, AskedState, GapWatch
from detectors.anomalies.holding import Holding
from detectors.anomalies.series import Series

BUCKET_S = 300.0
X = "platform:x"
HOUR, DAY = 12, 288


class Came(NamedTuple):
    """Records of a bucket, totals among them, and totals that bridge more than a window."""

    arrived: int = 0
    measured: int = 0
    bridged: int = 0


ASKED, NOTHING = Came(40, 36, 1), Came()


def watch() -> GapWatch:
    return GapWatch(bucket_s=BUCKET_S, window_s=HOUR * BUCKET_S)


def step(gaps: GapWatch, bucket: int, came: Came) -> bool:
    counts = ({X: n} if n else {} for n in came)
    return gaps.step(BUCKET_S * (bucket + 1), *counts) == [X]


def gapped(buckets: Sequence[Came]) -> set[int]:
    """The buckets in which the platform is in a gap."""
    gaps = watch()
    return {n for n, came in enumerate(buckets) if step(gaps, n, came)}


def hourly(hours: int, came: Came = ASKED, between: Came = NOTHING) -> list[Came]:
    return [came if n % HOUR == 0 else between for n in range(HOUR * hours)]


def test_a_gap_begins_where_totals_are_missing() -> None:
    """And lasts for a window after they are there again: what they grew is in no series."""
    buckets = hourly(12)
    buckets[5 * HOUR] = Came()
    buckets[6 * HOUR] = Came(40, 36, 36)
    assert gapped(buckets) == set(range(5 * HOUR, 7 * HOUR))


@pytest.mark.parametrize(
    ("came", "between"),
    [
        (Came(40, 36, 36), Came()),
        (Came(40, 36), Came(10)),
        (Came(2, 1), Came()),
    ],
)
def test_whose_series_are_not_made_of_totals_has_no_gap(came: Came, between: Came) -> None:
    """Totals that always bridge more than a window; single acts for the most part; hardly any."""
    assert gapped([*hourly(8, came, between), *[between] * 3 * HOUR]) == set()


def test_gaps_that_are_not_rare_are_gaps() -> None:
    """A source that misses one time in four: what bridges two hours is in no series, however often that is."""
    buckets = [NOTHING if n // HOUR % 4 == 3 else came for n, came in enumerate(hourly(48))]
    for n in range(4 * HOUR, 48 * HOUR, 4 * HOUR):
        buckets[n] = Came(40, 36, 36)
    assert gapped(buckets) == {n for n in range(3 * HOUR, 48 * HOUR) if n // HOUR % 4 in (3, 0)}


def test_a_source_that_is_gone_is_not_waited_for() -> None:
    """After a day nothing is nothing."""
    buckets = [*hourly(8), *[Came()] * 2 * DAY]
    assert max(gapped(buckets)) == 7 * HOUR + round(GONE_S / BUCKET_S) - 1


@pytest.mark.parametrize("cut", [30, 65, 75])
def test_it_goes_on_from_a_snapshot(cut: int) -> None:
    """In the middle of a gap, too."""
    buckets = hourly(12)
    buckets[5 * HOUR] = Came()
    buckets[6 * HOUR] = Came(40, 36, 36)
    whole, again = watch(), watch()
    for n in range(cut):
        step(whole, n, buckets[n])
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(whole.snapshot()), type=dict[str, AskedState]))
    for n in range(cut, 100):
        assert step(again, n, buckets[n]) == step(whole, n, buckets[n])


def test_what_a_gap_hides_is_not_learned() -> None:
    """Ordinary or not, judged already or not: the platform's sums, and those that are a good part its own.

    Posts come by themselves; what another platform or a tier counts is known but for a tenth.
    """
    bank, holding = SeriesBank(bucket_s=BUCKET_S, warm_up_buckets=144, max_series=9), Holding()
    usual = {"views|platform:x": 90, "views|all": 300, "views|tier:nano": 900, "views|platform:y": 210}
    series = {Series(*name.split("|")): n for name, n in (usual | {"posts|platform:x": 20}).items()}
    for n in range(40):
        bank.look(BUCKET_S * n, series)
        bank.learn(())
    holding.sift((), {}, bank.look(BUCKET_S * 40, series), 3.0, {X: "gap"})
    assert {str(one) for one in holding.series} == {"views|platform:x", "views|all"}
    holding.sift((), {}, bank.looks, 3.0, {X: "late"})
    assert holding.series == set()
