"""Inputs that look unusual and are right: read exactly, without an error or a warning."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from deciders import decider_with
from made_inputs import Case, read_inputs
from policykb.check import run_check
from policykb.law.data_rules import written

CASES = read_inputs("valid")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.title)
def test_right_values_are_read(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are exactly those stated, conversions are reported as such, and nothing else is found."""
    monkeypatch.chdir(tmp_path)
    path = Path(case.build(tmp_path).name)
    kb = decider_with()
    (record,) = kb.read([path]).records

    assert {name: written(value) for name, value in record.facts.items()} == case.given["facts_read"]
    assert run_check(kb, [path]).findings == ()


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.title)
def test_conversions_do_not_change_what_is_read(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without the report of conversions the same values are read."""
    monkeypatch.chdir(tmp_path)
    path = Path(case.build(tmp_path).name)
    kb = decider_with()
    told, untold = (run_check(kb, [path], conversions=on) for on in (True, False))

    assert [located.finding.severity for located in told.findings if located.finding.severity != "info"] == []
    assert (untold.findings, told.records) == ((), untold.records)


FAULTY = [
    ("r1", "EnterpriseYear", "91370402MA0000015R", {"tradeCNY": "-5", "tradeUSD": "700000"}),
    ("r2", "EnterpriseYear", "91370402MA0000023A", {"tradeRank": "2"}),
    ("r3", "EnterpriseYear", "91370402MA0000031F", {"tradeRank": "0", "tradeCNY": "69000000", "tradeUSD": "1000"}),
    ("r4", "EnterpriseYear", "91370402MA0000031F", {"platformFeeCNY": "5000", "sellsViaPlatform": False}),
    ("r5", "ForeignCapitalProject", "11370402MB0000019G", {"fdiUsedUSD": "5000000", "fdiReceivedUSD": "6000000"}),
    ("r5", "ZoneAssessment", "11370402MB0000019G", {"cityRank": "9", "zoneCount": "8"}),
]
"""Records with wrong and doubtful values that every format can state: id, type, credit code, facts."""
EXPECTED = [
    ("r1", "EnterpriseYear-tradeCNY", "tradeCNY"),
    ("r2", "credit-code-check", "creditCode"),
    ("r3", "EnterpriseYear-tradeRank", "tradeRank"),
    ("r3", "EnterpriseYear-tradeCNY-rate", "tradeCNY"),
    ("r4", "EnterpriseYear-platformFeeCNY-only-sellers", "platformFeeCNY"),
    ("r4", "duplicate-record", "name"),
    ("r5", "ForeignCapitalProject-fdiUsedUSD-agrees", "fdiUsedUSD"),
    ("r5", "Subject-is-enterprise", "creditCode"),
    ("r5", "ZoneAssessment-cityRank-within-zoneCount", "cityRank"),
    ("r5", "duplicate-id", "id"),
]


def _subject(code: str) -> dict[str, str]:
    return {"name": f"甲{code[-6:]}", "creditCode": code}


def as_csv(folder: Path) -> list[Path]:
    """The faulty records as CSV, with the type in a column."""
    facts = list(dict.fromkeys(fact for *_, stated in FAULTY for fact in stated))
    lines = [",".join(("id", "type", "name", "creditCode", "period", *facts))]
    for name, kind, code, stated in FAULTY:
        cells = ("" if fact not in stated else str(stated[fact]).lower() for fact in facts)
        lines.append(",".join((name, kind, f"甲{code[-6:]}", code, "2020", *cells)))
    path = folder / "faulty.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [path]


def as_excel(folder: Path) -> list[Path]:
    """The same rows in one sheet, numbers as numbers."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in as_csv(folder)[0].read_text(encoding="utf-8").splitlines():
        cells = line.split(",")
        sheet.append([*cells[:4], *(int(cell) if cell.lstrip("-").isdigit() else cell or None for cell in cells[4:])])
    path = folder / "faulty.xlsx"
    book.save(path)
    return [path]


def as_json(folder: Path) -> list[Path]:
    """The same as JSON."""
    records = [
        {
            "id": name,
            "type": kind,
            "period": "2020",
            "subject": {"name": f"甲{code[-6:]}", "creditCode": code},
            **stated,
        }
        for name, kind, code, stated in FAULTY
    ]
    path = folder / "faulty.json"
    path.write_text(json.dumps({"records": records}, ensure_ascii=False), encoding="utf-8")
    return [path]


def as_turtle(folder: Path) -> list[Path]:
    """The same as Turtle."""
    lines = ["@prefix pkb: <https://w3id.org/policykb/ns#> .", "@prefix dct: <http://purl.org/dc/terms/> ."]
    for number, (name, kind, code, stated) in enumerate(FAULTY):
        subject = f'[ pkb:name "甲{code[-6:]}" ; pkb:creditCode "{code}" ]'
        facts = " ; ".join(
            f"pkb:{fact} {str(value).lower() if isinstance(value, bool) else value}" for fact, value in stated.items()
        )
        head = f'<urn:{number}> a pkb:{kind} ; dct:identifier "{name}" ; pkb:period "2020"'
        lines.append(f"{head} ; pkb:subject {subject} ; {facts} .")
    path = folder / "faulty.ttl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return [path]


@pytest.mark.parametrize("write", [as_csv, as_excel, as_json, as_turtle])
def test_every_format_gives_the_same_findings(tmp_path: Path, write: Callable[[Path], list[Path]]) -> None:
    """The same records have the same faults, whatever file they come from."""
    report = run_check(decider_with(), write(tmp_path))
    found = [
        (located.finding.record, located.finding.rule, located.finding.fact)
        for located in report.findings
        if located.finding.rule != "fact-of-another-type"
    ]

    assert sorted(map(str, found)) == sorted(map(str, EXPECTED))
