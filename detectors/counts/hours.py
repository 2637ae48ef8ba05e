"""The voices of each closed hour, of the subjects that are spoken of most: what DECIDE adds up to days and weeks.

It does not say what is usual of them: that is `detectors/slow`.
"""

from collections.abc import Sequence

import numpy as np

from detectors.counts.across import across
from detectors.counts.exposure import Exposures
from detectors.counts.found import Found
from detectors.counts.order import Counts, Places, has, once
from detectors.counts.past import LONG, Past
from detectors.counts.samples import samples
from detectors.counts.slices import NO_KEYS, Bools, Slice
from detectors.counts.ticks import Hour, HourVoices
from detectors.counts.window import Window
from detectors.subjects.kinds import Keys
from detectors.trends.gamma_poisson import Floats

HOUR_S, WEEK_S = 3600.0, 7 * 86_400.0

MOST_FOLLOWED = 4096
"""Subjects that are followed, over all partitions: their hours must fit into a tick, and their weeks into DECIDE."""

SHOWN_POSTS = 5
"""Posts of a subject that an hour shows, at most: evidence, and what tells subjects of one topic of talk."""

MOST_SHOWN = 512
"""Subjects of which an hour shows posts, over all partitions: a tick has its candidates to carry too."""

NO_PLACES: Places = np.zeros(0, np.intp)


class Hours:
    """Follows subjects, and counts their distinct voices hour by hour.

    Followed are those with most voice-hours lately: of one that is not followed yet, the decayed past and the authors
    of the long window, both bounds from above; of one that is, what it was worth then and its voice-hours since, half
    after a week, weighed as the shorter memory of the past. A post counts if it has come when its hour closes, for as
    much of the hour as the long window holds; what is deleted afterwards was a voice.

    Args:
        bucket_s: seconds; divides an hour. half_life_s: of the past. min_voices: worth from which one is followed.
        most: subjects followed. >= 1. shown: those of them of which posts are shown. >= 1.
    Cost: once an hour a look at the cells of every subject of each bucket. State: two numbers a followed subject.

    Attributes:
        followed: voice-hours, decayed, by key.
    """

    def __init__(
        self,
        window: Window,
        past: Past,
        people: Exposures,
        *,
        bucket_s: float,
        half_life_s: float,
        min_voices: int,
        most: int = MOST_FOLLOWED,
        shown: int = MOST_SHOWN,
    ) -> None:
        self._window, self._past, self._people = window, past, people
        self._buckets = round(HOUR_S / bucket_s)
        self._week_weighs = half_life_s / WEEK_S  # a steady subject has as much of either, weighed so
        self._min_voices, self._most, self._shown = min_voices, most, shown
        self.followed: dict[int, float] = {}

    def told(self, bucket: int) -> Hour | None:
        """The hour that ends with a bucket, when posts have been taken in and time has passed; None if none does."""
        hour, place = divmod(bucket, self._buckets)
        if place != self._buckets - 1:
            return None
        slices = self._window.since(bucket - place)
        exposure, past_exposure = self._people.since(bucket - place), self._people.past
        keys = self._chosen(slices)
        found = Found(keys, across(slices))
        voices, past = found.voices(), np.maximum(self._past.of(keys), 0.0)  # what was deleted late had faded: below 0
        busy = self._busy(voices, past * (exposure / past_exposure)) if past_exposure else NO_PLACES
        posts = dict(zip(busy.tolist(), samples(found, busy, SHOWN_POSTS), strict=True))
        new = ~has(np.array(sorted(self.followed), np.uint64), keys)
        self._follow(keys, voices, new)
        return Hour(
            hour=hour,
            exposure=exposure,
            past_exposure=round(past_exposure, 6),
            subjects=tuple(
                HourVoices(key, n, before if fresh else None, posts.get(i, ()))
                for i, (key, n, before, fresh) in enumerate(
                    zip(keys.tolist(), voices.tolist(), past.round(6).tolist(), new.tolist(), strict=True)
                )
            ),
        )

    def snapshot(self) -> list[tuple[int, float]]:
        """(key, voice-hours), by key."""
        return sorted(self.followed.items())

    def restore(self, followed: Sequence[tuple[int, float]]) -> None:
        """Go on from a snapshot."""
        self.followed = dict(followed)

    def _chosen(self, slices: Sequence[Slice]) -> Keys:
        """Those that are followed from now on, sorted; of equals the lesser keys."""
        known = np.array(sorted(self.followed), np.uint64)
        kept = np.array([self.followed[key] for key in known.tolist()], np.float64)
        known, kept = known[kept >= self._min_voices], kept[kept >= self._min_voices]
        several = [part.keys[self._worth(part.keys) >= self._min_voices] for part in slices]
        others = once(np.concatenate([NO_KEYS, *several]))
        others = others[~has(known, others)]
        keys = np.concatenate([known, others])
        worth = np.concatenate([self._week_weighs * kept, self._worth(others)]).round(6)
        return np.sort(keys[np.lexsort((keys, -worth))[: self._most]])

    def _busy(self, voices: Counts, usual: Floats) -> Places:
        """Whose posts are shown: those with most voices more than usual, in deviations. Shapes: i8[n], f8[n]."""
        excess = ((voices - usual) / np.sqrt(usual + 1)).round(6)
        busy = np.flatnonzero((voices >= self._min_voices) & (excess > 0))
        return np.sort(busy[np.argsort(-excess[busy], kind="stable")[: self._shown]])

    def _worth(self, keys: Keys) -> Floats:
        """Of subjects that are not followed. Shapes: u8[n] -> f8[n]."""
        return self._past.of(keys) + self._past.bound(keys, LONG)

    def _follow(self, keys: Keys, voices: Counts, new: Bools) -> None:
        fade = 0.5 ** (HOUR_S / WEEK_S)
        first = (self._worth(keys) / self._week_weighs).tolist()
        self.followed = {
            key: first[i] if new[i] else self.followed[key] * fade + float(voices[i])
            for i, key in enumerate(keys.tolist())
        }
