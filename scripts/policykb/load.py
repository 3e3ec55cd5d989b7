"""Load a knowledge base folder: its Turtle files, its text, and the overlays asked for, once, into one store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from .errors import CallError, KnowledgeError
from .model import Text
from .names import DCT, PKB, RDF, RDFS, SKOS

__all__ = ["Knowledge", "Term", "find_root", "load", "local", "parse", "policies"]

Term = ox.NamedNode | ox.BlankNode
FOLDERS = ("ontology", "policy", "shapes", "queries")


def find_root(explicit: Path | None = None) -> Path:
    """The folder that holds ontology/, policy/, shapes/ and queries/.

    Args:
        explicit: the folder a user named; otherwise the one the installed package carries, or the checkout.

    Raises:
        CallError: the folder holds no knowledge base.
    """
    here = Path(__file__).resolve().parent
    candidates = [explicit] if explicit else [here / "kb", here.parents[1]]
    for candidate in candidates:
        if all((candidate / name).is_dir() for name in FOLDERS):
            return candidate
    raise CallError(
        "there is no knowledge base here: it needs the folders " + ", ".join(f"{name}/" for name in FOLDERS),
        where=str(candidates[0]),
        mend="Name a knowledge base folder with --root, or leave --root out to use the one that is installed.",
    )


def policies(root: Path) -> tuple[str, ...]:
    """The slugs of the policy documents in a knowledge base, sorted."""
    return tuple(sorted(path.parent.name for path in (root / "policy").glob("*/document.ttl")))


def load(root: Path | None = None, policy: str | None = None, overlays: Sequence[str | Path] = ()) -> Knowledge:
    """Read the ontology, one policy document with its shapes, and overlays on top.

    Args:
        root: the knowledge base folder; the installed one if None.
        policy: slug of the policy document; may be left out where there is only one.
        overlays: names of readings as `READING:alt`, or Turtle files.

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
    names = tuple(_apply_overlay(store, folder, slug, overlay) for overlay in overlays)
    paths = [overlay for overlay in overlays if _is_file(overlay)]
    return Knowledge(folder, slug, store, files, names, _hash(folder, files, names, paths))


@dataclass(frozen=True)
class Knowledge:
    """A loaded knowledge base: the default graph of `store` holds everything, overlays applied.

    `rules_hash` is the SHA-256 over the names and bytes of all files and overlays that were loaded.
    """

    root: Path
    policy: str
    store: ox.Store
    files: tuple[Path, ...]
    overlays: tuple[str, ...]
    rules_hash: str

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
                f"{self.short(subject)} has several values of {self.short(predicate)}, where one is meant.",
                where=self.locate(subject),
                mend="Keep one of them; an overlay must list the resource under pkb:replaces.",
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
                raise KnowledgeError("an RDF list is broken: a node lacks rdf:first or rdf:rest.")
            members.append(first)
            head = rest
        return members

    def locate(self, subject: Term) -> str:
        """File and line where a resource is described, for error messages; empty if it has no name."""
        if not isinstance(subject, ox.NamedNode):
            return ""
        pattern = re.compile(
            rf"^(?:\S*:{re.escape(local(subject))}|<{re.escape(subject.value)}>)(?=\s|$)", re.MULTILINE
        )
        for path in self.files:
            found = pattern.search(text := path.read_text(encoding="utf-8"))
            if found:
                return f"{path.relative_to(self.root)}, line {text.count(chr(10), 0, found.start()) + 1}"
        return subject.value

    def short(self, term: Term | ox.Literal) -> str:
        """A term as a reader of the files would write it: the local name, or the literal."""
        return local(term) if isinstance(term, ox.NamedNode) else str(term)


def local(term: Term) -> str:
    """The last part of an IRI, after the last # or /."""
    return re.split(r"[#/]", term.value)[-1]


def _choose_policy(root: Path, policy: str | None) -> str:
    known = policies(root)
    if policy is None and len(known) == 1:
        return known[0]
    if policy in known:
        return policy
    listed = ", ".join(known) or "none"
    if policy is None:
        raise CallError(f"there are several policy documents: {listed}.", mend="Name one with --policy.")
    raise CallError(f"there is no policy document {policy!r}.", mend=f"Known documents: {listed}.")


