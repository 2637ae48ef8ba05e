"""To which open trend an alarm belongs."""

import msgspec

from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from detectors.subjects.columns import hash64
from detectors.trends.book import TrendBook
from detectors.trends.trend import Texts
from detectors.trends.words import Rates
from tests.detectors.making import key_of, make_candidate, make_post

BUCKET = 100


def texts_of(*texts: str, start: int = 0) -> dict[tuple[int, int], Post | None]:
    """Texts at offsets from `start` on."""
    return {(0, i): make_post(str(i), i, text) for i, text in enumerate(texts, start)}


GLASS = texts_of(*["glass skin serum"] * 6)
OIL = texts_of(*["argan oil hair"] * 6, start=50)
MIXED = texts_of(*["serum glass routine"] * 4, start=80)
TEXTS: Texts = GLASS | OIL | MIXED


def rates() -> Rates:
    """All words are rare."""
    return Rates()


def book(memory: int = 10) -> TrendBook:
    """A book with one trend: glass skin, in the posts 0 to 5."""
    kept = TrendBook(memory=memory, gathering=2)
    kept.place(BUCKET, [make_candidate("glass", range(6))], TEXTS, rates())
    return kept


def test_a_new_topic_of_talk_is_a_new_trend() -> None:
    """Neither its posts nor its words are known; its id is a hash of what and when, the same on a replay."""
    kept = book()
    placed = kept.place(BUCKET + 1, [make_candidate("argan", range(50, 56))], TEXTS, rates())
    assert (placed.new, len(kept)) == (True, 2)
    assert placed.trend.trend_id == f"{hash64(f'all|{placed.trend.leader}|{BUCKET + 1}'):016x}"
    assert kept.owner(key_of("argan")) is placed.trend


def test_the_same_posts_are_the_same_trend() -> None:
    """Half of an alarm's posts are enough, whatever its subject is called."""
    kept = book()
    placed = kept.place(BUCKET + 1, [make_candidate("argan", [0, 1, 50, 51])], TEXTS, rates())
    assert (placed.new, len(kept)) == (False, 1)
    assert kept.owner(key_of("argan")) is kept.owner(key_of("glass"))
    assert placed.trend.last_bucket == BUCKET + 1


def test_like_words_are_the_same_trend() -> None:
    """Other posts that speak of it in its words."""
    kept = book()
    assert not kept.place(BUCKET + 1, [make_candidate("routine", range(80, 84))], TEXTS, rates()).new


def test_one_word_does_not_glue_two_events() -> None:
    """Though it is all that both say: the other words must be alike as well."""
    texts = dict(TEXTS) | texts_of("glass skin", "glass ceiling", "glass ceiling", start=90)
    assert book().place(BUCKET + 1, [make_candidate("ceiling", range(90, 93))], texts, rates()).new is False
    assert book().place(BUCKET + 1, [make_candidate("glass", range(90, 93))], texts, rates()).new is True


def test_the_same_people_are_the_same_trend() -> None:
    """Half of those who raise an alarm, in other posts and words; the authors of 0, 1 and 2 are the trend's."""
    group = [make_candidate("argan", range(50, 56))]
    placed = [
        book().place(BUCKET + 3, [msgspec.structs.replace(group[0], posts=by(known))], TEXTS, rates())
        for known in (3, 2)
    ]
    assert [one.new for one in placed] == [False, True]


def by(known: int) -> tuple[PostRef, ...]:
    """The posts 50 to 55, so many of them by authors of the first trend."""
    return tuple(PostRef(0, 50 + i, 50 + i, i if i < known else 50 + i) for i in range(6))


def test_posts_and_words_add_up() -> None:
    """A third of the posts and some of the words: neither would do alone, nor would as much of another country's."""
    texts = dict(TEXTS) | texts_of(*["serum cream lotion balm gel"] * 4, start=90)
    both, words = make_candidate("cream", [0, 1, *range(90, 94)]), make_candidate("cream", range(90, 94))
    assert not book().place(BUCKET + 3, [both], texts, rates()).new
    assert book().place(BUCKET + 3, [words], texts, rates()).new


def test_while_a_trend_gathers_less_is_enough() -> None:
    """What begins beside it in like words is probably its own; hours later, another's."""
    texts = dict(TEXTS) | texts_of(*["serum cream balm"] * 4, start=90)
    alike = [make_candidate("cream", range(90, 94))]
    assert [book().place(BUCKET + later, alike, texts, rates()).new for later in (0, 2, 3)] == [False, False, True]


