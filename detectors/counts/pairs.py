"""New here though old elsewhere: subjects in one segment, counted when they arrive, screened, then counted exactly.

Only what posts list or tag makes pairs (hashtags, sounds, products, brands), not words and phrases. What is expected of
a pair rests on its own past and on the subject's rate everywhere. Source: ours, see docs/decisions/0021-scopes.md.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.counts.across import BySlice
from detectors.counts.caps import NO_LIMIT
from detectors.counts.draws import Draws
from detectors.counts.exposure import Span
from detectors.counts.found import Found
from detectors.counts.looks import Models
from detectors.counts.order import Places, once
from detectors.counts.pair_cells import Cells, PairCells
from detectors.counts.pair_rows import Arrived, Wanted, arrived, firsts, repeats, rows_of, within
from detectors.counts.past import Past
from detectors.counts.people import people_of
from detectors.counts.runs import Run
from detectors.counts.samples import samples
from detectors.counts.segment_table import mixed
from detectors.counts.segments import Segments, Told
from detectors.counts.slices import Bools, Living, Slice
from detectors.counts.ticks import Candidate
from detectors.counts.window import Window
from detectors.subjects.kinds import Keys
from detectors.trends.gamma_poisson import Floats, calm_limit, expected, surprise, tail_of

MAX_PAIRS = 200
"""Pairs that a tick counts exactly at most, the most surprising first, beside those that surprised lately."""

MAX_FOLLOWED = 1000

SAYS_MORE = 10.0
"""A pair's p must be so many times less than the subject's own everywhere: else that tells it."""


class PairSettings(NamedTuple):
    """See CountSettings; `follow` in buckets."""

    follow: int
    min_voices: int
    screen_p: float
    evidence_posts: int


class PairsState(msgspec.Struct, frozen=True, array_like=True):
    """Pairs that surprised lately: subject, segment, last bucket for which they are told."""

    followed: tuple[tuple[int, int, int], ...]


class Named(NamedTuple):
    """What a tick tells of segments: pairs; names of segments of people enough."""

    candidates: tuple[Candidate, ...]
    populous: tuple[str, ...]


NOTHING = Named((), ())
"""Where no dimension is declared."""


class Pairs:
    """The pairs of one COUNT partition.

    Args:
        window, past, draws, models: those of the subjects themselves.
    """

    def __init__(
        self,
        window: Window,
        past: Past,
        draws: Draws,
        models: Models,
        segments: Segments,
        cells: PairCells,
        settings: PairSettings,
    ) -> None:
        self._window, self._past, self._draws, self._models = window, past, draws, models
        self._segments, self._cells, self._settings = segments, cells, settings
        self._followed: dict[tuple[int, int], int] = {}

    def told(self, bucket: int, runs: Sequence[Run], fresh: Sequence[Slice], span: Span, everyone: int) -> Named:
        """Count what has arrived for a tick, and name the pairs that surprise, or did lately.

        Args:
            fresh: the slices that the runs made.
            span: the short window of the subjects themselves.
            everyone: people of the short window's buckets added up.
        """
        self._cells.move_on(self._segments.learn(bucket, runs))
        counted = self._segments.counted(bucket, float(everyone))
        parts = [arrived(part, counted) for part in fresh] if len(counted) else []
        cells = [self._cells.cells(part.pair) for part in parts]
        for part, own in zip(parts, cells, strict=True):
            again = repeats(part)
            self._cells.count((np.delete(own[0], again), np.delete(own[1], again)) if len(again) else own)
        told = self._segments.told(bucket)
        wanted = self._wanted(bucket, parts, cells, told, span) if len(told.hashes) else None
        candidates = self._looked(bucket, wanted, told, span) if wanted and len(wanted.pair) else ()
        return Named(candidates, self._segments.populous(bucket))

    def snapshot(self) -> dict[str, bytes]:
        """All it remembers, in parts."""
        followed = tuple((key, segment, until) for (key, segment), until in sorted(self._followed.items()))
        state = msgspec.msgpack.encode(PairsState(followed))
        return {"pairs": state, "segments": self._segments.snapshot(), **self._cells.snapshot()}

    def restore(self, parts: Mapping[str, bytes]) -> None:
        """Go on from a snapshot."""
        state = msgspec.msgpack.decode(parts["pairs"], type=PairsState)
        self._followed = {(key, segment): until for key, segment, until in state.followed}
        self._segments.restore(parts["segments"])
        self._cells.restore(parts)

    def _wanted(self, bucket: int, parts: Sequence[Arrived], cells: Sequence[Cells], told: Told, span: Span) -> Wanted:
        """Pairs with new posts that would surprise with as many voices as the bound allows; and those followed."""
        self._followed = {pair: until for pair, until in self._followed.items() if until >= bucket}
        screened = [self._screened(part, own, told, span) for part, own in zip(parts, cells, strict=True)]
        judged = set(told.hashes.tolist())
        followed = sorted(pair for pair in self._followed if pair[1] in judged)
        keys = np.array([key for key, _ in followed], np.uint64)
        segments = np.array([segment for _, segment in followed], np.uint32)
        key = np.concatenate([keys, *(part.key for part in screened)])
        segment = np.concatenate([segments, *(part.segment for part in screened)])
        pair = mixed(key, segment)
        first = firsts(pair)
        return Wanted(pair[first], key[first], segment[first])

    def _screened(self, part: Arrived, cells: Cells, told: Told, span: Span) -> Wanted:
        s = self._settings
        place = np.minimum(np.searchsorted(told.hashes, part.segments), len(told.hashes) - 1)
        judged = told.hashes[place] == part.segments
        bound = self._cells.bound(cells)
        at = np.flatnonzero((bound >= s.min_voices) & judged[part.at])
        at = at[self._cells.single(cells[0][at], part.pair[at])]
        subject, segment, bound = part.subject[at], part.at[at], bound[at]
        past = self._cells.older((cells[0][at], cells[1][at]))
        rate = self._past.of(part.keys) / max(span.past_exposure, 1.0)
        prior = self._models.prior_voices(part.keys)
        mean, shape = _usual(prior[subject], rate[subject], past, told, place[segment], span)
        likely = np.flatnonzero(bound > calm_limit(mean, shape))
        p = tail_of(bound[likely], mean[likely], shape[likely])
        likely, p = likely[p < s.screen_p], p[p < s.screen_p]
        found = Wanted(part.pair[at], part.keys[subject], part.segments[segment])
        likely = likely[np.lexsort((found.pair[likely], p))]
        return found.chosen(likely[np.sort(firsts(found.pair[likely]))[:MAX_PAIRS]])

    def _looked(self, bucket: int, wanted: Wanted, told: Told, span: Span) -> tuple[Candidate, ...]:
        """Count these pairs exactly; those that surprise are followed."""
        s = self._settings
        slices = self._window.recent
        rows = rows_of(wanted, slices)
        within_slices = BySlice(slices)
        found = Found(wanted.pair, within_slices, within_slices.met(rows))
        observed = found.voices()
        here = within(rows, slices, len(wanted.pair))
        past = np.maximum(self._cells.total(self._cells.cells(wanted.pair)) - here, 0.0)
        place = np.searchsorted(told.hashes, wanted.segment)
        rate = self._past.of(wanted.key) / max(span.past_exposure, 1.0)
        mean, shape = _usual(self._models.prior_voices(wanted.key), rate, past, told, place, span)
        p = tail_of(observed.astype(np.float64), mean, shape)
        own, capped = self._everywhere(wanted.key, span)
        news = (observed >= s.min_voices) & (p < s.screen_p) & (p * SAYS_MORE < own) & ~capped
        pairs = list(zip(wanted.key.tolist(), wanted.segment.tolist(), strict=True))
        lately = np.array([pair in self._followed for pair in pairs], np.bool_)
        told_at = np.flatnonzero(news | lately)
        told_at = told_at[np.lexsort((wanted.pair[told_at], p[told_at]))][:MAX_FOLLOWED]
        self._followed.update((pairs[i], bucket + s.follow) for i in told_at[news[told_at]].tolist())
        self._followed = dict(sorted(self._followed.items(), key=lambda one: (-one[1], one[0]))[:MAX_FOLLOWED])
        columns = (wanted.key, observed, mean, surprise(p), past, found.totals(), shape)
        listed = zip(
            *(column[told_at].tolist() for column in columns),
            samples(found, told_at, s.evidence_posts),
            people_of(found, told_at, _deleted(wanted, told_at, slices)),
            self._draws.of(found, told_at),
            (self._segments.name(segment, bucket) for segment in wanted.segment[told_at].tolist()),
            strict=True,
        )
        return tuple(
            Candidate(
                key=key,
                observed=count,
                expected=round(usual, 6),
                surprise=decades,
                past=round(before, 6),
                posts=posts,
                total=total,
                shape=round(form, 6),
                people=people,
                scope=name,
                drawn=drawn,
            )
            for key, count, usual, decades, before, total, form, posts, people, drawn, name in listed
            if name
        )

    def _everywhere(self, key: Keys, span: Span) -> tuple[Floats, Bools]:
        """How surprising each subject is everywhere, its p; and whether only a sample of its posts was counted."""
        keys = once(key)
        found = self._window.find(keys)[0]
        shapes = self._models.prior_voices(keys) + self._past.of(keys) + self._window.before(keys)
        mean = expected(shapes, np.zeros(len(keys)), span.prior, span.exposure, span.past_exposure)
        p = tail_of(found.voices().astype(np.float64), mean, np.minimum(shapes, span.prior.r_max))
        at = np.searchsorted(keys, key)
        return p[at], (found.limits[:, 0] < NO_LIMIT)[at]


def _deleted(wanted: Wanted, told: Places, slices: Sequence[Slice]) -> list[Living]:
    """Rows of deleted posts of the pairs told, in each slice; places are indices into `told`."""
    order = np.argsort(told)
    rows = rows_of(wanted.chosen(told[order]), slices, deleted=True)
    return [Living(order[own.place].astype(np.uint32), own.post) for own in rows]


def _usual(prior: Floats, rate: Floats, past: Floats, told: Told, place: Places, span: Span) -> tuple[Floats, Floats]:
    """What is expected of pairs, and the shape.

    Args:
        prior: voices that the prior expects of each pair's subject.
        rate: voices of the subject per person, everywhere and in the past: the prior knows it.
        past: decayed voices of each pair.
        place: of each pair's segment in `told`.
    """
    people, before, b0 = told.people[place], told.past[place], span.prior.exposure
    shape = prior + past + rate * b0 * people
    mean = shape * people / np.maximum(b0 * people + before, 1e-9)
    return mean, np.minimum(shape, span.prior.r_max)
