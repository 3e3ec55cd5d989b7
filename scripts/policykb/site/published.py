"""What the site publishes for machines: the graph, each article, and the data that the browser tools decide with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..ask.graphs import prefixes
from ..ask.guard import published as guard
from ..ask.library import read_library
from ..doors.outgoing import HARMLESS, NUMBER
from ..model import Article, Lang
from .bundle import packed
from .content import Content
from .deciding import compact, deciding_files
from .in_browser import text_of
from .pages.queries import in_language
from .passages import passages_of

__all__ = ["article_graph", "browser_files", "graph_files", "name_files", "serialize"]

PATIENCE = 10  # seconds that a query has in the browser
TABLE = {"number": NUMBER, "harmless": [[sign.replace(r"\x{", r"\u{"), instead] for sign, instead in HARMLESS]}
"""What tables of the browser go by, in patterns as browsers know them."""


def serialize(content: Content, quads: Iterable[ox.Quad], format: ox.RdfFormat) -> bytes:
    """Triples of the default graph in a format, with the project's prefixes where the format has them."""
    triples = sorted((q.triple for q in quads), key=str)
    named = prefixes(content.kb.knowledge) if format in (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD) else None
    return ox.serialize(triples, format=format, prefixes=named) or b""


def article_graph(content: Content, article: Article) -> list[ox.Quad]:
    """What the graph says of an article: itself, its provisions with their anchors, its clauses, options and shapes."""
    stem = f"art-{article.number:02d}"
    pattern = re.compile(rf"{re.escape(content.kb.book.document.iri)}/(\w+/)?(number-)?{stem}(-|$)")
    named = [
        q for q in content.kb.knowledge.store if isinstance(q.subject, ox.NamedNode) and pattern.match(q.subject.value)
    ]
    return [*named, *_blank(content, named)]


def _blank(content: Content, quads: list[ox.Quad]) -> list[ox.Quad]:
    """The list nodes that hang on triples."""
    found: list[ox.Quad] = []
    for quad in quads:
        if isinstance(quad.object, ox.BlankNode):
            mine = list(content.kb.knowledge.store.quads_for_pattern(quad.object, None, None))
            found += [*mine, *_blank(content, mine)]
    return found


def graph_files(content: Content) -> dict[str, bytes]:
    """The whole graph in three formats, and each article in two; by path below the site's root.

    Of a document beside the site's own it is what that one adds to the graph.
    """
    store = list(content.kb.knowledge.store)
    if content.base:
        places = content.addresses
        named = [q for q in store if isinstance(q.subject, ox.NamedNode)]
        named = [q for q in named if places.get(q.subject.value, "").startswith(content.base)]
        store = [*named, *_blank(content, named)]
    kinds = (("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES), ("jsonld", ox.RdfFormat.JSON_LD))
    folder = f"assets/rdf/{content.base}"
    found = {f"{folder}policykb.{suffix}": serialize(content, store, format) for suffix, format in kinds}
    for article in content.kb.book.articles:
        quads = article_graph(content, article)
        for suffix, format in kinds[::2]:
            found[f"{folder}art-{article.number:02d}.{suffix}"] = serialize(content, quads, format)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {Path(path).name}\n" for path, data in sorted(found.items())]
    return {**found, f"{folder}SHA256SUMS": "".join(sums).encode()}


def browser_files(content: Content) -> dict[str, bytes]:
    """The data of self-check and playground, by path below the site's root."""
    library = {
        "prefixes": prefixes(content.kb.knowledge),
        "library": _library(content),
        "guard": {**guard(), "seconds": PATIENCE},
        "table": TABLE,
    }
    # With the computed links, which the queries of the library use, in the graphs that `ask` has.
    graph = "".join(sorted(f"{quad} .\n" for quad in content.kb.quads)).encode()
    return {
        **deciding_files(content),
        "assets/kb/library.js": packed("library", compact(library)),
        "assets/kb/graph.js": packed("graph", graph),
        "assets/kb/passages.data.js": packed("passages", compact(passages_of(content))),
    }


def name_files(addresses: Mapping[str, str]) -> dict[str, bytes]:
    """Where each name resolves to, by path below the site's root: for the page that leads there, and for programs."""
    places = compact(dict(addresses))
    return {"assets/kb/names.data.js": packed("names", places), "id/index.json": places}


def _library(content: Content) -> list[dict[str, Any]]:
    """The library queries that the graph alone answers, in each language, with what a reader may narrow them by."""
    found = [query for query in read_library(content.kb.knowledge.root) if query.group != "decisions"]
    return [
        {
            "name": q.name,
            "question": text_of(q.question),
            "text": [_headless(in_language(q, lang)) for lang in languages()],
            "parameters": [
                {"name": p.name, "type": p.type, "required": p.required, "meaning": text_of(p.meaning)}
                for p in q.parameters
                if p.type != "language"
            ],
        }
        for q in found
    ]


def _headless(query: str) -> str:
    """A query without the comments that it begins with: the question and the fields beside it say the same."""
    return re.sub(r"\A(?:#.*\n)+\s*", "", query)


def languages() -> tuple[Lang, Lang]:
    """Both languages, the default one first."""
    return "zh", "en"
