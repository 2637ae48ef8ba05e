"""The episodes that are open, and what each tick does to them. Judges no figure itself."""

from collections.abc import Collection, Iterable, Mapping

from detectors.anomalies.anomaly import Anomaly, Outcome
from detectors.anomalies.episode import Episode, EpisodeState
from detectors.anomalies.findings import Group
from detectors.anomalies.series import Series
from detectors.anomalies.silence import Silence
from detectors.anomalies.verdict import Verdict


class Ledger:
    """Opens, continues and closes episodes: a thing that happens is told once.

    Args:
        bucket_s: width of a bucket in seconds.
        calm_buckets: ordinary buckets in a row that end an episode.
    """

    def __init__(self, *, bucket_s: float, calm_buckets: int) -> None:
        self._bucket_s = bucket_s
        self._calm_buckets = calm_buckets
        self._open: list[Episode] = []

    def silences(self, silences: Mapping[str, Silence], end_at: float) -> list[Anomaly]:
        """News of platforms that have fallen silent."""
        news = []
        for scope, silence in sorted(silences.items()):
            if silence.certain:
                known = [e for e in self._open if e.direction == "silence" and e.lead.scope == scope]
                for episode in known:
                    episode.go_on(None, silence.series, end_at)
                if not known:
                    episode = Episode(
                        direction="silence", series=silence.series, opened_at=end_at, bucket_s=self._bucket_s
                    )
                    self._open.append(episode)
                    news.append(episode.fire(silence.verdict))
        return news

    def groups(self, groups: Iterable[Group], end_at: float, threshold: float) -> list[Anomaly]:
        """News of odd figures: of a new episode from `threshold` on, of an open one when it got much worse."""
        news = []
        for group in groups:
            findings = {f.series: f.verdict for f in (*group.own, *group.elsewhere)}
            episode = next((e for e in self._open if _continues(e, group)), None)
            if episode is not None:
                worse = episode.go_on(findings.get(episode.lead), tuple(findings), end_at)
                news += [] if worse is None else [worse]
            elif group.surprise >= threshold:
                episode = Episode(
                    direction=group.direction, series=tuple(findings), opened_at=end_at, bucket_s=self._bucket_s
                )
                self._open.append(episode)
                news.append(episode.fire(group.own[0].verdict))
        return news

    def settle(self, series: Collection[Series]) -> None:
        """These figures have taken a new level: if their episode ends now, that is how."""
        for episode in self._open:
            episode.settled = episode.settled or episode.lead in series

    def close(
        self, verdicts: Mapping[Series, Verdict], frozen: Collection[Series], end_at: float, *, gap: bool = False
    ) -> list[Anomaly]:
        """News of episodes that are over: calm for long enough, or all of them because of a gap.

        Args:
            verdicts: the last one on the leading series of every episode.
            frozen: series about which nothing is known just now, because a platform is silent.
        """
        news = []
        for episode in list(self._open):
            if episode.direction != "silence" and episode.lead in frozen:
                episode.seen_at += self._bucket_s
            calm = end_at - episode.seen_at >= self._calm_buckets * self._bucket_s
            if gap or calm:
                self._open.remove(episode)
                outcome: Outcome = "gap" if gap else "new_level" if episode.settled else "recovered"
                news.append(episode.resolve(verdicts[episode.lead], end_at, outcome))
        return news

    def snapshot(self) -> tuple[EpisodeState, ...]:
        """What is open."""
        return tuple(episode.snapshot() for episode in self._open)

    def restore(self, states: Iterable[EpisodeState]) -> None:
        """Go on from a snapshot."""
        self._open = [Episode.restored(state, self._bucket_s) for state in states]

    @property
    def silent(self) -> set[str]:
        """Scopes of the platforms whose silence is told."""
        return {episode.lead.scope for episode in self._open if episode.direction == "silence"}

    @property
    def series(self) -> set[Series]:
        """All series of what is open."""
        return {series for episode in self._open for series in episode.series}

    def leads(self) -> set[Series]:
        """The leading series of what is open."""
        return {episode.lead for episode in self._open}


def _continues(episode: Episode, group: Group) -> bool:
    """Whether the group is news of the episode: same direction, and its scope is in it, or the other way round."""
    if episode.direction != group.direction:
        return False
    return episode.covers(group.scope) or any(f.series.scope == episode.lead.scope for f in group.elsewhere)
