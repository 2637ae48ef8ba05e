"""`make fuzz`: doubtful records through the reader until so many were mutated; prints what became of them.

Exit 1 if an exception escapes or a record has no outcome, or two; the message says how to see it again.
"""

import argparse
import sys
import time

from tests.fuzz.harness import FuzzError, Ledger, Reader, live
from tests.fuzz.lives import life_of
from tests.fuzz.report import report


def main() -> None:
    """Fuzz, and print the report."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="mutated records, at least")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other records")
    parser.add_argument("--life", type=int, default=None, help="only this life: to see a failure again")
    arguments = parser.parse_args()
    ledger, started = Ledger(), time.monotonic()
    number = arguments.life or 0
    try:
        while ledger.mutated < arguments.records:
            live(life_of(arguments.seed, number), Reader(), ledger)
            if arguments.life is not None:
                break
            number += 1
    except FuzzError as error:
        print(error, file=sys.stderr)
        raise
    print(report(ledger))
    print(f"\n{number} lives of seed {arguments.seed} in {time.monotonic() - started:.0f} s.")


main()
