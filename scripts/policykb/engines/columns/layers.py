"""A table that grows by layers of columns, so that every intermediate result is computed once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import ibis.expr.operations as ops
import ibis.expr.types as ir

from .numbers import Number
from .truth import Truth

__all__ = ["Layers"]

_WORTH = 8
"""How many steps an expression has to take before it is worth a column that it is done once."""


class Layers:
    """A table that grows by layers; columns of one layer rest on the layers below.

    `hold` keeps an expression for the pending layer and gives the name of its column; an expression that is a column
    of the layers below, or is pending already, is not held twice. `truth` and `number` turn names back into columns
    of the newest layer. What stands in several expressions of a layer, or several times in one, gets a layer below it:
    an expression is a graph here, but a tree where an engine reads it as text, and that grows beyond all bounds.
    """

    def __init__(self, table: ir.Table) -> None:
        self.table = table
        self.pending: dict[str, ir.Value] = {}
        self.names: dict[Any, str] = {}
        self.count = 0

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
        while shared := _repeated([value.op() for value in self.pending.values()]):
            names = {node: f"shared_{self.count + number}" for number, node in enumerate(shared)}
            self.count += len(names)
            below = self.table.op()
            self.table = self.table.mutate(**{name: node.to_expr() for node, name in names.items()})
            moved = {ops.Field(below, name): self.table[name].op() for name in below.schema}
            moved |= {node: self.table[name].op() for node, name in names.items()}
            self.pending = _moved(below, self.pending, moved)
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


def _moved(below: Any, pending: dict[str, ir.Value], moved: dict[Any, Any]) -> dict[str, ir.Value]:
    """Expressions with some of their parts put in the place of others, in one walk that goes no deeper than `below`."""
    top = ops.Project(below, {name: value.op() for name, value in pending.items()})

    def put(node: Any, changed: dict[str, Any] | None) -> Any:
        if node is top:
            return (changed or {"values": top.values})["values"]
        return moved.get(node) or (node.__recreate__(changed) if changed else node)

    found = top.replace(put, filter=lambda node: node is top or isinstance(node, ops.Value))
    return {name: value.to_expr() for name, value in found.items()}


def _repeated(tops: list[Any]) -> list[Any]:
    """The innermost expressions that are used more than once and are worth a column."""
    uses: Counter[Any] = Counter(tops)
    order: list[Any] = []
    seen: set[Any] = set()
    stack = [(node, False) for node in tops]
    while stack:
        node, is_done = stack.pop()
        if is_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            children = [child for child in node.__children__ if isinstance(child, ops.Value)]
            uses.update(children)
            stack += [(node, True), *((child, False) for child in children)]
    size: dict[Any, int] = {}
    holds: dict[Any, bool] = {}
    found = []
    for node in order:
        children = [child for child in node.__children__ if isinstance(child, ops.Value)]
        size[node] = 1 + sum(size[child] for child in children)
        is_below = any(holds[child] for child in children)
        is_repeated = uses[node] > 1 and size[node] >= _WORTH
        if is_repeated and not is_below:
            found.append(node)
        holds[node] = is_below or is_repeated
    return found
