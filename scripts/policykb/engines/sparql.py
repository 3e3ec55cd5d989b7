"""Decide records with the SPARQL queries of the library, on an embedded Oxigraph store.

The queries `decide-*.rq` interpret the rules as data; this module only runs them in order and reads the answers.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import TypeVar, cast

import pyoxigraph as ox

from ..errors import InputError, KnowledgeError
from ..expression import Ends
from ..law.knowledge import local
from ..law.rules import RuleBook
from ..law.steps import Step, read_steps
from ..model import Clause, Record
from ..names import DCT, PKB, RDF, RUN
from .engine import Engine
from .outcome import Counted, Outcome, Worked
from .period import as_of, period_end
from .program import clause_criteria, levels_of, program, value_term

__all__ = ["SparqlEngine", "record_quads"]

_T = TypeVar("_T")
RECORD = "urn:policykb:record:"
_TRUTHS = {"0": 0, "1": 1, "2": 2}
BATCH = 50  # Look-ups in the embedded store slow down with its size; fewer records would pay for the queries anew.
_QUERIES = "queries"


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
        yield ox.Quad(iri, PKB.periodEnd, value_term(period_end(record.period)))
        if record.division is not None:
            yield ox.Quad(iri, PKB.division, ox.Literal(record.division))
        for name, value in record.facts.items():
            for one in value if isinstance(value, tuple) else (value,):
                yield ox.Quad(iri, _term(name), value_term(one))


class SparqlEngine:
    """Rules loaded once; decides any number of batches of records.

    Args:
        book: the rules.
        is_laid_out: they are part of rules that were laid out before, so that nothing in them is refused.
    """

    libraries = ("pyoxigraph",)

    def __init__(self, book: RuleBook, *, is_laid_out: bool = False) -> None:
        self.book = book
        self.steps = read_steps(book.origin.root)
        # Laid out as a whole first, so that what cannot be decided is refused whoever asks.
        self._programs: dict[frozenset[str], tuple[list[ox.Quad], int]] = {}
        self._wanted: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        if not is_laid_out:
            whole = program(book)
            self._programs[frozenset(book.by_type)] = whole, levels_of(whole)

    def suited(self, count: int) -> Engine:
        """This one; see `Engine`."""
        return self

    def decide(
        self, records: Sequence[Record], day: date | None = None, tick: Callable[[int], None] | None = None
    ) -> list[Outcome]:
        """See `Engine`; `tick` is called after each batch with the number of records decided so far."""
        found: dict[int, Outcome] = {}
        # Records of one type together, so that a batch evaluates the rules of few types.
        order = sorted(range(len(records)), key=lambda number: records[number].type)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found.update(zip(batch, self._decide([records[number] for number in batch], day), strict=True))
            if tick is not None:
                tick(len(found))
        return [found[number] for number in range(len(records))]

    def _decide(self, records: Sequence[Record], day: date | None) -> list[Outcome]:
        store = ox.Store()
        rules, depth = self._program(frozenset(record.type for record in records))
        store.extend(rules)
        store.extend(record_quads(records, day))
        answers: dict[str, list[list[str]]] = {}
        for step in self.steps:
            if step.kind == "select":
                answers[step.name] = _table(cast(ox.QuerySolutions, step.asked(store.query)))
                continue
            for level in _levels(step, depth):
                store.remove_graph(RUN.now)
                store.add(ox.Quad(RUN.now, RUN.level, value_term(level), RUN.now))
                step.asked(store.update)
        covered = {
            _number(cast(ox.NamedNode, quad.subject).value)
            for quad in store.quads_for_pattern(None, RUN.covered, None, RUN.state)
        }
        try:
            outcomes = _outcomes([number in covered for number in range(len(records))], answers)
        except (LookupError, ArithmeticError, ValueError) as fault:
            raise KnowledgeError("steps-unreadable", where=_QUERIES) from fault
        for record, outcome in zip(records, outcomes, strict=True):
            if outcome.covered:
                self._see_whole(record, outcome)
        return outcomes

    def _see_whole(self, record: Record, outcome: Outcome) -> None:
        """See that the queries decided every clause; a knowledge base brings its own.

        Raises:
            KnowledgeError: they left out a clause or a criterion of it.
            InputError: an amount has more digits than the engine holds.
        """
        record_type = record.type
        if record_type not in self._wanted:
            clauses = self.book.by_type.get(record_type, ())
            criteria = {one.iri for clause in clauses for one in clause_criteria(clause)}
            self._wanted[record_type] = frozenset(one.id for one in clauses), frozenset(criteria)
        clauses_of, criteria_of = self._wanted[record_type]
        left = min(clauses_of - outcome.statuses.keys() or criteria_of - outcome.truths.keys(), default=None)
        if left in clauses_of and _is_beyond(self.book.clauses[left], record):
            raise InputError("amount-beyond", where=record.id, record=record.id, clause=left, digits=_DIGITS)
        if left is not None:
            raise KnowledgeError("steps-leave-out", where=_QUERIES, name=left)

    def _program(self, types: frozenset[str]) -> tuple[list[ox.Quad], int]:
        """The rules about these types of records alone, and their depth: a store of few triples answers faster."""
        if types not in self._programs:
            rules = program(self.book, types)
            self._programs[types] = rules, levels_of(rules)
        return self._programs[types]


_DIGITS = 18
"""Digits before the point that a decimal of the engine has room for, with 18 behind it in 128 bits."""


def _is_beyond(clause: Clause, record: Record) -> bool:
    """Whether an amount of a clause is larger than the engine holds, by what a record states."""
    stated: dict[str, Ends] = {
        name: (Decimal(value), Decimal(value))
        for name, value in record.facts.items()
        if isinstance(value, Decimal | int)
    }
    for option in clause.options:
        if option.expression is not None:
            facts = {name: stated.get(name, (Decimal(0), None)) for name in option.expression.facts()}
            ends = [end for node in option.expression.nodes() for end in node.ends(facts) if end is not None]
            if any(end.is_finite() and abs(end) >= Decimal(10) ** _DIGITS for end in ends):
                return True
    return False


def _levels(step: Step, depth: int) -> Sequence[int]:
    levels = range(1, depth + 1)
    return (0,) if step.each is None else levels if step.each == "upwards" else levels[::-1]


def _table(solutions: ox.QuerySolutions) -> list[list[str]]:
    """The rows of a query as strings, column names first; far faster than reading solution by solution."""
    serialised = cast(bytes, solutions.serialize(format=ox.QueryResultsFormat.CSV))
    return list(csv.reader(io.StringIO(serialised.decode())))


def _rows(table: list[list[str]], *columns: str) -> Iterator[tuple[str, ...]]:
    """Some columns of a table, by name; a value that is not bound is the empty string."""
    pick = itemgetter(*(table[0].index(column) for column in columns))
    return map(pick, table[1:])


class _Rows:
    """The rows of the final queries, gathered by record."""

    def __init__(self, answers: Mapping[str, list[list[str]]]) -> None:
        self.answers = answers

    def by_record(self, step: str, *columns: str) -> dict[int, list[tuple[str, ...]]]:
        """The values of these columns, row by row, for each record."""
        found: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        for record, *values in _rows(self.answers[step], "record", *columns):
            found[_number(record)].append(tuple(values))
        return found

    def truths(self) -> dict[int, dict[str, int]]:
        """The truth of each criterion and condition for each record; by far the most rows, so read without detours."""
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for record, condition, truth in _rows(self.answers["decide-91-criteria"], "record", "condition", "truth"):
            found[_number(record)][condition] = _TRUTHS[truth]
        return found


def _outcomes(covered: Sequence[bool], answers: Mapping[str, list[list[str]]]) -> list[Outcome]:
    """The rows of the final queries, record by record."""
    rows = _Rows(answers)
    decisions = rows.by_record("decide-90-decisions", "clause", "status", "low", "high")
    truths = rows.truths()
    missing = rows.by_record("decide-92-missing", "clause", "fact", "body")
    groups = rows.by_record("decide-93-groups", "group", "winner", "low", "high")
    selection = rows.by_record("decide-93-selection", "clause", "selected", "suppressedBy")
    fallbacks = rows.by_record("decide-94-fallbacks", "clause", "provision")
    remarks = rows.by_record("decide-94-remarks", "clause", "kind", "about")
    derived = rows.by_record("decide-95-derived", "fact", "value")
    counted = rows.by_record("decide-96-entitlements", "source", "clause", "status", "low", "high", "currency")
    options = rows.by_record("decide-97-options", "clause", *_OPTION)
    values = rows.by_record("decide-98-values", "option", "node", "value")
    gaps = rows.by_record("decide-98-gaps", "criterion", "gap")
    return [
        Outcome(
            covered=is_covered,
            statuses={_local(row[0]): row[1] for row in decisions[number]},
            truths=truths[number],
            amounts={_local(row[0]): (Decimal(row[2]), _decimal(row[3])) for row in decisions[number] if row[2]},
            missing=_gathered((c, (_local(fact), body or None)) for c, fact, body in missing[number]),
            groups={
                _local(group): (_local(winner) if winner else None, _decimal(low), _decimal(high))
                for group, winner, low, high in groups[number]
            },
            selected={_local(clause): selected == "true" for clause, selected, _ in selection[number]},
            suppressed_by={_local(clause): _local(other) for clause, _, other in selection[number] if other},
            fallbacks={_local(clause): _local(provision) for clause, provision in fallbacks[number]},
            worked=_gathered((row[0], _worked(row[1:], values[number])) for row in options[number]),
            counted=tuple(_counted(row) for row in sorted(counted[number])),
            gaps={criterion.partition("~")[0]: Decimal(gap) for criterion, gap in gaps[number]},
            remarks=_gathered((clause, (kind, about)) for clause, kind, about in remarks[number]),
            derived={_local(fact): Decimal(value) for fact, value in derived[number]},
        )
        for number, is_covered in enumerate(covered)
    ]


_OPTION = ("option", "truth", "low", "high")


def _gathered(pairs: Iterable[tuple[str, _T]]) -> dict[str, tuple[_T, ...]]:
    """What belongs to each clause, each once and in one order whatever order the rows come in."""
    found: dict[str, set[_T]] = defaultdict(set)
    for clause, value in pairs:
        found[_local(clause)].add(value)
    return {clause: tuple(sorted(values, key=str)) for clause, values in found.items()}


def _worked(row: Sequence[str], values: Sequence[tuple[str, ...]]) -> Worked:
    option, truth, low, high = row
    mine = sorted((node, Decimal(value)) for name, node, value in values if name == option)
    return Worked(option, int(truth), (Decimal(low), _decimal(high)), tuple(mine))


def _counted(row: Sequence[str]) -> Counted:
    source, clause, status, low, high, currency = row
    name = _local(clause) if clause else None
    group = None if clause == source else _local(source)
    return Counted(name, group, status, (Decimal(low), _decimal(high)), currency)


@cache
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
