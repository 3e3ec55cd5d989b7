"""An office document as bytes: the same content gives the same bytes, whenever it is written."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from ..patterns import regex

__all__ = ["packed"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""When every part is said to be written: the first moment that an archive can state."""
_CORE = "docProps/core.xml"
_TIMES = regex(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*")


def packed(book: Any) -> bytes:
    """The bytes of a workbook of openpyxl or a document of python-docx, with one fixed time for the real one."""
    written, stream = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == _CORE:
                data = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(part.filename, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
