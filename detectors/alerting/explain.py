"""An alert in a sentence or two, English and French. Every number is a field of the alert."""

from datetime import datetime

from detectors.model.alerts import Action, Driver, Explanation, State


def number(value: float) -> str:
    """A number as a person writes it: whole where it is whole, else one decimal.

    >>> number(12.0), number(3.14159), number(0.02)
    ('12', '3.1', '0.02')
    """
    if value == round(value):
        return str(round(value))
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def _french(value: float) -> str:
    return number(value).replace(".", ",")


_LEADS: dict[Action, tuple[str, str]] = {
    "fired": ("is taking off", "décolle"),
    "updated": ("keeps growing", "continue de croître"),
    "escalated": ("has grown large", "a pris de l'ampleur"),
    "resolved": ("is over", "est retombé"),
    "retracted": ("is taken back: its voices have vanished", "est retiré : ses voix ont disparu"),
}

_RETURNED = ("is back", "revient")
_FRENCH = {
    "community": "la communauté",
    "tier": "les créateurs",
    "platform": "la plateforme",
    "language": "la langue",
    "format": "le format",
}


def trend_explanation(
    *,
    action: Action,
    state: State,
    label: str,
    observed: float,
    expected: float,
    onset_at: datetime,
    drivers: tuple[Driver, ...],
    creators: int,
    posts: int,
) -> Explanation:
    """Say what happened, against what was to be expected, since when, and who carries it."""
    lead_en, lead_fr = _RETURNED if action == "updated" and state == "resurgent" else _LEADS[action]
    people_en = "person" if observed == 1 else "people"
    people_fr = "personne" if observed == 1 else "personnes"
    since = f"{onset_at:%d/%m %H:%M} UTC"
    en = (
        f"“{label}” {lead_en}: {number(observed)} {people_en} in the window, {number(expected)} expected."
        f" First post seen {onset_at:%Y-%m-%d %H:%M} UTC. Evidence: {posts} posts by {creators} creators."
    )
    fr = (
        f"« {label} » {lead_fr} : {_french(observed)} {people_fr} dans la fenêtre, {_french(expected)} attendues."
        f" Premier post vu le {since}. Éléments : {posts} posts de {creators} créateurs."
    )
    if drivers:
        top = drivers[0]
        en += f" Carried by {top.dimension} {top.value} ({number(round(100 * top.share))} %)."
        fr += (
            f" Porté par {_FRENCH.get(top.dimension, top.dimension)} {top.value} ({_french(round(100 * top.share))} %)."
        )
    return Explanation(en=en, fr=fr)
