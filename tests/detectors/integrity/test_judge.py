"""The judge: what is flagged, what is held back, what is learned."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest

from detectors.counts.known import code_of
from detectors.counts.people import People
from detectors.counts.ticks import Candidate, PostRef
from detectors.errors import DetectorError
from detectors.integrity.judge import Assessment, IntegrityJudge
from detectors.integrity.mix import UnusualMix
from detectors.integrity.rules import Rules
from detectors.model.posts import Post
from detectors.trends.trend import OpenTrend, SeenPost
from tests.detectors.making import BUCKET_S, FIRST, at, key_of, make_post

RULES = Rules(flag_p=1e-3, bucket_s=BUCKET_S, window=10, min_voices=3, screen_p=1e-4, r_max=20.0)
DAY_S = 86_400.0
CALM = People(20, 18, 17, 24, 0, 0)


def trend_of(posts: Sequence[Post], people: People, trend_id: str = "t", known: int = 0) -> tuple[OpenTrend, Candidate]:
    """A trend and its leading subject; each post is of its own author."""
    refs = tuple(PostRef(0, i, i, i, known) for i in range(len(posts)))
    leader = Candidate(key_of("glass"), people.authors, 0.5, 9.0, 0.0, refs, people.posts, people=people)
    trend = OpenTrend(trend_id, FIRST, [leader])
    trend.take(FIRST, [leader], {(0, i): post for i, post in enumerate(posts)})
    return trend, leader


def posts_of(n: int, step_s: float = 30.0, **fields: Any) -> list[Post]:
    """N posts of different words, one every `step_s` seconds."""
    return [make_post(f"p{i}", i * step_s - 900, f"w{i} x{i} y{i} z{i}", **fields) for i in range(n)]


def assessed(judge: IntegrityJudge, posts: Sequence[Post], people: People, bucket: int = FIRST) -> Assessment:
    """What is said of such a trend."""
    return judge.assess(*trend_of(posts, people), bucket)


def test_an_ordinary_trend_has_no_flag() -> None:
    """Its figures are told all the same."""
    said = assessed(IntegrityJudge(RULES), posts_of(18), CALM)
    assert (said.held, said.news, said.integrity.flags, said.integrity.signs) == (False, False, (), ())
    assert (said.integrity.copies_share, said.integrity.deleted_share) == (0.0, 0.0)
    assert said.integrity.new_accounts_share is None


def test_effective_voices_weigh_people_by_their_share() -> None:
    """Twenty who post equally often are twenty; one who posts nine times of twelve is nearly alone."""
    even = assessed(IntegrityJudge(RULES), posts_of(20), People(40, 20, 0, 80, 0, 0))
    loud = assessed(IntegrityJudge(RULES), posts_of(4), People(12, 4, 3, 84, 0, 0))
    assert (even.integrity.effective_voices, loud.integrity.effective_voices) == (20.0, 1.7)


def test_copies_are_not_voices_of_their_own() -> None:
    """Three of four say the same: two voices."""
    posts = [make_post(f"p{i}", 60 * i, "glass skin serum routine tonight") for i in range(8)]
    said = assessed(IntegrityJudge(RULES), posts, People(8, 8, 8, 8, 0, 0))
    assert said.integrity.effective_voices == pytest.approx(8 * (1 - 7 / 8), abs=0.1)


@pytest.mark.parametrize(
    ("flag", "people", "fields"),
    [
        ("repeats", People(500, 20, 0, 12_500, 0, 0), {}),
        ("new_accounts", CALM, {"account_created_at": at(-3 * DAY_S)}),
        ("deleted", People(18, 18, 18, 18, 40, 20), {}),
    ],
)
def test_what_is_bought_is_flagged_and_held_back(flag: str, people: People, fields: dict[str, Any]) -> None:
    """With its evidence: the share, of how many, what is usual; news once."""
    judge = IntegrityJudge(RULES)
    step_s = 5.0 if flag == "deleted" else 30.0
    posts = [make_post(f"p{i}", i * step_s / 30, f"w{i} x{i} y{i} z{i}", **fields) for i in range(18)]
    trend, leader = trend_of(posts, people)
    said = judge.assess(trend, leader, FIRST)
    assert (said.integrity.flags, said.held, said.news) == ((flag,), True, True)
    (sign,) = said.integrity.signs
    assert sign.name == flag
    assert sign.share == pytest.approx(sign.count / sign.of, abs=1e-3)
    assert sign.usual < sign.share / 2
    assert judge.assess(trend, leader, FIRST + 1).news is False


def test_it_is_told_when_others_join() -> None:
    """People outside of the suspicious part make it a trend of its own; the flag stays."""
    judge = IntegrityJudge(RULES)
    bought = posts_of(18, account_created_at=at(-3 * DAY_S))
    assert judge.assess(*trend_of(bought, CALM), FIRST).held
    honest = [make_post(f"h{i}", i, f"a{i} b{i} c{i}", account_created_at=at(-900 * DAY_S)) for i in range(30)]
    said = judge.assess(*trend_of([*bought, *honest], People(48, 48, 48, 48, 0, 0)), FIRST + 1)
    assert (said.held, said.integrity.flags) == (False, ("new_accounts",))
    assert said.integrity.clean_voices == pytest.approx(30.0)


def test_what_is_usual_here_is_no_flag() -> None:
    """Where trends are full of new accounts, a trend of new accounts is ordinary; it learns each once."""
    judge = IntegrityJudge(RULES)
    for n in range(60):
        young = [account(i, -DAY_S if i % 5 < n % 4 else -90 * DAY_S) for i in range(18)]
        trend, leader = trend_of(young, CALM, f"t{n}")
        judge.assess(trend, leader, FIRST)
        judge.assess(trend, leader, FIRST + RULES.window)
    half = [account(i, -DAY_S * (1 + i % 3 * 80)) for i in range(18)]
    assert assessed(judge, half, CALM).integrity.flags == ()
    assert assessed(IntegrityJudge(RULES), half, CALM).integrity.new_accounts_share == pytest.approx(0.333)


def account(i: int, since: float) -> Post:
    """A post by an account that was made `since` seconds after START_AT."""
    return make_post(f"p{i}", i * 30, f"w{i} x{i} y{i}", account_created_at=at(since))


class Group(NamedTuple):
    """Eighteen posts by as many people, some of them newcomers, some in step."""

    posts: list[Post]
    known: list[int]

    def seen(self) -> list[SeenPost]:
        """As they were read."""
        places = zip(self.known, self.posts, strict=True)
        return [SeenPost(PostRef(0, i, i, i, known), post) for i, (known, post) in enumerate(places)]

    def trend(self, trend_id: str) -> tuple[OpenTrend, Candidate]:
        """A trend of these posts, and its leading subject."""
        trend, leader = trend_of(self.posts, EVEN, trend_id)
        refs = tuple(seen.ref for seen in self.seen())
        leader = msgspec.structs.replace(leader, posts=refs)
        trend = OpenTrend(trend_id, FIRST, [leader])
        trend.take(FIRST, [leader], {(0, i): post for i, post in enumerate(self.posts)})
        return trend, leader


EVEN = People(18, 18, 18, 18, 0, 0)


def group_of(newcomers: int, in_step: int) -> Group:
    """Eighteen posts, so many of newcomers, so many within seconds of the one before."""
    seconds = np.cumsum([4 if i < in_step else 60 for i in range(18)]).tolist()
    posts = [make_post(f"p{i}", s - 1200.0, f"lorem{i} ipsum{i} dolor{i} amet{i}") for i, s in enumerate(seconds)]
    return Group(posts, [code_of(0 if i < newcomers else 5000) for i in range(18)])


def learn(judge: IntegrityJudge, groups: int, trends: int) -> None:
    """Groups and trends in which either sign is strong now and then, each for itself."""
    rng = np.random.default_rng(4)
    for n in range(groups + trends):
        newcomers, in_step = (int(rng.binomial(18, rng.beta(2, 7))) for _ in range(2))
        group = group_of(newcomers, in_step)
        if n >= trends:
            judge.learn_ordinary([(EVEN, group.seen())], FIRST)
            continue
        judge.assess(*group.trend(f"t{n}"), FIRST)
        judge.assess(*group.trend(f"t{n}"), FIRST + RULES.window)


@pytest.mark.parametrize(("chance", "flags"), [(1e-6, ("deleted", "mix", "repeats")), (0.5, ()), (None, ())])
def test_the_model_flags_what_is_unusual_only_together(
    monkeypatch: pytest.MonkeyPatch, chance: float | None, flags: tuple[str, ...]
) -> None:
    """No single sign is rare enough: what the model says decides, and nothing is flagged while it warms up."""
    monkeypatch.setattr(UnusualMix, "chance", lambda *_: chance)
    said = assessed(IntegrityJudge(RULES), posts_of(18), People(60, 25, 10, 200, 5, 5))
    assert said.integrity.flags == flags


def test_it_goes_on_from_a_snapshot() -> None:
    """Flags, what is usual, and the model: the same judgement afterwards."""
    whole, cut = IntegrityJudge(RULES), IntegrityJudge(RULES)
    learn(whole, 30, 10)
    bought = trend_of(posts_of(18, account_created_at=at(-DAY_S)), CALM)
    whole.assess(*bought, FIRST)
    cut.restore(whole.snapshot())
    assert cut.snapshot() == whole.snapshot()
    assert cut.assess(*bought, FIRST + 1) == whole.assess(*bought, FIRST + 1)


def test_what_is_forgotten_leaves_nothing() -> None:
    """No mark of a trend that is no longer open."""
    judge = IntegrityJudge(RULES)
    empty = judge.snapshot()
    judge.assess(*trend_of(posts_of(3), CALM), FIRST)
    judge.forget("t")
    assert judge.snapshot() == empty


def test_impossible_rules_are_refused() -> None:
    """Name, value, range."""
    with pytest.raises(DetectorError, match=r"flag_p = 0: must lie between 0 and 1"):
        IntegrityJudge(RULES._replace(flag_p=0))
