"""Made-up weeks: where nobody is odd next to nothing is told, and who buys attention is."""

import numpy as np
import pytest

from tests.detectors.creators.world import Day, ordinary, played

DAYS, CREATORS = 14, 200
SHARE = 0.2
"""Ten times more false alerts than a user would choose, so that two weeks of them can be counted."""

BUYERS = range(3)


def bought(stream: list[Day], look: str) -> list[Day]:
    """Three creators buy on the last day but one: followers, likes, or comments of the same few."""
    day = stream[-2]
    for one in BUYERS:
        if look == "follower_jump":
            for later in stream[-2:]:
                later.followers[one] += 20 * (later.followers[one] - stream[0].followers[one]) + 5000
        elif look == "few_comments":
            day.drawn[one, 0] += 20_000
        else:
            day.named[one], day.repeats[one] = 1000, 990
        day.posts[one] = stream[-3].posts[one] = 1
    return stream


@pytest.mark.parametrize("spread", [0.3, 0.8])
def test_calm_days_bring_few_alerts(spread: float) -> None:
    """At most q / (1 - q) a day, on average."""
    alerts, compared = played(
        ordinary(np.random.default_rng(21), days=DAYS, creators=CREATORS, spread=spread), false_share=SHARE
    )
    most = SHARE / (1 - SHARE) * (DAYS + 1)
    assert compared > 5000
    assert len(alerts) <= most + 3 * most**0.5


@pytest.mark.parametrize("look", ["follower_jump", "few_comments", "repeated_commenters"])
def test_who_buys_attention_is_flagged(look: str) -> None:
    """All three; hardly anybody else."""
    stream = bought(ordinary(np.random.default_rng(22), days=DAYS, creators=CREATORS, spread=0.5), look)
    alerts, _ = played(stream, false_share=0.05)
    flagged = {alert.scope for alert in alerts if alert.integrity.flags == (look,)}
    assert flagged >= {f"creator:{one}" for one in BUYERS}
    others = [alert for alert in alerts if alert.integrity.flags not in ((look,), ())]
    assert len(others) <= 1
    assert len(flagged) <= len(BUYERS) + 1
