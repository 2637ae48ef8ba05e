"""Tokens of many texts at once, as keys of words and hashtags. What a post's lists hold is added in `columns.py`.

One `findall` over the joined texts and one dictionary look-up a token; folding, stop words and hashing run only for a
form never seen before.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors.subjects.kinds import Keys, fold, subject_key
from detectors.subjects.stop_words import STOP_WORDS

_END = "\x00"  # ends a text: neither white space nor part of a token

_MARKS = (  # combining signs, which `\w` leaves out, of the scripts that spell words with them
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u0f18-\u0fbc"
    "\u102b-\u109d\u3099\u309a"
)
TOKEN = re.compile(
    rf"(?i:https?)://[^\s{_END}]+|(?i:www)\.[^\s{_END}]+"
    rf"|\d+(?:[.,:/-]\d+)+(?!\w)"
    rf"|[#＃@＠]?[\w{_MARKS}]+(?:-[\w{_MARKS}]+)*"
    rf"|{_END}"
)

MIN_WORD_LENGTH = 3
MIN_SIGNATURE_WORDS = 3
"""A shorter text is no evidence of copying: its author signs for it."""


class Forms(NamedTuple):
    """What one token stands for; 0 where it stands for none."""

    word: int
    hashtag: int


_NOTHING = Forms(0, 0)


def forms_of(token: str) -> Forms:
    """The keys of one token. A hashtag is also a word, so that both spellings of a topic add up.

    >>> forms_of("#GlowUp").word == forms_of("glowup").word
    True
    >>> forms_of("https://example.org"), forms_of("@someone"), forms_of("the")
    (Forms(word=0, hashtag=0), Forms(word=0, hashtag=0), Forms(word=0, hashtag=0))
    """
    if token[0] in "@＠" or token[:8].lower().startswith(("http://", "https://", "www.")):
        return _NOTHING
    tagged = token[0] in "#＃"
    folded = fold(token.lstrip("#＃"))
    hashtag = subject_key("hashtag", folded) if tagged and len(folded) > 1 and not folded.isdecimal() else 0
    return Forms(subject_key("word", folded) if is_word(folded) else 0, hashtag)


def is_word(folded: str) -> bool:
    """Whether a folded form is long enough, and no stop word."""
    return len(folded) >= MIN_WORD_LENGTH and folded not in STOP_WORDS


class Vocabulary:
    """Keys of the forms seen lately. It is a cache: losing it changes nothing but speed.

    Args:
        capacity: forms kept; when passed, all are forgotten at once. > 0.
    """

    def __init__(self, capacity: int = 500_000) -> None:
        self._capacity = capacity
        self._forget()

    def _forget(self) -> None:
        self._ids: dict[str, int] = {_END: 0}
        self._table: npt.NDArray[np.uint64] = np.zeros((2, 1 << 12), np.uint64)

    def _learn(self, token: str) -> int:
        number = self._ids[token] = len(self._ids)
        if number == self._table.shape[1]:
            self._table = np.concatenate([self._table, np.zeros_like(self._table)], axis=1)
        self._table[:, number] = forms_of(token)
        return number

    def look_up(self, tokens: Sequence[str]) -> tuple[Keys, Keys, npt.NDArray[np.bool_]]:
        """Shapes: n tokens -> word keys u8[n], hashtag keys u8[n] (0: none), end-of-text marks bool[n]."""
        if len(self._ids) > self._capacity:
            self._forget()
        known, learn = self._ids.get, self._learn
        ids = np.fromiter([i if (i := known(t)) is not None else learn(t) for t in tokens], np.intp, len(tokens))
        return self._table[0][ids], self._table[1][ids], ids == 0


class Tokens(NamedTuple):
    """The tokens of n texts in order. Shapes: text u4[t], word u8[t], hashtag u8[t]; signature u8[n], words i8[n]."""

    text: npt.NDArray[np.uint32]
    word: Keys
    hashtag: Keys
    signature: npt.NDArray[np.uint64]
    words: npt.NDArray[np.int64]


def tokens_of(texts: Sequence[str], vocabulary: Vocabulary) -> Tokens:
    """Find the words and hashtags of many texts. `signature` is the same for texts of the same words in any order."""
    joined = "".join([t.replace(_END, " ") + _END if _END in t else t + _END for t in texts])
    word, hashtag, end = vocabulary.look_up(TOKEN.findall(joined))
    text = np.cumsum(end, dtype=np.uint32)
    ends = np.flatnonzero(end)
    starts = np.concatenate([np.zeros(1, np.intp), ends[:-1] + 1]) if len(ends) else ends
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(word)])
    counted = np.concatenate([np.zeros(1, np.int64), np.cumsum(word != 0)])
    return Tokens(text, word, hashtag, total[ends] - total[starts], counted[ends] - counted[starts])
