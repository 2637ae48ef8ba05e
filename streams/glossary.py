"""`docs/metrics.md`, generated from the dictionary of figures: `python -m streams.glossary docs/metrics.md`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from detectors.figures.book import AT_ONCE, MOST_SCOPES
from detectors.figures.dictionary import DICTIONARY, SUMS, Definition, Part
from detectors.figures.voices import SAMPLE


def document() -> str:
    """The page."""
    bounds = ", ".join(f"{most:,} scopes of `{dimension}`" for dimension, most in MOST_SCOPES.items())
    return INTRODUCTION.format(bounds=bounds, at_once=AT_ONCE, sample=SAMPLE) + "".join(_tables())


INTRODUCTION = """# Figures

Generated from `detectors/figures/dictionary.py`; do not edit: `python -m streams.glossary docs/metrics.md` writes it.

Records of `freshet.kpis.v1`, key `<scope>|<window>`, one a scope and window in which anything happened.

- **Scopes**: `all`, `platform:`, `format:`, `tier:`, `community:`, `campaign:`, and `creator:` for creators of posts
  with a campaign. A post counts in each of its scopes; an engagement in those of its post, or, where the post is not
  known, in `all`, its platform's and that of the campaign it names.
- **Windows**: one hour and one day, tumbling, in event time, UTC; written as an ISO 8601 interval,
  `2026-01-01T10:00:00Z/PT1H`. Published when the window closes, as revision 0. What came late, up to 48 h, or grew
  over several windows, corrects them: published again, at the end of an hour, under the next revision. The highest
  revision counts. A window is final after 96 h.
- **`as_of`**: event time up to which everything that was read is in it.
- **`completeness`**: share of the engagements of the window, of all scopes, that are about a known post or about none.
- **Ratios** come with numerator and denominator. A denominator of 0 gives `null`. Proportions have the 95 % interval of
  Wilson; `null` where the numerator is greater than the denominator, as with sales by code, without clicks.
- **Money** is integers in minor units of one currency, and is never added over currencies.
- **Bounds**: of a window, each share of COUNT keeps {bounds}; the first come stay, others are left out and counted in
  `freshet_figures_refused_total`. At most {at_once:,} records are published with a bucket, the others with the next.
  Voices are exact up to {sample:,}.
- **Sources**: where a platform tells both single acts and running totals of the same measure, both count: let
  connectors send one of them.

"""


def _tables() -> Iterator[str]:
    yield "| figure | unit | formula | numerator | denominator | source |\n|---|---|---|---|---|---|\n"
    for one in DICTIONARY:
        unit = f"{one.unit}, by currency" if one.money else one.unit
        parts = _part(one.numerator), _denominator(one)
        yield f"| `{one.name}` | {unit} | {one.formula} | {' | '.join(parts)} | {one.source} |\n"
    yield "\n## Sums\n\n| sum | what |\n|---|---|\n"
    for name, what in SUMS.items():
        yield f"| `{name}` | {what} |\n"


def _part(part: Part) -> str:
    said = " + ".join(f"`{name}`" for name in part.sums)
    return said + (f" where there is `{part.beside[0]}`" if part.beside else "")


def _denominator(one: Definition) -> str:
    return "none" if one.denominator is None else _part(one.denominator)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())
