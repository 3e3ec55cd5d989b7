"""Read the rules of a loaded knowledge base: the document's parts, its clauses, amounts and combinations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import cast

import pyoxigraph as ox

from .conditions import condition, literal
from .errors import CallError, KnowledgeError
from .load import Knowledge, Term, local
from .model import Article, Body, Clause, Document, Group, Node, Option, Provision, Text
from .names import CPSV, CV, DCT, ELI, OA, PKB, RDFS, SCHEMA
from .spelling import near_names

__all__ = ["Derived", "Notice", "RuleBook", "read_rules"]


@dataclass(frozen=True, slots=True)
class Derived:
    """How a fact follows from others: a difference, a stand-in, or the final value of a closed window."""

    id: str
    iri: str
    kind: str
    inputs: tuple[str, ...]
    years: int | None = None
    remark: Text | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark that answers about a clause carry, possibly only as of a day."""

    iri: str
    clause: str
    text: Text
    start: date | None


@dataclass(frozen=True)
class RuleBook:
    """Everything the engines and faces need to know about one policy document, in the document's order."""

    knowledge: Knowledge
    document: Document
    articles: tuple[Article, ...]
    provisions: dict[str, Provision]
    clauses: dict[str, Clause]
    groups: dict[str, Group]
    derived: dict[str, Derived]
    notices: tuple[Notice, ...]
    as_of_from: date
    periods_ending_from: date

    def clause(self, name: str) -> Clause:
        """A clause by id.

        Raises:
            CallError: there is no such clause; the nearest names are listed.
        """
        if name in self.clauses:
            return self.clauses[name]
        near = near_names(name, self.clauses, limit=8)
        raise CallError("unknown-clause-near" if near else "unknown-clause", clause=name, near=near)

    def article(self, number: int) -> Article:
        """An article by number.

        Raises:
            CallError: the document has no such article.
        """
        for article in self.articles:
            if article.number == number:
                return article
        raise CallError("unknown-article", number=number, first=self.articles[0].number, last=self.articles[-1].number)

    @cached_property
    def by_type(self) -> dict[str, tuple[Clause, ...]]:
        """Clauses that can concern a record of each type, in the document's order."""
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses.values():
            if clause.record_type:
                found.setdefault(clause.record_type, []).append(clause)
        return {name: tuple(clauses) for name, clauses in found.items()}

    @cached_property
    def group_of(self) -> dict[str, Group]:
        """The group of each clause that is a member of one."""
        return {member: group for group in self.groups.values() for member in group.members}


def read_rules(knowledge: Knowledge) -> RuleBook:
    """Read the rules once.

    Raises:
        KnowledgeError: a resource lacks what it needs, or a shape uses an unsupported constraint.
    """
    document = _document(knowledge)
    provisions = {p.id: p for p in sorted(_provisions(knowledge), key=lambda p: (p.start, p.end))}
    clauses = {c.id: c for c in sorted(_clauses(knowledge, provisions), key=lambda c: (c.position, c.id))}
    applicability = knowledge.instances(PKB.Applicability)
    if len(applicability) != 1:
        raise KnowledgeError("applicability-not-one", where=f"policy/{knowledge.policy}")
    return RuleBook(
        knowledge=knowledge,
        document=document,
        articles=tuple(sorted(_articles(knowledge, provisions, clauses), key=lambda a: a.number)),
        provisions=provisions,
        clauses=clauses,
        groups={g.id: g for g in _groups(knowledge, clauses)},
        derived={d.id: d for d in _derived(knowledge)},
        notices=tuple(_notices(knowledge, clauses)),
        as_of_from=_date(knowledge, applicability[0], PKB.asOfFrom),
        periods_ending_from=_date(knowledge, applicability[0], PKB.periodsEndingFrom),
    )


def _document(knowledge: Knowledge) -> Document:
    found = [
        s for s in knowledge.subjects(ELI.date_document) if knowledge.string(s, DCT.identifier) == knowledge.policy
    ]
    if len(found) != 1:
        raise KnowledgeError("no-document", where=f"policy/{knowledge.policy}/document.ttl", policy=knowledge.policy)
    iri = found[0]
    expires = knowledge.string(iri, ELI.date_no_longer_in_force)
    contact = knowledge.node(iri, ELI.responsibility_of_agent)
    return Document(
        slug=knowledge.policy,
        iri=iri.value,
        number=_need(knowledge, iri, ELI.number),
        title=knowledge.label(iri),
        date=_date(knowledge, iri, ELI.date_document),
        text=knowledge.source,
        expires=date.fromisoformat(expires) if expires else None,
        contact=_body(knowledge, contact) if contact else None,
        contact_is_inferred=ELI.responsibility_of_agent in knowledge.objects(iri, PKB.inferred),
    )


