"""Read the clauses of a document with their conditions, options and notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError
from ..model import Body, Clause, Node, Option, Provision, Text
from ..names import CPSV, CV, DCT, ELI, PKB, RDFS
from .amounts import read_option
from .conditions import Conditions
from .knowledge import Knowledge, Term, local
from .statements import day_of, need, whole_of

__all__ = ["Notice", "read_clauses", "read_notices"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark that answers about a clause carry, possibly only as of a day."""

    iri: str
    clause: str
    text: Text
    start: date | None


def read_clauses(knowledge: Knowledge, provisions: dict[str, Provision], faults: Faults) -> list[Clause]:
    conditions = Conditions(knowledge)
    found = (_clause(knowledge, iri, provisions, conditions, faults) for iri in knowledge.instances(PKB.Clause))
    return [clause for clause in found if clause is not None]


def _clause(
    knowledge: Knowledge, iri: ox.NamedNode, provisions: dict[str, Provision], conditions: Conditions, faults: Faults
) -> Clause | None:
    """A clause with its condition and options; None where one of its parts has a fault."""
    before = len(faults)
    shape = knowledge.node(iri, PKB.eligibility)
    root = faults.attempt(conditions.tree, shape) if shape else None
    options = [
        faults.attempt(read_option, knowledge, conditions, o)
        for o in knowledge.objects(iri, CPSV.produces)
        if isinstance(o, ox.NamedNode)
    ]
    with faults.held():
        sources = sorted(
            (local(cast(Term, t)) for t in knowledge.objects(iri, CV.hasLegalResource)),
            key=lambda name: _cited(knowledge, provisions, iri, name).order,
        )
        if not sources:
            raise KnowledgeError("cites-nothing", where=knowledge.locate(iri), resource=local(iri))
        first = provisions[sources[0]]
        identifier = need(knowledge, iri, DCT.identifier)
        record_type = knowledge.node(iri, PKB.recordType)
        combination = knowledge.node(iri, PKB.combination)
        beneficiary, payee = knowledge.node(iri, PKB.beneficiary), knowledge.node(iri, PKB.payee)
        fallback = knowledge.node(iri, PKB.fallback)
        # A shape that several clauses share has its fault told with the first of them.
        if len(faults) > before or (shape is not None and root is None) or None in options:
            return None
        return Clause(
            id=identifier,
            iri=iri.value,
            article=_article_number(knowledge, first),
            title=knowledge.label(iri),
            kind=local(knowledge.node(iri, PKB.clauseKind) or iri),
            provisions=tuple(sources),
            record_type=local(record_type) if record_type else None,
            root=_in_order(root, provisions) if root else None,
            options=tuple(_ordered(option, provisions) for option in options if option is not None),
            combination=local(combination) if combination else "exclusive",
            exhaustive=knowledge.string(iri, PKB.exhaustive) == "true",
            beneficiary=knowledge.label(beneficiary) if beneficiary else None,
            payee=knowledge.label(payee) if payee else None,
            authority=tuple(
                _body(knowledge, cast(ox.NamedNode, b)) for b in knowledge.objects(iri, CV.hasCompetentAuthority)
            ),
            inferred=tuple(local(cast(Term, p)) for p in knowledge.objects(iri, PKB.inferred)),
            fallback=local(fallback) if fallback else None,
            position=first.order,
            is_unstated=_is_unstated(knowledge, iri, has_options=bool(options)),
            counted=tuple(_counted(knowledge, iri)),
        )
    return None


def _is_unstated(knowledge: Knowledge, iri: ox.NamedNode, *, has_options: bool) -> bool:
    """Whether a clause grants money of which the text writes no sum."""
    kind = knowledge.node(iri, PKB.amountKind)
    if kind is not None and (has_options or local(kind) != "none-stated"):
        raise KnowledgeError("clause-amount-kind", where=knowledge.locate(iri), resource=local(iri), kind=local(kind))
    return kind is not None


def _counted(knowledge: Knowledge, iri: ox.NamedNode) -> Iterator[tuple[str, Text, Text]]:
    """What the sum, cap or treatment of a clause is counted by."""
    for predicate in (PKB.countedFor, PKB.countedEvery, PKB.countsFor):
        value = knowledge.node(iri, predicate)
        if value is not None:
            yield local(predicate), knowledge.label(predicate), knowledge.label(value)


def _ordered(option: Option, provisions: dict[str, Provision]) -> Option:
    return replace(option, condition=_in_order(option.condition, provisions)) if option.condition else option


def _in_order(node: Node, provisions: dict[str, Provision]) -> Node:
    """The same condition with its parts in the order in which their words stand in the text."""
    children = tuple(_in_order(child, provisions) for child in node.children)
    return replace(node, children=tuple(sorted(children, key=lambda child: _first_word(child, provisions))))


def _first_word(node: Node, provisions: dict[str, Provision]) -> int:
    """Where the first words of a condition stand in the source."""
    places = []
    for criterion in node.leaves():
        provision = provisions.get(criterion.provision)
        if provision is not None:
            places.append(provision.order + max(provision.quote.find(criterion.words), 0))
    return min(places, default=0)


def _cited(knowledge: Knowledge, provisions: dict[str, Provision], iri: Term, name: str) -> Provision:
    if name not in provisions:
        raise KnowledgeError("cites-no-provision", where=knowledge.locate(iri), resource=local(iri), name=name)
    return provisions[name]


def _article_number(knowledge: Knowledge, provision: Provision) -> int:
    part = knowledge.node(ox.NamedNode(provision.iri), ELI.is_part_of)
    return (whole_of(knowledge, part, ELI.number) if part else None) or 0


def _body(knowledge: Knowledge, iri: ox.NamedNode) -> Body:
    return Body(local(iri), knowledge.label(iri), iri.value)


def read_notices(knowledge: Knowledge, clauses: dict[str, Clause]) -> tuple[Notice, ...]:
    found = []
    for clause in clauses.values():
        for iri in knowledge.objects(ox.NamedNode(clause.iri), PKB.notice):
            if isinstance(iri, ox.NamedNode):
                start = day_of(knowledge, iri, PKB.noticeFrom) if knowledge.objects(iri, PKB.noticeFrom) else None
                text = knowledge.text(iri, RDFS.comment) or knowledge.label(iri)
                found.append(Notice(iri.value, clause.id, text, start))
    return tuple(found)
