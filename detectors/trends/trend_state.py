"""An open trend as a snapshot keeps it: plain numbers. A persisted format, that only gains fields with a default."""

import msgspec

from detectors.counts.segment_table import ALL
from detectors.counts.ticks import Candidate, PostRef
from detectors.model.alerts import Action, Novelty, Severity
from detectors.model.posts import Post
from detectors.trends.lifecycle import Life, Moment


class PostState(msgspec.Struct, frozen=True, array_like=True):
    """A post that was read; as JSON, for it keeps the zones in which the post's times are written."""

    ref: PostRef
    post: bytes


class TrendState(msgspec.Struct, frozen=True, kw_only=True):
    """All that a trend remembers, its posts aside; `post_ids` is u8[n], in the order in which they came."""

    trend_id: str
    first_bucket: int
    last_bucket: int
    joined_bucket: int
    leader: int
    subjects: tuple[Candidate, ...]
    post_ids: bytes
    words: dict[int, int]
    dropped: int
    missing: int
    history: tuple[Moment, ...]
    peak: Moment | None
    revision: int
    notified_bucket: int
    notified_observed: float
    notified_severity: Severity
    life: Life
    severity: Severity
    notified_action: Action | None
    notified_occurrence: int
    held: int
    held_limit: float
    fading: int
    novelty: Novelty | None
    scope: str = ALL
    first_scope: str = ALL
    notified_scope: str = ALL


read_state = msgspec.msgpack.Decoder(TrendState).decode
read_posts = msgspec.msgpack.Decoder(tuple[PostState, ...]).decode
read_post = msgspec.json.Decoder(Post).decode
