"""Decide records with the SPARQL queries of the library, on an embedded Oxigraph store.

The queries `decide-*.rq` interpret the rules as data; this module only runs them in order and reads the answers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..load import local
from ..model import Record
from ..names import DCT, PKB, RDF, RUN
from ..rules import RuleBook
from .period import as_of, period_end
from .program import depth, program, value_term

__all__ = ["Outcome", "SparqlEngine", "Step", "read_steps", "record_quads"]

RECORD = "urn:policykb:record:"
BATCH = 50  # Look-ups in the embedded store slow down with its size; fewer records would pay for the queries anew.


@dataclass(frozen=True, slots=True)
class Step:
    """One query of the decision procedure: its kind (update or select) and how it walks the levels, if it does."""

    name: str
    kind: str
    each: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine found for one record, keyed by clause, criterion and group; amounts rounded, None where absent.

    `truths` maps a criterion to 2, 1 or 0; `statuses` a clause to its status; `amounts` a clause to (least, most);
    `missing` a clause to its missing facts with the body that decides each; `groups` a group to (winner, least, most);
    `remarks` a clause to (kind, subject IRI); `derived` a derived fact to its value.
    """

    covered: bool
    statuses: Mapping[str, str]
    truths: Mapping[str, int]
    amounts: Mapping[str, tuple[Decimal, Decimal | None]]
    missing: Mapping[str, tuple[tuple[str, str | None], ...]]
    groups: Mapping[str, tuple[str | None, Decimal | None, Decimal | None]]
    remarks: Mapping[str, tuple[tuple[str, str], ...]]
    derived: Mapping[str, Decimal]


def read_steps(root: Path) -> tuple[Step, ...]:
    """The decision procedure of a knowledge base: `queries/decide-*.rq` in the order of their names.

    Raises:
        KnowledgeError: there is none, or a header lacks its `# step` line.
    """
    steps = []
    for path in sorted((root / "queries").glob("decide-*.rq")):
        text = path.read_text(encoding="utf-8")
        kind = re.search(r"^# step\s+(update|select)$", text, re.MULTILINE)
        each = re.search(r"^# each\s+level, (upwards|downwards)$", text, re.MULTILINE)
        if kind is None:
            raise KnowledgeError("the header has no `# step update` or `# step select` line.", where=str(path))
        steps.append(Step(path.stem, kind[1], each[1] if each else None, text))
    if not steps:
        raise KnowledgeError("there are no queries decide-*.rq.", where=str(root / "queries"))
    return tuple(steps)


def record_quads(records: Iterable[Record], day: date | None = None) -> Iterator[ox.Quad]:
    """Records as triples of the default graph; the IRI of each ends in its position, since ids are free text.

    Args:
        records: valid records.
        day: the as-of day; each record's own period end if None.
    """
    for number, record in enumerate(records):
        iri = ox.NamedNode(f"{RECORD}{number}")
        yield ox.Quad(iri, RDF.type, _term(record.type))
        yield ox.Quad(iri, DCT.identifier, ox.Literal(record.id))
        yield ox.Quad(iri, RUN.asOf, value_term(as_of(record.period, day)))
        yield ox.Quad(iri, RUN.periodEnd, value_term(period_end(record.period)))
        if record.division is not None:
            yield ox.Quad(iri, PKB.division, ox.Literal(record.division))
        for name, value in record.facts.items():
            for one in value if isinstance(value, tuple) else (value,):
                yield ox.Quad(iri, _term(name), value_term(one))


