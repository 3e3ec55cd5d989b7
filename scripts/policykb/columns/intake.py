"""Turn the columns of a file into facts of the right types, and find the records that break a data rule.

The rules are those of `shapes/records.ttl`, read by `datarules`; of them the errors, which keep a record from being
decided. Warnings are the business of `policykb check`. What a column's type already guarantees is not checked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ..catalogue import at
from ..datarules import DataRule, FactRule, RecordRules
from ..errors import InputError, KnowledgeError
from ..model import Text, Vocabulary
from ..relations import CheckCharacter
from .characters import broken_check
from .truth import Truth, any_of, choose, column

__all__ = ["Check", "Intake", "repeated_id", "take_in"]

OWN = ("record", "period", "name", "creditCode", "division")
_DECIMAL = dt.Decimal(19, 4)
_NUMBER = r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$"
_WHOLE = r"^[+-]?[0-9]+$"
_HAS_MARK = r"\S"
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


@dataclass(frozen=True)
class Check:
    """Where a data rule is broken: the rule, the item it is about, whether each row breaks it, and the value there."""

    rule: DataRule
    item: str
    broken: ir.BooleanValue
    value: ir.StringValue


@dataclass(frozen=True)
class Intake:
    """Records as typed columns under the ids of their facts, with what is wrong in them.

    `table` has the columns record and period, those of the subject and the facts that the file holds; a fact is null
    where it is missing. `broken` is true where a record breaks any rule.
    """

    table: ir.Table
    checks: tuple[Check, ...]
    broken: ir.BooleanValue


def take_in(
    raw: ir.Table,
    record_type: str,
    vocabulary: Vocabulary,
    rules: RecordRules,
    usual: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Intake:
    """The typed columns of a table whose columns bear the ids of facts, or record, period, name and so on.

    Args:
        raw: the table as it was read.
        record_type: the type of its records.
        vocabulary: the facts and their types.
        rules: the data rules.
        usual: texts that are frequent in a column. It only makes the work faster.

    Raises:
        InputError: a column has a type that its fact cannot be read from without loss.
        KnowledgeError: a data rule is of a kind that is not checked over columns.
    """
    typed: dict[str, ir.Value] = {}
    unreadable: dict[str, ir.BooleanValue] = {}
    for name in raw.columns:
        if name in OWN:
            typed[name] = _text(raw[name]) if name != "period" else _period(raw[name])
            continue
        fact = vocabulary.facts.get(name)
        if fact is None:
            continue
        found, wrong = _READERS["list" if fact.is_list else fact.datatype](raw[name], vocabulary, name)
        typed[name] = found
        if wrong is not None:
            unreadable[name] = wrong
    shown = {f"as written:{name}": raw[name].cast("string") for name in unreadable}
    bad = {f"unreadable:{name}": wrong for name, wrong in unreadable.items()}
    table = raw.select(**typed, **shown, **bad)
    checks = list(_checks(table, record_type, rules, set(unreadable), usual))
    broken = column(any_of(check.broken for check in checks)).coalesce(False)
    return Intake(table, tuple(checks), broken)


def _checks(
    table: ir.Table, record_type: str, rules: RecordRules, unreadable: set[str], usual: Mapping[str, Sequence[str]]
) -> Iterator[Check]:
    type_rules = rules.types[record_type]
    columns = set(table.columns)
    about: list[tuple[str, FactRule]] = [(rule.path, rule) for rule in (*type_rules.record, *rules.subject)]
    about += [(fact, rule) for fact, found in type_rules.facts.items() for rule in found]
    for item, rule in about:
        if rule.severity != "error":
            continue
        name = "record" if item == "id" else item
        if item == "subject":
            known = [table[n] for n in ("name", "creditCode", "division") if n in columns]
            lacks = [one.isnull() for one in known]
            yield Check(rule, item, _all(lacks), ibis.literal(None, "string"))
            continue
        if name not in columns:
            if rule.min_count > 0 and item not in ("id", "name"):
                yield Check(rule, item, ibis.literal(True), ibis.literal(None, "string"))
            continue
        for broken in _broken(table, name, rule, unreadable, usual.get(name, ())):
            written = table[f"as written:{name}"] if name in unreadable else _shown(table[name])
            yield Check(rule, item, broken, written)
    if type_rules.closed is not None:
        for name in columns & set(rules_facts(rules)):
            if name not in type_rules.facts:
                yield Check(type_rules.closed, name, table[name].notnull(), _shown(table[name]))
    for name in columns:
        if isinstance(table[name].type(), dt.Array):
            yield Check(
                rules.computed["empty-list"], name, (table[name].length() == 0).coalesce(False), ibis.literal("")
            )


def repeated_id(rules: RecordRules) -> DataRule:
    """The rule that an id stands for one record, worded for a table, in which the other row is not looked up."""
    rule, other = rules.computed["duplicate-id"], at("another-row")
    message = Text(rule.message.zh.replace("{other}", other.zh), rule.message.en.replace("{other}", other.en))
    return replace(rule, message=message)


def rules_facts(rules: RecordRules) -> frozenset[str]:
    """All facts that any record type can state."""
    return frozenset(fact for type_rules in rules.types.values() for fact in type_rules.facts)


def _broken(
    table: ir.Table, name: str, rule: FactRule, unreadable: set[str], usual: Sequence[str]
) -> list[ir.BooleanValue]:
    value, kind = table[name], table[name].type()
    found: list[ir.BooleanValue] = []
    if rule.min_count > 0 and (name != "name" or rule.path == "name"):
        found.append(value.isnull())
    if rule.kind is not None and name in unreadable:
        found.append(table[f"unreadable:{name}"])
    if isinstance(kind, dt.Array):
        if rule.allowed is not None:
            one = "|".join(re.escape(str(allowed)) for allowed in sorted(rule.allowed, key=str))
            found.append((value.length() > 0) & ~value.join(";").re_search(f"^({one})(;({one}))*$"))
        return found
    if rule.low is not None:
        low = _bound(rule.low, kind)
        found.append(value <= low if rule.above else value < low)
    if rule.high is not None and not _always_below(rule, kind):
        high = _bound(rule.high, kind)
        found.append(value >= high if rule.below else value > high)
    if rule.allowed is not None:
        allowed = sorted(rule.allowed, key=str)
        found.append(~value.isin([int(str(v)) for v in allowed] if kind.is_integer() else [str(v) for v in allowed]))
    if rule.min_length:
        found.append(value.length() < rule.min_length)
    if rule.pattern is not None and kind.is_string():
        pattern = rule.pattern.pattern.replace(r"\Z", r"\z")
        # Comparing is several times as fast as a search, so what is surely right is not searched.
        right: Truth
        if pattern == _HAS_MARK:
            right = _starts_with_mark(value)
        else:
            right = any_of(value == text for text in usual if rule.pattern.search(text))
        found.append(~choose(right, ibis.literal(None, "string"), value).re_search(pattern))
    if rule.other is not None and rule.other in table.columns:
        other = table[rule.other]
        found.append(value >= other if rule.strict else value > other)
    if isinstance(rule.relation, CheckCharacter):
        found.append(broken_check(rule.relation)(value))
    elif rule.relation is not None:
        raise KnowledgeError("rule-not-in-columns", where="shapes/records.ttl", rule=rule.id)
    return found


def _starts_with_mark(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a text surely begins with something that is no space: no space lies between the first visible mark of
    ASCII and its last, nor above the last space.
    """
    return ((text >= "!") & (text < "\x7f")) | (text > "\u3001")


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


