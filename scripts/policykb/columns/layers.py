"""A table that grows by layers of columns, so that every intermediate result is computed once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from .numbers import Number
from .truth import Truth

__all__ = ["Layers"]


class Layers:
    """A table that grows by layers; columns of one layer rest on the layers below.

    `hold` keeps an expression for the pending layer and gives the name of its column; an expression that is a column
    of the layers below, or is pending already, is not held twice. `truth` and `number` turn names back into columns
    of the newest layer.
    """

    def __init__(self, table: ir.Table) -> None:
        self.table = table
        self.pending: dict[str, ir.Value] = {}
        self.names: dict[Any, str] = {}

    def hold(self, name: str, value: Any) -> Any:
        if not isinstance(value, ir.Value):
            return value
        node = value.op()
        if isinstance(node, ops.Field) and node.rel == self.table.op():
            return node.name
        if node not in self.names:
            self.pending[name] = value
            self.names[node] = name
        return self.names[node]

    def hold_number(self, name: str, number: Number | None, places: int | None = None) -> Any:
        if number is None:
            return None
        rounded = number if places is None else number.rounded(places)
        return replace(rounded, value=self.hold(name, rounded.value))

    def settle(self) -> ir.Table:
        if self.pending:
            self.table = self.table.mutate(**self.pending)
            self.pending, self.names = {}, {}
        return self.table

    def truth(self, value: Any) -> Truth:
        if isinstance(value, ir.Value):
            return self.table[value.get_name()]
        return self.table[value] if isinstance(value, str) else value

    def number(self, number: Number | None) -> Number | None:
        return None if number is None else replace(number, value=self.truth(number.value))
