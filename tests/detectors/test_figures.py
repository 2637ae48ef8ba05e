"""Figures through the whole path in memory: what is published last is what is true."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from config.settings import load
from detectors import pipeline
from detectors.model.engagements import Counters, Engagement, Order, Refund
from detectors.model.kpis import Figure, Kpi
from detectors.model.posts import Post
from detectors.pipeline import Pipeline
from streams import wiring
from tests.detectors.making import at, engagement_chunk, make_delete, make_engagement, make_post, post_chunk

HOUR_S = 3600.0
PARTITIONS = 2
SETTINGS: pipeline.Settings = wiring.detection(load(topics={"partitions": PARTITIONS}, detection={"cell_bits": 12}))

Record = Post | Engagement
Told = tuple[float, Record]
"""A record and when it arrives, seconds after START_AT."""


def partition_of(record: Record) -> int:
    """Creators have their partition, orders theirs."""
    if isinstance(record, Engagement) and record.kind in ("order", "refund"):
        return int(record.event_id.partition(" ")[0]) % PARTITIONS
    return int((record.creator_id or "0").partition(" ")[0]) % PARTITIONS


def published(told: Iterable[Told], hours: int) -> list[Kpi]:
    """All that is published of a stream; in each partition somebody posts and follows every hour, for so many hours."""
    ticking: list[Told] = []
    for seconds in (hour * HOUR_S for hour in range(hours)):
        for n in range(PARTITIONS):
            ticking.append((seconds, make_post(f"clock {n} {seconds}", seconds, "", f"{n} clock", platform="clock")))
            act = make_engagement(
                f"{n} {seconds}", seconds, "follow", creator_id=f"{n}", post_id=None, platform="clock"
            )
            ticking.append((seconds, act))
    path, found = Pipeline(SETTINGS), list[Kpi]()
    for offset, (_, record) in enumerate(sorted([*told, *ticking], key=lambda one: one[0])):
        if isinstance(record, Post):
            decisions = path.posts(partition_of(record), post_chunk([record], offset))
        else:
            decisions = path.engagements(partition_of(record), engagement_chunk([record], offset))
        found += [kpi for decision in decisions for kpi in decision.kpis]
    return found + [kpi for decision in path.finish() for kpi in decision.kpis]


def latest(kpis: Sequence[Kpi]) -> dict[str, Kpi]:
    """The last revision of each; revisions count up without a hole."""
    last: dict[str, Kpi] = {}
    for kpi in kpis:
        assert kpi.revision == (last[kpi.key].revision + 1 if kpi.key in last else 0), kpi.key
        last[kpi.key] = kpi
    return last


def figure(kpi: Kpi, name: str, currency: str | None = None) -> Figure:
    return next(one for one in kpi.figures if (one.name, one.currency) == (name, currency))


def added(kpis: Iterable[Kpi], scope: str, name: str, period: str = "PT1H") -> int:
    """A figure's numerator, added over the windows of one width."""
    mine = (kpi for kpi in kpis if kpi.scope == scope and kpi.window.endswith(period))
    return sum(figure(kpi, name).numerator for kpi in mine)


def test_the_redken_campaign() -> None:
    """108 posts, 2.2 million views, an engagement rate by views of 10.3 %: with what they rest on."""
    told: list[Told] = []
    for n in range(108):
        made = 600 + 10 * n
        views, likes = 2_200_000 // 108 + (n < 2_200_000 % 108), 226_600 // 108 + (n < 226_600 % 108)
        post = make_post(f"p{n}", made, "", f"{n} creator", campaign_id="redken", followers=20_000)
        told.append((made, post))
        for seconds, share in ((made + 600, 0.5), (made + 1200, 1.0)):
            counters = Counters(views=int(views * share), likes=int(likes * share))
            act = {"creator_id": post.creator_id, "post_id": post.post_id, "counters": counters}
            told.append((seconds, make_engagement(f"{n} {share}", seconds, "counters", **act)))
    kpis = latest(published(told, hours=18))
    (campaign,) = (kpi for kpi in kpis.values() if kpi.scope == "campaign:redken" and kpi.window.endswith("P1D"))
    rate = figure(campaign, "engagement_rate_by_views")
    assert (rate.value, rate.numerator, rate.denominator) == (0.103, 226_600, 2_200_000)
    assert [figure(campaign, name).value for name in ("posts", "voices", "views")] == [108, 108, 2_200_000]
    assert figure(campaign, "engagement_rate_by_followers").denominator == 108 * 20_000
    assert campaign.completeness == 1.0
    assert added(kpis.values(), "campaign:redken", "views") == 2_200_000
    assert kpis[f"creator:0 creator|{campaign.window}"].figures[0].value == 1


Happened = tuple[int, float, int]
"""(post, seconds, likes)."""


def as_events(truth: Sequence[Happened]) -> list[Engagement]:
    """One record a like."""
    return [
        make_engagement(f"{i} {n}", seconds, post_id=f"p{post}", creator_id=f"{post} c")
        for i, (post, seconds, likes) in enumerate(truth)
        for n in range(likes)
    ]


