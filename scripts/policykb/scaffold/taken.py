"""Read a rule sheet back into the Turtle files of a document: whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from openpyxl.utils import get_column_letter

from ..doors.files import KNOWLEDGE
from ..doors.writing import not_put_aside
from ..errors import CallError, KnowledgeError, KnowledgeFaults
from ..law.knowledge import Knowledge
from ..law.load import load
from ..law.rules import read_rules
from ..model import Text
from ..names import RDF
from ..readers.book import Sheet
from ..readers.cells import Cell
from ..readers.workbook import open_book, sheet_rows
from ..wording.catalogue import at
from .blocks import Said, read_file, same
from .cells import Column, Names, form_of
from .sheet import KINDS, files_of, kinds_in, names_of

__all__ = ["Taken", "taken"]

_FIRST = 3  # the row in which what is said begins


@dataclass
class Taken:
    """What a sheet changes: the texts of the files that change, and the names of what is altered, added and gone.

    `left` are the resources of its kinds that the sheet does not name, and that stay as they are.
    """

    files: dict[Path, str] = field(default_factory=dict)
    altered: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a sheet: where it stands, what it is about, and what it says in the columns of its sheet."""

    where: str | Text
    kind: str
    subject: ox.NamedNode
    file: str
    said: Said
    columns: tuple[Column, ...]


def taken(knowledge: Knowledge, path: Path) -> Taken:
    """What a sheet says otherwise than the files of the document; nothing is written.

    Args:
        knowledge: what is loaded of the document.
        path: the workbook.

    Raises:
        InputError: it is no workbook, or unsafe.
        CallError: a heading, a name or a value cannot be read; the message names the cell.
        KnowledgeError: the document could not be loaded with what the sheet says.
    """
    names = names_of(knowledge)
    files = {
        file.path.relative_to(knowledge.root).as_posix(): file for file in files_of(knowledge.root, knowledge.policy)
    }
    kinds = kinds_in(knowledge.root, tuple(files.values()))
    found = Taken()
    wanted: dict[str, dict[ox.NamedNode, Said | None]] = {}
    there = {block.subject: (name, block.said) for name, file in files.items() for block in file.blocks}
    rows: dict[ox.NamedNode, _Row] = {}
    for row in _rows(path, names):
        if row.subject in rows:
            raise CallError("sheet-twice", where=row.where, name=names.name(row.subject), other=rows[row.subject].where)
        rows[row.subject] = row
        home, before = there.get(row.subject, (None, {}))
        if home is None and not row.said:
            raise CallError("sheet-empty-row", where=row.where, name=names.name(row.subject))
        if row.file not in files or home not in (None, row.file):
            raise CallError("sheet-no-file", where=row.where, file=row.file, known=[home] if home else sorted(files))
        after = _after(row, before)
        if after is None or not same(before, after):
            wanted.setdefault(row.file, {})[row.subject] = after
            told = found.gone if after is None else found.altered if before else found.added
            told.append(names.name(row.subject))
    found.left = [names.name(subject) for subject in there if subject not in rows and kinds.get(subject)]
    for name, changes in wanted.items():
        found.files[files[name].path] = files[name].changed(changes, names.prefixes)
    _see_loaded(knowledge, found.files, rows)
    return found


def _rows(path: Path, names: Names) -> Iterator[_Row]:
    """The rows of all sheets that are about a kind."""
    book = open_book(path, path.name)
    try:
        kinds = [sheet for sheet in book.sheets if sheet.is_visible]
        found = [(sheet, rows) for sheet in kinds if (rows := _kind(sheet, path.name)) is not None]
        if not found:
            raise CallError("sheet-no-kind", where=path.name, known=sorted(KINDS))
        for sheet, (kind, columns, below) in found:
            heads = {place: _column(text, place, sheet, path.name, names) for place, text in columns.items()}
            for number, cells in below:
                row = _row(sheet, path.name, number, cells, kind, heads, names)
                if row is not None:
                    yield row
    finally:
        book.close()


def _kind(sheet: Sheet, file: str) -> tuple[str, dict[int, str], Iterator[tuple[int, Mapping[int, Cell]]]] | None:
    """The kind that a sheet is about, its further headings by their columns, and its rows."""
    rows = sheet_rows(sheet, file)
    number, head = next(rows, (0, {}))
    kind = head[0].text if number == 1 and 0 in head else ""
    if kind not in KINDS:
        return None
    if 1 not in head or head[1].text != "file":
        raise CallError("sheet-column", where=_at(file, sheet, 1, 1), key=head[1].text if 1 in head else "")
    return kind, {place: cell.text for place, cell in head.items() if place > 1}, rows


