"""DECIDE, posts that stand out: which are told, once each, until a day after the last look. It sends nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from detectors.counts.ticks import PostRef
from detectors.model.alerts import Alert
from detectors.model.posts import Post
from detectors.performance import judged
from detectors.performance.alert import Told, alert_of
from detectors.performance.history import AGES_S
from detectors.performance.judged import Day, Judged, Standout
from detectors.performance.outlook import PostOutlook, judged_of
from detectors.performance.share import FalseShare
from detectors.performance.tails import TailBank
from detectors.stages.saved import named, under

OVER_S = 2 * AGES_S[-1]
"""Age at which a post is no longer observed, seconds: READ looks last at half of it, what comes late comes by then."""

MOST_OPEN = 5000
"""Posts that are open at once; beyond, the first are closed before their time."""

Texts = Mapping[tuple[int, int], Post | None]
Ending = Literal["resolved", "retracted"]
Happening = Literal["fired", "updated", "resolved", "retracted"]


class Weighed(NamedTuple):
    """A post that is worth telling, and -log10 of the chance of it."""

    post: Standout
    surprise: float

    @property
    def ref(self) -> PostRef:
        """Where it stands."""
        return PostRef(self.post.source, self.post.offset, self.post.post_id, self.post.author)


class Weighing(NamedTuple):
    """What one bucket brings.

    Attributes:
        found: posts worth telling, of all those that stand out (`sent`).
        gone: ids of posts that were told and are deleted.
        days: of posts that stood out before, what they had drawn after their day.
    """

    found: tuple[Weighed, ...] = ()
    gone: tuple[int, ...] = ()
    sent: tuple[Standout, ...] = ()
    days: tuple[Day, ...] = ()


class PostJudge:
    """Tells of posts that outperform.

    Args:
        bucket_s: seconds. false_share: see FalseShare. config_digest: names the settings.
        outlook: says what they will have drawn after a day.
    """

    def __init__(self, *, bucket_s: float, false_share: float, outlook: PostOutlook, config_digest: str) -> None:
        self._bucket_s, self._digest = bucket_s, config_digest
        self._tails = TailBank(bucket_s=bucket_s)
        self._share = FalseShare(false_share, bucket_s=bucket_s)
        self._outlook = outlook
        self._open: dict[int, Told] = {}
        self.tally: Counter[str] = Counter()
        """Alerts held back, by reason."""

    def weigh(self, bucket: int, told: Iterable[bytes], *, warm: bool) -> Weighing:
        """Take what all partitions say of a bucket; call it once a bucket, in order."""
        said = [judged.decode(each) for each in told]
        self._share.compared(bucket, sum(kind.posts for each in said for kind in each.kinds))
        found = self._worth_telling(said)
        for each in said:
            self._tails.learn(each.kinds, bucket)
        gone = tuple(post_id for each in said for post_id in each.gone if post_id in self._open)
        if not warm:
            self.tally["warming_up"] += len(found)
            found = ()
        sent = tuple(post for each in said for post in each.standouts)
        return Weighing(found, gone, sent, tuple(day for each in said for day in each.days))

    def refs(self, weighing: Weighing) -> Iterator[PostRef]:
        """The posts that must be read to be told of."""
        yield from (each.ref for each in weighing.found if each.post.post_id not in self._open)

    def tell(self, bucket: int, weighing: Weighing, texts: Texts, untrusted: Collection[str]) -> list[Alert]:
        """The news of a bucket.

        Args:
            texts: the posts of `refs`, None: gone.
            untrusted: scopes of platforms whose data are in doubt: their posts are held back, and counted.
        """
        self._learn(bucket, weighing.days)
        alerts = [self._end(post_id, bucket, "retracted") for post_id in weighing.gone]
        gone = set(weighing.gone)
        new, asked = 0, set[Standout]()
        for each in weighing.found:
            post = each.post
            if post.post_id in gone:
                continue
            if f"platform:{post.platform}" in untrusted:
                self.tally["data_quality"] += 1
            elif post.post_id in self._open:
                asked.add(post)
                alerts.append(self._again(each, bucket))
            elif (text := texts.get((post.source, post.offset))) is not None:
                new += 1
                asked.add(post)
                alerts.append(self._first(each, text, bucket))
        self._share.told(new)
        trusted = [post for post in weighing.sent if f"platform:{post.platform}" not in untrusted]
        self._outlook.ask_some(bucket, [post for post in trusted if post not in asked])
        over = [n for n, told in self._open.items() if self._age_s(told.post, bucket) >= OVER_S]
        crowd = list(self._open)[: max(0, len(self._open) - MOST_OPEN)]
        return alerts + [self._end(post_id, bucket, "resolved") for post_id in dict.fromkeys([*over, *crowd])]

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers."""
        return {
            "tails": self._tails.snapshot(),
            "share": self._share.snapshot(),
            "open": msgspec.msgpack.encode(list(self._open.values())),
            **named("outlook", self._outlook.snapshot()),
        }

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._tails.restore(parts["tails"])
        self._share.restore(parts["share"])
        self._open = {told.post.post_id: told for told in msgspec.msgpack.decode(parts["open"], type=list[Told])}
        self._outlook.restore(under(parts, "outlook"))

    def _learn(self, bucket: int, days: Sequence[Day]) -> None:
        """What came of those whose day is over is known before anything else is told of them."""
        for came in self._outlook.learn(bucket, days):
            if came.asked.told and (told := self._open.get(came.asked.post_id)) is not None:
                told.judged = (*told.judged, judged_of(came))

    def _worth_telling(self, said: Sequence[Judged]) -> tuple[Weighed, ...]:
        """Those that pass, the most surprising first; an open one needs no more than a new one."""
        every = [Weighed(p, self._tails.surprise(p.kind, p.score)) for each in said for p in each.standouts]
        every.sort(key=lambda w: (-w.surprise, w.post.post_id, w.post.age))
        latest = {w.post.post_id: w for w in sorted(every, key=lambda w: w.post.age)}
        every = [w for w in every if latest[w.post.post_id] is w]
        new = [w.surprise for w in every if w.post.post_id not in self._open]
        bar = self._share.bar(self._share.passing(new))
        return tuple(w for w in every if w.surprise >= bar)

    def _first(self, each: Weighed, text: Post, bucket: int) -> Alert:
        told = Told(each.post, each.surprise, text.post_id, text.creator_id)
        told.forecast = self._outlook.ask(bucket, each.post)
        self._open[each.post.post_id] = told
        return self._alert(told, "fired", bucket)

    def _again(self, each: Weighed, bucket: int) -> Alert:
        told = self._open[each.post.post_id]
        told.post, told.surprise, told.revision = each.post, each.surprise, told.revision + 1
        told.forecast = self._outlook.ask(bucket, each.post)
        return self._alert(told, "updated", bucket)

    def _end(self, post_id: int, bucket: int, action: Ending) -> Alert:
        told = self._open.pop(post_id)
        told.revision += 1
        return self._alert(told, action, bucket)

    def _alert(self, told: Told, action: Happening, bucket: int) -> Alert:
        return alert_of(told, action, bucket, bucket_s=self._bucket_s, config_digest=self._digest)

    def _age_s(self, post: Standout, bucket: int) -> float:
        return (bucket + 1 - post.made) * self._bucket_s
