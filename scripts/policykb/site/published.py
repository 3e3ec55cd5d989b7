"""What the site publishes for machines: the graph, each article, and the data that the browser tools decide with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..answers.decisions import plain
from ..ask.graphs import prefixes
from ..ask.guard import published as guard
from ..ask.library import find_query, read_library
from ..doors.outgoing import HARMLESS, NUMBER
from ..engines.program import clause_criteria, depth, program, smallest_unit
from ..errors import KnowledgeError
from ..law.conflicts import conflict_of
from ..law.data_rules import FactRule
from ..law.knowledge import local
from ..law.load import load
from ..law.overlays import read_overlay
from ..law.relations import CheckCharacter
from ..law.rules import RuleBook, read_rules
from ..law.steps import read_steps
from ..model import Article, Clause, Criterion, Lang, Option
from ..names import PKB
from ..reports.phrases import Phrases
from .bundle import packed
from .content import Content
from .expressions import published_expression
from .pages.queries import in_language, runnable
from .provisions import spaced

__all__ = ["article_graph", "browser_files", "graph_files", "serialize"]

PATIENCE = 10  # seconds that a query has in the browser
TABLE = {"number": NUMBER, "harmless": [[sign.replace(r"\x{", r"\u{"), instead] for sign, instead in HARMLESS]}
"""What tables of the browser go by, in patterns as browsers know them."""
_RELATIONS = ("Quotient", "UsualSize", "Agreement", "ZeroTogether", "OnlyWhere", "PatternWhere", "WithinPeriod")
"""The constraint components that the browser follows."""


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
    """The whole graph in three formats, and each article in two; by path below the site's root."""
    store = list(content.kb.knowledge.store)
    kinds = (("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES), ("jsonld", ox.RdfFormat.JSON_LD))
    found = {f"assets/rdf/policykb.{suffix}": serialize(content, store, format) for suffix, format in kinds}
    for article in content.kb.book.articles:
        quads = article_graph(content, article)
        for suffix, format in kinds[::2]:
            found[f"assets/rdf/art-{article.number:02d}.{suffix}"] = serialize(content, quads, format)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {Path(path).name}\n" for path, data in sorted(found.items())]
    return {**found, "assets/rdf/SHA256SUMS": "".join(sums).encode()}


def browser_files(content: Content) -> dict[str, bytes]:
    """The data of self-check and playground, by path below the site's root."""
    book = content.kb.book
    quads = program(book)
    base = {_line(quad) for quad in quads}
    rules = _rules(content, book)
    readings = {}
    folder = content.kb.knowledge.root / "policy" / book.document.slug / "overlays"
    names = [path.stem.replace(".", ":") for path in sorted(folder.glob("*.ttl"))]
    conflicts = _conflicts(content, names)
    for name in names:
        other = read_rules(load(content.folder, book.document.slug, [name]))
        lines = {_line(quad) for quad in program(other)}
        reading = next((r for r in content.readings if r.overlay == name), None)
        readings[name] = {
            "add": "".join(sorted(lines - base)),
            "remove": "".join(sorted(base - lines)),
            "depth": depth(other),
            "conflicts": conflicts[name],
            "label": _text(reading.label) if reading else [name, name],
            "alternative": _text(reading.alternative) if reading and reading.alternative else [name, name],
            "types": sorted(
                {
                    c.record_type
                    for c in other.clauses.values()
                    if c.record_type and _changed(c, lines - base, base - lines)
                }
            ),
            **_different(rules, _rules(content, other)),
        }
    steps = [
        {"name": step.name, "kind": step.kind, "each": step.each, "text": _bare(step.text)}
        for step in read_steps(content.kb.knowledge.root)
    ]
    data = {"steps": steps, "depth": depth(book), "readings": readings, **rules}
    data |= _vocabulary(content) | {"dataRules": _data_rules(content), "examples": _examples(content)}
    questions = find_query(read_library(content.kb.knowledge.root), "questions")
    data |= {
        "questions": in_language(questions, "zh"),
        "prefixes": prefixes(content.kb.knowledge),
        "library": _library(content),
        "guard": {**guard(), "seconds": PATIENCE},
        "table": TABLE,
    }
    # With the computed links, which the queries of the library use.
    graph = serialize(content, content.kb.quads, ox.RdfFormat.N_TRIPLES)
    places = json.dumps(dict(content.addresses), ensure_ascii=False, separators=(",", ":"))
    return {
        "assets/kb/program.js": packed("program", "".join(sorted(base)).encode()),
        "assets/kb/data.js": packed("data", json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()),
        "assets/kb/graph.js": packed("graph", graph),
        "assets/kb/names.data.js": packed("names", places.encode()),
        "id/index.json": places.encode(),
    }


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
    """The library queries that the graph alone answers, in each language."""
    found = [query for query in read_library(content.kb.knowledge.root) if runnable(query)]
    return [
        {"name": q.name, "question": _text(q.question), "text": [in_language(q, lang) for lang in languages()]}
        for q in found
    ]


def _bare(query: str) -> str:
    """A query without its comments' lines; what they say is on the query page."""
    return "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#")) + "\n"


