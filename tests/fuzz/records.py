"""Records of the sample with a cell or two changed, and what each command makes of them."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from policykb.api import Policykb
from policykb.law.uniqueness import read_uniqueness

from .calls import call
from .kinds import EXAMPLES
from .mutate import ODD

__all__ = ["Mutated", "applied", "checked", "mutate", "screened", "write"]

GARBAGE = ("☃", "qX", "¿", "жщ", "#REF!", "ⓧ")
"""What stands in no number, day, code or truth value, whatever stands beside it."""
FREE = ("id", "name")
"""Columns in which any text may stand."""
PUT = (
    "约", "-", "−", "+", ".", ",", " ", "　", "万", "万元", "元", "%", "美元", "e3", "0", "1", "9", "（", "是", "否",
    "12", "0.5", "2021", "１", "五", "'", "以上", "~", "…", "1,000", "2020-02-30", "true", "True ", "未知", "暂无",
    "无", "不", "/",
)  # fmt: skip
Row = Mapping[str, str]
Decided = Mapping[str, tuple[str, Decimal | None, Decimal | None]]


@dataclass(frozen=True)
class Mutated:
    """A record, and the column in which garbage stands, if in any."""

    row: Row
    garbage: str | None


def mutate(kb: Policykb, kind: str, count: int, source: random.Random) -> list[Mutated]:
    """So many records of a type, each of a subject of its own, so that nothing is compared across them."""
    with (EXAMPLES / f"district-2020-csv/{kind}.csv").open(encoding="utf-8-sig", newline="") as stream:
        samples = list(csv.DictReader(stream))
    blank = {"creditCode", *(one.fact for one in read_uniqueness(kb.knowledge).compared)}
    found: list[Mutated] = []
    for number in range(count):
        row = {name: "" if name in blank else text for name, text in source.choice(samples).items()}
        row |= {"id": f"r{number}", "name": "甲"}
        open_to = [name for name in row if name not in blank and name != "id"]
        garbage = None
        for _ in range(source.choice((1, 1, 2))):
            column = source.choice([name for name in open_to if row[name]] or open_to)
            if source.random() < 0.3 and column not in FREE:
                garbage = column
                at = source.randint(0, len(row[column]))
                row[column] = row[column][:at] + source.choice(GARBAGE) + row[column][at:]
            elif column != garbage:
                row[column] = _text(row[column], source)
        row["name"] += f"·{number}"
        found.append(Mutated(row, garbage))
    return found


def _text(text: str, source: random.Random) -> str:
    """Another text of a cell; whatever it is, it stays on one line."""
    at, end = sorted((source.randint(0, len(text)), source.randint(0, len(text))))
    piece = source.choice(PUT) if source.random() < 0.8 else source.choice(ODD)
    changed = source.choice(
        (text[:at] + piece + text[at:], text[:at] + piece + text[end:], piece, text[:at] + text[end:], text[:at] * 2)
    )
    return "".join(char for char in changed if char not in "\r\n\0")[:200]


def write(records: Sequence[Mutated], path: Path) -> None:
    """The records as delimited text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0].row))
        writer.writeheader()
        writer.writerows(dict(one.row) for one in records)


def applied(path: Path) -> tuple[dict[str, Decided], set[str]]:
    """What `apply` decides of each record, and which it does not decide since its data are wrong."""
    done = call(["apply", path.name, "--format", "json", "--all"], path.parent)
    assert done.code == 0, done.err
    decided: dict[str, dict[str, tuple[str, Decimal | None, Decimal | None]]] = {}
    wrong = set()
    for one in json.loads(done.out)["decisions"]:
        if one["status"] == "invalid-record":
            wrong.add(one["record"])
        elif one["status"] != "not-applicable":
            amount = one["amount"] or {}
            ends = [None if amount.get(end) is None else Decimal(amount[end]) for end in ("min", "max")]
            decided.setdefault(one["record"], {})[one["clause"]] = (one["status"], ends[0], ends[1])
    return dict(decided), wrong


def checked(path: Path) -> set[str]:
    """Of which records `check` says that their data are wrong."""
    done = call(["check", path.name, "--format", "json"], path.parent)
    assert done.code in (0, 1), done.err
    return {one["record"] for one in json.loads(done.out)["findings"] if one["severity"] == "error"}


def screened(path: Path, out: Path) -> tuple[dict[str, Decided], set[str]]:
    """The same of `screen`."""
    program = [sys.executable, "-c", "from policykb.cli import main; main()"]
    words = ["screen", path.name, "--out", out.name, "--all", "--format", "csv"]
    done = subprocess.run([*program, *words], cwd=path.parent, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    decided: dict[str, dict[str, tuple[str, Decimal | None, Decimal | None]]] = {}
    for row in _rows(out / "decisions"):
        if row["clause"]:
            ends = [Decimal(row[name]) if row[name] else None for name in ("amount_min", "amount_max")]
            decided.setdefault(row["record"], {})[row["clause"]] = (row["status"], ends[0], ends[1])
    return dict(decided), {row["record"] for row in _rows(out / "invalid")}


def _rows(folder: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted(folder.glob("*.csv")) if folder.exists() else ():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            found += list(csv.DictReader(stream))
    return found
