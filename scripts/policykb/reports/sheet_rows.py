"""A worksheet of xlsxwriter that takes a row at a time: the same XML, made once for each text and style.

A review workbook has hundreds of thousands of rows, in which most texts stand many times over.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

__all__ = ["RowSheet"]

_REMEMBERED = 2**13


class RowSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in constant memory that also takes whole rows."""

    def write_whole_row(self, row: int, height: float, values: Sequence[object], styles: Sequence[Any]) -> None:
        """Write a row below all that is written.

        Args:
            row: its number, from 0.
            height: its height in points.
            values: texts, numbers, and None for empty cells.
            styles: the format of each cell.
        """
        self._check_dimensions(row, len(values) - 1)
        self._check_dimensions(row, 0)
        self._write_single_row(row)
        cells = [f'<row r="{row + 1}" ht="{height:g}" customHeight="1">']
        for place, (value, style) in enumerate(zip(values, styles, strict=True)):
            start = f'<c r="{_letters(place)}{row + 1}" s="{style._get_xf_index()}"'
            if isinstance(value, str) and value:
                cells.append(f'{start} t="inlineStr">{_text(value)}</c>')
            elif isinstance(value, int | Decimal):
                cells.append(f"{start}><v>{value:.16G}</v></c>")
            else:
                cells.append(f"{start}/>")
        cells.append("</row>")
        self.fh.write("".join(cells))


@lru_cache(maxsize=256)
def _letters(place: int) -> str:
    return str(xl_col_to_name(place))


@lru_cache(maxsize=_REMEMBERED)
def _text(text: str) -> str:
    """A text as xlsxwriter writes it into a cell."""
    kept = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    return f"<is><t{kept}>{_WRITER._escape_data(_WRITER._escape_control_characters(text))}</t></is>"


_WRITER: Any = Worksheet()
