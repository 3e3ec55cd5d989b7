"""Try every mutant and report, article by article, how many are noticed.

The gate: at least 95 of 100 are noticed, by a scenario or by the proof of the numbers against their words, and every
one that neither notices is explained in survivors.yaml; an explanation that no survivor needs is a fault as well.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from policykb.law.load import find_root, standing

from .report import counts, page, table
from .run import run

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors.yaml"
PAGE = HERE.parents[1] / "docs" / "reference" / "mutation.md"
GATE = 0.95


def explanations() -> dict[str, dict[str, str]]:
    """The survivors that are known, by the name of the mutant, each with its reason in zh and en."""
    reasons = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return {name: {"zh": reason["zh"], "en": reason["en"]} for reason in reasons for name in reason["mutants"]}


def main() -> int:
    """Run, write the page, and return 1 where the gate is not passed."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--policy", default=standing(find_root())[0], help="slug of the policy document")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="mutants whose name holds this word; no page is written")
    chosen = parser.parse_args()
    rows = run(chosen.policy, chosen.workers, chosen.only)
    known = explanations()
    for name, total, killed, proof, left in table(rows):
        print(f"article {name or '–':>2}: {killed}/{total} noticed, {proof} by the proof alone, {left} survive")
    survivors = [row.mutant for row in rows if not row.verdict.killed and not row.verdict.proof]
    for mutant in survivors:
        print(f"  {'explained' if mutant.name in known else 'UNEXPLAINED'}: {mutant.name} ({mutant.kind})")
    total, killed, proof, _ = counts(rows)
    share = (killed + proof) / max(total, 1)
    print(f"{killed} of {total} mutants noticed by a scenario, {proof} more by the proof: {100 * share:.1f} %")
    if chosen.only:
        return 0
    PAGE.write_text(page(rows, known), encoding="utf-8")
    names = {mutant.name for mutant in survivors}
    for name in sorted(known.keys() - names):
        print(f"survivors.yaml explains {name!r}, which does not survive.", file=sys.stderr)
    return int(known.keys() != names or share < GATE)


if __name__ == "__main__":
    sys.exit(main())
