"""Keys are a persisted format: what is pinned here may change only with a new KEY_VERSION."""

import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.subjects.kinds import KEY_VERSION, KINDS, Kind, fold, kind_codes, kind_of, phrase_keys, subject_key

PINNED = [
    "0xc34c69d397ef5fe0",
    "0xe4567f3b531d6189",
    "0xd69595bbeea02a32",
    "0xec0d8ea49b10a3b",
    "0x8a826bc6b0b6b6ec",
    "0x26dbfa63380502d5",
    "0x496d00a175cf396e",
]
PINNED_PHRASE = "0xecbff7913f127956"


def test_keys_are_what_they_were() -> None:
    """Keys of one version never change: internal topics and snapshots hold them."""
    assert KEY_VERSION == 1
    assert [hex(subject_key(kind, "glowup")) for kind in KINDS] == PINNED


def test_phrase_keys_are_what_they_were() -> None:
    """The key of a phrase depends on both words and their order, and on nothing else."""
    left, right = (np.array([subject_key("word", word)], np.uint64) for word in ("glass", "skin"))
    assert hex(int(phrase_keys(left, right)[0])) == PINNED_PHRASE
    assert phrase_keys(left, right) != phrase_keys(right, left)


@given(st.sampled_from(KINDS), st.text())
def test_a_key_carries_its_kind(kind: Kind, folded: str) -> None:
    """The kind can be read from the key, one by one and for arrays."""
    key = subject_key(kind, folded)
    assert kind_of(key) == kind
    assert kind_codes(np.array([key], np.uint64)).tolist() == [KINDS.index(kind)]


@pytest.mark.parametrize(
    ("spelling", "folded"),
    [
        ("GlowUp", "glowup"),
        ("Été", "ete"),
        ("e\u0301te\u0301", "ete"),
        ("cœur", "cœur"),
        ("Straße", "strasse"),
        ("ＧｌｏｗＵｐ", "glowup"),
        ("𝐆𝐥𝐨𝐰", "glow"),
        ("𝓼𝓴𝓲𝓷", "skin"),
        ("ﬁlter", "filter"),
        ("İstanbul", "istanbul"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("", ""),
    ],
)
def test_spellings_meet(spelling: str, folded: str) -> None:
    """Case, accents, widths and the bold and script letters of fancy keyboards do not make another subject."""
    assert fold(spelling) == folded


def test_folding_is_settled() -> None:
    """What is folded stays as it is, for every character there is."""
    characters = (chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000)
    once = "".join(c for c in map(fold, characters) if c)
    assert fold(once) == once


@given(st.text())
def test_composed_and_decomposed_meet(text: str) -> None:
    """A keyboard that composes accents and one that does not spell the same subject."""
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
