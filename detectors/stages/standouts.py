"""DECIDE, what READ compared: posts and creators that stand out, each told by a judge of its own."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from detectors.counts.ticks import PostRef
from detectors.creators.judge import CreatorJudge
from detectors.creators.judge import Weighed as WeighedDay
from detectors.model.alerts import Alert
from detectors.performance.judge import PostJudge, Texts, Weighing
from detectors.performance.outlook import PostOutlook
from detectors.stages.saved import named, under


class Standing(NamedTuple):
    """What one bucket brings of posts and of creators."""

    posts: Weighing = Weighing()
    creators: tuple[WeighedDay, ...] = ()


class Standouts:
    """Both judges.

    Args:
        bucket_s: seconds. false_share: see FalseShare; each judge keeps it. config_digest: names the settings.
        forecast_answers: answers that must have been learned before a forecast of posts is told.
    """

    def __init__(self, *, bucket_s: float, false_share: float, forecast_answers: int, config_digest: str) -> None:
        self.outlook = PostOutlook(bucket_s=bucket_s, least=forecast_answers)
        self._posts = PostJudge(
            bucket_s=bucket_s, false_share=false_share, outlook=self.outlook, config_digest=config_digest
        )
        self._creators = CreatorJudge(bucket_s=bucket_s, false_share=false_share, config_digest=config_digest)

    def weigh(self, bucket: int, told: Sequence[bytes], *, warm: bool) -> Standing:
        """Take what all partitions say of a bucket; call it once a bucket, in order."""
        return Standing(self._posts.weigh(bucket, told, warm=warm), self._creators.weigh(bucket, told, warm=warm))

    def refs(self, standing: Standing) -> Iterator[PostRef]:
        """The posts that must be read to be told of."""
        yield from self._posts.refs(standing.posts)
        yield from self._creators.refs(standing.creators)

    def tell(self, bucket: int, standing: Standing, texts: Texts, untrusted: Collection[str]) -> list[Alert]:
        """The news of a bucket; see the judges."""
        alerts = self._posts.tell(bucket, standing.posts, texts, untrusted)
        return alerts + self._creators.tell(bucket, standing.creators, texts, untrusted)

    def take_tally(self) -> Counter[str]:
        """Alerts held back since it was asked last, by reason."""
        tally = self._posts.tally + self._creators.tally
        self._posts.tally.clear()
        self._creators.tally.clear()
        return tally

    def snapshot(self) -> dict[str, bytes]:
        """All that they remember."""
        return named("posts", self._posts.snapshot()) | named("creators", self._creators.snapshot())

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        self._posts.restore(under(parts, "posts"))
        self._creators.restore(under(parts, "creators"))
