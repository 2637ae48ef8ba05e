"""Snapshots as they are written: what is sent, what is deleted, and what two writers do to each other."""

from itertools import count

import pytest

from streams.errors import StateError
from streams.state.choice import Committed, Loaded
from streams.state.manifest import is_manifest
from tests.streams.state.logs import Log

STATE = {"head": b"h", "past": b"p" * 1000}


def loaded_from(log: Log) -> Loaded:
    loaded = log.chosen()
    assert loaded is not None
    return loaded


async def test_the_manifest_comes_last() -> None:
    """A snapshot that is cut short is none; the sender waits for the blocks before it is given the manifest."""
    log = Log()
    await log.keeper("a").save(STATE, {"runs": 5})
    assert [is_manifest(m.key or b"") for m in log.sent] == [False, False, True]


async def test_a_snapshot_comes_back() -> None:
    """With its positions and what it was taken with."""
    log = Log()
    await log.keeper("a").save(STATE, {"runs": 5})
    loaded = loaded_from(log)
    assert loaded.parts == STATE
    assert (loaded.manifest.positions, loaded.manifest.partitions, loaded.size) == ({"runs": 5}, 4, 1001)


async def test_what_did_not_change_is_not_sent_again() -> None:
    """Only the changed part and the manifest."""
    log = Log()
    keeper = log.keeper("a")
    await keeper.save(STATE, {"runs": 5})
    log.sent.clear()
    await keeper.save(STATE | {"head": b"i"}, {"runs": 6})
    assert len(log.sent) == 2
    assert loaded_from(log).parts == STATE | {"head": b"i"}


async def test_the_log_does_not_grow() -> None:
    """However many snapshots: after each, the blocks of two of them and one manifest."""
    log = Log()
    keeper = log.keeper("a")
    for n in range(20):
        await keeper.save({"head": b"%d" % n, "past": b"p"}, {"runs": n})
        assert len(log.records) <= 4
    assert loaded_from(log).parts == {"head": b"19", "past": b"p"}


async def test_a_part_that_is_gone_is_forgotten() -> None:
    """A closed trend leaves nothing behind."""
    log = Log()
    keeper = log.keeper("a")
    for n, parts in enumerate([STATE, {"head": b"i"}, {"head": b"j"}]):
        await keeper.save(parts, {"runs": n})
    assert loaded_from(log).parts == {"head": b"j"}
    assert len(log.records) == 3


async def test_at_every_moment_a_whole_one_is_there() -> None:
    """After each single record, as a worker may die there: the one before or the new one, with parts to match."""
    log, states = Log(), [{"head": b"%d" % n, "past": b"%d" % (n // 2)} for n in range(6)]
    first = log.keeper("a")
    for n, parts in enumerate(states[:3]):
        await first.save(parts, {"runs": n})
    second = log.keeper("b", loaded_from(log))
    for n, parts in enumerate(states[3:], 3):
        await second.save(parts, {"runs": n})

    seen = Log()
    reached = -1
    for message in log.sent:
        await seen.send([message])
        if any(map(is_manifest, seen.records)):
            loaded = loaded_from(seen)
            assert loaded.parts == states[loaded.manifest.progress]
            assert loaded.manifest.progress >= reached
            reached = loaded.manifest.progress
    assert reached == 5


async def test_a_zombie_destroys_nothing() -> None:
    """It goes on for many snapshots after its successor was opened: both are whole, the one ahead is used."""
    log = Log()
    zombie = log.keeper("a")
    await zombie.save({"head": b"0"}, {"runs": 0})
    owner = log.keeper("b", loaded_from(log))
    steps = count(1)
    for n in [next(steps) for _ in range(5)]:
        await zombie.save({"head": b"%d" % n}, {"runs": n})
        await owner.save({"head": b"%d" % (n + 10)}, {"runs": n + 10})
        assert loaded_from(log).parts == {"head": b"%d" % (n + 10)}
    await zombie.save({"head": b"99"}, {"runs": 99})
    assert loaded_from(log).parts == {"head": b"99"}


async def test_the_successor_of_both_cleans_up() -> None:
    """Whoever opens the partition next deletes what either has left, at its second snapshot."""
    log = Log()
    for writer in "ab":
        await log.keeper(writer).save(STATE, {"runs": 1})
    third = log.keeper("c", loaded_from(log))
    await third.save(STATE, {"runs": 2})
    assert {key[:1] for key in log.records} == {b"a", b"b", b"c"}
    await third.save(STATE, {"runs": 3})
    assert {key[:1] for key in log.records} == {b"c"}


async def test_a_zombie_that_is_behind_in_one_topic_is_passed_over() -> None:
    """It read more of one input than its successor, but less of the other than is committed."""
    log = Log()
    await log.keeper("zombie").save({"head": b"z"}, {"posts": 60, "engagements": 100})
    await log.keeper("owner").save({"head": b"o"}, {"posts": 100, "engagements": 50})
    loaded = log.chosen(posts=Committed(90, 150), engagements=40)
    assert loaded is not None
    assert loaded.parts == {"head": b"o"}


async def test_too_many_parts_are_refused() -> None:
    """A manifest is one record."""
    with pytest.raises(StateError, match=r"^state-0: a manifest of \d+ bytes, at most 900000"):
        await Log().keeper("a").save({f"part {n}": b"x" for n in range(30_000)}, {"runs": 1})
