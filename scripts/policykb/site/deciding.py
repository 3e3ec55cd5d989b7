"""What the self-check decides with: rules, programs, and what readings and amendments change of both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..answers.plain import plain
from ..answers.several import merged_book
from ..api import Policykb
from ..ask.library import find_query, read_library
from ..engines.program import clause_criteria, levels_of, program
from ..law.conflicts import conflict_of
from ..law.load import load
from ..law.overlays import Overlay, read_overlay
from ..law.rules import RuleBook, read_rules
from ..law.steps import read_steps
from ..model import Clause, Record, Value
from ..shelf import each
from .bundle import packed
from .content import Content
from .form import begins, facts_of, said_of, situations_of, typed_of
from .in_browser import data_rules_of, rules_of, span_of, text_of, vocabulary_of
from .pages.queries import in_language

__all__ = ["compact", "deciding_files"]


@dataclass(frozen=True, slots=True)
class _Side:
    """The rules of a page at one time and under one reading; by document its program, and how deep that goes."""

    rules: dict[str, Any]
    lines: dict[str, set[str]]
    depths: dict[str, int]
    spans: dict[str, dict[str, str | None]]
    clauses: tuple[Clause, ...]


def deciding_files(content: Content) -> dict[str, bytes]:
    """Data and programs of a self-check, by path below the site's root; of several documents a program each."""
    books = {one.book.document.slug: one.book for one in each(content.kb)}
    base, later = _side(content, books), dict(_amended(content))
    # What an amendment adds can be asked about, too.
    book = replace(content.kb.book, clauses={one.id: one for side in (*later.values(), base) for one in side.clauses})
    situations = situations_of(content, book)
    depth = {} if content.members else {"depth": max(base.depths.values())}
    data = {**depth, "readings": _readings(content, base, None), **base.rules, **_procedures(content.kb.knowledge.root)}
    data |= vocabulary_of(content) | {"dataRules": _data_rules(content)}
    data |= {"examples": _examples(content, book, situations)}
    data |= {"situations": situations, "typed": typed_of(content)}
    if later:
        data["versions"] = [_version(content, base, day, side) for day, side in later.items()]
    programs = {slug: "".join(sorted(lines)) for slug, lines in base.lines.items()}
    written = compact(programs) if content.members else "".join(programs.values()).encode()
    if content.members:
        data |= begins(content)
        data["of"] = {
            slug: {"depth": base.depths[slug], **base.spans[slug], "about": said_of(one)}
            for slug, one in zip(books, content.members, strict=True)
        }
    folder = f"assets/kb/{content.base}"
    return {f"{folder}program.js": packed("program", written), f"{folder}data.js": packed("data", compact(data))}