def _column(key: str, place: int, sheet: Sheet, file: str, names: Names) -> Column:
    column = names.column(key)
    if column is None:
        raise CallError("sheet-column", where=_at(file, sheet, 1, place), key=key)
    return column


def _row(
    sheet: Sheet,
    file: str,
    number: int,
    cells: Mapping[int, Cell],
    kind: str,
    heads: Mapping[int, Column],
    names: Names,
) -> _Row | None:
    """What a row says; None of the headings for people, and of a row with nothing in it."""
    texts = {place: _stated(cell) for place, cell in cells.items()}
    if number < _FIRST or not any(texts.values()):
        return None
    stray = next((place for place, text in texts.items() if text and place > 1 and place not in heads), None)
    if stray is not None:
        raise CallError("sheet-column", where=_at(file, sheet, number, stray), key="")
    subject = names.iri(texts.get(0, "").strip())
    if subject is None or not subject.value.startswith(names.base):
        raise CallError("sheet-foreign-name", where=_at(file, sheet, number, 0), name=texts.get(0, ""))
    said: Said = {}
    for place, column in heads.items():
        text = texts.get(place, "")
        if not text.strip():
            continue
        values = None if cells[place].kind in ("error", "uncalculated") else names.values(column, text)
        if values is None:
            raise CallError(
                "sheet-value", where=_at(file, sheet, number, place), value=text[:80], key=names.key(column)
            )
        said.setdefault(column.predicate, []).extend(values)
    home = texts.get(1, "").strip()
    return _Row(_at(file, sheet, number, 0), kind, subject, home, said, tuple(heads.values()))


def _stated(cell: Cell) -> str:
    """What a cell holds, as it would be typed: spreadsheets make numbers, days and truth values of some texts."""
    return cell.day.isoformat() if cell.kind == "date" and cell.day is not None else cell.text


def _at(file: str, sheet: Sheet, row: int, place: int) -> Text:
    return at("at-cell", file=file, sheet=sheet.title, cell=f"{get_column_letter(place + 1)}{row}")


def _after(row: _Row, before: Said) -> Said | None:
    """What is said from now on: the columns as they are filled in, and all else as it was; None of an emptied row."""
    columns = set(row.columns)
    found: Said = {}
    for predicate in dict.fromkeys((RDF.type, *before, *row.said)):
        old = before.get(predicate, [])
        kept = [value for value in old if Column(predicate, form_of(value) or "") not in columns]
        new = kept + [value for value in row.said.get(predicate, []) if value not in kept]
        if new:
            found[predicate] = old if set(old) == set(new) else new
    if not row.said:
        return None
    if RDF.type not in found and not before:
        found = {RDF.type: [KINDS[row.kind]], **found}
    return found


def _see_loaded(knowledge: Knowledge, files: Mapping[Path, str], rows: Mapping[ox.NamedNode, _Row]) -> None:
    """See that the document can be loaded with what is to be written, where it can be loaded now.

    Raises:
        KnowledgeError: it could not; where a fault is in what a row says, it names the cell.
    """
    if not files:
        return
    try:
        with tempfile.TemporaryDirectory(prefix="policykb-") as folder:
            for name in KNOWLEDGE:
                shutil.copytree(knowledge.root / name, Path(folder) / name)
            for path, text in files.items():
                (Path(folder) / path.relative_to(knowledge.root)).write_text(text, encoding="utf-8")
            try:
                read_rules(load(Path(folder), knowledge.policy))
            except KnowledgeError as fault:
                if _is_sound(knowledge):
                    raise _in_rows(fault, Path(folder), rows) from fault
    except OSError as fault:
        raise not_put_aside(fault) from fault


def _in_rows(fault: KnowledgeError, folder: Path, rows: Mapping[ox.NamedNode, _Row]) -> KnowledgeError:
    """A fault of files that were never written, with the cells of the rows that are to be written there."""
    if isinstance(fault, KnowledgeFaults):
        return KnowledgeFaults(_in_rows(one, folder, rows) for one in fault.faults)
    file, _, line = fault.where.en.rpartition(", line ")
    path = folder / file
    if not line.isdecimal() or not path.is_file():
        return fault
    blocks = read_file(path).blocks
    subject = next((block.subject for block in blocks if block.first < int(line) <= block.end), None)
    row = rows.get(subject) if subject is not None else None
    if row is None:
        return fault
    return fault.at(at("at-row-written", row=row.where, place=fault.where))


def _is_sound(knowledge: Knowledge) -> bool:
    try:
        read_rules(knowledge)
    except KnowledgeError:
        return False
    return True
