"""Signs that are unusual only together: the River model."""

import msgspec
import numpy as np
import pytest

from detectors.anomalies import models
from detectors.integrity.mix import LEAST_GROUPS, UnusualMix

BOTH = {"newcomers": 2.0, "synchrony": 2.0}


def learned(groups: int = 1500) -> UnusualMix:
    """A stream where either sign is strong now and then, but never both."""
    rng, mix = np.random.default_rng(3), UnusualMix()
    for i in range(groups):
        weak, strong = rng.exponential(0.3, 2), 1.5 + rng.exponential(0.7)
        mix.learn({"newcomers": strong if i % 4 == 0 else weak[0], "synchrony": strong if i % 4 == 2 else weak[1]})
    return mix


def test_strong_together_is_stranger_than_strong_alone() -> None:
    """What the model adds to signs looked at one by one."""
    mix = learned()
    both, one = mix.chance(BOTH), mix.chance({"newcomers": 2.0, "synchrony": 0.2})
    assert both is not None
    assert one is not None
    assert both < 0.01
    assert one > 0.1


def test_it_says_nothing_before_it_has_learned() -> None:
    """Not knowing yet is None."""
    mix = UnusualMix()
    assert mix.chance(BOTH) is None
    for _ in range(LEAST_GROUPS - 1):
        mix.learn({"newcomers": 0.3, "synchrony": 0.3})
    assert mix.score(BOTH) is None
    mix.learn({"newcomers": 0.3, "synchrony": 0.3})
    assert mix.score(BOTH) is not None


@pytest.mark.parametrize("groups", [0, 100, 700])
def test_it_goes_on_from_a_snapshot(groups: int) -> None:
    """As if nothing had happened."""
    whole, cut = learned(groups), UnusualMix()
    cut.restore(whole.snapshot())
    assert cut.snapshot() == whole.snapshot()
    for mix in (whole, cut):
        for i in range(300):
            mix.learn({"newcomers": i % 7 / 5, "synchrony": i % 3 / 5})
    assert (cut.chance(BOTH), cut.score(BOTH)) == (whole.chance(BOTH), whole.score(BOTH))


@pytest.mark.parametrize("library", sorted(models.VERSIONS))
def test_a_model_of_another_version_starts_cold(library: str) -> None:
    """It looks inside of River, so it says why and learns again."""
    state, mix = learned(300).snapshot(), UnusualMix()
    mix.restore(msgspec.structs.replace(state, versions=state.versions | {library: "0.0"}))
    assert mix.cold == f"{library} 0.0 -> {models.VERSIONS[library]}"
    assert mix.score(BOTH) is None
    mix.learn(BOTH)
    assert mix.cold is None
