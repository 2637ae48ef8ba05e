"""Which creators are told of, once while it lasts."""

import re
from typing import Any

import msgspec
import pytest

from detectors.creators import told
from detectors.creators.days import DAY_S
from detectors.creators.judge import MOST_OPEN, OVER_S, CreatorJudge
from detectors.creators.looks import LOOKS
from detectors.creators.told import CreatorsTold, OddDay
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.judged import Judged, KindSums
from tests.detectors.making import make_post

BUCKET_S = 3600.0
DAY = 24
FIRST = 100
"""The day that these tests are about."""

TOLD_IN = (FIRST + 1) * DAY + 7
"""The bucket in which it is compared."""

JUMP = LOOKS.index("follower_jump")


def odd(author: int = 7, look: int = JUMP, **fields: Any) -> OddDay:
    """A day that nobody would put down to chance."""
    known: dict[str, Any] = {
        "source": 0,
        "posts": ((author, author), (author + 1000, author + 1000)),
        "author": author,
        "platform": "tiktok",
        "tier": "nano",
        "look": look,
        "day": FIRST,
        "observed": 4020,
        "expected": 21.5,
        "low": 9.0,
        "high": 44.5,
        "of": 2,
        "own": 12,
        "similar": 100,
        "followers": 9100,
        "views": 1000,
        "usual_views": 990.5,
        "by_views": True,
        "made": 2,
        "kind": 12,
        "score": 9.0,
    }
    return OddDay(**(known | fields))


def judge() -> CreatorJudge:
    """One that has seen calm days."""
    made = CreatorJudge(bucket_s=BUCKET_S, false_share=0.05, config_digest="digest")
    for bucket in range(TOLD_IN - 2 * DAY, TOLD_IN):
        step(made, bucket)
    return made


def step(
    made: CreatorJudge,
    bucket: int,
    *days: OddDay,
    warm: bool = True,
    doubted: str = "",
    gone: frozenset[int] = frozenset(),
) -> list[Alert]:
    """What is told of a bucket in which a hundred days were compared."""
    said = told.encode(CreatorsTold((KindSums(12, 100, 2, 0.7),), days))
    found = made.weigh(bucket, [judged.encode(Judged(creators=said))], warm=warm)
    texts: dict[tuple[int, int], Post | None] = {
        (ref.source, ref.offset): None if ref.offset in gone else make_post(f"p{ref.offset}", 0.0, creator="c")
        for ref in made.refs(found)
    }
    return made.tell(bucket, found, texts, {doubted})


def seen(alerts: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.action, alert.revision) for alert in alerts]


def test_a_creator_is_told_once_while_it_lasts() -> None:
    """And when it is over, under one id: with how long it lasted."""
    made = judge()
    fired = step(made, TOLD_IN, odd())
    lasts = step(made, TOLD_IN + DAY, odd(day=FIRST + 1, score=2.5))
    last = round(((FIRST + 1) * DAY_S + OVER_S) / BUCKET_S)
    calm = [alert for bucket in range(TOLD_IN + DAY + 1, last) for alert in step(made, bucket)]
    over = step(made, last)
    assert [seen(alerts) for alerts in (fired, lasts, calm, over)] == [[("fired", 0)], [], [], [("resolved", 1)]]
    (first,), (end,) = fired, over
    assert (first.kind, first.scope, first.subject.id) == ("creator_anomaly", "creator:c", "c")
    assert (first.dedup_key, first.trend_id) == (end.dedup_key, end.trend_id)
    assert first.alert_id != end.alert_id
    assert (first.observed, first.expected, first.interval, first.state) == (4020.0, 21.5, (9.0, 44.5), "rising")
    assert (first.evidence.post_ids, end.state, end.severity) == (("p7", "p1007"), "ended", "info")
    assert [(a.window.end - a.window.start).total_seconds() / DAY_S for a in (first, end)] == [1, 2]
    assert first.onset_at == end.onset_at == first.window.start
    assert step(made, last + 1) == []


def test_what_could_be_chance_is_not_told() -> None:
    """Among some thousand comparisons a day, one in a thousand is no news."""
    assert step(judge(), TOLD_IN, odd(score=3.5)) == []


def test_a_platform_in_doubt_holds_its_creators_back() -> None:
    """They are counted, and told another day if it lasts and the doubt is over."""
    made = judge()
    assert step(made, TOLD_IN, odd(), doubted="platform:tiktok") == []
    assert made.tally == {"data_quality": 1}
    assert seen(step(made, TOLD_IN + DAY, odd(day=FIRST + 1), doubted="platform:x")) == [("fired", 0)]


def test_nothing_is_told_before_it_is_warm() -> None:
    """But counted, and learned."""
    made = judge()
    assert step(made, TOLD_IN, odd(), warm=False) == []
    assert made.tally == {"warming_up": 1}


