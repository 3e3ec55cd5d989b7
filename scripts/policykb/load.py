"""Load a knowledge base folder: its Turtle files, its text, and the overlays asked for, once, into one store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from .catalogue import HOMES, at
from .errors import CallError, KnowledgeError
from .model import Text
from .names import DCT, RDF, RDFS, SKOS
from .overlays import Overlay, Source, amendments, apply_overlay, local_name, read_overlay
from .turtle import parse

__all__ = ["Knowledge", "Term", "find_root", "load", "local", "policies"]

Term = ox.NamedNode | ox.BlankNode
FOLDERS = ("ontology", "policy", "shapes", "queries")


def find_root(explicit: Path | None = None) -> Path:
    """The folder that holds ontology/, policy/, shapes/ and queries/.

    Args:
        explicit: the folder a user named; otherwise the one the installed package carries, or the checkout.

    Raises:
        CallError: the folder holds no knowledge base.
    """
    candidates = (explicit,) if explicit else HOMES
    for candidate in candidates:
        if all((candidate / name).is_dir() for name in FOLDERS):
            return candidate
    raise CallError("no-knowledge-base", where=str(candidates[0]), folders=tuple(f"{name}/" for name in FOLDERS))


def policies(root: Path) -> tuple[str, ...]:
    """The slugs of the policy documents in a knowledge base, sorted."""
    return tuple(sorted(path.parent.name for path in (root / "policy").glob("*/document.ttl")))


def load(
    root: Path | None = None, policy: str | None = None, overlays: Sequence[Source] = (), as_of: date | None = None
) -> Knowledge:
    """Read the ontology, one policy document with its shapes, and overlays on top.

    Amendments (overlays with a date, those of the policy's folder among them) apply first, by their day, and only
    those in force on the day.

    Args:
        root: the knowledge base folder; the installed one if None.
        policy: slug of the policy document; may be left out where there is only one.
        overlays: readings as `READING:alt`, Turtle files, or scenarios, in the order in which they apply.
        as_of: the day whose amendments are in force; the text as first issued if None.

    Raises:
        KnowledgeError: a file cannot be parsed, or an overlay restates something it does not say it replaces.
        CallError: an unknown policy or overlay.
    """
    folder = find_root(root)
    slug = _choose_policy(folder, policy)
    files = _knowledge_files(folder, slug)
    store = ox.Store()
    for path in files:
        store.extend(parse(path))
    asked = [read_overlay(folder, slug, source) for source in overlays]
    dated = {o.name: o for o in (*amendments(folder, slug), *asked) if o.valid_from is not None}
    by_day = sorted(dated.values(), key=lambda overlay: (overlay.valid_from or date.min, overlay.name))
    in_force = [o for o in by_day if as_of is not None and (o.valid_from or date.min) <= as_of]
    applied: list[Overlay] = []
    for overlay in (*in_force, *(o for o in asked if o.valid_from is None)):
        apply_overlay(store, overlay, applied)
        applied.append(overlay)
    names = tuple(overlay.name for overlay in applied)
    restated = tuple(sorted({local_name(iri) for overlay in applied for iri in overlay.replaces}))
    return Knowledge(folder, slug, store, files, names, _hash(folder, files, applied), restated, tuple(by_day))


@dataclass(frozen=True)
class Knowledge:
    """A loaded knowledge base: the default graph of `store` holds everything, overlays applied.

    `rules_hash` is the SHA-256 over the names and bytes of all files and overlays that were loaded; `restated` the
    local names of what the overlays replaced; `amendments` all dated overlays that are known, whether in force or not.
    """

    root: Path
    policy: str
    store: ox.Store
    files: tuple[Path, ...]
    overlays: tuple[str, ...]
    rules_hash: str
    restated: tuple[str, ...] = ()
    amendments: tuple[Overlay, ...] = ()

    @cached_property
    def source(self) -> str:
        """The official text, byte for byte as it was published."""
        return (self.root / "policy" / self.policy / "source.txt").read_text(encoding="utf-8")

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """All objects of a subject and predicate, named ones and literals sorted by value."""
        found = (quad.object for quad in self.store.quads_for_pattern(subject, predicate, None))
        return sorted((term for term in found if not isinstance(term, ox.Triple)), key=lambda term: term.value)

    def value(self, subject: Term, predicate: ox.NamedNode) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        """The one object of a subject and predicate, or None.

        Raises:
            KnowledgeError: there are several.
        """
        found = self.objects(subject, predicate)
        if len(found) > 1:
            raise KnowledgeError(
                "several-values",
                where=self.locate(subject),
                resource=self.short(subject),
                property=self.short(predicate),
            )
        return found[0] if found else None

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

    def list(self, head: Term) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """The members of an RDF list."""
        members: list[ox.NamedNode | ox.BlankNode | ox.Literal] = []
        while head != RDF.nil:
            first, rest = self.value(head, RDF.first), self.value(head, RDF.rest)
            if first is None or not isinstance(rest, ox.NamedNode | ox.BlankNode):
                raise KnowledgeError("broken-list")
            members.append(first)
            head = rest
        return members

    def locate(self, subject: Term) -> str | Text:
        """File and line where a resource is described, for error messages; empty if it has no name."""
        if not isinstance(subject, ox.NamedNode):
            return ""
        pattern = re.compile(
            rf"^(?:\S*:{re.escape(local(subject))}|<{re.escape(subject.value)}>)(?=\s|$)", re.MULTILINE
        )
        for path in self.files:
            found = pattern.search(text := path.read_text(encoding="utf-8"))
            if found:
                line = text.count("\n", 0, found.start()) + 1
                return at("at-line", file=path.relative_to(self.root), line=line)
        return subject.value

    def short(self, term: Term | ox.Literal) -> str:
        """A term as a reader of the files would write it: the local name, or the literal."""
        return local(term) if isinstance(term, ox.NamedNode) else str(term)


local = local_name


def _choose_policy(root: Path, policy: str | None) -> str:
    known = policies(root)
    if policy is None and len(known) == 1:
        return known[0]
    if policy in known:
        return policy
    if policy is None:
        raise CallError("policy-not-chosen", known=known)
    raise CallError("unknown-policy", policy=policy, known=known)


def _knowledge_files(root: Path, slug: str) -> tuple[Path, ...]:
    overlays = root / "policy" / slug / "overlays"
    found: list[Path] = [*(root / "ontology").rglob("*.ttl"), *(root / "shapes").glob("*.ttl")]
    found += [path for path in (root / "policy" / slug).rglob("*.ttl") if overlays not in path.parents]
    found += (root / "shapes" / slug).rglob("*.ttl")
    return tuple(sorted(found))


def _hash(root: Path, files: Iterable[Path], overlays: Sequence[Overlay]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for overlay in overlays:
        digest.update(overlay.name.encode())
        digest.update(overlay.digest)
    return digest.hexdigest()
