"""Overlays: readings, dated amendments and what-if scenarios, one mechanism.

An overlay restates named resources as a whole and says which it replaces. A reading or a user's file comes from
Turtle; a scenario of one number is written by `scenarios`. An overlay with pkb:validFrom is an amendment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from .errors import CallError, KnowledgeError, OverlayConflict
from .names import PKB, RDF
from .spelling import near_names
from .turtle import parse, parse_text

__all__ = ["Overlay", "Scenario", "Source", "amendments", "apply_overlay", "local_name", "read_overlay"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """An overlay that no file holds: its name, and its Turtle."""

    name: str
    turtle: str


Source: TypeAlias = str | Path | Scenario
"""How an overlay is named: a reading as `READING:alt`, a Turtle file, or a scenario."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay as read: what it says, what it replaces, and from which day it applies (None: always).

    `data` is its Turtle; a scenario's is written by the program, so that its lines mean nothing to a reader.
    """

    name: str
    where: str
    quads: tuple[ox.Quad, ...]
    replaces: frozenset[ox.NamedNode]
    valid_from: date | None
    data: bytes
    has_lines: bool = True

    @property
    def digest(self) -> bytes:
        """The SHA-256 of its Turtle."""
        return hashlib.sha256(self.data).digest()

    @property
    def reads(self) -> bool:
        """Whether it runs a reading of the text."""
        heads = {q.subject for q in self.quads if q.predicate == RDF.type and q.object == PKB.Overlay}
        return any(quad.predicate == PKB.runsReading and quad.subject in heads for quad in self.quads)


def read_overlay(root: Path, slug: str, source: Source) -> Overlay:
    """Read an overlay.

    Args:
        root: the knowledge base folder.
        slug: the policy document.
        source: how the overlay is named.

    Raises:
        CallError: there is no such reading or file.
        KnowledgeError: it is not valid Turtle, or describes no overlay.
    """
    if isinstance(source, Scenario):
        where, name, data = source.name, source.name, source.turtle.encode()
        quads = tuple(parse_text(source.turtle, where))
    else:
        path = _path(root, slug, source)
        where = str(path if _is_file(source) else path.relative_to(root))
        data = path.read_bytes()
        name = path.name if _is_file(source) else str(source)
        quads = tuple(parse(path))
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
    has_lines = not isinstance(source, Scenario)
    valid_from = _valid_from([q for q in quads if q.subject in heads], where)
    return Overlay(name, where, quads, replaces, valid_from, data, has_lines)


def amendments(root: Path, slug: str) -> tuple[Overlay, ...]:
    """The dated overlays that lie in the policy's folder, by their day."""
    folder = root / "policy" / slug / "overlays"
    found = (read_overlay(root, slug, path) for path in sorted(folder.glob("*.ttl")))
    dated = [overlay for overlay in found if overlay.valid_from is not None]
    return tuple(sorted(dated, key=lambda overlay: (overlay.valid_from or date.min, overlay.name)))


def apply_overlay(store: ox.Store, overlay: Overlay, earlier: Sequence[Overlay] = ()) -> None:
    """Replace in the store what an overlay restates, list nodes included.

    Args:
        store: the graph, changed in place.
        overlay: the overlay.
        earlier: those applied before it; a reading of the text must not undo an amendment.

    Raises:
        KnowledgeError: it replaces something that does not exist, says something about a resource that it does not
            replace, or restates what an amendment restated.
    """
    heads = {q.subject for q in overlay.quads if q.predicate == RDF.type and q.object == PKB.Overlay}
    reads = overlay.reads
    named = {q.subject for q in overlay.quads if isinstance(q.subject, ox.NamedNode)}
    for subject in sorted(named - overlay.replaces - heads, key=str):
        if _described(store, subject):
            raise KnowledgeError(
                "overlay-not-replaced", where=overlay.where, resource=local_name(subject), iri=subject.value
            )
    for subject in sorted(overlay.replaces, key=str):
        if not _described(store, subject):
            raise KnowledgeError("overlay-replaces-nothing", where=overlay.where, resource=local_name(subject))
        for other in earlier:
            if reads and other.valid_from and subject in other.replaces:
                raise KnowledgeError(
                    "overlay-amended",
                    where=overlay.where,
                    overlay=overlay.name,
                    resource=local_name(subject),
                    amendment=other.name,
                    day=other.valid_from,
                )
            if reads and other.reads and subject in other.replaces:
                raise OverlayConflict(
                    "overlay-conflict",
                    where=overlay.where,
                    overlay=overlay.name,
                    other=other.name,
                    resource=local_name(subject),
                )
        _remove(store, subject)
    store.extend(overlay.quads)


def local_name(term: ox.NamedNode | ox.BlankNode) -> str:
    """The last part of an IRI, after the last # or /."""
    return re.split(r"[#/]", term.value)[-1]


def _is_file(source: str | Path) -> bool:
    return isinstance(source, Path) or source.endswith(".ttl")


def _path(root: Path, slug: str, source: str | Path) -> Path:
    if _is_file(source):
        path = Path(source)
        if not path.is_file():
            raise CallError("no-such-file", where=str(path))
        return path
    folder = root / "policy" / slug / "overlays"
    path = folder / f"{str(source).replace(':', '.')}.ttl"
    if not re.fullmatch(r"[\w.:-]+", str(source)) or not path.is_file():
        known = [p.stem.replace(".", ":") for p in sorted(folder.glob("*.ttl"))]
        near = near_names(str(source), known)
        raise CallError("unknown-overlay-near" if near else "unknown-overlay", overlay=source, near=near, known=known)
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


def _described(store: ox.Store, subject: ox.NamedNode) -> bool:
    return any(True for _ in store.quads_for_pattern(subject, None, None))


def _remove(store: ox.Store, subject: ox.NamedNode | ox.BlankNode) -> None:
    """Remove a resource with the blank nodes (list nodes) that hang on it."""
    for quad in list(store.quads_for_pattern(subject, None, None)):
        store.remove(quad)
        if isinstance(quad.object, ox.BlankNode):
            _remove(store, quad.object)