def test_the_leader_is_chosen_among_all_that_come_at_first() -> None:
    """A tag that joins in the same bucket may lead; one that joins later does not."""
    texts = dict(TEXTS) | texts_of(*["#glassskin glass skin"] * 6)
    tag, word = make_candidate("glassskin", range(6), "hashtag"), make_candidate("skin", range(6))
    leaders = []
    for later in (0, 1):
        kept = TrendBook(memory=10, gathering=2)
        kept.place(BUCKET, [word], texts, rates())
        leaders.append(kept.place(BUCKET + later, [tag], texts, rates()).trend.leader)
    assert leaders == [tag.key, word.key]


def test_too_few_common_posts_and_words_are_not() -> None:
    """A quarter of the posts, and no common word that can be read."""
    texts = dict(TEXTS) | {(0, 0): None}
    assert book().place(BUCKET + 1, [make_candidate("argan", [0, 50, 51, 52])], texts, rates()).new


def test_an_alarm_without_posts_belongs_to_no_other() -> None:
    """All of them may be gone; it stops nothing."""
    assert book().place(BUCKET + 1, [make_candidate("argan", [])], TEXTS, rates()).new


def test_posts_decide_before_words() -> None:
    """An alarm with the posts of one trend and the words of another belongs to the one with its posts."""
    kept = book()
    kept.place(BUCKET, [make_candidate("argan", range(50, 56))], TEXTS, rates())
    texts = dict(TEXTS) | texts_of(*["glass skin serum"] * 2, start=90)
    placed = kept.place(BUCKET + 1, [make_candidate("new", [50, 51, 90, 91])], texts, rates())
    assert placed.trend is kept.owner(key_of("argan"))


def test_known_subjects_bring_their_posts() -> None:
    """New posts of a trend's subject are the trend's, while their other words fit."""
    kept, texts = book(), dict(TEXTS) | texts_of("glass skin mist", start=90)
    kept.keep_up(BUCKET + 3, [make_candidate("glass", [0, 1, 90])], texts, rates())
    trend = kept.owner(key_of("glass"))
    assert trend is not None
    assert (90 in trend.post_ids, trend.last_bucket) == (True, BUCKET + 3)


def test_posts_that_speak_of_something_else_stay_out() -> None:
    """The subject's own word proves nothing; its counts are kept all the same."""
    kept, texts = book(), dict(TEXTS) | texts_of("glass window repair", start=90)
    kept.keep_up(BUCKET + 3, [make_candidate("glass", [0, 1, 90], observed=77)], texts, rates())
    trend = kept.owner(key_of("glass"))
    assert trend is not None
    assert (90 in trend.post_ids, trend.last_bucket, trend.subjects[key_of("glass")].observed) == (False, BUCKET, 77)


def test_what_has_no_news_is_forgotten() -> None:
    """With its subjects: the next alarm about them is a new trend."""
    kept = book(memory=10)
    assert kept.forget(BUCKET + 10) == []
    (gone,) = kept.forget(BUCKET + 11)
    assert (gone.leader, len(kept), list(kept), kept.owner(key_of("glass"))) == (key_of("glass"), 0, [], None)
    assert kept.place(BUCKET + 12, [make_candidate("glass", range(6))], TEXTS, rates()).new


def test_only_a_lively_trend_takes_others_in() -> None:
    """Its own subjects keep it open; it is joined only for a while after the last one joined."""
    kept = book(memory=10)
    for later in (8, 16):
        kept.keep_up(BUCKET + later, [make_candidate("glass", [0, 1])], TEXTS, rates())
    assert kept.forget(BUCKET + 16) == []
    assert kept.place(BUCKET + 16, [make_candidate("routine", range(80, 84))], TEXTS, rates()).new


def told_of(*texts: str) -> bool:
    """Whether such posts are about a trend with the subjects `glass`, which leads, `skin` and `serum`."""
    kept = TrendBook(memory=10, gathering=2)
    placed = kept.place(BUCKET, [make_candidate(n, range(6)) for n in ("glass", "skin", "serum")], TEXTS, rates())
    placed.trend.leader = key_of("glass")
    return kept.tells_of(make_candidate("new", range(90, 90 + len(texts))).posts, texts_of(*texts, start=90))


def test_posts_are_about_a_trend_by_its_leader_or_two_subjects() -> None:
    """Half of them; one subject that does not lead is anybody's word."""
    assert told_of("glass ceiling", "new oil")
    assert told_of("skin cream with serum", "new oil")
    assert not told_of("skin cream", "new oil")
    assert not told_of("glass ceiling", "new oil", "new hair")


def test_posts_that_are_gone_are_about_nothing() -> None:
    """And none about no trend."""
    kept, refs = book(), make_candidate("new", range(3)).posts
    assert not kept.tells_of(refs, {(ref.source, ref.offset): None for ref in refs})
    assert not TrendBook(memory=10, gathering=2).tells_of(refs, TEXTS)
