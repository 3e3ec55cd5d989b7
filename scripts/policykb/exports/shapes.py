"""Eligibility shapes for the validators of others: with targets, a severity and messages, in SHACL Core alone.

A record that fails the shape `<clause>/possible` is ruled out; one that fails `<clause>/certain` alone is undetermined.
An amount that hangs on something missing leaves a clause undetermined, too: the ends of each option, which the rules
put on the record, are compared as `engines.combine` compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import TypeAlias

from rdflib import DCTERMS, RDF, SH, BNode, Graph, Literal, URIRef

from ..engines.twins import Twins, fact_iri, rdf_value
from ..law.rules import RuleBook
from ..model import Clause, Option, Text
from ..names import RUN
from ..wording.texts import Wording
from .rules import Rule, end_iri

__all__ = ["shapes_graph"]

_COVERED = "urn:policykb:covered"
_RULE = "urn:policykb:rule:"
Shape: TypeAlias = URIRef | BNode


def shapes_graph(book: RuleBook, rules: Sequence[Rule], wording: Wording) -> Graph:
    """The shapes of all clauses, the shape of what the policy covers, and the rules as sh:rule.

    Args:
        book: the rules of the policy.
        rules: what follows from stated facts.
        wording: the texts of the messages.
    """
    shapes = _Shapes(frozenset(d.id for d in book.derived.values() if not d.expression.sources()))
    covered = shapes.top(_COVERED, tuple(book.by_type), wording.text("bundle-not-covered"), SH.Warning)
    parts = []
    for name, low, high in (
        ("asOf", book.as_of_from, book.in_force_through),
        ("periodEnd", book.periods_ending_from, book.in_force_through),
    ):
        path = shapes.property(URIRef(RUN[name].value), SH.minInclusive, rdf_value(low))
        shapes.graph.add((path, SH.minCount, Literal(1)))
        if high is not None:
            shapes.graph.add((path, SH.maxInclusive, rdf_value(high)))
        parts.append(path)
    # One node, so that one result with the message of the whole is reported.
    shapes.graph.add((covered, SH.node, shapes.all(parts)))
    for clause in book.clauses.values():
        if clause.record_type is not None and clause.root is not None:
            shapes.clause(clause, wording)
    for rule in rules:
        shapes.rule(rule)
    return shapes.graph


class _Shapes(Twins):
    """The twins of conditions, and what the bundle needs besides."""

    def top(self, iri: str, types: Sequence[str], text: Text, severity: URIRef) -> URIRef:
        """A shape with targets, a message in both languages and a severity."""
        top = URIRef(iri)
        self.graph.add((top, RDF.type, SH.NodeShape))
        self.graph.add((top, SH.severity, severity))
        for name in types:
            self.graph.add((top, SH.targetClass, fact_iri(name)))
        for language, words in (("zh", text.zh), ("en", text.en)):
            self.graph.add((top, SH.message, Literal(words, lang=language)))
        return top

    def rule(self, rule: Rule) -> None:
        """A rule with its targets."""
        top, one = URIRef(f"{_RULE}{rule.id}"), URIRef(f"{_RULE}{rule.id}:construct")
        self.graph.add((top, RDF.type, SH.NodeShape))
        for name in rule.types:
            self.graph.add((top, SH.targetClass, fact_iri(name)))
        self.graph.add((top, SH.order, Literal(rule.order)))
        self.graph.add((top, SH.rule, one))
        self.graph.add((one, RDF.type, SH.SPARQLRule))
        self.graph.add((one, SH.order, Literal(rule.order)))
        self.graph.add((one, SH.construct, Literal(rule.construct)))

    def clause(self, clause: Clause, wording: Wording) -> None:
        """The certain and the possible shape of a clause."""
        assert clause.root is not None and clause.record_type is not None
        for certain, name, severity in ((True, "certain", SH.Info), (False, "possible", SH.Warning)):
            # Nothing is shared between shapes with targets: engines may take a part that they have seen as held.
            self.made.clear()
            text = wording.text(f"bundle-not-{name}", clause=clause.title)
            top = self.top(f"{clause.iri}/{name}", (clause.record_type,), text, severity)
            self.graph.add((top, DCTERMS.subject, URIRef(clause.iri)))
            parts = [self.twin(clause.root, certain)]
            if clause.options:
                parts.append(self._any([self._holds(o, certain and not clause.exhaustive) for o in clause.options]))
                parts += self._settled(clause) if certain else []
            self.graph.add((top, SH.node, self._all(parts)))

    def property(self, path: URIRef, constraint: URIRef, value: Literal | URIRef) -> BNode:
        """A property shape with one constraint."""
        shape = self._node()
        self.graph.add((shape, RDF.type, SH.PropertyShape))
        self.graph.add((shape, SH.path, path))
        self.graph.add((shape, constraint, value))
        return shape

    def all(self, parts: Sequence[Shape]) -> BNode:
        """A shape of several parts, all of which have to hold."""
        return self._all(parts)

    def _settled(self, clause: Clause) -> list[Shape]:
        """What has to hold for the amount of a clause that applies to hang on nothing more."""
        options = clause.options
        out = {option.iri: self._not(self._holds(option, False)) for option in options}
        firm = {option.iri: self._all([self._holds(option, True), self._firm(option)]) for option in options}
        if clause.combination == "unsettled":
            alone = [self._any([out[a.iri], out[b.iri]]) for a, b in permutations(options, 2)]
            return [*alone, *(self._any([out[o.iri], self._firm(o)]) for o in options)]
        if clause.combination == "sum":
            endless = [self._all([firm[o.iri], self._absent(o)]) for o in options]
            idle = [self._all([self._none(o), self._any([self._nothing(o), *endless])]) for o in options]
            return [self._any([out[o.iri], firm[o.iri], i]) for o, i in zip(options, idle, strict=True)]
        outdone = [
            self._all([self._outdone(o, options, firm, True), self._outdone(o, options, firm, False)]) for o in options
        ]
        had = [self._any([out[o.iri], done]) for o, done in zip(options, outdone, strict=True)]
        equal = [self._any([out[o.iri], self._firm(o)]) for o in options]
        equal += [self._any([out[a.iri], out[b.iri], self._same(a, b)]) for a, b in permutations(options, 2)]
        return [self._any([self._all(had), self._all(equal)])]

    def _outdone(self, option: Option, others: Sequence[Option], firm: dict[str, BNode], low: bool) -> Shape:
        """Whether what is had anyway reaches the least, or the most, that an option may come to."""
        reached = self._low_within if low else self._high_within
        return self._any([self._all([firm[other.iri], reached(option, other)]) for other in others])

    def _holds(self, option: Option, certain: bool) -> Shape:
        return self._all([]) if option.condition is None else self._node_shape(self.twin(option.condition, certain))

    def _firm(self, option: Option) -> Shape:
        """Whether it comes to one interval: its ends are the same, or it has a least and no upper end by its words."""
        return self._all([] if option.floor is not None else [self._within(option, True, option, False)])

    def _low_within(self, option: Option, other: Option) -> Shape:
        """Whether the most that the lower end of an option may be is no more than the lower end of another."""
        if option.kind == "ceiling":
            return self._all([])
        return (
            self._none(option) if other.kind == "ceiling" else self._within(option, option.floor is None, other, False)
        )

    def _high_within(self, option: Option, other: Option) -> Shape:
        return self._any([self._absent(other), self._within(option, True, other, True)])

    def _same(self, one: Option, other: Option) -> Shape:
        both = [self._absent(one), self._absent(other)]
        ends = [self._within(one, True, other, True), self._within(other, True, one, True)]
        lows = [self._low_within(one, other), self._low_within(other, one)]
        return self._all([self._all(lows), self._any([self._all(both), self._all(ends)])])

    def _within(self, option: Option, most: bool, other: Option, other_most: bool) -> Shape:
        """Whether an end of an option is there and no more than an end of another that is there."""
        end, bound = URIRef(end_iri(option, most=most)), URIRef(end_iri(other, most=other_most))
        shape = self.property(end, SH.lessThanOrEquals, bound)
        self.graph.add((shape, SH.minCount, Literal(1)))
        return self._all([shape, self.property(bound, SH.minCount, Literal(1))])

    def _none(self, option: Option) -> Shape:
        """Whether the lower end of an option is nothing whatever is missing."""
        return self._all([]) if option.kind == "ceiling" else self._zero(option, most=option.floor is None)

    def _nothing(self, option: Option) -> Shape:
        return self._zero(option, most=True)

    def _zero(self, option: Option, *, most: bool) -> Shape:
        shape = self.property(URIRef(end_iri(option, most=most)), SH.maxInclusive, Literal(0))
        self.graph.add((shape, SH.minCount, Literal(1)))
        return self._all([shape])

    def _absent(self, option: Option) -> Shape:
        return self._all([self.property(URIRef(end_iri(option, most=True)), SH.maxCount, Literal(0))])

    def _not(self, shape: Shape) -> BNode:
        found = self._all([])
        self.graph.add((found, SH["not"], shape))
        return found
