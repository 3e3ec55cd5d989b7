"""Turn what a file holds into the typed value of a fact, with a report of every conversion."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..doors.incoming import is_fit
from ..model import Fact, Text, UnitForm, Vocabulary
from ..patterns import regex
from .asides import RULES, read_asides
from .boxes import NOTHING, UNTICKED, Boxes
from .cells import Cell, Note, Read
from .dates import read_day, read_period
from .findings import Refused
from .numbers import read_number
from .words import half_width, nearest, normal, said

__all__ = ["DASHES", "Values", "unguarded"]

_GUARDED = regex(r"=\"(?P<quoted>(?!=)(?:[^\"]|\"\")*)\"|'(?P<marked>[^'].*)", re.DOTALL)
DASHES = frozenset({"-", "--", "–", "—", "——", "/", "\\"})
_NUMBER_AND_UNIT = regex(r"[第约¥$€£+-]?\s*[0-9][0-9,.]*\s*(?P<unit>.*)", re.DOTALL)
_BETWEEN_NAMES = regex(r"[、,，;；/\s+＋&]+|(?<=公司|企业)(?:及|与|以及)")
_CREDIT_CODE = regex(r"[0-9A-Za-z]{18}")
_POWER = regex(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+")
"""9.13704E+17: what a spreadsheet makes of a code when it saves its sheet as text."""
_LIST_MARK = regex("[;；]")
_ERROR = regex(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|名称\?)")
"""What a spreadsheet writes into text for a formula that fails."""
_LONGEST_EXACT_NUMBER = 15  # digits a spreadsheet keeps of a number


class Values:
    """Reads values against one vocabulary.

    Args:
        vocabulary: the facts, units, codes and truth values that are known.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.forms: dict[str, UnitForm] = {normal(written): form for written, form in vocabulary.unit_forms.items()}
        self.asides = read_asides(vocabulary)
        self._truths = {said(written): truth for written, truth in vocabulary.truth_forms.items()}
        self.boxes = Boxes(vocabulary)
        self._codes: dict[str, dict[str, list[str]]] = {}

    def read(self, cell: Cell, fact: Fact, unit: UnitForm | None = None, *, words_for_truth: bool = True) -> Read:
        """The value of a fact, or None where the cell states nothing.

        Args:
            cell: what is written.
            fact: the fact it is to state.
            unit: the unit in the column's header, if there is one.
            words_for_truth: accept 是, √, Y for truth values; False where the format has truth values of its own.

        Raises:
            Refused: the value is wrong or could be read in several ways.
        """
        cell = _unguarded(cell)
        if cell.fault:
            raise Refused(cell.fault)
        if cell.kind == "error":
            raise Refused("cell-error")
        if cell.kind == "uncalculated":
            raise Refused("formula-not-calculated")
        text = half_width(cell.text)
        if not text and cell.kind == "text":
            return Read(None, cell.notes)
        if cell.kind == "text" and _ERROR.fullmatch(text):
            raise Refused("cell-error")
        if cell.kind == "text" and text in DASHES:
            # Only a sum can be zero: there is no place 0 in a ranking, and no rate of 0.
            usual = "dash-is-missing" if fact.adds_up else "dash-not-given"
            rule = "dash-for-truth" if fact.datatype == "boolean" else usual
            return Read(None, (*cell.notes, Note(rule, "warning")))
        if cell.kind == "text" and self._truths.get(said(text), False) is None:
            return Read(None, (*cell.notes, Note("stated-unknown", "info")))
        if fact.is_list:
            return self._list([cell] if cell.kind != "text" else _parts(cell), fact)
        return self._one(cell, fact, unit, words_for_truth)

    def is_truth(self, text: str) -> bool:
        """Whether a text is a written truth value: 是, √, no, ☑是 □否."""
        return isinstance(self._answer(text), bool)

    def _answer(self, text: str) -> bool | str | None:
        """The truth value that a text says or ticks off, None for one not known; see `Boxes.read`."""
        plain = said(text)
        return self._truths[plain] if plain in self._truths else self.boxes.read(text)

    def is_yes(self, text: str) -> bool:
        """Whether a text says yes, or is the mark of what is chosen: 是, √, 1."""
        return self._answer(text) is True

    def is_no(self, cell: Cell) -> bool:
        """Whether a cell says no, or nothing: 否, false, a dash, 不清楚."""
        text = half_width(cell.text)
        return text in DASHES or self._answer(text) in (False, None, UNTICKED)

    def is_word(self, cell: Cell) -> bool:
        """Whether a text is a word that values are written with: a truth value, a dash, 不清楚."""
        text = half_width(cell.text)
        return text in DASHES or self._answer(text) != NOTHING

    def read_list(self, cells: Sequence[Cell], fact: Fact) -> Read:
        """The codes that a list of values states, in their order, each once.

        Raises:
            Refused: the list is empty, or one of its values is wrong.
        """
        if not cells:
            raise Refused("empty-list")
        return self._list(cells, fact)

    def read_column(self, column: str, cell: Cell) -> Read:
        """What a cell states of a column that is no fact: id, period, name, creditCode, division.

        Raises:
            Refused: the value is wrong or could be read in several ways.
        """
        cell = _unguarded(cell)
        match column:
            case "period":
                return self.read_period(cell)
            case "creditCode" | "division":
                return self.read_identifier(cell)
            case "name":
                return self.read_name(cell)
            case _:
                return self.read_text(cell)

    def read_text(self, cell: Cell) -> Read:
        """The wording of a name or an id; None where nothing is written."""
        if cell.fault or cell.kind in ("error", "uncalculated", "truth"):
            raise Refused(
                cell.fault
                or {"error": "cell-error", "uncalculated": "formula-not-calculated"}.get(cell.kind, "value-not-text")
            )
        if cell.kind == "date" and cell.day is not None:
            return Read(cell.day.isoformat(), cell.notes)
        if cell.kind == "number" and sum(digit.isdigit() for digit in cell.text) > _LONGEST_EXACT_NUMBER:
            raise Refused("number-lost-digits")
        text = " ".join(cell.text.split())
        if not is_fit(text):
            raise Refused("text-unfit")
        return Read(text or None, cell.notes)

    def read_name(self, cell: Cell) -> Read:
        """The name of a subject; None where a dash or a word says that there is none.

        Raises:
            Refused: it is a day, a number, a code, a word for the row above, or says that the row is void.
        """
        if cell.kind in ("date", "number") and not cell.fault:
            raise Refused("name-not-a-name")
        read = self.read_text(cell)
        if read.value is None:
            return read
        text, plain = str(read.value), normal(str(read.value))
        if not half_width(text):
            return Read(None, read.notes)
        if (
            half_width(text) in DASHES
            or plain.strip("()[]") in self.asides.no_name
            or self._truths.get(said(text), False) is None
        ):
            return Read(None, (*read.notes, Note("dash-not-given", "warning")))
        if plain in self.asides.ditto or not plain.strip("()[]") or self.asides.is_nobody(text):
            raise Refused("name-not-a-name")
        if self._is_several(text) or self.asides.is_of_several(text):
            raise Refused("name-not-a-name")
        if (kind := self.asides.kind(text)) in ("void", "perhaps"):
            raise Refused(RULES[kind])
        # A table leaves such a row out; elsewhere nobody says that it is none. 示例1公司 may be called so.
        is_row = kind == "example" and (":" in half_width(text) or not plain.endswith(self.asides.bodies))
        if kind in ("total", "part") or is_row:
            raise Refused("name-not-a-name")
        if self.asides.is_marked(text):
            raise Refused("name-marked")
        if not any(letter.isalpha() for letter in text) or self._is_a_figure(text):
            raise Refused("name-not-a-name")
        return read

    def _is_several(self, text: str) -> bool:
        """Whether a text names several bodies, one after another: 甲公司、乙公司."""
        parts = [part for part in _BETWEEN_NAMES.split(text) if part]
        return len(parts) > 1 and all(len(part) > 2 and part.endswith(self.asides.bodies) for part in parts)

    def _is_a_figure(self, text: str) -> bool:
        """Whether a text is a period, a code, or a number with or without its unit, and so no name."""
        written = half_width(text)
        if _CREDIT_CODE.fullmatch(written) and any(digit.isdigit() for digit in written):
            return True
        found = _NUMBER_AND_UNIT.fullmatch(written)
        if found is not None and (not found["unit"] or normal(found["unit"]) in self.forms):
            return True
        if not any(digit.isdigit() for digit in written):
            return False
        try:
            read_period(Cell(text))
        except Refused as refused:
            return refused.rule != "value-not-a-period"
        return True

    def read_identifier(self, cell: Cell) -> Read:
        """A credit code or division code: half-width, without blanks, upper case."""
        read = self.read_text(cell)
        if read.value is None:
            return read
        code = "".join(half_width(str(read.value)).split()).upper()
        if code in DASHES or self._truths.get(said(code), False) is None:
            return Read(None, (*read.notes, Note("dash-not-given", "warning")))
        if _POWER.fullmatch(code):
            raise Refused("number-lost-digits")
        return Read(code, (*read.notes, *_note_if(cell.text.strip(), code)))

    def read_period(self, cell: Cell) -> Read:
        """A year or a day, as text; None where nothing is written."""
        if cell.fault or cell.kind in ("error", "uncalculated", "truth"):
            raise Refused(cell.fault or "value-not-a-period")
        if cell.kind == "text" and not half_width(cell.text):
            return Read(None, cell.notes)
        return read_period(cell)

    def _one(self, cell: Cell, fact: Fact, unit: UnitForm | None, words_for_truth: bool) -> Read:
        match fact.datatype:
            case "boolean":
                return self._truth(cell, words_for_truth)
            case "decimal" | "integer":
                if cell.kind == "truth":
                    raise Refused("truth-for-number")
                if cell.kind == "date":
                    raise Refused("date-for-number")
                named = self._names_of_codes(fact).get(said(cell.text), []) if fact.codes else []
                if fact.datatype == "integer" and len(named) == 1:  # 一类 of a closed list of classes
                    return Read(int(named[0]), (*cell.notes, *_note_if(cell.text.strip(), named[0])))
                return read_number(cell, fact, self.forms, unit)
            case "date":
                if cell.kind == "truth":
                    raise Refused("value-not-a-date")
                return read_day(cell)
            case _:
                return self._code(cell, fact)

    def _truth(self, cell: Cell, words_for_truth: bool) -> Read:
        if cell.kind == "truth":
            return Read(cell.text == "true", cell.notes)
        if not words_for_truth:
            raise Refused("truth-not-json")
        answer = self._answer(cell.text) if cell.kind in ("text", "number") else NOTHING
        if answer == UNTICKED:
            return Read(None, (*cell.notes, Note("dash-for-truth", "warning")))
        if answer is None:  # ☑不清楚
            return Read(None, (*cell.notes, Note("stated-unknown", "info")))
        if isinstance(answer, str):
            raise Refused("value-not-a-truth")
        return Read(answer, cell.notes)

    def _list(self, cells: Iterable[Cell], fact: Fact) -> Read:
        reads = [self._code(cell, fact) for cell in cells]
        return Read(
            tuple(dict.fromkeys(str(read.value) for read in reads)),
            tuple(note for read in reads for note in read.notes),
        )

    def _code(self, cell: Cell, fact: Fact) -> Read:
        """The code that a cell names by its notation or its label."""
        if cell.kind in ("truth", "date"):
            raise Refused("unknown-code", allowed=self._allowed(fact), hint="")
        if not fact.codes:
            return self.read_text(cell)
        names = self._names_of_codes(fact)
        found = names.get(said(cell.text), [])
        if len(found) > 1:
            raise Refused("ambiguous-code", codes=", ".join(found))
        if not found:
            near = nearest(cell.text, names)
            raise Refused("unknown-code", allowed=self._allowed(fact), hint=near or "")
        return Read(found[0], (*cell.notes, *_note_if(cell.text.strip(), found[0])))

    def _names_of_codes(self, fact: Fact) -> dict[str, list[str]]:
        if fact.id not in self._codes:
            names: defaultdict[str, list[str]] = defaultdict(list)
            for code in fact.codes:
                label = self.vocabulary.codes.get(code)
                written = (code, *((label.zh, label.en) if label else ()))
                for name in (*written, *self.vocabulary.aliases.get(("code", code), ())):
                    if said(name) and code not in names[said(name)]:
                        names[said(name)].append(code)
            self._codes[fact.id] = dict(names)
        return self._codes[fact.id]

    def _allowed(self, fact: Fact) -> Text:
        """The options of a fact by their names; by its code, where several share a name or it has none."""
        bare = {code: Text(code, code) for code in fact.codes}
        names = {code: self.vocabulary.codes.get(code, text) for code, text in bare.items()}
        known = list(names.values())
        shown = [name if known.count(name) == 1 else bare[code] for code, name in names.items()]
        return Text("、".join(name.zh for name in shown), ", ".join(name.en for name in shown))


def _unguarded(cell: Cell) -> Cell:
    """A text without what keeps a spreadsheet from taking it for a number."""
    if cell.kind != "text" or not cell.text.lstrip().startswith(('="', "'")):
        return cell
    return replace(cell, text=unguarded(cell.text))


def unguarded(text: str) -> str:
    """A text without what keeps a spreadsheet from taking it for a number: ="000", or an apostrophe before it."""
    found = _GUARDED.fullmatch(text.strip())
    if found is None:
        return text
    return found["quoted"].replace('""', '"') if found["quoted"] is not None else found["marked"]


def _parts(cell: Cell) -> list[Cell]:
    """The values of a list written in one cell."""
    return [Cell(part.strip()) for part in _LIST_MARK.split(cell.text) if part.strip()]


def _note_if(written: str, result: str) -> tuple[Note, ...]:
    return () if written == result else (Note("converted", "info", {"written": written, "result": result}),)
