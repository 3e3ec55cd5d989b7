"""What there is to draw of a clause: its amount as the engine answers it, place by place along the fact it hangs on.

Nothing is drawn by a rule of its own: each place is a record that the engine decides, made from an example to which the
clause applies. Between two places where something turns, the amount has to be a straight line by the engine's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from ..engines.outcome import Ends
from ..engines.program import clause_criteria
from ..model import Clause, Fact, Option, Record, Value
from .content import Content
from .curves import knees

__all__ = ["Place", "Plot", "Undrawn", "plotted"]

_MOST_PLACES = 12
"""So many whole numbers stand side by side; of more a line is drawn."""
_FAR = Decimal(10) ** 14
_ROUND = Decimal(10) ** 6
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the fact with the amount there, before it and behind it; None where the clause does not apply."""

    x: Value
    at: Ends | None
    before: Ends | None
    behind: Ends | None
    record: Record


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: a line over a number, or one amount for each of a few values or options.

    `fact` is what the amount hangs on, None where options differ by several; `stated` are the facts of a record that
    are set to it; `at` makes the record for another value.
    """

    fact: Fact | None
    stated: tuple[str, ...]
    is_line: bool
    places: tuple[Place, ...]
    labels: tuple[Option, ...]
    at: Callable[[Value], Record]


@dataclass(frozen=True, slots=True)
class Undrawn:
    """Why nothing is drawn: the name of the reason's text, and the facts that it speaks of."""

    reason: str
    facts: tuple[str, ...] = ()


def plotted(content: Content, clause: Clause) -> Plot | Undrawn | None:
    """What to draw of a clause, or why a picture would mislead; None where it states no amount."""
    if not clause.options:
        return None
    example = next((e.record for e in content.examples.get(clause.id, ()) if e.decision.status == "eligible"), None)
    if example is None:
        return Undrawn("chart-no-example")
    return _Plotter(content, clause, example).plot()


