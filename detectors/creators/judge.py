"""DECIDE, creators whose day strays: which are told, once while it lasts. It sends nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from detectors.counts.ticks import PostRef
from detectors.creators import told as creators_format
from detectors.creators.alert import Told, alert_of
from detectors.creators.days import DAY_S, SETTLE_S, SPREAD_S
from detectors.creators.told import OddDay
from detectors.model.alerts import Alert
from detectors.performance import judged
from detectors.performance.judge import Texts
from detectors.performance.share import FalseShare
from detectors.performance.tails import TailBank

OVER_S = 2 * DAY_S + SETTLE_S + SPREAD_S
"""After the beginning of a day its creator's next one was compared, whoever it is, seconds."""

MOST_OPEN = 5000
"""Creators that are open at once; beyond, the first are closed before their time."""

Key = tuple[int, str, int]
"""Hash of a creator, platform, look."""


class Weighed(NamedTuple):
    """A day that is worth telling, and -log10 of the chance of it."""

    day: OddDay
    surprise: float

    @property
    def key(self) -> Key:
        """What it is news about."""
        return self.day.author, self.day.platform, self.day.look

    @property
    def refs(self) -> Iterator[PostRef]:
        """Where the posts stand that say whose day it is."""
        return (PostRef(self.day.source, offset, post_id, self.day.author) for offset, post_id in self.day.posts)


class CreatorJudge:
    """Tells of creators whose day was not as usual, and when that is over.

    Args:
        bucket_s: seconds. false_share: see FalseShare. config_digest: names the settings.
    """

    def __init__(self, *, bucket_s: float, false_share: float, config_digest: str) -> None:
        self._bucket_s, self._digest = bucket_s, config_digest
        self._tails = TailBank(bucket_s=bucket_s)
        self._share = FalseShare(false_share, bucket_s=bucket_s)
        self._open: dict[Key, Told] = {}
        self.tally: Counter[str] = Counter()
        """Alerts held back, by reason."""

    def weigh(self, bucket: int, told: Iterable[bytes], *, warm: bool) -> tuple[Weighed, ...]:
        """Take what all partitions say of a bucket; call it once a bucket, in order -> what is worth telling."""
        parts = [judged.decode(each).creators for each in told]
        said = [creators_format.decode(part) for part in parts if part]
        self._share.compared(bucket, sum(kind.posts for each in said for kind in each.kinds))
        found = self._worth_telling([day for each in said for day in each.odd])
        for each in said:
            self._tails.learn(each.kinds, bucket)
        if not warm:
            self.tally["warming_up"] += len(found)
            return ()
        return found

    def refs(self, found: Iterable[Weighed]) -> Iterator[PostRef]:
        """The posts that must be read to be told of creators."""
        yield from (ref for each in found if each.key not in self._open for ref in each.refs)

    def tell(self, bucket: int, found: Iterable[Weighed], texts: Texts, untrusted: Collection[str]) -> list[Alert]:
        """The news of a bucket.

        Args:
            texts: the posts of `refs`, None: gone.
            untrusted: scopes of platforms whose data are in doubt: their creators are held back, and counted.
        """
        alerts: list[Alert] = []
        for each in found:
            if f"platform:{each.day.platform}" in untrusted:
                self.tally["data_quality"] += 1
            elif (told := self._open.get(each.key)) is not None:
                told.last = max(told.last, each.day.day)  # it lasts: that is no news
            elif posts := [post for ref in each.refs if (post := texts.get((ref.source, ref.offset))) is not None]:
                missing, ids = len(each.day.posts) - len(posts), tuple(post.post_id for post in posts)
                told = Told(each.day, each.surprise, posts[0].creator_id, ids, missing, each.day.day)
                self._open[each.key] = told
                alerts.append(self._alert(told, bucket))
        self._share.told(len(alerts))
        now = (bucket + 1) * self._bucket_s
        over = [key for key, told in self._open.items() if told.last * DAY_S + OVER_S < now]
        crowd = list(self._open)[: max(0, len(self._open) - MOST_OPEN)]
        return alerts + [self._end(key, bucket) for key in dict.fromkeys([*over, *crowd])]

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        return {
            "tails": self._tails.snapshot(),
            "share": self._share.snapshot(),
            "open": msgspec.msgpack.encode(list(self._open.items())),
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._tails.restore(parts["tails"])
        self._share.restore(parts["share"])
        self._open = dict(msgspec.msgpack.decode(parts["open"], type=list[tuple[Key, Told]]))

    def _worth_telling(self, odd: Sequence[OddDay]) -> tuple[Weighed, ...]:
        """Those that pass, the most surprising first. What is open lasts as long as it stands out at all."""
        every = [Weighed(day, self._tails.surprise(day.kind, day.score)) for day in odd]
        every.sort(key=lambda w: (-w.surprise, w.key, w.day.day))
        new = [w.surprise for w in every if w.key not in self._open]
        bar = self._share.bar(self._share.passing(new))
        return tuple(w for w in every if w.surprise >= bar or w.key in self._open)

    def _end(self, key: Key, bucket: int) -> Alert:
        told = self._open.pop(key)
        told.revision += 1
        return self._alert(told, bucket)

    def _alert(self, told: Told, bucket: int) -> Alert:
        return alert_of(told, bucket, bucket_s=self._bucket_s, config_digest=self._digest)
