"""The files that an officer downloads: the template in each language, the sample as CSV, and the rules as tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from ..check.template import template
from ..exports.tables import Table, main_tables, to_csv, to_parquet
from .content import Content

__all__ = ["download_files"]

_TIME = (1980, 1, 1, 0, 0, 0)
_WIDTH = 24  # characters of a column of the tables


def download_files(content: Content) -> dict[str, bytes]:
    """The files by their path below the site's root; the same rules give the same bytes."""
    kb = content.kb
    tables = main_tables(kb.book, kb.wording, None)
    samples = content.folder / "docs" / "examples" / "district-2020-csv"
    found = {
        "template.zh.xlsx": template(kb, "zh", types=[], clause=None),
        "template.en.xlsx": template(kb, "en", types=[], clause=None),
        "district-2020-csv.zip": _zipped({path.name: path.read_bytes() for path in samples.glob("*.csv")}),
        "rules-csv.zip": _zipped({f"{name}.csv": to_csv(table) for name, table in tables.items()}),
        "rules-parquet.zip": _zipped({f"{name}.parquet": to_parquet(table) for name, table in tables.items()}),
        "rules.xlsx": _workbook(tables),
    }
    return {f"assets/files/{name}": data for name, data in found.items()}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(Path(name).name, _TIME), data, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()


def _workbook(tables: Mapping[str, Table]) -> bytes:
    """One sheet for each table, its headings frozen and filtered; texts stay texts."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(*_TIME)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, table in tables.items():
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, [column for column, _ in table.columns], bold)
        for number, row in enumerate(table.rows, 1):
            sheet.write_row(number, 0, row, wrapped)
        last = len(table.columns) - 1
        sheet.set_column(0, last, _WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), last)
    book.close()
    return stream.getvalue()
