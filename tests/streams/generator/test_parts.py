from random import Random

import pytest

from streams.generator.catalogue import catalogue
from streams.generator.changes import changes
from streams.generator.lexicon import COMMUNITIES, LANGUAGES, lexicon
from streams.generator.names import invented
from streams.generator.posts import Draft, post_record
from streams.generator.ranked import Ranked
from streams.generator.texts import fill, pieces
from streams.generator.trends import most_in_an_hour, names_of, themes
from streams.generator.world import newcomer


def test_ranked_follows_its_weights() -> None:
    """Items come as often as their weights say."""
    rng, ranked = Random(1), Ranked(["a", "b"], [3.0, 1.0])
    drawn = [ranked.pick(rng) for _ in range(4_000)]

    assert drawn.count("a") == pytest.approx(3_000, rel=0.05)


def test_ranked_without_weights_is_zipf() -> None:
    """The first rank comes four thirds as often as the second: weight 1 / (rank + 2)."""
    rng, ranked = Random(1), Ranked(["a", "b"])
    drawn = [ranked.pick(rng) for _ in range(7_000)]

    assert drawn.count("a") == pytest.approx(4_000, rel=0.05)


def test_invented_names_are_different() -> None:
    """As many names as asked, none twice."""
    assert len(set(invented("test", 2_000))) == 2_000


def test_too_many_names() -> None:
    """More names than the syllables hold would never end: it is refused."""
    with pytest.raises(ValueError, match="count is 3001: allowed are 0 to 3000"):
        invented("test", 3_001)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("community", COMMUNITIES)
def test_every_sentence_can_be_filled(language: str, community: str) -> None:
    """No template asks for a slot that nobody fills."""
    words = lexicon(language)
    product = catalogue().products[community].items[0]
    given = {"product": product.called(words, community), "brand": product.brand, "code": "C10", "percent": "10"}
    templates = [template for _, template in words.sentences.items]
    for template in (*templates, *words.replies.items, *words.promo.items):
        assert "{" not in fill(Random(1), words, community, template, given)


@pytest.mark.parametrize("theme", themes(), ids=lambda theme: str(theme["hashtag"]))
def test_every_theme_is_new(theme: dict[str, object]) -> None:
    """What a trend is called appears nowhere in the background, and its sentences can be filled."""
    words, community = lexicon(str(theme["language"])), str(theme["community"])
    background = {tag.casefold() for tag in words.tags[community].items} | set(words.nouns[community].items)

    assert not background & {name.casefold() for name in names_of(theme)}
    sentences = theme["sentences"]
    assert isinstance(sentences, list)
    for sentence in sentences:
        assert {slot for _, slot in pieces(sentence)} <= {*words.slots, "own", "noun", None}


def test_most_in_an_hour() -> None:
    """The busiest hour need not begin with the full hour; nothing is nothing."""
    assert most_in_an_hour([0.0, 3_000.0, 3_500.0, 6_500.0, 6_599.0]) == 4
    assert most_in_an_hour([]) == 0


def test_taken_down_posts_are_named_and_dated() -> None:
    """A post with a certain deletion is deleted after it was posted, with what the contract asks for."""
    rng = Random(1)
    creator = newcomer(rng, "en", "x", "home", 1_748_822_400.0)
    draft = Draft(1_748_822_400.0, creator, post_record(rng, creator, 1_748_822_400.0, "hi", []), deletions=1.0)
    at, record = list(changes(rng, draft))[-1]

    assert at > draft.at
    assert record["action"] == "delete"
    assert record["post_id"] == draft.record["post_id"]
    assert record["deleted_at"] > draft.record["created_at"]
