"""The truth of one chaos stream, ready to be asked: by subject, series and tick."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from detectors.subjects.kinds import Kind, phrase_keys, subject_key
from tests.chaos.acts import Acts
from tests.chaos.bursts import must_name
from tests.chaos.stream import Sent
from tests.chaos.subjects import Subject
from tests.chaos.truth import Measured, Posts


def key_of(subject: Subject) -> int:
    """The product's number of a subject. It is no more than a name: ticks tell subjects by it."""
    kind, form = subject
    if kind != "phrase":
        named: Kind = kind  # type: ignore[assignment]  # the truth's kinds are plain strings
        return subject_key(named, form)
    left, right = (np.array([subject_key("word", word)], np.uint64) for word in form.split())
    return int(phrase_keys(left, right)[0])


class Knowledge:
    """What is true of a stream.

    Args:
        sent: its records.
        ticks: the buckets that are asked about.
    """

    def __init__(self, sent: Iterable[Sent], ticks: range, partitions: int) -> None:
        logs: dict[str, defaultdict[int, list[dict[str, Any]]]] = {
            "posts": defaultdict(list),
            "engagements": defaultdict(list),
        }
        self.records = 0
        for record in sent:
            logs[record.topic][record.partition].append(json.loads(record.value))
            self.records += 1
        self.ticks = ticks
        self.partitions = partitions
        self._posts = Posts(logs["posts"])
        self._acts = Acts(logs["engagements"], self._posts)
        self._must_name = dict(must_name(self._posts, ticks))
        self._subjects = {key_of(subject): subject for subject in self._posts.subjects()}
        self._series: dict[int, Counter[str]] = {}
        self._people: dict[int, int] = {}

    @property
    def fates(self) -> dict[str, Counter[str]]:
        """What becomes of the records, by topic."""
        return {"posts": self._posts.fate, "engagements": self._acts.fate}

    @property
    def size(self) -> int:
        """Subjects of the stream."""
        return len(self._subjects)

    def subject(self, key: int) -> Subject | None:
        """The subject with this number, if the stream has it."""
        return self._subjects.get(key)

    def measured(self, subject: Subject, tick: int) -> Measured:
        """Voices and posts of a subject in the window that ends with a tick."""
        return self._posts.measured(subject, tick)

    def measured_long(self, subject: Subject, tick: int) -> Measured:
        """The same in the long window."""
        return self._posts.measured_long(subject, tick)

    def must_name(self, tick: int) -> set[Subject]:
        """Subjects that a tick must name."""
        return self._must_name[tick].any

    def must_name_long(self, tick: int) -> set[Subject]:
        """Those of which it must tell the long window."""
        return self._must_name[tick].long

    def series(self, tick: int) -> Counter[str]:
        """What a tick adds to every series."""
        if tick not in self._series:
            self._series[tick] = self._posts.series(tick) + self._acts.series(tick)
        return self._series[tick]

    def people(self, tick: int) -> int:
        """People of the window that ends with a tick."""
        if tick not in self._people:
            self._people[tick] = self._posts.people(tick)
        return self._people[tick]
