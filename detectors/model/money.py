"""Amounts in minor units of a currency, as people write them. It adds up and converts nothing."""

from typing import Literal

MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Currencies whose minor unit is not a hundredth, by ISO 4217."""

NARROW = "\u202f"
"""The space between thousands in French, and before its signs: it does not break."""


def money(minor: int, currency: str, language: Literal["en", "fr"], *, space: str = NARROW) -> str:
    """An amount in minor units as people write it, with its currency's code (ISO 4217).

    Args:
        space: between thousands, and before the code, in French.

    >>> money(123450, "EUR", "en"), money(-5, "EUR", "fr"), money(1200, "JPY", "en")
    ('1,234.50 EUR', '−0,05\u202fEUR', '1,200 JPY')
    """
    digits = MINOR_DIGITS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    text = f"{whole:,}" + (f".{rest:0{digits}}" if digits else "")
    sign = "−" if minor < 0 else ""
    if language == "en":
        return f"{sign}{text} {currency}"
    return f"{sign}{text.replace(',', space).replace('.', ',')}{space}{currency}"
