"""What is looked at in a creator's day, as counts of which something can be expected. Pure functions."""

from typing import NamedTuple

import numpy as np

from detectors.creators.days import DRAWN, NAMED, POSTS, REPEATS, UNTOLD, Days
from detectors.performance.usual import NONE, Bools, Counts, Floats, middles

MEASURES = ("posting", "engagement", "followers", "comments", "repeats", "views")
"""What something is expected of; views only explain followers."""

POSTING, ENGAGEMENT, FOLLOWERS, COMMENTS, REPEATED, VIEWS = range(len(MEASURES))

LOOKS = ("posting", "engagement", "follower_jump", "few_comments", "many_comments", "repeated_commenters")
"""What may stand out; all but the first two are flags of integrity."""

SIDES = (
    (POSTING, 1.0),
    (ENGAGEMENT, 1.0),
    (FOLLOWERS, 1.0),
    (COMMENTS, -1.0),
    (COMMENTS, 1.0),
    (REPEATED, 1.0),
)
"""Of each look: its measure, and whether more or less of it than usual stands out."""

PARTS = 10_000
"""Ratios are remembered as so many parts of one."""

LEAST_REACTIONS, LEAST_NAMED = 50, 20
"""Of fewer likes and comments, or comments whose authors are told, a ratio says nothing."""

MOST_GAP = 7
"""Days after which two numbers of followers say nothing of one day's growth."""

LIKES, COMMENT, SAVES, SEEN = 0, 1, 3, DRAWN - 1


class Measured(NamedTuple):
    """A measure of n days. Shapes: [n] each.

    Attributes:
        observed: NONE where it is not known.
        value: the same in the unit in which it is usual: a day, a part of PARTS.
        unit: by how much what is usual is multiplied to be expected; NaN: nothing can be expected.
        own, n_own: what was usual on the creator's own days before, and how many they are.
        of: what is observed stands beside so many: likes, people; of followers: days over which they came.
    """

    observed: Counts
    value: Counts
    unit: Floats
    own: Floats
    n_own: Counts
    of: Counts

    def at(self, place: Counts) -> "Measured":
        """Some of the days."""
        observed, value, of = self.observed[place], self.value[place], self.of[place]
        return Measured(observed, value, self.unit[place], self.own[place], self.n_own[place], of)


class Attention(NamedTuple):
    """What may explain new followers: views or, where nobody tells them, engagement. Shapes: [n, k], f8[n]."""

    daily: Counts
    usual: Floats
    by_views: Bools

    def over(self, days: Counts, place: Counts) -> tuple[Counts, Floats]:
        """How much there was over the last days of some, and is usual; NaN: not known. Shapes: i8[m], i8[m]."""
        upto = np.cumsum(np.maximum(self.daily[place], 0), axis=1)
        lately: Counts = upto[np.arange(len(place)), days - 1]
        return lately, days * self.usual[place]


def counts(days: Days, measure: int) -> Counts:
    """Posts, engagement or views by day; NONE where there is none: what is missing is not zero. Shape i8[n, k]."""
    if measure == POSTING:
        found = days.sums[..., POSTS]
    elif measure == VIEWS:
        found = days.sums[..., SEEN]
    else:
        found = days.sums[..., : SAVES + 1].sum(axis=2)
    return np.where(found > 0, found, NONE)


def counted(daily: Counts) -> Measured:
    """A count of the day against those of the days before. Shapes: i8[n, k] -> [n]."""
    own, n_own = middles(daily[:, 1:])
    ones = np.ones(len(daily))
    return Measured(daily[:, 0], daily[:, 0], ones, own, n_own, np.zeros(len(daily), np.int64))


def gained(days: Days, attention: Attention) -> Measured:
    """Followers gained since the day on which they were told before.

    So many more are expected as there were more views than usual in that time: a post that goes round the world brings
    followers. Where neither views nor engagement are known nothing is expected.
    """
    growth, gap = growths(days.followers)
    rate = np.where(growth == NONE, NONE, np.maximum(growth, 0) // np.maximum(gap, 1))
    own, n_own = middles(rate[:, 1:])
    over = np.maximum(gap[:, 0], 1)
    lately, usually = attention.over(over, np.arange(len(over)))
    return Measured(growth[:, 0], rate[:, 0], over * np.maximum(1.0, lately / usually), own, n_own, over)


def growths(followers: Counts) -> tuple[Counts, Counts]:
    """By how much followers grew since they were told before, NONE: not known or fell; and days between.

    >>> growths(np.array([[150, UNTOLD, 120, 100]]))
    (array([[30, -1, 20, -1]]), array([[2, 0, 1, 0]]))
    """
    n, k = followers.shape
    growth, gap = np.full((n, k), NONE, np.int64), np.zeros((n, k), np.int64)
    last, place = np.full(n, UNTOLD, np.int64), np.zeros(n, np.int64)
    for j in range(k - 1, -1, -1):
        now = followers[:, j]
        both = (now != UNTOLD) & (last != UNTOLD) & (place - j <= MOST_GAP)
        growth[both, j], gap[both, j] = np.maximum(now - last, 0)[both], (place - j)[both]
        last, place = np.where(now != UNTOLD, now, last), np.where(now != UNTOLD, j, place)
    return growth, gap


def ratio(part: Counts, base: Counts, *, least: int, told: Bools) -> Measured:
    """A count beside another against what is usual of creators alike; the creator's own past does not excuse it.

    A ratio and no share: of those there are no eleven times nine in a hundred, however odd it is.

    Args:
        least: of fewer in all nothing is said. told: whether the part is told at all. Shapes: [n] each.
    """
    known = told & (base > 0) & (part + base >= least)
    value = np.where(known, np.maximum(part, 0) * PARTS // np.maximum(base, 1), NONE)
    zeros = np.zeros(len(part), np.int64)
    observed = np.where(known, np.maximum(part, 0), NONE)
    return Measured(observed, value, base / PARTS, zeros.astype(np.float64), zeros, np.maximum(base, 0))


def comments(days: Days) -> Measured:
    """Comments beside likes; not known where none was told in a month: they may be hidden."""
    likes, told = days.sums[:, 0, LIKES], days.sums[..., COMMENT]
    ever: Bools = np.any(told > 0, axis=1)
    return ratio(told[:, 0], likes, least=LEAST_REACTIONS, told=ever)


def repeats(days: Days) -> Measured:
    """Comments by people who had commented on the creator that day, beside those people; where they are told."""
    named, again = days.sums[:, 0, NAMED], days.sums[:, 0, REPEATS]
    return ratio(again, named - again, least=LEAST_NAMED, told=named > 0)
