"""Small sheets, each with what it means written down by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from deciders import decider_with
from policykb.readers.tables import TableReader
from sheets.clerk import sheet_of
from sheets.corpus import CASES, Case
from sheets.reading import Told, read_file, read_here, save

EVERY = 12
"""Of so many cases one is read from a file as well."""


def read_of(case: Case, told: Told) -> dict[int, dict[str, Decimal] | str]:
    """What was read, by row: the figures, or an error."""
    assert not isinstance(told, str), f"the file is refused: {told}"
    records, _, wrong = told
    return {
        record.place.row or 0: "error"
        if record.id in wrong
        else {name: value for name, value in record.facts.items() if isinstance(value, Decimal)}
        for record in records
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_sheet_is_read_as_it_is_meant(case: Case) -> None:
    """The figures of each record as they are meant, an error where that cannot be known, and no other record."""
    kb = decider_with()
    sheet = sheet_of(case.sheet, case.text)

    assert read_of(case, read_here([sheet], kb, TableReader(kb.vocabulary))) == case.told


@pytest.mark.parametrize("case", CASES[::EVERY], ids=lambda case: case.name)
def test_so_is_a_workbook(case: Case, tmp_path: Path) -> None:
    """The same from the bytes of a workbook."""
    path = save([sheet_of(case.sheet, case.text)], tmp_path / f"{case.sheet}.xlsx")

    assert read_of(case, read_file(path, decider_with())) == case.told


def test_the_corpus_is_large() -> None:
    """At least 150 cases, each of a name of its own."""
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
