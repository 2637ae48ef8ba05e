"""Templates to texts: fills the slots of a sentence with ranked words. Knows nothing of posts."""

from collections.abc import Mapping
from functools import cache
from random import Random
from string import Formatter

from streams.generator.lexicon import Lexicon

NO_WORDS: Mapping[str, str] = {}


@cache
def pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    """A template as (literal text, name of the slot after it or None) pairs.

    >>> pieces("my {noun}!")
    (('my ', 'noun'), ('!', None))
    """
    return tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))


@cache
def has_slot(template: str, slot: str) -> bool:
    """Whether the template has that slot."""
    return any(name == slot for _, name in pieces(template))


def fill(rng: Random, words: Lexicon, community: str, template: str, given: Mapping[str, str] = NO_WORDS) -> str:
    """The template with its slots filled: from `given` first, then the community's nouns, then the language's words."""
    out: list[str] = []
    for literal, slot in pieces(template):
        out.append(literal)
        if slot is None:
            continue
        if slot in given:
            out.append(given[slot])
        elif slot == "noun":
            out.append(words.nouns[community].pick(rng))
        else:
            out.append(words.slots[slot].pick(rng))
    return "".join(out)


def dress(rng: Random, words: Lexicon, sentence: str) -> str:
    """The sentence with, sometimes, an opening before and a closing after it."""
    parts = [sentence]
    if rng.random() < 0.35:
        parts.insert(0, words.openers.pick(rng))
    if rng.random() < 0.45:
        parts.append(f"- {words.closers.pick(rng)}")
    return " ".join(parts)
