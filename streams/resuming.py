"""Whether a stage that goes on from a snapshot is given all the records after it."""

from streams.chunks import Chunk
from streams.errors import StateError
from streams.state.choice import CUT_OVER


def must_reach(chunk: Chunk, needed: int) -> None:
    """Raise a StateError if the first chunk after a restore begins beyond the offset from which it is needed."""
    first = chunk.records[0].offset
    if first > needed:
        raise StateError(
            f"{chunk.tp.topic}-{chunk.tp.partition}: records from offset {needed} on are needed to go on from the"
            f" snapshot, the first that is left is {first}: they outlived their retention while no worker ran,"
            f" or somebody moved the group's offsets; move them back, {CUT_OVER}"
        )
