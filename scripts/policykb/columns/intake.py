"""Turn the columns of a file into facts of the right types, and find the records that break a data rule.

What a value means is said by `policykb.readers`: see `plain` and `texts`. The rules are those of `shapes/records.ttl`,
read by `datarules`; of them the errors, which keep a record from being decided. Warnings are the business of
`policykb check`. What a column's type already guarantees is not checked again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..engines.columns.truth import Truth, all_of, any_of, both, choose, column, reverse
from ..errors import KnowledgeError
from ..law.data_rules import DataRule, FactRule, RecordRules
from ..law.relations import CheckCharacter
from ..records.breaches import filled
from ..wording.catalogue import at
from .engines import Engine
from .plain import read_plain
from .texts import REFUSED, Readers
from .words import ROW, Item

__all__ = ["ODD", "OWN", "Check", "Intake", "repeated_id", "take_in"]

ODD = "odd:"
"""Prefix of the columns that say whether a value is not surely plain."""

OWN = ("record", "period", "name", "creditCode", "division")
_SUBJECT = ("name", "creditCode", "division")
_HAS_MARK = r"\S"


@dataclass(frozen=True)
class Check:
    """Where a rule is broken: the item it is about, whether each row breaks it, and the value there.

    Without a rule of the data the value is a text that the readers refuse; they say why.
    """

    item: str
    broken: ir.BooleanValue
    value: ir.StringValue
    rule: DataRule | None = None


@dataclass(frozen=True)
class Intake:
    """Records as typed columns under the ids of their facts, with what is wrong in them.

    `table` has the columns record and period, those of the subject and the facts that the file holds; a fact is null
    where it is missing; and under `REFUSED` the texts that the readers refused. `surveyed` has the columns that are
    no facts, and under `ODD` whether a value is not surely plain, so that it must be read before the rest holds.
    """

    table: ir.Table
    checks: tuple[Check, ...]
    surveyed: ir.Table

    @property
    def broken(self) -> ir.BooleanValue:
        """Whether each record breaks any rule."""
        return column(any_of(check.broken for check in self.checks)).coalesce(False)

    def about_own(self) -> dict[int, tuple[str, ir.BooleanValue]]:
        """By their number the checks about columns that are no facts: the item, and what breaks, over `surveyed`."""
        own = {*OWN, "id", "subject"}
        here = {self.table.op(): self.surveyed.op()}
        return {
            number: (check.item, check.broken.op().replace(here).to_expr())
            for number, check in enumerate(self.checks)
            if check.item in own
        }

    def without(self, numbers: Collection[int]) -> Intake:
        """The same without some checks, which nothing breaks."""
        return replace(self, checks=tuple(check for n, check in enumerate(self.checks) if n not in numbers))


def take_in(
    engine: Engine,
    raw: ir.Table,
    items: Mapping[str, Item],
    readers: Readers,
    read: Collection[str] = (),
    *,
    usual: Mapping[str, Sequence[str]] = MappingProxyType({}),
    is_judged: bool = False,
) -> Intake:
    """The typed columns of a table whose columns bear the ids of facts, or record, period, name and so on.

    Args:
        engine: carries it out.
        raw: the table, every value of which is plain (see `ODD`), or in a column that was read.
        items: what its columns state.
        readers: the readers, with the data rules.
        read: the columns that were read already, with the texts refused beside them.
        usual: texts that are frequent in a column. It only makes the work faster.
        is_judged: the data rules were applied already; what breaks them stands among the texts refused.

    Raises:
        InputError: a column has a type that its fact cannot be read from without loss.
        KnowledgeError: a data rule is of a kind that is not checked over columns.
    """
    typed: dict[str, ir.Value] = {}
    odd: dict[str, ir.Value] = {}
    for name in raw.columns:
        if name.startswith(REFUSED) or name in read or name not in items:
            typed[name] = raw[name]
            continue
        plain = read_plain(items[name], raw[name], readers.words, sure=True, usual=usual.get(name, ()))
        if name != ROW:
            typed[name] = plain.value
        if plain.is_odd is not False:
            odd[ODD + name] = column(plain.is_odd)
    table = raw.select(**typed)
    checks = _Checks(engine, table, readers, usual)
    told = tuple(checks.refused() if is_judged else checks.all())
    own = {name: value for name, value in typed.items() if name in OWN}
    return Intake(table, told, raw.select(**own, **odd))


class _Checks:
    """The rules about the records of a table."""

    def __init__(self, engine: Engine, table: ir.Table, readers: Readers, usual: Mapping[str, Sequence[str]]) -> None:
        self.engine, self.table, self.rules, self.usual = engine, table, readers.rules, usual
        self.kind = readers.kind
        self.columns = set(table.columns)

    def all(self) -> Iterator[Check]:
        """What the readers refuse, what breaks a rule of the data, and facts that no such record has."""
        yield from self.refused()
        yield from self._own()
        type_rules = self.rules.types[self.kind.id]
        for fact, about in type_rules.facts.items():
            for rule in about:
                yield from self._fact(fact, rule)
        for name in self.columns:
            if isinstance(self.table[name].type(), dt.Array):
                is_empty = (self.table[name].length() == 0).coalesce(False)
                yield Check(name, is_empty, ibis.literal(""), self.rules.computed["empty-list"])

    def refused(self) -> Iterator[Check]:
        """What the readers refuse."""
        for name in sorted(self.columns):
            if name.startswith(REFUSED):
                refused = self.table[name]
                yield Check(name.removeprefix(REFUSED), refused.notnull(), refused)

    def _own(self) -> Iterator[Check]:
        """The rules about the columns that every record has; of those about one column, the first that is broken."""
        has_subject = any_of(self.table[name].notnull() for name in _SUBJECT if name in self.columns)
        wrong: dict[str, Truth] = {}
        rules = [(rule, has_subject) for rule in self.rules.subject]
        rules += [(rule, True) for rule in self.rules.types[self.kind.id].record]
        for rule, applies in rules:
            name = "record" if rule.path == "id" else rule.path
            if rule.severity != "error":
                continue
            if rule.path == "subject":
                unread = any_of(self._refused(one) for one in _SUBJECT)
                lacks = all_of((reverse(has_subject), reverse(unread)))
                yield Check("subject", column(lacks), ibis.literal(None, "string"), rule)
            elif name in self.columns:
                unread = self._refused(name)
                broken = any_of(truth for _, truth in self._broken(name, rule, applies))
                broken = all_of((broken, reverse(unread), reverse(wrong.get(name, False))))
                wrong[name] = any_of((wrong.get(name, False), column(broken).coalesce(False)))
                yield Check(rule.path, column(broken), _shown(self.table[name]), rule)
            elif rule.min_count > 0 and rule.path not in ("id", "name"):
                yield Check(rule.path, ibis.literal(True), ibis.literal(None, "string"), rule)

    def _fact(self, name: str, rule: FactRule) -> Iterator[Check]:
        if rule.severity != "error":
            return
        if name in self.columns:
            for test, broken in self._broken(name, rule):
                told = replace(rule, message=rule.tells.get(test, rule.message))
                yield Check(name, column(broken), _shown(self.table[name]), told)
        elif rule.min_count > 0:
            yield Check(name, ibis.literal(True), ibis.literal(None, "string"), rule)

    def _refused(self, name: str) -> Truth:
        return self.table[REFUSED + name].notnull() if REFUSED + name in self.columns else False

    def _broken(self, name: str, rule: FactRule, is_due: Truth = True) -> list[tuple[str, Truth]]:
        """Where a column breaks each constraint of a rule, by its key; `is_due` says where a value must be there."""
        value, kind = self.table[name], self.table[name].type()
        found: list[tuple[str, Truth]] = []
        if rule.min_count > 0:
            found.append(("missing", both(is_due, value.isnull())))
        if isinstance(kind, dt.Array):
            if rule.allowed is not None:
                one = "|".join(re.escape(str(allowed)) for allowed in sorted(rule.allowed, key=str))
                found.append(("allowed", (value.length() > 0) & ~value.join(";").re_search(f"^({one})(;({one}))*$")))
            return found
        if rule.low is not None:
            low = _bound(rule.low, kind)
            found.append(("above", value <= low) if rule.above else ("low", value < low))
        if rule.high is not None and not _always_below(rule, kind):
            high = _bound(rule.high, kind)
            found.append(("below", value >= high) if rule.below else ("high", value > high))
        if rule.allowed is not None:
            allowed = sorted(rule.allowed, key=str)
            among = [int(str(v)) for v in allowed] if kind.is_integer() else [str(v) for v in allowed]
            found.append(("allowed", ~value.isin(among)))
        if rule.min_length:
            found.append(("length", value.length() < rule.min_length))
        # What is read has a mark, or it would be missing.
        if rule.pattern is not None and kind.is_string() and rule.pattern.pattern != _HAS_MARK:
            pattern = rule.pattern.pattern.replace(r"\Z", r"\z")
            # Comparing is several times as fast as a search, so what is surely right is not searched.
            right = any_of(value == text for text in self.usual.get(name, ()) if rule.pattern.search(text))
            found.append(("pattern", ~choose(right, ibis.literal(None, "string"), value).re_search(pattern)))
        if rule.other is not None and rule.other in self.columns:
            other = self.table[rule.other]
            found.append(("strict", value >= other) if rule.strict else ("other", value > other))
        if isinstance(rule.relation, CheckCharacter):
            found.append(("check", self.engine.wrong_character(rule.relation)(value)))
        elif rule.relation is not None:
            raise KnowledgeError("rule-not-in-columns", where="shapes/records.ttl", rule=rule.id)
        return found


def repeated_id(rules: RecordRules) -> DataRule:
    """The rule that an id stands for one record, worded for a table, in which the other row is not looked up."""
    rule, other = rules.computed["duplicate-id"], at("another-row")
    return replace(rule, message=filled(rule.message, {"other": other}, rule))


def _always_below(rule: FactRule, kind: dt.DataType) -> bool:
    """Whether the type of a column cannot hold a number that reaches the upper bound."""
    return isinstance(kind, dt.Decimal) and Decimal(10) ** (kind.precision - kind.scale) <= Decimal(str(rule.high))


def _bound(value: Any, kind: dt.DataType) -> ir.Value:
    if kind.is_integer():
        return ibis.literal(int(value), "int64")
    if isinstance(kind, dt.Decimal):
        number = Decimal(str(value))
        return ibis.literal(number, dt.Decimal(max(1, number.adjusted() + 1) + kind.scale, kind.scale))
    return ibis.literal(value)


def _shown(value: ir.Value) -> ir.StringValue:
    """A value as a message shows it: a number without the zeros that end it."""
    kind = value.type()
    if isinstance(kind, dt.Array):
        return value.join(";")
    text = value.cast("string")
    if isinstance(kind, dt.Decimal) and kind.scale:
        return text.re_replace("0+$", "").re_replace("[.]$", "")
    return text
