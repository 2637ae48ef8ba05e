"""A live stream at an even pace, as a process of its own: posts of now, a few engagements, and tags that burst.

    python -m tests.benchmarks.load SERVERS POSTS_TOPIC ENGAGEMENTS_TOPIC PARTITIONS POSTS_PER_SECOND SECONDS

It prints how far behind its pace it ended, in seconds: if that is much, it was the limit, not the worker.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from itertools import count
from random import Random

from aiokafka import AIOKafkaProducer

from streams import clock
from tests.benchmarks.bulk import PRODUCER, send_part
from tests.benchmarks.records import CREATORS, Engagements, Posts, Record

STEP_S = 0.05
"""Between two sendings, seconds."""

BURSTS, BURST_POSTS = 5, 40
"""Tags that are new in each minute; posts that name each of them, by as many people."""

ENGAGEMENTS_PER_STEP = 8
READY_MADE = 20_000
"""Posts whose rest was made before: making one costs more than reading it."""


class Live:
    """Posts as fast as they can be made: what follows the time comes again after a while, all else is new."""

    def __init__(self) -> None:
        made = Posts()
        values = (made.make(0.0).value for _ in range(READY_MADE))
        self._rests = [value[value.index(b',"text"') :] for value in values]
        self._rng = Random(3)
        self._made = int(clock.now() * 1000)  # ids go on from phase to phase

    def posts(self, number: int) -> Iterator[Record]:
        """So many posts of now."""
        at = clock.rfc3339(clock.now()).encode()
        for _ in range(number):
            yield self._post(at, self._rests[self._made % READY_MADE])

    def bursts(self) -> Iterator[Record]:
        """A post of one of the tags of this minute, now and then."""
        if self._rng.random() < BURSTS * BURST_POSTS * STEP_S / 60:
            tag = b"burst%dx%d" % (clock.now() // 60, self._rng.randrange(BURSTS))
            at = clock.rfc3339(clock.now()).encode()
            yield self._post(at, b',"text":"#%s","hashtags":["%s"]}' % (tag, tag))

    def _post(self, at: bytes, rest: bytes) -> Record:
        self._made += 1
        creator = b"creator-%d" % (self._made * 7_919_777 % CREATORS)
        head = b'{"post_id":"live%d","creator_id":"%s","platform":"x","created_at":"%s"' % (self._made, creator, at)
        return Record(creator, head + rest)


async def play(servers: str, topics: tuple[str, str], partitions: int, rate: float, seconds: float) -> float:
    """Send so many posts a second -> how far behind it is at the end, seconds."""
    live, acts = Live(), Engagements(clock.now())
    producer = AIOKafkaProducer(bootstrap_servers=servers, **PRODUCER)
    await producer.start()
    began, sent = time.monotonic(), 0
    for step in count(1):
        due = int(step * STEP_S * rate)
        posts = [*live.posts(due - sent), *live.bursts()]
        sent = due
        age_s = time.monotonic() - began
        own = [acts.make(age_s, max(1, sent)) for _ in range(ENGAGEMENTS_PER_STEP)]
        await asyncio.gather(
            *(send_part(producer, topics[0], n, posts[n::partitions]) for n in range(partitions)),
            *(send_part(producer, topics[1], n, own[n::partitions]) for n in range(partitions)),
        )
        if step * STEP_S >= seconds:
            break
        await asyncio.sleep(max(0.0, began + step * STEP_S - time.monotonic()))
    await producer.stop()
    return time.monotonic() - began - seconds


if __name__ == "__main__":
    where, to_posts, to_engagements, parts, pace, length = sys.argv[1:]
    print(asyncio.run(play(where, (to_posts, to_engagements), int(parts), float(pace), float(length))), flush=True)
