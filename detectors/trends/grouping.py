"""Subjects that are one topic of talk: those whose posts are largely the same posts."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from detectors.counts.ticks import Candidate

SHARED = 0.5
"""Two subjects belong together when this share of the smaller one's posts is the other's too."""


def groups_of(candidates: Sequence[Candidate], shared: float = SHARED) -> list[list[Candidate]]:
    """Candidates by topic of talk, most surprising first within a group and among groups.

    Samples of posts are bottom-k samples over the same hash, so overlaps of samples estimate overlaps of posts.
    """
    parent = list(range(len(candidates)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    holders: defaultdict[int, list[int]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        for post in candidate.posts:
            holders[post.post_id].append(i)
    for i, candidate in enumerate(candidates):
        common = Counter(j for post in candidate.posts for j in holders[post.post_id] if j > i)
        for j, n in common.items():
            if n >= shared * min(len(candidate.posts), len(candidates[j].posts)):
                parent[root(j)] = root(i)
    groups: defaultdict[int, list[Candidate]] = defaultdict(list)
    for i, candidate in enumerate(candidates):
        groups[root(i)].append(candidate)
    for group in groups.values():
        group.sort(key=lambda c: (-c.surprise, c.key))
    return sorted(groups.values(), key=lambda group: (-group[0].surprise, group[0].key))