def _changed(clause: Clause, added: set[str], removed: set[str]) -> bool:
    names = [clause.iri, *(c.iri for c in clause_criteria(clause)), *(o.iri for o in clause.options)]
    return any(name in line for line in (*added, *removed) for name in names)


def _text(text: Any) -> list[str]:
    return [text.zh, text.en] if text else ["", ""]


def _rules(content: Content, book: RuleBook) -> dict[str, Any]:
    """What the browser shows of the rules; what it decides with is the program."""
    return {
        "clauses": {c.id: _clause(content, c) for c in book.clauses.values() if c.record_type},
        "criteria": {
            r.iri: _criterion(content, book, r)
            for c in book.clauses.values()
            if c.record_type
            for r in clause_criteria(c)
        },
        "groups": {
            g.id: {
                "label": _text(g.label),
                "members": list(g.members),
                "words": spaced(g.words),
                "provision": g.provision,
            }
            for g in book.groups.values()
        },
        "notices": [
            {"clause": n.clause, "text": _text(n.text), "from": n.start.isoformat() if n.start else None}
            for n in book.notices
        ],
        "asOfFrom": book.as_of_from.isoformat(),
        "periodsEndingFrom": book.periods_ending_from.isoformat(),
        "remarks": {d.iri: _text(d.remark) for d in book.derived.values() if d.remark},
    }


def _clause(content: Content, clause: Clause) -> dict[str, Any]:
    both = [content.phrases(lang) for lang in ("zh", "en")]
    return {
        "iri": clause.iri,
        "article": clause.article,
        "title": _text(clause.title),
        "kind": [p.concept("clause-kind", clause.kind) for p in both],
        "type": clause.record_type,
        "money": clause.grants_money,
        "unstated": [p.join(p.amounts(clause)) for p in both] if clause.is_unstated else None,
        "currency": clause.options[0].currency if clause.options else None,
        "smallest": _smallest(content.kb.book, clause.options[0].currency) if clause.options else None,
        "payee": _text(clause.payee or clause.beneficiary),
        "payeeInferred": "payee" in clause.inferred and clause.payee is not None,
        "authority": [p.say("site-comma").join(b.label.get(p.lang) for b in clause.authority) for p in both],
        "authorityInferred": "hasCompetentAuthority" in clause.inferred,
        "fallback": spaced(content.kb.book.provisions[clause.fallback].quote) if clause.fallback else None,
        "fallbackId": clause.fallback,
        "provisions": list(clause.provisions),
        "criteria": [c.iri for c in clause_criteria(clause)],
        "root": _tree(clause.root),
        "options": [_option(o, content) for o in clause.options],
        "page": content.addresses[clause.iri],
    }


def _smallest(book: RuleBook, currency: str) -> str:
    return f"{plain(smallest_unit(book, currency))} {currency}"


def _tree(node: Any) -> Any:
    """A condition as nested lists, for display: [op, child…] or the IRI of a criterion."""
    if node is None:
        return None
    if node.criterion is not None:
        return node.criterion.iri
    return [node.op, *(_tree(child) for child in node.children)]


def _option(option: Option, content: Content) -> dict[str, Any]:
    phrases: list[Phrases] = [content.phrases("zh"), content.phrases("en")]
    below, cap = (None, None) if option.expression is None else phrases[0].under_cap(option.expression)
    return {
        "iri": option.iri,
        "label": _text(option.label),
        "rule": [p.option(option) for p in phrases],
        "when": _tree(option.condition),
        "kind": option.kind,
        "expression": published_expression(below, option, phrases) if below is not None else None,
        "cap": plain(cap) if cap is not None else None,
        "words": spaced(option.words),
    }


def _criterion(content: Content, book: RuleBook, criterion: Criterion) -> dict[str, Any]:
    provision = book.provisions.get(criterion.provision)
    phrases: list[Any] = [content.phrases("zh"), content.phrases("en")]
    return {
        "label": _text(criterion.label),
        "message": _text(criterion.message),
        "required": [p.required(criterion) for p in phrases],
        "path": criterion.path,
        "others": [atom.other for atom in criterion.atoms if atom.other],
        "words": spaced(criterion.words),
        "presumption": _text(criterion.presumption) if criterion.presumption else None,
        "provision": criterion.provision,
        "page": content.addresses.get(provision.iri) if provision else None,
    }


