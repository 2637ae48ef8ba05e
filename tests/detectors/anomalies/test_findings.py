from detectors.anomalies.findings import Finding, Group, grouped
from detectors.anomalies.series import Series
from detectors.anomalies.verdict import Verdict


def verdict(observed: float, expected: float, surprise: float = 5.0, span: int = 1) -> Verdict:
    return Verdict(surprise, observed, expected, (0.0, 1.0), span)


def groups(**verdicts: Verdict) -> list[Group]:
    """Keyword `likes__platform_tiktok` is the series likes|platform:tiktok; surprising ones are findings."""
    named = {}
    for name, each in verdicts.items():
        measure, _, scope = name.partition("__")
        named[Series(measure, scope.replace("_", ":", 1))] = each
    return grouped([Finding(series, v) for series, v in named.items() if v.surprise >= 2], named)


def scopes(found: list[Group]) -> list[tuple[str, list[str]]]:
    return [(group.scope, sorted(str(f.series) for f in group.elsewhere)) for group in found]


def test_what_a_platform_holds_joins_it() -> None:
    """`all` misses what tiktok misses."""
    found = groups(likes__platform_tiktok=verdict(10, 100), likes__all=verdict(110, 200, surprise=9))
    assert scopes(found) == [("platform:tiktok", ["likes|all"])]
    assert found[0].surprise == 9


def test_sums_of_different_length_are_compared_a_bucket() -> None:
    """The hour of `all` against one bucket of the platform."""
    found = groups(likes__platform_tiktok=verdict(10, 100), likes__all=verdict(1300, 2400, span=12))
    assert scopes(found) == [("platform:tiktok", ["likes|all"])]


def test_what_a_platform_does_not_hold_stands_alone() -> None:
    """`all` misses far more than tiktok does."""
    found = groups(likes__platform_tiktok=verdict(10, 20), likes__all=verdict(100, 400))
    assert [scope for scope, _ in scopes(found)] == ["platform:tiktok", "all"]


def test_two_platforms_together_explain_the_whole() -> None:
    """Neither half does alone; the whole joins the one that misses more."""
    found = groups(
        likes__platform_a=verdict(40, 100), likes__platform_b=verdict(30, 100), likes__all=verdict(150, 400, surprise=8)
    )
    assert scopes(found) == [("platform:b", ["likes|all"]), ("platform:a", [])]


def test_a_rise_does_not_explain_a_fall() -> None:
    """Directions stay apart, also within a scope."""
    found = groups(likes__platform_tiktok=verdict(100, 10), comments__platform_tiktok=verdict(1, 50))
    assert sorted(group.direction for group in found) == ["fall", "rise"]


def test_another_measure_explains_nothing() -> None:
    """Orders fall everywhere, tiktok has lost its likes only."""
    found = groups(
        likes__platform_tiktok=verdict(10, 100), orders__all=verdict(1, 50), orders__platform_tiktok=verdict(9, 10, 0.1)
    )
    assert [scope for scope, _ in scopes(found)] == ["platform:tiktok", "all"]


def test_the_most_surprising_measure_leads() -> None:
    """Of one scope."""
    found = groups(likes__platform_x=verdict(10, 100, 4), comments__platform_x=verdict(1, 50, 7))
    assert str(found[0].series[0]) == "comments|platform:x"


def test_a_format_joins_a_platform_and_all_joins_the_first() -> None:
    """Platform before format before all."""
    found = groups(
        likes__platform_x=verdict(10, 100), likes__format_haul=verdict(30, 100), likes__all=verdict(300, 390)
    )
    assert scopes(found) == [("platform:x", ["likes|all", "likes|format:haul"])]
