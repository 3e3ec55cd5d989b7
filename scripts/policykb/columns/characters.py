"""Check characters of codes over columns: the weighted sums of whole arrays at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from ..relations import CheckCharacter

__all__ = ["broken_check"]


def broken_check(relation: CheckCharacter) -> Callable[[ir.Value], ir.BooleanValue]:
    """A function of a column of codes: whether the check character of each is wrong.

    A code that is too short or has foreign characters is left to the rule about its form, as `CheckCharacter` does.
    """
    weights = [[table.get(chr(code), -1) for code in range(128)] for table in relation.tables]
    symbols, start = relation.symbols, relation.start

    def check(codes: str) -> bool:
        return _wrong(codes, weights, symbols, start)  # type: ignore[no-any-return]

    check.__name__ = f"wrong_check_{start}_{len(symbols)}"
    return ibis.udf.scalar.pyarrow(check)  # type: ignore[no-any-return]


def _wrong(codes: Any, weights: list[list[int]], symbols: str, start: int) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    array = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    text = array.cast(pa.string())
    width = start + len(weights) + 1
    # Codes of the right form alone: ASCII, and long enough for the check character.
    formed = pc.fill_null(pc.and_(pc.string_is_ascii(text), pc.greater_equal(pc.utf8_length(text), width)), False)
    chosen = text.filter(formed)
    found = np.zeros(len(text), dtype=bool)
    if len(chosen):
        cut = pa.concat_arrays([pc.utf8_slice_codeunits(chosen, 0, width)])
        rows = np.frombuffer(cut.buffers()[2], dtype=np.uint8)[: len(cut) * width].reshape(len(cut), width)
        total, known = np.zeros(len(cut), dtype=np.int32), np.ones(len(cut), dtype=bool)
        for place, table in enumerate(weights, start):
            product = np.asarray(table, dtype=np.int32)[rows[:, place]]
            known &= product >= 0
            total += product
        expected = np.frombuffer(symbols.encode(), dtype=np.uint8)[(-total) % len(symbols)]
        found[np.flatnonzero(formed.to_numpy(zero_copy_only=False))] = known & (rows[:, width - 1] != expected)
    return pa.array(found)
