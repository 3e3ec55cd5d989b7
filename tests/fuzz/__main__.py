"""Look for faults as long as there is time, and keep each as a file in the corpus.

`POLICYKB_FUZZ` says for how many seconds, 600 where it says nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time

from .explore import CODES, explore
from .kinds import KINDS

ROUND = 15
"""Inputs of one kind, before the next one's turn."""


def main() -> int:
    """Explore; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(KINDS), help="a kind; all where none is named")
    parser.add_argument("--start", type=int, default=random.randrange(2**30), help="the number that draws the inputs")
    chosen = parser.parse_args()
    end = time.monotonic() + float(os.environ.get("POLICYKB_FUZZ", "600"))
    number, faults = chosen.start, 0
    print(f"Start {number}", flush=True)
    while time.monotonic() < end:
        for name in chosen.only or KINDS:
            number += 1
            found = explore(name, ROUND, number)
            if found is not None:
                faults += 1
                print(f"{name}: {found.fault}\n  kept as {found.keep()}", flush=True)
            if time.monotonic() > end:
                break
    for name in KINDS:
        codes = {code: count for (kind, code), count in sorted(CODES.items()) if kind == name}
        print(f"{name}: " + ", ".join(f"{count} with exit code {code}" for code, count in codes.items()))
    print(f"{sum(CODES.values())} inputs, {faults} findings")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
