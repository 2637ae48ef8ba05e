"""DECIDE with doubts: the integrity alert stands for the trend's own until others join."""

from collections.abc import Sequence

import msgspec

from detectors.counts.people import People
from detectors.counts.ticks import Candidate
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.stages.decide import DecideStage
from tests.detectors.making import FIRST, at, make_post, make_tick
from tests.detectors.stages.test_decide import burst, deciding

DAY_S = 86_400.0
TEXT = "glass skin serum lorem{0} ipsum{0} dolor{0} amet{0} elit{0} magna{0} #GlassSkin"
BOUGHT = [make_post(f"p{i}", i, TEXT.format(i)) for i in range(20)]
YOUNG = [msgspec.structs.replace(post, account_created_at=at(-2 * DAY_S)) for post in BOUGHT]


def talked(posts: int, people: People) -> list[Candidate]:
    """A topic of talk with such people behind each of its subjects."""
    return [msgspec.structs.replace(c, people=people) for c in burst(posts, observed=people.authors)]


def alerts(stage: DecideStage, posts: Sequence[Post], *ticks: list[Candidate]) -> list[list[Alert]]:
    """What is told at each tick; posts stand at the offsets of their place."""
    told = []
    for i, candidates in enumerate(ticks):
        for question in stage.ready(make_tick(FIRST + i, candidates)):
            texts = {(ref.source, ref.offset): posts[ref.offset] for ref in question.posts}
            told.append(list(stage.decide(question, texts).alerts))
    return told


SOCKS = People(500, 20, 0, 12_500, 0, 0)
MANY = People(48, 48, 48, 48, 0, 0)


def test_one_integrity_alert_stands_for_the_trend() -> None:
    """Fired once, with what it rests on; what is held is counted once."""
    stage = deciding()
    first, *later = alerts(stage, BOUGHT, *[talked(20, SOCKS)] * 3)
    (alert,) = first
    assert (alert.kind, alert.action, alert.integrity.flags) == ("integrity", "fired", ("repeats",))
    assert (alert.integrity.signs[0].count, alert.integrity.signs[0].of) == (480, 500)
    assert alert.integrity.effective_voices == 20.0
    assert "held back" in alert.explanation.en
    assert (later, stage.tally["integrity"]) == ([[], []], 1)
    assert set(alert.evidence.post_ids) <= {post.post_id for post in BOUGHT}


def test_the_trend_is_told_with_its_flag_when_others_join() -> None:
    """The same trend, under its own key."""
    others = [make_post(f"h{i}", i, f"glass skin serum tempor{i} incid{i} labore{i} #GlassSkin") for i in range(40)]
    posts = [*YOUNG, *others]
    first, second = alerts(deciding(), posts, talked(20, People(20, 20, 20, 20, 0, 0)), talked(60, MANY))
    assert [(a.kind, a.action) for a in first] == [("integrity", "fired")]
    assert [(a.kind, a.action, a.integrity.flags) for a in second] == [("trend", "fired", ("new_accounts",))]
    assert second[0].trend_id == first[0].trend_id
    assert second[0].dedup_key != first[0].dedup_key


def test_doubts_that_come_later_are_told_alone() -> None:
    """The trend is out already: nothing is held back."""
    stage = deciding()
    first, second = alerts(stage, BOUGHT, talked(20, MANY), talked(20, People(20, 20, 20, 20, 60, 20)))
    assert [(a.kind, a.integrity.flags) for a in first] == [("trend", ())]
    assert [(a.kind, a.action, a.integrity.flags) for a in second] == [("integrity", "fired", ("deleted",))]
    assert "held back" not in second[0].explanation.en
    assert stage.tally["integrity"] == 0


def test_a_restart_forgets_no_doubt() -> None:
    """What was held stays held, and nothing is told twice."""
    whole, cut = deciding(), deciding()
    alerts(whole, BOUGHT, talked(20, SOCKS))
    cut.restore(whole.snapshot())
    assert cut.snapshot() == whole.snapshot()
    (question,) = cut.ready(make_tick(FIRST + 1, talked(20, SOCKS)))
    assert cut.decide(question, {}).alerts == ()
