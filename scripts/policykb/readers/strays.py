"""Rows of a table that look like records and are none: prefilled ones, its header once more, that of another table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..model import Record
from ..patterns import regex
from .cells import Cell
from .column import Column
from .findings import Refused
from .part import Head
from .words import half_width, normal

if TYPE_CHECKING:
    from .tables import TableReader

__all__ = [
    "doubt_of",
    "has_figures",
    "is_another_header",
    "is_heading",
    "is_section",
    "is_signing",
    "is_unused",
    "repeats_header",
]

_CHINESE = frozenset("一二三四五六七八九十")
_HEADING = regex(r"(?:[一二三四五六七八九十]{1,3}\s*[、.]|\([一二三四五六七八九十]{1,3}\))\s*\D+")


def is_unused(reader: TableReader, head: Head, here: Mapping[int, Cell]) -> bool:
    """Whether a row names nobody and holds nothing but a running number and what is filled in beforehand."""
    values = reader.values
    columns = {column.index: column for column in head.columns}
    for index, cell in here.items():
        column = columns.get(index)
        if column is None:
            return False
        if column.known in ("id", "name", "creditCode") or column.fault:
            return False
        if cell.kind in ("error", "uncalculated", "date") and column.known != "period":
            return False
        fact = reader.vocabulary.facts[column.facts[0]] if column.facts else None
        if fact is None:
            continue
        text = half_width(cell.text)
        is_nothing = text in ("", "0", "0.0", "0.00") or values.is_no(cell)
        if not is_nothing:
            return False
    return True


def doubt_of(
    reader: TableReader, record: Record, cell: Cell, column: Column | None, *, is_loose: bool
) -> tuple[str, str] | None:
    """The rule by which a remark in a cell, or in a comment on it, leaves its row in doubt, with the words that do.

    Args:
        reader: the reader of the table.
        record: the record of the row.
        cell: the cell.
        column: its column.
        is_loose: whether nothing is known of the column: all it can hold is a remark.
    """
    kind = reader.vocabulary.record_types[record.type]
    if is_loose and (rule := reader.doubt_beside(kind, cell.text, record.period)):
        return rule, cell.text
    for remark in () if cell.layout is None else cell.layout.remarks:
        rule = reader.doubt_beside(kind, remark, record.period)
        # A comment on a figure that is not read may be about that figure alone.
        if rule == "void-row" or (rule and column is not None and column.is_recognised):
            return rule, remark
    return None


def repeats_header(head: Head, here: Mapping[int, Cell]) -> bool:
    """Whether a row is the header of the table once more, with every column that is read."""
    read = [column.index for column in head.columns if column.is_recognised]
    return (
        len(here) > 1
        and all(normal(cell.text) == normal(head.titles.get(i, "")) for i, cell in here.items())
        and all(index in here or head.rows[index] != head.row for index in read)
    )


def is_another_header(reader: TableReader, head: Head, here: Mapping[int, Cell]) -> bool:
    """Whether a row of words stands where figures and periods belong: the header of a table that is not known."""
    counted = 0
    if len(here) < 2 or any(cell.kind != "text" for cell in here.values()):
        return False
    for column in head.columns:
        cell = here.get(column.index)
        if cell is None or not column.is_recognised:
            continue
        text = half_width(cell.text)
        if any(letter.isdigit() for letter in text):
            return False
        if column.known == "period":
            counted += 1
        for name in column.facts[:1]:
            fact = reader.vocabulary.facts[name]
            if fact.datatype in ("decimal", "integer", "boolean"):
                if reader.values.is_word(cell):
                    return False
                counted += 1
    return counted > 0


def is_signing(reader: TableReader, cell: Cell) -> bool:
    """Whether a lone cell is a day, or a month of a year: that of signing, below the last record."""
    try:
        return "-" in str(reader.values.read_period(cell).value)
    except Refused as refused:
        return refused.rule == "date-without-day"


def has_figures(head: Head, here: Mapping[int, Cell]) -> bool:
    """Whether a row has a number, a truth value and the like in the column of an item."""
    stated = [here[column.index] for column in head.columns if column.facts and column.index in here]
    return any(cell.kind != "text" or any(letter.isdigit() for letter in cell.text) for cell in stated)


def is_section(text: str) -> bool:
    """Whether 一、 or （二） stands in the place of a running number: the heading of a section."""
    plain = half_width(text).strip("()、. ")
    return bool(plain) and all(letter in _CHINESE for letter in plain)


def is_heading(here: Mapping[int, Cell], number_at: int | None) -> bool:
    """Whether a row is nothing but the heading of a section: 一、某镇; or 一 for a running number, and a text."""
    if any(cell.kind != "text" for cell in here.values()):
        return False
    texts = [cell.text for cell in here.values()]
    if len(texts) == 1:
        return _HEADING.fullmatch(half_width(texts[0])) is not None
    return len(texts) == 2 and next(iter(here)) == number_at and is_section(texts[0])
