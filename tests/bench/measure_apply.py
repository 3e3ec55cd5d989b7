"""Measure `apply` from a hundred records on, in every format that streams, beside an earlier version in the same run.

`check` is measured over the same table with a fault in every tenth row, and `screen` writing the same rows. Each
measurement is a whole process: wall time, processor time of its own, and peak memory. The last column is how the time
grew for ten times the records.

    python tests/bench/measure_apply.py [--sizes 100,1000] [--formats csv,jsonl,json,xlsx] [--beside FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIZES, FORMATS = (100, 1_000, 10_000, 100_000), ("csv", "jsonl", "json", "xlsx", "check", "screen")
NEW = ("jsonl",)
"""Formats that earlier versions do not have."""
MEGABYTE = 2**10  # of the unit of ru_maxrss
COLUMNS = ("id", "name", "period", "producer", "tradeUSD", "priorTradeUSD", "tradeCNY", "priorTradeCNY", "inStatistics")


def make(path: Path, count: int, *, is_faulty: bool = False) -> None:
    """A table of enterprise-years from a seed; a third of the truths are left out, and of every tenth row, where it
    `is_faulty`, a sum is no number."""
    dice = random.Random(count)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(COLUMNS)
        for number in range(count):
            dollars = [dice.randint(300_000, 9_000_000) for _ in range(2)]
            yuan = [round(one * 6.9) for one in dollars]
            truths = [dice.choice(("是", "否", "")) for _ in range(2)]
            yuan = ["约六千", yuan[1]] if is_faulty and number % 10 == 0 else yuan
            rows.writerow([f"e{number}", f"虚构{number}有限公司", 2020, truths[0], *dollars, *yuan, truths[1]])


def call(table: Path, form: str, out: Path) -> list[str]:
    """The words of a call: a format of `apply`, or another command."""
    if form == "check":
        return ["check", str(table.with_name("faulty") / table.name)]
    if form == "screen":
        shutil.rmtree(out, ignore_errors=True)
        return ["screen", str(table), "--all", "--format", "csv", "--out", str(out)]
    return ["apply", str(table), "--out", str(out), "--format", form]


def measured(root: Path, table: Path, form: str, out: Path) -> tuple[float, float, float] | None:
    """Seconds, seconds of a processor and megabytes of a call; nothing where it failed."""
    start = time.monotonic()
    work = subprocess.Popen(
        [sys.executable, "-c", "from policykb.cli import main; main()", *call(table, form, out)],
        env={**os.environ, "PYTHONPATH": str(root / "scripts")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(work.pid, 0)
    # `check` ends with 1 where it finds errors.
    if os.waitstatus_to_exitcode(status) not in ((1,) if form == "check" else (0,)):
        return None
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / MEGABYTE


def main() -> None:
    """Print a line for each format, size and version."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--beside", type=Path, help="a clone of an earlier version")
    chosen = parser.parse_args()
    roots = {"now": ROOT, **({"before": chosen.beside.resolve()} if chosen.beside else {})}
    print(f"{'format':8}{'version':10}{'records':>9}{'seconds':>10}{'CPU':>8}{'MB':>8}{'growth':>8}")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "EnterpriseYear.csv"
        before: dict[tuple[str, str], float] = {}
        for size in map(int, chosen.sizes.split(",")):
            make(table, size)
            (faulty := table.with_name("faulty")).mkdir(exist_ok=True)
            make(faulty / table.name, size, is_faulty=True)
            for form in chosen.formats.split(","):
                for version, root in roots.items():
                    if version != "now" and form in NEW:
                        continue
                    found = measured(root, table, form, Path(folder) / f"{version}.{form}")
                    if found is None:
                        print(f"{form:8}{version:10}{size:9}    ended without an answer")
                        continue
                    was = before.get((form, version))
                    before[form, version] = found[0]
                    grown = "" if was is None else f"{found[0] / was:.1f}"
                    print(
                        f"{form:8}{version:10}{size:9}{found[0]:10.1f}{found[1]:8.1f}{found[2]:8.0f}{grown:>8}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