class SparqlEngine:
    """Rules loaded once; decides any number of batches of records."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.steps = read_steps(book.knowledge.root)
        self.program = program(book)
        self.depth = depth(book)

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """Decide records that broke no data rule.

        Args:
            records: the records, any types mixed.
            day: the as-of day for all of them; each record's own period end if None.
        """
        found: dict[int, Outcome] = {}
        # Records of one type together, so that a batch evaluates the rules of few types.
        order = sorted(range(len(records)), key=lambda number: records[number].type)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._decide([records[number] for number in batch], day), strict=True))
        return [found[number] for number in range(len(records))]

    def _decide(self, records: Sequence[Record], day: date | None) -> list[Outcome]:
        store = ox.Store()
        store.extend(self.program)
        store.extend(record_quads(records, day))
        answers: dict[str, list[ox.QuerySolution]] = {}
        for step in self.steps:
            if step.kind == "select":
                answers[step.name] = list(cast(ox.QuerySolutions, store.query(step.text)))
                continue
            for level in self._levels(step):
                store.remove_graph(RUN.now)
                store.add(ox.Quad(RUN.now, RUN.level, value_term(level), RUN.now))
                store.update(step.text)
        covered = {_number(quad.subject) for quad in store.quads_for_pattern(None, RUN.covered, None, RUN.state)}
        return _outcomes([number in covered for number in range(len(records))], answers)

    def _levels(self, step: Step) -> Sequence[int]:
        levels = range(1, self.depth + 1)
        return (0,) if step.each is None else levels if step.each == "upwards" else levels[::-1]


def _outcomes(covered: Sequence[bool], answers: Mapping[str, list[ox.QuerySolution]]) -> list[Outcome]:
    """The rows of the final queries, record by record."""
    missing: dict[int, dict[str, set[tuple[str, str | None]]]] = defaultdict(lambda: defaultdict(set))
    remarks: dict[int, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in answers["decide-92-missing"]:
        body = None if row["body"] is None else row["body"].value
        missing[_number(row["record"])][_name(row["clause"])].add((_name(row["fact"]), body))
    for row in answers["decide-94-remarks"]:
        remarks[_number(row["record"])][_name(row["clause"])].add((row["kind"].value, row["about"].value))
    truths: list[dict[str, int]] = [{} for _ in covered]
    for row in answers["decide-91-criteria"]:
        truths[_number(row["record"])][row["criterion"].value] = int(row["truth"].value)
    statuses: list[dict[str, str]] = [{} for _ in covered]
    amounts: list[dict[str, tuple[Decimal, Decimal | None]]] = [{} for _ in covered]
    for row in answers["decide-90-decisions"]:
        number, clause = _number(row["record"]), _name(row["clause"])
        statuses[number][clause] = row["status"].value
        if (low := _decimal(row["low"])) is not None:
            amounts[number][clause] = (low, _decimal(row["high"]))
    groups: list[dict[str, tuple[str | None, Decimal | None, Decimal | None]]] = [{} for _ in covered]
    for row in answers["decide-93-groups"]:
        winner = None if row["winner"] is None else _name(row["winner"])
        groups[_number(row["record"])][_name(row["group"])] = (winner, _decimal(row["low"]), _decimal(row["high"]))
    derived: list[dict[str, Decimal]] = [{} for _ in covered]
    for row in answers["decide-95-derived"]:
        derived[_number(row["record"])][_name(row["fact"])] = Decimal(row["value"].value)
    return [
        Outcome(
            is_covered,
            statuses[number],
            truths[number],
            amounts[number],
            {clause: tuple(sorted(found, key=lambda entry: entry[0])) for clause, found in missing[number].items()},
            groups[number],
            {clause: tuple(sorted(found)) for clause, found in remarks[number].items()},
            derived[number],
        )
        for number, is_covered in enumerate(covered)
    ]


def _number(term: object) -> int:
    return int(cast(ox.NamedNode, term).value.removeprefix(RECORD))


def _name(term: ox.NamedNode) -> str:
    return _local(term.value)


@cache
def _local(iri: str) -> str:
    return local(ox.NamedNode(iri))


@cache
def _term(name: str) -> ox.NamedNode:
    return PKB[name]


def _decimal(term: ox.Literal | None) -> Decimal | None:
    return None if term is None else Decimal(term.value)
