"""Find the header block of a table: which rows it has, the path of titles over each column, and what stands above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ...model import RecordType
from ...patterns import regex
from ..cells import Cell
from ..values import DASHES
from ..words import half_width, normal
from .answers import offered
from .titles import said_of, take_loosely
from .units import is_figure, read_lines, read_units

if TYPE_CHECKING:
    from ..headers import Names

__all__ = ["HEADER_WITHIN", "Block", "Row", "filled", "find_block", "is_value", "starts_table"]

Row: TypeAlias = tuple[int, Mapping[int, Cell]]
"""The number of a row, from 1, and its cells by column, from 0; empty cells may be left out."""

HEADER_WITHIN = 20
"""A header stands within so many rows that hold anything."""
_DEEPEST = 3
_YEAR = regex(r"(19|20)[0-9]{2}年?度?")
_NUMBER = regex(r"[+-]?[0-9][0-9,.]*%?")
_CODE = regex(r"[0-9A-Z]{15,18}")
_STEMS = "甲乙丙丁戊己庚辛"
_FORMULA = regex(r"(?<=[0-9)])\s*=.*")
_STATED = regex(r".{1,12}[:：].*")
_NO_UNIT = DASHES | {""}


@dataclass(frozen=True, slots=True)
class Block:
    """The header block of a table among the first rows.

    `top` and `end` are positions among those rows, `end` that of the first row behind the block; `titles` the lowest
    title of each column and `groups` those over it; `rows` the row each title stands in. `numbered` are the rows of the
    block that merely number the columns, or name them once more in another language.
    """

    top: int
    end: int
    titles: Mapping[int, str]
    rows: Mapping[int, int]
    groups: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    numbered: tuple[int, ...] = ()
    gaps: frozenset[int] = frozenset()


def filled(cells: Mapping[int, Cell]) -> dict[int, Cell]:
    """The cells of a row that hold anything, in their order."""
    return {index: cell for index, cell in sorted(cells.items()) if cell.kind != "text" or half_width(cell.text)}


def is_value(cell: Cell, names: Names) -> bool:
    """Whether a cell holds a figure, a day, a code or a truth value: nothing that a header says, save a year."""
    if cell.kind == "text":
        text = half_width(cell.text)
        if _YEAR.fullmatch(text):
            return True
        is_running = normal(text) in names.words.running  # No is a header, and also a truth value
        return bool(_NUMBER.fullmatch(text) or _CODE.fullmatch(text)) or (
            names.values.is_truth(text) and not is_running
        )
    return cell.kind in ("number", "date", "truth", "error", "uncalculated")


def find_block(rows: Sequence[Row], names: Names, kind: RecordType | None) -> Block | None:
    """The header block among the first rows of a table; None where no row names anything known."""
    base = _base(rows, names, kind)
    if base is None:
        return None
    top = base
    while top and base - top < _DEEPEST - 1 and _is_group_row(rows[top - 1], rows[top], rows[base], names):
        top -= 1
    end, numbered = base + 1, []
    kept: dict[int, Mapping[int, Cell]] = {}
    while end < len(rows) and end - top < _DEEPEST + 2:
        number, cells = rows[end]
        if number - rows[end - 1][0] > 1 and not _reaches(cells, rows[end - 1][0]):
            break
        upper = _upper([row for row in rows[base:end] if row[0] not in numbered])
        here = filled(cells)
        more = {}
        if _numbers_columns(cells) or (_repeats(here, upper, names, kind) and not (more := _more(here, upper, names))):
            numbered.append(number)
        elif more or not _is_lower(cells, upper, rows[end - 1][0], names, kind):
            # Of a row of explanations only the units of figures count.
            kept[number] = more or _units_below(here, upper, names)
            if not kept[number]:
                break
        end += 1
    block = [(at, kept.get(at, cells)) for at, cells in rows[top:end] if at not in numbered]
    return _paths(block, rows, top, end, tuple(numbered), names)


def starts_table(rows: Sequence[Row], names: Names, kind: RecordType | None) -> int | None:
    """How many rows the header has that begins with the first of some rows; None where no header begins there."""
    if not rows or _holds_values(rows[0][1], names):
        return None
    spans = any(cell.span > 1 for cell in filled(rows[0][1]).values())
    base = next((at for at in range(2 if spans else 1) if at < len(rows) and _names_columns(rows[at][1], names)), None)
    if base is None:
        return None
    found = find_block(rows, names, kind)
    return found.end if found is not None and found.top == 0 else None


def _names_columns(cells: Mapping[int, Cell], names: Names) -> bool:
    """Whether a row names two columns or more, and holds no values."""
    texts = [cell.text for cell in filled(cells).values() if cell.kind == "text"]
    found = {(column.facts, column.known, column.year, column.unit) for text in texts if (column := names.named(text))}
    return len(found) >= 2 and not _holds_values(cells, names)


def _base(rows: Sequence[Row], names: Names, kind: RecordType | None) -> int | None:
    """The first row with two recognised titles and no values; failing that, the first with one."""
    best: int | None = None
    for position, (_, cells) in enumerate(rows):
        texts = [cell for cell in cells.values() if cell.kind == "text" and half_width(cell.text)]
        found = {
            (column.facts, column.known, column.year, column.unit)
            for cell in texts
            if (column := names.named(cell.text))
        }
        if len(found) >= 2 and not _holds_values(cells, names):
            return position
        if found and best is None and not _holds_values(cells, names):
            best = position
    return best


def _holds_values(cells: Mapping[int, Cell], names: Names) -> bool:
    """Whether a row has values in it, years of a header aside."""
    values = [cell for cell in filled(cells).values() if is_value(cell, names)]
    return any(not _YEAR.fullmatch(half_width(_written(cell))) for cell in values)


def _written(cell: Cell) -> str:
    """What stands in a cell; of a day of which a sheet shows the year alone, that year."""
    return f"{cell.day.year}年" if cell.day is not None and cell.shows == "y" else cell.text


def _is_group_row(row: Row, below: Row, base: Row, names: Names) -> bool:
    """Whether a row above the header groups its columns."""
    number, cells = row
    here = filled(cells)
    if below[0] - number > 1 or not here or any(cell.kind != "text" for cell in here.values()):
        return False
    width = len(filled(base[1]))
    spans = [cell.span for cell in here.values()]
    if len(here) == 1:
        (cell,) = here.values()
        return 1 < cell.span < width - 1
    if any(_STATED.fullmatch(half_width(cell.text)) for cell in here.values()):
        return False
    if any(span > 1 for span in spans):
        return True
    forms, words = names.values.forms, names.words
    return not any(read_units(cell.text, words, forms) for cell in here.values())


def _reaches(cells: Mapping[int, Cell], number: int) -> bool:
    return any(cell.merged_from is not None and cell.merged_from <= number for cell in cells.values())


def _numbers_columns(cells: Mapping[int, Cell]) -> bool:
    """Whether a row counts the columns, as forms do: 1, 2, 3 or 甲, 乙, 1, 2."""
    texts = [_FORMULA.sub("", half_width(cell.text)).strip("()").casefold() for cell in filled(cells).values()]
    stems = 0
    while stems < min(len(texts), len(_STEMS)) and texts[stems] == _STEMS[stems]:
        stems += 1
    rest = texts[stems:]
    if len(texts) >= 3 and texts == [chr(ord("a") + more) for more in range(len(texts))]:
        return True
    if len(texts) < 3 or (rest and rest[0] not in ("0", "1")):
        return False
    return rest == [str(int(rest[0]) + more) for more in range(len(rest))]


def _upper(rows: Sequence[Row]) -> dict[int, Cell]:
    """The lowest filled cell of each column of a header so far."""
    return {index: cell for _, cells in rows for index, cell in filled(cells).items()}


def _is_lower(
    cells: Mapping[int, Cell],
    upper: Mapping[int, Cell],
    number: int,
    names: Names,
    kind: RecordType | None,
) -> bool:
    """Whether a row belongs to the header above it: it divides groups, states units, or says it in another language.

    Args:
        cells: the cells of the row.
        upper: those of the header above it.
        number: the number of the row above it.
        names: the known names.
        kind: the record type of the table, where it has one.
    """
    here = filled(cells)
    if not here:
        return False
    answers = offered(here, upper, names, kind)
    here = {index: cell for index, cell in here.items() if index not in answers}
    if (answers and not here) or (_reaches(cells, number) and not _holds_values(here, names)):
        return True
    if any(cell.kind != "text" and not _YEAR.fullmatch(half_width(_written(cell))) for cell in here.values()):
        return False
    if _states_units(here, names):
        return True
    return _divides(here, upper, names, kind)


def _states_units(here: Mapping[int, Cell], names: Names) -> bool:
    """Whether a row below the names holds nothing but units: a line of its own."""
    forms, words = names.values.forms, names.words
    units = [read_units(cell.text, words, forms) for cell in here.values()]
    harmless = [
        normal(cell.text) in (*words.unit_of, *words.measure) or half_width(cell.text) in _NO_UNIT
        for cell in here.values()
    ]
    return any(units) and all(unit is not None or other for unit, other in zip(units, harmless, strict=True))


def _repeats(here: Mapping[int, Cell], upper: Mapping[int, Cell], names: Names, kind: RecordType | None) -> bool:
    """Whether a row names the same columns once more, in another language; of unknown columns it may say anything."""
    named = others = 0
    for index, cell in here.items():
        title = upper[index].text if index in upper else ""
        above = names.column(index, title, kind)
        if index in upper and not above.is_recognised:
            continue
        if is_value(cell, names) or normal(cell.text) == normal(title):
            return False  # the header itself once more is said
        column = names.column(index, cell.text, kind)
        if column.fault or not column.is_recognised:
            others += 1
        elif (column.facts, column.known) != (above.facts, above.known):
            return False
        else:
            named += 1
    return named > 1 and (not others or all(cell.text.isascii() for cell in here.values()))


def _more(here: Mapping[int, Cell], upper: Mapping[int, Cell], names: Names) -> dict[int, Cell]:
    """The cells that name a column once more with a unit or a year that its first name lacks, or in unclear words."""
    found = {}
    for index, cell in here.items():
        above = names.named(upper[index].text) if index in upper else None
        below = names.named(cell.text)
        if above is None or below is None or above.fault or not above.facts:
            continue
        said = (below.unit, below.year)
        if below.fault or (any(said) and said != (above.unit, above.year)):
            found[index] = cell
    return found


def _units_below(here: Mapping[int, Cell], upper: Mapping[int, Cell], names: Names) -> dict[int, Cell]:
    """The units that a row without values states of figures, whatever else it explains: 万元 below 进出口总额."""
    facts, words, forms = names.vocabulary.facts, names.words, names.values.forms
    texts = [cell.text for cell in here.values() if cell.kind == "text"]
    if _holds_values(here, names) or len(texts) < len(here) or any(is_figure(text, words, forms) for text in texts):
        return {}
    found = {}
    for index, cell in here.items():
        above = names.named(upper[index].text) if index in upper else None
        if above is None or not any(facts[fact].unit for fact in above.facts):
            continue
        units = said_of(cell.text, words, forms).units or read_lines([cell.text], words, forms).units
        if len(units) == 1:
            found[index] = Cell(units[0].written)
    return found


def _divides(here: Mapping[int, Cell], upper: Mapping[int, Cell], names: Names, kind: RecordType | None) -> bool:
    """Whether a row without merged cells above it names the columns of groups: 出口, 进口, 合计 below 进出口总额."""
    understood = 0
    for index, cell in here.items():
        above = names.column(index, upper[index].text, kind) if index in upper else None
        if above is not None and above.known is not None:
            return False  # a value below the name, the period and the like: the row is a record
        loose = take_loosely(_written(cell), names.words, names.values.forms)
        column = names.column(index, _written(cell), kind)
        if column.facts or not loose.name or normal(loose.name) in names.words.whole:
            understood += 1
    opened = [index for index in here if index not in upper or _is_group(index, upper, here)]
    return understood > 0 and len(opened) == len(here) and len(here) > 1


def _is_group(index: int, upper: Mapping[int, Cell], here: Mapping[int, Cell]) -> bool:
    """Whether a title stands over several columns that the row below names."""
    return upper[index].span > 1 or (index + 1 in here and index + 1 not in upper)


def _paths(
    block: Sequence[Row], rows: Sequence[Row], top: int, end: int, numbered: tuple[int, ...], names: Names
) -> Block:
    """The titles over each column, with those of groups carried over the columns that they span."""
    width = max((index for _, cells in block for index in filled(cells)), default=-1) + 1
    path: dict[int, list[tuple[int, str]]] = {}
    for position, (number, cells) in enumerate(block):
        here = filled(cells)
        is_last = position == len(block) - 1
        below = {index for _, later in block[position + 1 :] for index in filled(later)}
        merged = any(cell.span > 1 for cell in here.values())
        of_units = bool(here) and _states_units(here, names)
        current: str | None = None
        left = 0
        for index in range(width):
            cell = here.get(index)
            is_beside = cell is not None and (
                normal(cell.text) in names.words.unit_of or half_width(cell.text) in _NO_UNIT
            )
            if is_beside and of_units and path.get(index):
                current, left = None, 0  # “单位：” before the units of a line below the names, or — below a name
            elif cell is not None:
                is_low = cell.span == 1 and (cell.merged_to or number) > number  # it reaches down, not to the right
                current, left = " ".join(_written(cell).split()), (cell.span if merged or is_low else width)
                path.setdefault(index, []).append((number, current))
            elif index in cells and (cells[index].merged_from or number) < number:
                current, left = None, 0
            elif current is not None and left > 0 and not is_last and index in below:
                if not merged and path.get(index):
                    current = None  # the column has a title of its own above
                else:
                    path.setdefault(index, []).append((0, current))
            elif current is not None and left > 0 and merged and is_last and of_units and path.get(index):
                path[index].append((number, current))  # 万元 below the names, merged over several of them
            left -= 1
    titles = {index: found[-1][1] for index, found in path.items()}
    placed = {index: max(number for number, _ in found) or block[-1][0] for index, found in path.items()}
    groups = {index: tuple(text for _, text in found[:-1]) for index, found in path.items() if len(found) > 1}
    spanned = {
        index + more for _, cells in block for index, cell in filled(cells).items() for more in range(1, cell.span)
    }
    gaps = frozenset(
        index for index in range(min(titles, default=0), width) if index not in titles and index not in spanned
    )
    return Block(top, end, dict(sorted(titles.items())), placed, groups, numbered, gaps)
