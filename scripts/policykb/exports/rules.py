"""Write what follows from stated facts as SPARQL rules: days, derived facts, and the ends of each amount.

Each rule is one CONSTRUCT about `$this`, so that it serves as a sh:SPARQLRule and as a query of its own. A value that
may be anything is not bound; an error in SPARQL leaves its variable unbound, and so says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..engines.program import value_term
from ..engines.twins import fact_iri, upper_iri
from ..expression import Expression
from ..law.rules import RuleBook
from ..model import GIVEN, Option, Value, Vocabulary
from ..names import PKB, RDF, RUN, XSD

__all__ = ["HIGH", "LOW", "Rule", "end_iri", "sparql_rules"]

_MONTH = "(FLOOR({0} / 100) - 88 * FLOOR({0} / 10000))"


def _day(number: str) -> str:
    """The number of a day from YYYYMMDD, by the Julian day number of the Gregorian calendar; years begin with March."""
    year, month = f"FLOOR({number} / 10000)", f"(FLOOR({number} / 100) - 100 * FLOOR({number} / 10000))"
    early = f"IF({month} < 3, 1, 0)"
    years, months = f"({year} - {early})", f"({month} + 12 * {early} - 3)"
    whole = f"FLOOR((153 * {months} + 2) / 5) + 365 * {years} + FLOOR({years} / 4) + FLOOR({years} / 400)"
    return f"({number} - 100 * FLOOR({number} / 100) + {whole} - FLOOR({years} / 100))"


BETWEEN_DAYS = {
    name: f"IF({{b}} >= {{d}}, {count}, ?none)"
    for name, count in {
        "years": "FLOOR(({b} - {d}) / 10000)",
        "days": f"{_day('{b}')} - {_day('{d}')}",
        # One month less where the day of the month has not come yet.
        "months": f"{_MONTH.format('{b}')} - ({_MONTH.format('{d}')} + IF("
        "{b} - 100 * FLOOR({b} / 100) < {d} - 100 * FLOOR({d} / 100), 1, 0))",
        "calendarYears": "1 + FLOOR({b} / 10000) - FLOOR({d} / 10000)",
    }.items()
}
LOW = {
    "sum": "{a} + {c}",
    "excess": "COALESCE(IF({a} > {d}, {a} - {d}, 0.0), 0.0)",
    "product": "{a} * {c}",
    "quotient": "COALESCE(IF({a} = 0, 0.0, {a} / {d}), 0.0)",
    "steps": "COALESCE(IF({a} = 0, 0.0, FLOOR({a} / {d})), 0.0)",
    "least": "IF({a} <= {c}, {a}, {c})",
    "greatest": "COALESCE(IF({a} >= {c}, {a}, {c}), {a}, {c})",
    "difference": "{a} - {d}",
    "first": "IF(BOUND({b}), {a}, {c})",
    "later": "{a} + 10000 * {c}",
    "once": "COALESCE(IF({d} <= ?today, {a}, 0.0), 0.0)",
    **{name: f"COALESCE({count}, 0.0)" for name, count in BETWEEN_DAYS.items()},
}
HIGH = {
    "sum": "{b} + {d}",
    "excess": "IF({b} > {c}, {b} - {c}, 0.0)",
    "product": "IF({b} = 0 || {d} = 0, 0.0, {b} * {d})",
    "quotient": "IF({b} = 0, 0.0, {b} / {c})",
    "steps": "IF({b} = 0, 0.0, FLOOR({b} / {c}))",
    "least": "COALESCE(IF({b} <= {d}, {b}, {d}), {b}, {d})",
    "greatest": "IF({b} >= {d}, {b}, {d})",
    "difference": "{b} - {c}",
    "first": "COALESCE({b}, {d})",
    "later": "{b} + 10000 * {d}",
    "once": "IF({d} <= ?today, {b}, ?none)",
    **BETWEEN_DAYS,
}
"""The ends of each operator, as `expression.OPERATORS` has them: {a} to {b} is one operand, {c} to {d} the other."""

_DAYS = f"""$this <{PKB.period.value}> ?period
  BIND(STRDT(IF(STRLEN(?period) = 4, CONCAT(?period, "-12-31"), ?period), <{XSD.date.value}>) AS ?end)
  OPTIONAL {{ $this <{RUN.asOf.value}> ?asked }}
  BIND(COALESCE(?asked, ?end) AS ?asOf)
  OPTIONAL {{ $this <{PKB.subject.value}> ?subject . ?subject <{PKB.division.value}> ?division }}"""
_TODAY = f"""OPTIONAL {{ $this <{RUN.asOf.value}> ?asOf }}
  BIND((YEAR(?asOf) * 100 + MONTH(?asOf)) * 100 + DAY(?asOf) AS ?today)"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, the record types it concerns, its place in the order, and its CONSTRUCT."""

    id: str
    types: tuple[str, ...]
    order: int
    construct: str


def end_iri(option: Option, *, most: bool) -> str:
    """The helper property that holds the least or the most an option comes to; no most where it has no upper end."""
    return f"{option.iri}/{'most' if most else 'least'}"