def _all(parts: list[ir.BooleanValue]) -> ir.BooleanValue:
    found = ibis.literal(True)
    for part in parts:
        found = found & part
    return found


def _shown(value: ir.Value) -> ir.StringValue:
    if isinstance(value.type(), dt.Array):
        return value.join(";")
    return value.cast("string")


def _text(value: ir.Value) -> ir.StringValue:
    text = value if value.type().is_string() else value.cast("string")
    return text.nullif("")


def _period(value: ir.Value) -> ir.StringValue:
    kind = value.type()
    if kind.is_timestamp():
        value = value.date()
    elif kind.is_floating():
        raise InputError("period-floating")
    return _text(value)


Read = tuple[ir.Value, "ir.BooleanValue | None"]


def _blank(value: ir.Value) -> ir.Value:
    return value.strip().nullif("")


def _boolean(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    kind = value.type()
    if kind.is_boolean():
        return value, None
    if kind.is_integer():
        return (value == 1), ~value.isin([0, 1])
    text = _as_text(value, name)
    forms: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for written, meant in vocabulary.truth_forms.items():
        forms[meant].append(written)
    none = ibis.literal(None, "boolean")
    found = ibis.cases(
        (text.isin(forms[True]), ibis.literal(True)), (text.isin(forms[False]), ibis.literal(False)), else_=none
    )
    return found, ~text.isin([*vocabulary.truth_forms])


def _decimal(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    kind = value.type()
    if kind.is_integer():
        return value.cast("int64"), None
    if isinstance(kind, dt.Decimal):
        if kind.scale <= _DECIMAL.scale:
            return value, None
        short = value.try_cast(_DECIMAL)
        return short, (short.isnull() & value.notnull()) | (short != value)
    text = _as_text(value, name)
    plain = text.re_search(_NUMBER) & ~text.re_search(r"[.][0-9]{4}[0-9]*[1-9]") & ~text.re_search(r"[0-9]{16}")
    readable = plain.ifelse(text, ibis.literal(None, "string"))
    return readable.try_cast(_DECIMAL), ~plain


def _integer(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    kind = value.type()
    if kind.is_integer():
        return value.cast("int64"), None
    if isinstance(kind, dt.Decimal):
        whole = value.try_cast("int64")
        return whole, whole.isnull() & value.notnull() if kind.scale == 0 else whole.cast(kind) != value
    text = _as_text(value, name)
    plain = text.re_search(_WHOLE) & (text.length() <= 18)
    return plain.ifelse(text, ibis.literal(None, "string")).try_cast("int64"), ~plain


def _string(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    text = _as_text(value, name)
    codes = vocabulary.facts[name].codes
    labels = [(label, code) for code in codes for label in _labels(vocabulary, code) if label != code]
    return (text.cases(*labels, else_=text) if labels else text), None


def _date(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    kind = value.type()
    if kind.is_date():
        return value, None
    if kind.is_timestamp():
        return value.date(), None
    text = _as_text(value, name)
    plain = text.re_search(_DAY)
    return plain.ifelse(text, ibis.literal(None, "string")).cast("date"), ~plain


def _list(value: ir.Value, vocabulary: Vocabulary, name: str) -> Read:
    if isinstance(value.type(), dt.Array):
        return value, None
    text = _as_text(value, name).re_replace("\\s*[;；]\\s*", ";")
    return text.split(";"), None


_READERS = {
    "boolean": _boolean,
    "decimal": _decimal,
    "integer": _integer,
    "string": _string,
    "date": _date,
    "list": _list,
}


def _labels(vocabulary: Vocabulary, code: str) -> list[str]:
    named = vocabulary.codes.get(code)
    return [*([named.zh, named.en] if named else []), *vocabulary.aliases.get(("code", code), ())]


def _as_text(value: ir.Value, name: str) -> ir.StringValue:
    kind = value.type()
    if kind.is_string():
        return _blank(value)
    raise InputError("column-inexact", column=name, type=kind)
