"""One open trend: what it takes in, who leads it, how it ages."""

import msgspec
import pytest

from detectors.counts.ticks import Candidate
from detectors.model.posts import Post
from detectors.trends import trend as trend_module
from detectors.trends.lifecycle import Pace
from detectors.trends.trend import OpenTrend, Texts, bag_of
from tests.detectors.making import key_of, make_candidate, make_post

PACE = Pace(window=6, calm=6)


def texts_of(*posts: Post | None) -> Texts:
    """Posts at the offsets of their place."""
    return {(0, i): post for i, post in enumerate(posts)}


def open_trend(texts: Texts, *group: Candidate) -> OpenTrend:
    """A trend that was just discovered."""
    trend = OpenTrend("t", 5, list(group))
    trend.take(5, group, texts)
    trend.choose_leader()
    return trend


TEXTS = texts_of(
    make_post("0", 0, "Glass Skin #GlassSkin"),
    make_post("1", 1, "glass skin #glassskin"),
    make_post("2", 2, "GLASS skin oil #glassskin"),
)


def test_people_recognise_a_hashtag_before_a_word() -> None:
    """The leader is of the most telling kind among the large subjects, not the most surprising one."""
    word = make_candidate("glass", range(3), surprise=30.0, observed=9)
    tag = make_candidate("glassskin", range(3), kind="hashtag", surprise=10.0, observed=6)
    trend = open_trend(TEXTS, word, tag)
    assert trend.leader == tag.key


def test_a_small_hashtag_does_not_lead() -> None:
    """Less than half of the people of the largest subject is too few."""
    word = make_candidate("glass", range(3), observed=9)
    tag = make_candidate("glassskin", range(3), kind="hashtag", observed=4)
    assert open_trend(TEXTS, word, tag).leader == word.key


def test_the_first_leads_where_no_post_can_be_read() -> None:
    """Unreadable posts are counted, not guessed."""
    trend = open_trend(texts_of(None, None), make_candidate("glass", range(2)))
    assert (trend.leader, trend.missing, trend.spellings()) == (key_of("glass"), 2, {})


def test_each_subject_has_its_most_used_spelling() -> None:
    """Ties go by the alphabet, so that a replay says the same."""
    trend = open_trend(TEXTS, make_candidate("glass", range(3)), make_candidate("glassskin", range(3), kind="hashtag"))
    assert {name.spelling for name in trend.spellings().values()} == {"GLASS", "#glassskin"}


def test_a_post_is_read_once() -> None:
    """Taken again, or by another subject, it changes nothing; what was not asked for is left for later."""
    trend = open_trend(TEXTS, make_candidate("glass", [0, 1, 7]), make_candidate("skin", [0, 1]))
    before = dict(trend.words)
    trend.take(6, [make_candidate("glass", [0, 1])], TEXTS)
    assert (dict(trend.words), list(trend.post_ids), trend.last_bucket) == (before, [0, 1], 6)
    assert trend.words[key_of("glass")] == 2


def test_a_trend_remembers_so_many_posts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trend that goes on for days must not fill the memory: the latest, and the first to have been written."""
    monkeypatch.setattr(trend_module, "MAX_POSTS", 2)
    monkeypatch.setattr(trend_module, "MAX_READ", 2)
    texts = texts_of(*(make_post(str(n), at, "glass skin") for n, at in enumerate((5, 3, 9, 4))))
    trend = open_trend(texts, make_candidate("glass", range(4)))
    assert (list(trend.post_ids), list(trend.seen)) == ([2, 3], [1, 3])


def test_the_words_of_posts_are_counted_by_post() -> None:
    """A word that a post says twice counts once; posts that cannot be read count nothing."""
    texts = texts_of(make_post("0", 0, "glass Glass #glass"), make_post("1", 0, "glass oil"), None)
    assert bag_of(make_candidate("x", range(4)).posts, texts) == {key_of("glass"): 2, key_of("oil"): 1}


def test_a_leader_that_fades_hands_over() -> None:
    """When its surplus has been small beside another's for three buckets: a bucket or two are noise."""
    tag, word = make_candidate("glassskin", range(3), kind="hashtag"), make_candidate("glass", range(3))
    trend = open_trend(TEXTS, tag, word)
    faded = [msgspec.structs.replace(tag, observed=3), msgspec.structs.replace(word, observed=40)]
    held = [tag, msgspec.structs.replace(word, observed=10)]
    led = [trend.lead(live, 4.0) for live in (faded, faded, held, faded, faded, faded, held)]
    assert [c and c.key for c in led] == [*[tag.key] * 5, word.key, word.key]


def test_nobody_takes_over_at_the_end() -> None:
    """All fade: a word that happens to have more people than its trend's leader does not surprise any more."""
    tag, word = make_candidate("glassskin", range(3), kind="hashtag"), make_candidate("glass", range(3))
    trend = open_trend(TEXTS, tag, word)
    tag, word = (msgspec.structs.replace(c, observed=n, surprise=3.9) for c, n in ((tag, 0), (word, 5)))
    assert [trend.lead([tag, word], 4.0) for _ in range(4)] == [tag] * 4
    assert [trend.lead([word], 4.0) for _ in range(4)] == [None] * 4


def test_an_everyday_word_with_many_people_does_not_lead() -> None:
    """Its people are what was to be expected: not size counts, but surplus."""
    tag = make_candidate("glassskin", range(3), kind="hashtag", observed=20)
    word = make_candidate("glass", range(3), observed=300, expected=290.0)
    trend = open_trend(TEXTS, word, tag)
    assert trend.leader == tag.key
    assert [trend.lead([word, tag], 4.0) for _ in range(4)] == [tag] * 4


def test_a_leader_that_is_no_longer_told_hands_over() -> None:
    """To a member that its posts spell; without any, nobody speaks for the trend."""
    tag, word = make_candidate("glassskin", range(3), kind="hashtag"), make_candidate("glass", range(3))
    trend = open_trend(TEXTS, tag, word)
    assert [trend.lead(live, 4.0) for live in ([], [word], [word], [word])] == [None, None, None, word]
    assert trend.leader == word.key
    assert [trend.lead([make_candidate("unseen")], 4.0) for _ in range(4)] == [None] * 4


def test_a_trend_is_restored_as_it_was() -> None:
    """Life, leader and what was told."""
    trend = open_trend(TEXTS, make_candidate("glass", range(3)))
    for bucket, observed in enumerate([5, 9, 2, 2], 5):
        trend.measure(bucket, make_candidate("glass", range(3), observed=observed, surprise=0.1), PACE)
    trend.notified_action, trend.severity, trend.fading, trend.held = "fired", "warning", 2, 1
    again = OpenTrend.restored(trend.snapshot(), [part for _, part in trend.snapshot_posts()])
    assert again.snapshot() == trend.snapshot()
    assert (again.life, again.fading, again.held) == (trend.life, 2, 1)


def test_the_peak_is_kept() -> None:
    """The greatest moment of all, the earliest of equals."""
    trend = open_trend(TEXTS, make_candidate("glass", range(3)))
    for bucket, observed in enumerate([5, 9, 9, 3], 5):
        trend.measure(bucket, make_candidate("glass", range(3), observed=observed), PACE)
    assert trend.peak is not None
    assert (trend.peak.bucket, trend.peak.observed) == (6, 9)
