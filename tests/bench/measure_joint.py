"""Measure what groups over several records cost a screening: the made-up document with its caps, and without them.

Each measurement runs in a process of its own. What is printed is CPU time and peak memory, and the ratio of the times.

    python tests/bench/measure_joint.py [--size 1000000] [--rows tidy|none]
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

GROUPS = r"(?ms)^<clause/[\w-]+> a pkb:Group ;.*?\.\n(?=\n|\Z)"
SUBJECTS = 5  # records of each


def make(path: Path, count: int) -> None:
    """Exhibitions of companies, some with their code, of two years; a tenth of the facts missing."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SELECT setseed(0.42)")
        connection.execute(
            f"""COPY (SELECT 'e' || i AS id, (2023 + (random() < 0.5)::INT)::VARCHAR AS period,
            '企业' || (i // {SUBJECTS}) || '有限公司' AS name,
            CASE WHEN random() < 0.1 THEN NULL ELSE random() < 0.9 END AS overseas,
            CASE WHEN random() < 0.1 THEN NULL ELSE exp(random() * 13)::DECIMAL(18,2) END AS "boothFeeCNY"
            FROM range({count}) t(i)) TO '{path}' (FORMAT parquet)"""
        )


def run(root: Path, path: Path, rows: str) -> None:
    """Screen once to warm up, and once more; print the CPU time of the second, and peak memory."""
    from policykb.api import load_policykb
    from policykb.columns.screen import Screening, screen

    kb = load_policykb(root, "demo-2023")
    kind = kb.vocabulary.record_types["Exhibition"]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for number in range(2):
            started = time.process_time()
            report = screen(kb, path, Screening(kind, Path(folder) / str(number), rows=rows))
            spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    totals = {name: (str(one.min), str(one.max)) for name, one in report.summary.totals.items()}
    print(json.dumps({"cpu": spent, "rss": peak, "totals": totals}))


def main() -> None:
    """Measure with and without groups, and print the ratio."""
    from made import beside_the_shipped

    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rows", default="tidy")
    parser.add_argument("--run", nargs=2, metavar=("ROOT", "FILE"))
    chosen = parser.parse_args()
    if chosen.run:
        run(Path(chosen.run[0]), Path(chosen.run[1]), chosen.rows)
        return
    with tempfile.TemporaryDirectory() as held:
        folder, found = Path(held), {}
        make(folder / "in.parquet", chosen.size)
        fixture = Path(__file__).parents[1] / "fixtures" / "scopes"
        for name in ("with", "without"):
            (folder / name).mkdir()
            root = beside_the_shipped(folder / name, fixture)
            document = root / "policy" / "demo-2023" / "document.ttl"
            if name == "without":
                document.write_text(re.sub(GROUPS, "", document.read_text("utf-8")), "utf-8")
            call = [sys.executable, __file__, "--rows", chosen.rows, "--run", str(root), str(folder / "in.parquet")]
            done = subprocess.run(call, capture_output=True, text=True, check=True)
            found[name] = json.loads(done.stdout.splitlines()[-1])
            print(name, found[name])
    print(f"ratio of CPU times: {found['with']['cpu'] / found['without']['cpu']:.2f}")


if __name__ == "__main__":
    main()
