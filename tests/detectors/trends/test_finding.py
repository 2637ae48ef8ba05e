"""Which candidates are believed: by how they burst, and by what their posts say."""

from typing import Any

import msgspec
import pytest

from detectors.counts.segment_table import key_in
from detectors.counts.ticks import Calm, Candidate, Look, PostRef
from detectors.model.posts import Post
from detectors.trends.finding import Finder, looks_of
from detectors.trends.said import own_words
from detectors.trends.stories import Burst
from detectors.trends.words import Rates
from tests.detectors.making import key_of, make_candidate, make_post, make_tick

TOGETHER = [
    f"glass skin routine by {name}1 {name}2 {name}3 {name}4" for name in ("ann", "bob", "cleo", "dan", "eve", "fred")
]
APART = [
    "glass of milk",
    "broken glass, ouch",
    "stained glass window",
    "my glass is empty",
    "glass half full",
    "glass!",
]
COPIES = ["buy this glass serum now please"] * 6


def texts_of(*texts: str) -> dict[tuple[int, int], Post | None]:
    """Posts at the offsets of their place."""
    return {(0, i): make_post(f"p{i}", i, text) for i, text in enumerate(texts)}


def glass(surprise: float = 6.0, posts: int = 6, **fields: Any) -> Candidate:
    """The word `glass` in the first posts; a count of the long window that surprises as much, if asked for."""
    fields = {"observed": posts, "expected": 0.02, "shape": 0.17, "surprise": surprise} | fields
    return make_candidate("glass", range(posts), **fields)


def finder(*, taught: bool = True, stories: int = 0, score: float = 1.0) -> Finder:
    """One that has seen groups which hold nothing together, of each size, or none; and ordinary stories of a day."""
    found = Finder(false_share=0.05, min_voices=3, screen_p=1e-4, bucket_s=300.0)
    for size in (3, 4, 5, 8, 15) if taught else ():
        for i in range(200):
            found.chance.learn(size, 0.25 * (i % 4))
    found.stories.see(0, [Burst([key], score) for key in range(stories)])
    found.stories.see(1, [])
    return found


def rates() -> Rates:
    """Everything but `of` is rare."""
    learned = Rates()
    learned.learn([make_tick(1, frequent={key_of("of"): 900.0}, past_exposure=1000.0)])
    return learned


def believed(
    candidates: list[Candidate], *texts: str, taught: bool = True, stories: int = 10, score: float = 0.7
) -> list[list[Candidate]]:
    """What is believed of them."""
    found = finder(taught=taught, stories=stories, score=score)
    return found.believed(1, candidates, texts_of(*texts), rates())


def test_posts_that_speak_of_one_thing_are_believed() -> None:
    """The same burst of a word that stands in unconnected posts is not."""
    assert believed([glass()], *TOGETHER) == [[glass()]]
    assert believed([glass()], *APART) == []


def test_copies_are_one_voice() -> None:
    """Whoever posts them; so a burst of copies is none."""
    assert believed([glass(surprise=30.0)], *COPIES) == []
    assert believed([glass()], *COPIES[:4], *TOGETHER[4:]) == []


def test_a_burst_that_is_great_enough_needs_no_coherence() -> None:
    """A sound, or a new word, in posts that have nothing else in common; each of them somebody's own."""
    assert believed([glass(surprise=12.0)], *APART) == [[glass(surprise=12.0)]]
    sound = make_candidate("s1", range(6), "sound", observed=6, expected=0.02, shape=0.17, surprise=12.0)
    assert believed([sound], *APART) == [[sound]]


def test_while_chance_is_unknown_the_burst_decides() -> None:
    """What holds together by chance is not known, so it makes nothing more certain."""
    assert believed([glass(surprise=12.0)], *TOGETHER, taught=False)
    assert not believed([glass()], *TOGETHER, taught=False)


def test_the_more_stories_a_day_the_more_it_takes() -> None:
    """False discoveries are counted over all that burst."""
    assert believed([glass()], *TOGETHER, stories=10)
    assert not believed([glass()], *TOGETHER, stories=2000)


def test_where_ordinary_stories_surprise_more_it_takes_more() -> None:
    """The same burst in a stream whose words have moods."""
    assert not believed([glass(surprise=12.0)], *APART, stories=60, score=6.0)


def test_where_ordinary_stories_hold_together_coherence_is_no_evidence() -> None:
    """The same burst in a stream in which each rare word is always used of one thing."""
    found = finder()
    found.stories.see(1, [Burst([key], 8.0) for key in range(100, 130)])
    found.stories.see(2, [])
    assert finder(stories=30, score=0.7).believed(3, [glass()], texts_of(*TOGETHER), rates())
    assert not found.believed(3, [glass()], texts_of(*TOGETHER), rates())


