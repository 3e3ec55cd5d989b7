"""Which single numbers would make a clause apply, by trying out every value at which anything could turn. For tests.

The column engine judges, which shares nothing with the product's own search but the condition trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from column_tables import by_columns
from generated_records import near_numbers
from policykb.api import Policykb
from policykb.engines.program import clause_criteria
from policykb.model import Fact, Record

__all__ = ["numeric", "within_reach"]


def numeric(kb: Policykb, record: Record) -> list[Fact]:
    """The stated facts of a record that are numbers, no codes, and that a condition asks for."""
    criteria = (c for clause in kb.book.by_type[record.type] for c in clause_criteria(clause))
    names = {name for c in criteria for atom in c.atoms for name in (atom.path, atom.other) if name is not None}
    asked = {fact for name in names for fact in (kb.book.derived[name].inputs if name in kb.book.derived else (name,))}
    facts = (kb.vocabulary.facts[name] for name in record.facts if name in asked)
    return [fact for fact in facts if fact.datatype in ("integer", "decimal") and not fact.codes]


def within_reach(kb: Policykb, records: Sequence[Record]) -> dict[tuple[str, str], dict[str, list[Decimal]]]:
    """For each record and clause that is not had: the facts, and the values of each, that alone would make it had."""
    tries = [(record, fact, value) for record in records for fact, value in _values(kb, record)]
    variants = [
        replace(record, id=f"{number}", facts={**record.facts, fact.id: _typed(fact, value)})
        for number, (record, fact, value) in enumerate(tries)
    ]
    before, after = by_columns(kb, records), by_columns(kb, variants)
    found: dict[tuple[str, str], dict[str, list[Decimal]]] = {}
    for (number, clause), (status, *_) in after.items():
        record, fact, value = tries[int(number)]
        if status == "eligible" and before[record.id, clause][0] == "not-eligible":
            found.setdefault((record.id, clause), {}).setdefault(fact.id, []).append(value)
    return found


def _values(kb: Policykb, record: Record) -> Iterator[tuple[Fact, Decimal]]:
    numbers = {fact.id: Decimal(record.facts[fact.id]) for fact in numeric(kb, record)}  # type: ignore[arg-type]
    for fact in numeric(kb, record):
        step = Decimal(1) if fact.datatype == "integer" else Decimal("0.01")
        marks = set(near_numbers(kb.book, record.type, fact))
        # Facts are compared with each other, and with what is left of one without another.
        others = [value for name, value in numbers.items() if name != fact.id]
        sums = {one + mark for one in others for mark in marks} if len(marks) < 12 else set()
        marks |= {other + way for other in (*others, *sums) for way in (-step, Decimal(0), step)}
        for value in sorted(marks):
            whole = value % step == 0
            if step <= value < 10**14 and whole and value != numbers[fact.id]:
                yield fact, value


def _typed(fact: Fact, value: Decimal) -> int | Decimal:
    return int(value) if fact.datatype == "integer" else value
