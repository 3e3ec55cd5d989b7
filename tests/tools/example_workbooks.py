"""The sample district as Excel workbooks: one tidy sheet per record type, and one sheet as an office keeps it."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from policykb.answers.plain import plain
from policykb.model import Fact, Record, UnitForm, Value, Vocabulary

__all__ = ["district_workbook", "office_workbook"]

WRITTEN = datetime(2021, 1, 15)  # the same bytes at every run
DIGITS = 15  # what a spreadsheet keeps of a number
YES, NO = "是", "否"
_HEAD = PatternFill("solid", fgColor="DDE6F0")
_LINE = Border(*(Side("thin", color="A0A0A0"),) * 4)
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def district_workbook(records: Sequence[Record], vocabulary: Vocabulary) -> bytes:
    """All records, one sheet per record type, named by its Chinese label; headers carry the unit in brackets.

    Raises:
        ValueError: a number has more digits than a spreadsheet keeps.
    """
    book = Workbook()
    book.remove(book.active)
    columns = ("id", "period", "name", "creditCode", "division")
    for kind in vocabulary.record_types.values():
        sheet = book.create_sheet(kind.label.zh)
        facts = [vocabulary.facts[name] for name in kind.facts]
        titles = [*(vocabulary.columns[name].zh for name in columns), *(_header(fact, vocabulary) for fact in facts)]
        _fill_row(sheet, 1, titles)
        for row, record in enumerate((each for each in records if each.type == kind.id), start=2):
            period = int(record.period) if record.period.isdigit() else date.fromisoformat(record.period)
            _fill_row(sheet, row, [record.id, period, record.name, record.credit_code, record.division])
            for column, fact in enumerate(facts, start=len(columns) + 1):
                _put(sheet.cell(row, column), record.facts.get(fact.id), fact, vocabulary)
        _finish(sheet, header=1, frozen="D2", widths={1: 10, 2: 12, 3: 32, 4: 23, 5: 14})
    return _bytes(book, "市中区2020年示例数据（虚构）")


def _header(fact: Fact, vocabulary: Vocabulary) -> str:
    return fact.label.zh + (f"（{vocabulary.units[fact.unit].label.zh}）" if fact.unit else "")


def _put(cell: Cell, value: Value | None, fact: Fact, vocabulary: Vocabulary) -> None:
    """Write a value as a person would type it: numbers as numbers, codes by their Chinese names."""
    if isinstance(value, bool):
        cell.value = YES if value else NO
    elif isinstance(value, Decimal):
        _number(cell, value)
        if fact.unit and vocabulary.units[fact.unit].currency:
            cell.number_format = "#,##0.00"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, tuple):
        cell.value = "；".join(vocabulary.codes[code].zh for code in value)
    elif value is not None and fact.codes:
        cell.value = vocabulary.codes[str(value)].zh
    else:
        cell.value = value


def _number(cell: Cell, value: Decimal) -> None:
    if sum(digit.isdigit() for digit in plain(value)) > DIGITS:
        raise ValueError(f"{plain(value)} has more digits than a spreadsheet keeps")
    cell.value = int(value) if value == value.to_integral_value() else float(value)


# --- The sheet as an office keeps it ---------------------------------------------------


def office_workbook(records: Sequence[Record], vocabulary: Vocabulary) -> bytes:
    """The first record type of the year as an office keeps it, with the names, units and spellings of daily use.

    Only records of the district's own enterprises: the sheet has no column for a division or a record id.
    """
    kind = next(iter(vocabulary.record_types.values()))
    own = Counter(record.division for record in records if record.division).most_common(1)[0][0]
    year = Counter(record.period for record in records if record.type == kind.id).most_common(1)[0][0]
    kept = [r for r in records if r.type == kind.id and r.period == year and r.division in (own, None)]
    facts = [vocabulary.facts[name] for name in kind.facts if any(name in record.facts for record in kept)]
    forms = {fact.id: _form(fact, vocabulary) for fact in facts}
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = _alias(("type", kind.id), kind.label.zh, vocabulary)
    titles = ["序号", "企业名称", _alias(("column", "creditCode"), "", vocabulary), "联系人", "统计年度"]
    titles += [_office_header(fact, forms[fact.id], vocabulary) for fact in facts] + ["备注"]
    last = get_column_letter(len(titles))
    sheet["A1"] = "2020年度外贸企业情况台账（虚构数据）"
    sheet.merge_cells(f"A1:{last}1")
    sheet["A2"] = "填报日期：2021年1月15日    金额单位：万元、万美元"
    sheet.merge_cells(f"A2:{last}2")
    _fill_row(sheet, 4, titles)
    row = 4
    for number, record in enumerate(kept, start=1):
        row += 2 if number % 9 == 0 else 1  # a blank row now and then
        _office_row(sheet, row, number, record, facts, forms)
    row += 1
    sheet.cell(row, 1, "合计")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=5)
    for column, fact in enumerate(facts, start=6):
        form = forms[fact.id]
        if form and form.factor != 1:
            total = sum((Decimal(r.facts.get(fact.id, 0)) for r in kept), Decimal(0))  # type: ignore[arg-type]
            _number(sheet.cell(row, column), total / form.factor)  # type: ignore[operator]
    sheet.cell(row + 2, 1, "填表人：张女士        审核人：李先生")
    sheet.merge_cells(f"A{row + 2}:{last}{row + 2}")
    _finish(sheet, header=4, frozen="C5", widths={1: 6, 2: 34, 3: 24, 4: 10, 5: 10, len(titles): 24})
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    sheet.auto_filter.ref = None
    return _bytes(book, "2020年度外贸企业情况台账（虚构数据）")


def _alias(key: tuple[str, str], label: str, vocabulary: Vocabulary) -> str:
    """Another Chinese name than the label, where the vocabulary has one."""
    return next((name for name in vocabulary.aliases.get(key, ()) if not name.isascii()), label)


def _form(fact: Fact, vocabulary: Vocabulary) -> UnitForm | None:
    """The unit an office writes: ten thousands of a currency, else the shortest spelling of the unit itself."""
    if fact.unit is None or fact.datatype != "decimal":
        return None
    factor = 10000 if vocabulary.units[fact.unit].currency else 1
    forms = [f for f in vocabulary.unit_forms.values() if (f.unit, f.factor, f.divisor) == (fact.unit, factor, 1)]
    return min((f for f in forms if not f.written.isascii()), key=lambda form: len(form.written))


def _office_header(fact: Fact, form: UnitForm | None, vocabulary: Vocabulary) -> str:
    name = _alias(("fact", fact.id), fact.label.zh, vocabulary)
    return f"{name}\n（{form.written}）" if form else name


def _office_row(
    sheet: Worksheet, row: int, number: int, record: Record, facts: Sequence[Fact], forms: dict[str, UnitForm | None]
) -> None:
    code = record.credit_code or ""
    name = f"{record.name}　" if number % 5 == 0 else record.name
    written = " ".join((code[:8], code[8:17], code[17:])).lower() if number % 6 == 0 else code
    period = "２０２０年" if number % 8 == 0 else f"{record.period}年度" if number % 4 == 0 else int(record.period)
    contact = ("王先生", "赵女士", "孙女士", "周先生")[number % 4]
    _fill_row(sheet, row, [number, name, written, contact, period])
    for column, fact in enumerate(facts, start=6):
        _office_cell(sheet.cell(row, column), record.facts.get(fact.id), forms[fact.id], number * 7 + column)
    if number % 7 == 0:
        sheet.cell(row, 6 + len(facts), "数据已与海关核对")


def _office_cell(cell: Cell, value: Value | None, form: UnitForm | None, turn: int) -> None:
    """One value in one of the spellings found in such sheets; `turn` chooses which."""
    if value is None:
        cell.value = "—" if turn % 37 == 0 else None
    elif isinstance(value, bool):
        yes, no = ((YES, NO), (YES, NO), ("√", "×"), ("有", "无"))[turn % 4]
        cell.value = yes if value else no
    elif isinstance(value, Decimal) and form and form.factor:
        number = value / form.factor
        match turn % 9:
            case 0:
                cell.value = f"{number:,}"
            case 3:
                cell.value = plain(number).translate(_WIDE)
            case 6:
                cell.value = f"{plain(number)}{form.written}"
            case _:
                _number(cell, number)
    elif isinstance(value, int):
        cell.value = f"第{value}名" if turn % 3 == 0 else value


# --- Looks, and the same bytes at every run -----------------------------------------------


def _fill_row(sheet: Worksheet, row: int, values: Iterable[str | int | date | None]) -> None:
    for column, value in enumerate(values, start=1):
        if value is not None:
            cell = sheet.cell(row, column, value)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(value, str):
                cell.number_format = "@"


def _finish(sheet: Worksheet, *, header: int, frozen: str, widths: dict[int, int]) -> None:
    """Header style, borders, widths, frozen panes, a filter, and a page that prints in landscape."""
    for row in sheet.iter_rows(min_row=header):
        for cell in row:
            cell.border = _LINE
            cell.alignment = Alignment(vertical="center", wrap_text=cell.row == header)
            if cell.row == header:
                cell.font, cell.fill = Font(bold=True), _HEAD
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[header].height = 48
    for column in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widths.get(column, 17)
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header}:{header}"


def _bytes(book: Workbook, title: str) -> bytes:
    """The workbook as a file; the clock leaves no trace in it."""
    book.properties.title, book.properties.creator = title, "policykb"
    book.properties.created = WRITTEN
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in parts.infolist():
            data = parts.read(part)
            if part.filename == "docProps/core.xml":
                stamp = rf"\g<1>{WRITTEN.isoformat()}Z\g<2>".encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)", stamp, data)
            info = zipfile.ZipInfo(part.filename, WRITTEN.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(info, data)
    return fixed.getvalue()
