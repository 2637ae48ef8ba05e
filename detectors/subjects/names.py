"""The subjects of one post by name: the slow, readable twin of `columns.py`, for the few posts that people see."""

from collections.abc import Iterator
from typing import NamedTuple

from detectors.counts.scopes import scopes_of
from detectors.model.posts import Post
from detectors.subjects.columns import list_form
from detectors.subjects.kinds import Kind, fold, phrase_key, subject_key
from detectors.subjects.text import TOKEN, forms_of


class Name(NamedTuple):
    """A subject as a post spells it."""

    key: int
    kind: Kind
    id: str
    """Folded: the same for every spelling."""
    spelling: str


def names_of(post: Post) -> Iterator[Name]:
    """Every subject of a post, in the order of its text, then of its lists.

    >>> post = Post(post_id="1", creator_id="c", platform="x", text="My #CleanGirl serum")
    >>> [(n.kind, n.spelling) for n in names_of(post)]
    [('hashtag', '#CleanGirl'), ('word', 'CleanGirl'), ('word', 'serum'), ('phrase', 'CleanGirl serum')]
    """
    yield from _text_names(post.text, tags=post.hashtags is None)
    for tag in post.hashtags or ():
        bare = tag.strip().lstrip("#＃")
        yield from _listed("hashtag", tag, f"#{bare}")
        yield from _listed("word", bare, bare)
    lists: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("sound", post.sounds),
        ("product", post.products),
        ("brand", post.brands),
    )
    for kind, values in lists:
        for value in values:
            yield from _listed(kind, value, value)
    form = scopes_of(post).format
    if form and form != "other":
        yield from _listed("format", form, form)


def _text_names(text: str, *, tags: bool) -> Iterator[Name]:
    before: Name | None = None
    for token in TOKEN.findall(text.replace("\x00", " ")):
        forms = forms_of(token)
        bare = token.lstrip("#＃")
        if forms.hashtag and tags:
            yield Name(forms.hashtag, "hashtag", fold(bare), f"#{bare}")
        word = Name(forms.word, "word", fold(bare), bare) if forms.word else None
        if word:
            yield word
        if word and before:
            yield Name(
                phrase_key(before.key, word.key),
                "phrase",
                f"{before.id} {word.id}",
                f"{before.spelling} {word.spelling}",
            )
        before = word


def _listed(kind: Kind, value: str, spelling: str) -> Iterator[Name]:
    form = list_form(kind, value)
    if form:
        yield Name(subject_key(kind, form), kind, form, spelling)
