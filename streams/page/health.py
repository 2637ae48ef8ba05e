"""How the stream is, as the page says it: one word, what to mind, and a few figures. Pure functions."""

import math
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from config.sections import Detection
from streams.page import words
from streams.page.numbers import Language, duration, instant, number

BEHIND_S = 60.0
"""Records that waited all the time for so long mean that the stream is behind, seconds."""

PAST_S = 7 * 86_400.0
"""Event time longer ago than this is no delay but a past that is being played, seconds."""

Status = Literal["unknown", "well", "warming", "late", "bad"]


class StreamHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What is known. None: not known. Instants are epoch seconds.

    Attributes:
        loading: the topics have not been read to their end yet.
        kafka_lost_at: since when this page does not reach Kafka; None: it does.
        unreadable: records of the topics that this page could not read.
        configured: whether any worker is named in the settings.
        silent: workers that do not answer.
        not_ready: what the first worker that is not ready says.
        warming_until: event time until which no trend is told.
        lag: records that wait.
        behind_since: since when records have been waiting without a break.
        decided_at: event time up to which everything is decided.
        late_s: seconds from which that is late.
        held: alerts decided but not told, by reason, since the workers started.
    """

    now: float = 0.0
    loading: bool = True
    kafka_lost_at: float | None = None
    unreadable: int = 0
    configured: bool = False
    silent: tuple[str, ...] = ()
    not_ready: str | None = None
    warming: bool = False
    warming_until: float | None = None
    lag: int | None = None
    behind_since: float | None = None
    decided_at: float | None = None
    late_s: float = math.inf
    held: dict[str, int] | None = None

    @property
    def behind(self) -> bool:
        """Whether records have been waiting for too long."""
        return self.behind_since is not None and self.now - self.behind_since >= BEHIND_S

    @property
    def late(self) -> bool:
        """Whether what is decided is too old, and not of a past that is being played."""
        return self.decided_at is not None and self.late_s <= self.now - self.decided_at < PAST_S


def late_s(detection: Detection) -> float:
    """From when what is decided is late: as old as it ever gets, and another bucket and a minute, seconds."""
    return 2 * detection.bucket_s + detection.lateness_s + 60


SAID: dict[Language, dict[str, str]] = {
    "en": {
        "unknown": "Unknown",
        "well": "All is well",
        "warming": "Warming up",
        "late": "Late",
        "bad": "Trouble",
        "kafka": "This page has not reached Kafka since {at} UTC: what it shows is as of then.",
        "silent": "No answer from the worker at {which}.",
        "not_ready": "The worker is not ready: {why}.",
        "behind": "The stream is behind: {n} records wait.",
        "late_by": "The stream is late: decided up to {at} UTC, {ago} ago.",
        "warming_until": "Warming up until {at} UTC: no trend is told before.",
        "warming_up": "Warming up: too little history to tell trends yet.",
        "unreadable": "{n} records could not be read; is the page older than the worker?",
        "no_workers": "No worker is named in page.workers, so lag, warming up and held alerts are unknown here.",
        "decided": "Decided up to",
        "lag": "Records waiting",
        "held": "Held alerts",
        "held_said": "since the worker started",
        "of_past": "a past stream, being played",
    },
    "fr": {
        "unknown": "Inconnue",
        "well": "Tout va bien",
        "warming": "Mise en route",
        "late": "En retard",
        "bad": "Problème",
        "kafka": "Cette page n'atteint plus Kafka depuis {at} UTC : elle montre l'état d'alors.",
        "silent": "Le worker {which} ne répond pas.",
        "not_ready": "Le worker n'est pas prêt : {why}.",
        "behind": "Le flux a du retard : {n} enregistrements attendent.",
        "late_by": "Le flux a du retard : décidé jusqu'à {at} UTC, il y a {ago}.",
        "warming_until": "Mise en route jusqu'au {at} UTC : aucune tendance n'est annoncée avant.",
        "warming_up": "Mise en route : trop peu de passé pour annoncer des tendances.",
        "unreadable": "{n} enregistrements illisibles ; la page est-elle plus ancienne que le worker ?",
        "no_workers": "Aucun worker nommé dans page.workers : retard, mise en route, alertes retenues : inconnus ici.",
        "decided": "Décidé jusqu'à",
        "lag": "Enregistrements en attente",
        "held": "Alertes retenues",
        "held_said": "depuis le démarrage du worker",
        "of_past": "un flux passé, rejoué",
    },
}


def status_of(health: StreamHealth) -> Status:
    """The one word; the worst that is true."""
    if health.kafka_lost_at is not None or health.silent or health.not_ready is not None:
        return "bad"
    if health.behind or health.late:
        return "late"
    if not health.configured or health.loading:
        return "unknown"
    return "warming" if health.warming or health.warming_until is not None else "well"


def health_view(health: StreamHealth, language: Language) -> dict[str, Any]:
    """What the page says about the stream."""
    said = SAID[language]
    status = status_of(health)
    return {
        "status": status,
        "said": said[status],
        "loading": health.loading,
        "notices": _notices(health, language),
        "figures": _figures(health, language),
        "hint": None if health.configured else said["no_workers"],
    }


def _notices(health: StreamHealth, language: Language) -> list[str]:
    """What to mind, the worst first."""
    said = SAID[language]
    out = []
    if health.kafka_lost_at is not None:
        out.append(said["kafka"].format(at=_instant(health.kafka_lost_at, language)))
    out += [said["silent"].format(which=which) for which in health.silent]
    if health.not_ready is not None:
        out.append(said["not_ready"].format(why=health.not_ready))
    if health.behind and health.lag is not None:
        out.append(said["behind"].format(n=number(health.lag, language)))
    if health.late and health.decided_at is not None:
        ago = duration((health.now - health.decided_at) / 3600, language)
        out.append(said["late_by"].format(at=_instant(health.decided_at, language), ago=ago))
    if health.warming_until is not None:
        out.append(said["warming_until"].format(at=_instant(health.warming_until, language)))
    elif health.warming:
        out.append(said["warming_up"])
    if health.unreadable:
        out.append(said["unreadable"].format(n=number(health.unreadable, language)))
    return out


def _figures(health: StreamHealth, language: Language) -> list[dict[str, Any]]:
    said = SAID[language]
    out: list[dict[str, Any]] = []
    if health.decided_at is not None:
        past = health.now - health.decided_at >= PAST_S
        note = said["of_past"] if past else None
        out.append({"name": said["decided"], "said": _instant(health.decided_at, language), "note": note})
    if health.lag is not None:
        out.append({"name": said["lag"], "said": number(health.lag, language), "note": None})
    if health.held is not None:
        total = number(sum(health.held.values()), language)
        reasons = [
            f"{words.of(words.HELD, language, reason)} {number(n, language)}"
            for reason, n in sorted(health.held.items(), key=lambda each: -each[1])
            if n
        ]
        out.append({"name": said["held"], "said": total, "note": ", ".join(reasons) or said["held_said"]})
    return out


def _instant(at: float, language: Language) -> str:
    return instant(datetime.fromtimestamp(at, UTC), language)
