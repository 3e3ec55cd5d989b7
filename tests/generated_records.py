"""Make records from a seed: values on, just below and just above every bound of the rules, codes, and gaps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from policykb.engines.program import clause_criteria
from policykb.law.rules import RuleBook
from policykb.model import Fact, Place, Record, Value, Vocabulary

__all__ = ["generate", "near_numbers"]

GAP = 0.3
DAYS = (date(2017, 12, 31), date(2018, 1, 1), date(2019, 6, 30))


def generate(book: RuleBook, vocabulary: Vocabulary, record_type: str, count: int, seed: int) -> list[Record]:
    """Records of one type; about a third of the facts are missing, and numbers crowd around the bounds.

    They are not checked: a caller drops those that break a data rule.
    """
    source = random.Random(f"{record_type} {seed}")
    facts = [vocabulary.facts[name] for name in vocabulary.record_types[record_type].facts]
    numbers = {fact.id: sorted(set(near_numbers(book, record_type, fact))) for fact in facts}
    records = []
    for number in range(count):
        stated = {fact.id: _value(source, fact, numbers[fact.id]) for fact in facts if source.random() > GAP}
        division = source.choice((None, None, "370402", "370481"))
        records.append(
            Record(
                id=f"{record_type}-{number}",
                type=record_type,
                period=source.choice(("2020", "2020", "2020", "2021", "2021", "2019")),
                name=f"{record_type} {number}",
                credit_code=None,
                division=division,
                facts=stated,
                place=Place("generated"),
            )
        )
    return records


def near_numbers(book: RuleBook, record_type: str, fact: Fact) -> Iterator[Decimal]:
    """The values at which something may turn: on, just below and just above every bound, and a few others."""
    unit = Decimal(1) if fact.datatype == "integer" else Decimal("0.01")
    yield from (Decimal(0), unit, Decimal(2), Decimal(7))
    reached = {fact.id, *(derived.id for derived in book.derived.values() if fact.id in derived.inputs)}
    for clause in book.by_type.get(record_type, ()):
        for criterion in clause_criteria(clause):
            for atom in criterion.atoms:
                if atom.path in reached:
                    for bound in atom.values:
                        if isinstance(bound, Decimal | int) and not isinstance(bound, bool):
                            yield from (bound - unit, Decimal(bound), bound + unit, Decimal(bound) * 2)


def _value(source: random.Random, fact: Fact, numbers: list[Decimal]) -> Value:
    if fact.datatype == "boolean":
        return source.random() < 0.7
    if fact.datatype == "integer":
        return int(source.choice([n for n in numbers if n >= 1]))
    if fact.datatype == "decimal":
        return source.choice([n for n in numbers if n >= 0])
    if fact.datatype == "date":
        return source.choice(DAYS)
    if fact.is_list:
        return tuple(source.sample(fact.codes, source.randint(1, len(fact.codes))))
    return source.choice(fact.codes)
