"""The rule sheet: the clauses, conditions, amounts and readings of a document as a workbook, for who writes no Turtle.

A sheet for each kind of resource, a row for each resource, a column for each property; what a column may hold, and what
can be chosen in it, comes from the closed shapes of shapes/knowledge.ttl. `taken` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ..doors.packing import packed
from ..errors import CallError
from ..law.closed import SHAPES, Kind, Values, closed_kind
from ..law.completion import types_of
from ..law.knowledge import Knowledge
from ..law.literals import FORMS
from ..law.load import policies
from ..law.turtle import parse_text
from ..law.wordings import read_wording
from ..model import Lang
from ..names import PKB, RDF, SH, SKOS, XSD
from ..readers.pins import OWN_AUTHOR
from ..reports.sheets import row_height
from ..wording.catalogue import worded
from ..wording.texts import Wording
from .blocks import Block, File, read_file
from .cells import LIST, NAME, Column, Names, form_of
from .written import HOME, PREFIXES

__all__ = ["KINDS", "Kinds", "files_of", "kinds_in", "kinds_of", "names_of", "sheet"]

KINDS = {
    "Clause": PKB.Clause,
    "Option": PKB.Option,
    "Condition": SH.NodeShape,
    "Criterion": SH.PropertyShape,
    "Group": PKB.Group,
    "Reading": PKB.Reading,
    "Quantity": PKB.Quantity,
    "Provision": PKB.Provision,
}
"""The kinds that have a sheet, by the local names of their shapes, and the class of each."""
_LISTS = "lists"
_LONGEST = 32_767
"""Characters that a cell holds."""
_MOST = 256
"""Rows below the last one that can be chosen in."""
_FIRST_WIDTHS, _WIDTHS = (28, 46), {NAME: 30, LIST: 34}
_HEAD, _KEYS = PatternFill("solid", fgColor="1F4E78"), PatternFill("solid", fgColor="DDEBF7")


@dataclass(frozen=True)
class Kinds:
    """What the sheets are made of: for each kind its columns, those that no document uses, and its closed shape."""

    columns: Mapping[str, tuple[Column, ...]]
    unused: frozenset[Column]
    shapes: Mapping[str, Kind]


def files_of(root: Path, slug: str) -> list[File]:
    """The files of a document that say what the sheets are about, in the order of the text; overlays stand apart.

    Raises:
        KnowledgeError, CallError: one cannot be read; see `read_file`.
    """
    folder = root / "policy" / slug
    aside = {folder / "overlays", folder / "translations"}
    paths = [path for path in folder.rglob("*.ttl") if not aside.intersection(path.parents)]
    return [read_file(path) for path in (*sorted(paths), *sorted((root / "shapes" / slug).rglob("*.ttl")))]


def _own(file: File, slug: str) -> Iterator[Block]:
    """What a file says of the document itself; a data rule is one of the type of records, and no criterion."""
    return (block for block in file.blocks if block.subject.value.startswith(f"{HOME}{slug}/"))


def names_of(knowledge: Knowledge) -> Names:
    """How the cells of a document write names."""
    prefixes = {**PREFIXES, **knowledge.prefixes}
    base = f"{HOME}{knowledge.policy}/"
    labels = {}
    for cls in (PKB.Fact, PKB.RecordType, SKOS.Concept):
        for term in knowledge.instances(cls):
            if not term.value.startswith(base):
                labels[term.value] = " ".join(knowledge.label(term).zh.split())
    return Names(base, prefixes, labels)


def kinds_of(knowledge: Knowledge) -> Kinds:
    """The kinds with the columns that some document uses, or that their shapes tell the form of."""
    shapes = {name: closed_kind(knowledge, name) for name in KINDS}
    used: dict[str, dict[Column, list[int]]] = {name: {} for name in KINDS}
    for slug in policies(knowledge.root):
        files = files_of(knowledge.root, slug)
        kinds = kinds_in(knowledge.root, files)
        for file in files:
            for block in _own(file, slug):
                forms = [(p, form_of(v), at) for at, (p, values) in enumerate(block.said.items()) for v in values]
                for name in kinds.get(block.subject, ()):
                    for predicate, form, at in forms:
                        if form is not None:
                            used[name].setdefault(Column(predicate, form), []).append(at)
    columns = {}
    for name, shape in shapes.items():
        # In the order in which the documents write them; what none of them has comes last.
        places = {column.predicate: sum(found) / len(found) for column, found in used[name].items()}
        expected = dict.fromkeys(c for path, values in shape.values.items() for c in _expected(path, values))
        columns[name] = tuple(
            sorted(
                {**used[name], **expected},
                key=lambda c: (places.get(c.predicate, float("inf")), c.predicate.value, _late(c)),
            )
        )
    unused = {column for own in columns.values() for column in own} - {
        column for own in used.values() for column in own
    }
    return Kinds(columns, frozenset(unused), shapes)


def _late(column: Column) -> tuple[bool, str]:
    """Chinese before English."""
    return column.form == "@en", column.form


def kinds_in(root: Path, files: Sequence[File]) -> dict[ox.NamedNode, list[str]]:
    """The kinds of what some files describe, be the type written or not."""
    quads = [quad for file in files for quad in parse_text("\n".join(file.lines), str(file.path))]
    found: dict[ox.NamedNode, list[str]] = {}
    for quad in (*quads, *types_of(root, quads)):
        if quad.predicate == RDF.type and isinstance(quad.subject, ox.NamedNode):
            found.setdefault(quad.subject, []).extend(name for name, cls in KINDS.items() if cls == quad.object)
    return found


def _expected(path: ox.NamedNode, values: Sequence[Values]) -> Iterator[Column]:
    """The columns of a property whose shapes tell what its values are."""
    for one in values:
        if one.languages:
            yield from (Column(path, f"@{lang}") for lang in sorted(one.languages, reverse=True))
        elif one.datatype is not None and one.datatype != RDF.langString:
            yield Column(path, f"^^{one.datatype.value}")
        elif len(one.classes) == 1 or one.node_kind == SH.IRI or (one.allowed and all(map(_is_name, one.allowed))):
            yield Column(path, NAME)


def _is_name(term: object) -> bool:
    return isinstance(term, ox.NamedNode)


def sheet(knowledge: Knowledge, lang: Lang) -> tuple[bytes, int]:
    """The workbook of a document as the bytes of an .xlsx file, and the number of its rows.

    Args:
        knowledge: what is loaded of the document.
        lang: the language of headings and hints.

    Raises:
        KnowledgeError, CallError: a file of the document cannot be read.
    """
    names, kinds, wording = names_of(knowledge), kinds_of(knowledge), read_wording(knowledge)
    files = files_of(knowledge.root, knowledge.policy)
    kinds_held = kinds_in(knowledge.root, files)
    book = Workbook()
    first = book.active
    assert first is not None
    _read_me(first, wording, lang)
    lists = _Lists(book.create_sheet(_LISTS))
    places = [file.path.relative_to(knowledge.root).as_posix() for file in files]
    rows = 0
    for at, name in enumerate(KINDS):
        page = book.create_sheet(kinds.shapes[name].label.get(lang)[:31], at + 1)
        held = [
            (place, block)
            for place, file in zip(places, files, strict=True)
            for block in _own(file, knowledge.policy)
            if name in kinds_held.get(block.subject, ())
        ]
        rows += len(held)
        columns = kinds.columns[name]
        hints = _hints(columns, kinds.shapes[name], knowledge, lang)
        labels = [_label(column, columns, names, knowledge, wording, lang) for column in columns]
        keys = [name, "file", *map(names.key, columns)]
        _heads(page, keys, [*(wording.text(f"sheet-{one}").get(lang) for one in ("name", "file")), *labels], hints)
        for position, width in enumerate((*_FIRST_WIDTHS, *map(_width, columns)), start=1):
            page.column_dimensions[get_column_letter(position)].width = width
        for position, column in enumerate(columns, start=3):
            if column in kinds.unused:
                # Folded away, for whoever needs what no document has needed so far.
                letter = get_column_letter(position)
                page.column_dimensions[letter].outlineLevel = 1
                page.column_dimensions[letter].hidden = True
        for row, (place, block) in enumerate(held, start=3):
            texts = [names.name(block.subject), place]
            for column in columns:
                own = [v for v in block.said.get(column.predicate, ()) if form_of(v) == column.form]
                texts.append(names.text(own))
            for position, text in enumerate(texts, start=1):
                if text:
                    _text(page.cell(row, position), text)
            page.row_dimensions[row].height = row_height(texts, [*_FIRST_WIDTHS, *map(_width, columns)])
        _choices(page, columns, kinds.shapes[name], names, knowledge, places, lists, len(held) + 2 + _MOST)
    lists.page.sheet_state = "hidden"
    book.active = 1
    return packed(book), rows


def _text(cell: Any, text: str) -> None:
    """A cell that is text, whatever it begins with.

    Raises:
        CallError: it is longer than a cell can hold.
    """
    if len(text) > _LONGEST:
        raise CallError("sheet-too-long", text=text[:40], most=_LONGEST)
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _read_me(page: Any, wording: Wording, lang: Lang) -> None:
    page.title = wording.text("sheet-readme").get(lang)
    page.column_dimensions["A"].width = 100
    for row in range(1, 7):
        _text(page.cell(row, 1), wording.text(f"sheet-step-{row}").get(lang))
    page.cell(1, 1).font = Font(bold=True, size=14)


def _heads(page: Any, keys: Sequence[str], labels: Sequence[str], hints: Sequence[str]) -> None:
    """The first row, which `taken` reads, and the second, which people do, with notes."""
    for position, (key, label, hint) in enumerate(zip(keys, labels, ("", "", *hints), strict=True), start=1):
        top, below = page.cell(1, position), page.cell(2, position)
        _text(top, key)
        _text(below, label)
        top.font, top.fill = Font(size=8, color="595959"), _KEYS
        below.font, below.fill = Font(bold=True, color="FFFFFF"), _HEAD
        if hint:
            below.comment = Comment(hint, OWN_AUTHOR, height=40 + 20 * (1 + len(hint) // 24), width=320)
    page.freeze_panes = "C3"
    page.row_dimensions[2].height = 32
    page.page_setup.orientation = "landscape"
    page.print_title_rows, page.print_title_cols = "1:2", "A:A"


def _hints(columns: Sequence[Column], shape: Kind, knowledge: Knowledge, lang: Lang) -> list[str]:
    """What the shapes say of each property where it is wrong, and how to mend it."""
    found = []
    for column in columns:
        said = [
            text.get(lang)
            for values in shape.values.get(column.predicate, ())
            for text in (knowledge.text(values.shape, SH.message), knowledge.text(values.shape, PKB.mend))
            if text is not None
        ]
        found.append("\n".join(dict.fromkeys(said)))
    return found


def _width(column: Column) -> int:
    form = column.form
    return _WIDTHS.get(form, 36 if form[:1] == "@" or form == f"^^{XSD.string.value}" else 14)


def _label(
    column: Column, columns: Sequence[Column], names: Names, knowledge: Knowledge, wording: Wording, lang: Lang
) -> str:
    """What people call a column: properties of other vocabularies have no name of ours but for this.

    Where a property has columns for whole numbers and for others, each says which it takes.
    """
    own = f"sheet-{names.name(column.predicate).replace(':', '-')}"
    label = wording.text(own) if own in wording.texts else knowledge.label(column.predicate)
    if column.form.startswith("@"):
        return f"{label.get(lang)} {column.form[1:]}"
    form = FORMS.get(ox.NamedNode(column.form[2:])) if column.form.startswith("^^") else None
    if form is not None and sum(other.predicate == column.predicate for other in columns) > 1:
        return f"{label.get(lang)} · {worded(form).get(lang)}"
    return label.get(lang)


class _Lists:
    """What can be chosen, each list in a column of a sheet that is not shown."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._known: dict[tuple[str, ...], str] = {}

    def choice(self, values: tuple[str, ...]) -> DataValidation:
        """A drop-down of some values; others can be written as well."""
        if values not in self._known:
            position = len(self._known) + 1
            for row, value in enumerate(values, start=1):
                _text(self.page.cell(row, position), value)
            letter = get_column_letter(position)
            self._known[values] = f"'{_LISTS}'!${letter}$1:${letter}${len(values)}"
        found = DataValidation(type="list", formula1=self._known[values], allow_blank=True)
        found.showErrorMessage = False
        return found


