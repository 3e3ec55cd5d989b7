"""What every engine decides alike: the rules as read, held against the declared facts and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import GIVEN, Clause, Criterion, Group, Node, Vocabulary
from ..names import CPSV, CV, ELI, PKB, SCHEMA, SKOS, XSD
from .amounts import option_faults
from .criteria import Declared
from .data_shapes import KINDS
from .derivations import Derived, derivation_faults
from .groups import group_faults
from .knowledge import local

__all__ = ["decidable_faults"]

_CODES = ox.NamedNode("https://w3id.org/policykb/scheme/code")


def decidable_faults(
    declared: Declared,
    vocabulary: Vocabulary,
    clauses: Mapping[str, Clause],
    groups: Mapping[str, Group],
    derived: Mapping[str, Derived],
) -> Iterator[KnowledgeError]:
    """Every fault of criteria, amounts, groups, derivations and facts.

    Args:
        declared: the facts, to hold them against.
        vocabulary: facts and record types.
        clauses, groups, derived: what was read without a fault.
    """
    used: dict[str, tuple[Criterion, dict[str | None, None]]] = {}
    for clause in clauses.values():
        yield from _clause(declared, clause)
        for tree in _trees(clause):
            for leaf in tree.leaves():
                used.setdefault(leaf.iri, (leaf, {}))[1][clause.record_type] = None
        for option in clause.options:
            yield from option_faults(declared, clause, option)
    ids: dict[str, Criterion] = {}
    for criterion, record_types in used.values():
        yield from declared.criterion(criterion, tuple(record_types))
        if ids.setdefault(criterion.id, criterion).iri != criterion.iri:
            other = declared.knowledge.locate(ox.NamedNode(ids[criterion.id].iri))
            named = ox.NamedNode(criterion.iri)
            yield declared.refused("identifier-twice", named, None, None, identifier=criterion.id, other=other)
    for group in groups.values():
        yield from group_faults(declared, group, clauses, groups)
    for derivation in derived.values():
        kinds = [
            kind.id
            for kind in vocabulary.record_types.values()
            if set(derivation.inputs) - GIVEN.keys() <= set(kind.facts)
        ]
        yield from derivation_faults(declared, derivation, tuple(kinds))
    yield from _facts(declared, vocabulary)
    yield from _codes(declared, vocabulary)
    yield from _validities(declared, clauses)
    yield from _payments(declared)
    yield from _histories(declared)


def _histories(declared: Declared) -> Iterator[KnowledgeError]:
    """What follows from earlier years is of the kind of what it follows from, of which each year tells once."""
    knowledge, terms = declared.knowledge, (PKB.highestBefore, PKB.timesThrough)
    for iri in dict.fromkeys(iri for term in (*terms, PKB.historySince) for iri in knowledge.subjects(term)):
        fact, since = declared.fact(iri), declared.fact(knowledge.value(iri, PKB.historySince))
        sources = [(term, declared.fact(knowledge.value(iri, term))) for term in terms if knowledge.objects(iri, term)]
        term, source = sources[0] if len(sources) == 1 else (None, None)
        is_like = fact is not None and source is not None and not fact.is_derived and not source.is_derived
        if is_like and fact is not None and source is not None:
            wanted = ("integer", "boolean") if term == PKB.timesThrough else (fact.datatype, fact.datatype)
            is_like = wanted == (fact.datatype, source.datatype) and wanted[0] in ("integer", "decimal")
            is_like &= all(knowledge.string(PKB[kind], PKB.oncePerPeriod) == "true" for kind in source.record_types)
        # What is given under a document counts from its first day; what was reached before it counts as well.
        is_dated = since is not None and since.datatype == "date"
        if term == PKB.timesThrough and not knowledge.objects(iri, PKB.historySince):
            is_dated = True
        if not (is_like and is_dated):
            yield declared.refused("history-unclear", iri, term, None, fact=source.id if source else "—")


def _payments(declared: Declared) -> Iterator[KnowledgeError]:
    """The parts in which an award is paid are all of it, and numbered."""
    knowledge = declared.knowledge
    shares: dict[ox.NamedNode, list[tuple[int, Decimal]]] = {}
    for iri in knowledge.instances(PKB.Payment):
        clause, share, place = (knowledge.value(iri, name) for name in (PKB.ofClause, PKB.rate, PKB.position))
        if isinstance(clause, ox.NamedNode) and isinstance(share, ox.Literal) and isinstance(place, ox.Literal):
            shares.setdefault(clause, []).append((int(place.value), Decimal(share.value)))
    for clause, parts in shares.items():
        total = sum(share for _, share in parts)
        if total != 1 or sorted(place for place, _ in parts) != [*range(1, len(parts) + 1)]:
            yield declared.refused("payments-in-part", clause, None, None, sum=f"{total:f}")


def _validities(declared: Declared, clauses: Mapping[str, Clause]) -> Iterator[KnowledgeError]:
    """The days of a part bind each of its clauses about records, of which there are some."""
    for iri in declared.knowledge.instances(PKB.Validity):
        part = declared.knowledge.node(iri, PKB.ofPart)
        meant = [one for one in clauses.values() if one.record_type is not None and _is_of(declared, one.iri, part)]
        read = {one.iri for one in clauses.values()}
        unread = (one.value for one in declared.knowledge.instances(PKB.Clause) if one.value not in read)
        if not meant and any(_is_of(declared, one, part) for one in unread):
            continue  # that one has a fault of its own
        bound = [
            any(leaf.iri == f"{iri.value}-period" for tree in _trees(one) for leaf in tree.leaves()) for one in meant
        ]
        if not bound or not all(bound):
            yield declared.refused("validity-of-nothing", iri, PKB.ofPart, None)


def _is_of(declared: Declared, clause: str, part: ox.NamedNode | None) -> bool:
    """Whether a clause, by its IRI, is a part, or one of an article."""
    if part is None or clause == part.value:
        return part is not None
    cited = declared.knowledge.objects(ox.NamedNode(clause), CV.hasLegalResource)
    return any(declared.knowledge.node(one, ELI.is_part_of) == part for one in cited if isinstance(one, ox.NamedNode))


def _trees(clause: Clause) -> Iterator[Node]:
    """All conditions of a clause, those of its bands included."""
    if clause.root is not None:
        yield clause.root
    for option in clause.options:
        yield from (each.condition for each in (option, *option.bands) if each.condition is not None)


def _clause(declared: Declared, clause: Clause) -> Iterator[KnowledgeError]:
    iri = ox.NamedNode(clause.iri)
    if clause.record_type is not None and clause.root is None:
        yield declared.refused("clause-without-shape", iri, PKB.recordType, None, clause=clause.id)
    if clause.record_type is None:
        for predicate in (PKB.eligibility, CPSV.produces, PKB.combination, PKB.exhaustive):
            if declared.knowledge.objects(iri, predicate):
                yield declared.refused("clause-without-type", iri, predicate, None)
    if len({option.currency for option in clause.options}) > 1:
        shown = sorted({option.currency for option in clause.options})
        yield declared.refused("mixed-currencies", iri, CPSV.produces, None, currencies=shown)
    always = [option for option in clause.options if option.condition is None]
    if clause.combination == "exclusive" and len(always) > 1:
        first, second, *_ = (ox.NamedNode(option.iri) for option in always)
        yield declared.refused("exclusive-without-condition", second, None, None, clause=clause.id, other=local(first))
    for option in clause.options:
        if _smallest(declared, option.currency) is None:
            yield declared.refused(
                "currency-without-smallest-unit",
                ox.NamedNode(option.iri),
                SCHEMA.currency,
                None,
                currency=option.currency,
            )


def _smallest(declared: Declared, currency: str) -> Decimal | None:
    """The smallest unit of a currency, a place behind the point."""
    for unit in declared.knowledge.subjects(SKOS.notation, ox.Literal(currency)):
        found = declared.knowledge.string(unit, PKB.smallestUnit)
        if found is not None:
            exponent = Decimal(found).normalize().as_tuple().exponent
            is_place = isinstance(exponent, int) and exponent <= 0 and Decimal(found) == Decimal(1).scaleb(exponent)
            return Decimal(found) if is_place else None
    return None


def _codes(declared: Declared, vocabulary: Vocabulary) -> Iterator[KnowledgeError]:
    """The order of the codes of a fact is one of its own; no code that can be stated leaves a narrower one open."""
    knowledge = declared.knowledge
    concepts = {knowledge.string(one, SKOS.notation): one for one in knowledge.subjects(SKOS.inScheme, _CODES)}
    wider = {code: knowledge.node(one, SKOS.broader) for code, one in concepts.items()}
    for fact in vocabulary.facts.values():
        iri = ox.NamedNode(fact.iri)
        head = knowledge.value(iri, PKB.order)
        if head is not None:
            members = [] if isinstance(head, ox.Literal) else knowledge.members(head) or []
            order = [getattr(member, "value", "") for member in members]
            if not order or len(set(order)) < len(order) or not set(order) <= set(fact.codes):
                yield declared.refused("order-of-others", iri, PKB.order, None, codes=order, known=fact.codes)
        for code in fact.codes:
            above, seen = wider.get(code), set[ox.NamedNode]()
            while above is not None and above not in seen:
                seen.add(above)
                name = knowledge.string(above, SKOS.notation) or ""
                if name in fact.codes:
                    yield declared.refused("code-with-parts", iri, None, None, whole=name, part=code)
                above = wider.get(name)


def _facts(declared: Declared, vocabulary: Vocabulary) -> Iterator[KnowledgeError]:
    """A stated fact stands on the form of a record type, and the shape of that type says what its values are."""
    for fact in vocabulary.facts.values():
        iri = ox.NamedNode(fact.iri)
        if not fact.is_derived and not fact.record_types:
            yield declared.refused("fact-without-type", iri, None, None)
        for record_type in fact.record_types:
            rules = declared.rules(record_type, fact.id)
            if not any(rule.kind is not None for rule in rules):
                yield declared.refused("fact-without-shape", iri, None, None, type=record_type)
            elif any(rule.kind not in (None, KINDS.get(XSD[fact.datatype])) for rule in rules):
                yield declared.refused("fact-other-shape", iri, None, None, type=record_type, kind=fact.datatype)
