"""A platform of which nothing comes is silent, though its series are still told what came before."""

from detectors.anomalies.bank import SeriesBank
from detectors.anomalies.series import Series
from detectors.anomalies.silence import Silence, SilenceWatch

BUCKET_S = 300.0
POSTS, VIEWS = Series("posts", "platform:x"), Series("views", "platform:x")


def silences(views: int, late: int) -> dict[str, Silence]:
    """Of the third bucket without posts, after a usual morning."""
    bank = SeriesBank(bucket_s=BUCKET_S, warm_up_buckets=30, max_series=9)
    watch, found = SilenceWatch(buckets=3, bucket_s=BUCKET_S), dict[str, Silence]()
    for bucket in range(63):
        values = {POSTS: 20 + bucket % 3, VIEWS: 300 + bucket % 7} if bucket < 60 else {POSTS: 0, VIEWS: views}
        looks = bank.look(BUCKET_S * (bucket + 0.5), values)
        found = watch.step(looks, bank.detectors, 4.0, {"platform:x": late if bucket >= 60 else 0})
        bank.learn(())
    return found


def test_what_came_late_is_no_sign_of_life() -> None:
    """Views of an hour ago reach the series now; one view more is of now."""
    assert silences(views=0, late=0)["platform:x"].certain
    assert silences(views=300, late=300)["platform:x"].certain
    assert silences(views=301, late=300) == {}


def asked_hourly(missing: int, days: int = 2) -> tuple[dict[int, bool | None], dict[int, bool | None]]:
    """Whether the source is silent by bucket, of its usual hours, and of those after which `missing` bring nothing.

    It tells thirty posts or so at the beginning of each hour, and views of the hour before.
    """
    bank = SeriesBank(bucket_s=BUCKET_S, warm_up_buckets=36, max_series=9)
    watch = SilenceWatch(buckets=2, bucket_s=BUCKET_S)
    usual, after = dict[int, bool | None](), dict[int, bool | None]()
    end = 12 * 24 * days
    for bucket in range(end + 12 * (missing + 1)):
        there = bucket % 12 == 0 and not end < bucket < end + 12 * (missing + 1)
        posts = 25 + bucket // 12 % 11 if there else 0
        values = {POSTS: posts, VIEWS: 0 if bucket == 0 else 10 * (25 + bucket // 12 % 7)}
        looks = bank.look(BUCKET_S * (bucket + 0.5), values)
        came = watch.step(looks, bank.detectors, 4.0, {"platform:x": values[VIEWS]})
        if "platform:x" in came:
            (after if bucket > end else usual)[bucket - end] = came["platform:x"].certain
        bank.learn(())
    return usual, after


def test_a_source_that_is_asked_once_an_hour_is_not_silent_in_between() -> None:
    """Eleven empty buckets of twelve are how it is: a fall of the hour before that shows then is one, and learned."""
    usual, after = asked_hourly(missing=0)
    assert usual == {}
    assert after == {}


def test_an_hour_that_is_missing_is_told() -> None:
    """What is missed counts from the twelfth empty bucket on: within two hours it is told, till then its falls wait."""
    _, after = asked_hourly(missing=2)
    first = min(bucket for bucket, certain in after.items() if certain)
    assert 12 <= min(after) <= first <= 24
    assert all(certain is None for bucket, certain in after.items() if bucket < first)
