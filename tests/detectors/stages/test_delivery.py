"""What READ counts of how a platform delivers."""

from collections import Counter

from detectors.model.engagements import Counters
from detectors.pipeline import readers
from tests.detectors.making import engagement_chunk, make_engagement, make_post, pipeline_settings, post_chunk, runs_in

NAMES = ("arrived", "overdue", "compared", "jumped", "measured", "bridged")


def test_records_and_totals_are_counted_by_platform() -> None:
    """What came, what of it is of an earlier bucket; totals that can be compared, and those that jump."""
    read = readers(0, pipeline_settings(1))
    posts = [make_post("p", 0), make_post("q", 130), make_post("late", 50), make_post("y", 131, platform="x")]
    acts = [
        make_engagement("1", 10, "counters", counters=Counters(views=200, likes=5)),
        make_engagement("2", 130, "counters", counters=Counters(views=60_000, likes=100)),
        make_engagement("4", 131, platform="x"),
        make_engagement("3", 20),
        make_engagement("5", 190, "counters", counters=Counters(views=60_100, likes=110)),
    ]
    out = [one for n, post in enumerate(posts) for one in read.posts.step(post_chunk([post], n))]
    out += [one for n, act in enumerate(acts) for one in read.engagements.step(engagement_chunk([act], n))]
    sums: Counter[str] = Counter()
    for run in runs_in([*out, *read.posts.finish(), *read.engagements.finish()]):
        sums.update({name: n for name, n in run.increments.items() if name.startswith(NAMES)})
    assert sums == {
        "arrived|platform:tiktok": 3 + 7,
        "overdue|platform:tiktok": 1 + 1,
        "arrived|platform:x": 1 + 1,
        "compared|platform:tiktok": 1 + 2,
        "compared.views|platform:tiktok": 1 + 1,
        "compared.likes|platform:tiktok": 1,
        "jumped|platform:tiktok": 1,
        "jumped.views|platform:tiktok": 1,
        "measured|platform:tiktok": 3 * 2,
    }


def test_totals_over_more_than_a_window_bridge_a_gap() -> None:
    """Ten minutes and one: its growth is in no series, whether there is any or not."""
    read = readers(0, pipeline_settings(1))
    acts = [make_engagement(str(at), at, "counters", counters=Counters(views=200)) for at in (0, 600, 1260)]
    out = [*read.engagements.step(engagement_chunk(acts)), *read.posts.finish(), *read.engagements.finish()]
    sums = Counter[str]()
    for run in runs_in(out):
        sums.update({name: n for name, n in run.increments.items() if name.startswith(("measured", "bridged"))})
    assert sums == {"measured|platform:tiktok": 2, "bridged|platform:tiktok": 1}
