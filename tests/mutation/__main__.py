"""Try every mutant and report, article by article, how many are noticed.

The gate: at least 95 of 100 are noticed, by a scenario or by the proof of the numbers against their words; those that
change nothing are not counted: every scenario, also without any one or two of its facts, is decided as before. Every
one that neither notices is explained in survivors/; an explanation that no survivor needs is a fault as well.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from policykb.api import load_policykb
from policykb.law.load import documents, find_root

from .judge import Judge
from .report import counts, page, section, sections, table
from .run import run

HERE = Path(__file__).parent
SURVIVORS = HERE / "survivors"
PAGE = HERE.parents[1] / "docs" / "reference" / "mutation.md"
GATE = 0.95


def explanations(policy: str) -> dict[str, dict[str, str]]:
    """The survivors of a document that are known, by the name of the mutant, each with its reason in zh and en."""
    file = SURVIVORS / f"{policy}.yaml"
    reasons = (yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None) or []
    return {name: {"zh": reason["zh"], "en": reason["en"]} for reason in reasons for name in reason["mutants"]}


def main() -> int:
    """Run, write the page, and return 1 where a document does not pass the gate."""
    every = documents(find_root())
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--policy", action="append", choices=every, help="slug of a policy document; all if left out")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="mutants whose name holds this word; no page is written")
    chosen = parser.parse_args()
    passed = True
    for slug in chosen.policy or every:
        passed = _document(slug, every, chosen.workers, chosen.only) and passed
    return int(not passed)


def _document(slug: str, every: tuple[str, ...], workers: int, only: str) -> bool:
    """Try the mutants of one document, write its part of the page, and say whether it passes."""
    rows, known = run(slug, workers, only), explanations(slug)
    print(slug)
    for name, total, killed, proof, left in table(rows):
        print(f"article {name or '–':>2}: {killed}/{total} noticed, {proof} by the proof alone, {left} survive")
    survivors = [row.mutant for row in rows if not row.verdict.killed and not row.verdict.proof]
    for mutant in survivors:
        print(f"  {'explained' if mutant.name in known else 'UNEXPLAINED'}: {mutant.name} ({mutant.kind})")
    total, killed, proof, _ = counts(rows)
    judge = Judge(slug)
    same = [mutant.name for mutant in survivors if not mutant.together and judge.changes_nothing(mutant)]
    for mutant in survivors:
        if mutant.name not in same:
            print(f"  changes an answer: {mutant.name}")
    share = (killed + proof) / max(total - len(same), 1)
    print(f"{killed} of {total} mutants noticed by a scenario, {proof} more by the proof, {len(same)} change nothing:")
    print(f"{100 * (killed + proof) / max(total, 1):.1f} % of all, {100 * share:.1f} % of those that change anything")
    if only:
        return True
    title = load_policykb(policy=slug).book.document.title
    written = sections(PAGE.read_text(encoding="utf-8")) | {slug: section(slug, title, rows, known, len(same))}
    PAGE.write_text(page(written[one] for one in every if one in written), encoding="utf-8")
    names = {mutant.name for mutant in survivors}
    for name in sorted(known.keys() - names):
        print(f"survivors/{slug}.yaml explains {name!r}, which does not survive.", file=sys.stderr)
    return known.keys() == names and share >= GATE


if __name__ == "__main__":
    sys.exit(main())
