"""Every window of a stream with the voices of its subjects, and the same subjects' voices in the windows before."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from detectors import pipeline
from detectors.counts.found import Found
from detectors.counts.order import Counts, once
from detectors.counts.runs import Columns, Run, columns_of
from detectors.counts.window import Window
from detectors.model.posts import Post
from detectors.stages.posts import PostChunk
from detectors.subjects.kinds import Keys

Floats = npt.NDArray[np.float64]

WEEK_H = 168
CHUNK = 200


class Moment(NamedTuple):
    """Subjects with news at the end of a bucket, and their past.

    Shapes: keys u8[n]; places intp[n], of these keys among those of `found`; observed f8[n], voices in the window;
    history f8[h, n], voices in earlier windows, one window apart, the latest last, h at most a week of hours; exposure,
    people in the window; exposures f8[h].
    """

    bucket: int
    keys: Keys
    places: npt.NDArray[np.intp]
    found: Found
    observed: Floats
    history: Floats
    exposure: float
    exposures: Floats


class _Past:
    """Voices of every subject in every window so far."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._windows: dict[int, tuple[Keys, Counts, float]] = {}

    def add(self, bucket: int, keys: Keys, voices: Counts, exposure: float) -> None:
        self._windows[bucket] = keys, voices, exposure
        self._windows.pop(bucket - self._apart * WEEK_H - 1, None)

    def before(self, bucket: int, keys: Keys) -> tuple[Floats, Floats]:
        """Shapes: u8[n] -> f8[h, n], f8[h]."""
        rows, exposures = [np.zeros((0, len(keys)))], []
        for ago in range(WEEK_H, 0, -1):
            if (known := self._windows.get(bucket - ago * self._apart)) is None:
                continue
            at = np.minimum(np.searchsorted(known[0], keys), len(known[0]) - 1)
            rows.append(np.where(known[0][at] == keys, known[1][at], 0.0)[np.newaxis])
            exposures.append(known[2])
        return np.concatenate(rows), np.array(exposures)


def moments(posts: Sequence[Post], settings: pipeline.Settings) -> Iterator[Moment]:
    """READ's runs in COUNT's window: the same subjects, voices and buckets as the product's, in one partition."""
    apart = round(settings.read.window_s / settings.read.bucket_s)
    window, past = Window(apart), _Past(apart)
    for bucket, columns in _buckets(posts, settings):
        fresh = window.add([columns] if columns else [])
        window.expire(bucket)
        keys = once(np.concatenate([np.zeros(0, np.uint64), *window.known()]))
        found = window.find(keys)[0]
        voices = found.voices()
        authors = [part.posts.author for part in found.slices]
        exposure = float(max(1, len(once(np.concatenate(authors))))) if authors else 1.0
        new = np.concatenate([np.zeros(0, np.uint64), *(part.keys for part in fresh)])
        places = np.flatnonzero((voices >= settings.count.min_voices) & np.isin(keys, new))
        if len(places):
            mine = keys[places]
            observed = voices[places].astype(np.float64)
            yield Moment(bucket, mine, places, found, observed, *_known(past, bucket, mine, exposure))
        if len(keys):
            past.add(bucket, keys, voices, exposure)


def _known(past: _Past, bucket: int, keys: Keys, exposure: float) -> tuple[Floats, float, Floats]:
    history, exposures = past.before(bucket, keys)
    return history, exposure, exposures


def _buckets(posts: Sequence[Post], settings: pipeline.Settings) -> Iterator[tuple[int, Columns | None]]:
    """Each bucket and what it brought, the empty ones too."""
    reader = pipeline.readers(0, settings).posts
    pieces: list[Run] = []
    last = None
    for start in range(0, len(posts) + CHUNK, CHUNK):
        own = posts[start : start + CHUNK]
        chunk = PostChunk(own, np.arange(start, start + len(own)), np.full(len(own), np.inf))
        for _, run in reader.step(chunk) if own else reader.finish():
            pieces.append(run)
            if len(pieces) < run.pieces:
                continue
            yield from ((bucket, None) for bucket in range(run.bucket if last is None else last + 1, run.bucket))
            yield run.bucket, columns_of(*pieces)
            pieces, last = [], run.bucket
