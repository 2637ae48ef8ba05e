"""Tokens of many texts at once, as keys of words and hashtags. What a post's lists hold is added in `columns.py`.

One split at white space and one dictionary look-up a piece; the token pattern, folding, stop words and hashing run only
for a piece never seen before. No token holds white space, so this finds what the pattern finds in the whole text.
"""

import re
from collections.abc import Callable, Iterable, Sequence
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


def forms_in(text: str) -> list[Forms]:
    """What the tokens of a text without white space stand for, in order.

    >>> [form.word == subject_key("word", "skin") for form in forms_in("glass/skin!")]
    [False, True]
    """
    return [forms_of(token) for token in TOKEN.findall(text)]


_NO_SUBJECT = 1
"""Number of every piece that is one token and no subject."""

_LONG = 16


class Vocabulary:
    """Keys of what was read lately. It is a cache: losing it changes nothing but speed.

    Args:
        forms: the keys of something never read before.
        capacity: entries kept; when passed, all are forgotten at once. > 0.
    """

    def __init__(self, forms: Callable[[str], Sequence[Forms]] = forms_in, capacity: int = 500_000) -> None:
        self._forms = forms
        self._capacity = capacity
        self._forget()

    def _forget(self) -> None:
        self._ids = _Ids(self._learn)
        self._ids[_END] = 0
        self._spans: npt.NDArray[np.int64] = np.zeros((2, 1 << 12), np.int64)  # start in the table, and length
        self._spans[:, _NO_SUBJECT] = 1
        self._spans[1, 0] = 1
        self._table: npt.NDArray[np.uint64] = np.zeros((2, 1 << 12), np.uint64)
        self._used, self._entries = 2, _NO_SUBJECT

    def _learn(self, read: str) -> int:
        forms = self._forms(read)
        if len(forms) == 1 and forms[0] == _NOTHING:
            return _NO_SUBJECT
        number = self._entries = self._entries + 1
        if number == self._spans.shape[1]:
            self._spans = np.concatenate([self._spans, np.zeros_like(self._spans)], axis=1)
        while self._used + len(forms) > self._table.shape[1]:
            self._table = np.concatenate([self._table, np.zeros_like(self._table)], axis=1)
        self._spans[:, number] = self._used, len(forms)
        for form in forms:
            self._table[:, self._used] = form
            self._used += 1
        return number

    def look_up(self, read: Iterable[str]) -> tuple[Keys, Keys, npt.NDArray[np.bool_]]:
        """Shapes: pieces with t tokens in all -> word and hashtag keys u8[t] (0: none), ends of texts bool[t]."""
        if len(self._ids) > self._capacity:
            self._forget()
        ids = np.fromiter(map(self._ids.__getitem__, read), np.intp)
        start, length = self._spans[0][ids], self._spans[1][ids]
        ends = np.cumsum(length)
        place = np.repeat(start - ends + length, length) + np.arange(int(length.sum()))
        return self._table[0][place], self._table[1][place], place == 0


class _Ids(dict[str, int]):
    """Numbers of what was read; asks for that of something new. Quicker than `get`: nothing is called for the known."""

    def __init__(self, learn: Callable[[str], int]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, read: str) -> int:
        number = self._learn(read)
        if number != _NO_SUBJECT or len(read) < _LONG:  # links and names do not come again
            self[read] = number
        return number


class Tokens(NamedTuple):
    """The tokens of n texts in order. Shapes: text u4[t], word u8[t], hashtag u8[t]; signature u8[n], words i8[n]."""

    text: npt.NDArray[np.uint32]
    word: Keys
    hashtag: Keys
    signature: npt.NDArray[np.uint64]
    words: npt.NDArray[np.int64]


def tokens_of(texts: Sequence[str], vocabulary: Vocabulary) -> Tokens:
    """Find the words and hashtags of many texts. `signature` is the same for texts of the same words in any order."""
    apart = f" {_END} "
    joined = apart.join(texts)
    if joined.count(_END) >= len(texts):
        joined = apart.join([t.replace(_END, " ") for t in texts])
    word, hashtag, end = vocabulary.look_up((joined + apart).split() if texts else ())
    text = np.cumsum(end, dtype=np.uint32)
    ends = np.flatnonzero(end)
    starts = np.concatenate([np.zeros(1, np.intp), ends[:-1] + 1]) if len(ends) else ends
    total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(word)])
    counted = np.concatenate([np.zeros(1, np.int64), np.cumsum(word != 0)])
    return Tokens(text, word, hashtag, total[ends] - total[starts], counted[ends] - counted[starts])
