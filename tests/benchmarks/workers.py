"""Two workers against one: the same group, the same records, every partition shared out.

On a machine with fewer cores than workers and broker, the wall clock says little: what counts is how evenly the work
parts, and what it costs in all. Both are told.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks import fleet
from tests.benchmarks.measure import Sample
from tests.benchmarks.path import Stream, catch_up, filled, one_round


def table(servers: str, folder: Path, stream: Stream, rounds: int) -> Iterator[str]:
    """Measure one worker, then two; the table, line by line as it comes."""
    scene = filled(servers, "posts", "workers-posts", stream)
    yield "| workers | us per record, each worker | all | if each had a core of its own | records/s here |"
    yield "|---|--:|--:|--:|--:|"
    alone = 0.0
    for count in (1, 2):
        group = f"workers-{count}"
        homes = [folder / f"{group}-{number}" for number in range(count)]
        with fleet.workers(scene, homes, group, stream.variables(words=True)) as workers:
            catch_up(workers, scene)
            measured = [one_round(workers, scene, stream) for _ in range(rounds)]
        middle = sorted(measured, key=_busiest)[len(measured) // 2]
        alone = alone or _busiest(middle)
        yield _row(count, middle, alone)


def _busiest(samples: Sequence[Sample]) -> float:
    return max(sample.us_per_record for sample in samples)


def _row(count: int, samples: Sequence[Sample], alone: float) -> str:
    costs = sorted((sample.us_per_record for sample in samples), reverse=True)
    each = ", ".join(f"{cost:.1f}" for cost in costs)
    speed = min(sample.records_per_s for sample in samples)
    return f"| {count} | {each} | {sum(costs):.1f} | {alone / costs[0]:.2f} x | {speed:,.0f} |"
