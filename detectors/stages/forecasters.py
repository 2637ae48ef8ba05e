"""All that forecasts: what it has learned can be taken out, for another worker to begin with."""

from collections.abc import Mapping
from typing import NamedTuple

from detectors.outlook.outlook import Outlook
from detectors.performance.outlook import PostOutlook
from detectors.stages.decide import DecideStage
from detectors.stages.saved import named, under


class Forecasters(NamedTuple):
    """How trends go on, and what posts that stand out will have drawn."""

    trends: Outlook
    posts: PostOutlook

    @classmethod
    def of(cls, stage: DecideStage) -> "Forecasters":
        """Those of a stage, not copies."""
        return cls(stage.outlook, stage.standouts.outlook)

    def learned(self) -> dict[str, bytes]:
        """What they know, in parts, without any trend, post or question."""
        return named("trends", self.trends.learned()) | named("posts", self.posts.learned())

    def begin_with(self, parts: Mapping[str, bytes]) -> None:
        """Know what others have `learned`, of the same window and bucket."""
        self.trends.begin_with(under(parts, "trends"))
        self.posts.begin_with(under(parts, "posts"))
