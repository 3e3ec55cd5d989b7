"""Load a knowledge base folder: its Turtle files, its text, and the overlays asked for, once, into one store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import pyoxigraph as ox

from ..doors.files import KNOWLEDGE, read_bytes, read_text
from ..doors.incoming import path_text
from ..doors.patience import patience
from ..errors import CallError, KnowledgeError
from ..names import PKB, RDF
from ..wording.catalogue import HOMES, at
from .cached import cache_graph, cache_name, cached_graph
from .completion import complete
from .conflicts import check_overlays, still_unread
from .fingerprint import (
    JOINED,
    TRANSLATIONS,
    fingerprint,
    is_of_translations,
    knowledge_files,
    sha256,
)
from .idle import idle_faults
from .knowledge import _TYPE, Knowledge, Term
from .literals import is_readable
from .overlays import Overlay, Source, amendments, apply_overlay, local_name, read_overlay, tie_faults
from .turtle import parse, parse_text, statements

__all__ = ["cache_sound", "documents", "find_root", "load", "named", "policies", "standing"]


def find_root(explicit: Path | None = None) -> Path:
    """The folder that holds ontology/, policy/, shapes/ and queries/.

    Args:
        explicit: the folder a user named; otherwise the one the installed package carries, or the checkout.

    Raises:
        CallError: the folder holds no knowledge base.
    """
    candidates = (explicit,) if explicit else HOMES
    for candidate in candidates:
        if all((candidate / name).is_dir() for name in KNOWLEDGE):
            return candidate
    raise CallError("no-knowledge-base", where=str(candidates[0]), folders=tuple(f"{name}/" for name in KNOWLEDGE))


def policies(root: Path) -> tuple[str, ...]:
    """The slugs of the policy documents in a knowledge base, sorted."""
    return tuple(sorted(path.parent.name for path in (root / "policy").glob("*/document.ttl")))


def named(policy: str) -> tuple[str, ...]:
    """The slugs that are written with commas between, each once; the one of a Chinese keyboard is a comma too."""
    slugs = (slug.strip() for slug in policy.replace("，", JOINED).split(JOINED))
    return tuple(dict.fromkeys(slug for slug in slugs if slug)) or (policy,)


def standing(root: Path) -> tuple[str, ...]:
    """The documents that answer where none is named: all but the examples, or these where there are no others."""
    known = policies(root)
    return tuple(slug for slug in known if not _is_example(root / "policy" / slug / "document.ttl")) or known


def documents(root: Path) -> tuple[str, ...]:
    """All documents, those first that answer where none is named."""
    return tuple(dict.fromkeys((*standing(root), *policies(root))))


def _is_example(document: Path) -> bool:
    return any(quad.predicate == PKB.example and quad.object == ox.Literal(True) for quad in parse(document))


def load(
    root: Path | None = None,
    policy: str | None = None,
    overlays: Sequence[Source] = (),
    as_of: date | None = None,
    plain: Knowledge | None = None,
) -> Knowledge:
    """Read the ontology, one policy document with its shapes, and overlays on top.

    Amendments (overlays with a date, those of the policy's folder among them) apply first, by their day, and only
    those in force on the day.

    Args:
        root: the knowledge base folder; the installed one if None.
        policy: slug of the policy document; may be left out where there is only one that is no example.
        overlays: readings as `READING:alt`, Turtle files, or scenarios, in the order in which they apply.
        as_of: the day whose amendments are in force; the text as first issued if None.
        plain: the same without any overlay, where it has been loaded from the same files already.

    Raises:
        KnowledgeError: a file cannot be parsed, or an overlay restates something it does not say it replaces.
        CallError: an unknown policy or overlay.
        InputError: it takes too long.
    """
    folder = find_root(root)
    with patience(path_text(folder)):
        return _load(folder, _choose_policy(folder, policy), overlays, as_of, plain)


def _load(
    folder: Path, slug: str, overlays: Sequence[Source], as_of: date | None, plain: Knowledge | None
) -> Knowledge:
    files = knowledge_files(folder, slug)
    asked = [read_overlay(folder, slug, source) for source in overlays]
    by_day = _by_day((*amendments(folder, slug), *asked))
    in_force = [o for o in by_day if as_of is not None and (o.valid_from or date.min) <= as_of]
    coming = _coming(by_day, in_force)
    others = [overlay for overlay in asked if overlay.valid_from is None and not overlay.replaces & coming]
    applied = (*in_force, *others)
    written = ox.Store()
    about = Knowledge(
        root=folder,
        policy=slug,
        store=written,
        files=files,
        overlays=tuple(overlay.name for overlay in applied),
        parts=fingerprint(folder, slug, [overlay.decides for overlay in applied], files),
        restated=tuple(sorted({local_name(iri) for overlay in applied for iri in overlay.replaces})),
        amendments=tuple(by_day),
        applied=applied,
    )
    if (sound := _cached(about)) is not None:
        return sound
    texts = ((path, read_bytes(path)) for path in files)
    if plain is None:
        described = _Described()
        for path, data in texts:
            quads = parse_text(data, str(path))
            said = _translations(path, data, folder, quads) if is_of_translations(path, folder, slug) else quads
            written.extend(described.watched(said))
    else:
        known, before = _read_before(tuple(texts))
        written.extend(known)
        described = before.copy()
    text = read_text(folder / "policy" / slug / "source.txt")
    stated: tuple[tuple[ox.NamedNode, KnowledgeError], ...] = ()
    without: ox.Store | None = None
    if applied:
        without = plain.store if plain is not None and not plain.applied else _completed(written, folder, text)
        stated = check_overlays(without, in_force, others)
    for overlay in applied:
        apply_overlay(written, overlay)
        described.watch_alone(overlay.quads)
    # What follows from what overlays restate is worked out from that.
    derived = complete(written, folder, text, about.amending)
    unread = (*still_unread(written, stated), *tie_faults(written, applied))
    found = replace(
        about,
        again=tuple(described.again),
        unreadable=tuple(described.unreadable),
        unread=unread,
        added=partial(tuple, derived),
    )
    if plain is not None:
        return found  # what it is made on was looked through before
    idle = tuple(idle_faults(found if without is None else replace(found, store=without)))
    return replace(found, unread=(*unread, *idle)) if idle else found


def _cached(about: Knowledge) -> Knowledge | None:
    """A document as it was found to be sound before; None where it was not, or is not kept."""
    graph = cached_graph(_name(about)) if _is_as_published(about) else None
    return None if graph is None else replace(about, store=graph.store, added=graph.derived, sound=graph.store)


def cache_sound(knowledge: Knowledge) -> None:
    """Keep what `load` gave for the next run, once its rules have been read without any fault."""
    if _is_as_published(knowledge) and not knowledge.again and knowledge.sound is None:
        cache_graph(_name(knowledge), knowledge.store, knowledge.derived)


def _is_as_published(knowledge: Knowledge) -> bool:
    """Whether a document stands as issued or amended, without readings and scenarios, of which there is no end."""
    return all(overlay.valid_from is not None for overlay in knowledge.applied)


def _name(knowledge: Knowledge) -> str:
    """What a document is kept by: its translations belong to the graph, though not to the rules."""
    root, slug = knowledge.root, knowledge.policy
    translations = [path for path in knowledge.files if is_of_translations(path, root, slug)]
    read = (sha256(path.name.encode() + read_bytes(path)) for path in translations)
    return cache_name((slug, knowledge.parts.whole, *read))


@lru_cache(maxsize=1)
def _read_before(texts: tuple[tuple[Path, bytes], ...]) -> tuple[tuple[ox.Quad, ...], _Described]:
    """What some files say, by what they hold, kept for the next overlay.

    Whoever asks for one overlay asks for several on top of the same files.
    """
    described = _Described()
    quads = (quad for path, data in texts for quad in described.watched(parse_text(data, str(path))))
    return tuple(quads), described


_OF_TRANSLATIONS = (RDF.type, RDF.value, PKB.translationOf)


def _translations(path: Path, data: bytes, folder: Path, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads of a file among translations; what is none is refused, since the checksum of the rules leaves it out.

    Raises:
        KnowledgeError: with the place of the first such statement.
    """
    for quad in quads:
        if not _translates(quad):
            line = next((line for line, one in statements(data) if not _translates(one)), 1)
            where = at("at-line", file=str(path.relative_to(folder)), line=line)
            raise KnowledgeError("translation-beside", where=where, folder=TRANSLATIONS)
        yield quad


def _translates(quad: ox.Quad) -> bool:
    is_translation = quad.predicate != RDF.type or quad.object == PKB.Translation
    return quad.predicate in _OF_TRANSLATIONS and is_translation


def _by_day(overlays: Iterable[Overlay]) -> list[Overlay]:
    """The amendments among some overlays, each once, by their day."""
    dated = {overlay.name: overlay for overlay in overlays if overlay.valid_from is not None}
    return sorted(dated.values(), key=lambda overlay: (overlay.valid_from or date.min, overlay.name))


def _coming(by_day: Sequence[Overlay], in_force: Sequence[Overlay]) -> set[ox.NamedNode]:
    """What amendments add, and is not there before their day: neither is what is supposed of it."""
    later = {iri for one in by_day if one not in in_force for iri in one.stated - one.replaces}
    return later - {iri for one in in_force for iri in one.stated}


def _completed(written: ox.Store, folder: Path, text: str) -> ox.Store:
    """A copy of a graph, completed."""
    found = ox.Store()
    found.extend(written)
    complete(found, folder, text)
    return found


class _Described:
    """Watches the quads of the files go by for what is described a second time, and what has no value."""

    def __init__(self) -> None:
        self.again: dict[ox.NamedNode, None] = {}
        self.unreadable: list[tuple[Term, ox.NamedNode, ox.Literal]] = []
        self._seen: set[ox.NamedNode] = set()

    def copy(self) -> _Described:
        """The same so far, to watch further quads by."""
        found = _Described()
        found.again, found.unreadable = dict(self.again), list(self.unreadable)
        return found

    def watched(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """The same quads, all of which follow those watched before."""
        last = None
        typed: set[ox.Quad] = set()
        for quad in quads:
            subject = quad.subject
            # The nodes of lists come between the statements about one resource.
            if subject != last and isinstance(subject, ox.NamedNode):
                if subject in self._seen:
                    self.again[subject] = None
                self._seen.add(subject)
                last = subject
                typed.clear()
            if quad.predicate == _TYPE and isinstance(subject, ox.NamedNode):
                if quad in typed:
                    self.again[subject] = None
                typed.add(quad)
            value = quad.object
            if isinstance(value, ox.Literal) and not is_readable(value) and not isinstance(subject, ox.Triple):
                self.unreadable.append((subject, quad.predicate, value))
            yield quad

    def watch_alone(self, quads: Iterable[ox.Quad]) -> None:
        """Quads of an overlay, which restates what the files describe."""
        alone = _Described()
        for _ in alone.watched(quads):
            pass
        self.again |= alone.again
        self.unreadable += alone.unreadable


def _choose_policy(root: Path, policy: str | None) -> str:
    known, asked = policies(root), standing(root) if policy is None else ()
    if len(asked) == 1:
        return asked[0]
    if policy in known:
        return policy
    if policy is None:
        raise CallError("policy-not-chosen", known=known)
    raise CallError("unknown-policy", policy=policy, known=known)
