"""Read the rules of a loaded knowledge base: the document's parts, its clauses, amounts and combinations."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pyoxigraph as ox

from ..errors import CallError, Faults, KnowledgeError
from ..model import Article, Clause, Document, Envelope, Group, Provision, Text, Vocabulary
from ..names import DCT, ELI, OA, PKB, RDF
from ..wording.spelling import near_names
from .clauses import Notice, read_clauses, read_notices
from .closed import closed_faults, unreadable_faults
from .criteria import Declared
from .data_rules import RecordRules
from .data_shapes import read_record_rules
from .decidable import decidable_faults
from .derivations import Derived, read_derivation
from .document import amendment_faults, read_applicability, read_document
from .envelopes import read_envelopes
from .fingerprint import Origin
from .groups import read_groups
from .identity import identity_faults
from .knowledge import Knowledge, local
from .readings import Reading, read_readings
from .statements import day_of, whole_of
from .unknown import told_by_name
from .vocabulary import read_vocabulary

__all__ = ["Derived", "Notice", "RuleBook", "read_rules"]


@dataclass(frozen=True)
class RuleBook:
    """Everything the engines and faces need to know about one policy document, in the document's order.

    `groups` are those that are decided with each record; `joints` combine what is decided of several records. `remarks`
    are what an answer says where a criterion is presumed met or a derived fact stands in, by the IRI of that;
    `readings` the open points of the text.
    """

    origin: Origin
    document: Document
    articles: tuple[Article, ...]
    provisions: dict[str, Provision]
    clauses: dict[str, Clause]
    groups: dict[str, Group]
    joints: dict[str, Group]
    derived: dict[str, Derived]
    notices: tuple[Notice, ...]
    as_of_from: date
    periods_ending_from: date
    in_force_through: date | None
    vocabulary: Vocabulary
    record_rules: RecordRules
    remarks: Mapping[str, Text]
    readings: tuple[Reading, ...]
    envelopes: tuple[Envelope, ...] = ()
    amendments: Mapping[str, tuple[Text, date]] = field(default_factory=dict)
    """By name what the amendments that are known are called, and from which day each applies."""
    documents: tuple[Document, ...] = ()
    """The documents one by one, where several answer together."""

    def document_of(self, part: Clause | Article) -> Document:
        """The document that a clause or an article stands in."""
        return next((one for one in self.documents if part.iri.startswith(f"{one.iri}/")), self.document)

    def clause(self, name: str) -> Clause:
        """A clause by id.

        Raises:
            CallError: there is no such clause; the nearest names are listed.
        """
        same = _named(name, self.clauses)
        if len(same) == 1:
            return self.clauses[same[0]]
        near = same or near_names(name, self.clauses, limit=8)
        raise CallError("unknown-clause-near" if near else "unknown-clause", clause=name, near=near)

    def article(self, number: int) -> Article:
        """An article by its place among all of the document.

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

    @property
    def is_summed(self) -> bool:
        """Whether some of its rules are about several records together, so that the answer is held as a whole."""
        return bool(self.joints or self.envelopes)

    @property
    def every_group(self) -> tuple[Group, ...]:
        """The groups of either kind."""
        return *self.groups.values(), *self.joints.values()

    def is_amending(self, name: str) -> bool:
        """Whether a provision is quoted from the text of an amendment."""
        return name in self.provisions and self.provisions[name].is_amending

    def title(self, name: str) -> Text:
        """What a clause is called, or a group of either kind."""
        return self.clauses[name].title if name in self.clauses else self.group(name).label

    def group_named(self, name: str) -> Group | None:
        """The group that is called so, if exactly one is, as answers list groups beside clauses."""
        same = _named(name, (*self.groups, *self.joints))
        return self.group(same[0]) if len(same) == 1 else None

    def group(self, name: str) -> Group:
        """A group of either kind by its id."""
        return self.groups[name] if name in self.groups else self.joints[name]

    def is_excluded(self, clause: str, by: str) -> bool:
        """Whether a clause is not had where another one is, whichever gives more."""
        return any(by in group.excluding and clause in group.members for group in self.joints.values())

    def is_chosen(self, clause: str, by: str) -> bool:
        """Whether one of two clauses is had by choice."""
        both = {clause, by}
        return any(group.combination == "choice" and both <= {*group.members} for group in self.joints.values())

    @cached_property
    def joints_behind(self) -> dict[str, tuple[Group, ...]]:
        """The groups over several records, by the last clause that each of them binds."""
        found: dict[str, list[Group]] = {}
        order = {name: place for place, name in enumerate(self.clauses)}
        for group in self.joints.values():
            found.setdefault(max(group.members, key=lambda name: order.get(name, -1)), []).append(group)
        return {name: tuple(groups) for name, groups in found.items()}

    @cached_property
    def group_of(self) -> dict[str, Group]:
        """The group of each clause that is a member of one."""
        return {member: group for group in self.groups.values() for member in group.members}