def _choices(
    page: Any,
    columns: Sequence[Column],
    shape: Kind,
    names: Names,
    knowledge: Knowledge,
    places: Sequence[str],
    lists: _Lists,
    last: int,
) -> None:
    """What can be chosen in each column: the files, the members of a scheme or a class, and truth values."""
    for position, values in enumerate(
        (tuple(places), *(_members(c, shape, names, knowledge) for c in columns)), start=2
    ):
        if values:
            found = lists.choice(values)
            letter = get_column_letter(position)
            found.add(f"{letter}3:{letter}{last}")
            page.add_data_validation(found)


def _members(column: Column, shape: Kind, names: Names, knowledge: Knowledge) -> tuple[str, ...]:
    if column.form == f"^^{XSD.boolean.value}":
        return ("true", "false")
    found: list[ox.NamedNode] = []
    for values in shape.values.get(column.predicate, ()) if column.form == NAME else ():
        if values.allowed:
            found += [cast(ox.NamedNode, term) for term in values.allowed if _is_name(term)]
        elif len(values.classes) == 1:
            fits = values.pattern
            found += [t for t in knowledge.instances(values.classes[0]) if fits is None or fits.search(t.value)]
    shown = {names.shown(term) for term in found if not term.value.startswith(SHAPES)}
    return tuple(sorted(shown))
