"""What posts say, as coherence looks at them: their words, whose they are, and which are a subject's own."""

from collections.abc import Sequence
from functools import lru_cache

from detectors.counts.ticks import PostRef
from detectors.model.posts import Post
from detectors.subjects.kinds import kind_of, subject_key
from detectors.trends.coherence import Said, apart
from detectors.trends.trend import Texts, names_in


def said_in(refs: Sequence[PostRef], texts: Texts) -> tuple[Said, ...]:
    """Those of the posts that can be read, in their order."""
    read = [(ref, texts.get((ref.source, ref.offset))) for ref in refs]
    return tuple([Said(ref.author, words_in(post)) for ref, post in read if post is not None])


@lru_cache(maxsize=5000)
def kept_apart(posts: tuple[Said, ...]) -> list[Said]:
    """As `apart`, remembered: a subject's posts are looked at tick after tick, and few of them are new."""
    return apart(posts)


@lru_cache(maxsize=5000)
def words_in(post: Post) -> frozenset[int]:
    """Keys of a post's words, remembered: most posts are looked at for hours."""
    return frozenset(name.key for name in names_in(post) if name.kind == "word")


def own_words(key: int, refs: Sequence[PostRef], texts: Texts) -> frozenset[int]:
    """The words that a subject itself consists of: a hashtag is a word, a phrase two; a sound is none."""
    if kind_of(key) == "word":
        return frozenset({key})
    if kind_of(key) in ("hashtag", "phrase"):
        for ref in refs:
            post = texts.get((ref.source, ref.offset))
            for name in names_in(post) if post is not None else ():
                if name.key == key:
                    return frozenset(subject_key("word", part) for part in name.id.split())
    return frozenset()