def test_a_creator_whose_posts_cannot_be_read_is_not_told() -> None:
    """One that can names them; the others are missing."""
    assert step(judge(), TOLD_IN, odd(), gone=frozenset({7, 1007})) == []
    (alert,) = step(judge(), TOLD_IN, odd(), gone=frozenset({7}))
    assert (alert.evidence.post_ids, alert.evidence.missing) == (("p1007",), 1)


def test_one_creator_may_be_odd_in_two_ways() -> None:
    """Each is told, and ends by itself."""
    made = judge()
    alerts = step(made, TOLD_IN, odd(), odd(look=LOOKS.index("engagement"), score=8.0))
    assert [alert.integrity.flags for alert in alerts] == [("follower_jump",), ()]
    assert len({alert.dedup_key for alert in alerts}) == 2


def test_a_flag_has_its_evidence() -> None:
    """A share, what is usual, and of how many: new followers of all, comments of likes and comments."""
    (alert,) = step(judge(), TOLD_IN, odd())
    (sign,) = alert.integrity.signs
    assert (sign.name, sign.count, sign.of, sign.share, sign.usual) == ("follower_jump", 4020, 9100, 0.4418, 0.0024)
    few = odd(look=LOOKS.index("few_comments"), observed=3, expected=1000.0, of=9000, own=0)
    (alert,) = step(judge(), TOLD_IN, few)
    (sign,) = alert.integrity.signs
    assert (alert.state, sign.count, sign.of, sign.share, sign.usual) == ("declining", 3, 9003, 0.0003, 0.1)


def test_so_many_are_open_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first are closed before their time."""
    assert MOST_OPEN >= 1000
    monkeypatch.setattr("detectors.creators.judge.MOST_OPEN", 2)
    made = judge()
    for n in range(2):
        step(made, TOLD_IN, odd(n))
    assert seen(step(made, TOLD_IN, odd(2))) == [("fired", 0), ("resolved", 1)]


def test_it_goes_on_from_a_snapshot() -> None:
    """Cut at any bucket, the same alerts, byte for byte."""
    steps: list[tuple[int, tuple[OddDay, ...]]] = [
        (TOLD_IN, (odd(1), odd(2, score=4.2))),
        (TOLD_IN + 1, (odd(3),)),
        (TOLD_IN + DAY, (odd(1, day=FIRST + 1), odd(2, day=FIRST + 1, score=7.0))),
        (TOLD_IN + 3 * DAY, ()),
        (TOLD_IN + 4 * DAY, ()),
    ]
    whole = judge()
    alerts = [step(whole, bucket, *days) for bucket, days in steps]
    assert sum(map(len, alerts)) > 4
    for cut in range(len(steps)):
        before, after = judge(), CreatorJudge(bucket_s=BUCKET_S, false_share=0.05, config_digest="digest")
        first = [step(before, bucket, *days) for bucket, days in steps[:cut]]
        after.restore(before.snapshot())
        rest = [step(after, bucket, *days) for bucket, days in steps[cut:]]
        assert msgspec.json.encode(first + rest) == msgspec.json.encode(alerts)


@pytest.mark.parametrize("look", range(len(LOOKS)))
@pytest.mark.parametrize(
    "fields", [{}, {"own": 0, "by_views": False}, {"platform": "", "tier": "", "usual_views": -1.0}]
)
def test_every_number_said_is_a_field(look: int, fields: dict[str, Any]) -> None:
    """In both languages; and that a sign is no verdict is said of each that is one."""
    made = judge()
    for alert in [*step(made, TOLD_IN, odd(look=look, **fields)), *step(made, TOLD_IN + 5 * DAY)]:
        assert isinstance(alert.conduct, msgspec.Struct)
        values = [alert.observed, alert.expected, *(alert.interval or ()), *msgspec.structs.astuple(alert.conduct)]
        known = {round(value, 1) for value in values if isinstance(value, (int, float))}
        for text, advice in ((alert.explanation.en, "not a verdict"), (alert.explanation.fr, "pas un verdict")):
            numbers = {float(found.replace(",", ".")) for found in re.findall(r"\d+(?:[.,]\d+)?", text)}
            assert numbers <= known
            assert (advice in text) == bool(alert.integrity.flags)


@pytest.mark.parametrize(
    ("observed", "expected", "severity"),
    [
        (40, 5.0, "info"),
        (120, 15.0, "warning"),
        (1500, 800.0, "info"),
        (1500, 100.0, "critical"),
        (3, 400.0, "warning"),
    ],
)
def test_severity_is_of_size(observed: int, expected: float, severity: str) -> None:
    """How many times, or what part, and how many more; not how sure it is."""
    (alert,) = step(judge(), TOLD_IN, odd(observed=observed, expected=expected))
    assert alert.severity == severity
