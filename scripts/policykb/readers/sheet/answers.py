"""Read answers that stand side by side: below one title a column for each, 是 and 否, of which one is ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...model import RecordType, Value
from ..cells import Cell
from ..column import Column
from ..findings import Refused
from ..values import DASHES, Values
from ..words import half_width, said

if TYPE_CHECKING:
    from ..headers import Names

__all__ = ["offered", "ticked", "with_answers"]


def offered(here: Mapping[int, Cell], upper: Mapping[int, Cell], names: Names, kind: RecordType | None) -> set[int]:
    """The positions in a row at which answers stand that the title above offers: 是 and 否 below 生产型企业.

    Args:
        here: the filled cells of the row.
        upper: those of the header above it.
        names: the known names.
        kind: the record type of the table, where it has one.
    """
    below: dict[int, list[int]] = {}
    for index in here:
        over = max((at for at in upper if at <= index), default=None)
        if over is not None and (upper[over].span > index - over or upper[over].span == 1):
            below.setdefault(over, []).append(index)
    found: set[int] = set()
    for over, indices in below.items():
        facts = names.column(over, upper[over].text, kind).facts if len(indices) > 1 else ()
        found.update(indices[at] for at in _answers([here[index].text for index in indices], facts, names))
        if not facts:  # of an item that is not known
            yes = [index for index in indices if names.values.is_yes(here[index].text)]
            no = [index for index in indices if names.values.is_no(here[index])]
            found.update((*yes, *no) if yes and no else ())
    return found


def with_answers(columns: Sequence[Column], names: Names, kind: RecordType | None) -> list[Column]:
    """The columns, those of the answers to one title being one column: `answers` says where each of them stands."""
    found: list[Column] = []
    at = 0
    while at < len(columns):
        first = columns[at]
        end = at + 1
        while end < len(columns) and first.part_of and columns[end].part_of == first.part_of:
            if columns[end].group != first.group:
                break
            end += 1
        run = columns[at:end]
        own = tuple(fact for fact in first.part_of if kind is None or fact in kind.facts) or first.part_of
        which = _answers([column.title for column in run], own, names)
        answers = tuple((run[position].index, run[position].title) for position in which)
        if answers:
            kept = replace(
                run[which[0]], title=first.group, facts=own, fault=None, words=(), part_of=(), answers=answers
            )
            run = [kept, *(column for position, column in enumerate(run) if position not in which)]
        found += run
        at = end
    return found


def ticked(cells: dict[int, Cell], columns: Sequence[Column], values: Values) -> dict[int, Cell]:
    """The cells of a row, with the answer that is ticked in place of the ticks.

    Args:
        cells: the filled cells of the row.
        columns: the columns of its table.
        values: reads the marks.
    """
    for column in columns:
        if not column.answers:
            continue
        marks = {title: cells.pop(index) for index, title in column.answers if index in cells}
        # □ below each of them: none is ticked.
        if marks and not (
            len(marks) == len(column.answers) and all(values.boxes.mark(one.text) is False for one in marks.values())
        ):
            cells[column.index] = _answer(marks, values)
    return cells


def _answer(marks: Mapping[str, Cell], values: Values) -> Cell:
    """One cell in place of those of the answers: the answer that is ticked, or the fault that none is for certain."""
    unlike = next((cell for cell in marks.values() if cell.fault or cell.kind in ("error", "uncalculated")), None)
    if unlike is not None:
        return unlike
    texts = {title: half_width(cell.text) for title, cell in marks.items()}
    chosen = [title for title, text in texts.items() if _is_tick(text, title, values)]
    rest = [marks[title] for title in texts if title not in chosen]
    if not chosen and all(text in DASHES for text in texts.values()):
        return next(iter(marks.values()))
    if len(chosen) == 1 and all(values.is_no(cell) or values.boxes.mark(cell.text) is False for cell in rest):
        return replace(marks[chosen[0]], text=chosen[0], kind="text")
    written = "、".join(f"{title}：{text}" for title, text in texts.items())
    return Cell(written, fault="answers-unclear")


def _is_tick(text: str, title: str, values: Values) -> bool:
    """Whether a cell below an answer chooses it: a mark, or the answer once more. 是 below 否 may mean either."""
    if said(text) == said(title) or values.boxes.mark(text):
        return True
    return values.is_yes(text) and (text == "true" or not any(letter.isalpha() for letter in text))


def _answers(titles: Sequence[str], facts: Sequence[str], names: Names) -> list[int]:
    """Which of some titles are answers to an item: several, each another one; of yes and no it must be both."""
    fact = names.vocabulary.facts[facts[0]] if len(facts) == 1 else None
    if fact is None or fact.is_list or not (fact.datatype == "boolean" or fact.codes):
        return []
    found: dict[int, Value | None] = {}
    for position, title in enumerate(titles):
        try:
            found[position] = names.values.read(Cell(title), fact).value
        except Refused:
            continue
    said_by = set(found.values())
    is_clear = 1 < len(said_by) == len(found) and any(letter.isalpha() for at in found for letter in titles[at])
    return list(found) if is_clear and (fact.datatype != "boolean" or {True, False} <= said_by) else []