def _provisions(knowledge: Knowledge) -> list[Provision]:
    found = []
    for cls in (PKB.Provision, PKB.Structure):
        for iri in knowledge.instances(cls):
            quote, start, end = _anchor(knowledge, iri)
            kind = knowledge.node(iri, PKB.provisionType)
            part = knowledge.node(iri, ELI.is_part_of)
            found.append(
                Provision(
                    id=local(iri),
                    iri=iri.value,
                    part=local(part) if part else "",
                    number=int(knowledge.string(iri, ELI.number) or 0),
                    kind=local(kind) if kind else "",
                    label=knowledge.label(iri),
                    quote=quote,
                    start=start,
                    end=end,
                    cites=tuple(
                        (knowledge.string(node, ELI.number) or "", knowledge.label(node))
                        for node in knowledge.objects(iri, ELI.cites)
                        if isinstance(node, ox.NamedNode)
                    ),
                )
            )
    return found


def _anchor(knowledge: Knowledge, iri: ox.NamedNode) -> tuple[str, int, int]:
    anchor = knowledge.node(iri, DCT.source)
    quote, start, end = None, None, None
    for selector in knowledge.objects(anchor, OA.hasSelector) if anchor else []:
        if isinstance(selector, ox.NamedNode):
            quote = knowledge.string(selector, OA.exact) or quote
            start = knowledge.string(selector, OA.start) or start
            end = knowledge.string(selector, OA.end) or end
    if quote is None or start is None or end is None:
        raise KnowledgeError("provision-not-anchored", where=knowledge.locate(iri), resource=local(iri))
    return quote, int(start), int(end)


def _articles(knowledge: Knowledge, provisions: dict[str, Provision], clauses: dict[str, Clause]) -> list[Article]:
    found = []
    for iri in knowledge.subjects(ELI.is_part_of):
        part = knowledge.node(iri, ELI.is_part_of)
        number = knowledge.string(iri, ELI.number)
        parts = tuple(p.id for p in provisions.values() if p.part == local(iri))
        if (
            part is None
            or not parts
            or number is None
            or local(iri) in provisions
            or not knowledge.string(part, ELI.number)
        ):
            continue
        if knowledge.node(part, ELI.is_part_of) is None:
            continue
        found.append(
            Article(
                number=int(number),
                iri=iri.value,
                label=knowledge.label(iri),
                chapter=local(part),
                provisions=parts,
                clauses=tuple(c.id for c in clauses.values() if c.article == int(number)),
            )
        )
    return found


def _clauses(knowledge: Knowledge, provisions: dict[str, Provision]) -> list[Clause]:
    found = []
    for iri in knowledge.instances(PKB.Clause):
        sources = sorted(
            (local(cast(Term, t)) for t in knowledge.objects(iri, CV.hasLegalResource)),
            key=lambda name: _provision(knowledge, provisions, iri, name).start,
        )
        if not sources:
            raise KnowledgeError("cites-nothing", where=knowledge.locate(iri), resource=local(iri))
        first = provisions[sources[0]]
        record_type = knowledge.node(iri, PKB.recordType)
        shape = knowledge.node(iri, PKB.eligibility)
        options = [
            replace(option, condition=_in_order(option.condition, provisions) if option.condition else None)
            for option in (_option(knowledge, cast(ox.NamedNode, o)) for o in knowledge.objects(iri, CPSV.produces))
        ]
        combination = knowledge.node(iri, PKB.combination)
        beneficiary, payee = knowledge.node(iri, PKB.beneficiary), knowledge.node(iri, PKB.payee)
        fallback = knowledge.node(iri, PKB.fallback)
        found.append(
            Clause(
                id=_need(knowledge, iri, DCT.identifier),
                iri=iri.value,
                article=_article_number(knowledge, first),
                title=knowledge.label(iri),
                kind=local(knowledge.node(iri, PKB.clauseKind) or iri),
                provisions=tuple(sources),
                record_type=local(record_type) if record_type else None,
                root=_in_order(condition(knowledge, shape), provisions) if shape else None,
                options=tuple(options),
                combination=local(combination) if combination else "exclusive",
                exhaustive=knowledge.string(iri, PKB.exhaustive) == "true",
                beneficiary=knowledge.label(beneficiary) if beneficiary else None,
                payee=knowledge.label(payee) if payee else None,
                authority=tuple(
                    _body(knowledge, cast(ox.NamedNode, b)) for b in knowledge.objects(iri, CV.hasCompetentAuthority)
                ),
                inferred=tuple(local(cast(Term, p)) for p in knowledge.objects(iri, PKB.inferred)),
                fallback=local(fallback) if fallback else None,
                position=first.start,
                is_unstated=_is_unstated(knowledge, iri, has_options=bool(options)),
                counted=tuple(_counted(knowledge, iri)),
            )
        )
    return found


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
            places.append(provision.start + max(provision.quote.find(criterion.words), 0))
    return min(places, default=0)


def _provision(knowledge: Knowledge, provisions: dict[str, Provision], iri: Term, name: str) -> Provision:
    if name not in provisions:
        raise KnowledgeError("cites-no-provision", where=knowledge.locate(iri), resource=local(iri), name=name)
    return provisions[name]


