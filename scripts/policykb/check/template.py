"""A workbook to fill in: a sheet for each record type, made from the facts of the ontology and the data rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ..api import Policykb
from ..doors.packing import packed
from ..errors import CallError
from ..law.data_rules import FactRule, TypeRules
from ..model import Clause, Fact, Lang, RecordType, Text, Value
from ..names import RDFS
from ..readers.pins import OWN_AUTHOR
from ..reports.phrases import Phrases
from .affected import Dependence, stated_facts

__all__ = ["COLUMNS", "template"]

COLUMNS = ("id", "period", "name", "creditCode", "division")
"""The columns of every sheet before its facts."""
_HINTS = {"id": "id", "period": "period", "name": "name", "creditCode": "code", "division": "division"}
_FIRST, _LAST = 3, 2002  # rows that are formatted and validated
_LONGEST_LIST = 255  # characters Excel takes for a drop-down
_LONGEST_CODE = 40  # characters that are tried to find how long a code is
_HEAD = PatternFill("solid", fgColor="1F4E78")
_DECIDED = PatternFill("solid", fgColor="BF8F00")
_SUBTITLE = PatternFill("solid", fgColor="DDEBF7")
_EDGE = Border(bottom=Side(style="thin", color="BFBFBF"), right=Side(style="thin", color="BFBFBF"))


def template(kb: Policykb, lang: Lang, *, types: Sequence[str] = (), clause: Clause | None = None) -> bytes:
    """The workbook as the bytes of an .xlsx file.

    Args:
        kb: the knowledge base.
        lang: the language of comments and of the read-me sheet; headers are in Chinese with an English line below.
        types: record types, by id; all if empty.
        clause: only the facts that this clause needs.

    Raises:
        CallError: the clause is decided by no record.
    """
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    kinds = [kind for kind in kb.vocabulary.record_types.values() if not types or kind.id in types]
    if clause is not None:
        if clause.record_type is None:
            raise CallError("clause-without-records", clause=clause.id)
        kinds = [kb.vocabulary.record_types[clause.record_type]]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    _read_me(sheet, kb, kinds, clause, phrases)
    dependence = Dependence(kb.book, kb.vocabulary)
    for kind in kinds:
        facts = kind.facts if clause is None else stated_facts(clause, kb.vocabulary)
        _sheet(book.create_sheet(kind.label.zh), kb, kind, facts, dependence, phrases)
    book.active = min(1, len(kinds))
    return packed(book)


def _read_me(sheet: Any, kb: Policykb, kinds: Sequence[RecordType], clause: Clause | None, phrases: Phrases) -> None:
    sheet.title = phrases.say("template-readme")
    sheet["A1"] = phrases.say("template-title", document=phrases.documents())
    sheet["A1"].font = Font(bold=True, size=14)
    row = 2
    if clause is not None:
        sheet.cell(row, 1, phrases.say("template-for", clause=clause.title, article=phrases.article(clause)))
        row += 1
    row += 1
    for step in range(1, 6):
        sheet.cell(row, 1, f"{step}. {phrases.say(f'template-step-{step}')}")
        row += 1
    sheet.cell(row, 1, phrases.say("template-legend")).font = Font(color="BF8F00", bold=True)
    row += 2
    for position, name in enumerate(("sheet", "about", "used-by"), start=1):
        sheet.cell(row, position, phrases.say(f"template-{name}")).font = Font(bold=True)
    for kind in kinds:
        row += 1
        about = kb.knowledge.text(ox.NamedNode(kind.iri), RDFS.comment) or Text("", "")
        clauses = kb.book.by_type.get(kind.id, ()) if clause is None else (clause,)
        link = sheet.cell(row, 1, kind.label.zh)
        link.hyperlink = f"#'{kind.label.zh}'!A1"
        link.font = Font(underline="single", color="0563C1")
        sheet.cell(row, 2, about.get(phrases.lang)).alignment = Alignment(wrap_text=True, vertical="top")
        articles = dict.fromkeys(phrases.article(one) for one in clauses)
        sheet.cell(row, 3, phrases.join(articles)).alignment = Alignment(wrap_text=True, vertical="top")
    for column, width in (("A", 24), ("B", 60), ("C", 40)):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _sheet(
    sheet: Any, kb: Policykb, kind: RecordType, facts: Sequence[str], dependence: Dependence, phrases: Phrases
) -> None:
    vocabulary = kb.vocabulary
    rules = kb.decider.record_rules.types[kind.id]
    for position, name in enumerate(COLUMNS, start=1):
        label = vocabulary.columns[name]
        _head(sheet, position, label, phrases.say(f"template-{_HINTS[name]}"), decided=False)
        sheet.column_dimensions[get_column_letter(position)].width = 30 if name == "name" else 20
    for position, name in enumerate(facts, start=len(COLUMNS) + 1):
        fact = vocabulary.facts[name]
        _head(sheet, position, _titled(fact, kb), _comment(fact, kind, dependence, phrases), bool(fact.decided_by))
        sheet.column_dimensions[get_column_letter(position)].width = max(16, min(28, 2 * len(fact.label.zh) + 6))
        own = [rule for rule in rules.facts.get(name, ()) if rule.severity == "error" and rule.kind is not None]
        _guard(sheet, position, fact, own[0] if own else None, kb, phrases)
    _guard_columns(sheet, kb, rules, phrases)
    sheet.freeze_panes = sheet.cell(_FIRST, COLUMNS.index("creditCode") + 1)
    sheet.row_dimensions[1].height = 34
    sheet.row_dimensions[2].height = 40
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"


def _head(sheet: Any, position: int, label: Text, comment: str, decided: bool) -> None:
    top, below = sheet.cell(1, position, label.zh), sheet.cell(2, position, label.en)
    top.font = Font(bold=True, color="FFFFFF")
    top.fill = _DECIDED if decided else _HEAD
    below.font = Font(italic=True, size=9, color="595959")
    below.fill = _SUBTITLE
    for cell in (top, below):
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = _EDGE
    note = Comment(comment, OWN_AUTHOR)
    note.width, note.height = 340, 40 + 20 * (comment.count("\n") + 1 + len(comment) // 26)
    top.comment = note


def _titled(fact: Fact, kb: Policykb) -> Text:
    """The label with the unit in brackets, where it has one that a header can state."""
    unit = kb.vocabulary.units.get(fact.unit or "")
    forms = kb.vocabulary.unit_forms
    if unit is None or fact.datatype != "decimal":
        return fact.label
    zh = f"{fact.label.zh}（{unit.label.zh}）" if unit.label.zh in forms else fact.label.zh
    return Text(zh, f"{fact.label.en} ({unit.label.en})" if unit.label.en in forms else fact.label.en)


def _comment(fact: Fact, kind: RecordType, dependence: Dependence, phrases: Phrases) -> str:
    lines = []
    if fact.question is not None:
        lines.append(phrases.say("template-question", text=fact.question))
    if fact.codes:
        lines.append(phrases.say("template-codes", codes=phrases.join(phrases.value(fact.id, c) for c in fact.codes)))
    if fact.is_list:
        lines.append(phrases.say("template-several"))
    if fact.proof is not None:
        lines.append(phrases.say("template-proof", text=fact.proof))
    if fact.decided_by is not None:
        lines.append(phrases.say("template-decided", body=fact.decided_by.label))
    clauses = [phrases.book.clauses[name] for name in dependence.of_fact(kind.id, fact.id)]
    articles = dict.fromkeys(phrases.article(clause) for clause in clauses)
    if articles:
        lines.append(f"{phrases.say('template-used-by')}: {phrases.join(articles)}")
    return "\n".join(lines)


def _guard(sheet: Any, position: int, fact: Fact, rule: FactRule | None, kb: Policykb, phrases: Phrases) -> None:
    """What may be written into the column of a fact."""
    found: DataValidation | None = None
    form = "@"
    if fact.datatype == "boolean":
        found = DataValidation(type="list", formula1=f'"{_words(("true", "false"), kb)}"')
    elif fact.codes and not fact.is_list:
        allowed = [code for code in fact.codes if rule is None or rule.allowed is None or _is_in(code, rule)]
        found = _choice([_label(code, allowed, kb) for code in allowed])
    elif fact.datatype in ("decimal", "integer"):
        whole = fact.datatype == "integer"
        # Excel holds 15 digits: the next number below a bound that is no whole one is the bound itself.
        found = _between("whole" if whole else "decimal", rule, Decimal(whole))
        places = -kb.vocabulary.step(fact.id).as_tuple().exponent  # type: ignore[operator]
        form = "0" if whole else "#,##0.00" + "#" * (places - 2)
    elif fact.datatype == "date":
        found = _between("date", rule, timedelta(days=1))
        form = "yyyy-mm-dd"
    _apply(sheet, position, found, form, rule.message if rule else None, rule.mend if rule else None, phrases)


def _between(
    kind: Literal["whole", "decimal", "date"], rule: FactRule | None, step: Decimal | timedelta
) -> DataValidation | None:
    """What lies within the bounds of a rule, which Excel takes as included; None where it has none."""
    if rule is None or rule.low is None:
        return None
    low: Value = rule.low + step if rule.above else rule.low  # type: ignore[operator]
    if rule.high is None:
        return DataValidation(type=kind, operator="greaterThanOrEqual", formula1=_shown(low))
    high: Value = rule.high - step if rule.below else rule.high  # type: ignore[operator,assignment]
    return DataValidation(type=kind, operator="between", formula1=_shown(low), formula2=_shown(high))


def _shown(bound: Value) -> str:
    """A bound as Excel writes it: a day as the number of days."""
    return _serial(bound) if isinstance(bound, date) else f"{bound}"


def _years(rules: Iterable[FactRule]) -> tuple[str, str]:
    """The first and the last year that the rules about periods admit."""
    found = [year for year in (f"{number:04}" for number in range(10_000)) if all(rule.admits(year) for rule in rules)]
    return found[0], found[-1]


def _length(rules: Iterable[FactRule]) -> int | None:
    """How long a code is that the rules admit, where they admit one length alone."""
    patterns = [rule.pattern for rule in rules if rule.pattern is not None and rule.severity == "error"]
    lengths = [n for n in range(1, _LONGEST_CODE) if all(pattern.search("0" * n) for pattern in patterns)]
    return lengths[0] if len(lengths) == 1 else None


def _guard_columns(sheet: Any, kb: Policykb, rules: TypeRules, phrases: Phrases) -> None:
    for position, name in enumerate(COLUMNS, start=1):
        found: DataValidation | None = None
        form = "@" if name != "period" else "General"
        about = [rule for rule in (*rules.record, *kb.decider.record_rules.subject) if rule.path == name]
        if name == "period" and rules.once_per_period:
            first, last = _years(about)
            found = DataValidation(type="whole", operator="between", formula1=first, formula2=last)
        elif name in ("creditCode", "division") and (length := _length(about)) is not None:
            found = DataValidation(type="textLength", operator="equal", formula1=f"{length}")
        hint = phrases.wording.text(f"template-{_HINTS[name]}")
        _apply(sheet, position, found, form, hint, None, phrases)


def _apply(
    sheet: Any,
    position: int,
    found: DataValidation | None,
    form: str,
    message: Text | None,
    mend: Text | None,
    phrases: Phrases,
) -> None:
    letter = get_column_letter(position)
    sheet.column_dimensions[letter].number_format = form
    for row in range(_FIRST, _FIRST + 200):
        sheet.cell(row, position).number_format = form
    if found is None:
        return
    found.allow_blank = True
    found.showErrorMessage = True
    if message is not None:
        said = message.get(phrases.lang) + (f" {mend.get(phrases.lang)}" if mend else "")
        found.error = said[:220]
        found.errorTitle = phrases.say("severity-error")
    found.add(f"{letter}{_FIRST}:{letter}{_LAST}")
    sheet.add_data_validation(found)


def _choice(labels: Sequence[str]) -> DataValidation | None:
    """A drop-down, where Excel can hold the list."""
    joined = ",".join(labels)
    if not labels or len(joined) > _LONGEST_LIST or any("," in label or '"' in label for label in labels):
        return None
    return DataValidation(type="list", formula1=f'"{joined}"')


def _is_in(code: str, rule: FactRule) -> bool:
    return rule.allowed is not None and (code in rule.allowed or (code.isdigit() and int(code) in rule.allowed))


def _label(code: str, codes: Sequence[str], kb: Policykb) -> str:
    """The Chinese name of a code where no other code of the list shares it, else the code."""
    names = [kb.vocabulary.codes[one].zh if one in kb.vocabulary.codes else one for one in codes]
    name = names[list(codes).index(code)]
    return name if names.count(name) == 1 else code


def _words(truths: Sequence[str], kb: Policykb) -> str:
    """The first Chinese word for each truth value."""
    wanted = {"true": True, "false": False}
    preferred = {truth: kb.wording.text(name).zh for truth, name in (("true", "yes"), ("false", "no"))}
    forms = kb.vocabulary.truth_forms
    return ",".join(word for truth in truths if forms.get(word := preferred[truth]) is wanted[truth])


def _serial(day: date) -> str:
    """A day as Excel counts it."""
    return str((day - date(1899, 12, 30)).days)
