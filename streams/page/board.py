"""What the page knows now: open trends, alerts of the day, figures, rules, health. It is told, and sends nothing."""

import asyncio
import secrets
from typing import Any

import msgspec

from config.sections import Page
from detectors.model.alerts import Alert, Trend
from streams.page.chrome import CHROME
from streams.page.figures import dimensions_said, place_view, unusual_view
from streams.page.health import StreamHealth, health_view
from streams.page.history import history_view
from streams.page.kept import About, Kept
from streams.page.numbers import LANGUAGES, Language
from streams.page.places import Place, Places
from streams.page.position import Position
from streams.page.rules import rules_view
from streams.page.shelf import Shelf
from streams.page.slow import KEPT_S, is_slow, slow_history, slow_rank, slow_view
from streams.page.view import alert_key, alert_view, rank, trend_view
from streams.rules.standing import Standing

DAY_S = 86_400.0

SLICE = 20
"""Trends put into words before others have their turn: some 6 ms."""

_read_trend = msgspec.json.Decoder(Trend).decode
_read_alert = msgspec.json.Decoder(Alert).decode
_encode = msgspec.json.Encoder().encode


class Board:
    """Everything the page shows. Memory is bounded by the settings: see `Page`.

    Args:
        r_max: `detection.r_max`, for the expected band.
    """

    def __init__(self, settings: Page, r_max: float) -> None:
        self._settings = settings
        self._r_max = r_max
        self.epoch = secrets.token_hex(6)
        self.seq = 0
        self.trends: Shelf[Kept] = Shelf(settings.max_trends, worth=lambda kept: kept.about.worth)
        self.alerts: Shelf[Kept] = Shelf(settings.max_alerts, worth=lambda kept: kept.about.worth)
        self.places = Places(settings.max_places)
        self.health = StreamHealth()
        self.rules = Standing()
        self._health_seq = self._figures_seq = self._rules_seq = 0
        self.changed = asyncio.Condition()
        self._answers: dict[tuple[int, int, Language], bytes] = {}
        self._unusual: dict[Language, dict[str, Any]] = {}

    @property
    def position(self) -> Position:
        """Where the board is."""
        return Position(self.epoch, self.seq)

    def take_trend(self, key: str, value: bytes | None) -> None:
        """A record of the trends topic. Raises: what decoding raises, if it is no trend."""
        if value is None:
            self.seq += self.trends.drop(key, self.seq + 1)
            return
        trend = _read_trend(value)
        self.seq += 1
        self.trends.put(
            trend.trend_id, Kept(value, About(trend.trend_id, tuple(rank(trend))), self._trend_view), self.seq
        )

    def take_alert(self, value: bytes, at: float) -> None:
        """An alert of the last day, taken by Kafka at `at`. Raises: what decoding raises, if it is no alert."""
        alert = _read_alert(value)
        key = alert_key(alert)
        if self.alerts.get(key) is None:  # published again after a restart: the first stands
            self.seq += 1
            self.alerts.put(key, Kept(value, About(alert.trend_id, (at,), at + DAY_S), _alert_view), self.seq)
            self._unusual.clear()

    def take_slow(self, value: bytes, at: float) -> None:
        """The same alert, or an older one: is it about a slow trend? They have no line on the trends topic.

        Raises: what decoding raises, if it is no alert.
        """
        alert = _read_alert(value)
        if not is_slow(alert):
            return
        known = self.trends.get(alert.trend_id)
        if known is None or _read_alert(known.raw).revision < alert.revision:
            self.seq += 1
            until = at + (KEPT_S if alert.action == "fired" else DAY_S)
            about = About(alert.trend_id, tuple(slow_rank(alert)), until, slow=True)
            self.trends.put(alert.trend_id, Kept(value, about, _slow_view), self.seq)

    def take_figures(self, value: bytes) -> None:
        """A record of the figures' topic. Raises: what decoding raises, if it is none."""
        if self.places.take(value):
            self.seq += 1
            self._figures_seq = self.seq

    def take_rule(self, key: bytes | None, value: bytes | None) -> None:
        """A record of the rules topic. One that cannot be used is kept as such, with why."""
        self.rules.take(key, value)
        self.seq += 1
        self._rules_seq = self.seq

    def take_health(self, health: StreamHealth) -> None:
        """How the stream is; nobody is told what would read as before."""
        was, self.health = self.health, health
        if health_view(was, LANGUAGES[0]) != health_view(health, LANGUAGES[0]):
            self.seq += 1
            self._health_seq = self.seq

    def expire(self, now: float) -> None:
        """Forget alerts that Kafka took more than 24 hours ago, and slow trends that ended so long ago."""
        for shelf in (self.alerts, self.trends):
            for key in [key for key in shelf.changed(0) if shelf[key].about.until < now]:
                self.seq += shelf.drop(key, self.seq + 1)
                self._unusual.clear()

    async def prepare(self, since: int, language: Language) -> None:
        """Put into words what changed after a change, in slices: a bucket's close changes thousands at once."""
        for n, key in enumerate(list(self.trends.changed(since))):
            kept = self.trends.get(key)
            if kept is not None:
                kept.encoded(language)
            if n % SLICE == SLICE - 1:
                await asyncio.sleep(0)

    def whole(self, language: Language) -> bytes:
        """All of it, as JSON, for a browser that knows nothing."""
        about = {"chrome": CHROME[language], "post_url": self._settings.post_url}
        return _encode({**about, **self._since(0, language), "reset": True})

    def since(self, position: Position | None, language: Language) -> bytes | None:
        """What changed after a position, as JSON; None if that cannot be told, and all of it is to be asked for."""
        known = max(self.trends.forgotten, self.alerts.forgotten)
        if position is None or position.epoch != self.epoch or not known <= position.seq <= self.seq:
            return None
        key = position.seq, self.seq, language
        if key not in self._answers:  # most readers know the same: one answer for all of them
            if len(self._answers) > 16:
                self._answers.clear()
            self._answers[key] = _encode(self._since(position.seq, language))
        return self._answers[key]

    def history(self, trend_id: str, language: Language) -> bytes | None:
        """A trend's own view, as JSON; None if it is not on the board."""
        kept = self.trends.get(trend_id)
        if kept is None:
            return None
        about = [_read_alert(each.raw) for each in self.alerts.items() if each.about.trend_id == trend_id]
        if kept.about.slow:
            return _encode(slow_history(_read_alert(kept.raw), about, language))
        return _encode(history_view(_read_trend(kept.raw), about, language, self._r_max))

    async def figures(self, language: Language) -> bytes:
        """All places with their first figures, as JSON. Put into words in slices, as trends are."""
        said = []
        for n, scope in enumerate(self.places.scopes()):
            place = self.places.get(scope)
            if place is not None:
                said.append(_said(scope, place, language))
            if n % SLICE == SLICE - 1:
                await asyncio.sleep(0)
        return _encode(
            {
                "dimensions": dimensions_said(language),
                "places": said,
                "unusual": self._unusual_now(language),
                "left_out": self.places.left_out,
                "max_places": self._settings.max_places,
            }
        )

    def place(self, scope: str, language: Language) -> bytes | None:
        """A place's own view, as JSON; None if nothing is known of it."""
        place = self.places.get(scope)
        if place is None:
            return None
        unusual = self._unusual_now(language).get(scope, [])
        return _encode({**place_view(scope, place, language, whole=True), "unusual": unusual})

    def readers_rules(self, language: Language) -> bytes:
        """Readers' rules and what was refused, as JSON."""
        return _encode(rules_view(self.rules.by_id, self.rules.refused, language))

    async def tell(self) -> None:
        """Wake everybody who waits for a change."""
        async with self.changed:
            self.changed.notify_all()

    def _since(self, seq: int, language: Language) -> dict[str, Any]:
        out: dict[str, Any] = {
            "position": str(self.position),
            "trends": [self.trends[key].encoded(language) for key in self.trends.changed(seq)],
            "gone": list(self.trends.gone(seq)) if seq else [],
            "alerts": [self.alerts[key].encoded(language) for key in self.alerts.changed(seq)],
            "alerts_gone": list(self.alerts.gone(seq)) if seq else [],
            "left_out": self.trends.left_out,
            "max_trends": self._settings.max_trends,
            "figures": self._figures_seq > seq,
            "rules": self._rules_seq > seq,
        }
        if self._health_seq > seq or seq == 0:
            out["health"] = health_view(self.health, language)
        return out

    def _unusual_now(self, language: Language) -> dict[str, Any]:
        """What is unusual by scope: worked out once for all readers, until an alert comes or goes."""
        if language not in self._unusual:
            self._unusual[language] = unusual_view((_read_alert(kept.raw) for kept in self.alerts.items()), language)
        return self._unusual[language]

    def _trend_view(self, raw: bytes, language: Language) -> dict[str, Any]:
        return trend_view(_read_trend(raw), language, self._r_max)


def _said(scope: str, place: Place, language: Language) -> msgspec.Raw:
    found = place.said.get(language)
    if found is None:
        found = place.said[language] = msgspec.Raw(_encode(place_view(scope, place, language)))
    return found


def _alert_view(raw: bytes, language: Language) -> dict[str, Any]:
    return alert_view(_read_alert(raw), language)


def _slow_view(raw: bytes, language: Language) -> dict[str, Any]:
    return slow_view(_read_alert(raw), language)
