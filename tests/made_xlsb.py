"""Make binary workbooks from the sheets of openpyxl's workbooks, so that the reader of .xlsb is held to the same rows.

Standard: [MS-XLSB]; only what the tests need: values, number formats, struck fonts, merged cells, what is hidden,
comments and input prompts.
"""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

__all__ = ["binary_workbook"]

_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships">{}</Relationships>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}</Types>'
)


def binary_workbook(book: Workbook) -> bytes:
    """A workbook as .xlsb; formulas are left out, and `=1/0` stands for its error."""
    made, sheets = io.BytesIO(), list[bytes]()
    styles: dict[tuple[str, bool], int] = {("General", False): 0}
    for sheet in book.worksheets:
        sheets.append(_sheet(sheet, styles))
    with zipfile.ZipFile(made, "w") as archive:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
            for at in range(1, len(sheets) + 1)
        )
        overrides += '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
        archive.writestr("[Content_Types].xml", _TYPES.format(overrides))
        link = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
        archive.writestr("_rels/.rels", _RELS.format(link))
        links = "".join(
            f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.bin"/>'
            for at in range(1, len(sheets) + 1)
        )
        links += f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.bin"/>'
        archive.writestr("xl/_rels/workbook.bin.rels", _RELS.format(links))
        bundles = b"".join(
            _record(
                156,
                struct.pack("<LL", int(sheet.sheet_state != "visible"), at) + _wide(f"rId{at}") + _wide(sheet.title),
            )
            for at, sheet in enumerate(book.worksheets, start=1)
        )
        opened = _record(131) + _record(153, struct.pack("<LLL", 0, 0, 0)) + _record(143)
        archive.writestr("xl/workbook.bin", opened + bundles + _record(144) + _record(132))
        for at, part in enumerate(sheets, start=1):
            archive.writestr(f"xl/worksheets/sheet{at}.bin", part)
        for at, sheet in enumerate(book.worksheets, start=1):
            if comments := _comments(sheet):
                link = f'<Relationship Id="rId1" Type="{_OFFICE}/comments" Target="../comments{at}.bin"/>'
                archive.writestr(f"xl/worksheets/_rels/sheet{at}.bin.rels", _RELS.format(link))
                archive.writestr(f"xl/comments{at}.bin", comments)
        archive.writestr("xl/styles.bin", _styles(list(styles)))
    return made.getvalue()


def _sheet(sheet: Any, styles: dict[tuple[str, bool], int]) -> bytes:
    rows = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        look = 0x10 if sheet.row_dimensions[number].hidden else 0
        rows.append(_record(0, struct.pack("<LLHBBB", number - 1, 0, 300, 0, look, 0) + struct.pack("<L", 0)))
        for cell in row:
            if cell.value is None or type(cell).__name__ == "MergedCell":
                continue
            style = styles.setdefault((cell.number_format, bool(cell.font.strike)), len(styles))
            rows.append(_cell(cell.value, cell.column - 1, style))
    columns = b"".join(
        _record(60, struct.pack("<LLLLH", at - 1, at - 1, 2000, 0, 1))
        for at in range(1, sheet.max_column + 1)
        if sheet.column_dimensions[get_column_letter(at)].hidden
    )
    merged = [area.bounds for area in sheet.merged_cells.ranges]
    areas = b"".join(
        _record(176, struct.pack("<LLLL", top - 1, bottom - 1, left - 1, right - 1))
        for left, top, right, bottom in merged
    )
    return b"".join([
        _record(129),
        _record(390) + columns + _record(391) if columns else b"",
        _record(145), *rows, _record(146),
        _record(177, struct.pack("<L", len(merged))) + areas + _record(178) if merged else b"",
        *_prompts(sheet),
        _record(130),
    ])  # fmt: skip


def _prompts(sheet: Any) -> list[bytes]:
    found = []
    for one in sheet.data_validations.dataValidation:
        areas = [struct.pack("<LLLL", a.min_row - 1, a.max_row - 1, a.min_col - 1, a.max_col - 1) for a in one.sqref]
        texts = b"".join(_wide(text or "") for text in (one.errorTitle, one.error, one.promptTitle, one.prompt))
        formulas = struct.pack("<LLLL", 0, 0, 0, 0)
        head = struct.pack("<LL", 0, len(areas))
        found.append(_record(64, head + b"".join(areas) + texts + formulas))
    return found


def _comments(sheet: Any) -> bytes:
    noted = [cell for row in sheet.iter_rows() for cell in row if cell.comment is not None]
    if not noted:
        return b""
    authors = list(dict.fromkeys(cell.comment.author for cell in noted))
    parts = [
        _record(628),
        _record(630),
        *(_record(632, _wide(author)) for author in authors),
        _record(631),
        _record(633),
    ]
    for cell in noted:
        at = struct.pack("<LLLL", cell.row - 1, cell.row - 1, cell.column - 1, cell.column - 1)
        parts.append(_record(635, struct.pack("<L", authors.index(cell.comment.author)) + at + bytes(16)))
        parts += [_record(637, b"\0" + _wide(cell.comment.text)), _record(636)]
    return b"".join([*parts, _record(634), _record(629)])


def _cell(value: object, column: int, style: int) -> bytes:
    head = struct.pack("<LL", column, style)
    if value == "=1/0":
        return _record(3, head + b"\x07")
    if isinstance(value, bool):
        return _record(4, head + bytes([value]))
    if isinstance(value, date):
        value = to_excel(value)
    if isinstance(value, int):
        return _record(2, head + struct.pack("<l", value << 2 | 2))
    if isinstance(value, float):
        return _record(5, head + struct.pack("<d", value))
    return _record(6, head + _wide(str(value)))


def _styles(styles: list[tuple[str, bool]]) -> bytes:
    formats = b"".join(_record(44, struct.pack("<H", 164 + at) + _wide(code)) for at, (code, _) in enumerate(styles))
    fonts = b"".join(
        _record(
            43,
            struct.pack("<HHHHBBBB", 220, 8 * struck, 400, 0, 0, 0, 0, 0) + b"\x01\0\0\0\0\0\0\xff\0" + _wide("Arial"),
        )
        for struck in (False, True)
    )
    looks = b"".join(
        _record(47, struct.pack("<HHHHHBBHHBB", 0, 164 + at, int(struck), 0, 0, 0, 0, 0, 0, 0x3F, 0)[:16])
        for at, (_, struck) in enumerate(styles)
    )
    return b"".join([
        _record(278),
        _record(615, struct.pack("<L", len(styles))), formats, _record(616),
        _record(611, struct.pack("<L", 2)), fonts, _record(612),
        _record(626, struct.pack("<L", 1)), _record(47, struct.pack("<H", 0xFFFF) + bytes(14)), _record(627),
        _record(617, struct.pack("<L", len(styles))), looks, _record(618),
        _record(279),
    ])  # fmt: skip


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")
