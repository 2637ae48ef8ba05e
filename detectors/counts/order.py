"""Order and distinct values of many numbers, in a few nanoseconds each.

np.sort of 64-bit numbers costs 10 to 50 ns each, by processor (numpy 2.4); a stable argsort of 16-bit ones, which is a
radix sort, 8 ns on all. np.unique hashes before it sorts: it is never used here.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from detectors.subjects.kinds import Keys

Counts = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Numbers = npt.NDArray[np.uint32]

Scalar = TypeVar("Scalar", bound=np.generic)

_HALF = np.uint64(32)
_DIGITS = 3


def once(values: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """The distinct values, sorted.

    >>> once(np.array([3, 1, 3]))
    array([1, 3])
    """
    ordered = np.sort(values)
    found: npt.NDArray[Scalar] = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return found


def has(ordered: npt.NDArray[Scalar], values: npt.NDArray[Scalar]) -> npt.NDArray[np.bool_]:
    """Which of the values an ordered array has.

    >>> has(np.array([1, 3]), np.array([3, 2]))
    array([ True, False])
    """
    if not len(ordered):
        return np.zeros(len(values), np.bool_)
    found: npt.NDArray[np.bool_] = ordered.take(np.searchsorted(ordered, values), mode="clip") == values
    return found


def lasts(ordered: Keys) -> Places:
    """Where each distinct value of an ordered array stands last. Shapes: u8[n] -> intp[k]."""
    return np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else np.zeros(0, np.intp)


def by_key(keys: Keys, within: Numbers | None = None) -> tuple[Places, Keys]:
    """A stable order by key, and the keys in it. Shapes: u8[n] -> intp[n], u8[n].

    Keys are hashes: their upper halves nearly decide. Those that share one are put right afterwards.

    Args:
        within: u4[n], decides the order of equal keys.
    """
    digits = np.ascontiguousarray(keys, "<u8").view("<u2").reshape(-1, 4).T
    columns = [digits[2], digits[3]]
    if within is not None:
        fewer = np.ascontiguousarray(within, "<u4").view("<u2").reshape(-1, 2).T
        columns = [fewer[0], *([fewer[1]] if fewer[1].any() else []), *columns]
    order = np.argsort(columns[0], kind="stable")
    for column in columns[1:]:
        order = order[np.argsort(column[order], kind="stable")]
    return _settled(keys, order)


def in_order(numbers: Counts) -> Places:
    """A stable order of numbers from 0 on, the quicker the smaller the greatest. Shapes: i8[n] -> intp[n].

    Digit by digit, 16 bits each; from the fourth on, sorting whole numbers costs no more.

    >>> in_order(np.array([7, 1 << 20, 1])).tolist()
    [2, 0, 1]
    """
    width = -(-int(numbers.max(initial=0)).bit_length() // 16)
    if width > _DIGITS:
        return np.argsort(numbers, kind="stable")
    digits = np.ascontiguousarray(numbers, "<i8").view("<u2").reshape(-1, 4).T
    order = np.argsort(digits[0], kind="stable")
    for digit in digits[1:width]:
        order = order[np.argsort(digit[order], kind="stable")]
    return order


def _settled(keys: Keys, order: Places) -> tuple[Places, Keys]:
    ordered = keys[order]
    change = ordered[1:] ^ ordered[:-1]
    clash = np.flatnonzero((change != 0) & (change < 1 << 32))
    if len(clash):
        half = np.cumsum(np.append(0, change >> _HALF != 0))
        wrong = np.flatnonzero(np.isin(half, half[clash]))
        right = np.argsort(ordered[wrong], kind="stable")
        order[wrong], ordered[wrong] = order[wrong][right], ordered[wrong][right]
    return order, ordered


def repeated(hashes: Numbers) -> npt.NDArray[np.bool_]:
    """True where a hash stands more than once; and for about one in eight of the others. Shapes: u4[n] -> bool[n].

    Their upper bits are cells, several times as many as hashes: one that is alone in its cell is surely single.
    """
    bits = min(max(len(hashes).bit_length() + 2, 8), 32)
    cell = (hashes >> np.uint32(32 - bits)).astype(np.intp)
    shared = np.bincount(cell, minlength=1 << bits) > 1
    return shared[cell]


def shared(parts: Sequence[Numbers]) -> list[npt.NDArray[np.bool_]]:
    """As `repeated`, of hashes that stand in more than one part; those that repeat within a part are not told."""
    bits = min(max(sum(len(part) for part in parts).bit_length() + 2, 8), 32)
    cells = [part >> np.uint32(32 - bits) for part in parts]
    told = np.zeros(1 << bits, np.uint8 if len(parts) < 256 else np.uint32)
    for cell in cells:
        told[cell] += 1  # once a part, however often
    return [told[cell] > 1 for cell in cells]


def surplus(groups: Numbers, values: Numbers, n: int) -> Counts:
    """How many rows of each group repeat a value of it. Shapes: u4[m], u4[m] -> i8[n]."""
    packed = groups.astype(np.uint64)  # in place: half a window's rows are too many for a processor's cache
    packed <<= _HALF
    packed |= values
    packed.sort()
    again = packed[1:][packed[1:] == packed[:-1]]
    return np.bincount((again >> _HALF).astype(np.intp), minlength=n)


def distinct(groups: Numbers, values: Numbers, n: int) -> Counts:
    """Distinct values of each group 0..n-1. Shapes: u4[m], u4[m] -> i8[n]."""
    return np.bincount(groups, minlength=n) - surplus(groups, values, n)


def turns(keys: Keys) -> Counts:
    """How often each key stands earlier in the array. Shapes: u8[n] -> i8[n].

    >>> turns(np.array([7, 9, 7, 7], np.uint64)).tolist()
    [0, 0, 1, 2]
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    place = np.arange(len(keys))
    start = np.maximum.accumulate(np.where(np.append(True, ordered[1:] != ordered[:-1])[: len(keys)], place, 0))
    turn = np.zeros(len(keys), np.int64)
    turn[order] = place - start
    return turn


def spread(starts: Counts, lengths: Counts) -> Counts:
    """The numbers start, start + 1, ... of each range, one range after the other. Shapes: i8[k], i8[k] -> i8[m].

    >>> spread(np.array([5, 9]), np.array([2, 1]))
    array([5, 6, 9])
    """
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
