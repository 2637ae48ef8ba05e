"""Posts of a bucket as sums and voices of every scope, against plain Python."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.counts.scopes import ScopeCodes
from detectors.counts.table import Table
from detectors.figures import rows
from detectors.figures.groups import Groups
from detectors.model.posts import Post
from detectors.stages.admission import MEMORY_FIELDS
from detectors.stages.post_figures import FACT, SUMS, PostFigures

Fact = tuple[int, int, int, int, int, int]

FACTS = st.lists(
    st.tuples(
        st.integers(480_000, 480_002),  # hour
        st.integers(0, 2),  # group
        st.integers(0, 2**53),
        st.integers(0, 2),  # platform
        st.integers(0, 2) | st.integers(0, 2**32 - 1),  # author
        st.sampled_from([1, 1, -1]),
    ),
    min_size=1,
    max_size=30,
)


@given(FACTS)
def test_sums_and_voices_are_those_of_plain_python(facts: list[Fact]) -> None:
    """By scope and hour, whatever the order of the posts; what adds up to nothing has no row."""
    codes, groups = ScopeCodes(), Groups(horizon=9)
    platforms = [0, *codes.of_platforms(["x", "tiktok"]).tolist()]
    made = [_post(()), _post(("skin",)), _post(("skin", "hair"))]
    numbers = groups.of_posts(made).tolist()
    memory = Table(MEMORY_FIELDS, horizon=9, capacity=99)
    figures = PostFigures(codes, groups, memory, horizon=9, capacity=99)
    columns = [(h * 3600.0, numbers[g], f, platforms[p], a, n) for h, g, f, p, a, n in facts]
    figures.add(np.full(len(facts), 5), np.array(columns, FACT))
    told = rows.decode(figures.told(5, 1)[0])
    sums, voices = Counter[tuple[str, int, str]](), Counter[tuple[str, int, int]]()
    for hour, group, followers, platform, author, posts in facts:
        communities = [f"community:{name}" for name in made[group].communities]
        for scope in ("all", *([("platform:x", "platform:tiktok")[platform - 1]] if platform else []), *communities):
            sums[scope, hour, "posts"] += posts
            sums[scope, hour, "followers"] += posts * followers
            voices[scope, hour, author] += posts
    scope, name = np.frombuffer(told.scope, "<u4").tolist(), np.frombuffer(told.name, "<u2").tolist()
    hours, amounts = np.frombuffer(told.hour, "<i4").tolist(), np.frombuffer(told.amount, "<i8").tolist()
    found = zip(scope, hours, name, amounts, strict=True)
    assert {(told.scopes[s], h, SUMS[n]): a for s, h, n, a in found} == {k: v for k, v in sums.items() if v}
    assert {
        (told.scopes[one.scope], one.hour, author): posts
        for one in told.voices
        for author, posts in zip(
            np.frombuffer(one.authors, "<u4").tolist(), np.frombuffer(one.posts, "<i4").tolist(), strict=True
        )
    } == dict(voices)


def _post(communities: tuple[str, ...]) -> Post:
    return Post("p", "c", "x", communities=communities)