def _knowledge_files(root: Path, slug: str) -> tuple[Path, ...]:
    overlays = root / "policy" / slug / "overlays"
    found: list[Path] = [*(root / "ontology").rglob("*.ttl"), *(root / "shapes").glob("*.ttl")]
    found += [path for path in (root / "policy" / slug).rglob("*.ttl") if overlays not in path.parents]
    found += (root / "shapes" / slug).rglob("*.ttl")
    return tuple(sorted(found))


def parse(path: Path) -> Iterator[ox.Quad]:
    """The quads of a Turtle file.

    Raises:
        KnowledgeError: it is not valid Turtle; the message names the line.
    """
    try:
        yield from ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    except (SyntaxError, ValueError) as fault:
        line = f", line {fault.lineno}" if isinstance(fault, SyntaxError) and fault.lineno else ""
        raise KnowledgeError(
            f"this is not valid Turtle: {fault.msg if isinstance(fault, SyntaxError) else fault}",
            where=f"{path}{line}",
            mend="Mend the statement that ends there.",
        ) from fault


def _is_file(overlay: str | Path) -> bool:
    return isinstance(overlay, Path) or overlay.endswith(".ttl")


def _overlay_path(root: Path, slug: str, overlay: str | Path) -> Path:
    folder = root / "policy" / slug / "overlays"
    if _is_file(overlay):
        path = Path(overlay)
        if not path.is_file():
            raise CallError("this overlay file does not exist.", where=str(path), mend="Check the name after --with.")
        return path
    path = folder / f"{str(overlay).replace(':', '.')}.ttl"
    if not re.fullmatch(r"[\w.:-]+", str(overlay)) or not path.is_file():
        known = ", ".join(p.stem.replace(".", ":") for p in sorted(folder.glob("*.ttl"))) or "none"
        raise CallError(f"there is no reading {str(overlay)!r} to run.", mend=f"Known: {known}; or name a .ttl file.")
    return path


def _apply_overlay(store: ox.Store, root: Path, slug: str, overlay: str | Path) -> str:
    path = _overlay_path(root, slug, overlay)
    quads = list(parse(path))
    heads = {q.subject for q in quads if q.predicate == RDF.type and q.object == PKB.Overlay}
    if not heads:
        raise KnowledgeError(
            "this file describes no pkb:Overlay.",
            where=str(path),
            mend="Add a resource of type pkb:Overlay with pkb:replaces.",
        )
    replaced = {q.object for q in quads if q.predicate == PKB.replaces and isinstance(q.object, ox.NamedNode)}
    for subject in sorted(
        {q.subject for q in quads if isinstance(q.subject, ox.NamedNode)} - replaced - heads, key=str
    ):
        if any(True for _ in store.quads_for_pattern(subject, None, None)):
            raise KnowledgeError(
                f"the overlay says something about {local(subject)}, which it does not replace.",
                where=str(path),
                mend=f"List <{subject.value}> under pkb:replaces and restate it as a whole.",
            )
    for subject in replaced:
        if not any(True for _ in store.quads_for_pattern(subject, None, None)):
            raise KnowledgeError(
                f"the overlay replaces {local(subject)}, which does not exist.", where=str(path), mend="Check the name."
            )
        _remove(store, subject)
    store.extend(quads)
    return str(overlay) if not _is_file(overlay) else path.name


def _remove(store: ox.Store, subject: Term) -> None:
    """Remove a resource with the blank nodes (list nodes) that hang on it."""
    for quad in list(store.quads_for_pattern(subject, None, None)):
        store.remove(quad)
        if isinstance(quad.object, ox.BlankNode):
            _remove(store, quad.object)


def _hash(root: Path, files: Iterable[Path], overlays: Sequence[str], paths: Sequence[str | Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in overlays:
        digest.update(name.encode())
    for overlay in paths:
        digest.update(hashlib.sha256(Path(overlay).read_bytes()).digest())
    return digest.hexdigest()
