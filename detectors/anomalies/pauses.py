"""How long a source usually says nothing between two times that it speaks. It judges no silence."""

import msgspec

HALF_LIFE_S = 3 * 86_400.0
"""How long pauses are remembered: so that a source of once a day is known too."""

RARE = 0.02
"""Share of pauses that are longer than what is usual: one in fifty."""

FORGOTTEN = 0.01
"""A pause that weighs less is left out: the memory holds some dozens of lengths."""


class PausesState(msgspec.Struct, frozen=True, array_like=True):
    """All that is remembered of one source."""

    lasting: int
    lengths: dict[int, float]


class Pauses:
    """The lengths of a source's pauses, in buckets; 0 where it spoke in the bucket before too.

    A source that is asked once an hour speaks in one of twelve buckets of five minutes: eleven empty ones are no
    silence. Pauses that were told as silences count as well, else one that now speaks seldom would be told for ever.

    Args:
        half_life: buckets after which a pause weighs half. > 0.

    >>> pauses = Pauses(half_life=864.0)
    >>> for bucket in range(49): pauses.step(empty=bucket % 12 > 0)
    >>> pauses.usual, pauses.lasting
    (11, 0)
    """

    def __init__(self, *, half_life: float) -> None:
        self._keep = 0.5 ** (1.0 / half_life)
        self._lengths: dict[int, float] = {}
        self.lasting = 0
        """Empty buckets since it last spoke."""

    @property
    def usual(self) -> int:
        """Buckets that are empty in a row without being rare."""
        longer, rare = 0.0, RARE * sum(self._lengths.values())
        for length in sorted(self._lengths, reverse=True):
            longer += self._lengths[length]
            if longer > rare:
                return length
        return 0

    @property
    def beyond(self) -> int:
        """Empty buckets beyond what is usual; 0 or less: none."""
        return self.lasting - self.usual

    def step(self, *, empty: bool) -> None:
        """A bucket brought nothing, or something."""
        self._lengths = {n: weight * self._keep for n, weight in self._lengths.items() if weight > FORGOTTEN}
        if empty:
            self.lasting += 1
        else:
            self._lengths[self.lasting] = self._lengths.get(self.lasting, 0.0) + 1.0
            self.lasting = 0

    def hole(self) -> None:
        """Nothing is known of some time: what lasts now began before nobody knows when."""
        self.lasting = 0

    def snapshot(self) -> PausesState:
        """All it remembers."""
        return PausesState(self.lasting, dict(self._lengths))

    def restore(self, state: PausesState) -> None:
        """Go on from a snapshot."""
        self.lasting, self._lengths = state.lasting, dict(state.lengths)
