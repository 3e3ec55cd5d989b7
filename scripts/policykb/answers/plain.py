"""Values, criteria and records written in one way, for people and for checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from ..model import (
    Atom,
    Criterion,
    Record,
    Value,
)
from ..patterns import regex

__all__ = ["SIGNS", "canonical", "exactly", "plain", "record_hash", "required"]

_WRITTEN = regex(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")

SIGNS: Mapping[str, str] = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "before": "<", "notafter": "≤"}
"""The signs of the comparisons that have an order."""


def required(criterion: Criterion) -> str:
    """What a criterion asks for, as a short expression: `≥ 1250`, `= true`, `∈ {national}`."""
    return " ∧ ".join(_atom(atom) for atom in criterion.atoms)


def _atom(atom: Atom) -> str:
    if atom.op == "in" and len(atom.values) > 1:
        return "∈ {" + ", ".join(plain(v) for v in atom.values) + "}"
    if atom.op in ("in", "has"):
        return ("∋ " if atom.op == "has" and isinstance(atom.values[0], str) else "= ") + plain(atom.values[0])
    if atom.op == "known":
        return "≠ ∅"
    return f"{SIGNS[atom.op]} {atom.other or plain(atom.values[0])}"


def exactly(text: str) -> Decimal:
    """The number that a text is, written in the digits 0 to 9 and nothing between them.

    Raises:
        InvalidOperation: it is none: 3_00, or digits of another script, are left to whoever wrote them.
    """
    if _WRITTEN.fullmatch(text) is None:
        raise InvalidOperation(text)
    return Decimal(text)


def plain(value: Value) -> str:
    """A value in plain notation, the same in every format: `1250`, `0.125`, `true`, `a; b`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, tuple):
        return "; ".join(value)
    return str(value)


def canonical(record: Record) -> dict[str, object]:
    """A record in one form whatever file it came from: sorted facts, plain notation."""
    return {
        "id": record.id,
        "type": record.type,
        "period": record.period,
        "subject": {"name": record.name, "creditCode": record.credit_code, "division": record.division},
        "facts": {name: plain(value) for name, value in sorted(record.facts.items())},
    }


def record_hash(records: Sequence[Record]) -> str:
    """SHA-256 over the canonical records in the order of type and id."""
    keys = [(record.type, record.id) for record in records]
    digest = hashlib.sha256(b"[")
    for number, place in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        text = json.dumps(canonical(records[place]), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest.update(f"{',' if number else ''}{text}".encode())
    digest.update(b"]")
    return digest.hexdigest()
