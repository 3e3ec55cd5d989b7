"""Records as programs hold them: dictionaries, data frames, Arrow tables. They are read as the same file would be."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from .errors import CallError
from .readers import Reading

__all__ = ["read_held"]

_ROWS: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "pandas": lambda frame: frame.astype(object).to_dict("records"),
    "polars": lambda frame: frame.to_dicts(),
    "pyarrow": lambda table: table.to_pylist(),
}
"""How the rows of a frame are taken, by the library it is of."""
_FRAMES = ("DataFrame", "LazyFrame", "Table", "RecordBatch")


def read_held(data: object, read: Callable[[Path, str], Reading]) -> Reading | None:
    """The records that a program holds, or None where it holds none of these.

    Args:
        data: a dictionary as in JSON, several of them, or a data frame of pandas or polars, or an Arrow table, whose
            columns are those of a table of records.
        read: reads a file that is called so.

    Raises:
        CallError: a number is a float, which cannot hold decimals exactly.
        InputError: as the reader of such a file.
    """
    kind = type(data)
    library = kind.__module__.partition(".")[0]
    if library in _ROWS and kind.__name__ in _FRAMES:
        frame: Any = data.collect() if hasattr(data, "collect") else data
        rows = _ROWS[library](frame)
        columns: Iterable[str] = frame.column_names if library == "pyarrow" else list(frame.columns)
        return _through("records.csv", _delimited([str(name) for name in columns], rows), read)
    if isinstance(data, Mapping):
        content: object = data
    elif isinstance(data, Sequence) and data and all(isinstance(one, Mapping) for one in data):
        content = {"records": list(data)}
    else:
        return None
    text = json.dumps(_plain(content, "records"), ensure_ascii=False)
    return _through("records.json", text, read)


def _through(name: str, text: str, read: Callable[[Path, str], Reading]) -> Reading:
    """What a file of this text would be read as; no such file stays, nor stands in the receipt."""
    with tempfile.TemporaryDirectory(prefix="policykb-") as folder:
        path = Path(folder, name)
        path.write_text(text, encoding="utf-8")
        return replace(read(path, name), inputs=())


def _plain(value: object, name: str) -> object:
    """A value as JSON has it, its numbers exact."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, name) for one in value]
    value = _single(value)
    if isinstance(value, float):
        raise CallError("fact-float" if isfinite(value) else "fact-nan", where=name, value=repr(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def _delimited(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as delimited text."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name], name) for name in columns])
    return stream.getvalue()


def _cell(value: object, name: str) -> str:
    """A value as the cell of a table holds it; empty where there is none."""
    if hasattr(value, "tolist") and hasattr(value, "__len__"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one, name) for one in value)
    value = _single(value)
    if value is None or value != value:  # what is not a number, or no time, is not equal to itself
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        raise CallError("frame-float", where=name, value=repr(value), column=name)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _single(value: object) -> object:
    """A value of plain Python: what NumPy wraps is taken out, a moment becomes its day, what pandas misses is None."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    return value.date() if isinstance(value, datetime) else value
