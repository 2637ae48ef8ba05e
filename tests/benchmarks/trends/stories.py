"""From surprising subjects to alerts, without control: what the baselines and burst alone are told by."""

from collections.abc import Iterable, Sequence

from detectors.counts.ticks import Candidate
from detectors.trends.grouping import groups_of

SAME_POSTS = 0.5
"""A group belongs to an open story when this share of its posts is the story's; or when one of its subjects is."""

MOST = 300
"""Subjects that are looked at in a bucket, most surprising first, as DECIDE does."""


class _Story:
    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.post_ids: set[int] = set()
        self.last_bucket = 0


class Stories:
    """Tells each group of subjects that share posts once, as long as it goes on.

    Args:
        memory: buckets after its last news for which a story is open.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._open: list[_Story] = []

    def step(self, bucket: int, surprising: Iterable[Candidate]) -> list[Sequence[Candidate]]:
        """The surprising subjects of a bucket -> the groups that are news."""
        self._open = [story for story in self._open if bucket - story.last_bucket <= self._memory]
        ranked = sorted(surprising, key=lambda c: (-c.surprise, c.key))
        return [group for group in groups_of(ranked[:MOST]) if self._is_news(bucket, group)]

    def _is_news(self, bucket: int, group: Sequence[Candidate]) -> bool:
        keys = {candidate.key for candidate in group}
        posts = {ref.post_id for candidate in group for ref in candidate.posts}
        same = (s for s in reversed(self._open) if s.keys & keys or len(s.post_ids & posts) >= SAME_POSTS * len(posts))
        story = next(same, None)
        new = story is None
        if story is None:
            story = _Story()
            self._open.append(story)
        story.keys |= keys
        story.post_ids |= posts
        story.last_bucket = bucket
        return new


def evidence(group: Sequence[Candidate], size: int) -> list[tuple[int, int]]:
    """The posts that a group is told with, as (source, offset): those of its most surprising subject."""
    return [(ref.source, ref.offset) for ref in group[0].posts[:size]]
