"""Snapshots as the stages take them: when, and when not."""

import pytest

from streams.errors import StateError
from streams.saving import Saving
from tests.streams.shell import metrics
from tests.streams.state.logs import MemoryStore


async def test_what_was_saved_is_given_back() -> None:
    """To whoever opens the partition next; the note names it."""
    saving = Saving(MemoryStore(), 0.0, metrics())
    saver, parts = await saving.open("count", 0, ["runs"])
    assert (parts, saver.note(), saver.due()) == (None, "", True)
    await saver.save({"head": b"h"}, {"runs": 7})
    again, parts = await saving.open("count", 0, ["runs"])
    assert parts == {"head": b"h"}
    assert (again.positions, again.progress, again.note(1.5)) == (
        {"runs": 7},
        7,
        '{"watermark":1.5,"snapshot":7}',
    )


async def test_what_it_costs_is_measured() -> None:
    """Seconds and bytes; unknown before the first."""
    measured = metrics()
    saving = Saving(MemoryStore(), 3600.0, measured)
    saver, _ = await saving.open("count", 0, ["runs"])
    assert not saver.due()
    await saver.save({"head": b"h" * 100}, {"runs": 7})
    assert measured.snapshot_bytes._value.get() > 0
    assert measured.snapshot_seconds._value.get() >= 0


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
async def test_a_step_that_was_cut_short_is_not_saved(error: type[BaseException]) -> None:
    """No offset describes the state it leaves; what was saved before is untouched."""
    saving = Saving(MemoryStore(), 0.0, metrics())
    saver, _ = await saving.open("count", 0, ["runs"])
    with saver.step():
        await saver.save({"head": b"h"}, {"runs": 7})
    with pytest.raises(error), saver.step():
        raise error
    said = r"^count-0: neither read on nor saved: a step before did not come to its end"
    with pytest.raises(StateError, match=said):
        await saver.save({"head": b"i"}, {"runs": 8})
    with pytest.raises(StateError, match=said), saver.step():
        pass
    assert (await saving.open("count", 0, ["runs"]))[1] == {"head": b"h"}
