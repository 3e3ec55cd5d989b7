"""The front door where a knowledge base holds several documents: all of them that are in force answer together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from . import api
from . import arguments as given
from .answers.answer import Answer
from .answers.comparison import Comparison, compare, resources
from .answers.crossing import circle, out_of_scope
from .answers.deciders import with_deciders
from .answers.decisions import Decider
from .answers.digest import answer_hash
from .answers.held import Held
from .answers.joint import combined
from .answers.plain import record_hash
from .answers.run import Tick
from .answers.several import by_document, document_of, gathered, in_one_store, merged_book, qualified, unseen
from .answers.versions import refuse_future
from .api import Policykb
from .arguments import Day, Records
from .engines.near import NearMiss
from .errors import CallError, KnowledgeError, PolicykbError
from .law.fingerprint import JOINED
from .law.load import find_root, named, policies, standing
from .law.overlays import Overlay, Source, read_overlay
from .law.rules import RuleBook
from .model import Group, Lang, Record, Text
from .names import ID
from .wording.texts import Wording

__all__ = [
    "Shelf",
    "each",
    "load_documents",
    "shown",
    "told_book",
    "told_versions",
]


@dataclass(frozen=True)
class Shelf(Policykb):
    """Several documents, each loaded by itself; `book`, `vocabulary` and `knowledge` are those of all together.

    A document decides by its own rules and words alone. What it answers is gathered by subject with what the others
    say; where one document alone has something to say, its answer is the answer, to the last checksum.
    """

    documents: Mapping[str, Policykb] = field(default_factory=dict)

    def __reduce__(self) -> tuple[object, ...]:
        """See `Policykb`."""
        root, slugs = next(iter(self.documents.values())).knowledge.root, JOINED.join(self.documents)
        return partial(load_documents, as_of=self.day, engine=self.engine), (root, slugs, self.overlays)

    def run(self, records: Records, *, day: Day, tick: Tick | None, **flags: bool) -> Held:
        """The same to be given out in portions; it is held as a whole, since totals go over all documents."""
        said = {name: given.flag(name, value) for name, value in flags.items() if name != "sort"}
        found = Held(self._apply(records, day, said))
        if given.flag("sort", flags.get("sort", False)):
            found.sort()
        return found

    def _apply(self, records: Records, as_of: Day, flags: Mapping[str, Any], *, is_whole: bool = False) -> Answer:
        """Decide records; `is_whole` has even an answer of one document bear the names of an answer of several."""
        reading = self.reading_of(records)
        answers = {}
        for slug, kb in self.documents.items():
            known = tuple(record for record in reading.records if record.type in kb.vocabulary.record_types)
            own = replace(reading, records=known)
            answers[slug] = kb.run_apart(own, day=as_of, tick=None, **flags).answer()
        used = self._used(answers, flags["everything"])
        if len(used) == 1 and not is_whole:
            ((slug, alone),) = used.items()
            if len(alone.records) == len(reading.records):
                return combined(alone, self.documents[slug].last_version(alone).book)
        decided = _all_records(reading.records, used, flags["add_up"])
        last = {slug: kb.last_version(answers[slug]).book for slug, kb in self.documents.items()}
        is_amended = any(book is not self.documents[slug].book for slug, book in last.items())
        book = merged_book(last) if is_amended else self.book
        answer = gathered(used, decided, book, record_hash(decided), everything=flags["everything"])
        return replace(answer, receipt=replace(answer.receipt, answer=answer_hash(answer)))

    def _used(self, answers: Mapping[str, Answer], everything: bool) -> dict[str, Answer]:
        """The answers of documents that say something; where none does, of all of them."""
        speaking = {slug: {d.record for d in a.decisions if d.clause is not None} for slug, a in answers.items()}
        covering = {
            slug: {d.record for d in a.decisions if d.clause is not None and d.status != "not-in-force"}
            for slug, a in answers.items()
        }
        covered = {record for records in covering.values() for record in records}
        used = {
            slug: answer
            for slug, answer in answers.items()
            if covering[slug] or speaking[slug] - covered or (everything and speaking[slug])
        }
        return used or dict(answers)

    def told_by(self, policy: str) -> Policykb:
        """The one document that an answer comes from, else all of them; what names parts of the answer knows these."""
        return self.documents.get(policy, self)

    def near_misses(self, answer: Answer) -> list[NearMiss]:
        """The nearest single numbers that would make decisions eligible; see `Policykb.near_misses`."""
        teller = self.told_by(answer.receipt.policy)
        if teller is not self:
            return teller.near_misses(answer)
        return [
            qualified(slug)(miss)
            for slug, part in by_document(answer)
            for miss in self.documents[slug].near_misses(part)
        ]

    def answer_quads(self, answer: Answer) -> list[ox.Quad]:
        """An answer as quads; see `Policykb.answer_quads`."""
        from .reports.as_rdf import answer_quads

        given.instance("answer", answer, Answer, "kind-answer", "kb.answer_quads(kb.apply(records))")
        teller = self.told_by(answer.receipt.policy)
        if teller is not self:
            return teller.answer_quads(answer)
        return list(answer_quads(answer, self.book, self.near_misses(answer)))

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The graphs of all documents; what several describe stands in them once."""
        seen: set[tuple[object, object]] = set()
        merged = [quad for kb in self.documents.values() for quad in unseen(kb.quads, seen)]
        return tuple(with_deciders(merged, [kb.quads for kb in self.documents.values()]))

    def version(self, day: date | str | None) -> Policykb:
        """All documents with the amendments that are in force on a day."""
        when = None if day is None else given.day_of(day, "day") or date.min
        if when is not None and when not in self._versions:
            self._versions[when] = shelf({slug: kb.version(when) for slug, kb in self.documents.items()}, self.overlays)
        return self if when is None else self._versions[when]

    def book_of(self, record: Record, as_of: Day = None) -> object:  # type: ignore[override]
        """The rules that a record is decided under, of all documents."""
        return merged_book({slug: kb.book_of(record, as_of) for slug, kb in self.documents.items()})

    def compare(self, records: Records, other: Policykb, *, as_of: Day = None) -> Comparison:
        """How the answer about records differs under another set of overlays; see `Policykb.compare`."""
        given.instance("other", other, Shelf, "kind-knowledge", given.COMPARED)
        assert isinstance(other, Shelf)
        reading, flags = (
            self.reading_of(records),
            dict.fromkeys(("everything", "readings", "complete", "add_up"), False),
        )
        before, after = (side._apply(reading, as_of, flags, is_whole=True) for side in (self, other))
        clauses = dict.fromkeys(d.clause for d in (*before.decisions, *after.decisions) if d.clause is not None)
        named: dict[str, dict[str, bool]] = {}
        for side in (self, other):
            for slug, kb in side.documents.items():
                for one in (kb, *kb._versions.values()):
                    for clause in one.book.clauses:
                        of_clause, names = resources(one.book, clause), one.knowledge.restated
                        found = {name: is_amount for name, is_amount in of_clause.items() if name in names}
                        named.setdefault(f"{slug}/{clause}", {}).update(found)
        return compare(before, after, {clause: named.get(clause, {}) for clause in clauses})


