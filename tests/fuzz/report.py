"""What became of the records, as Markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence

from streams.refusals import Reason
from tests.fuzz.harness import OUTCOMES, Ledger
from tests.fuzz.mutations import MUTATIONS

STREAMS = ("posts", "engagements")


def report(ledger: Ledger) -> str:
    """Totals by outcome and reason, and by mutation."""
    summary = (
        f"{ledger.total:,} records, {ledger.mutated:,} of them mutated; {ledger.decoded.total():,} decoded,"
        f" {ledger.refused.total():,} refused; READ sent {ledger.runs:,} runs."
        f" {ledger.aside['unknown_post']:,} acts were of posts that READ did not know."
    )
    lines = [
        summary,
        "",
        *_table("decoded, by what READ made of it", OUTCOMES, ledger.outcomes),
        "",
        *_table("refused, by reason", [r for r in Reason if r is not Reason.INTERNAL_ERROR], _by(ledger, 2)),
        "",
        *_mutations(ledger),
    ]
    return "\n".join(lines)


def _by(ledger: Ledger, place: int) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for key, n in ledger.refused.items():
        counts[key[0], key[place]] += n
    return counts


def _table(title: str, names: Iterable[str], counts: Counter[tuple[str, str]]) -> Sequence[str]:
    rows = [f"| {name} | {counts['posts', name]:,} | {counts['engagements', name]:,} |" for name in names]
    totals = [f"{sum(n for (of, _), n in counts.items() if of == stream):,}" for stream in STREAMS]
    return [f"| {title} | posts | engagements |", "|---|--:|--:|", *rows, f"| all | {' | '.join(totals)} |"]


def _mutations(ledger: Ledger) -> Sequence[str]:
    refused = _by(ledger, 1)
    rows = []
    for name in MUTATIONS:
        cells = [f"{counts[stream, name]:,}" for stream in STREAMS for counts in (ledger.decoded, refused)]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return ["| mutation | posts decoded | refused | engagements decoded | refused |", "|---|--:|--:|--:|--:|", *rows]
