"""Screening doubts what `check` doubts, and leaves undecided what it leaves undecided."""

from __future__ import annotations

import csv
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from policykb.api import Policykb
from policykb.check import run_check
from policykb.columns.screen import Screening, screen

ROWS, SEED = 2000, 20201101
COLUMNS = ("id", "name", "creditCode", "period", "tradeCNY", "priorTradeCNY", "tradeUSD", "tradeRank", "usdCnyRate")
AMOUNTS = (
    "",
    "",
    "0",
    "499.5",
    "500",
    "2999.99",
    "3000",
    "1000000",
    "11000",
    "90000000",
    "99000000",
    "7000000",
    "63000000",
)
CODES = ("91370402MA0000015R", "91370402MA0000023L")


def rows() -> list[list[str]]:
    """Enterprise-years whose figures lie on and around the bounds of the rules; some of one subject."""
    dice = random.Random(SEED)
    found = []
    for number in range(ROWS):
        repeated = dice.random() < 0.05
        name = dice.choice(("甲有限公司", "甲 有限责任公司", "乙")) if repeated else f"枣庄{number}贸易行"
        code = dice.choice(CODES) if repeated and dice.random() < 0.4 else ""
        money = [dice.choice(AMOUNTS) for _ in range(3)]
        rank = str(dice.choice((number + 1, number + 1, 1, 2 * ROWS))) if dice.random() < 0.7 else ""
        period = "2020" if dice.random() < 0.8 else "2021"
        found.append([f"r{number}", name, code, period, *money, rank, dice.choice(("", "", "6.9", "4.9", "9.1"))])
    return found


@pytest.mark.proof
def test_screening_tells_what_check_tells(shipped: Policykb, tmp_path: Path) -> None:
    """Two thousand records: the same findings by record, rule and item, errors among the invalid, warnings apart."""
    file = tmp_path / "EnterpriseYear.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows()])
    kind = shipped.vocabulary.record_types["EnterpriseYear"]
    report = screen(shipped, file, Screening(kind, tmp_path / "out", rows="none", format="csv"))
    told: dict[str, list[tuple[str, str, str]]] = {}
    for folder in ("doubtful", "invalid"):
        parts = (tmp_path / "out" / folder).glob("*.csv")
        lines = [row for part in parts for row in csv.DictReader(part.open(encoding="utf-8"))]
        told[folder] = sorted((row["record"], row["rule"], row["item"]) for row in lines)

    checked = [located.finding for located in run_check(shipped, [file]).findings]
    wrong = {finding.record for finding in checked if finding.severity == "error"}
    kept = [f for f in checked if f.severity == "warning" and f.rule in {rule for _, rule, _ in told["doubtful"]}]
    beside = Counter(rule for _, rule, _ in told["doubtful"])

    errors = [finding for finding in checked if finding.severity == "error"]
    assert sorted((name, rule) for name, rule, _ in told["invalid"]) == sorted((f.record, f.rule) for f in errors)
    # A screening names the column of an error as well that `check` tells by its cell alone.
    assert {(f.record, f.rule, f.fact) for f in errors if f.fact is not None} <= set(told["invalid"])
    assert {one for one in told["doubtful"] if one[0] not in wrong} == {
        (f.record, f.rule, f.fact) for f in kept if f.record not in wrong
    }
    assert (report.invalid, report.is_compared) == (len(wrong), True)
    assert {
        "EnterpriseYear-tradeCNY-usual",
        "EnterpriseYear-tradeCNY-jump",
        "EnterpriseYear-tradeCNY-rate",
    } <= beside.keys()
    assert {"shared-place", "contradicted-place", "name-of-several-codes", "differing-spelling"} <= beside.keys()
    assert Decimal(beside.total()) > ROWS / 2
