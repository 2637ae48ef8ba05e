"""Texts as people write them, and as attackers do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.subjects.kinds import fold
from detectors.subjects.text import MIN_WORD_LENGTH, TOKEN, Vocabulary, forms_of, tokens_of
from tests.detectors.making import key_of


def subjects_in(text: str) -> list[str]:
    """The words of a text, folded, and its hashtags with their sign."""
    found = []
    for token in TOKEN.findall(text):
        forms, bare = forms_of(token), fold(token.lstrip("#＃"))
        found += [f"#{bare}"] if forms.hashtag else []
        found += [bare] if forms.word else []
    return found


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("Glass skin serum", ["glass", "skin", "serum"]),
        ("I don't think it's the best", []),
        ("L'huile d'argan, c'est magique !", ["huile", "argan", "magique"]),
        ("Aujourd’hui je teste l’anti-cernes", ["teste", "anti-cernes"]),
        ("Crème BRÛLÉE crème", ["creme", "brulee", "creme"]),
        ("avant/après", []),
        ("#GlowUp #été2026 ＃skincare", ["#glowup", "glowup", "#ete2026", "ete2026", "#skincare", "skincare"]),
        ("#glow#up", ["#glow", "glow", "#up"]),
        ("##double #", ["#double", "double"]),
        ("#2026 #1 #x", ["2026"]),
        ("#love", ["#love"]),
        ("serum😍glass✨ 🧴", ["serum", "glass"]),
        ("see https://shop.example/Glass-Skin?a=1 now", []),
        ("Www.Example.org/serum HTTPS://EXAMPLE.org/serum", []),
        ("@serum_fan ＠other mail@glass.example", ["mail", "example"]),
        ("12:30 1,5 24/7 50-50-50", ["12:30", "1,5", "24/7", "50-50-50"]),
        ("top3 produits", ["top3", "produits"]),
        ("𝐆𝐥𝐚𝐬𝐬 𝓼𝓴𝓲𝓷", ["glass", "skin"]),
        ("маска для лица", ["маска", "для", "лица"]),
        ("स्किनकेयर सीरम", ["सकिनकेयर", "सीरम"]),
        ("", []),
        ("   \n\t", []),
    ],
)
def test_words_and_hashtags(text: str, subjects: list[str]) -> None:
    """What counts of a text: no stop words, links, mentions, bare numbers as hashtags; spellings meet."""
    assert subjects_in(text) == subjects


@pytest.mark.parametrize(
    "text",
    [
        "se\u200brum",
        "\u202emures\u202c",
        "s\u0336e\u0336r\u0336u\u0336m\u0336",
        "\U000e0001\U000e0041",
        "\ufffe\uffff",
        "#" * 5000,
        "a-" * 5000,
        "\u0300" * 5000,
        "👨‍👩‍👧‍👦" * 500,
        "1.2" * 3000,
        "http://" * 1000,
    ],
)
def test_hostile_texts_are_read(text: str) -> None:
    """Zero-width and bidirectional signs, marks without letters, endless repeats: keys or nothing, no error."""
    tokens = tokens_of([text, "glass"], Vocabulary())
    assert tokens.word[tokens.text == 1].tolist().count(key_of("glass")) == 1


def test_struck_through_letters_are_the_letters() -> None:
    """Overlays that fancy keyboards add are marks, and marks are taken off."""
    assert subjects_in("s\u0336e\u0336r\u0336u\u0336m\u0336") == ["serum"]


def test_a_text_ends_where_it_ends() -> None:
    """A text cannot smuggle an end into the joined texts, and words of two texts never touch."""
    tokens = tokens_of(["glass\x00skin", "", "serum"], Vocabulary())
    found = {(int(text), int(word)) for text, word in zip(tokens.text, tokens.word, strict=True) if word}
    assert found == {(0, key_of("glass")), (0, key_of("skin")), (2, key_of("serum"))}
    assert tokens.words.tolist() == [2, 0, 1]


def test_no_texts_no_tokens() -> None:
    """An empty chunk is nothing special."""
    assert [len(column) for column in tokens_of([], Vocabulary())] == [0, 0, 0, 0, 0]


@given(st.lists(st.text(max_size=30), max_size=8))
def test_texts_do_not_depend_on_their_neighbours(texts: list[str]) -> None:
    """A chunk of texts gives what its texts give one by one."""
    together = tokens_of(texts, Vocabulary())
    for i, text in enumerate(texts):
        alone, mine = tokens_of([text], Vocabulary()), together.text == i
        assert together.signature[i] == alone.signature[0]
        words = together.word[mine]
        assert words[words != 0].tolist() == alone.word[alone.word != 0].tolist()


@given(st.lists(st.text("abcé #", max_size=30), max_size=8))
def test_forgotten_forms_are_learned_again(texts: list[str]) -> None:
    """The vocabulary is a cache: one that forgets at every call gives the same keys."""
    vocabulary, forgetful = Vocabulary(), Vocabulary(capacity=1)
    for text in texts:
        kept, lost = tokens_of([text, text], vocabulary), tokens_of([text, text], forgetful)
        for column, again in zip(kept, lost, strict=True):
            np.testing.assert_array_equal(column, again)


def test_a_vocabulary_outgrows_its_first_table() -> None:
    """Thousands of forms keep their own keys."""
    words = [f"word{i}" for i in range(5000)]
    assert tokens_of([" ".join(words)], Vocabulary()).word[:-1].tolist() == [key_of(word) for word in words]


@given(st.permutations(["glass", "skin", "serum", "the", "Crème"]))
def test_the_order_of_words_does_not_matter_to_the_signature(words: list[str]) -> None:
    """Copies that shuffle words, change case, add stop words or punctuation are copies."""
    tokens = tokens_of([" ".join(words), "GLASS, skin & serum: creme!"], Vocabulary())
    assert tokens.signature[0] == tokens.signature[1]


def test_other_words_sign_otherwise() -> None:
    """One word more is another text."""
    tokens = tokens_of(["glass skin serum", "glass skin serum serum"], Vocabulary())
    assert tokens.signature[0] != tokens.signature[1]


def test_short_words_are_none() -> None:
    """A word has three letters at least."""
    assert MIN_WORD_LENGTH == 3
    assert subjects_in("ab abc") == ["abc"]