def _named(name: str, known: Collection[str]) -> list[str]:
    """The parts that are called so: of several documents with its own, or by itself where no other has the name."""
    return [name] if name in known else [one for one in known if one.rpartition("/")[2] == name]


def read_rules(knowledge: Knowledge) -> RuleBook:
    """Read the rules once, and refuse what no engine reads, or what they would not decide alike.

    Raises:
        KnowledgeError: something stands where nothing reads it, lacks what it needs, or cannot be decided; all such
            faults of the knowledge base at once, each with its place.
    """
    closed = [] if knowledge.sound is knowledge.store else closed_faults(knowledge)
    try:
        return _looked_through(knowledge, closed)
    except KnowledgeError as fault:
        told = Faults()
        told.add(told_by_name(knowledge, fault, closed, lambda k: _looked_through(k, closed_faults(k))))
        told.refuse()
        raise


def _looked_through(knowledge: Knowledge, closed: Sequence[KnowledgeError]) -> RuleBook:
    """The rules, once all has been looked through."""
    faults = Faults()
    if knowledge.sound is not knowledge.store:
        faults.add(closed)
        faults.add(identity_faults(knowledge))
    try:
        return _read(knowledge, faults)
    except (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        faults.add(unreadable_faults(knowledge))
        faults.refuse()  # what a reader stumbled over is one of these
        raise


def _read(knowledge: Knowledge, faults: Faults) -> RuleBook:
    """The rules, with the faults found before."""
    vocabulary = faults.attempt(read_vocabulary, knowledge)
    record_rules = faults.attempt(read_record_rules, knowledge)
    document = faults.attempt(read_document, knowledge)
    period = faults.attempt(read_applicability, knowledge)
    if period is not None:
        faults.add(amendment_faults(knowledge, period[0], period[2]))
    provisions = {p.id: p for p in sorted(_provisions(knowledge, faults), key=lambda p: (p.order, p.end))}
    found = read_clauses(knowledge, provisions, faults)
    clauses = {c.id: c for c in sorted(found, key=lambda c: (c.position, c.id))}
    bound = {g.id: g for g in read_groups(knowledge, clauses, faults)}
    envelopes = read_envelopes(knowledge, clauses, faults)
    derived = {d.id: d for d in _derived(knowledge, faults)}
    articles = faults.attempt(_articles, knowledge, provisions, clauses)
    notices = faults.attempt(read_notices, knowledge, clauses)
    readings = faults.attempt(read_readings, knowledge)
    if vocabulary is not None and record_rules is not None:
        declared = Declared(knowledge, vocabulary, record_rules)
        faults.add(decidable_faults(declared, vocabulary, clauses, bound, derived))
    if not len(faults):
        faults.add((*knowledge.unread, *unreadable_faults(knowledge)))
    faults.refuse()
    assert document and period and vocabulary and record_rules
    assert articles is not None and notices is not None and readings is not None
    return RuleBook(
        origin=knowledge.origin,
        document=document,
        articles=articles,
        provisions=provisions,
        clauses=clauses,
        groups={name: group for name, group in bound.items() if not group.is_joint},
        joints={name: group for name, group in bound.items() if group.is_joint},
        derived=derived,
        notices=(*notices, *(Notice(g.iri, c, g.label, None) for g in bound.values() if g.is_joint for c in g.members)),
        as_of_from=period[0],
        periods_ending_from=period[1],
        in_force_through=period[2],
        vocabulary=vocabulary,
        record_rules=record_rules,
        remarks=_remarks(knowledge, derived),
        readings=readings,
        envelopes=envelopes,
        amendments={o.name: (o.label, o.valid_from) for o in knowledge.amendments if o.valid_from is not None},
    )


def _remarks(knowledge: Knowledge, derived: Mapping[str, Derived]) -> dict[str, Text]:
    """What is said of a presumption, or by default the name of what is derived."""
    stated = {one: knowledge.text(one, PKB.presumption) for one in knowledge.subjects(PKB.presumption)}
    names = {one.iri: knowledge.label(ox.NamedNode(one.iri)) for one in derived.values()}
    return names | {iri.value: text for iri, text in stated.items() if text is not None}


def _provisions(knowledge: Knowledge, faults: Faults) -> list[Provision]:
    nodes = [iri for cls in (PKB.Provision, PKB.Structure) for iri in knowledge.instances(cls)]
    found = (faults.attempt(_provision, knowledge, iri, faults) for iri in nodes)
    return [provision for provision in found if provision is not None]


def _provision(knowledge: Knowledge, iri: ox.NamedNode, faults: Faults) -> Provision:
    # A provision that is not anchored is one all the same: whoever cites it makes no fault.
    quote, start, end = faults.attempt(_anchor, knowledge, iri) or ("", 0, 0)
    kind = knowledge.node(iri, PKB.provisionType)
    part = knowledge.node(iri, ELI.is_part_of)
    return Provision(
        id=local(iri),
        iri=iri.value,
        part=local(part) if part else "",
        number=whole_of(knowledge, iri, ELI.number) or 0,
        kind=local(kind) if kind else "",
        label=knowledge.label(iri),
        place=knowledge.label(part or iri),
        quote=quote,
        start=start,
        end=end,
        order=knowledge.quoted_from(part)[1] + start,
        cites=tuple(
            (knowledge.string(node, ELI.number) or "", knowledge.label(node))
            for node in knowledge.objects(iri, ELI.cites)
            if isinstance(node, ox.NamedNode)
        ),
        deadline=day_of(knowledge, iri, PKB.deadline) if knowledge.objects(iri, PKB.deadline) else None,
        translations=_translations(knowledge, iri),
    )


def _translations(knowledge: Knowledge, iri: ox.NamedNode) -> tuple[tuple[str, str], ...]:
    """The translations of a provision by language; of one that an overlay words anew nobody made any."""
    if local(iri) in knowledge.restated:
        return ()
    values = (t for node in knowledge.subjects(PKB.translationOf, iri) for t in knowledge.objects(node, RDF.value))
    return tuple(sorted((t.language, t.value) for t in values if isinstance(t, ox.Literal) and t.language))


def _anchor(knowledge: Knowledge, iri: ox.NamedNode) -> tuple[str, int, int]:
    anchor = knowledge.node(iri, DCT.source)
    quote, start, end = None, None, None
    for selector in knowledge.objects(anchor, OA.hasSelector) if anchor else []:
        if isinstance(selector, ox.NamedNode):
            quote = knowledge.string(selector, OA.exact) or quote
            start = whole_of(knowledge, selector, OA.start) if start is None else start
            end = whole_of(knowledge, selector, OA.end) if end is None else end
    if quote is None or start is None or end is None:
        raise _not_anchored(knowledge, iri)
    return quote, start, end


def _not_anchored(knowledge: Knowledge, iri: ox.NamedNode) -> KnowledgeError:
    """Why a provision or structure has no place in the text."""
    quote, stated = knowledge.string(iri, PKB.quote), knowledge.string(iri, OA.start)
    if quote is None:
        return KnowledgeError("provision-not-anchored", where=knowledge.locate(iri), resource=local(iri))
    part = knowledge.node(iri, ELI.is_part_of)
    if part in knowledge.instances(PKB.Overlay) and part not in knowledge.amending:
        return KnowledgeError("amendment-without-text", where=knowledge.locate(iri, PKB.quote), resource=local(iri))
    where, short = knowledge.locate(iri, PKB.quote), f"{quote[:40]}…" if len(quote) > 40 else quote
    starts = [found.start() for found in re.finditer(re.escape(quote), knowledge.quoted_from(part)[0])]
    file = next((one.text_file.name for one in knowledge.applied if one.text_file and part in one.texts), "source.txt")
    if not starts:
        return KnowledgeError("quote-not-in-text", where=where, resource=local(iri), quote=short, file=file)
    if stated is None:
        return KnowledgeError("quote-repeated", where=where, resource=local(iri), quote=short, file=file, starts=starts)
    where = knowledge.locate(iri, OA.start)
    return KnowledgeError("quote-elsewhere", where=where, resource=local(iri), start=stated, starts=starts)


def _articles(
    knowledge: Knowledge, provisions: dict[str, Provision], clauses: dict[str, Clause]
) -> tuple[Article, ...]:
    parts: dict[str, list[str]] = {}
    for provision in provisions.values():
        parts.setdefault(provision.part, []).append(provision.id)
    found = []
    for iri in knowledge.subjects(ELI.is_part_of):
        name = local(iri)
        part = knowledge.node(iri, ELI.is_part_of)
        # An article has a number and provisions; a chapter has a heading alone.
        if part is None or name in provisions or not any(provisions[one].kind for one in parts.get(name, ())):
            continue
        number = whole_of(knowledge, iri, ELI.number)
        if number is None:
            continue
        found.append(
            Article(
                number=number,
                iri=iri.value,
                label=knowledge.label(iri),
                chapter=local(part),
                provisions=tuple(parts[name]),
                clauses=tuple(c.id for c in clauses.values() if c.article == number),
            )
        )
    return tuple(sorted(found, key=lambda article: article.number))


def _derived(knowledge: Knowledge, faults: Faults) -> list[Derived]:
    found = (faults.attempt(read_derivation, knowledge, iri) for iri in knowledge.instances(PKB.DerivedFact))
    return [derived for derived in found if derived is not None]
