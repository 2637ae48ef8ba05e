"""What is remembered of posts is what would be worked out anew."""

from hypothesis import given
from hypothesis import strategies as st

from detectors.trends.coherence import Said, apart
from detectors.trends.said import kept_apart

SAID = st.builds(Said, st.integers(1, 4), st.frozensets(st.integers(1, 6), max_size=5))


@given(st.lists(st.lists(SAID, max_size=6).map(tuple), max_size=5))
def test_near_copies_are_remembered(groups: list[tuple[Said, ...]]) -> None:
    """In whatever order groups of posts come, and however often."""
    for group in [*groups, *groups]:
        assert kept_apart(group) == apart(group)
