"""The kinds of subject, and the 64-bit key of a subject. A persisted format: a change needs a new `KEY_VERSION`."""

import unicodedata
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import xxhash

Kind = Literal["hashtag", "sound", "product", "brand", "format", "word", "phrase"]
KINDS: tuple[Kind, ...] = get_args(Kind)

KEY_VERSION = 1
"""Depends on XXH3-64, on the order of KINDS, and on `fold`, which depends on Python's Unicode tables."""

Keys = npt.NDArray[np.uint64]

_CODE_BITS = np.uint64(7)
_ALL = 2**64 - 1
_PHRASE = np.uint64(KINDS.index("phrase"))


def fold(text: str) -> str:
    """The form under which spellings meet: case folded, compatibility forms and accents removed.

    >>> fold("Avant-Après")
    'avant-apres'
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)  # first: a bold letter has no lower case of its own
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def subject_key(kind: Kind, folded: str) -> int:
    """Stable 64-bit key of a subject: XXH3-64 of kind and folded form, the kind's code in the low 3 bits.

    >>> hex(subject_key("hashtag", "glowup") & 7)
    '0x0'
    """
    return xxhash.xxh3_64_intdigest(f"{kind}\x1f{folded}".encode()) & ~7 | KINDS.index(kind)


def phrase_keys(left: Keys, right: Keys) -> Keys:
    """Keys of two-word phrases from the keys of their words, in order.

    Shapes: u8[n], u8[n] -> u8[n]. Source: the finaliser of splitmix64 (Steele, Lea, Flood 2014), over one key
    multiplied by the golden ratio and the other.
    """
    x = (left * np.uint64(0x9E3779B97F4A7C15)) ^ right
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x & ~_CODE_BITS | _PHRASE


def phrase_key(left: int, right: int) -> int:
    """`phrase_keys` of one phrase, at a fiftieth of what an array of one costs.

    >>> phrase_key(8, 16) == int(phrase_keys(np.array([8], np.uint64), np.array([16], np.uint64))[0])
    True
    """
    x = left * 0x9E3779B97F4A7C15 & _ALL ^ right
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & _ALL
    x = (x ^ x >> 27) * 0x94D049BB133111EB & _ALL
    return (x ^ x >> 31) & ~7 | KINDS.index("phrase")


def kind_codes(keys: Keys) -> npt.NDArray[np.intp]:
    """Index into KINDS of each key. Shapes: u8[n] -> intp[n]."""
    return (keys & _CODE_BITS).astype(np.intp)


def kind_of(key: int) -> Kind:
    """The kind that a key carries.

    >>> kind_of(subject_key("sound", "song-1"))
    'sound'
    """
    return KINDS[key & 7]
