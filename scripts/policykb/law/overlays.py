"""Overlays: readings, dated amendments and what-if scenarios, one mechanism.

An overlay restates named resources as a whole and says which it replaces. A reading or a user's file comes from
Turtle; a scenario of one number is written by `scenarios`. An overlay with pkb:validFrom is an amendment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from ..doors.files import read_bytes, read_text
from ..doors.incoming import path_text
from ..errors import CallError, KnowledgeError, PolicykbError
from ..model import Text
from ..names import DCT, OA, PKB, RDF, RDFS
from ..patterns import regex
from ..wording.catalogue import at
from ..wording.spelling import near_names
from .completion import types_of
from .turtle import parse_text, statements

_TIES = (DCT.source, PKB.words)
_STATEMENTS, _RESOURCES = 5_000, 500
"""What an overlay can have at most: it restates what changes, and no whole document."""
_TEXT_NAME = regex(r"[^\s./\\:][^/\\:\x00-\x1f]*\.txt")
"""The name of a file beside the Turtle."""
_LONGEST_TEXT = 2**20  # bytes

__all__ = [
    "Named",
    "Overlay",
    "Scenario",
    "Source",
    "amendments",
    "apply_overlay",
    "decides",
    "local_name",
    "overlay_path",
    "read_overlay",
    "tie_faults",
]


@dataclass(frozen=True, slots=True)
class Scenario:
    """An overlay that no file holds: its name, and its Turtle."""

    name: str
    turtle: str


@dataclass(frozen=True, slots=True)
class Named:
    """An overlay file that goes by another name than its own."""

    name: str
    path: Path


Source: TypeAlias = str | Path | Scenario | Named
"""How an overlay is named: a reading as `READING:alt`, a Turtle file, one under another name, or a scenario."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay as read: what it says, what it replaces, and from which day it applies (None: always).

    `data` is its Turtle; a scenario's is written by the program, so that its lines mean nothing to a reader. `text` is
    the official text of an amendment, where it has one that its rules quote, and `text_file` the path of that.
    """

    name: str
    where: str
    quads: tuple[ox.Quad, ...]
    replaces: frozenset[ox.NamedNode]
    valid_from: date | None
    data: bytes
    is_scenario: bool = False
    text: str = ""
    text_file: Path | None = None

    @property
    def decides(self) -> bytes:
        """All that it says, for the checksum of the rules."""
        return b"\0".join((self.data, self.text.encode())) if self.text else self.data

    @property
    def texts(self) -> dict[ox.NamedNode, str]:
        """The official text by the amendment, where it has one."""
        named = {q.subject for q in self.quads if q.predicate == PKB.sourceFile} if self.text else set()
        return {head: self.text for head in self.heads if head in named}

    def has_part(self, iri: str) -> bool:
        """Whether what bears a name is a part of its text: x-s1 of x."""
        return any(iri.startswith(f"{head.value}-") and "-" not in iri[len(head.value) + 1 :] for head in self.texts)

    @property
    def heads(self) -> frozenset[ox.NamedNode]:
        """The overlay itself."""
        typed = (q.subject for q in self.quads if q.predicate == RDF.type and q.object == PKB.Overlay)
        return frozenset(subject for subject in typed if isinstance(subject, ox.NamedNode))

    @property
    def label(self) -> Text:
        """What it is called; by its file where it says nothing."""
        heads = self.heads
        said = (q.object for q in self.quads if q.subject in heads and q.predicate == RDFS.label)
        texts = {one.language: one.value for one in said if isinstance(one, ox.Literal)}
        return Text(texts.get("zh", self.name), texts.get("en", self.name))

    @property
    def stated(self) -> frozenset[ox.NamedNode]:
        """What it says something about, itself apart."""
        return frozenset(q.subject for q in self.quads if isinstance(q.subject, ox.NamedNode)) - self.heads

    @property
    def subjects(self) -> frozenset[ox.NamedNode]:
        """What it states or replaces."""
        return self.stated | self.replaces

    @property
    def reads(self) -> bool:
        """Whether it runs a reading of the text."""
        heads = self.heads
        return any(quad.predicate == PKB.runsReading and quad.subject in heads for quad in self.quads)

    def place(self, subject: ox.NamedNode | None, value: object = None) -> str | Text:
        """File and line of what it says first about a resource, or of where it first names one."""
        if not self.is_scenario:
            for line, quad in statements(self.data):
                if (subject is None or quad.subject == subject) and (value is None or quad.object == value):
                    return at("at-line", file=self.where, line=line)
        return self.where


def read_overlay(root: Path, slug: str, source: Source) -> Overlay:
    """Read an overlay.

    Args:
        root: the knowledge base folder.
        slug: the policy document.
        source: how the overlay is named.

    Raises:
        CallError: there is no such reading or file.
        InputError: the file cannot be read.
        KnowledgeError: it is not valid Turtle, or describes no overlay.
    """
    beside: Path | None = None
    if isinstance(source, Scenario):
        where, name, data = source.name, source.name, source.turtle.encode()
        quads = tuple(parse_text(source.turtle, where))
    else:
        file = source.path if isinstance(source, Named) else source
        path = beside = overlay_path(root, slug, file)
        where = str(path if _is_file(file) else path.relative_to(root))
        data = read_bytes(path)
        name = source.name if isinstance(source, Named) else path.name if _is_file(file) else str(file)
        quads = tuple(parse_text(data, str(path)))
    count = len({quad.subject for quad in quads if quad.predicate not in (RDF.first, RDF.rest)})
    if len(quads) > _STATEMENTS or count > _RESOURCES:
        raise KnowledgeError(
            "overlay-too-large", where=where, resources=count, most=_RESOURCES, statements=len(quads), limit=_STATEMENTS
        )
    # What an overlay states bears as what it is, be its type written or not.
    quads = tuple(_with_types(quads, types_of(root, quads)))
    heads = {q.subject for q in quads if q.predicate == RDF.type and q.object == PKB.Overlay}
    if not heads:
        raise KnowledgeError("overlay-undeclared", where=where)
    # What another resource says of replacing is refused with all else that nothing reads.
    replaced = {q.object for q in quads if q.predicate == PKB.replaces and q.subject in heads}
    replaces = frozenset(term for term in replaced if isinstance(term, ox.NamedNode))
    if unnamed := sorted(str(term) for term in replaced - replaces):
        raise KnowledgeError("overlay-replaces-nothing", where=where, resource=unnamed[0])
    if not replaces and all(q.subject in heads for q in quads):
        raise KnowledgeError("overlay-without-effect", where=where)
    said = [q for q in quads if q.subject in heads]
    read = Overlay(name, where, quads, replaces, _valid_from(said, where), data, isinstance(source, Scenario))
    named = _text_file(read, said, beside)
    return read if named is None else replace(read, text=read_text(named, _LONGEST_TEXT), text_file=named)


def _with_types(quads: Sequence[ox.Quad], types: Sequence[ox.Quad]) -> Iterator[ox.Quad]:
    """Statements with the types that follow from them, each where its resource is described first."""
    following: dict[object, list[ox.Quad]] = {}
    for quad in types:
        following.setdefault(quad.subject, []).append(quad)
    for quad in quads:
        yield quad
        yield from following.pop(quad.subject, ())


def _text_file(overlay: Overlay, said: Sequence[ox.Quad], path: Path | None) -> Path | None:
    """The file of the official text of an amendment, which lies beside its Turtle; None where it names none.

    Raises:
        KnowledgeError: it names several, or no file beside it, or is of no day.
    """
    stated = [quad for quad in said if quad.predicate == PKB.sourceFile]
    if not stated:
        return None
    where, names = overlay.place(None, stated[0].object), sorted({_value(quad.object) for quad in stated})
    if overlay.valid_from is None or path is None:
        raise KnowledgeError("overlay-text-undated", where=where)
    if len(stated) > 1 or not _TEXT_NAME.fullmatch(names[0]):
        raise KnowledgeError("overlay-text-name", where=where, names=names, example=f"{path.stem}.txt")
    return path.with_name(names[0])


def decides(root: Path, slug: str, path: Path) -> bytes:
    """All that an overlay says, for the checksum of the rules; of one that cannot be read, its Turtle."""
    try:
        return read_overlay(root, slug, path).decides
    except PolicykbError:
        return read_bytes(path)


def amendments(root: Path, slug: str) -> tuple[Overlay, ...]:
    """The dated overlays that lie in the policy's folder, by their day."""
    folder = root / "policy" / slug / "overlays"
    found = (read_overlay(root, slug, path) for path in sorted(folder.glob("*.ttl")))
    dated = [overlay for overlay in found if overlay.valid_from is not None]
    return tuple(sorted(dated, key=lambda overlay: (overlay.valid_from or date.min, overlay.name)))


