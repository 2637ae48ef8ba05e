"""What DECIDE itself remembers in a snapshot, trends and models aside: plain numbers. A persisted format."""

import msgspec


class DecideState(msgspec.Struct, frozen=True):
    """What the stage itself remembers; `reached` is by COUNT partition."""

    reached: tuple[int, ...]
    decided: int
    first_bucket: int | None
    candidates: int
    tracked: int


read_state = msgspec.msgpack.Decoder(DecideState).decode