def told_book(kb: Policykb) -> RuleBook:
    """The rules that an answer over records of several versions is told by: with what amendments add."""
    if isinstance(kb, Shelf):
        books = {slug: told_book(one) for slug, one in kb.documents.items()}
        return merged_book(books) if any(books[slug] is not one.book for slug, one in kb.documents.items()) else kb.book
    days = {one.valid_from for one in kb.knowledge.amendments if one.valid_from is not None}
    if not days:
        return kb.book
    later = [kb.version(day).book for day in sorted(days, reverse=True)]
    clauses = {name: clause for book in later for name, clause in book.clauses.items()} | kb.book.clauses
    groups = {name: group for book in later for name, group in book.groups.items()} | kb.book.groups
    joints = {name: group for book in later for name, group in book.joints.items()} | kb.book.joints
    provisions = {name: one for book in later for name, one in book.provisions.items()} | kb.book.provisions
    return replace(kb.book, provisions=provisions, clauses=clauses, groups=groups, joints=joints)


def each(kb: Policykb) -> tuple[Policykb, ...]:
    """The documents of a knowledge base, each by itself."""
    return tuple(kb.documents.values()) if isinstance(kb, Shelf) else (kb,)


def shown(kb: Policykb, day: date | None) -> tuple[Policykb, date | None]:
    """The rules as amended by a day, and that day; without one as first issued, or as of the last amendment asked for.

    Args:
        kb: the knowledge base as it was loaded, without a day.
        day: whose version is shown.

    Raises:
        CallError: an amendment that was asked for by name is of a later day.
    """
    amended = [one for document in each(kb) for one in document.knowledge.amendments]
    refuse_future(day, amended, kb.overlays)
    asked = {Path(source).name for source in kb.overlays if isinstance(source, str | Path)}
    on = day or max((start for one in amended if one.name in asked and (start := one.valid_from)), default=None)
    # Days between two amendments are of one version, and are loaded once.
    start = max((one.valid_from for one in _begun(amended, on) if one.valid_from), default=None)
    return kb.version(start), on


def told_versions(kb: Policykb, on: date | None, lang: Lang, option: str) -> tuple[str, ...]:
    """By which version the rules of a document are shown that was amended; of one that was not, nothing.

    Args:
        kb: the knowledge base.
        on: the day whose version is shown; None as first issued.
        lang: the reader's language.
        option: how a day is asked for.
    """
    say, found = kb.wording.say, []

    def told(amendments: Iterable[Overlay]) -> str:
        dated = [say("told-amendment", lang, label=one.label.get(lang), day=one.valid_from) for one in amendments]
        return say("told-semicolon", lang).join(dated)

    for one in each(kb):
        amendments = one.knowledge.amendments
        if begun := _begun(amendments, on):
            quoted = say("quoted-as-amended" if any(one.text for one in begun) else "quoted-as-issued", lang)
            found.append(say("shown-as-amended", lang, day=on, amendments=told(begun), quoted=quoted))
        elif amendments and on is not None:
            found.append(say("shown-before-amended", lang, day=on, amendments=told(amendments)))
        elif amendments:
            found.append(say("shown-as-issued", lang, amendments=told(amendments), option=option))
    return tuple(found)


