"""Criteria and condition trees as expressions of three-valued truth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir

from ...errors import KnowledgeError
from ...model import Atom, Criterion, Node, Value
from .facts import NUMBERS, Facts
from .numbers import COMPARE, Number, compare, constant
from .truth import Truth, all_of, any_of, both, choose, reverse, unknown

__all__ = ["known_when_met", "node_key", "open_leaves", "truth_of", "truth_of_atom"]

_KINDS = {bool: "boolean", int: "integer", Decimal: "decimal", str: "string", date: "date"}
_SIGNS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_SURE_OF_VALUE = ("ge", "gt", "in", "has", "known")


def truth_of(node: Node, facts: Facts, leaves: dict[Any, Truth]) -> Truth:
    """The truth of a condition.

    Args:
        node: the condition tree.
        facts: the columns it speaks about.
        leaves: truths of atoms that are there already, by (atom, required); missing ones are compiled in place.
    """
    if node.criterion is not None:
        return all_of(_leaf(atom, node.criterion, facts, leaves) for atom in node.criterion.atoms)
    parts = [truth_of(child, facts, leaves) for child in node.children]
    if node.op == "and":
        return all_of(parts)
    if node.op == "or":
        return any_of(parts)
    return reverse(parts[0])


def _leaf(atom: Atom, criterion: Criterion, facts: Facts, leaves: dict[Any, Truth]) -> Truth:
    key = (atom, criterion.required)
    return leaves[key] if key in leaves else truth_of_atom(atom, criterion.required, facts)


def node_key(node: Node) -> Any:
    """What a condition says, whatever its name: equal keys mean equal truth for every record."""
    if node.criterion is not None:
        return ("and", frozenset(("atom", atom, node.criterion.required) for atom in node.criterion.atoms))
    members = frozenset(node_key(child) for child in node.children)
    if node.op in ("and", "or") and len(members) == 1:
        return next(iter(members))
    return (node.op, members)


def truth_of_atom(atom: Atom, required: bool, facts: Facts) -> Truth:
    """The truth of one comparison; a missing value is unknown, or met where it is presumed.

    Raises:
        KnowledgeError: the comparison is of a kind, or between types, that is not decided over columns.
    """
    _check_types(atom, facts)
    value = facts.value(atom.path)
    if_missing: Truth = None if required else True
    if atom.op == "known":
        return if_missing if value is None else choose(value.notnull(), ibis.literal(True), _constant(if_missing))
    if atom.other is not None:
        return _compared(atom, facts, if_missing)
    if atom.op in ("in", "has"):
        return _missing_as(_among(atom, facts, value), if_missing) if value is not None else if_missing
    upper = facts.upper(atom.path)
    if value is None:
        return if_missing if upper is None else _bounded(atom, upper, if_missing)
    truth = _against(atom.op, value, facts.number(atom.path) if facts.is_number(atom.path) else None, atom.values[0])
    if upper is None:
        return _missing_as(truth, if_missing)
    return truth.coalesce(_constant(_bounded(atom, upper, if_missing)))


def _bounded(atom: Atom, upper: Number, if_missing: Truth) -> Truth:
    """What an upper bound settles about a missing difference: too low for a lower bound, or low enough."""
    held = _against(atom.op, upper.column(), upper, atom.values[0])
    if atom.op in ("ge", "gt"):
        return _either(reverse(held), False, if_missing)
    if atom.op in ("le", "lt"):
        return _either(held, True, if_missing)
    return if_missing


def _either(settled: Truth, value: bool, otherwise: Truth) -> Truth:
    """`value` where it is settled; `otherwise` where it is not, or nothing is known at all."""
    return choose(settled, ibis.literal(value), _constant(otherwise))


def _constant(truth: Truth) -> ir.Value:
    return ibis.literal(truth, "boolean") if not isinstance(truth, ir.Value) else truth


def _missing_as(truth: Truth, if_missing: Truth) -> Truth:
    if if_missing is None or not isinstance(truth, ir.Value):
        return truth
    return truth.coalesce(if_missing)


def _against(op: str, value: ir.Value, number: Number | None, bound: Value) -> ir.BooleanValue:
    sign = _SIGNS.get(op, "==")
    if number is not None:
        return compare(number, sign, constant(Decimal(str(bound))))
    return COMPARE[sign](value, ibis.literal(bound, _literal_type(bound)))


def _among(atom: Atom, facts: Facts, value: ir.Value) -> Truth:
    if facts.is_list(atom.path):
        return any_of(value.contains(item) for item in atom.values)
    kind = facts.kind(atom.path)
    if kind == "boolean":
        return any_of(value if item is True else reverse(value) for item in atom.values)
    number = facts.number(atom.path) if kind in NUMBERS else None
    return reduce(lambda a, b: a | b, [_against("eq", value, number, item) for item in atom.values])


def _compared(atom: Atom, facts: Facts, if_missing: Truth) -> Truth:
    value, other = facts.value(atom.path), facts.value(atom.other or "")
    if value is None or other is None:
        return if_missing
    sign = "<" if atom.op == "before" else "<="
    if not facts.is_number(atom.path):
        return _missing_as(COMPARE[sign](value, other), if_missing)
    one, two = facts.number(atom.path), facts.number(atom.other or "")
    assert one is not None and two is not None
    return _missing_as(compare(one, sign, two), if_missing)


def _literal_type(value: Value) -> str:
    return {"string": "string", "date": "date", "boolean": "boolean"}[_KINDS[type(value)]]


def _check_types(atom: Atom, facts: Facts) -> None:
    kind = facts.kind(atom.path)
    family = "number" if kind in NUMBERS else kind
    kinds = [_KINDS.get(type(value), "list") for value in atom.values]
    others = {"number" if k in NUMBERS else k for k in kinds}
    if atom.other is not None:
        other = facts.kind(atom.other)
        others = {"number" if other in NUMBERS else other}
    if others - {family}:
        raise KnowledgeError("compares-other-type", fact=atom.path, type=kind, others=sorted(others))
    ordered = atom.op in ("ge", "gt", "le", "lt", "before", "notafter")
    if ordered and (family not in ("number", "date") or facts.is_list(atom.path)):
        raise KnowledgeError("orders-no-number", fact=atom.path)
    if atom.op in ("in", "has") and not atom.values:
        raise KnowledgeError("allows-nothing", fact=atom.path)


def known_when_met(node: Node, facts: Facts) -> frozenset[str]:
    """The facts that are certainly known wherever a condition is met."""
    if node.criterion is not None:
        found: set[str] = set()
        for atom in node.criterion.atoms:
            if node.criterion.required and (atom.op in _SURE_OF_VALUE or facts.upper(atom.path) is None):
                found |= {atom.path, *([atom.other] if atom.other else [])}
        return frozenset(found)
    parts = [known_when_met(child, facts) for child in node.children]
    if node.op == "and":
        return frozenset().union(*parts)
    if node.op == "or" and parts:
        return frozenset.intersection(*parts)
    return frozenset()


def open_leaves(node: Node, facts: Facts, leaves: dict[Any, Truth], above: Truth = True) -> list[tuple[Atom, Truth]]:
    """The comparisons that keep a condition unknown, each with where it does so: all conditions above unknown, too."""
    if node.criterion is not None:
        atoms = node.criterion.atoms
        here = above
        if len(atoms) > 1:
            here = both(above, unknown(truth_of(node, facts, leaves)))
        found = []
        for atom in atoms:
            truth = both(here, unknown(_leaf(atom, node.criterion, facts, leaves)))
            if truth is not False:
                found.append((atom, truth))
        return found
    here = both(above, unknown(truth_of(node, facts, leaves)))
    if here is False:
        return []
    return [pair for child in node.children for pair in open_leaves(child, facts, leaves, here)]
