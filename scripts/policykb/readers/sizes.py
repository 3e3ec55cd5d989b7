"""How many rows a file has, roughly and fast, for a sign of progress."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ..doors.files import check_ordinary
from ..errors import InputError
from ..patterns import regex

__all__ = ["estimated_rows"]

_BLOCK = 2**22
_BYTES_OF_A_ROW = 512  # of XML, where a sheet does not say how many rows it has
_DIMENSION = regex(rb'<dimension ref="[A-Z]+[0-9]+:[A-Z]+([0-9]+)"')


def estimated_rows(path: Path) -> int | None:
    """The rows of a delimited text file or workbook, give or take; None for others and for what cannot be opened."""
    suffix = path.suffix.lower()
    try:
        check_ordinary(path)
        if suffix in (".csv", ".tsv", ".txt"):
            return _lines(path)
        if suffix in (".xlsx", ".xlsm"):
            return _sheet_rows(path)
    except (OSError, zipfile.BadZipFile, InputError):
        pass  # the readers say what is wrong with it
    return None


def _lines(path: Path) -> int:
    lines = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
    return lines


def _sheet_rows(path: Path) -> int:
    rows = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    found = _DIMENSION.search(part.read(4096))
                rows += int(found[1]) if found else archive.getinfo(name).file_size // _BYTES_OF_A_ROW
    return rows
