"""A platform of which nothing comes is silent, though its series are still told what came before."""

from detectors.anomalies.bank import SeriesBank
from detectors.anomalies.series import Series
from detectors.anomalies.silence import Silence, SilenceWatch

BUCKET_S = 300.0
POSTS, VIEWS = Series("posts", "platform:x"), Series("views", "platform:x")


def silences(views: int, late: int) -> dict[str, Silence]:
    """Of the third bucket without posts, after a usual morning."""
    bank = SeriesBank(bucket_s=BUCKET_S, warm_up_buckets=30, max_series=9)
    watch, found = SilenceWatch(buckets=3), dict[str, Silence]()
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