def sparql_rules(book: RuleBook, vocabulary: Vocabulary) -> list[Rule]:
    """All rules, in the order in which they are run: each once, the later ones on what the earlier ones found."""
    types = tuple(book.by_type)
    head = [
        (f"<{RUN.periodEnd.value}>", "?end"),
        (f"<{RUN.asOf.value}>", "?asOf"),
        (fact_iri("division").n3(), "?division"),
        (fact_iri("periodEnd").n3(), "?end"),
    ]
    rules = [Rule("days", types, 1, _construct(types, head, [_DAYS]))]
    for derived in book.derived.values():
        stating = tuple(t for t in types if set(derived.inputs) & set(vocabulary.record_types[t].facts))
        if not stating:
            continue
        own = fact_iri(derived.id).n3()
        lines = _Lines(book, vocabulary, is_amount=False)
        low, high = lines.ends(derived.expression)
        lines.lines += [
            f"FILTER NOT EXISTS {{ $this {own} ?own }}",
            f"BIND(COALESCE({low} = {high}, false) AS ?isKnown)",
            f"BIND(IF(?isKnown, {high}, ?none) AS ?value)",
            f"BIND(IF(?isKnown, ?none, {high}) AS ?upper)",
        ]
        pairs = [(own, "?value"), (upper_iri(derived.id).n3(), "?upper")]
        rules.append(Rule(derived.id, stating, 2, _construct(stating, pairs, [_TODAY, *lines.lines])))
    for clause in book.clauses.values():
        if clause.options and clause.record_type:
            lines = _Lines(book, vocabulary, is_amount=True)
            pairs = [pair for option in clause.options for pair in lines.option(option)]
            mine = (clause.record_type,)
            rules.append(Rule(clause.id, mine, 3, _construct(mine, pairs, lines.lines)))
    return rules


def _construct(types: tuple[str, ...], pairs: list[tuple[str, str]], lines: list[str]) -> str:
    head = " ".join(f"$this {name} {value} ." for name, value in pairs)
    among = " ".join(fact_iri(name).n3() for name in types)
    body = "\n  ".join([f"VALUES ?type {{ {among} }}", f"$this <{RDF.type.value}> ?type .", *lines])
    return f"CONSTRUCT {{ {head} }}\nWHERE {{\n  {body}\n}}\n"


@dataclass
class _Lines:
    """The lines of a query that work expressions out, each node once.

    In an amount what a fact has below zero counts as nothing, and a derived fact may have an upper bound alone.
    """

    book: RuleBook
    vocabulary: Vocabulary
    is_amount: bool
    lines: list[str] = field(default_factory=list)
    made: dict[str, tuple[str, str]] = field(default_factory=dict)

    def option(self, option: Option) -> Iterator[tuple[str, str]]:
        """The ends of an option: each helper property with the term that stands for it."""
        if option.value is not None:
            low = high = _literal(option.value)
        elif option.floor is not None:
            agreed, floor = self._fact(option.agreed or "")[1], _literal(option.floor)
            low, high = self._bound(
                option.iri,
                f"COALESCE(IF({agreed} >= {floor}, {agreed}, {floor}), {floor})",
                f"IF({agreed} >= {floor}, {agreed}, ?none)",
            )
        else:
            assert option.expression is not None
            low, high = self.ends(option.expression)
        yield f"<{end_iri(option, most=False)}>", low
        yield f"<{end_iri(option, most=True)}>", high

    def ends(self, node: Expression) -> tuple[str, str]:
        """The terms that stand for the least and the most of an expression."""
        if node.number is not None:
            return _literal(node.number), _literal(node.number)
        if node.fact is not None:
            return self._fact(node.fact)
        if node.iri not in self.made:
            first, *others = (self.ends(operand) for operand in node.operands)
            for place, other in enumerate(others):
                named = dict(zip("abcd", (*first, *other), strict=True))
                first = self._bound(f"{node.iri} {place}", LOW[node.op].format(**named), HIGH[node.op].format(**named))
            self.made[node.iri] = first
        return self.made[node.iri]

    def _fact(self, name: str) -> tuple[str, str]:
        if name not in self.made:
            value = f"?f{len(self.made)}"
            self.lines.append(f"OPTIONAL {{ $this {fact_iri(name).n3()} {value} }}")
            known = self.vocabulary.facts.get(name)
            number = value
            if (known.datatype if known is not None else GIVEN.get(name)) == "date":
                number = f"((YEAR({value}) * 100 + MONTH({value})) * 100 + DAY({value}))"
            low, high = f"COALESCE({number}, 0.0)", number
            if self.is_amount:
                if name in self.book.derived:
                    self.lines.append(f"OPTIONAL {{ $this {upper_iri(name).n3()} {value}u }}")
                    high = f"COALESCE({value}, {value}u)"
                low, high = (f"IF({end} > 0, {end}, 0.0)" for end in (low, high))
            self.made[name] = self._bound(name, low, high)
        return self.made[name]

    def _bound(self, key: str, low: str, high: str) -> tuple[str, str]:
        number = len(self.lines)
        self.lines += [f"BIND({low} AS ?l{number})", f"BIND({high} AS ?h{number})"]
        return f"?l{number}", f"?h{number}"


def _literal(value: Value) -> str:
    return str(value_term(value))