def apply_overlay(store: ox.Store, overlay: Overlay) -> None:
    """Replace in the store what an overlay restates, list nodes included.

    What ties a resource to the text, its provision and its words, stays where the overlay does not restate it.

    Args:
        store: the graph, changed in place.
        overlay: the overlay.
    """
    kept = [
        quad
        for subject in sorted(overlay.stated & overlay.replaces, key=str)
        for quad in _kept(store, subject, overlay)
    ]
    for subject in sorted(overlay.replaces, key=str):
        _remove(store, subject)
    store.extend(overlay.quads)
    store.extend(kept)


def tie_faults(store: ox.Store, overlays: Sequence[Overlay]) -> Iterator[KnowledgeError]:
    """Words that stand in no provision which the resource cites, of what an overlay states: restated, or kept.

    Args:
        store: the graph, overlays applied, completed.
        overlays: the overlays.
    """
    for overlay in overlays:
        for subject in sorted(overlay.stated, key=str):
            yield from _elsewhere(store, overlay, subject)


def _kept(store: ox.Store, subject: ox.NamedNode, overlay: Overlay) -> Iterator[ox.Quad]:
    """What ties a resource to the text and is not restated."""
    stated = {quad.predicate for quad in overlay.quads if quad.subject == subject}
    for predicate in _TIES:
        if predicate not in stated:
            yield from store.quads_for_pattern(subject, predicate, None)


