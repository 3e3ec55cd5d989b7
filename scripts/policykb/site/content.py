"""Everything the pages read, loaded once for both languages."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from ..amended import Amended, amended_clauses
from ..api import Policykb, load_policykb
from ..ask.graphs import knowledge_quads
from ..ask.local import store_of
from ..law.knowledge import local
from ..law.load import documents
from ..law.readings import Reading
from ..model import Decision, Lang, Place, Record, Text, Value, Vocabulary
from ..names import DCT, PKB, SCHEMA, SKOS
from ..reports.phrases import Phrases
from ..reports.readings_list import bearing_on
from .addresses import addresses
from .markup import relative

__all__ = ["Content", "Example", "Quantity", "View", "load_content"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the text that belongs to no condition and no amount."""

    iri: str
    label: Text
    provision: str
    words: str
    unit: str | None
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    exclusive: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of a clause: a scenario's record and the decision on it."""

    title: str
    record: Record
    decision: Decision


@dataclass(frozen=True)
class Content:
    """The loaded knowledge base with what only the site needs.

    `addresses` count from the root of a language. The pages of a document that stands beside the site's own lie below
    `base`, a folder with a slash at its end; `own` lists them as if they lay in none. `check` is the self-check that
    knows it, and `members` are the documents of several that are taken together.
    """

    kb: Policykb
    readings: tuple[Reading, ...]
    addresses: Mapping[str, str]
    folder: Path
    base: str = ""
    own: frozenset[str] = frozenset()
    check: str | None = "check.html"
    members: tuple[Content, ...] = ()

    @cached_property
    def amended(self) -> dict[str, tuple[Amended, ...]]:
        """From which day on, and by what, the rules of a clause are others than those of the text as first issued."""
        return amended_clauses(self.kb)

    @cached_property
    def quantities(self) -> dict[str, tuple[Quantity, ...]]:
        """Quantities by the provision they stand in."""
        knowledge = self.kb.knowledge
        found: dict[str, list[Quantity]] = {}
        for iri in knowledge.instances(PKB.Quantity):
            source, unit = knowledge.node(iri, DCT.source), knowledge.node(iri, PKB.unit)

            def number(name: str, iri: ox.NamedNode = iri) -> Decimal | None:
                text = knowledge.string(iri, SCHEMA[name])
                return None if text is None else Decimal(text)

            quantity = Quantity(
                iri=iri.value,
                label=knowledge.label(iri),
                provision=local(source) if source else "",
                words=knowledge.string(iri, PKB.words) or "",
                unit=None if unit is None else knowledge.string(unit, SKOS.notation),
                value=number("value"),
                low=number("minValue"),
                high=number("maxValue"),
                exclusive=knowledge.string(iri, PKB.exclusive) == "true",
            )
            found.setdefault(quantity.provision, []).append(quantity)
        return {name: tuple(quantities) for name, quantities in found.items()}

    @cached_property
    def readings_of(self) -> dict[str, tuple[Reading, ...]]:
        """The readings that bear on each clause."""
        book = self.kb.book
        return {clause.id: bearing_on(clause, book, self.readings) for clause in book.clauses.values()}

    @cached_property
    def examples(self) -> dict[str, tuple[Example, ...]]:
        """Up to three worked examples of each clause: one eligible, one not, one open, from the scenario files."""
        if self.members:
            apart = {one.kb.book.document.slug: one.examples for one in self.members}
            return {f"{slug}/{name}": found for slug, each in apart.items() for name, found in each.items()}
        chosen: dict[tuple[str, str], dict[str, Any]] = {}
        for case in _cases(self.folder / "tests" / "cases" / self.kb.book.document.slug):
            for clause, keys in case["expect"].items():
                chosen.setdefault((clause, keys.get("status", "")), case)
        cases = list({id(case): case for case in chosen.values()}.values())
        records = [_record(case, number, self.kb.vocabulary) for number, case in enumerate(cases)]
        decided = {(d.record, d.clause): d for d in self.kb.apply(records).decisions}
        place = {id(case): number for number, case in enumerate(cases)}
        found: dict[str, list[Example]] = {}
        for status in ("eligible", "undetermined", "not-eligible"):
            for (clause, expected), case in chosen.items():
                record = records[place[id(case)]]
                decision = decided.get((record.id, clause))
                if expected == status and decision is not None:
                    found.setdefault(clause, []).append(Example(case["case"], record, decision))
        return {clause: tuple(examples) for clause, examples in found.items()}

    @cached_property
    def rehearsed(self) -> str:
        """Every eighth record of the scenario files, and one of each type that states nothing, as JSON."""
        cases = _cases(self.folder / "tests" / "cases" / self.kb.book.document.slug)[::8]
        blank = [{"type": name} for name in self.kb.vocabulary.record_types]
        named = [{"period": "2020", "subject": {"name": "—"}, **raw} for raw in [*(c["record"] for c in cases), *blank]]
        return json.dumps([{**raw, "id": str(number)} for number, raw in enumerate(named)], default=str)

    @cached_property
    def graph(self) -> ox.Store:
        """The knowledge base as named graphs, with the computed links: what the query library asks."""
        return store_of(knowledge_quads(self.kb.knowledge, self.kb.book))

    def phrases(self, lang: Lang) -> Phrases:
        """The phrases of one language."""
        return Phrases(self.kb.book, self.kb.vocabulary, self.kb.wording, lang)

    def view(self, lang: Lang, page: str) -> View:
        """This content as one page in one language sees it."""
        return View(self, lang, page, self.phrases(lang))