class _Plotter:
    """Asks the engine for the amounts of one clause."""

    def __init__(self, content: Content, clause: Clause, example: Record) -> None:
        self.book, self.engine = content.kb.book, content.kb.decider.engine
        self.facts, self.clause, self.example = content.kb.vocabulary.facts, clause, example

    def plot(self) -> Plot | Undrawn:
        axis = self._axis()
        if axis is None:
            return self._options()
        if axis.codes:
            return self._few(axis, [int(c) if axis.datatype == "integer" else c for c in axis.codes])
        others = {s for o in self.clause.options if o.expression for f in o.expression.facts() for s in self._stated(f)}
        if others - set(self._stated(axis.id)):
            return Undrawn("chart-two-facts", (axis.id, *sorted(others - set(self._stated(axis.id)))))
        turns = sorted(self._turns(axis))
        if axis.datatype == "integer" and turns and turns[-1] <= _MOST_PLACES:
            return self._few(axis, list(range(1, int(turns[-1]) + 2)))
        return self._line(axis, turns)

    def _axis(self) -> Fact | None:
        """The number or code that the options are told apart by, else what their amount is worked out from."""
        for option in self.clause.options:
            for leaf in option.condition.leaves() if option.condition else ():
                known = self.facts.get(leaf.path)
                if known is not None and (known.codes or known.datatype in ("decimal", "integer")):
                    return known
        for option in self.clause.options:
            if option.expression is not None and option.expression.facts():
                return self.facts[option.expression.facts()[0]]
        for leaf in self.clause.root.leaves() if self.clause.root and len(self.clause.options) == 1 else ():
            known = self.facts.get(leaf.path)
            if known is not None and not known.is_derived and known.datatype in ("decimal", "integer"):
                return known
        return None

    def _stated(self, fact: str) -> tuple[str, ...]:
        known = self.facts.get(fact)
        return known.inputs if known is not None and known.inputs else (fact,)

    def _turns(self, axis: Fact) -> Iterator[Decimal]:
        """Where the amount can change its course: at the bounds of criteria, and where it bends by itself."""
        stated = set(self._stated(axis.id))
        for criterion in clause_criteria(self.clause):
            for atom in criterion.atoms:
                if set(self._stated(atom.path)) == stated:
                    yield from (Decimal(v) for v in atom.values if isinstance(v, Decimal | int))
        for option in self.clause.options:
            if option.expression is not None and len(option.expression.facts()) == 1:
                # A record states a sum to the cent.
                yield from (knee.quantize(_CENT, ROUND_CEILING) for knee in knees(option.expression))

    def _record(self, axis: Fact, value: Value) -> Record:
        """The example with another value of the fact; what is compared with it gives way."""
        facts = dict(self.example.facts)
        derived = self.book.derived.get(axis.id)
        if derived is None:
            facts[axis.id] = (value,) if axis.is_list and isinstance(value, str) else value
        elif derived.expression.op == "difference" and isinstance(value, Decimal):
            rest = facts.get(derived.inputs[1], Decimal(0))
            facts |= {derived.inputs[0]: Decimal(str(rest)) + value, derived.inputs[1]: rest}
        else:
            for name in derived.inputs[1:]:
                facts.pop(name, None)
            facts[derived.inputs[0]] = value
        for criterion in clause_criteria(self.clause):
            for atom in criterion.atoms:
                if atom.other == axis.id:
                    facts[atom.path] = Decimal(0)
                elif atom.other is not None and atom.path == axis.id:
                    facts[atom.other] = _FAR
        return replace(self.example, facts=facts)

    def _amounts(self, records: Sequence[Record]) -> list[Ends | None]:
        outcomes = self.engine.decide(records)
        return [
            o.amounts.get(self.clause.id) if o.statuses[self.clause.id] != "not-eligible" else None for o in outcomes
        ]

    def _few(self, axis: Fact, values: Sequence[Value]) -> Plot:
        records = [self._record(axis, value) for value in values]
        found = zip(values, records, self._amounts(records), strict=True)
        places = tuple(Place(value, amount, None, None, record) for value, record, amount in found)
        return Plot(axis, self._stated(axis.id), False, places, (), lambda value: self._record(axis, value))

    def _options(self) -> Plot | Undrawn:
        """One amount for each option, where options differ by truth values."""
        leaves = {a.path for o in self.clause.options if o.condition for c in o.condition.leaves() for a in c.atoms}
        records = []
        for option in self.clause.options:
            own = {
                a.path: a.values[0] for c in (option.condition.leaves() if option.condition else ()) for a in c.atoms
            }
            records.append(replace(self.example, facts={**self.example.facts, **dict.fromkeys(leaves, False), **own}))
        amounts = self._amounts(records)
        if any(amount is None for amount in amounts):
            return Undrawn("chart-not-apart")
        found = zip(self.clause.options, records, amounts, strict=True)
        places = tuple(Place(option.iri, amount, None, None, record) for option, record, amount in found)
        return Plot(None, tuple(sorted(leaves)), False, places, self.clause.options, lambda value: self.example)

    def _line(self, axis: Fact, turns: Sequence[Decimal]) -> Plot | Undrawn:
        marks = sorted({Decimal(0), *turns})
        marks.append(marks[-1] * Decimal("1.25") if marks[-1] else _ROUND)
        step = Decimal(1) if axis.datatype == "integer" else _CENT
        asked = [x for mark in marks for x in (mark - step, mark, mark + step)]
        middles = [((low + high) / 2).quantize(step, ROUND_CEILING) for low, high in pairwise(marks)]
        records = [self._record(axis, max(x, Decimal(0))) for x in (*asked, *middles)]
        amounts = self._amounts(records)
        if any(amount is not None and amount[1] is None for amount in amounts):
            return Undrawn("chart-no-end")
        places = tuple(
            Place(mark, amounts[3 * n + 1], amounts[3 * n] if n else None, amounts[3 * n + 2], records[3 * n + 1])
            for n, mark in enumerate(marks)
        )
        for (low, high), middle in zip(pairwise(places), amounts[len(asked) :], strict=True):
            if not _is_straight(low.behind, middle, high.before):
                return Undrawn("chart-not-straight")
        return Plot(axis, self._stated(axis.id), True, places, (), lambda value: self._record(axis, value))


def _is_straight(low: Ends | None, middle: Ends | None, high: Ends | None) -> bool:
    """Whether the amount half way is half way between; rounding may take or give a cent."""
    if low is None or middle is None or high is None:
        return low is middle is high is None
    ends = zip(low, middle, high, strict=True)
    return all(
        a is not None and b is not None and c is not None and abs((a + c) / 2 - b) <= 2 * _CENT for a, b, c in ends
    )
