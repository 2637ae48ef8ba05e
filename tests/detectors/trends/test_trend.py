"""One open trend: what it takes in, who leads it, how it ages."""

import pytest

from detectors.counts.ticks import Candidate
from detectors.model.posts import Post
from detectors.trends import trend as trend_module
from detectors.trends.lifecycle import Reason
from detectors.trends.trend import OpenTrend, Texts, bag_of
from tests.detectors.making import key_of, make_candidate, make_post


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
    assert (dict(trend.words), trend.post_ids, trend.last_bucket) == (before, {0, 1}, 6)
    assert trend.words[key_of("glass")] == 2


def test_a_trend_remembers_so_many_posts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trend that goes on for days must not fill the memory."""
    monkeypatch.setattr(trend_module, "MAX_POSTS", 2)
    trend = open_trend(TEXTS, make_candidate("glass", range(3)))
    assert (len(trend.post_ids), list(trend.seen)) == (2, [1, 2])


def test_the_words_of_posts_are_counted_by_post() -> None:
    """A word that a post says twice counts once; posts that cannot be read count nothing."""
    texts = texts_of(make_post("0", 0, "glass Glass #glass"), make_post("1", 0, "glass oil"), None)
    assert bag_of(make_candidate("x", range(4)).posts, texts) == {key_of("glass"): 2, key_of("oil"): 1}


def life(curve: list[tuple[int, float]]) -> list[tuple[str, Reason]]:
    """The states of a trend whose leader has these voices and surprises, bucket by bucket; a window is 6 buckets."""
    trend = open_trend(TEXTS, make_candidate("glass", range(3)))
    states: list[tuple[str, Reason]] = []
    for bucket, (observed, surprise) in enumerate(curve, 5):
        trend.measure(bucket, make_candidate("glass", range(3), observed=observed, surprise=surprise), 6)
        states.append((trend.state, trend.reason))
    return states


def test_a_whole_life() -> None:
    """Emerging, rising, peaking, declining, ended; and back."""
    up, top = [(n, 9.0) for n in (5, 10, 15, 20)], [(20, 9.0)] * 3
    down, calm = [(n, 4.0) for n in (14, 12, 10)], [(1, 0.5)] * 6
    back = [(n, 5.0) for n in (4, 5, 6, 7, 7, 7, 7)]
    states = [state for state, _ in life([*up, *top, *down, *calm, *back])]
    assert list(dict.fromkeys(states)) == ["emerging", "rising", "peaking", "declining", "ended", "resurgent"]


def test_a_trend_that_is_back_does_not_flicker() -> None:
    """At a fifth of its former peak it is back, and level: not declining and back at each bucket."""
    gone = [(n, 9.0) for n in (50, 100, 100, 60, 50, 40)] + [(5, 0.5)] * 6
    states = [state for state, _ in life([*gone, *[(20, 5.0)] * 12])][len(gone) :]
    assert states[2:] == ["resurgent", *["peaking"] * 9] or states[2:] == ["resurgent"] * 10


def test_the_peak_is_kept() -> None:
    """The greatest moment of all, the earliest of equals."""
    trend = open_trend(TEXTS, make_candidate("glass", range(3)))
    for bucket, observed in enumerate([5, 9, 9, 3], 5):
        trend.measure(bucket, make_candidate("glass", range(3), observed=observed), 6)
    assert trend.peak is not None
    assert (trend.peak.bucket, trend.peak.observed) == (6, 9)
