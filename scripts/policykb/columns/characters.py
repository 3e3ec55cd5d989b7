"""Check characters of codes over columns: what `relations.CheckCharacter` says of one code, of all at once.

Two translations of the same tables: one that takes arrays, for an engine in this process, and one in plain expressions,
for an engine whose work is done elsewhere, where no Python needs to be installed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir

from ..law.relations import CheckCharacter

__all__ = ["Broken", "broken_in_arrays", "broken_in_expressions"]

Broken: TypeAlias = Callable[[ir.Value], ir.BooleanValue]
"""A function of a column of codes: whether the check character of each is wrong; null or false where it has none."""


def broken_in_expressions(relation: CheckCharacter) -> Broken:
    """In expressions that every engine knows which looks for a column of characters in a text.

    A code that is too short or has foreign characters is left to the rule about its form, as `CheckCharacter` does.
    """
    modulus, end = len(relation.symbols), relation.start + len(relation.tables)

    def broken(codes: ir.StringValue) -> ir.BooleanValue:
        products, known = [], codes.length() > end
        for place, table in enumerate(relation.tables, relation.start):
            alphabet = "".join(table)  # in the order of the values, from 0
            value = ibis.literal(alphabet).find(codes.substr(place, 1))
            known = known & (value >= 0)
            products.append(value * table[alphabet[1]])
        total = reduce(lambda one, other: one + other, products)
        expected = (modulus - total % modulus) % modulus
        return known & (ibis.literal(relation.symbols).find(codes.substr(end, 1)) != expected)

    return broken


def broken_in_arrays(relation: CheckCharacter) -> Broken:
    """As a function of arrays: the weighted sums of many codes at once. For an engine in this process."""
    weights = [[table.get(chr(code), -1) for code in range(128)] for table in relation.tables]

    def check(codes: str) -> bool:
        return _wrong(codes, weights, relation)  # type: ignore[no-any-return]

    check.__name__ = f"wrong_check_{relation.start}_{len(relation.symbols)}"
    return ibis.udf.scalar.pyarrow(check)  # type: ignore[no-any-return]


def _wrong(codes: Any, weights: list[list[int]], relation: CheckCharacter) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    array = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    text = array.cast(pa.string())
    width = relation.start + len(weights) + 1
    # At once those of ASCII that are long enough for the check character; the few others one by one.
    is_ascii = pc.fill_null(pc.string_is_ascii(text), True)
    formed = pc.fill_null(pc.and_(is_ascii, pc.greater_equal(pc.utf8_length(text), width)), False)
    chosen = text.filter(formed)
    found = np.zeros(len(text), dtype=bool)
    for row in np.flatnonzero(~is_ascii.to_numpy(zero_copy_only=False)):
        found[row] = not relation.fits(text[row].as_py())
    if len(chosen):
        cut = pa.concat_arrays([pc.utf8_slice_codeunits(chosen, 0, width)])
        rows = np.frombuffer(cut.buffers()[2], dtype=np.uint8)[: len(cut) * width].reshape(len(cut), width)
        total, known = np.zeros(len(cut), dtype=np.int32), np.ones(len(cut), dtype=bool)
        for place, table in enumerate(weights, relation.start):
            product = np.asarray(table, dtype=np.int32)[rows[:, place]]
            known &= product >= 0
            total += product
        expected = np.frombuffer(relation.symbols.encode(), dtype=np.uint8)[(-total) % len(relation.symbols)]
        found[np.flatnonzero(formed.to_numpy(zero_copy_only=False))] = known & (rows[:, width - 1] != expected)
    return pa.array(found)