def _article_number(knowledge: Knowledge, provision: Provision) -> int:
    part = knowledge.node(ox.NamedNode(provision.iri), ELI.is_part_of)
    number = knowledge.string(part, ELI.number) if part else None
    return int(number) if number else 0


def _body(knowledge: Knowledge, iri: ox.NamedNode) -> Body:
    return Body(local(iri), knowledge.label(iri))


def _option(knowledge: Knowledge, iri: ox.NamedNode) -> Option:
    def fact(predicate: ox.NamedNode) -> str | None:
        found = knowledge.node(iri, predicate)
        return local(found) if found else None

    def number(predicate: ox.NamedNode) -> Decimal | None:
        found = knowledge.value(iri, predicate)
        return Decimal(str(literal(found))) if isinstance(found, ox.Literal) else None

    shape = knowledge.node(iri, PKB.condition)
    source = knowledge.node(iri, DCT.source)
    return Option(
        iri=iri.value,
        label=knowledge.label(iri),
        condition=condition(knowledge, shape) if shape else None,
        kind=local(knowledge.node(iri, PKB.amountKind) or iri),  # type: ignore[arg-type]
        currency=_need(knowledge, iri, SCHEMA.currency),
        value=number(SCHEMA.value),
        rate=number(PKB.rate),
        base=fact(PKB.base),
        multiplier=fact(PKB.multiplier),
        divisor=fact(PKB.divisor),
        cap=number(SCHEMA.maxValue),
        floor=number(SCHEMA.minValue),
        agreed=fact(PKB.agreed),
        bands=tuple(_option(knowledge, cast(ox.NamedNode, b)) for b in knowledge.objects(iri, PKB.band)),
        provision=local(source) if source else "",
        words=knowledge.string(iri, PKB.words) or "",
    )


def _groups(knowledge: Knowledge, clauses: dict[str, Clause]) -> list[Group]:
    by_iri = {clause.iri: clause for clause in clauses.values()}
    found = []
    for iri in knowledge.instances(PKB.Group):
        members = [cast(ox.NamedNode, m).value for m in knowledge.objects(iri, PKB.member)]
        for member in members:
            if member not in by_iri:
                raise KnowledgeError(
                    "member-not-a-clause", where=knowledge.locate(iri), resource=local(iri), member=member
                )
        source = knowledge.node(iri, DCT.source)
        found.append(
            Group(
                id=_need(knowledge, iri, DCT.identifier),
                iri=iri.value,
                label=knowledge.label(iri),
                members=tuple(c.id for c in clauses.values() if c.iri in members),
                combination=local(knowledge.node(iri, PKB.combination) or iri),
                provision=local(source) if source else "",
                words=knowledge.string(iri, PKB.words) or "",
            )
        )
    return found


_DERIVATIONS = {
    "difference": (PKB.minuend, PKB.subtrahend),
    "stand-in": (PKB.stated, PKB.standIn),
    "final": (PKB.finalOf, PKB["from"]),
}


def _derived(knowledge: Knowledge) -> list[Derived]:
    found = []
    for iri in knowledge.instances(PKB.DerivedFact):
        for kind, predicates in _DERIVATIONS.items():
            inputs = [knowledge.node(iri, predicate) for predicate in predicates]
            # A stand-in whose second fact an overlay took away still copies the first.
            if inputs[0] is not None and (inputs[1] is not None or kind == "stand-in"):
                years = knowledge.string(iri, PKB.forYears)
                found.append(
                    Derived(
                        local(iri),
                        iri.value,
                        kind,
                        tuple(local(i) for i in inputs if i is not None),
                        int(years) if years else None,
                        knowledge.text(iri, PKB.presumption),
                    )
                )
                break
        else:
            raise KnowledgeError("not-derivable", where=knowledge.locate(iri), resource=local(iri))
    return found


def _notices(knowledge: Knowledge, clauses: dict[str, Clause]) -> list[Notice]:
    found = []
    for clause in clauses.values():
        for iri in knowledge.objects(ox.NamedNode(clause.iri), PKB.notice):
            named = cast(ox.NamedNode, iri)
            start = knowledge.string(named, PKB.noticeFrom)
            text = knowledge.text(named, RDFS.comment) or knowledge.label(named)
            found.append(Notice(named.value, clause.id, text, date.fromisoformat(start) if start else None))
    return found


def _need(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> str:
    found = knowledge.string(iri, predicate)
    if found is None:
        raise KnowledgeError(
            "lacks-property",
            where=knowledge.locate(iri),
            resource=local(iri),
            property=local(predicate),
            iri=predicate.value,
        )
    return found


def _date(knowledge: Knowledge, iri: ox.NamedNode, predicate: ox.NamedNode) -> date:
    return date.fromisoformat(_need(knowledge, iri, predicate))