def test_what_is_about_an_open_trend_is_judged_but_not_ordinary() -> None:
    """The further subjects of a large event are told if they are believed; the next event is not measured by them."""
    found = finder()
    mine = set(glass().posts)
    assert found.believed(1, [glass()], texts_of(*TOGETHER), rates(), lambda refs: set(refs) == mine) == [[glass()]]
    found.stories.see(2, [])
    assert (found.stories.count, found.stories.usual()) == (1, 1.0)


def test_before_anything_is_told_stories_are_learned() -> None:
    """They count; what would be told is no ordinary story, and is told if it is still there."""
    found = finder()
    found.learn_stories(1, [glass()], texts_of(*APART), rates())
    assert (found.stories.count, found.stories.told) == (1, 0)
    found.learn_stories(1, [glass(surprise=12.0)], texts_of(*TOGETHER), rates())
    assert (found.stories.count, found.stories.told) == (1, 1)
    assert found.believed(2, [glass()], texts_of(*TOGETHER), rates()) == [[glass()]]


def test_a_weak_trend_shows_in_the_long_window() -> None:
    """Its posts of the long window are the evidence."""
    refs = tuple(PostRef(0, i, i, i) for i in range(6))
    weak = glass(posts=2, observed=2, surprise=1.0, long=Look(6, 0.02, 0.17, 6.0, refs, 6))
    assert [look.total for look in looks_of(weak)] == [2, 6]
    assert [[c.posts for c in group] for group in believed([weak], *TOGETHER)] == [[refs]]
    assert finder().fresh([weak]) == [weak]
    assert finder().fresh([glass(surprise=3.9)]) == []


def test_posts_that_are_gone_cannot_hold_together() -> None:
    """A burst without a text left is judged by its count alone."""
    gone = {(0, i): None for i in range(6)}
    assert [bool(finder().believed(1, [glass(surprise=n)], gone, rates())) for n in (6.0, 20.0)] == [False, True]


def test_it_learns_from_calm_groups() -> None:
    """Those with enough posts that are nobody's copy."""
    found = finder(taught=False)
    calm = [Calm(n, key_of("glass"), tuple(PostRef(0, i, i, i) for i in range(n))) for n in (2, 3, 6)]
    for _ in range(20):
        found.learn(calm, texts_of(*APART), rates())
    assert [found.chance.p(n, 9.0) < 0.1 for n in (3, 4, 6, 10, 20)] == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [("glass", "word", ["glass"]), ("glassskin", "hashtag", ["glassskin"]), ("s1", "sound", [])],
)
def test_own_words(name: str, kind: Any, words: list[str]) -> None:
    """A hashtag is its word; a sound none."""
    texts = texts_of("my #GlassSkin glass")
    assert own_words(key_of(name, kind), [PostRef(0, 0, 0, 0)], texts) == {key_of(word) for word in words}


def test_the_own_words_of_a_phrase_are_both() -> None:
    """In the text of one of its posts."""
    from detectors.subjects.names import names_of

    texts = texts_of("my glass skin")
    (phrase,) = [n.key for n in names_of(texts[0, 0] or make_post("x", 0)) if n.kind == "phrase"]
    assert own_words(phrase, [PostRef(0, 0, 0, 0)], texts) == {key_of("glass"), key_of("skin")}


def in_segment(scope: str, **fields: Any) -> Candidate:
    """`glass` in a segment."""
    return msgspec.structs.replace(glass(**fields), scope=scope)


def test_pairs_that_share_posts_are_one_story_of_the_surest_segment() -> None:
    """A burst in a community is one of its tier too."""
    found = finder()
    pairs = [in_segment("tier:nano", surprise=11.0), in_segment("community:gym", surprise=12.0)]
    assert found.believed(1, pairs, texts_of(*TOGETHER), rates()) == [[pairs[1]]]
    assert found.stories.count == 1
    found.stories.tell([key_in("community:gym", pairs[1].key)])
    assert found.stories.told == 1


def test_what_is_believed_of_everybody_is_no_story_of_a_segment() -> None:
    """A pair of its posts is neither told nor counted; if it is not believed of everybody, the pair is."""
    local = in_segment("community:gym", surprise=14.0)
    found, other = finder(), finder()
    sure, unsure = glass(surprise=12.0), glass(surprise=4.5)
    assert found.believed(1, [local, sure], texts_of(*TOGETHER), rates()) == [[sure]]
    assert found.stories.count == 1
    assert other.believed(1, [local, unsure], texts_of(*APART), rates()) == [[local]]
    assert other.stories.count == 2
