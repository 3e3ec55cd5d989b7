"""Inputs that look unusual and are right: read exactly, without an error or a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from deciders import decider_with
from made_inputs import Case, read_inputs
from policykb.check import run_check
from policykb.datarules import written

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
