"""Ask the solver Z3 about the rules: overlaps, gaps, what is dead, implied, opposed or dominated, and cliffs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, combinations

import z3

from ..errors import KnowledgeError
from ..expression import BETWEEN
from ..law.data_rules import RecordRules
from ..law.rules import RuleBook
from ..model import GIVEN, Clause, Group, Node, Option, Text, Vocabulary
from ..wording.catalogue import reason, worded
from .cliffs import cliffs
from .finding import Citation, Finding
from .hulls import too_wide
from .symbols import Bool, Symbols, Term, inputs, is_unknown
from .witness import witness

__all__ = ["Prover"]

_TIME = 20_000  # Milliseconds for one question; the rules of a document take a few each.


@dataclass
class Prover:
    """Asks clause by clause; every question is settled over all records at once, not tried on some."""

    book: RuleBook
    vocabulary: Vocabulary
    rules: RecordRules

    @classmethod
    def of(cls, book: RuleBook) -> Prover:
        """A prover of these rules, with the facts and the data rules beside them."""
        return cls(book, book.vocabulary, book.record_rules)

    def symbols(self, record_type: str, *, exact: bool = False) -> Symbols:
        """Fresh variables of a record type."""
        return Symbols(self.book, self.vocabulary, self.rules, record_type, exact=exact)

    def findings(self, clauses: Collection[str] | None = None) -> Iterator[Finding]:
        """All findings on these clauses (all if None), in the document's order."""
        wanted = self.book.clauses.keys() if clauses is None else set(clauses)
        for clause in self.book.clauses.values():
            if clause.record_type is None or clause.root is None or clause.id not in wanted:
                continue
            dead = [*self._dead(clause)]
            yield from dead
            if not dead:
                yield from self._overlaps(clause)
                yield from self._apart(clause)
                yield from too_wide(clause)
                yield from self._gaps(clause)
                yield from self._implied(clause)
            yield from self._opposed(clause)
            yield from cliffs(clause, self.symbols(clause.record_type, exact=True))
        for group in self.book.groups.values():
            if wanted & set(group.members):
                yield from self._dominated(group)

    def _dead(self, clause: Clause) -> Iterator[Finding]:
        """A clause, or an option of it, that no record can satisfy."""
        symbols = self.symbols(clause.record_type or "")
        root = symbols.holds(clause.root)
        if _solve(symbols, [root]) is None:
            yield Finding(
                "dead",
                True,
                clause.id,
                worded("proof-dead-clause"),
                (clause.root.iri if clause.root else clause.iri,),
            )
            return
        for option in clause.options:
            if _solve(symbols, [root, symbols.holds(option.condition)]) is None:
                yield Finding(
                    "dead",
                    True,
                    clause.id,
                    worded("proof-dead-option", option=option.label),
                    (option.iri,),
                    (_cite(option),),
                )

    def _overlaps(self, clause: Clause) -> Iterator[Finding]:
        """Two options of which only one may hold, and a record of both."""
        if clause.combination != "exclusive":
            return
        for one, other in combinations(clause.options, 2):
            symbols = self.symbols(clause.record_type or "", exact=True)
            both = [symbols.holds(node, presume=True) for node in (clause.root, one.condition, other.condition)]
            model = _solve(symbols, both)
            if model is not None:
                yield Finding(
                    "overlap",
                    True,
                    clause.id,
                    worded("proof-both", one=one.label, other=other.label),
                    (one.iri, other.iri),
                    (_cite(one), _cite(other)),
                    (witness(symbols, model, clause, "overlap", {}),),
                )

    def _apart(self, clause: Clause) -> Iterator[Finding]:
        """Options that are added up although they never all hold: the most of an open amount would never be had."""
        if clause.combination not in ("sum", "unsettled") or len(clause.options) < 2:
            return
        symbols = self.symbols(clause.record_type or "")
        trees = (clause.root, *(option.condition for option in clause.options))
        if _solve(symbols, [symbols.holds(tree) for tree in trees]) is None:
            yield Finding(
                "opposed",
                True,
                clause.id,
                worded("proof-apart", options=[option.label for option in clause.options]),
                tuple(option.iri for option in clause.options),
                tuple(_cite(option) for option in clause.options),
            )

    def _gaps(self, clause: Clause) -> Iterator[Finding]:
        """A record that satisfies the clause and comes to no option: inside the range of the tiers, or outside it."""
        conditions = [option.condition for option in clause.options if option.condition is not None]
        if not conditions or len(conditions) < len(clause.options):
            return
        symbols = self.symbols(clause.record_type or "", exact=True)
        tiers = [symbols.holds(node, presume=True) for node in conditions]
        gap = [symbols.holds(clause.root, presume=True), z3.Not(z3.Or(tiers))]
        cited = tuple(_cite(option) for option in clause.options)
        subjects = tuple(option.iri for option in clause.options)
        if clause.exhaustive:
            if (model := _solve(symbols, gap)) is not None:
                what = worded("proof-none")
                shown = (witness(symbols, model, clause, "gap", {}),)
                yield Finding("gap", True, clause.id, what, subjects, cited, shown)
            return
        paths = {atom.path for node in conditions for leaf in node.leaves() for atom in leaf.atoms}
        if len(paths) != 1 or not symbols.is_number(path := paths.pop()):
            return
        value = symbols.variable(path)
        low, high = (z3.FreshConst(value.sort(), name) for name in ("low", "high"))
        lower = z3.Or([z3.substitute(tier, (value, low)) for tier in tiers])
        upper = z3.Or([z3.substitute(tier, (value, high)) for tier in tiers])
        label = self._label(path)
        for fault, question, what in (
            (
                True,
                [low < value, lower, value < high, upper],
                worded("proof-between", fact=label),
            ),
            (
                False,
                [z3.ForAll([low], z3.Implies(lower, value < low))],
                worded("proof-below", fact=label),
            ),
            (
                False,
                [z3.ForAll([high], z3.Implies(upper, high < value))],
                worded("proof-above", fact=label),
            ),
        ):
            if (model := _solve(symbols, [*gap, *question])) is not None:
                shown = (witness(symbols, model, clause, "gap", {}),)
                yield Finding("gap", fault, clause.id, what, subjects, cited, shown)

    def _implied(self, clause: Clause) -> Iterator[Finding]:
        """A criterion that says nothing: whoever satisfies the others satisfies it."""
        trees: list[tuple[Node, Node | None]] = [(clause.root, None)] if clause.root else []
        trees += [(option.condition, clause.root) for option in clause.options if option.condition]
        for tree, beside in trees:
            for leaf in tree.leaves():
                symbols = self.symbols(clause.record_type or "")
                rest = [symbols.holds(tree, without=leaf.iri), z3.Not(symbols.holds(tree))]
                if beside is not None:
                    rest.append(symbols.holds(beside))
                if _solve(symbols, rest) is None:
                    yield Finding(
                        "implied",
                        True,
                        clause.id,
                        worded("proof-follows", criterion=leaf.label),
                        (leaf.iri,),
                        (Citation(leaf.provision, leaf.words),),
                    )

    def _opposed(self, clause: Clause) -> Iterator[Finding]:
        """A condition that is called open where all completions agree, for the same fact stands in opposed criteria."""
        seen = set()
        for tree in _verdicts(clause):
            if tree.iri in seen:
                continue
            seen.add(tree.iri)
            missing = self._misjudged(clause, tree)
            if missing is not None:
                names = [self._label(name) for name in sorted(missing)]
                yield Finding(
                    "opposed",
                    True,
                    clause.id,
                    worded("proof-same", facts=names),
                    (tree.iri,),
                    tuple(Citation(leaf.provision, leaf.words) for leaf in tree.leaves()),
                )

    def _misjudged(self, clause: Clause, tree: Node) -> frozenset[str] | None:
        """Facts whose absence makes the three-valued verdict weaker than the completions, or None."""
        uses: dict[str, int] = {}
        finals: set[str] = set()
        for leaf in tree.leaves():
            if not leaf.required:
                continue
            for path in {name for atom in leaf.atoms for name in (atom.path, atom.other) if name}:
                if path in self.book.derived and self.book.derived[path].expression.op == "once":
                    finals.add(path)
                for name in inputs(self.book, path):
                    if name in GIVEN:
                        continue  # never missing
                    uses[name] = uses.get(name, 0) + len(leaf.atoms)
        if all(count < 2 for count in uses.values()):
            # Every fact stands in one comparison only: MIN and MAX are then exact.
            return None
        names = [*uses, *finals]
        for chosen in chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1)):
            missing = frozenset(chosen)
            if any(set(self.book.derived[final].inputs) & missing and final not in missing for final in finals):
                continue
            if self._is_misjudged(clause, tree, missing):
                return missing & uses.keys() or missing
        return None

    def _is_misjudged(self, clause: Clause, tree: Node, missing: frozenset[str]) -> bool:
        symbols = self.symbols(clause.record_type or "")
        met, unmet = symbols.kleene(tree, missing)
        truth = symbols.holds(tree, presume=True)
        domain, free = self._completions(symbols, missing)
        always, never = z3.Implies(z3.And(domain), truth), z3.Implies(z3.And(domain), z3.Not(truth))
        if free:
            always, never = z3.ForAll(free, always), z3.ForAll(free, never)
        return _check([z3.Not(met), z3.Not(unmet), *domain, z3.Or(always, never)]) is not None

    def _completions(self, symbols: Symbols, missing: frozenset[str]) -> tuple[list[Bool], list[Term]]:
        """What holds of all completions, and the variables that range over them."""
        domain: list[Bool] = []
        free: list[Term] = []
        for name, variable in tuple(symbols.variables.items()):
            derived = self.book.derived.get(name)
            if derived is None:
                domain += symbols.allowed(name, across=False, stated=not symbols.is_missing(name, missing))
            elif not any(node.op == "first" and is_unknown(node, missing) for node in derived.expression.nodes()):
                worked = symbols.term(derived.expression, missing)
                domain.append(variable >= worked if name in missing else variable == worked)
                counted = [node for node in derived.expression.nodes() if node.op in BETWEEN]
                domain += [symbols.count(node) >= 0 for node in counted]
                free += [symbols.count(node) for node in counted if is_unknown(node, missing)]
            if symbols.is_missing(name, missing):
                free += list(symbols.members[name].values()) if name in symbols.members else [variable]
        return domain, free

    def _dominated(self, group: Group) -> Iterator[Finding]:
        """A member of a group that can never be the highest."""
        members = [self.book.clauses[name] for name in group.members]
        for member in members:
            symbols = self.symbols(member.record_type or "")
            terms = {clause.id: _amount(symbols, clause) for clause in members}
            mine = terms[member.id]
            if mine is None or any(term is None for term in terms.values()):
                continue
            wins = [mine > 0]
            for rival in members:
                if rival is not member:
                    earlier = members.index(rival) < members.index(member)
                    wins.append(mine > terms[rival.id] if earlier else mine >= terms[rival.id])
            if _solve(symbols, wins) is None:
                yield Finding(
                    "dominated",
                    True,
                    member.id,
                    worded("proof-never-highest", group=group.label),
                    (group.iri,),
                    (Citation(group.provision, group.words),),
                )

    def _label(self, name: str) -> Text:
        if name in self.vocabulary.facts:
            return self.vocabulary.facts[name].label
        return Text(name, name)


