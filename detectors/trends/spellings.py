"""How the posts of a trend spell its subjects, counted as posts come and go: it is asked with every news of a trend."""

from collections import Counter
from collections.abc import Iterable

from detectors.subjects.names import Name


class Spellings:
    """Uses of each spelling of the subjects that were asked for.

    Nothing is counted, nor are the names of any post needed, before somebody asks. Cost: O(names) a post, O(spellings)
    a question; a subject that is asked for first costs a look at all posts.
    """

    def __init__(self) -> None:
        self._used: dict[int, Counter[Name]] = {}

    def come(self, names: Iterable[Name]) -> None:
        """A post with these names is one of the trend's."""
        for name in names:
            if name.key in self._used:
                self._used[name.key][name] += 1

    def go(self, names: Iterable[Name]) -> None:
        """It is no longer."""
        for name in names:
            if name.key in self._used:
                self._used[name.key] -= Counter([name])

    def told(self, keys: Iterable[int], posts: Iterable[Iterable[Name]]) -> dict[int, Name]:
        """Those of the subjects that are spelt, each in its most used spelling; of equals the first by its letters.

        Args:
            posts: the names of all posts that came and did not go.
        """
        keys = list(keys)
        new = {key: Counter[Name]() for key in keys if key not in self._used}
        if new:
            for names in posts:
                for name in names:
                    if name.key in new:
                        new[name.key][name] += 1
            self._used |= new
        return {key: min(used, key=lambda n: (-used[n], n.spelling)) for key in keys if (used := self._used[key])}
