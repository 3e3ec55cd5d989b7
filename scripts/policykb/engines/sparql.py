"""Decide records with the SPARQL queries of the library, on an embedded Oxigraph store.

The queries `decide-*.rq` interpret the rules as data; this module only runs them in order and reads the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
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
_EMPTIED = (
    "state",
    "truth",
    "upper",
    "possible",
    "low",
    "high",
    "open",
    "applies",
    "status",
    "winner",
    "live",
    "missing",
    "now",
)


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
        yield ox.Quad(iri, RDF.type, PKB[record.type])
        yield ox.Quad(iri, DCT.identifier, ox.Literal(record.id))
        yield ox.Quad(iri, RUN.asOf, value_term(as_of(record.period, day)))
        yield ox.Quad(iri, RUN.periodEnd, value_term(period_end(record.period)))
        if record.division is not None:
            yield ox.Quad(iri, PKB.division, ox.Literal(record.division))
        for name, value in record.facts.items():
            for one in value if isinstance(value, tuple) else (value,):
                yield ox.Quad(iri, PKB[name], value_term(one))


class SparqlEngine:
    """Rules loaded once; decides any number of batches of records."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.steps = read_steps(book.knowledge.root)
        self.program = program(book)
        self.depth = depth(book)
        self.store = ox.Store()
        self.store.extend(self.program)

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """Decide records that broke no data rule.

        Args:
            records: the records, any types mixed.
            day: the as-of day for all of them; each record's own period end if None.
        """
        store = self.store
        store.remove_graph(ox.DefaultGraph())
        for name in _EMPTIED:
            store.remove_graph(RUN[name])
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
        return self._outcomes(len(records), answers)

    def _levels(self, step: Step) -> Sequence[int]:
        levels = range(1, self.depth + 1)
        return (0,) if step.each is None else levels if step.each == "upwards" else levels[::-1]

    def _outcomes(self, count: int, answers: Mapping[str, list[ox.QuerySolution]]) -> list[Outcome]:
        covered = {_number(q.subject) for q in self.store.quads_for_pattern(None, RUN.covered, None, RUN.state)}
        found = [Outcome(n in covered, {}, {}, {}, {}, {}, {}, {}) for n in range(count)]
        for row in answers["decide-91-criteria"]:
            _put(found[_number(row["record"])].truths, row["criterion"].value, int(row["truth"].value))
        for row in answers["decide-90-decisions"]:
            outcome, clause = found[_number(row["record"])], local(row["clause"])
            _put(outcome.statuses, clause, row["status"].value)
            if row["low"] is not None:
                _put(outcome.amounts, clause, (Decimal(row["low"].value), _decimal(row["high"])))
        for row in answers["decide-92-missing"]:
            outcome, clause = found[_number(row["record"])], local(row["clause"])
            entry = (local(row["fact"]), row["body"].value if row["body"] is not None else None)
            _put(outcome.missing, clause, tuple(sorted({*outcome.missing.get(clause, ()), entry}, key=lambda e: e[0])))
        for row in answers["decide-93-groups"]:
            winner = local(row["winner"]) if row["winner"] is not None else None
            _put(
                found[_number(row["record"])].groups,
                local(row["group"]),
                (winner, _decimal(row["low"]), _decimal(row["high"])),
            )
        for row in answers["decide-94-remarks"]:
            outcome, clause = found[_number(row["record"])], local(row["clause"])
            entry = (row["kind"].value, row["about"].value)
            _put(outcome.remarks, clause, tuple(sorted({*outcome.remarks.get(clause, ()), entry})))
        for row in answers["decide-95-derived"]:
            _put(found[_number(row["record"])].derived, local(row["fact"]), Decimal(row["value"].value))
        return found


def _number(term: object) -> int:
    return int(cast(ox.NamedNode, term).value.removeprefix(RECORD))


def _decimal(term: ox.Literal | None) -> Decimal | None:
    return None if term is None else Decimal(term.value)


def _put(mapping: Mapping, key: str, value: object) -> None:  # type: ignore[type-arg]
    cast(dict, mapping)[key] = value  # type: ignore[type-arg]