def _verdicts(clause: Clause) -> Iterator[Node]:
    """The conditions of a clause, and what they come to together."""
    conditions = [option.condition for option in clause.options if option.condition]
    if clause.root:
        yield clause.root
        yield from conditions
        if conditions and not clause.exhaustive and len(conditions) == len(clause.options):
            yield Node(
                f"{clause.iri}~applies", "and", (clause.root, Node(f"{clause.iri}~any", "or", tuple(conditions)))
            )


def _amount(symbols: Symbols, clause: Clause) -> Term | None:
    """What a clause gives a complete record: the highest of the options that hold, 0 where it does not apply."""
    total: Term = z3.RealVal(0)
    root = symbols.holds(clause.root)
    for option in clause.options:
        amount = symbols.amount(option)
        if amount is None:
            return None
        held = z3.And(root, symbols.holds(option.condition))
        total = z3.If(z3.And(held, amount > total), amount, total)
    return total


def _solve(symbols: Symbols, wanted: list[Bool]) -> z3.ModelRef | None:
    """A record of which all this holds, or None where there is none."""
    return _check([*symbols.domain(), *wanted])


def _check(wanted: list[Bool]) -> z3.ModelRef | None:
    solver = z3.Solver()
    solver.set("timeout", _TIME)
    solver.add(*wanted)
    answer = solver.check()
    if answer == z3.unknown:
        raise KnowledgeError("proof-undecided", detail=reason(solver.reason_unknown(), "solver", "net", "os"))
    return solver.model() if answer == z3.sat else None


def _cite(option: Option) -> Citation:
    return Citation(option.provision, option.words)
