"""Subjects that are one topic of talk: those whose posts are largely the same posts."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from detectors.counts.ticks import Candidate

SHARED = 0.5
"""A subject goes with another when this share of the smaller one's posts is the other's too."""


def groups_of(candidates: Sequence[Candidate], shared: float = SHARED) -> list[list[Candidate]]:
    """Candidates by topic of talk, most surprising first within a group and among groups.

    Each goes with the leader with whom it shares most, one that surprises more and follows none itself: a common word
    in the posts of two topics goes with one of them and ties nothing. Samples of posts are bottom-k samples over the
    same hash, so overlaps of samples estimate overlaps of posts.
    """
    groups: list[list[Candidate]] = []
    led_by: defaultdict[int, list[int]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: (-c.surprise, c.key)):
        common = Counter(place for post in candidate.posts for place in led_by[post.post_id])
        shares = {
            place: n / min(len(candidate.posts), len(groups[place][0].posts)) for place, n in sorted(common.items())
        }
        nearest = max(shares, key=shares.__getitem__, default=None)
        if nearest is not None and shares[nearest] >= shared:
            groups[nearest].append(candidate)
            continue
        for post in candidate.posts:
            led_by[post.post_id].append(len(groups))
        groups.append([candidate])
    return groups
