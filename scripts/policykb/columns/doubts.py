"""What is doubtful in records that are valid by themselves: the same tests as `check`, on the few rows that need them.

Expressions pick the rows that may break a rule of severity warning; the rules themselves are then followed by the one
`Checker`, which words what it finds. What shows only beside other records is looked for in files of up to `COMPARED`
rows, since it needs all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..answers.plain import plain
from ..api import Policykb
from ..engines.columns.truth import Truth, all_of, any_of, column
from ..law.data_rules import FactRule, TypeRules
from ..law.relations import Agreement, OnlyWhere, Quotient, UsualSize, ZeroTogether
from ..model import Finding, Place, Record, RecordType, Value
from ..records.across import Across
from ..records.check import Checker
from .outputs import FINDINGS

__all__ = ["COMPARED", "DOUBTFUL", "LISTED", "Doubts", "doubtful"]

COMPARED = 2**16
"""Rows that are compared with each other."""

LISTED = 2**15
"""Doubtful rows of a portion that are looked at, and points after which no more are: more than anybody reads."""

DOUBTFUL = "doubtful:"
"""The column that marks them."""

_ROOM = 1e-9  # the share by which a comparison of binary fractions may be wrong, and a row be looked at in vain


def doubtful(table: ir.Table, rules: TypeRules) -> ir.BooleanValue:
    """Whether each record may break a rule of severity warning about one of its facts.

    Args:
        table: records as typed columns.
        rules: the rules of their type.
    """
    parts = [
        part
        for fact, about in rules.facts.items()
        for rule in about
        if rule.severity == "warning" and fact in table.columns
        for part in _parts(table, rule)
    ]
    return column(any_of(parts)).coalesce(False)


def _parts(table: ir.Table, rule: FactRule) -> Iterator[Truth]:
    value, relation = table[rule.path], rule.relation
    other = getattr(relation, "other", rule.other)
    if other is not None and other not in table.columns:
        return
    if isinstance(value.type(), dt.Array | dt.String):
        return
    match relation:
        case Quotient(low=low, high=high):
            one, by = _loose(value), _loose(table[other])
            apart = any_of((one < by * (float(low) * (1 + _ROOM)), one > by * (float(high) * (1 - _ROOM))))
            yield all_of((one > 0, by > 0, apart))
        case UsualSize(least=least):
            yield all_of((value > 0, _loose(value) < float(least)))
        case Agreement():
            yield value != table[other]
        case ZeroTogether():
            yield (value == 0) != (table[other] == 0)
        case OnlyWhere():
            yield all_of((table[other] == False, value if value.type().is_boolean() else value != 0))  # noqa: E712
        case None:
            if isinstance(rule.low, int | Decimal):
                yield _loose(value) < float(str(rule.low)) * (1 + _ROOM)
            if isinstance(rule.high, int | Decimal):
                yield _loose(value) > float(str(rule.high)) * (1 - _ROOM)
            if other is not None:
                yield value >= table[other]


def _loose(value: ir.Value) -> Any:
    return value.cast("float64")


class Doubts:
    """Words what is doubtful in rows of typed columns, and finds what shows only beside other rows.

    Args:
        kb: the loaded knowledge base.
        kind: the type of the records.
    """

    def __init__(self, kb: Policykb, kind: RecordType) -> None:
        self.rules, self.kind = kb.decider.record_rules, kind
        self._vocabulary = kb.vocabulary
        self._checker = Checker(self.rules, kb.vocabulary)
        self.found: list[Finding] = []
        self._periods: dict[str, str] = {}

    @property
    def left(self) -> int:
        """How many more rows are to be looked at."""
        return max(LISTED - len(self.found), 0)

    def look(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep what is doubtful in rows, each for itself."""
        for row in rows:
            record = self._record(row)
            self._keep(record, self._checker.doubts(record))

    def compare(self, rows: Iterable[Mapping[str, Any]], *, is_complete: bool) -> list[Finding]:
        """Keep what is doubtful in rows beside each other.

        Args:
            rows: all there are in the file; `is_broken` marks those with an error.
            is_complete: whether they are all there are, as the user declares.

        Returns:
            The errors among what was found: their records cannot be decided.
        """
        across, errors = Across(self.rules, self._vocabulary, is_complete=is_complete), list[Finding]()
        rules = self.rules.types[self.kind.id]
        found: list[Finding] = []
        for row in rows:
            record = self._record(row)
            self._periods[record.id] = record.period
            found += across.check(record, rules, is_wrong=bool(row["is_broken"]))
        found += (finding for _, finding in across.finish())
        repeated = self.rules.computed["duplicate-id"].id
        for finding in found:
            if finding.severity == "error":
                errors += [finding] if finding.rule != repeated else []
            else:
                self.found.append(finding)
        return errors

    def table(self, findings: Iterable[Finding]) -> list[dict[str, str | None]]:
        """Findings as rows of the table that lists them."""
        told = []
        for one in findings:
            about = (one.record, self._periods.get(one.record or ""), one.rule, one.fact, one.value)
            words = (one.message.zh, one.message.en, one.mend.zh, one.mend.en)
            told.append(dict(zip(FINDINGS, (*about, *words), strict=True)))
        return told

    def _keep(self, record: Record, found: list[Finding]) -> None:
        self._periods[record.id] = record.period
        self.found += found

    def _record(self, row: Mapping[str, Any]) -> Record:
        """A row of typed columns as a record, whose place is its id."""
        facts: dict[str, Value] = {}
        for name in self.kind.facts:
            value = row.get(name)
            if value is not None:
                facts[name] = tuple(value) if isinstance(value, list) else value
                if isinstance(value, Decimal):
                    facts[name] = Decimal(plain(value))
        place = Place(str(row["record"]))
        return Record(
            id=place.file,
            type=self.kind.id,
            period=str(row["period"] or ""),
            name=row.get("name"),
            credit_code=row.get("creditCode"),
            division=row.get("division"),
            facts=facts,
            place=place,
            places={"id": place},
        )
