"""Decide records with the SPARQL queries of the library, on an embedded Oxigraph store.

The queries `decide-*.rq` interpret the rules as data; this module only runs them in order and reads the answers.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
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
            raise KnowledgeError("query-without-step", where=str(path))
        steps.append(Step(path.stem, kind[1], each[1] if each else None, text))
    if not steps:
        raise KnowledgeError("no-decide-queries", where=str(root / "queries"))
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
        answers: dict[str, list[list[str]]] = {}
        for step in self.steps:
            if step.kind == "select":
                answers[step.name] = _table(cast(ox.QuerySolutions, store.query(step.text)))
                continue
            for level in self._levels(step):
                store.remove_graph(RUN.now)
                store.add(ox.Quad(RUN.now, RUN.level, value_term(level), RUN.now))
                store.update(step.text)
        covered = {
            _number(cast(ox.NamedNode, quad.subject).value)
            for quad in store.quads_for_pattern(None, RUN.covered, None, RUN.state)
        }
        return _outcomes([number in covered for number in range(len(records))], answers)

    def _levels(self, step: Step) -> Sequence[int]:
        levels = range(1, self.depth + 1)
        return (0,) if step.each is None else levels if step.each == "upwards" else levels[::-1]


def _table(solutions: ox.QuerySolutions) -> list[list[str]]:
    """The rows of a query as strings, column names first; far faster than reading solution by solution."""
    serialised = cast(bytes, solutions.serialize(format=ox.QueryResultsFormat.CSV))
    return list(csv.reader(io.StringIO(serialised.decode())))


def _rows(table: list[list[str]], *columns: str) -> Iterator[tuple[str, ...]]:
    """Some columns of a table, by name; a value that is not bound is the empty string."""
    pick = itemgetter(*(table[0].index(column) for column in columns))
    return map(pick, table[1:])


def _outcomes(covered: Sequence[bool], answers: Mapping[str, list[list[str]]]) -> list[Outcome]:
    """The rows of the final queries, record by record."""
    truths: list[dict[str, int]] = [{} for _ in covered]
    for record, criterion, truth in _rows(answers["decide-91-criteria"], "record", "criterion", "truth"):
        truths[_number(record)][criterion] = int(truth)
    statuses: list[dict[str, str]] = [{} for _ in covered]
    amounts: list[dict[str, tuple[Decimal, Decimal | None]]] = [{} for _ in covered]
    decisions = answers["decide-90-decisions"]
    for record, clause, status, low, high in _rows(decisions, "record", "clause", "status", "low", "high"):
        number, name = _number(record), _local(clause)
        statuses[number][name] = status
        if low:
            amounts[number][name] = (Decimal(low), _decimal(high))
    missing: list[dict[str, set[tuple[str, str | None]]]] = [defaultdict(set) for _ in covered]
    for record, clause, fact, body in _rows(answers["decide-92-missing"], "record", "clause", "fact", "body"):
        missing[_number(record)][_local(clause)].add((_local(fact), body or None))
    groups: list[dict[str, tuple[str | None, Decimal | None, Decimal | None]]] = [{} for _ in covered]
    for record, group, winner, low, high in _rows(
        answers["decide-93-groups"], "record", "group", "winner", "low", "high"
    ):
        groups[_number(record)][_local(group)] = (_local(winner) if winner else None, _decimal(low), _decimal(high))
    remarks: list[dict[str, set[tuple[str, str]]]] = [defaultdict(set) for _ in covered]
    for record, clause, kind, about in _rows(answers["decide-94-remarks"], "record", "clause", "kind", "about"):
        remarks[_number(record)][_local(clause)].add((kind, about))
    derived: list[dict[str, Decimal]] = [{} for _ in covered]
    for record, fact, value in _rows(answers["decide-95-derived"], "record", "fact", "value"):
        derived[_number(record)][_local(fact)] = Decimal(value)
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


def _number(record: str) -> int:
    return int(record[len(RECORD) :])


@cache
def _local(iri: str) -> str:
    return local(ox.NamedNode(iri))


@cache
def _term(name: str) -> ox.NamedNode:
    return PKB[name]


def _decimal(number: str) -> Decimal | None:
    return Decimal(number) if number else None