@dataclass(frozen=True)
class View:
    """Content seen from one page in one language: wordings, and addresses relative to the page."""

    content: Content
    lang: Lang
    page: str
    phrases: Phrases

    def say(self, name: str, **values: object) -> str:
        """A text of the site (`pkb-text:site-…`)."""
        return self.phrases.say(f"site-{name}", **values)

    def get(self, text: Text | None) -> str:
        """A wording in this language."""
        return text.get(self.lang) if text else ""

    def href(self, iri: str) -> str | None:
        """Where an IRI resolves to, from this page."""
        target = self.content.addresses.get(iri)
        return None if target is None else relative(target, self.page)

    def asset(self, path: str) -> str:
        """A file that the site holds once, for both languages."""
        return ("../" if self.lang == "en" else "") + relative(path, self.page)

    def graph(self, name: str) -> str:
        """A file with what the graph says of the document, from this page."""
        return self.asset(f"assets/rdf/{self.content.base}{name}")

    def to(self, target: str) -> str:
        """A page of the document, or else one that the site has once, from this page."""
        is_own = target.partition("#")[0] in self.content.own
        return relative(f"{self.content.base}{target}" if is_own else target, self.page)

    def check(self, fragment: str = "") -> str | None:
        """The self-check, from this page; none where it knows nothing of the document."""
        return None if self.content.check is None else relative(f"{self.content.check}{fragment}", self.page)


POLICY = "POLICYKB_SITE_POLICY"


@cache
def load_content(folder: Path) -> Content:
    """Load the knowledge base in a folder, its readings, and where each IRI resolves to.

    Its self-check, downloads and queries are about one document: the one that the environment names, or the first of
    those in force.
    """
    kb = load_policykb(folder, os.environ.get(POLICY) or next(iter(documents(folder)), None))
    return Content(kb, kb.book.readings, addresses(kb), folder)


def _cases(folder: Path) -> list[dict[str, Any]]:
    """The scenarios under the default readings whose records are valid."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=loader):
            if isinstance(case["expect"], dict) and not case.get("with") and not case.get("as-of"):
                found.append(case)
    return found


def _record(case: Mapping[str, Any], number: int, vocabulary: Vocabulary) -> Record:
    raw = dict(case["record"])
    subject, kind, period = raw.pop("subject", {}), raw.pop("type"), str(raw.pop("period", "2020"))
    facts = {
        name: _typed(value, vocabulary.facts[name].datatype, vocabulary.facts[name].is_list)
        for name, value in raw.items()
        if value is not None and name in vocabulary.facts
    }
    # Each its own applicant: what several records state of one is held against each other.
    name = subject.get("name") or f"— {number}"
    division = subject.get("division")
    return Record(f"{number}", kind, period, name, subject.get("creditCode"), division, facts, Place(""))


def _typed(value: Any, datatype: str, is_list: bool) -> Value:
    if is_list:
        return tuple(value) if isinstance(value, list) else (value,)
    if datatype == "decimal":
        return Decimal(str(value))
    if datatype == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        return date.fromisoformat(str(value))
    return value  # type: ignore[no-any-return]
