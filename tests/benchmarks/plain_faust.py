"""A plain Faust agent that counts hashtags in a dict, as its users write it. `__main__.py` runs it.

It does less than our worker: no distinct creators, no time, no figures, no state that a restart would need.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterable

import faust
import msgspec

from tests.benchmarks.measure import Process

TOPIC, SERVERS, GROUP = (os.environ[f"PLAIN_{name}"] for name in ("TOPIC", "SERVERS", "GROUP"))
SKIPPED, UNTIL = int(os.environ["PLAIN_SKIPPED"]), int(os.environ["PLAIN_UNTIL"])


class Post(msgspec.Struct):
    """What it needs of a post."""

    hashtags: list[str] = []


app = faust.App(
    GROUP,
    broker=f"kafka://{SERVERS}",
    value_serializer="raw",
    consumer_auto_offset_reset="earliest",
    topic_disable_leader=True,
    web_enabled=False,
)
decode = msgspec.json.Decoder(Post).decode
counts: Counter[str] = Counter()


@app.agent(app.topic(TOPIC))
async def count(values: AsyncIterable[bytes]) -> None:
    """Count the hashtags of each post; say what it took."""
    me = Process(os.getpid())
    read = 0
    async for value in values:
        if read == SKIPPED:
            first = me.now()
        counts.update(decode(value).hashtags)
        read += 1
        if read == UNTIL:
            sample = me.sample(first, me.now(), UNTIL - SKIPPED)
            print(json.dumps(sample), file=sys.__stdout__, flush=True)  # Faust makes a log of the other one


if __name__ == "__main__":
    app.main()
