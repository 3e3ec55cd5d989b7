"""The mutants of a policy: every single change of a rule that could slip in unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

import pyoxigraph as ox

from policykb.law.knowledge import Knowledge, local
from policykb.law.rules import RuleBook
from policykb.model import Clause, Node
from policykb.names import CPSV, PKB, RDF, SCHEMA, SH, XSD

from .graph_edits import Edit, drop, last_place, links, put, relist, shifted, swap, wrap

__all__ = ["KINDS", "NOTHING", "Mutant", "mutants"]

KINDS = {
    "bound": ("界限移一个单位", "a bound moved by one unit"),
    "strictness": ("含本数与不含互换", "inclusive made strict, or the reverse"),
    "value": ("要求的取值改变", "a required value changed"),
    "dropped": ("一项条件删去", "a criterion dropped"),
    "and-or": ("并且改为或者", "and made or"),
    "or-and": ("或者改为并且", "or made and"),
    "missing-unmet": ("未填报当作不符合", "missing read as not met"),
    "missing-met": ("未填报当作符合", "missing read as met"),
    "presumed": ("推定的条件改为必须填报", "a presumption made a requirement"),
    "amount": ("金额、比例、上限、下限改变", "a sum, rate, cap or floor changed"),
    "amount-kind": ("金额的性质改变", "the kind of an amount changed"),
    "option": ("一档金额删去", "a tier dropped"),
    "combination": ("合并规则改变", "the combination of options changed"),
    "group": ("几项合并的规则删去、改变或缺一项", "a rule that joins several removed, changed, or without a member"),
    "derived": ("推导的事实改变", "a derived fact changed"),
    "period": ("适用期间移一天", "the days it applies from moved by one"),
    "fallback": ("兜底规定删去", "the fallback removed"),
}
_FLIPS = {
    SH.minInclusive: SH.minExclusive,
    SH.minExclusive: SH.minInclusive,
    SH.maxInclusive: SH.maxExclusive,
    SH.maxExclusive: SH.maxInclusive,
    SH.lessThan: SH.lessThanOrEquals,
    SH.lessThanOrEquals: SH.lessThan,
}
_COMBINATIONS = {"exclusive": ("unsettled", "sum"), "highest": ("unsettled", "sum"), "unsettled": ("exclusive", "sum")}
_JOINT = {"choice": ("sum",), "highest": ("sum",), "sum": ("highest",)}

NOTHING = Edit()


@dataclass(frozen=True)
class Mutant:
    """One change: where (article 0: the whole document), what kind, which clauses it touches, and the edit.

    `unmet` names a criterion whose missing value is read as not met, which no shape can say; `together` says that it
    takes several records, and those of several documents, to notice.
    """

    name: str
    article: int
    kind: str
    clauses: tuple[str, ...]
    edit: Edit = NOTHING
    unmet: str | None = None
    together: bool = False


def mutants(knowledge: Knowledge, book: RuleBook) -> Iterator[Mutant]:
    """All mutants, in the order of clauses."""
    return _Mutants(knowledge, book).all()


class _Mutants:
    def __init__(self, knowledge: Knowledge, book: RuleBook) -> None:
        self.knowledge, self.book = knowledge, book
        self.shapes: dict[ox.NamedNode, list[Clause]] = {}
        self.options: dict[ox.NamedNode, list[Clause]] = {}
        for clause in book.clauses.values():
            for option in chain(clause.options, *(o.bands for o in clause.options)):
                self.options.setdefault(ox.NamedNode(option.iri), []).append(clause)
                if option.condition:
                    self._visit(option.condition, clause)
            if clause.root:
                self._visit(clause.root, clause)

    def _visit(self, node: Node, clause: Clause) -> None:
        users = self.shapes.setdefault(ox.NamedNode(node.iri.split("~")[0]), [])
        if clause not in users:
            users.append(clause)
        for child in node.children:
            self._visit(child, clause)

    def all(self) -> Iterator[Mutant]:
        for shape, users in self.shapes.items():
            article = users[0].article if len({clause.article for clause in users}) == 1 else 0
            ids = tuple(clause.id for clause in users)
            edits = self._criterion(shape) if self.knowledge.objects(shape, SH.path) else self._node(shape)
            for kind, what, edit in edits:
                yield Mutant(f"{local(shape)}: {what}", article, kind, ids, edit)
            if self.knowledge.objects(shape, SH.path) and self.knowledge.objects(shape, SH.minCount):
                yield Mutant(f"{local(shape)}: missing is not met", article, "missing-unmet", ids, unmet=shape.value)
        for option, users in self.options.items():
            for kind, what, edit in self._option(option):
                yield Mutant(f"{local(option)}: {what}", users[0].article, kind, tuple(c.id for c in users), edit)
        yield from self._clauses()
        yield from self._joints()
        yield from self._numbers()
        yield from self._document()

    def _criterion(self, shape: ox.NamedNode) -> Iterator[tuple[str, str, Edit]]:
        objects = self.knowledge.objects
        for predicate, other in _FLIPS.items():
            for term in objects(shape, predicate):
                yield "strictness", f"sh:{local(other)}", swap(shape, predicate, other, term)
                if isinstance(term, ox.Literal):
                    unit = last_place(term)
                    for by in (unit, -unit):
                        yield "bound", f"{term.value} {by:+f}", put(shape, predicate, term, shifted(term, by))
        required = objects(shape, SH.minCount)
        for term in objects(shape, SH.hasValue):
            assert isinstance(term, ox.Literal)
            yield "value", f"not {term.value}", put(shape, SH.hasValue, term, _other(term))
            head = ox.BlankNode()
            quads = (ox.Quad(head, RDF.first, term), ox.Quad(head, RDF.rest, RDF.nil), ox.Quad(shape, SH["in"], head))
            gone = (ox.Quad(shape, SH.hasValue, term), ox.Quad(shape, SH.minCount, required[0]))
            if not self._is_list(shape):
                yield "missing-met", "missing is met", Edit(gone, (*quads, *_presumed(shape)))
        for head in objects(shape, SH["in"]):
            members = self.knowledge.list(head)  # type: ignore[arg-type]
            for member in members:
                assert isinstance(member, ox.Literal)
                rest = [m for m in members if m != member] or [_other(member)]
                yield "value", f"without {member.value}", relist(self.knowledge, shape, SH["in"], head, rest)
        if required and not objects(shape, SH.hasValue):
            gone = (ox.Quad(shape, SH.minCount, required[0]),)
            yield "missing-met", "missing is met", Edit(gone, _presumed(shape))
        if not required:
            one = ox.Literal("1", datatype=XSD.integer)
            yield "presumed", "required", Edit((), (ox.Quad(shape, SH.minCount, one),))

    def _is_list(self, shape: ox.NamedNode) -> bool:
        path = self.knowledge.node(shape, SH.path)
        return path is not None and PKB.ListFact in self.knowledge.objects(path, RDF.type)

    def _node(self, shape: ox.NamedNode) -> Iterator[tuple[str, str, Edit]]:
        for predicate, member in links(self.knowledge, shape):
            yield "dropped", f"without {local(member)}", drop(shape, predicate, member)
        for predicate in (SH["and"], SH["or"]):
            for head in self.knowledge.objects(shape, predicate):
                members = self.knowledge.list(head)  # type: ignore[arg-type]
                for member in members:
                    rest = [m for m in members if m != member]
                    edit = relist(self.knowledge, shape, predicate, head, rest)
                    yield "dropped", f"without {local(member)}", edit  # type: ignore[arg-type]
        for head in self.knowledge.objects(shape, SH["or"]):
            yield "or-and", "sh:or is sh:and", swap(shape, SH["or"], SH["and"], head)
        if edit := wrap(self.knowledge, shape):
            yield "and-or", "any part suffices", edit

    def _option(self, option: ox.NamedNode) -> Iterator[tuple[str, str, Edit]]:
        for predicate in (SCHEMA.value, PKB.rate, SCHEMA.maxValue, SCHEMA.minValue):
            for term in self.knowledge.objects(option, predicate):
                assert isinstance(term, ox.Literal)
                unit = last_place(term)
                for by in (unit, -unit):
                    what = f"{local(predicate)} {term.value} {by:+f}"
                    yield "amount", what, put(option, predicate, term, shifted(term, by))
        for term in self.knowledge.objects(option, SCHEMA.maxValue):
            yield "amount", "without cap", drop(option, SCHEMA.maxValue, term)
        for kind in self.knowledge.objects(option, PKB.amountKind):
            assert isinstance(kind, ox.NamedNode)
            other = {"exact": "ceiling", "ceiling": "exact"}.get(local(kind))
            if other:
                new = ox.NamedNode(kind.value.removesuffix(local(kind)) + other)
                yield "amount-kind", other, put(option, PKB.amountKind, kind, new)

    def _clauses(self) -> Iterator[Mutant]:
        for clause in self.book.clauses.values():
            iri = ox.NamedNode(clause.iri)
            for option in clause.options if len(clause.options) > 1 else ():
                edit = drop(iri, CPSV.produces, ox.NamedNode(option.iri))
                yield Mutant(
                    f"{clause.id}: without {local(ox.NamedNode(option.iri))}",
                    clause.article,
                    "option",
                    (clause.id,),
                    edit,
                )
            for term in self.knowledge.objects(iri, PKB.combination):
                assert isinstance(term, ox.NamedNode)
                for other in _COMBINATIONS.get(local(term), ()):
                    edit = put(iri, PKB.combination, term, ox.NamedNode(term.value.removesuffix(local(term)) + other))
                    yield Mutant(f"{clause.id}: combination {other}", clause.article, "combination", (clause.id,), edit)
            if len(clause.options) > 1:
                yes = ox.Quad(iri, PKB.exhaustive, ox.Literal("true", datatype=XSD.boolean))
                edit = Edit((yes,)) if clause.exhaustive else Edit((), (yes,))
                yield Mutant(f"{clause.id}: exhaustive flipped", clause.article, "combination", (clause.id,), edit)
            for term in self.knowledge.objects(iri, PKB.fallback):
                yield Mutant(
                    f"{clause.id}: no fallback", clause.article, "fallback", (clause.id,), drop(iri, PKB.fallback, term)
                )
        for group in self.book.groups.values():
            iri, article = ox.NamedNode(group.iri), self.book.clauses[group.members[0]].article
            whole = Edit(tuple(self.knowledge.store.quads_for_pattern(iri, None, None)))
            yield Mutant(f"{group.id}: removed", article, "group", group.members, whole)
            for term in self.knowledge.objects(iri, PKB.member):
                what = f"{group.id}: without {local(term)}"  # type: ignore[arg-type]
                yield Mutant(what, article, "group", group.members, drop(iri, PKB.member, term))

    def _joints(self) -> Iterator[Mutant]:
        """Groups over the sums of several records."""
        for group in self.book.joints.values():
            iri, article = ox.NamedNode(group.iri), self.book.clauses[group.members[0]].article
            edits = [("removed", Edit(tuple(self.knowledge.store.quads_for_pattern(iri, None, None))))]
            for term in self.knowledge.objects(iri, PKB.member):
                edits.append((f"without {str(term).rsplit('/', 1)[-1][:-1]}", drop(iri, PKB.member, term)))
            for predicate in (SCHEMA.maxValue, PKB.rate):
                for term in self.knowledge.objects(iri, predicate):
                    assert isinstance(term, ox.Literal)
                    for by in (last_place(term), -last_place(term)):
                        what = f"{local(predicate)} {term.value} {by:+f}"
                        edits.append((what, put(iri, predicate, term, shifted(term, by))))
            for term in self.knowledge.objects(iri, PKB.combination):
                assert isinstance(term, ox.NamedNode)
                for other in _JOINT.get(local(term), ()):
                    new = ox.NamedNode(term.value.removesuffix(local(term)) + other)
                    edits.append((f"combination {other}", put(iri, PKB.combination, term, new)))
            for what, edit in edits:
                yield Mutant(f"{group.id}: {what}", article, "group", group.members, edit, together=True)

    def _numbers(self) -> Iterator[Mutant]:
        """The numbers that are written in expressions, each once, with the clauses that they bear on."""
        users: dict[str, list[Clause]] = {}
        for clause in self.book.clauses.values():
            for iri in self._written(clause):
                users.setdefault(iri, []).append(clause)
        for name, clauses in users.items():
            iri = ox.NamedNode(name)
            for term in self.knowledge.objects(iri, PKB.by):
                if isinstance(term, ox.Literal):
                    for by in (last_place(term), -last_place(term)):
                        ids, edit = tuple(c.id for c in clauses), put(iri, PKB.by, term, shifted(term, by))
                        yield Mutant(f"{local(iri)}: by {term.value} {by:+f}", clauses[0].article, "amount", ids, edit)

    def _written(self, clause: Clause) -> dict[str, None]:
        """The expressions written by hand that a clause is decided by."""
        facts = [*_facts(clause), *(fact for option in clause.options for fact in option.facts())]
        trees = [option.expression for option in clause.options if option.expression is not None]
        found: dict[str, None] = {}
        seen: set[str] = set()
        while facts or trees:
            for node in trees.pop().nodes() if trees else ():
                facts += [node.fact] if node.fact is not None else []
                found |= {} if "~" in node.iri else {node.iri: None}
            fact = facts.pop() if facts else None
            if fact in self.book.derived and fact not in seen:
                seen.add(fact)
                trees.append(self.book.derived[fact].expression)
        return found

    def _document(self) -> Iterator[Mutant]:
        for derived in self.book.derived.values():
            iri = ox.NamedNode(derived.iri)
            users = [c for c in self.book.clauses.values() if derived.id in _facts(c)]
            ids, article = tuple(c.id for c in users), users[0].article if users else 0
            if not users:
                continue
            for term in self.knowledge.objects(iri, PKB.forYears):
                assert isinstance(term, ox.Literal)
                for by in (Decimal(1), Decimal(-1)):
                    edit = put(iri, PKB.forYears, term, shifted(term, by))
                    yield Mutant(f"{derived.id}: {term.value} {by:+f} years", article, "derived", ids, edit)
            for term in self.knowledge.objects(iri, PKB.standIn):
                yield Mutant(f"{derived.id}: no stand-in", article, "derived", ids, drop(iri, PKB.standIn, term))
        everything = tuple(c.id for c in self.book.clauses.values() if c.record_type)
        for iri in self.knowledge.instances(PKB.Applicability):
            for predicate in (PKB.asOfFrom, PKB.periodsEndingFrom, PKB.inForceThrough):
                for term in self.knowledge.objects(iri, predicate):
                    assert isinstance(term, ox.Literal)
                    for days in (1, -1):
                        edit = put(iri, predicate, term, shifted(term, Decimal(days)))
                        yield Mutant(f"{local(predicate)} {term.value} {days:+d} day", 0, "period", everything, edit)


def _facts(clause: Clause) -> set[str]:
    found = {option.base for option in clause.options}
    trees = [clause.root, *(option.condition for option in clause.options)]
    found |= {leaf.path for tree in trees if tree for leaf in tree.leaves()}
    return {fact for fact in found if fact}


def _presumed(shape: ox.NamedNode) -> tuple[ox.Quad, ...]:
    """That a criterion is met where its item is missing; without these words none is loaded that is not required."""
    words = (ox.Literal("变异。", language="zh"), ox.Literal("A mutant.", language="en"))
    return tuple(ox.Quad(shape, PKB.presumption, one) for one in words)


def _other(term: ox.Literal) -> ox.Literal:
    """Another value of the same kind."""
    if term.datatype == XSD.boolean:
        return ox.Literal("false" if term.value == "true" else "true", datatype=XSD.boolean)
    if term.datatype in (XSD.integer, XSD.decimal):
        return shifted(term, Decimal(1))
    return ox.Literal(f"not-{term.value}")