def _begun(amendments: Iterable[Overlay], on: date | None) -> list[Overlay]:
    return [one for one in amendments if on is not None and one.valid_from is not None and one.valid_from <= on]


def load_documents(
    root: str | Path | None = None,
    policy: str | None = None,
    overlays: Source | Sequence[Source] = (),
    *,
    as_of: Day = None,
    engine: str | None = None,
) -> Policykb:
    """Load a knowledge base with every document in it, or with those that are named.

    Args:
        root: a folder with ontology/, policy/, shapes/ and queries/; the installed one if None.
        policy: the slug of a document, or of several with commas between; all that are no examples if None.
        overlays: readings as `READING:alt`, Turtle files, or scenarios; each goes to the documents that it is about.
        as_of: the day whose amendments are in force, a date or text in ISO form; the text as first issued if None.
        engine: what decides, `sparql` or `columns`; if None SPARQL a handful of records, and columns many.

    Raises:
        CallError: an argument is of a kind that it does not take, or the engine is not installed.
        PolicykbError: the knowledge base cannot be used; the message says where and how to mend it.
    """
    folder, sources = find_root(given.folder_of(root)), given.sources_of(overlays)
    known = policies(folder)
    slugs = standing(folder) if policy is None else named(str(policy))
    if len(slugs) < 2:
        one = slugs[0] if isinstance(policy, str) else policy
        return api.load_policykb(root, one, sources, as_of=as_of, engine=engine)
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise CallError("unknown-policy", policy=unknown[0], known=known)
    about = {source: _about(folder, slugs, source) for source in sources}
    own = {slug: [one for one in sources if slug in about[one]] for slug in slugs}
    loaded = {slug: api.load_policykb(folder, slug, own[slug], as_of=as_of, engine=engine) for slug in slugs}
    return shelf(loaded, sources)


def shelf(documents: Mapping[str, Policykb], overlays: tuple[Source, ...]) -> Shelf:
    """Documents that are loaded, together."""
    book = merged_book({slug: kb.book for slug, kb in documents.items()})
    for group in book.joints.values():
        unknown = [one for one in group.external if document_of(one) in documents and one not in book.clauses]
        if unknown:
            where = _place(documents, group)
            raise KnowledgeError("member-not-a-clause", where=where, resource=group.id, member=unknown[0])
    if (found := circle(book.joints.values())) is not None:
        one, other = found
        raise KnowledgeError("caps-in-a-circle", where=_place(documents, other), resource=other.id, other=one.id)
    if (found := out_of_scope(book.joints.values())) is not None:
        one, other = found
        raise KnowledgeError("cap-within-choice", where=_place(documents, other), resource=other.id, other=one.id)
    first = next(iter(documents.values()))
    texts = {name: text for kb in (*documents.values(), first) for name, text in kb.wording.texts.items()}
    wording = Wording(texts)
    decider = Decider(book, book.vocabulary, book.record_rules, wording, first.decider.engine)
    asked = overlays, first.engine, first.day
    knowledge = in_one_store([kb.knowledge for kb in documents.values()])
    return Shelf(knowledge, book, book.vocabulary, wording, decider, *asked, documents=documents)


def _place(documents: Mapping[str, Policykb], group: Group) -> str | Text:
    return documents[document_of(group.id)].knowledge.locate(ox.NamedNode(group.iri))


def _all_records(read: Sequence[Record], used: Mapping[str, Answer], add_up: bool) -> Sequence[Record]:
    """The records with what was derived or added up, those of each document's types among them."""
    longest = max((answer.records for answer in used.values()), key=len)
    if add_up or len(longest) == len(read):
        return longest
    known = {record.id: record for answer in used.values() for record in answer.records}
    return tuple(known.get(record.id, record) for record in read)


def _about(root: Path, slugs: Sequence[str], source: Source) -> tuple[str, ...]:
    """The documents that an overlay is about: those whose resources it restates, else all that know it.

    Raises:
        PolicykbError: no document knows it; what the first says of that.
    """
    knowing, faults = [], []
    for slug in slugs:
        try:
            stated = read_overlay(root, slug, source).subjects
        except PolicykbError as fault:
            faults.append(fault)
            continue
        knowing.append(slug)
        own = [s for s in slugs if any(iri.value.startswith(f"{ID}{s}/") for iri in stated)]
        if own:
            return tuple(own)
    if not knowing:
        raise faults[0]
    return tuple(knowing)
