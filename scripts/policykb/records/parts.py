"""Rows that are parts of one subject and period, added up where the user asks and the text makes them a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Context, Decimal

from ..law.data_rules import RecordRules, written
from ..model import Finding, Record, Text, Value, Vocabulary
from ..readers import Reading, Records
from .breaches import Marks, Words, finding_of
from .check import Checker

__all__ = ["added_up"]

_EXACT = Context(prec=80)
_COMMA, _STOP = Text("、", ", "), Text("；", "; ")


def added_up(reading: Reading, rules: RecordRules, vocabulary: Vocabulary) -> Reading:
    """The same with one record for each subject and period whose rows add up, and a finding that names these.

    What adds up is declared by pkb:Whole, with the words of the text. Rows that differ in anything else, or of which
    one does not state what the others do, stay as they are.

    Args:
        reading: what was read.
        rules: the data rules.
        vocabulary: the facts that are known.
    """
    checker = Checker(rules, vocabulary)
    for record in reading.records:
        checker.check(record)
    wholes: dict[int, Record] = {}
    parts: set[int] = set()
    for numbers in checker.addable():
        rows = [reading.records[number] for number in numbers]
        facts = _sums(rows, rules)
        if facts is not None:
            wholes[numbers[0]] = _whole(rows, facts, rules, vocabulary)
            parts.update(numbers[1:])
    kept = (wholes.get(number, record) for number, record in enumerate(reading.records) if number not in parts)
    return replace(reading, records=Records(kept))


def _sums(rows: Sequence[Record], rules: RecordRules) -> dict[str, Value] | None:
    """The facts of several rows together; nothing where they cannot be one record."""
    found: dict[str, Value] = {}
    for fact in dict.fromkeys(fact for row in rows for fact in row.facts):
        stated = [row.facts[fact] for row in rows if fact in row.facts]
        numbers = [value for value in stated if isinstance(value, Decimal)]
        if fact not in rules.uniqueness.wholes:
            if any(value != stated[0] for value in stated):
                return None
            found[fact] = stated[0]
        elif len(numbers) < len(rows):
            return None
        else:
            found[fact] = _total(numbers)
    return found


def _total(numbers: Sequence[Decimal]) -> Decimal:
    total = numbers[0]
    for number in numbers[1:]:
        total = _EXACT.add(total, number)
    return total


def _whole(rows: Sequence[Record], facts: dict[str, Value], rules: RecordRules, vocabulary: Vocabulary) -> Record:
    """The record of several rows, under the id of the first."""
    first, marks = rows[0], Marks()
    places = [marks.words(marks.of(row.place)) for row in rows]
    sums = []
    for fact in facts:
        if fact in rules.uniqueness.wholes:
            terms = f"{' + '.join(written(row.facts[fact]) for row in rows)} = {written(facts[fact])}"
            label = vocabulary.facts[fact].label
            sums.append(Text(f"“{label.zh}”{terms}", f"“{label.en}” {terms}"))
    words: Words = {
        "count": str(len(rows)),
        "rows": _joined([place if isinstance(place, Text) else Text(place, place) for place in places], _COMMA),
        "sums": _joined(sums, _STOP),
    }
    told: list[Finding] = []
    for row in rows:
        told += (replace(f, record=first.id) if f.record is not None else f for f in row.findings)
    code = next((row.credit_code for row in rows if row.credit_code), None)
    division = next((row.division for row in rows if row.division), None)
    record = replace(first, credit_code=code, division=division, facts=facts)
    return replace(
        record, findings=(*told, finding_of(rules.computed["added-up"], record, "name", first.name, "", words))
    )


def _joined(texts: Sequence[Text], mark: Text) -> Text:
    return Text(mark.zh.join(text.zh for text in texts), mark.en.join(text.en for text in texts))
