"""The knowledge base in one store: what a resource says, where it is written, and how it is named."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ..doors.files import read_bytes, read_text
from ..errors import KnowledgeError
from ..model import Text
from ..names import DCT, RDF, RDFS, SH, SKOS, XSD
from ..wording.catalogue import at
from .fingerprint import Fingerprint, Origin
from .overlays import Overlay, local_name
from .turtle import statements

__all__ = ["Knowledge", "Term", "local"]

Term = ox.NamedNode | ox.BlankNode


_TYPE = RDF.type


@dataclass(frozen=True)
class Knowledge:
    """A loaded knowledge base: the default graph of `store` holds everything, overlays applied, completed.

    `parts` are the checksums of all that decides: the files, queries and overlays that were loaded, and the text;
    `restated` the local names of what the overlays replaced; `amendments` all dated overlays that are known, whether in
    force or not; `applied` the overlays that were applied, in their order; `again` the resources that stand in more
    than one place; `unreadable` the statements whose literal has no value of its datatype; `unread` the faults of what
    overlays state and no clause or group comes by; `added` gives the statements that nobody wrote; `sound` is the
    store, where it was looked through before and no fault was found.
    """

    root: Path
    policy: str
    store: ox.Store
    files: tuple[Path, ...]
    overlays: tuple[str, ...]
    parts: Fingerprint
    restated: tuple[str, ...] = ()
    amendments: tuple[Overlay, ...] = ()
    applied: tuple[Overlay, ...] = ()
    again: tuple[ox.NamedNode, ...] = ()
    unreadable: tuple[tuple[Term, ox.NamedNode, ox.Literal], ...] = ()
    unread: tuple[KnowledgeError, ...] = ()
    added: Callable[[], tuple[ox.Triple, ...]] = tuple
    sound: ox.Store | None = None

    @cached_property
    def derived(self) -> tuple[ox.Triple, ...]:
        """The statements that nobody wrote, since they follow from the others."""
        return self.added()

    @property
    def origin(self) -> Origin:
        """Where it was loaded from."""
        return Origin(self.root, self.policy, self.parts, self.overlays)

    @property
    def rules_hash(self) -> str:
        """The SHA-256 over all that decides."""
        return self.parts.whole

    @cached_property
    def source(self) -> str:
        """The official text, byte for byte as it was published."""
        return read_text(self.root / "policy" / self.policy / "source.txt")

    @cached_property
    def amending(self) -> dict[ox.NamedNode, str]:
        """The official texts of the amendments that were applied, in their order, where they have one."""
        return {head: text for overlay in self.applied for head, text in overlay.texts.items()}

    def quoted_from(self, part: Term | None) -> tuple[str, int]:
        """The text that what belongs to a part is quoted from, and how many characters the texts before it have."""
        texts = list(self.amending.items())
        place = next((place for place, (head, _) in enumerate(texts) if head == part), None)
        if place is None:
            return self.source, 0
        return texts[place][1], len(self.source) + sum(len(text) for _, text in texts[:place])

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """All objects of a subject and predicate, named ones and literals sorted by value."""
        found = [quad.object for quad in self.store.quads_for_pattern(subject, predicate, None)]
        if len(found) > 1:
            found.sort(key=lambda term: term.value)  # type: ignore[union-attr]
        return found  # type: ignore[return-value]

    def value(self, subject: Term, predicate: ox.NamedNode) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        """The one object of a subject and predicate, or None.

        Raises:
            KnowledgeError: there are several.
        """
        found = self.objects(subject, predicate)
        if len(found) > 1:
            raise self.several(subject, predicate, found)
        return found[0] if found else None

    def several(
        self,
        subject: Term,
        predicate: ox.NamedNode,
        found: Sequence[ox.NamedNode | ox.BlankNode | ox.Literal],
        most: int = 1,
    ) -> KnowledgeError:
        """The fault of a resource that has more values of a property than are meant."""
        return KnowledgeError(
            "closed-several",
            where=self.locate(subject, predicate),
            resource=self.short(subject),
            property=self.prefixed(predicate),
            values=[self.prefixed(value)[:80] for value in found],
            places=[self.locate(subject, predicate, value) for value in found],
            most=most,
        )

    def string(self, subject: Term, predicate: ox.NamedNode) -> str | None:
        """The one literal or IRI of a subject and predicate as a string."""
        found = self.value(subject, predicate)
        return None if found is None else found.value

    def node(self, subject: Term, predicate: ox.NamedNode) -> ox.NamedNode | None:
        """The one named resource of a subject and predicate."""
        found = self.value(subject, predicate)
        return found if isinstance(found, ox.NamedNode) else None

    def subjects(self, predicate: ox.NamedNode, obj: ox.NamedNode | ox.Literal | None = None) -> list[ox.NamedNode]:
        """The named resources that have a predicate (with this object), sorted."""
        found = {q.subject for q in self.store.quads_for_pattern(None, predicate, obj)}
        return sorted((s for s in found if isinstance(s, ox.NamedNode)), key=lambda s: s.value)

    def instances(self, cls: ox.NamedNode) -> list[ox.NamedNode]:
        """The named resources typed with a class, sorted."""
        return self.subjects(RDF.type, cls)

    @cached_property
    def below(self) -> dict[object, set[Term]]:
        """Each class with itself and all classes below it."""
        found: dict[object, set[Term]] = {}
        above = [(q.subject, q.object) for q in self.store.quads_for_pattern(None, RDFS.subClassOf, None)]
        for sub, sup in above:
            found.setdefault(sup, {sup}).add(sub)  # type: ignore[arg-type]
            found.setdefault(sub, {sub})  # type: ignore[arg-type]
        changed = True
        while changed:
            changed = False
            for sub, sup in above:
                if not found[sub] <= found[sup]:
                    found[sup] |= found[sub]
                    changed = True
        return found

    def text(self, subject: Term, predicate: ox.NamedNode = RDFS.label) -> Text | None:
        """The Chinese and English wording of a subject, or None where there is none."""
        zh = en = ""
        for term in self.objects(subject, predicate):
            if isinstance(term, ox.Literal):
                if (term.language or "").startswith("en"):
                    en = term.value
                else:
                    zh = term.value
        return Text(zh, en) if zh or en else None

    def label(self, subject: Term) -> Text:
        """The name of a resource in both languages: rdfs:label, dct:title or skos:prefLabel, else its local name."""
        for predicate in (RDFS.label, DCT.title, SKOS.prefLabel):
            found = self.text(subject, predicate)
            if found:
                return found
        return Text(local(subject), local(subject))

    def list(
        self, head: Term, owner: Term | None = None, predicate: ox.NamedNode | None = None
    ) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """The members of an RDF list.

        Args:
            head: its first node.
            owner, predicate: what it stands on, to say where it is broken.

        Raises:
            KnowledgeError: it is broken.
        """
        members = self.members(head)
        if members is None:
            raise KnowledgeError("broken-list", where=self.locate(owner or head, predicate))
        return members

    def members(self, head: Term) -> builtins.list[ox.NamedNode | ox.BlankNode | ox.Literal] | None:
        """The members of an RDF list; None where a node lacks its member or the rest, has several, or comes again."""
        members: builtins.list[ox.NamedNode | ox.BlankNode | ox.Literal] = []
        seen: set[Term] = set()
        while head != RDF.nil:
            first, rest = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if head in seen or len(first) != 1 or len(rest) != 1 or isinstance(rest[0], ox.Literal):
                return None
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def locate(
        self,
        subject: Term,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | None = None,
    ) -> str | Text:
        """File and line of a statement, for error messages; of what is said first about a resource without predicate.

        What an overlay says comes before what the files say. A resource without name has no place of its own but that
        of a statement like the one meant; it stands, like one of which nothing is said, where another one names it.
        """
        found = self._statements.get(subject if isinstance(subject, ox.NamedNode) else None, [])
        same = [place for place, said, of in found if said == predicate and _same(of, value)]
        if isinstance(subject, ox.BlankNode):
            found = []
        like = [place for place, said, _ in found if predicate in (None, said)]
        for place in (*same, *like, *(place for place, _, _ in found)):
            return self._place(*place)
        if isinstance(subject, ox.BlankNode) or not self._is_written(subject):
            for owner, by, named in self._reached(subject, {subject}):
                if owner in self._statements:
                    return self.locate(owner, by, named)
        return subject.value if isinstance(subject, ox.NamedNode) else ""

    def _is_written(self, subject: Term) -> bool:
        """Whether somebody wrote anything of a resource, be it in no file."""
        derived = set(self.derived)
        return any(quad.triple not in derived for quad in self.store.quads_for_pattern(subject, None, None))

    def _reached(self, term: Term, seen: set[Term]) -> Iterator[tuple[ox.NamedNode, ox.NamedNode, Term]]:
        """The statements of named resources that lead to a resource, be it through others without name."""
        for quad in self.store.quads_for_pattern(None, None, term):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject, quad.predicate, term
            elif isinstance(quad.subject, ox.BlankNode) and quad.subject not in seen:
                seen.add(quad.subject)
                yield from self._reached(quad.subject, seen)

    @property
    def twice(self) -> dict[ox.NamedNode, tuple[str | Text, str | Text]]:
        """Where the resources stand that are described in more than one place: the first and the last."""
        found = {}
        for subject in self.again:
            said = self._statements.get(subject, [])
            every = [place for place, _, _ in said]
            typed = [place for place, predicate, _ in said if predicate == _TYPE]
            # Where a type follows from the rest, one place or none states it.
            places = typed if len(typed) > 1 else every
            found[subject] = (self._place(*places[0]), self._place(*places[-1]))
        return found

    def _place(self, name: str, line: int | None) -> str | Text:
        return name if line is None else at("at-line", file=name, line=line)

    @cached_property
    def _statements(
        self,
    ) -> dict[ox.NamedNode | None, builtins.list[tuple[tuple[str, int | None], ox.NamedNode, object]]]:
        """Where each named resource is described, statement by statement; what the last overlay says first.

        Resources without name stand under None.
        """
        found: dict[ox.NamedNode | None, builtins.list[tuple[tuple[str, int | None], ox.NamedNode, object]]] = {}
        sources = [(overlay.where, overlay.data, not overlay.is_scenario) for overlay in reversed(self.applied)]
        sources += [(str(path.relative_to(self.root)), read_bytes(path), True) for path in self.files]
        for name, data, has_lines in sources:
            for line, quad in statements(data):
                subject = quad.subject if isinstance(quad.subject, ox.NamedNode) else None
                place = (name, line if has_lines else None)
                found.setdefault(subject, []).append((place, quad.predicate, quad.object))
        return found

    def short(self, term: Term | ox.Literal) -> str:
        """A term as a reader of the files would write it: the local name, or the literal."""
        return local(term) if isinstance(term, ox.NamedNode) else str(term)

    def prefixed(self, term: Term | ox.Literal) -> str:
        """A term as the files write it: with its prefix, where one is declared for its namespace."""
        if isinstance(term, ox.NamedNode):
            for prefix, space in self.prefixes.items():
                if term.value.startswith(space) and re.fullmatch(r"[\w-]+", name := term.value[len(space) :]):
                    return f"{prefix}:{name}"
        elif isinstance(term, ox.BlankNode):
            return "[ … ]"
        elif term.datatype == XSD.decimal:
            # A store keeps 5.0 as 5, which would be another type as a file writes it.
            return f"{term.value}.0" if term.value.lstrip("+-").isdigit() else term.value
        elif term.datatype in (XSD.integer, XSD.boolean):
            return term.value
        elif term.datatype not in (XSD.string, RDF.langString):
            return f'"{term.value}"^^{self.prefixed(term.datatype)}'
        return str(term)

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The prefix table: prefix to namespace, as the ontology and the policy document declare them."""
        found = {}
        for quad in self.store.quads_for_pattern(None, SH.declare, None):
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                prefix, space = self.string(quad.object, SH.prefix), self.string(quad.object, SH.namespace)
                if prefix and space:
                    found[prefix] = space
        return dict(sorted(found.items()))


local = local_name


def _same(term: object, value: object) -> bool:
    """Whether two terms are the same in a store, which keeps 5.0 as 5."""
    if not isinstance(term, ox.Literal) or not isinstance(value, ox.Literal) or term.datatype != value.datatype:
        return term == value
    try:
        return term == value or Decimal(term.value) == Decimal(value.value)
    except InvalidOperation:
        return False
