"""Sheets laid out as offices lay them out: read as they are meant, or an error on every record touched.

`POLICYKB_SHEETS` sets how many layouts are drawn. What a layout means is known from the grammar that drew it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deciders import decider_with
from policykb.readers import body, headers, numbers, strays, tables, values
from policykb.readers.asides import Asides
from policykb.readers.cells import Cell, Read
from policykb.readers.column import Column
from policykb.readers.headers import Names
from policykb.readers.numbers import read_number
from policykb.readers.part import Part
from policykb.readers.sheet import groups, units
from policykb.readers.sheet.units import Lines
from policykb.readers.tables import TableReader
from policykb.readers.values import Values
from sheets.grammar import Layout, draw, fixed
from sheets.reading import differences, read_file, read_here, save
from sheets.writer import write

COUNT = int(os.environ.get("POLICYKB_SHEETS", "1000"))
FILES = max(60, COUNT // 40)
FIXED = list(fixed())


def silent(layouts: Iterable[Layout]) -> Iterator[str]:
    """What is read silently wrong in sheets of some layouts, held in memory."""
    kb = decider_with()
    reader = TableReader(kb.vocabulary)
    for one in layouts:
        sheets = write(one)
        for said in differences(sheets, read_here(sheets, kb, reader)):
            yield f"{one}: {said}"


@pytest.mark.proof
def test_every_choice_and_pairs_of_them() -> None:
    """At least 150 layouts, each choice by itself and the places of the unit with the others, are read as meant."""
    assert len(FIXED) >= 150
    assert list(silent(FIXED)) == []


@pytest.mark.proof
def test_drawn_layouts() -> None:
    """Right, or an error on every record touched; never another value, never a record lost without a finding."""
    assert list(silent(map(draw, range(COUNT)))) == []


@pytest.mark.proof
def test_most_layouts_are_read() -> None:
    """Errors alone would be no reading: of the records that can be known, most are read as they are meant."""
    kb = decider_with()
    reader = TableReader(kb.vocabulary)
    right = known = 0
    for one in [draw(seed) for seed in range(300)]:
        sheets = write(one)
        told = read_here(sheets, kb, reader)
        rows = {(sheet.name, meant.row) for sheet in sheets for meant in sheet.meant if not meant.must_fail}
        known += len(rows)
        if not isinstance(told, str):
            right += sum((r.place.sheet, r.place.row) in rows and r.id not in told[2] for r in told[0])

    assert right > 0.8 * known


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_layouts_in_files(suffix: str, tmp_path: Path) -> None:
    """The same for files; delimited text has neither merged cells nor number formats, so those are not drawn there."""
    kb = decider_with()
    found = []
    for seed in range(FILES):
        one = draw(seed)
        plain = {"merges": "none", "dates": "number", "header": "one", "title": "none"}
        plain |= {"unit": "line"} if one.choices["unit"] in ("format", "group", "sheet name") else {}
        one = one if suffix == ".xlsx" else replace(one, choices={**one.choices, **plain})
        sheets = write(one)[: 1 if suffix == ".csv" else None]
        path = save(sheets, tmp_path / f"企业年度情况{suffix}")
        found += [f"{one}: {said}" for said in differences(sheets, read_file(path, kb))]

    assert found == []


def _first_cell_alone(self: Asides, text: str) -> Any:
    return "total" if text in ("合计", "总计", "小计") else None


def _first_column() -> Callable[..., Any]:
    """What a header over several columns says is taken for the title of the first of them."""
    last: tuple[int, str] = (-1, "")

    def under(names: Names, column: Column, over: Sequence[str]) -> Column:
        nonlocal last
        if not over:
            return column
        is_first = over[0] != last[1] or column.index <= last[0]
        last = (column.index, over[0])
        return names.column(column.index, over[0], None) if is_first else Column(column.index, column.title)

    return under


def _digits_alone(cell: Cell, *rest: Any) -> Read:
    return read_number(replace(cell, text=re.sub(r"[^0-9.,-]", "", cell.text) or "0"), *rest)


FAULTS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "the lines above say nothing about units": (tables, "read_lines", lambda *_: Lines()),
    "a line that is not understood is passed over": (units, "_is_body", lambda *_: True),
    "a header over several columns says nothing": (headers, "under", lambda names, column, over: column),
    "a group without a total is passed over": (headers, "without_total", lambda columns, names, kind: list(columns)),
    "three words alone make a total": (Asides, "kind", _first_cell_alone),
    "no sum is looked for": (body, "sums_among", lambda lines: {}),
    "a second header is that of the first table once more": (
        strays,
        "repeats_header",
        lambda head, here: len(here) > 1 and any(cell.text in head.titles.values() for cell in here.values()),
    ),
    "a row below an unknown header is like any other": (strays, "is_another_header", lambda *_: False),
    "a merged figure is that of its first row": (Part, "_is_merged", lambda *_: False),
    "anything is a name": (Values, "read_name", lambda self, cell: self.read_text(cell)),
    "a unit beside a figure counts for nothing": (numbers, "_unit", lambda *given: given[3]),
    "a column without a unit is in yuan, whatever stands beside it": (
        tables,
        "with_open_scales",
        lambda columns, lines, names: tuple(columns),
    ),
    "a header over several columns names its first one": (headers, "under", _first_column()),
    "figures of half a year are those of the year": (tables, "with_whole_years", lambda columns, *_: tuple(columns)),
    "a category is a name like any other": (Asides, "is_nobody", lambda self, text: False),
    "a place is an enterprise": (Asides, "is_area", lambda self, text: False),
    "headers between two others say nothing": (groups, "_below", lambda names, parts, leaf: leaf),
    "a figure is read without what stands around its digits": (values, "read_number", _digits_alone),
    "remarks in a title do not matter": (Names, "unclear", lambda self, column, remark, name: column),
}
"""Faults of the reader, each as what is put in the place of a part of it."""


@pytest.mark.proof
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_reader_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these faults of the reader shows in the fixed layouts, or in 400 drawn ones."""
    where, name, wrong = FAULTS[fault]
    monkeypatch.setattr(where, name, wrong)

    assert next(silent([*FIXED, *map(draw, range(400))]), None) is not None