def compact(data: Any) -> bytes:
    """JSON without blanks."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


# --- Versions and readings ----------------------------------------------------------------------------------------


def _side(content: Content, books: Mapping[str, RuleBook]) -> _Side:
    book = merged_book(books) if content.members else next(iter(books.values()))
    rows = {slug: program(one) for slug, one in books.items()}
    rules = rules_of(content, book)
    dates = span_of(book)
    return _Side(
        {name: part for name, part in rules.items() if not content.members or name not in dates},
        {slug: {_line(quad) for quad in quads} for slug, quads in rows.items()},
        {slug: levels_of(quads) for slug, quads in rows.items()},
        {slug: span_of(one) for slug, one in books.items()},
        tuple(book.clauses.values()),
    )


def _amended(content: Content) -> Iterator[tuple[date, _Side]]:
    """What holds from the day of each amendment on."""
    amended = [overlay for one in each(content.kb) for overlay in one.knowledge.amendments]
    for day in sorted({overlay.valid_from for overlay in amended if overlay.valid_from is not None}):
        kb = content.kb.version(day)
        yield day, _side(replace(content, kb=kb), {one.book.document.slug: one.book for one in each(kb)})


def _version(content: Content, base: _Side, day: date, side: _Side) -> dict[str, Any]:
    """What an amendment changes from its day on, and what readings change of that."""
    readings = _readings(replace(content, kb=content.kb.version(day)), side, day)
    return {"from": day.isoformat(), **_changes(content, base, side), "readings": readings}


def _readings(content: Content, base: _Side, day: date | None) -> dict[str, Any]:
    """What each reading changes of the rules of a day, by its name; of several documents that begins with their own."""
    kbs = {one.book.document.slug: one for one in each(content.kb)}
    found = {}
    for slug, kb in kbs.items():
        folder = kb.knowledge.root / "policy" / slug / "overlays"
        names = [path.stem.replace(".", ":") for path in sorted(folder.glob("*.ttl"))]
        overlays = [read_overlay(kb.knowledge.root, slug, name) for name in names]
        own = {name: one for name, one in zip(names, overlays, strict=True) if one.valid_from is None}
        conflicts = _conflicts(kb, own)
        for name in own:
            knowledge = load(kb.knowledge.root, slug, [name], day, kb.knowledge)
            books = {each_: one.book for each_, one in kbs.items()} | {slug: read_rules(knowledge)}
            prefix = f"{slug}/" if content.members else ""
            against = [prefix + other for other in conflicts[name]]
            found[prefix + name] = _reading(content, kb, name, against, base, _side(content, books))
    return found


def _reading(
    content: Content, kb: Policykb, name: str, conflicts: list[str], base: _Side, side: _Side
) -> dict[str, Any]:
    reading = next((r for r in kb.book.readings if r.overlay == name), None)
    changes = _changes(content, base, side)
    told = {
        "conflicts": conflicts,
        "label": text_of(reading.label) if reading else [name, name],
        "alternative": text_of(reading.alternative) if reading and reading.alternative else [name, name],
        "types": sorted({c.record_type for c in side.clauses if c.record_type and _changed(c, base, side)}),
    }
    rows: dict[str, Any] = {key: changes.pop(key) for key in ("of", "add", "remove", "depth") if key in changes}
    return {**rows, **told, **changes}


def _changes(content: Content, base: _Side, side: _Side) -> dict[str, Any]:
    """What one side has otherwise than another: the rows of each program, and what is shown of the rules."""
    of = {
        slug: {
            "add": "".join(sorted(lines - base.lines[slug])),
            "remove": "".join(sorted(base.lines[slug] - lines)),
            "depth": side.depths[slug],
        }
        for slug, lines in side.lines.items()
    }
    if content.members:
        rows: dict[str, Any] = {"of": {slug: {**one, **side.spans[slug]} for slug, one in of.items()}}
    else:
        (rows,) = of.values()
    return {**rows, **_different(base.rules, side.rules)}


def _conflicts(kb: Policykb, overlays: Mapping[str, Overlay]) -> dict[str, list[str]]:
    """By overlay, those that cannot stand beside it."""
    store = kb.knowledge.store
    return {
        name: [other for other, two in overlays.items() if two != one and conflict_of(store, one, two)]
        for name, one in overlays.items()
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


def _changed(clause: Clause, base: _Side, side: _Side) -> bool:
    names = [clause.iri, *(c.iri for c in clause_criteria(clause)), *(o.iri for o in clause.options)]
    changed = [line for slug, lines in side.lines.items() for line in lines ^ base.lines[slug]]
    return any(name in line for line in changed for name in names)


# --- What goes with the rules -----------------------------------------------------------------------------------


def _data_rules(content: Content) -> dict[str, Any]:
    """What records must satisfy: what breaks a rule of one of several documents is decided by none of them."""
    found = data_rules_of(content)
    for one in content.members:
        for name, kind in data_rules_of(one)["types"].items():
            whole = found["types"][name]
            whole["record"] += [rule for rule in kind["record"] if rule not in whole["record"]]
            for fact, rules in kind["facts"].items():
                known = whole["facts"].setdefault(fact, [])
                known += [rule for rule in rules if rule not in known]
    return found


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


def _bare(query: str) -> str:
    """A query without its comments' lines; what they say is on the query page."""
    return "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#")) + "\n"


def _examples(content: Content, book: RuleBook, situations: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One example for each situation: the eligible one that states the most, with money where there is some."""
    found = {}
    for situation in situations:
        best: tuple[tuple[bool, bool, int], Record] | None = None
        for name in situation["clauses"]:
            for example in content.examples.get(name, ()):
                is_paid = book.clauses[name].grants_money
                score = example.decision.status == "eligible", is_paid, len(example.record.facts)
                if best is None or score > best[0]:
                    best = score, example.record
        if best is not None:
            record = best[1]
            asked = {fact for name in situation["clauses"] for fact in facts_of(book, book.clauses[name])}
            facts = {name: _plainly(value) for name, value in record.facts.items() if name in asked}
            found[situation["id"]] = {"period": record.period, "facts": facts}
    return found


def _plainly(value: Value) -> list[str] | bool | str:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) else plain(value)
