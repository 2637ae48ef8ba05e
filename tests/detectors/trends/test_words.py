"""How common words are, and how alike bags of words."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.trends.words import Centre, Rates
from tests.detectors.making import key_of, make_candidate, make_tick

BAGS = st.dictionaries(st.integers(1, 6), st.integers(1, 5), max_size=6).map(Counter)


def rates(**pasts: float) -> Rates:
    """Rates after a tick that tells these pasts, of 1000 people."""
    learned = Rates()
    learned.learn([make_tick(1, frequent={key_of(word): past for word, past in pasts.items()}, past_exposure=1000.0)])
    return learned


def test_rare_words_weigh_more() -> None:
    """The less often a word is used the more it tells; a word that was never told is the rarest."""
    learned = rates(skin=500.0, peptide=10.0)
    weights = [learned.idf(key_of(word)) for word in ("skin", "peptide", "unheard")]
    assert weights == sorted(weights)
    assert weights[1] == pytest.approx(math.log(1001 / 10.5))


def test_a_word_of_everyone_weighs_nothing() -> None:
    """Never less than nothing, even where its past is above the people's."""
    assert rates(skin=5000.0).idf(key_of("skin")) == 0.0


def test_candidates_tell_their_pasts_too() -> None:
    """The newest figure counts."""
    learned = rates(skin=500.0)
    learned.learn([make_tick(2, [make_candidate("skin", [1], past=9.0)], past_exposure=1000.0)])
    assert learned.idf(key_of("skin")) == pytest.approx(math.log(1001 / 9.5))


def test_the_rarest_are_forgotten_first() -> None:
    """When there are too many, what is kept are the words that are not rare."""
    learned = Rates(capacity=4)
    learned.learn([make_tick(1, frequent={n: float(n) for n in range(1, 6)}, past_exposure=1000.0)])
    assert [learned.idf(n) == learned.idf(99) for n in range(1, 6)] == [True, True, True, False, False]


@given(BAGS, BAGS)
def test_likeness_is_a_cosine(a: Counter[int], b: Counter[int]) -> None:
    """0 to 1, the same from both sides, 1 for equal bags, 0 without a common word."""
    learned = rates()
    assert learned.likeness(a, b) == pytest.approx(learned.likeness(b, a))
    assert 0 <= learned.likeness(a, b) <= 1 + 1e-9
    assert learned.likeness(a, a) == pytest.approx(1.0 if a else 0.0)
    assert (learned.likeness(a, b) > 0) == bool(a.keys() & b.keys())


def test_likeness_by_hand() -> None:
    """One common word of two each, all equally rare: a half."""
    assert rates().likeness({1: 1, 2: 1}, {2: 1, 3: 1}) == pytest.approx(0.5)


def test_a_word_may_be_left_out() -> None:
    """What a subject's own word would prove is no proof."""
    assert Centre(rates(), {1: 5, 3: 1}).likeness({1: 1, 2: 1}, without=1) == 0.0
    assert Centre(rates(), {1: 5, 2: 1}).likeness({1: 1, 2: 1}, without=1) == pytest.approx(1.0)


def test_a_weight_is_that_of_the_last_bucket() -> None:
    """What was worked out before is forgotten with the next ticks, and with a restart."""
    learned = rates(skin=500.0)
    before = learned.idf(key_of("skin"))
    saved = rates(skin=5.0).snapshot()
    learned.learn([make_tick(2, frequent={key_of("skin"): 50.0}, past_exposure=1000.0)])
    assert learned.idf(key_of("skin")) > before
    learned.restore(saved)
    assert learned.idf(key_of("skin")) == rates(skin=5.0).idf(key_of("skin"))


@given(BAGS, st.sets(st.integers(1, 8)))
def test_a_post_is_as_near_as_its_bag_is_like(bag: Counter[int], words: set[int]) -> None:
    """To the last bit: posts are ranked by it."""
    centre = Centre(rates(), bag)
    assert centre.near(words) == centre.likeness(dict.fromkeys(words, 1))