def as_deltas(truth: Sequence[Happened]) -> list[Engagement]:
    """One record for several."""
    return [
        make_engagement(f"{i}", seconds, post_id=f"p{post}", creator_id=f"{post} c", count=likes)
        for i, (post, seconds, likes) in enumerate(truth)
    ]


def as_totals(truth: Sequence[Happened]) -> list[Engagement]:
    """A running total of each post at the end of every hour."""
    stream = []
    for post in sorted({post for post, _, _ in truth}):
        for hour in range(1, 9):
            likes = sum(n for p, seconds, n in truth if p == post and seconds <= hour * HOUR_S)
            about = {"post_id": f"p{post}", "creator_id": f"{post} c", "counters": Counters(likes=likes)}
            stream.append(make_engagement(f"{post} {hour}", hour * HOUR_S, "counters", **about))
    return stream


def delivered(stream: Sequence[Engagement], rng: random.Random) -> list[Told]:
    """As connectors do: a third up to 20 hours late, some twice."""
    told = [(one.at.timestamp() - at(0).timestamp(), one) for one in stream]
    told += [one for one in told if rng.random() < 0.3]
    return [(seconds + (rng.random() < 0.35) * rng.uniform(0, 20 * HOUR_S), one) for seconds, one in told]


def test_every_way_of_telling_a_truth_gives_the_same_figures() -> None:
    """Single acts, deltas and running totals, late, reordered and twice: the same in every hour where that can be."""
    rng = random.Random(2)
    posts = [(60.0, make_post(f"p{n}", 60, "", f"{n} c", campaign_id="c", followers=5000)) for n in range(3)]
    truth = [(rng.randrange(3), rng.uniform(120, 7.9 * HOUR_S), rng.randint(1, 4)) for _ in range(40)]
    ways: list[Callable[[Sequence[Happened]], list[Engagement]]] = [as_events, as_deltas, as_totals]
    found = [latest(published([*posts, *delivered(way(truth), rng)], hours=30)) for way in ways]
    likes = sum(n for _, _, n in truth)
    for kpis in found:
        for scope in ("all", "platform:tiktok", "tier:nano", "campaign:c"):
            for period in ("PT1H", "P1D"):
                assert added(kpis.values(), scope, "engagement_rate_by_followers", period) == likes
    events, deltas, _ = ({key: kpi.figures for key, kpi in kpis.items()} for kpis in found)
    assert events == deltas


def test_posts_orders_and_refunds_by_brute_force() -> None:
    """Posts less those deleted, their creators, orders and money in their hours, whatever comes late or twice."""
    rng = random.Random(3)
    told: list[Told] = []
    posts: Counter[int] = Counter()
    people: dict[int, set[str]] = {}
    money: Counter[int] = Counter()
    for n in range(60):
        seconds = rng.uniform(0, 5 * HOUR_S)
        post = make_post(f"p{n}", seconds, "", f"{rng.randrange(9)} c", communities=("skin", "hair"))
        told += [(seconds, post)] * rng.choice([1, 1, 2])
        if rng.random() < 0.3:
            told += [(seconds + 5000, make_delete(f"p{n}", seconds + 5000, post.creator_id))] * rng.choice([1, 2])
        else:
            posts[int(seconds // HOUR_S)] += 1
            people.setdefault(int(seconds // HOUR_S), set()).add(post.creator_id)
        value, paid_at, back_at = rng.randint(100, 9999), seconds + 100, seconds + rng.uniform(200, 9000)
        order = Order(order_id=f"o{n}", status="paid", items=1, net_minor=value, currency="EUR")
        refund = Refund(refund_id="r", order_id=f"o{n}", amount_minor=value // 3, currency="EUR")
        about = {"creator_id": None, "post_id": None, "campaign_id": "c"}
        told.append((paid_at, make_engagement(f"{n} paid", paid_at, "order", order=order, **about)))
        told.append((back_at, make_engagement(f"{n} back", back_at, "refund", refund=refund, **about)))
        money[int(paid_at // HOUR_S)] += value
        money[int(back_at // HOUR_S)] -= value // 3
    kpis = latest(published(told, hours=12))
    hours = {kpi.window: kpi for kpi in kpis.values() if kpi.scope == "campaign:c" and kpi.window.endswith("PT1H")}
    assert {w: figure(k, "gmv_net", "EUR").value for w, k in hours.items()} == {window(h): n for h, n in money.items()}
    assert added(kpis.values(), "campaign:c", "orders") == 60
    told_of = {k.window: k for k in kpis.values() if k.scope == "community:hair" and k.window.endswith("PT1H")}
    assert {w: figure(k, "posts").value for w, k in told_of.items()} == {window(h): n for h, n in posts.items()}
    assert {w: figure(k, "voices").value for w, k in told_of.items()} == {
        window(h): len(them) for h, them in people.items()
    }


def window(hour: int) -> str:
    """An hour after START_AT as a record writes it."""
    return f"{at(hour * HOUR_S):%Y-%m-%dT%H:%M:%SZ}/PT1H"
