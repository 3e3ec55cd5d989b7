"""What the site publishes for machines: the graph, each article, and the data that the browser tools decide with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..answers.plain import plain
from ..ask.graphs import prefixes
from ..ask.guard import published as guard
from ..ask.library import find_query, read_library
from ..doors.outgoing import HARMLESS, NUMBER
from ..engines.program import clause_criteria, levels_of, program
from ..law.conflicts import conflict_of
from ..law.load import load
from ..law.overlays import read_overlay
from ..law.rules import read_rules
from ..law.steps import read_steps
from ..model import Article, Clause, Lang, Record, Value
from .bundle import packed
from .content import Content
from .form import facts_of, situations_of, typed_of
from .in_browser import data_rules_of, rules_of, text_of, vocabulary_of
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
    book = content.kb.book
    quads = program(book)
    base = {_line(quad) for quad in quads}
    rules = rules_of(content, book)
    readings = {}
    folder = content.kb.knowledge.root / "policy" / book.document.slug / "overlays"
    names = [path.stem.replace(".", ":") for path in sorted(folder.glob("*.ttl"))]
    conflicts = _conflicts(content, names)
    for name in names:
        other = read_rules(load(content.folder, book.document.slug, [name]))
        rows = program(other)
        lines = {_line(quad) for quad in rows}
        reading = next((r for r in content.readings if r.overlay == name), None)
        readings[name] = {
            "add": "".join(sorted(lines - base)),
            "remove": "".join(sorted(base - lines)),
            "depth": levels_of(rows),
            "conflicts": conflicts[name],
            "label": text_of(reading.label) if reading else [name, name],
            "alternative": text_of(reading.alternative) if reading and reading.alternative else [name, name],
            "types": sorted(
                {
                    c.record_type
                    for c in other.clauses.values()
                    if c.record_type and _changed(c, lines - base, base - lines)
                }
            ),
            **_different(rules, rules_of(content, other)),
        }
    situations = situations_of(content)
    data = {"depth": levels_of(quads), "readings": readings, **rules, **_procedures(content.kb.knowledge.root)}
    data |= vocabulary_of(content) | {"dataRules": data_rules_of(content), "examples": _examples(content, situations)}
    data |= {"situations": situations, "typed": typed_of(content)}
    library = {
        "prefixes": prefixes(content.kb.knowledge),
        "library": _library(content),
        "guard": {**guard(), "seconds": PATIENCE},
        "table": TABLE,
    }
    # With the computed links, which the queries of the library use, in the graphs that `ask` has.
    graph = "".join(sorted(f"{quad} .\n" for quad in content.kb.quads)).encode()
    return {
        "assets/kb/program.js": packed("program", "".join(sorted(base)).encode()),
        "assets/kb/data.js": packed("data", _compact(data)),
        "assets/kb/library.js": packed("library", _compact(library)),
        "assets/kb/graph.js": packed("graph", graph),
        "assets/kb/passages.data.js": packed("passages", _compact(passages_of(content))),
    }


def name_files(addresses: Mapping[str, str]) -> dict[str, bytes]:
    """Where each name resolves to, by path below the site's root: for the page that leads there, and for programs."""
    places = _compact(dict(addresses))
    return {"assets/kb/names.data.js": packed("names", places), "id/index.json": places}


def _procedures(root: Path) -> dict[str, Any]:
    """The queries that decide, doubt, combine what several records come to, and order what to ask next."""
    (joint,) = read_steps(root, "joint")
    return {
        "steps": [
            {"name": step.name, "kind": step.kind, "each": step.each, "text": _bare(step.text)}
            for step in read_steps(root)
        ],
        "doubt": [_bare(step.text) for step in read_steps(root, "doubt")],
        "joint": _bare(joint.text),
        "questions": in_language(find_query(read_library(root), "questions"), "zh"),
    }


def _compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _conflicts(content: Content, names: Sequence[str]) -> dict[str, list[str]]:
    """By overlay, those that cannot stand beside it."""
    knowledge = content.kb.knowledge
    overlays = [read_overlay(knowledge.root, knowledge.policy, name) for name in names]
    return {
        one.name: [o.name for o in overlays if o != one and conflict_of(knowledge.store, one, o)] for one in overlays
    }


def _line(quad: ox.Quad) -> str:
    """A quad of the program as one N-Triples line; all stand in one graph."""
    return f"{quad.subject} {quad.predicate} {quad.object} .\n"


def _different(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What a reading shows otherwise than the default: entries that differ, and under `gone` those it does without."""
    found: dict[str, Any] = {"gone": {}}
    for section, entries in other.items():
        before = base[section]
        if isinstance(entries, dict):
            found[section] = {key: value for key, value in entries.items() if before.get(key) != value}
            gone = [key for key in before if key not in entries]
            if gone:
                found["gone"][section] = gone
        elif entries != before:
            found[section] = entries
    return found


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


def _bare(query: str) -> str:
    """A query without its comments' lines; what they say is on the query page."""
    return "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#")) + "\n"


def _changed(clause: Clause, added: set[str], removed: set[str]) -> bool:
    names = [clause.iri, *(c.iri for c in clause_criteria(clause)), *(o.iri for o in clause.options)]
    return any(name in line for line in (*added, *removed) for name in names)


def _examples(content: Content, situations: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One example for each situation: the eligible one that states the most, with money where there is some."""
    found = {}
    for situation in situations:
        best: tuple[tuple[bool, bool, int], Record] | None = None
        for name in situation["clauses"]:
            for example in content.examples.get(name, ()):
                is_paid = content.kb.book.clauses[name].grants_money
                score = example.decision.status == "eligible", is_paid, len(example.record.facts)
                if best is None or score > best[0]:
                    best = score, example.record
        if best is not None:
            record = best[1]
            asked = {
                fact
                for name in situation["clauses"]
                for fact in facts_of(content.kb.book, content.kb.book.clauses[name])
            }
            facts = {name: _plainly(value) for name, value in record.facts.items() if name in asked}
            found[situation["id"]] = {"period": record.period, "facts": facts}
    return found


def _plainly(value: Value) -> list[str] | bool | str:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) else plain(value)


def languages() -> tuple[Lang, Lang]:
    """Both languages, the default one first."""
    return "zh", "en"
