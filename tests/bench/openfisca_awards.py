"""The awards of three articles on OpenFisca-core, for comparison: measured, and compared with policykb's answer.

Runs in an environment of its own (openfisca.txt). It reads the same Parquet file as the other measurements:

    python openfisca_awards.py plain|known TYPE FILE.parquet SUMMARY.json

`plain` is how one writes it, a missing value read as zero or no; `known` has a known-flag for every fact and three
values by hand. The last line it prints is JSON: time and memory from the file to the totals, and per clause how often
the answer differs from policykb's. SUMMARY.json is that of `policykb screen` over the same file.

Exits with 1 where the totals do not agree as they must.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from peer import compare, exact, known, plain
from peer.inputs import Reading, read
from peer.rules import AWARDS, GROUPS, awards_of, groups_of
from peer.system import simulate, system
from peer.totals import Totals, add_exact, add_known, add_plain

WARMING = 1_000
"""Records decided before the clock starts."""


class Run:
    """One way of writing the awards, over the records of one type."""

    def __init__(self, way: str, kind: str) -> None:
        self.kind, self.is_known = kind, way == "known"
        self.awards, self.groups = awards_of(kind), groups_of(kind)
        formulas: dict[str, Any] = {}
        for name in (*self.awards, *self.groups):
            if self.is_known:
                status, least, most = known.FORMULAS[name]
                formulas |= {name: (int, status), f"{name}_least": (float, least), f"{name}_most": (float, most)}
            else:
                formulas[name] = (float, plain.FORMULAS[name])
        self.wanted = list(formulas)
        self.rules = system(kind, formulas, self.is_known)

    def totals(self, path: str, most: int | None = None) -> Totals:
        """From the file to counts by status and sums."""
        found: Totals = defaultdict(int)
        for columns in read(path, self.kind, Reading(known=self.is_known), most):
            answers = simulate(self.rules, columns, self.wanted)
            if self.is_known:
                add_known(found, answers, self.awards, self.groups)
            else:
                add_plain(found, answers)
        return found

    def differences(self, path: str) -> tuple[Totals, Totals]:
        """What differs from the exact answers, record by record; and the totals of the exact answers."""
        counts: Totals = defaultdict(int)
        sums: Totals = defaultdict(int)
        stated = read(path, self.kind, Reading(known=True, exact=True))
        for columns, precise in zip(read(path, self.kind, Reading(known=self.is_known)), stated, strict=True):
            answers = simulate(self.rules, columns, self.wanted)
            awards = {name: exact.award(name, precise) for name in self.awards}
            groups = {name: exact.group(name, awards) for name in self.groups}
            add_exact(sums, awards, groups)
            count = compare.count_known if self.is_known else compare.count_plain
            count(counts, answers, awards, groups)
        return counts, sums


def main(way: str, kind: str, path: str, summary: str) -> int:
    """Measure and compare; 1 where totals disagree."""
    run = Run(way, kind)
    run.totals(path, WARMING)
    started, cpu = time.perf_counter(), time.process_time()
    found = run.totals(path)
    taken: dict[str, float] = {"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    taken["rss"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts, sums = run.differences(path)
    stated = json.loads(Path(summary).read_text(encoding="utf-8"))
    wrong = compare.disagreements(sums, stated)
    if run.is_known:
        wrong += compare.unlike(found, stated, counts)
    for line in wrong:
        print(f"the totals disagree: {line}", file=sys.stderr)
    for (name, word), number in counts.items():
        shown = AWARDS[name]["clause"] if name in AWARDS else GROUPS[name]["group"]
        taken[f"{shown}: {word}"] = number
    print(json.dumps(taken))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
