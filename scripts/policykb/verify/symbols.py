"""Write the rules of one record type as formulas for the solver Z3: facts as variables, conditions as terms over them.

A record is complete here: every fact has a value that the data rules allow. `kleene` also tells what the three-valued
verdict says while some facts are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import z3

from ..expression import BETWEEN, FALLING, Expression, day_number
from ..law.data_rules import FactRule, RecordRules
from ..law.rules import Derived, RuleBook
from ..model import GIVEN, Atom, Criterion, Fact, Node, Option, Value, Vocabulary

__all__ = ["TERMS", "Bool", "Symbols", "Term", "inputs", "is_unknown"]

Term: TypeAlias = Any
Bool: TypeAlias = Any
_NUMBERS = ("decimal", "integer", "date")


class Symbols:
    """The variables of one record type, made as they are needed.

    Args:
        exact: sums of money are whole cents, so that a solution can be written as a record; slower.
    """

    def __init__(
        self, book: RuleBook, vocabulary: Vocabulary, rules: RecordRules, record_type: str, *, exact: bool = False
    ) -> None:
        self.book, self.vocabulary, self.exact = book, vocabulary, exact
        self.rules: Mapping[str, tuple[FactRule, ...]] = rules.types[record_type].facts
        every = (rule for one in rules.types.values() for of in one.facts.values() for rule in of)
        self.widest = max((rule.high for rule in every if isinstance(rule.high, Decimal)), default=0)
        self.variables: dict[str, Term] = {}
        self.members: dict[str, dict[str, Bool]] = {}
        self.codes: dict[str, dict[str, int]] = {}
        self.stated: dict[str, Bool] = {}
        self.units: list[Term] = []
        self.counts: dict[tuple[str, ...], Term] = {}

    # --- Facts -----------------------------------------------------------------------------------------------

    def variable(self, name: str) -> Term:
        """The value of a fact: a number, a truth value, or the number of a code."""
        if name not in self.variables:
            self.variables[name] = self._make(name)
            if name in self.book.derived:
                for source in self.book.derived[name].inputs:
                    self.variable(source)
        return self.variables[name]

    def datatype(self, name: str) -> str:
        """The datatype of a fact; that of what it derives from, where it is derived."""
        derived = self.book.derived.get(name)
        if derived is not None:
            return self.datatype(derived.inputs[0])
        fact = self._fact(name)
        return fact.datatype if fact else GIVEN.get(name, "string")

    def step(self, name: str) -> Decimal | None:
        """How far the values of a number are apart; None where the fact is none."""
        derived = self.book.derived.get(name)
        if derived is not None:
            return self.step(derived.inputs[0])
        return self.vocabulary.step(name) if self.datatype(name) in ("integer", "decimal") else None

    def is_number(self, name: str) -> bool:
        """Whether the fact is ordered."""
        return self.datatype(name) in _NUMBERS

    def has(self, name: str) -> Bool:
        """Whether a fact is stated, where another may stand in for it."""
        return self.stated.setdefault(name, z3.Bool(f"has {name}"))

    def _fact(self, name: str) -> Fact | None:
        return self.vocabulary.facts.get(name)

    def _make(self, name: str) -> Term:
        fact, datatype = self._fact(name), self.datatype(name)
        if fact is not None and fact.is_list:
            self.members[name] = {code: z3.Bool(f"{name} has {code}") for code in fact.codes}
            return None
        if datatype == "boolean":
            return z3.Bool(name)
        if datatype == "decimal":
            return z3.Real(name)
        if datatype == "string":
            self.codes[name] = {code: number for number, code in enumerate(fact.codes if fact else ())}
        return z3.Int(name)

    def _code(self, name: str, code: str) -> int:
        known = self.codes[name]
        return known.setdefault(code, len(known))

    def domain(self, *, across: bool = True) -> list[Bool]:
        """What the data rules and the derivations say of all variables so far.

        Args:
            across: also what the data rules say of two facts together.
        """
        found: list[Bool] = []
        for name in tuple(self.variables):
            derived = self.book.derived.get(name)
            found += self._derivation(derived) if derived else self.allowed(name, across)
        return found

    def _derivation(self, derived: Derived) -> Iterator[Bool]:
        value, top = self.variable(derived.id), derived.expression
        for name in derived.inputs:
            self.variable(name)
        # Whatever is used until a window ends adds to what has been used.
        yield value >= self.term(top) if top.op == "once" and not self.exact else value == self.term(top)
        for node in top.nodes():
            if node.op == "first":
                yield z3.Or([self.has(name) for name in node.facts()])
            if node.op in BETWEEN:
                yield self.count(node) >= 0

    def term(self, node: Expression, missing: frozenset[str] | None = None) -> Term:
        """What a derived fact comes to; of a window what it has come to so far.

        Args:
            node: its expression.
            missing: the facts that are not stated; None where a stand-in may be used or not.
        """
        if node.number is not None:
            return number(node.number)
        if node.fact is not None:
            return self.variable(node.fact)
        if node.op in BETWEEN:
            return self.count(node)
        one, *others = node.operands
        if node.op == "once":
            return self.term(one, missing)
        if node.op == "first" and missing is not None:
            return self.term(others[0] if is_unknown(one, missing) else one, missing)
        found = self.term(one, missing)
        for by in others:
            other = self.term(by, missing)
            if node.op == "first":
                found = z3.If(z3.Or([self.has(name) for name in one.facts()]), found, other)
            else:
                found = TERMS[node.op](found, other)
        return found

    def count(self, node: Expression) -> Term:
        """What is counted between two days: any whole number, since some days lie that far apart."""
        return self.counts.setdefault((node.op, *node.facts()), z3.Int(f"{node.op} {' '.join(node.facts())}"))

    def allowed(self, name: str, across: bool, *, stated: bool = True) -> Iterator[Bool]:
        """What the data rules say of a fact; of one not stated all but how many digits a number may be written with."""
        variable, datatype = self.variables[name], self.datatype(name)
        if name in self.members:
            yield z3.Or(list(self.members[name].values()))
            return
        if datatype == "string":
            # One more than the codes: a value that is none of them, where any string will do.
            fact = self._fact(name)
            yield z3.And(variable >= 0, variable < len(self.codes[name]) + (0 if fact and fact.codes else 1))
        for rule in self.rules.get(name, ()):
            if rule.severity != "error":
                continue
            if datatype in ("decimal", "integer"):
                if rule.low is not None:
                    yield variable > number(rule.low) if rule.above else variable >= number(rule.low)
                if rule.high is not None and (stated or rule.high != self.widest):
                    yield variable < number(rule.high) if rule.below else variable <= number(rule.high)
            if rule.other is not None and across and rule.relation is None:
                other = self.variable(rule.other)
                yield variable < other if rule.strict else variable <= other
        if datatype == "decimal" and self.exact:
            steps = z3.Int(f"steps of {name}")
            yield variable == number(self.step(name) or Decimal(1)) * z3.ToReal(steps)

    # --- Conditions ------------------------------------------------------------------------------------------

    def holds(self, node: Node | None, without: str = "", *, presume: bool = False, is_negated: bool = False) -> Bool:
        """A condition over complete records.

        Args:
            node: the condition; None holds always.
            without: the IRI of a criterion that is to bar nothing.
            presume: take every criterion that is not required as met.
            is_negated: whether the condition stands below a negation.
        """
        if node is None or node.iri == without:
            return z3.BoolVal(not is_negated)
        if node.criterion is not None:
            is_asked = node.criterion.required or not presume
            return z3.And([self.atom(atom) for atom in node.criterion.atoms if is_asked])
        below = is_negated != (node.op == "not")
        parts = [self.holds(child, without, presume=presume, is_negated=below) for child in node.children]
        return z3.Not(parts[0]) if node.op == "not" else z3.Or(parts) if node.op == "or" else z3.And(parts)

    def atom(self, atom: Atom) -> Bool:
        """One comparison."""
        if atom.op == "known":
            return z3.BoolVal(True)
        value = self.variable(atom.path)
        if atom.other is not None:
            other = self.variable(atom.other)
            return value < other if atom.op == "before" else value <= other
        if atom.op in ("in", "has"):
            return z3.Or([self._equals(atom.path, allowed) for allowed in atom.values])
        return self._bounded(atom, value)

    def _equals(self, name: str, value: Value) -> Bool:
        variable = self.variable(name)
        if name in self.members:
            return self.members[name].get(str(value), z3.BoolVal(False))
        if isinstance(value, bool):
            return variable == value
        if isinstance(value, str):
            return variable == self._code(name, value)
        return variable == number(value)

    def kleene(self, node: Node, missing: frozenset[str]) -> tuple[Bool, Bool]:
        """When the three-valued verdict is met and when it is unmet, while some facts are missing."""
        if node.criterion is not None:
            both = [self._kleene(atom, node.criterion, missing) for atom in node.criterion.atoms]
            return z3.And([met for met, _ in both]), z3.Or([unmet for _, unmet in both])
        parts = [self.kleene(child, missing) for child in node.children]
        if node.op == "not":
            return parts[0][1], parts[0][0]
        mets, unmets = [met for met, _ in parts], [unmet for _, unmet in parts]
        return (z3.Or(mets), z3.And(unmets)) if node.op == "or" else (z3.And(mets), z3.Or(unmets))

    def _kleene(self, atom: Atom, criterion: Criterion, missing: frozenset[str]) -> tuple[Bool, Bool]:
        never = z3.BoolVal(False)
        if not any(self.is_missing(name, missing) for name in (atom.path, atom.other) if name):
            met = self.atom(atom)
            return met, z3.Not(met)
        derived = self.book.derived.get(atom.path)
        most = self._most(derived.expression, missing) if derived and atom.op in _BOUNDS else None
        reach = None if most is None else self._bounded(atom, most)
        if not criterion.required:
            above = reach is not None and atom.op in ("ge", "gt")
            return (reach, z3.Not(reach)) if above else (z3.BoolVal(True), never)
        if reach is None:
            return never, never
        return (never, z3.Not(reach)) if atom.op in ("ge", "gt") else (reach, never)

    def _bounded(self, atom: Atom, value: Term) -> Bool:
        bound = number(atom.values[0])
        return {"ge": value >= bound, "gt": value > bound, "le": value <= bound, "lt": value < bound}[atom.op]

    def is_missing(self, name: str, missing: frozenset[str]) -> bool:
        """Whether a fact is not known while others are missing; a final value is missing where it is listed itself."""
        derived = self.book.derived.get(name)
        if derived is None:
            return name in missing
        is_open = derived.expression.op == "once" and name in missing
        return is_open or is_unknown(derived.expression, missing)

    def _most(self, node: Expression, missing: frozenset[str]) -> Term | None:
        """What a derived fact may be at the most, while facts are missing; None where it has no upper end."""
        if node.op == "once":
            return None
        if not node.operands or node.op in ("first", *BETWEEN):
            return None if is_unknown(node, missing) else self.term(node, missing)
        found = self._most(node.operands[0], missing)
        for by in node.operands[1:]:
            other = self._least(by, missing) if node.op in FALLING else self._most(by, missing)
            if node.op == "least" and (found is None or other is None):
                found = other if found is None else found
            else:
                found = None if found is None or other is None else TERMS[node.op](found, other)
        return found

    def _least(self, node: Expression, missing: frozenset[str]) -> Term:
        """What a part that is never below zero may be at the least."""
        if not node.operands or node.op in ("first", *BETWEEN):
            return z3.RealVal(0) if is_unknown(node, missing) else self.term(node, missing)
        found = self._least(node.operands[0], missing)
        for by in node.operands[1:]:
            other = self._most(by, missing) if node.op in FALLING else self._least(by, missing)
            found = z3.RealVal(0) if other is None else TERMS[node.op](found, other)
        return found

    # --- Amounts ---------------------------------------------------------------------------------------------

    def amount(self, option: Option) -> Term | None:
        """The most an option gives, its floor where it has no upper end; None where it is no linear term."""
        if option.value is not None:
            return number(option.value)
        if option.floor is not None:
            return number(option.floor)
        if option.expression is None or not _is_linear(option.expression):
            return None
        return self._worked(option.expression)

    def _worked(self, node: Expression) -> Term:
        if node.number is not None:
            return number(node.number)
        if node.fact is not None:
            value = self.variable(node.fact)
            return z3.If(value > 0, value, z3.RealVal(0))
        found, *others = (self._worked(operand) for operand in node.operands)
        for by in others:
            found = TERMS[node.op](found, by)
        return found


def _is_linear(node: Expression) -> bool:
    """Whether a number is piecewise linear in its facts: only by constants is it multiplied and divided."""
    is_scaled = node.op in ("product", "quotient", "steps")
    return not (is_scaled and node.operands[1].number is None) and all(map(_is_linear, node.operands))


TERMS: Mapping[str, Callable[[Term, Term], Term]] = {
    "sum": lambda one, by: one + by,
    "excess": lambda one, by: z3.If(one > by, one - by, z3.RealVal(0)),
    "product": lambda one, by: one * by,
    "quotient": lambda one, by: one / by,
    "steps": lambda one, by: z3.ToReal(z3.ToInt(one / by)),
    "least": lambda one, by: z3.If(one < by, one, by),
    "greatest": lambda one, by: z3.If(one > by, one, by),
    "difference": lambda one, by: one - by,
}
"""What each operator makes of two terms; `first` and `once` ask which facts are stated."""

_BOUNDS = ("ge", "gt", "le", "lt")


def number(value: Value) -> Term:
    """A number as an exact rational."""
    value = day_number(value) if isinstance(value, date) else value
    assert isinstance(value, Decimal | int)
    return z3.RealVal(f"{value:f}") if isinstance(value, Decimal) else z3.IntVal(int(value))


def is_unknown(node: Expression, missing: frozenset[str]) -> bool:
    """Whether a number is not known while facts are missing; a window may be open all the same."""
    if not node.operands:
        return node.fact in missing
    unknown = [is_unknown(operand, missing) for operand in node.operands]
    return all(unknown) if node.op == "first" else any(unknown)


def inputs(book: RuleBook, name: str) -> tuple[str, ...]:
    """The stated facts that a fact rests on; itself where it is stated."""
    return book.derived[name].inputs if name in book.derived else (name,)
