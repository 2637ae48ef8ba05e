"""A backtest as a picture: first messages a day, rule beside rule. SVG by hand: bars need no library."""

import math
from collections.abc import Sequence
from html import escape

from detectors.model.alerts import Alert
from streams.backtest.running import Told

COLOURS = ("#2b6cb0", "#c05621", "#a0aec0")
"""Of the first rule, the second, and all alerts; told apart in grey, too."""

LEFT, TOP, HEIGHT, BAR, GAP, FOOT = 40, 30, 160, 10, 8, 40
"""Pixels: margins, the height of the highest bar, the width of one, between two days, below."""


def plot(told: Told, series: Sequence[tuple[str, Sequence[Alert]]]) -> str:
    """An SVG picture with a bar a day of the stream and series.

    Args:
        series: name and alerts, at most three.
    """
    days = max(1, math.ceil(told.days))
    counts = [(name, _a_day(alerts, told, days)) for name, alerts in series]
    most = max(1, *(n for _, each in counts for n in each))
    step = BAR * len(series) + GAP
    width = max(LEFT + days * step + GAP, 360)
    parts = [f'<text x="4" y="{TOP + 4}">{most}</text>', f'<text x="4" y="{TOP + HEIGHT}">0</text>']
    for place, (name, values) in enumerate(counts):
        colour = COLOURS[place]
        parts.append(f'<text x="{LEFT + 110 * place}" y="16" fill="{colour}">{escape(name)}</text>')
        for day, n in enumerate(values):
            tall = round(HEIGHT * n / most)
            x, y = LEFT + day * step + place * BAR, TOP + HEIGHT - tall
            parts.append(f'<rect x="{x}" y="{y}" width="{BAR - 1}" height="{tall}" fill="{colour}"/>')
    base, foot = TOP + HEIGHT, TOP + HEIGHT + 18
    parts.append(f'<path d="M{LEFT} {base}H{width - GAP}" stroke="#4a5568"/>')
    if told.begin is not None:
        parts.append(
            f'<text x="{LEFT}" y="{foot}">first messages a day, from {told.begin:%Y-%m-%d %H:%M} UTC on</text>'
        )
    size = f'width="{width}" height="{TOP + HEIGHT + FOOT}"'
    style = 'font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n' + "\n".join(parts) + "\n</svg>\n"


def _a_day(alerts: Sequence[Alert], told: Told, days: int) -> list[int]:
    counts = [0] * days
    for alert in alerts:
        if told.begin is not None:
            day = int((alert.detected_at - told.begin).total_seconds() // 86_400)
            counts[min(max(day, 0), days - 1)] += 1
    return counts
