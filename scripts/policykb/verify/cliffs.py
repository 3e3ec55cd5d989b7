"""Find where an amount jumps: one step over a bound, and another sum is due."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import z3

from ..model import Atom, Clause, Criterion, Option, Text
from ..wording.catalogue import worded
from .finding import Citation, Finding
from .symbols import Bool, Symbols, Term, inputs, number
from .witness import rational, witness

__all__ = ["cliffs"]

Step = tuple[Decimal, Decimal]


def cliffs(clause: Clause, symbols: Symbols) -> Iterator[Finding]:
    """The jumps of a clause's amount at the bounds of its conditions, each with the records on either side.

    Args:
        clause: a clause that a record can concern.
        symbols: fresh variables of its record type, whole cents.
    """
    if not clause.options or any(symbols.amount(option) is None for option in clause.options):
        return
    seen: set[tuple[str, Step]] = set()
    for path, step in _steps(clause, symbols):
        # What follows from a stated fact moves with it: one cliff, not two.
        moved = (inputs(symbols.book, path)[0], step)
        finding = None if moved in seen else _Cliff(clause, symbols, path, step).find()
        if finding is not None:
            seen.add(moved)
            yield finding


def _steps(clause: Clause, symbols: Symbols) -> list[tuple[str, Step]]:
    """The two neighbouring values at each bound, by fact, stated facts first, from the lowest bound up."""
    found: set[tuple[str, Step]] = set()
    for leaf, atom in _leaf_atoms(clause):
        size = symbols.step(atom.path)
        if size is None or not leaf.required or atom.other is not None:
            continue
        for value in atom.values:
            bound = Decimal(value)  # type: ignore[arg-type]
            if atom.op in ("gt", "le", "in", "has"):
                found.add((atom.path, (bound, bound + size)))
            if atom.op in ("ge", "lt", "in", "has"):
                found.add((atom.path, (bound - size, bound)))
    return sorted(found, key=lambda entry: (entry[0] in symbols.book.derived, entry))


class _Cliff:
    """One step over a bound: the same record twice, but for the fact that the bound is on and what follows from it."""

    def __init__(self, clause: Clause, symbols: Symbols, path: str, step: Step) -> None:
        self.clause, self.symbols, self.path, self.step = clause, symbols, path, step
        self.root = symbols.holds(clause.root, presume=True)
        self.conditions = [symbols.holds(option.condition, presume=True) for option in clause.options]
        amounts = [symbols.amount(option) for option in clause.options]
        self.held = [z3.And(self.root, condition) for condition in self.conditions]
        self.total = z3.Sum([z3.If(h, a, z3.RealVal(0)) for h, a in zip(self.held, amounts, strict=True)])
        symbols.variable(path)
        self.domain = symbols.domain()
        moved = inputs(symbols.book, path)[0]
        self.after: dict[str, Term] = {}
        for name, variable in symbols.variables.items():
            if name == moved or name in symbols.book.derived:
                self.after[name] = z3.FreshConst(variable.sort(), f"{name} after")
        self.swaps = [(symbols.variable(name), fresh) for name, fresh in self.after.items()]
        # The steps of the moved fact move with it.
        self.swaps.append((z3.Int(f"steps of {moved}"), z3.FreshConst(z3.IntSort(), "steps after")))

    def _moved(self, term: Term) -> Term:
        return z3.substitute(term, *self.swaps)

    def find(self) -> Finding | None:
        """The cliff, or None where the amount need not jump here."""
        tied, both = self._ties(), [z3.Or(self.held), self._moved(z3.Or(self.held))]
        for plain in ([*tied, *both], tied, both, []):
            solver = z3.Solver()
            solver.add(*self.domain, *(self._moved(term) for term in self.domain), *plain)
            value = self.symbols.variable(self.path)
            integer = value.sort() == z3.IntSort()
            before, after = (number(int(side) if integer else side) for side in self.step)
            solver.add(value == before, self._moved(value) == after)
            solver.add(z3.Or([held != self._moved(held) for held in self.held]))
            if solver.check() != z3.sat:
                continue
            change = self._moved(self.total) - self.total
            solver.push()
            solver.add(change < 1, change > -1)
            if solver.check() != z3.unsat:
                return None
            solver.pop()
            solver.check()
            return self._finding(solver.model())
        return None

    def _ties(self) -> list[Bool]:
        """All measures stated, and a base of the same unit set to the bound: the plainest record there is."""
        symbols = self.symbols
        tied: list[Bool] = [symbols.has(name) for name in symbols.stated]
        unit = self._unit(self.path)
        for option in self.clause.options:
            for name in option.expression.facts() if option.expression is not None else ():
                if name != self.path and unit and self._unit(name) == unit:
                    tied.append(symbols.variable(name) == number(self.step[0]))
        return tied

    def _unit(self, name: str) -> str | None:
        fact = self.symbols.vocabulary.facts.get(inputs(self.symbols.book, name)[0])
        return fact.unit if fact else None

    def _finding(self, model: z3.ModelRef) -> Finding:
        symbols, clause = self.symbols, self.clause
        first, second = (
            rational(model.eval(term, model_completion=True)) for term in (self.total, self._moved(self.total))
        )
        sides = [
            [option for option, held in zip(clause.options, helds, strict=True) if _true(model, held)]
            for helds in (self.held, [self._moved(held) for held in self.held])
        ]
        options = list(dict.fromkeys(option for side in sides for option in side))
        fact = symbols.vocabulary.facts.get(self.path)
        label = fact.label if fact else Text(self.path, self.path)
        low, high = (f"{side.normalize():f}" for side in self.step)
        currency = options[0].currency
        sums = [
            f"{amount} {currency}" if side else worded("proof-nothing")
            for amount, side in zip((first, second), sides, strict=True)
        ]
        return Finding(
            kind="cliff",
            fault=False,
            clause=clause.id,
            what=worded("proof-step", fact=label, low=low, high=high, before=sums[0], after=sums[1]),
            subjects=tuple(option.iri for option in options),
            citations=self._citations(options),
            witnesses=(
                witness(symbols, model, clause, f"{self.path}-{low}", {}),
                witness(symbols, model, clause, f"{self.path}-{high}", self.after),
            ),
            amounts=(first, second),
            currency=currency,
        )

    def _citations(self, options: list[Option]) -> tuple[Citation, ...]:
        """The words of the amounts on either side; of the bound itself where there is an amount on one side only."""
        found = [Citation(option.provision, option.words) for option in options]
        if len(found) < 2:
            for leaf, atom in _leaf_atoms(self.clause):
                if atom.path == self.path and any(Decimal(value) in self.step for value in atom.values):  # type: ignore[arg-type]
                    found.append(Citation(leaf.provision, leaf.words))
        return tuple(dict.fromkeys(found))


def _true(model: z3.ModelRef, term: Bool) -> bool:
    return bool(z3.is_true(model.eval(term, model_completion=True)))


def _leaf_atoms(clause: Clause) -> Iterator[tuple[Criterion, Atom]]:
    """Every comparison of a clause and of its options, with its criterion."""
    for tree in (clause.root, *(option.condition for option in clause.options)):
        for leaf in tree.leaves() if tree else ():
            for atom in leaf.atoms:
                yield leaf, atom
