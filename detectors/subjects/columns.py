"""A chunk of posts as columns: who, which text, and one row for each subject of a post."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from detectors.model.posts import Post
from detectors.subjects.kinds import Keys, Kind, fold, phrase_keys, subject_key
from detectors.subjects.text import MIN_SIGNATURE_WORDS, Forms, Tokens, Vocabulary, is_word, tokens_of

Rows = tuple[npt.NDArray[np.uint32], Keys]
"""Index into the posts u4[m], and the subject u8[m]."""


_hash = xxhash.xxh3_64_intdigest  # what `hash64`, `post_hash` and `author_hash` call, without a call of ours a post
_HALF = np.uint64(32)

LISTED: tuple[Kind, ...] = ("hashtag", "sound", "product", "brand", "format")
"""Kinds of subject that a post declares in lists or fields."""


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
            brands, formats), at a third of the cost; copies of a text are then known only where they are exact.
    """

    def __init__(self, *, words: bool = True) -> None:
        self._words = words
        self._vocabulary = Vocabulary()
        self._listed = {kind: Vocabulary(partial(_listed_forms, kind)) for kind in LISTED}

    def columns(self, posts: Sequence[Post], formats: Sequence[str | None]) -> PostColumns:
        """Shapes: n posts and the format of each -> PostColumns of n posts."""
        n = len(posts)
        author = (np.array([_hash(p.creator_id.encode()) for p in posts], np.uint64) >> _HALF).astype(np.uint32)
        rows, signature = self._of_texts(posts, author)
        rows += self._of_lists(posts, formats)
        return PostColumns(
            post_id=np.fromiter([_hash(f"{p.platform}\x1f{p.post_id}".encode()) for p in posts], np.uint64, n),
            author=author,
            signature=signature,
            row_post=np.concatenate([post for post, _ in rows]),
            row_key=np.concatenate([key for _, key in rows]),
        )

    def _of_texts(
        self, posts: Sequence[Post], author: npt.NDArray[np.uint32]
    ) -> tuple[list[Rows], npt.NDArray[np.uint32]]:
        """Rows of what stands in the texts, and a signature for each post."""
        unlisted = np.array([i for i, p in enumerate(posts) if p.hashtags is None], np.uint32)
        if not self._words:
            tokens = tokens_of([posts[i].text for i in unlisted.tolist()], self._vocabulary)
            tagged = tokens.hashtag != 0
            rows: list[Rows] = [(unlisted[tokens.text[tagged]], tokens.hashtag[tagged])]
            return rows, _exact_signatures(posts, author)
        tokens = tokens_of([p.text for p in posts], self._vocabulary)
        own_text = np.fromiter([p.repost_of is None for p in posts], np.bool_, len(posts))
        copied = (tokens.words >= MIN_SIGNATURE_WORDS) & own_text
        signature = np.where(copied, (tokens.signature >> np.uint64(32)).astype(np.uint32), author)
        from_text = np.zeros(len(posts), np.bool_)
        from_text[unlisted] = True
        return list(_text_rows(tokens, from_text)), signature

    def _of_lists(self, posts: Sequence[Post], formats: Sequence[str | None]) -> Iterator[Rows]:
        tags = [p.hashtags or () for p in posts]
        row_post, word, hashtag = self._look_up("hashtag", tags)
        yield _used(row_post, hashtag)
        if self._words:  # a hashtag is also a word, as in a text
            yield _used(row_post, word)
        lists: dict[Kind, Sequence[Sequence[str]]] = {
            "sound": [p.sounds for p in posts],
            "product": [p.products for p in posts],
            "brand": [p.brands for p in posts],
            "format": [(f,) if f and f != "other" else () for f in formats],
        }
        for kind, values in lists.items():
            if not any(values):
                continue
            row_post, key, _ = self._look_up(kind, values)
            yield _used(row_post, key)

    def _look_up(self, kind: Kind, values: Sequence[Sequence[str]]) -> tuple[npt.NDArray[np.uint32], Keys, Keys]:
        first, second, _ = self._listed[kind].look_up(chain.from_iterable(values))
        row_post = np.repeat(np.arange(len(values), dtype=np.uint32), np.fromiter(map(len, values), np.intp))
        return row_post, first, second


def list_form(kind: Kind, value: str) -> str:
    """The form of a listed value under which spellings meet; empty if it is no subject.

    >>> list_form("hashtag", "#GlowUp"), list_form("sound", " Song-1 ")
    ('glowup', 'Song-1')
    """
    value = value.replace("\x00", "").strip()
    if kind in ("sound", "product"):  # opaque ids of the platform
        return value
    folded = fold(value.lstrip("#＃"))
    if kind == "word":
        return folded if is_word(folded) else ""
    return "" if kind == "hashtag" and (len(folded) < 2 or folded.isdecimal()) else folded


def _listed_forms(kind: Kind, value: str) -> tuple[Forms]:
    """The key of a listed value; for a hashtag, that of the word and that of the hashtag."""
    if kind == "hashtag":
        return (Forms(_key("word", value.lstrip("#＃")), _key("hashtag", value)),)
    return (Forms(_key(kind, value), 0),)


def _key(kind: Kind, value: str) -> int:
    form = list_form(kind, value)
    return subject_key(kind, form) if form else 0


def _text_rows(tokens: Tokens, from_text: npt.NDArray[np.bool_]) -> Iterator[Rows]:
    tagged = np.flatnonzero(tokens.hashtag)
    tagged = tagged[from_text[tokens.text[tagged]]]
    yield tokens.text[tagged], tokens.hashtag[tagged]
    word = tokens.word != 0
    yield tokens.text[word], tokens.word[word]
    left = np.flatnonzero(word[:-1] & word[1:])
    yield tokens.text[left], phrase_keys(tokens.word[left], tokens.word[left + 1])


def _exact_signatures(posts: Sequence[Post], author: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Signatures of posts whose texts are not split into words: equal texts sign alike."""
    own = np.fromiter([p.repost_of is None and p.text.count(" ") >= MIN_SIGNATURE_WORDS - 1 for p in posts], np.bool_)
    texts = np.array([_hash(p.text.encode()) for p in posts], np.uint64) >> _HALF
    return np.where(own, texts.astype(np.uint32), author)


def _used(row_post: npt.NDArray[np.uint32], key: Keys) -> Rows:
    """The rows that are subjects."""
    used = key != 0
    return row_post[used], key[used]
