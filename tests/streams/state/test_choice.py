"""What a restart goes on from, and when it must not go on."""

import msgspec
import pytest

from streams.errors import StateError
from streams.state.choice import Committed
from streams.state.manifest import is_manifest
from tests.streams.state.logs import IDENTITY, Log


async def saved(**positions: int) -> Log:
    """A log with one snapshot."""
    log = Log()
    await log.keeper("a").save({"head": b"h", "past": b"p"}, positions or {"runs": 50})
    return log


def test_an_empty_topic_is_a_beginning() -> None:
    """Nothing was saved, and nothing committed that says otherwise."""
    assert Log().chosen() is None
    assert Log().chosen(runs=30) is None


def test_a_lost_topic_is_no_beginning() -> None:
    """A commit names a snapshot: from scratch would be silently wrong."""
    with pytest.raises(StateError, match=r"^state-0: holds no snapshot, but .*: .* deleted or cleared; .*cut over"):
        Log().chosen(runs=Committed(30, 50))


async def test_blocks_alone_are_a_beginning_only_if_nothing_was_committed() -> None:
    """A worker died in its first snapshot."""
    log = await saved()
    log.records = {key: value for key, value in log.records.items() if not is_manifest(key)}
    assert log.chosen() is None
    with pytest.raises(StateError, match="holds no snapshot"):
        log.chosen(runs=Committed(30, 50))


async def test_the_one_ahead_is_used() -> None:
    """Of several writers."""
    log = await saved()
    await log.keeper("b").save({"head": b"ahead"}, {"runs": 60})
    await log.keeper("c").save({"head": b"behind"}, {"runs": 40})
    loaded = log.chosen(runs=Committed(30, 60))
    assert loaded is not None
    assert loaded.parts == {"head": b"ahead"}


@pytest.mark.parametrize("damage", ["missing", "overwritten"])
async def test_one_that_is_not_whole_is_passed_over(damage: str) -> None:
    """If another one is."""
    log = await saved()
    await log.keeper("b").save({"head": b"ahead"}, {"runs": 60})
    if damage == "missing":
        del log.records[b"b/0"]
    else:
        log.records[b"b/0"] = log.records[b"a/0"]
    loaded = log.chosen()
    assert loaded is not None
    assert loaded.manifest.positions == {"runs": 50}


async def test_none_that_is_whole_is_an_error() -> None:
    """Never a beginning."""
    log = await saved()
    del log.records[b"a/1"]
    with pytest.raises(StateError, match=r"^state-0: blocks are missing or damaged in all of 1 snapshots: restore"):
        log.chosen()


async def test_a_topic_that_lost_its_end_is_an_error() -> None:
    """What is left is older than what allowed the commit."""
    log = await saved()
    with pytest.raises(StateError, match=r"reaches 50 records, but .* one that reached 70: .* has lost records"):
        log.chosen(runs=Committed(30, 70))


async def test_a_commit_beyond_it_is_an_error() -> None:
    """The records between would be lost."""
    log = await saved(posts=50, engagements=10)
    with pytest.raises(StateError, match="'engagements': 11} is committed: records between would be lost"):
        log.chosen(posts=50, engagements=11)
    assert log.chosen(posts=50, engagements=10) is not None


async def test_other_partitions_are_refused() -> None:
    """With both numbers, and what to do."""
    log = await saved()
    with pytest.raises(StateError, match=r"is of 4 partitions, topics.partitions is 8: set it back, or cut over"):
        log.chosen(msgspec.structs.replace(IDENTITY, partitions=8))


async def test_other_settings_that_shape_state_are_refused() -> None:
    """With both digests."""
    log = await saved()
    with pytest.raises(StateError, match=r"state_digest 0123456789abcdef, now ffff\): set them back, or cut over"):
        log.chosen(msgspec.structs.replace(IDENTITY, state_digest="ffff"))


async def test_other_settings_of_detection_are_no_hindrance() -> None:
    """They decide what is told, not what is remembered."""
    log = await saved()
    loaded = log.chosen(msgspec.structs.replace(IDENTITY, config_digest="ffff"))
    assert loaded is not None
    assert loaded.manifest.config_digest == IDENTITY.config_digest
