"""How posts spell a trend's subjects: counted as they come and go, as if counted anew."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from detectors.subjects.names import Name
from detectors.trends.spellings import Spellings

NAMES = st.builds(
    lambda key, way: Name(key, "word", f"w{key}", f"w{key}{'ab'[way]}"), st.integers(1, 4), st.integers(0, 1)
)
STEPS = st.lists(st.tuples(st.lists(NAMES, max_size=5), st.booleans(), st.sets(st.integers(1, 4))), max_size=8)
"""For each step a post that comes, whether the oldest goes, and the subjects that are asked for."""


def counted(keys: set[int], posts: list[list[Name]]) -> dict[int, Name]:
    """The same without any memory."""
    used: dict[int, Counter[Name]] = {}
    for name in (name for names in posts for name in names if name.key in keys):
        used.setdefault(name.key, Counter())[name] += 1
    return {key: min(ways, key=lambda n: (-ways[n], n.spelling)) for key, ways in used.items()}


@given(STEPS)
def test_counted_as_posts_come_and_go(steps: list[tuple[list[Name], bool, set[int]]]) -> None:
    """Whenever it is asked, of whichever subjects."""
    spellings, posts = Spellings(), list[list[Name]]()
    for names, goes, asked in steps:
        posts.append(names)
        spellings.come(names)
        if goes:
            spellings.go(posts.pop(0))
        assert spellings.told(asked, posts) == counted(asked, posts)
