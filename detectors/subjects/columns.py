"""A chunk of posts as columns: who, which text, and one row for each subject of a post."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from detectors.model.posts import Post
from detectors.subjects.kinds import KINDS, Keys, Kind, fold, phrase_keys, subject_key
from detectors.subjects.text import MIN_SIGNATURE_WORDS, Tokens, Vocabulary, is_word, tokens_of


class PostColumns(NamedTuple):
    """n posts with m (post, subject) rows.

    Shapes: post_id u8[n]; author u4[n]; signature u4[n], equal for copies of one text;
    row_post u4[m], index into the posts; row_key u8[m]. A row may stand twice: voices are distinct anyway.
    """

    post_id: npt.NDArray[np.uint64]
    author: npt.NDArray[np.uint32]
    signature: npt.NDArray[np.uint32]
    row_post: npt.NDArray[np.uint32]
    row_key: Keys


def hash64(text: str) -> int:
    """XXH3-64 of a text: stable over processes and machines, unlike `hash`."""
    return xxhash.xxh3_64_intdigest(text.encode())


def post_hash(platform: str, post_id: str) -> int:
    """A post's 64-bit number: its id is unique within its platform."""
    return hash64(f"{platform}\x1f{post_id}")


def author_hash(creator_id: str) -> int:
    """A creator's 32-bit number. Two creators share one in 4 billion: at most a voice too few."""
    return hash64(creator_id) >> 32


class SubjectReader:
    """Turns posts into columns.

    Args:
        words: count words and phrases of the texts. Without, only what posts list or tag (hashtags, sounds, products,
            brands, formats), at a third of the cost.
    """

    def __init__(self, *, words: bool = True) -> None:
        self._words = words
        self._vocabulary = Vocabulary()
        self._list_keys: dict[Kind, dict[str, int]] = {kind: {} for kind in KINDS}

    def columns(self, posts: Sequence[Post], formats: Sequence[str | None]) -> PostColumns:
        """Shapes: n posts and the format of each -> PostColumns of n posts."""
        n = len(posts)
        author = np.fromiter([author_hash(p.creator_id) for p in posts], np.uint32, n)
        tokens = tokens_of([p.text for p in posts], self._vocabulary)
        own_text = np.fromiter([p.repost_of is None for p in posts], np.bool_, n)
        copied = (tokens.words >= MIN_SIGNATURE_WORDS) & own_text
        signature = np.where(copied, (tokens.signature >> np.uint64(32)).astype(np.uint32), author)
        rows = [*self._text_rows(posts, tokens), *self._list_rows(posts, formats)]
        return PostColumns(
            post_id=np.fromiter([post_hash(p.platform, p.post_id) for p in posts], np.uint64, n),
            author=author,
            signature=signature,
            row_post=np.concatenate([post for post, _ in rows]),
            row_key=np.concatenate([key for _, key in rows]),
        )

    def _text_rows(self, posts: Sequence[Post], tokens: Tokens) -> Iterable[tuple[npt.NDArray[np.uint32], Keys]]:
        from_text = np.fromiter([p.hashtags is None for p in posts], np.bool_, len(posts))
        tagged = np.flatnonzero(tokens.hashtag)
        tagged = tagged[from_text[tokens.text[tagged]]]
        yield tokens.text[tagged], tokens.hashtag[tagged]
        if not self._words:
            return
        word = tokens.word != 0
        yield tokens.text[word], tokens.word[word]
        left = np.flatnonzero(word[:-1] & word[1:])
        yield tokens.text[left], phrase_keys(tokens.word[left], tokens.word[left + 1])

    def _list_rows(
        self, posts: Sequence[Post], formats: Sequence[str | None]
    ) -> Iterable[tuple[npt.NDArray[np.uint32], Keys]]:
        tags = [p.hashtags or () for p in posts]
        yield self._rows("hashtag", tags)
        if self._words:  # a hashtag is also a word, as in a text
            yield self._rows("word", [[t.lstrip("#＃") for t in of_post] for of_post in tags])
        yield self._rows("sound", [p.sounds for p in posts])
        yield self._rows("product", [p.products for p in posts])
        yield self._rows("brand", [p.brands for p in posts])
        yield self._rows("format", [(f,) if f and f != "other" else () for f in formats])

    def _rows(self, kind: Kind, values: Sequence[Sequence[str]]) -> tuple[npt.NDArray[np.uint32], Keys]:
        known, learn = self._list_keys[kind].get, self._learn
        keys = [key if (key := known(v)) is not None else learn(kind, v) for of_post in values for v in of_post]
        row_post = np.repeat(np.arange(len(values), dtype=np.uint32), [len(of_post) for of_post in values])
        row_key = np.array(keys, np.uint64)
        return row_post[row_key != 0], row_key[row_key != 0]

    def _learn(self, kind: Kind, value: str) -> int:
        known = self._list_keys[kind]
        if len(known) > 200_000:
            known.clear()
        folded = list_form(kind, value)
        key = known[value] = subject_key(kind, folded) if folded else 0
        return key


def list_form(kind: Kind, value: str) -> str:
    """The form of a listed value under which spellings meet; empty if it is no subject.

    >>> list_form("hashtag", "#GlowUp"), list_form("sound", " Song-1 ")
    ('glowup', 'Song-1')
    """
    value = value.strip()
    if kind in ("sound", "product"):  # opaque ids of the platform
        return value
    folded = fold(value.lstrip("#＃"))
    if kind == "word":
        return folded if is_word(folded) else ""
    return "" if kind == "hashtag" and (len(folded) < 2 or folded.isdecimal()) else folded