def _vocabulary(content: Content) -> dict[str, Any]:
    vocabulary = content.kb.vocabulary
    official = content.phrases("zh").forms
    forms = {
        unit: [[written, plain(factor)] for written, factor in reversed(found)] for unit, found in official.items()
    }
    facts = {
        fact.id: {
            "label": _text(fact.label),
            "question": _text(fact.question or fact.label),
            "proof": _text(fact.proof),
            "datatype": fact.datatype,
            "unit": fact.unit,
            "list": fact.is_list,
            "derived": fact.is_derived,
            "body": _text(fact.decided_by.label) if fact.decided_by else None,
            "codes": list(fact.codes),
            "page": content.addresses[fact.iri],
        }
        for fact in vocabulary.facts.values()
    }
    return {
        "facts": facts,
        "types": {k.id: {"label": _text(k.label), "facts": list(k.facts)} for k in vocabulary.record_types.values()},
        "codes": {code: _text(label) for code, label in vocabulary.codes.items()},
        "units": {u.id: {"label": _text(u.label), "currency": u.currency} for u in vocabulary.units.values()},
        "forms": forms,
        "columns": {name: _text(label) for name, label in vocabulary.columns.items()},
        "texts": _texts(content),
        "document": {"number": content.kb.book.document.number, "iri": content.kb.book.document.iri},
        "namespace": str(PKB),
        "rulesHash": content.kb.knowledge.rules_hash,
        "version": _version(),
    }


def _version() -> str:
    from ..version import __version__

    return __version__


def _texts(content: Content) -> dict[str, list[str]]:
    """The wordings that the tools use, which the ontology marks."""
    marked = content.kb.knowledge.subjects(PKB.usedIn, PKB.browser)
    names = [local(node) for node in marked]
    return {name.removeprefix("site-"): _text(content.kb.wording.text(name)) for name in names}


def _data_rules(content: Content) -> dict[str, Any]:
    """What records must satisfy, as data; the browser compares, and holds no bound of its own."""
    rules = content.kb.decider.record_rules
    return {
        "types": {
            name: {
                "record": [_rule(r) for r in t.record],
                "facts": {f: [_rule(r) for r in found] for f, found in t.facts.items()},
                "closed": _message(t.closed) if t.closed else None,
            }
            for name, t in rules.types.items()
        },
        "subject": [_rule(r) for r in rules.subject],
        "computed": {name: _message(rule) for name, rule in rules.computed.items()},
    }


def _message(rule: Any) -> dict[str, Any]:
    return {"id": rule.id, "severity": rule.severity, "message": _text(rule.message), "mend": _text(rule.mend)}


def _rule(rule: FactRule) -> dict[str, Any]:
    kinds = {"bool": "boolean", "int": "integer", "Decimal": "decimal", "str": "string", "date": "date"}
    found = {
        **_message(rule),
        "path": rule.path,
        "kind": kinds[rule.kind.__name__] if rule.kind else None,
        "minCount": rule.min_count,
        "maxCount": rule.max_count,
        "low": None if rule.low is None else plain(rule.low),
        "above": rule.above,
        "high": None if rule.high is None else plain(rule.high),
        "below": rule.below,
        "minLength": rule.min_length,
        "pattern": rule.pattern.pattern.replace("\\Z", "$") if rule.pattern else None,
        "allowed": sorted(plain(v) for v in rule.allowed) if rule.allowed is not None else None,
        "other": rule.other,
        "strict": rule.strict,
        "check": _check(rule),
        "tells": {test: _text(text) for test, text in rule.tells.items()},
        "relation": _relation(rule),
    }
    return {key: value for key, value in found.items() if value not in (None, False, 0, {})}


def _check(rule: FactRule) -> dict[str, Any] | None:
    """The check character of a code, as data."""
    relation = rule.relation
    if not isinstance(relation, CheckCharacter):
        return None
    return {"start": relation.start, "tables": [dict(t) for t in relation.tables], "symbols": relation.symbols}


def _relation(rule: FactRule) -> dict[str, Any] | None:
    """How a value is related to others of its record, as data: the constraint component with its parameters.

    Raises:
        KnowledgeError: the browser does not know the component.
    """
    relation = rule.relation
    if relation is None or isinstance(relation, CheckCharacter):
        return None
    kind = relation.component.removesuffix("ConstraintComponent")
    if kind not in _RELATIONS or not is_dataclass(relation):
        raise KnowledgeError("rule-not-in-browser", where="shapes/records.ttl", rule=rule.id)
    stated = {one.name: getattr(relation, one.name) for one in fields(relation) if one.name != "component"}
    shown = {name: value.pattern if isinstance(value, re.Pattern) else plain(value) for name, value in stated.items()}
    return {"kind": kind, **shown}


def _examples(content: Content) -> dict[str, dict[str, Any]]:
    """One example for each kind of record: the eligible one that states the most."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for examples in content.examples.values():
        for example in examples:
            record = example.record
            score = len(record.facts) + (10 if example.decision.status == "eligible" else 0)
            if score > found.get(record.type, (0, {}))[0]:
                facts = {
                    name: list(value)
                    if isinstance(value, tuple)
                    else value
                    if isinstance(value, bool)
                    else plain(value)
                    for name, value in record.facts.items()
                }
                found[record.type] = (score, {"period": record.period, "facts": facts})
    return {name: example for name, (_, example) in found.items()}


def languages() -> tuple[Lang, Lang]:
    """Both languages, the default one first."""
    return "zh", "en"
