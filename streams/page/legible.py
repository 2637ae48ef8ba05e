"""What people wrote, made harmless to look at. That it cannot run is the browser's side: it only ever becomes text."""

LONGEST = 120
"""Characters of one piece shown, at most."""

_REMOVED = dict.fromkeys(
    (
        *range(0x20),  # control characters
        *range(0x7F, 0xA0),
        0x061C,  # marks and overrides that turn the reading direction, also of our own words behind them
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ),
    " ",
)


def legible(text: str, longest: int = LONGEST) -> str:
    """Text without what moves, hides or turns what stands around it, and not too long.

    >>> legible("#glow" + chr(0x202E) + "kcatta" + chr(10) + "x")
    '#glow kcatta x'
    >>> legible("a" * 200, 5)
    'aaaa…'
    """
    clean = " ".join(text.translate(_REMOVED).split())
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
