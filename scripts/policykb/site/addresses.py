"""Give every IRI of the project the page, and the place on it, that it resolves to."""

from __future__ import annotations

import re

import pyoxigraph as ox

from ..amended import amendments_of
from ..api import Policykb
from ..law.knowledge import Knowledge, local
from ..names import DCT, PKB
from ..reports.readings_list import shapes_of

__all__ = ["OWN", "addresses", "own_iris"]

OWN = "https://w3id.org/policykb/"
SCHEME = f"{OWN}scheme/"


def own_iris(knowledge: Knowledge) -> list[str]:
    """Every IRI of the project that the graph uses as subject, predicate or object, sorted."""
    found = set()
    for quad in knowledge.store:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(OWN):
                found.add(term.value)
    return sorted(found)


def addresses(kb: Policykb) -> dict[str, str]:
    """The page of each IRI, counted from the root of a language: `articles/NN.html#PROVISION`."""
    places = {**_text(kb), **_clauses(kb), **_terms(kb)}
    amending = (provision.iri for amended in amendments_of(kb) for provision in amended.provisions)
    return {iri: places.get(iri) or _rest(kb, iri, places) for iri in (*own_iris(kb.knowledge), *amending)}


def _text(kb: Policykb) -> dict[str, str]:
    """The document, chapters, articles and provisions."""
    book = kb.book
    found = {book.document.iri: "document.html"}
    for article in book.articles:
        page = f"articles/{article.number:02d}.html"
        found[article.iri] = page
        for name in article.provisions:
            found[book.provisions[name].iri] = f"{page}#{name}"
        chapter = f"{article.iri.rsplit('/', 1)[0]}/{article.chapter}"
        found[chapter] = f"chapters/{article.chapter.rsplit('-', 1)[-1]}.html"
    for provision in book.provisions.values():
        if provision.iri not in found:
            part = found.get(f"{provision.iri.rsplit('/', 1)[0]}/{provision.part}")
            found[provision.iri] = part or f"document.html#{provision.id}"
    for amended in amendments_of(kb):
        found |= {provision.iri: f"document.html#{provision.id}" for provision in amended.provisions}
    for iri in kb.knowledge.subjects(PKB.translationOf):
        translated = kb.knowledge.node(iri, PKB.translationOf)
        if translated is not None and translated.value in found:
            found[iri.value] = found[translated.value]
    return found


def _clauses(kb: Policykb) -> dict[str, str]:
    """Clauses, groups, options, notices, and the shapes where the first clause that uses them shows them."""
    book = kb.book
    found: dict[str, str] = {}
    for clause in book.clauses.values():
        page = f"clauses/{clause.id}.html"
        found[clause.iri] = page
        for option in clause.options:
            found[option.iri] = f"{page}#option-{option.iri.rsplit('/', 1)[-1]}"
            for node in option.expression.nodes() if option.expression is not None else ():
                if node.operands:
                    found.setdefault(node.iri, found[option.iri])
        for notice in book.notices:
            if notice.clause == clause.id:
                found[notice.iri] = page
        for iri in shapes_of(clause):
            found.setdefault(iri, f"{page}#shape-{iri.rsplit('/', 1)[-1]}")
    for group in book.every_group:
        found[group.iri] = f"clauses/{group.id}.html"
    return found


def _terms(kb: Policykb) -> dict[str, str]:
    """Facts and record types."""
    vocabulary = kb.vocabulary
    found = {kind.iri: f"facts/{kind.id}.html" for kind in vocabulary.record_types.values()}
    for fact in vocabulary.facts.values():
        home = fact.record_types or next(
            (vocabulary.facts[name].record_types for name in fact.inputs if name in vocabulary.facts), ()
        )
        found[fact.iri] = f"facts/{home[0]}.html#{fact.id}" if home else f"reference/terms.html#{fact.id}"
    return found


def _rest(kb: Policykb, iri: str, places: dict[str, str]) -> str:
    """Everything else, by the part of the namespace it stands in."""
    name = local(ox.NamedNode(iri))
    document = kb.book.document.iri
    if iri.startswith(f"{document}/"):
        return _document_part(kb, iri, name, places)
    if iri.startswith(SCHEME):
        return f"reference/schemes.html#{iri.removeprefix(SCHEME).replace('#', '-')}"
    for folder, page in (
        ("text#", "wordings.html#text-"),
        ("message#", "wordings.html#message-"),
        ("error#", "wordings.html#error-"),
        ("shape#", "data-rules.html#"),
    ):
        if iri.startswith(OWN + folder):
            return f"reference/{page}{name}"
    anchor = re.sub(r"[^A-Za-z0-9]+", "-", iri.removeprefix(OWN).removeprefix("ns#")).strip("-")
    return f"reference/terms.html#{anchor or 'policykb'}"


def _document_part(kb: Policykb, iri: str, name: str, places: dict[str, str]) -> str:
    document = kb.book.document.iri
    folder = iri.removeprefix(f"{document}/").rpartition("/")[0]
    if folder in ("body", "party"):
        return f"bodies.html#{folder}-{name}"
    if folder == "reading":
        return f"readings.html#{name}"
    if folder == "overlay":
        return f"readings.html#{name.removesuffix('-alt')}"
    if folder == "shape":
        return f"reference/shapes.html#{name}"
    base = re.sub(r"-(anchor|quote|position)$", "", iri)
    if base in places:
        return places[base]
    # A quantity or figure of speech stands where its words stand.
    source = kb.knowledge.objects(ox.NamedNode(iri), DCT.source)
    if source and isinstance(source[0], ox.NamedNode) and source[0].value in places:
        return places[source[0].value]
    replaced = kb.knowledge.subjects(PKB.condition, ox.NamedNode(iri))
    return places[replaced[0].value] if replaced and replaced[0].value in places else f"document.html#{name}"
