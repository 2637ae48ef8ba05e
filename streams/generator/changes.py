"""Second thoughts: a post that is edited or taken down after a while."""

from collections.abc import Iterator
from random import Random

from streams.clock import rfc3339
from streams.generator.lexicon import lexicon
from streams.generator.posts import Draft, Record

UPDATES = 0.01
UPDATE_AFTER_S = 600.0
DELETE_AFTER_S = 2_400.0


def changes(rng: Random, draft: Draft) -> Iterator[tuple[float, Record]]:
    """The later records about a post, as (when it is sent in epoch seconds, record): mostly none.

    An update keeps the post's own `created_at`, as the contract asks: its time stays.
    """
    if rng.random() < UPDATES:
        text = f"{draft.record['text']} ({lexicon(draft.creator.language).edits.pick(rng)})"
        yield _after(rng, draft, UPDATE_AFTER_S), {**draft.record, "action": "update", "text": text}
    if rng.random() < draft.deletions:
        at = _after(rng, draft, DELETE_AFTER_S)
        named = {field: draft.record[field] for field in ("post_id", "creator_id", "platform")}
        yield at, {**named, "action": "delete", "deleted_at": rfc3339(at)}


def _after(rng: Random, draft: Draft, mean_s: float) -> float:
    return round(draft.at + 1.0 + rng.expovariate(1.0 / mean_s), 3)
