"""COUNT learns how much frequent words differ from hour to hour, and caps the shape of all by it."""

import itertools

import numpy as np

from detectors.counts.runs import Run
from detectors.counts.ticks import Tick, encode
from detectors.stages.count import CountStage
from tests.detectors.making import BUCKET_S, Said, count_settings, key_of, make_run, run_of_said

WORDS = [key_of(f"word{i}") for i in range(40)]
WINDOW = 2
WINDOWS = 24


def counting() -> CountStage:
    """The only COUNT partition of one source; all is told, warm after six windows."""
    sizes = {"window_s": WINDOW * BUCKET_S, "long_window_s": WINDOW * BUCKET_S, "warm_up_s": 6 * WINDOW * BUCKET_S}
    return CountStage(partition=0, partitions=1, settings=count_settings(half_life_s=86_400.0, **sizes))


def stream(mood: float) -> list[Run]:
    """Words of five voices a bucket, whose rates differ from window to window as a gamma of this shape."""
    rng = np.random.default_rng(1)
    runs: list[Run] = []
    numbers = itertools.count(1)
    for window in range(WINDOWS):
        rates = 5 * rng.gamma(mood, 1 / mood, len(WORDS))
        for bucket in range(10 + WINDOW * window, 10 + WINDOW * (window + 1)):
            rows = zip(WORDS, rng.poisson(rates).tolist(), strict=True)
            authors = [(key, next(numbers)) for key, voices in rows for _ in range(voices)]
            said = [Said(number, number, number, bucket, (key,)) for key, number in authors]
            runs += [run_of_said(said, bucket, partitions=1, voices=2000, new_voices=1000)]
            runs += [make_run(bucket, stream="engagements")]
    return runs


def ticks_of(stage: CountStage, runs: list[Run], start: int = 0) -> list[Tick]:
    """What it tells."""
    return [tick for offset, run in enumerate(runs, start) for tick in stage.step(run, offset)]


def cap_of(tick: Tick) -> float:
    """The greatest shape: all words have a past of more voices than the cap."""
    return max(candidate.shape for candidate in tick.candidates)


def test_moody_words_are_less_surprising() -> None:
    """Where rates differ as a gamma of shape three, the cap falls; where they do not, it is that of the settings."""
    moody, calm = (ticks_of(counting(), stream(mood)) for mood in (3.0, 1e3))
    assert cap_of(calm[-1]) == 20.0
    assert cap_of(moody[-1]) < 8
    assert cap_of(moody[6 * WINDOW]) == 20.0  # nothing is learned before it is warm


def test_a_restart_knows_the_moods() -> None:
    """It goes on with what was learned, and learns on: the same ticks."""
    runs = stream(3.0)
    cut = len(runs) - 8 * WINDOW
    whole, again = counting(), counting()
    ticks_of(whole, runs[:cut])
    again.restore(whole.snapshot())
    start = whole.needed_from or 0
    assert ticks_of(again, runs[start:cut], start) == []
    rest = ticks_of(whole, runs[cut:], cut)
    assert cap_of(rest[0]) < 20
    assert list(map(encode, ticks_of(again, runs[cut:], cut))) == list(map(encode, rest))
