"""What each fact and expression behind an amount came to, for engines that work the amount itself out in another way.

The numbers are those that the query decide-98 tells: exact, quotients cut off after eighteen places.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal, localcontext

from ..expression import OPERATORS, Ends, Expression
from ..law.rules import RuleBook
from ..model import Option, Value
from ..names import PKB
from .program import halved

__all__ = ["Quantities", "shortest"]

_LAST = Decimal(1).scaleb(-18)
_DIGITS = 80
"""More than any product of numbers of the rules and of records has."""
_ZERO = Decimal(0)
_OPEN: Ends = (_ZERO, None)


def shortest(value: Decimal) -> Decimal:
    """The same number without zeros at its end, as the queries write it, so that its text is the same."""
    short = value.normalize()
    return short if short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))  # type: ignore[operator]


class Quantities:
    """The expressions of the options of a rule book, laid out once."""

    def __init__(self, book: RuleBook) -> None:
        self.wholes = {d.id: d.inputs[0] for d in book.derived.values() if d.kind == "difference"}
        self._tops: dict[str, Expression] = {}
        self._kept: dict[tuple[str, tuple[Value | None, ...]], tuple[tuple[str, Decimal], ...]] = {}

    def values(self, option: Option, known: Mapping[str, Value]) -> tuple[tuple[str, Decimal], ...]:
        """(IRI, value) of each fact and expression that is settled; none where the amount is not.

        Args:
            option: the option.
            known: the facts that are stated, and those that follow.
        """
        if option.expression is None:
            return ()
        names = option.expression.facts()
        key = (option.iri, tuple(known.get(n, known.get(self.wholes.get(n, ""))) for n in names))
        # Whether a fact is known, or only bounded, matters as well.
        key = (option.iri, (*key[1], *(n in known for n in names)))
        if key not in self._kept:
            self._kept[key] = self._values(option, known)
        return self._kept[key]

    def _values(self, option: Option, known: Mapping[str, Value]) -> tuple[tuple[str, Decimal], ...]:
        top = self._tops.get(option.iri)
        if top is None:
            assert option.expression is not None
            top = self._tops[option.iri] = halved(option.expression)
        ends: dict[str, Ends] = {}
        with localcontext(prec=_DIGITS):
            least, most = self._ends(top, known, ends)
        if least != most:
            return ()
        found = {iri: low for iri, (low, high) in ends.items() if low == high}
        for name in top.facts():
            stated = known.get(name)
            if stated is not None:
                found[PKB[name].value] = Decimal(stated)  # type: ignore[arg-type]
        return tuple(sorted((iri, shortest(value)) for iri, value in found.items()))

    def _ends(self, node: Expression, known: Mapping[str, Value], found: dict[str, Ends]) -> Ends:
        """What a node may come to; of each node that is no number it is kept."""
        if node.number is not None:
            return node.number, node.number
        if node.fact is not None:
            ends = found[PKB[node.fact].value] = self._reach(node.fact, known)
            return ends
        first, *others = (self._ends(operand, known, found) for operand in node.operands)
        for other in others:
            first = OPERATORS[node.op](first, other)
        if node.op == "quotient":
            least, most = first
            first = least.quantize(_LAST, ROUND_DOWN), None if most is None else most.quantize(_LAST, ROUND_DOWN)
        found[node.iri] = first
        return first

    def _reach(self, fact: str, known: Mapping[str, Value]) -> Ends:
        """What a fact may be; what it has below zero counts as nothing."""
        stated = known.get(fact)
        bound = known.get(self.wholes.get(fact, "")) if stated is None else stated
        if bound is None:
            return _OPEN
        most = max(Decimal(bound), _ZERO)  # type: ignore[arg-type]
        return (_ZERO if stated is None else most), most
