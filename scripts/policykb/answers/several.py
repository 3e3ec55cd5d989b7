"""Several documents in one answer: what each of them names bears the name of the document, so that none is another's.

A clause, group, provision or article part of a document is called `slug/name` where several documents answer together;
everything else (facts, record types, bodies) is shared by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

import pyoxigraph as ox

from ..law.data_rules import RecordRules
from ..law.fingerprint import JOINED, gathered_origin, joined, one_hash
from ..law.knowledge import Knowledge
from ..law.receipt import Receipt
from ..law.rules import RuleBook
from ..model import Decision, Document, Group, Record, Text, Vocabulary
from ..names import PKB, SH
from .answer import Answer
from .crossing import in_order
from .deciders import facts_decided, with_deciders
from .grouping import totals_by_subject
from .joint import combined

__all__ = [
    "document_of",
    "gathered",
    "in_one_store",
    "merged_book",
    "merged_vocabulary",
    "own",
    "qualified",
]

T = TypeVar("T")
_NAMES = {
    "Criterion": ("provision",),
    "Option": ("provision",),
    "Clause": ("id", "provisions", "fallback"),
    "Provision": ("id", "part"),
    "Article": ("chapter", "provisions", "clauses"),
    "Group": ("id", "members", "provision", "inner", "excluding"),
    "Envelope": ("members",),
    "Notice": ("clause",),
    "Reading": ("id", "provisions"),
    "Decision": ("clause", "suppressed_by", "readings"),
    "Entitlement": ("clause", "group"),
    "GroupDecision": ("group", "winner"),
    "JointDecision": ("group",),
    "JointMember": ("clause",),
    "NearMiss": ("clause",),
    "Advice": (),
    "Way": (),
    "Cliff": (),
    "Change": (),
    "Node": (),
    "CriterionResult": (),
    "ConditionResult": (),
    "OptionResult": (),
}
"""The fields that name parts of a document, of the classes that name any or hold what does."""


def qualified(slug: str) -> Callable[[T], T]:
    """A function that calls all that something names by the name of its document."""
    return _Renamed(lambda name: f"{slug}/{name}" if name and not document_of(name) else name)


def own(name: str) -> str:
    """The name that a part has within its document."""
    return name.rpartition("/")[2]


def document_of(name: str) -> str:
    """The slug of the document that a qualified name belongs to, empty where it is not qualified."""
    return name.rpartition("/")[0]


class _Renamed:
    """Renames in whatever holds names, and keeps what it made: many decisions rest on one criterion."""

    def __init__(self, rename: Callable[[str], str]) -> None:
        self.rename = rename
        self._made: dict[int, tuple[object, object]] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self(one) for one in value)
        names = _NAMES.get(type(value).__name__) if is_dataclass(value) else None
        if names is None:
            return value
        if id(value) not in self._made:
            found = {each.name: getattr(value, each.name) for each in fields(value)}
            changed = {name: self._named(part) if name in names else self(part) for name, part in found.items()}
            self._made[id(value)] = value, replace(value, **changed)
        return self._made[id(value)][1]

    def _named(self, part: Any) -> Any:
        return tuple(map(self.rename, part)) if isinstance(part, tuple) else part and self.rename(part)


def unqualified() -> Callable[[T], T]:
    """A function that calls all that something names as its document does."""
    return _Renamed(own)


# --- Rules --------------------------------------------------------------------------------------------------------


def merged_book(books: Mapping[str, RuleBook]) -> RuleBook:
    """The rules of several documents side by side, for what is said about them; no engine decides by it."""
    each = {slug: _qualified_book(book, slug) for slug, book in books.items()}
    whole, first = list(each.values()), next(iter(each.values()))
    documents = tuple(book.document for book in whole)
    vocabulary = merged_vocabulary([book.vocabulary for book in whole])
    return replace(
        first,
        origin=gathered_origin([book.origin for book in whole]),
        document=_together(documents),
        documents=documents,
        articles=tuple(article for book in whole for article in book.articles),
        provisions={name: one for book in whole for name, one in book.provisions.items()},
        clauses={name: one for book in whole for name, one in book.clauses.items()},
        groups={name: one for book in whole for name, one in book.groups.items()},
        joints={one.id: one for one in in_order(_with_others(whole))},
        derived={name: one for book in whole for name, one in book.derived.items()},
        notices=tuple(notice for book in whole for notice in book.notices),
        vocabulary=replace(vocabulary, facts=facts_decided(whole, vocabulary.facts)),
        record_rules=_merged_rules([book.record_rules for book in whole]),
        remarks=_union(book.remarks for book in whole),
        readings=tuple(reading for book in whole for reading in book.readings),
        envelopes=tuple(dict.fromkeys(one for book in whole for one in book.envelopes)),
        amendments=_union(book.amendments for book in whole),
    )


def _with_others(books: Sequence[RuleBook]) -> list[Group]:
    """The groups over several records of all documents, with their members of other ones among these."""
    known = {name for book in books for name in book.clauses}
    return [
        replace(one, members=(*one.members, *(name for name in one.external if name in known)))
        for book in books
        for one in book.joints.values()
    ]


def _qualified_book(book: RuleBook, slug: str) -> RuleBook:
    call = qualified(slug)
    return replace(
        book,
        articles=call(book.articles),
        provisions={f"{slug}/{name}": call(one) for name, one in book.provisions.items()},
        clauses={f"{slug}/{name}": call(one) for name, one in book.clauses.items()},
        groups={f"{slug}/{name}": call(one) for name, one in book.groups.items()},
        joints={f"{slug}/{name}": call(one) for name, one in book.joints.items()},
        notices=call(book.notices),
        readings=call(book.readings),
        envelopes=call(book.envelopes),
    )


def _together(documents: Sequence[Document]) -> Document:
    """The documents under one head: their numbers and titles in a row, and all of their words."""
    return replace(
        documents[0],
        slug=JOINED.join(one.slug for one in documents),
        number="、".join(one.number for one in documents),
        numbers=tuple(number for one in documents for number in one.numbers),
        title=Text("、".join(one.title.zh for one in documents), ", ".join(one.title.en for one in documents)),
        text="\n".join(one.text for one in documents),
        expires=None,
        contact=None,
        contact_is_inferred=False,
    )


def merged_vocabulary(all_: Sequence[Vocabulary]) -> Vocabulary:
    """What records of any of the documents can state; what several share is the same in each."""
    found = {name: _union(getattr(one, name) for one in all_) for name in (each.name for each in fields(Vocabulary))}
    # A body of one document is named by that document alone; to the others it is the end of its address.
    found["bodies"] |= {iri: body for one in all_ for iri, body in one.bodies.items() if body.label.zh != body.id}
    return Vocabulary(**found)


def _merged_rules(all_: Sequence[RecordRules]) -> RecordRules:
    return replace(all_[0], types=_union(one.types for one in all_))


def _union(maps: Iterable[Mapping[Any, Any]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for one in maps:
        for name, value in one.items():
            found.setdefault(name, value)
    return found


@dataclass(frozen=True)
class _Joined(Knowledge):
    """Several documents, whose graphs are brought together when the store is asked for: few answers need it.

    Until then the store of the first document stands in its place where one is made.
    """

    documents: Sequence[Knowledge] = ()

    def __post_init__(self) -> None:
        if self.store is self.documents[0].store:
            del vars(self)["store"]

    def __getattr__(self, name: str) -> ox.Store:
        if name != "store":
            raise AttributeError(name)
        store, seen = ox.Store(), set[tuple[object, object]]()
        merged = [quad for knowledge in self.documents for quad in unseen(knowledge.store, seen)]
        store.extend(with_deciders(merged, [_deciding(knowledge) for knowledge in self.documents]))
        vars(self)["store"] = store
        return store


def in_one_store(all_: Sequence[Knowledge]) -> Knowledge:
    """The graphs of several documents in one store; what several describe stands in it once."""
    first = _Joined(**{field.name: getattr(all_[0], field.name) for field in fields(Knowledge)}, documents=tuple(all_))
    return replace(
        first,
        policy=JOINED.join(one.policy for one in all_),
        store=all_[0].store,
        files=tuple(dict.fromkeys(path for one in all_ for path in one.files)),
        overlays=tuple(dict.fromkeys(name for one in all_ for name in one.overlays)),
        parts=joined([one.parts for one in all_]),
        restated=tuple(name for one in all_ for name in one.restated),
        amendments=tuple(overlay for one in all_ for overlay in one.amendments),
        applied=tuple(dict.fromkeys(overlay for one in all_ for overlay in one.applied)),
        added=partial(_derived, tuple(all_)),
    )


def _derived(all_: Sequence[Knowledge]) -> tuple[ox.Triple, ...]:
    return tuple(dict.fromkeys(triple for one in all_ for triple in one.derived))


def _deciding(knowledge: Knowledge) -> Iterator[ox.Quad]:
    for predicate in (PKB.decidedBy, SH.path):
        yield from knowledge.store.quads_for_pattern(None, predicate, None)


def unseen(quads: Iterable[ox.Quad], seen: set[tuple[object, object]]) -> list[ox.Quad]:
    """The quads whose subject was described in no graph of the same name before, with the nameless parts of such.

    Args:
        quads: what one document says.
        seen: subject and graph of what the documents before it said; what this one says is added.
    """
    found = list(quads)
    owners = {quad.object: quad.subject for quad in found if isinstance(quad.object, ox.BlankNode)}
    kept, mine = [], set()
    for quad in found:
        subject: object = quad.subject
        while isinstance(subject, ox.BlankNode) and subject in owners:
            subject = owners[subject]
        key = (subject, quad.graph_name)
        if key not in seen:
            kept.append(quad)
            mine.add(key)
    seen |= mine
    return kept


# --- Answers ------------------------------------------------------------------------------------------------------


def gathered(
    answers: Mapping[str, Answer], records: Sequence[Record], book: RuleBook, record_hash: str, *, everything: bool
) -> Answer:
    """The answers of several documents about the same records as one; totals are gathered by subject over all.

    Args:
        answers: by slug, what each document that was used says of each record by itself.
        records: all records, in their order.
        book: the rules of the documents together.
        record_hash: the checksum of all records.
        everything: keep also what a document that is not in force says of a record that another one decides.
    """
    wrong = _wrong(answers)
    covered = {d.record for a in answers.values() for d in a.decisions if d.clause and d.status != "not-in-force"}
    decisions: dict[str, list[Decision]] = {record.id: list(wrong.get(record.id, ())) for record in records}
    groups, counted = [], []
    for slug, answer in answers.items():
        call = qualified(slug)
        for decision in answer.decisions:
            is_idle = decision.status == "not-in-force" and decision.record in covered and not everything
            if decision.record not in wrong and not is_idle:
                decisions[decision.record].append(call(decision))
        groups += [call(group) for group in answer.groups if group.record not in wrong]
        counted += [call(one) for one in answer.entitlements if one.record not in wrong]
    order = {name: place for place, name in enumerate(decisions)}
    decided = tuple(decision for own_ in decisions.values() for decision in own_)
    entitlements = tuple(sorted(counted, key=lambda one: order[one.record]))
    granting = {clause.id for clause in book.clauses.values() if clause.options}
    whole = Answer(
        _receipt([answer.receipt for answer in answers.values()], record_hash),
        tuple(records),
        decided,
        tuple(sorted(groups, key=lambda group: order[group.record])),
        entitlements,
        totals_by_subject(records, decided, entitlements, granting, book.record_rules.uniqueness.forms),
        tuple(dict.fromkeys(finding for answer in answers.values() for finding in answer.findings)),
    )
    return combined(whole, book)


def _wrong(answers: Mapping[str, Answer]) -> dict[str, list[Decision]]:
    """What is said of each record whose data are wrong by the rules of any document: it is decided by none."""
    found: dict[str, list[Decision]] = {}
    for answer in answers.values():
        mine: dict[str, list[Decision]] = {}
        for decision in answer.decisions:
            if decision.clause is None:
                mine.setdefault(decision.record, []).append(decision)
        for name, decisions in mine.items():
            found.setdefault(name, decisions)
    return found


def _receipt(receipts: Sequence[Receipt], records: str) -> Receipt:
    """What an answer of several documents rests on: the rules of all of them."""
    return replace(
        receipts[0],
        rules=one_hash(one.rules for one in receipts),
        records=records,
        overlays=tuple(dict.fromkeys(name for one in receipts for name in one.overlays)),
        policy=JOINED.join(one.policy for one in receipts),
        parts=joined([one.parts for one in receipts]),
    )


def by_document(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """A gathered answer apart again: for each document its decisions, by the names that it gives itself."""
    call = unqualified()
    slugs = dict.fromkeys(document_of(decision.clause) for decision in answer.decisions if decision.clause)
    for slug in slugs:
        mine = tuple(call(d) for d in answer.decisions if d.clause is not None and document_of(d.clause) == slug)
        yield slug, replace(answer, decisions=mine)