def _elsewhere(store: ox.Store, overlay: Overlay, subject: ox.NamedNode) -> Iterator[KnowledgeError]:
    """Words of a resource that stand in none of the provisions that it cites."""
    sources = _objects(store, subject, DCT.source)
    anchors = [anchor for source in sources for anchor in _objects(store, source, DCT.source)]
    selectors = [selector for anchor in anchors for selector in _objects(store, anchor, OA.hasSelector)]
    quotes = [_value(quote) for selector in selectors for quote in _objects(store, selector, OA.exact)]
    # What belongs to no clause cites no provision; that it has no effect is another fault.
    if not quotes:
        return
    for words in map(_value, _objects(store, subject, PKB.words)):
        if not any(words in quote for quote in quotes):
            yield KnowledgeError(
                "overlay-words-elsewhere", where=overlay.place(subject), resource=local_name(subject), words=words
            )


def _objects(store: ox.Store, subject: object, predicate: ox.NamedNode) -> list[object]:
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return []
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.Literal) else str(term)


def local_name(term: ox.NamedNode | ox.BlankNode) -> str:
    """The last part of an IRI, after the last # or /."""
    return re.split(r"[#/]", term.value)[-1]


def _is_file(source: str | Path) -> bool:
    return isinstance(source, Path) or source.lower().endswith(".ttl")


def overlay_path(root: Path, slug: str, source: str | Path) -> Path:
    """The file of a reading named as `READING:alt`, or the file itself.

    Raises:
        CallError: there is no such reading or file.
    """
    if _is_file(source):
        path = Path(source)
        if not path.exists():
            raise CallError("no-such-file", where=path_text(path))
        return path
    folder = root / "policy" / slug / "overlays"
    path = folder / f"{str(source).replace(':', '.')}.ttl"
    if not re.fullmatch(r"[\w.:-]+", str(source)) or not path.is_file():
        near = near_names(str(source), [p.stem.replace(".", ":") for p in sorted(folder.glob("*.ttl"))])
        raise CallError("unknown-overlay-near" if near else "unknown-overlay", overlay=source, near=near)
    return path


def _valid_from(quads: Sequence[ox.Quad], where: str) -> date | None:
    found = {q.object.value for q in quads if q.predicate == PKB.validFrom and isinstance(q.object, ox.Literal)}
    if not found:
        return None
    try:
        (day,) = found
        return date.fromisoformat(day)
    except ValueError:
        raise KnowledgeError("overlay-day", where=where, found=sorted(found)) from None


def _remove(store: ox.Store, subject: ox.NamedNode | ox.BlankNode) -> None:
    """Remove a resource with the blank nodes (list nodes) that hang on it."""
    for quad in list(store.quads_for_pattern(subject, None, None)):
        store.remove(quad)
        if isinstance(quad.object, ox.BlankNode):
            _remove(store, quad.object)
