"""Decide statuses with pySHACL: the reference that the SPARQL engine is tested against.

It shares the condition trees with the other engines and nothing else: derived facts come from `derive`, the truth of
every condition from a SHACL validator that knows nothing of three values, and combination is plain Python here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pyshacl
from rdflib import RDF, SH, Graph, URIRef

from ..errors import KnowledgeError
from ..model import Clause, Node, Option, Record
from ..rules import RuleBook
from .derive import Facts, covered, derive
from .twins import Twins, fact_iri, rdf_value, upper_iri

__all__ = ["ShaclEngine"]

_RECORD = "urn:policykb:record:"
_STATUSES = ("not-eligible", "undetermined", "eligible")
Interval = tuple[Decimal, Decimal | None]


class ShaclEngine:
    """Twin shapes built once per record type; decides any number of batches of records.

    Args:
        book: the rules.
        clauses: ids of the clauses to decide; all that concern a record if None.
    """

    def __init__(self, book: RuleBook, clauses: Iterable[str] | None = None) -> None:
        self.book = book
        wanted = set(book.clauses if clauses is None else clauses)
        self.by_type = {
            name: tuple(clause for clause in found if clause.id in wanted) for name, found in book.by_type.items()
        }
        self._shapes: dict[str, tuple[Graph, dict[str, tuple[URIRef, URIRef]], URIRef]] = {}

    def statuses(self, records: Sequence[Record], day: date | None = None) -> list[dict[str, str]]:
        """The status of each clause of each record's type, keyed by clause.

        Args:
            records: records that broke no data rule, any types mixed.
            day: the as-of day for all of them; each record's own period end if None.

        Raises:
            KnowledgeError: the validator did not look at a record or a shape, so that its silence means nothing.
        """
        found: list[dict[str, str]] = [
            {clause.id: "not-in-force" for clause in self.by_type.get(record.type, ())} for record in records
        ]
        by_type: dict[str, list[int]] = {}
        for number, record in enumerate(records):
            if covered(self.book, record, day) and self.by_type.get(record.type):
                by_type.setdefault(record.type, []).append(number)
        for name, numbers in by_type.items():
            facts = {number: derive(self.book, records[number], day) for number in numbers}
            truths = self._truths(name, facts)
            for number in numbers:
                found[number] = {
                    clause.id: _status(clause, truths[number], facts[number]) for clause in self.by_type[name]
                }
        return found

    def _truths(self, record_type: str, facts: Mapping[int, Facts]) -> dict[int, dict[str, int]]:
        """The truth (2, 1, 0) of every condition for every record of one type, from one validation."""
        shapes, tops, failing = self._shapes_of(record_type)
        data = Graph()
        for number, known in facts.items():
            _add(data, URIRef(f"{_RECORD}{number}"), record_type, known)
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
        failures: dict[int, set[URIRef]] = {number: set() for number in facts}
        for result in report.subjects(RDF.type, SH.ValidationResult):
            focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
            failures[int(str(focus).removeprefix(_RECORD))].add(URIRef(str(shape)))
        for number, failed in failures.items():
            if failing not in failed:
                raise KnowledgeError("shacl-silent", number=number, type=record_type)
        return {
            number: {
                iri: 0 if possible in failed else 1 if certain in failed else 2
                for iri, (certain, possible) in tops.items()
            }
            for number, failed in failures.items()
        }

    def _shapes_of(self, record_type: str) -> tuple[Graph, dict[str, tuple[URIRef, URIRef]], URIRef]:
        if record_type not in self._shapes:
            twins = Twins(frozenset(d.id for d in self.book.derived.values() if d.kind == "difference"))
            tops: dict[str, tuple[URIRef, URIRef]] = {}
            for tree in (tree for clause in self.by_type[record_type] for tree in _trees(clause)):
                if tree.iri not in tops:
                    name = f"{record_type}:{len(tops)}"
                    tops[tree.iri] = (
                        twins.target(f"certain:{name}", record_type, tree, certain=True),
                        twins.target(f"possible:{name}", record_type, tree, certain=False),
                    )
            self._shapes[record_type] = (twins.graph, tops, twins.failing(record_type))
        return self._shapes[record_type]


def _trees(clause: Clause) -> list[Node]:
    trees = [clause.root, *(option.condition for option in clause.options)]
    return [tree for tree in trees if tree is not None]


def _add(data: Graph, subject: URIRef, record_type: str, facts: Facts) -> None:
    data.add((subject, RDF.type, fact_iri(record_type)))
    for name, value in facts.known.items():
        for one in value if isinstance(value, tuple) else (value,):
            data.add((subject, fact_iri(name), rdf_value(one)))
    for name, most in facts.upper.items():
        data.add((subject, upper_iri(name), rdf_value(most)))


def _status(clause: Clause, truths: Mapping[str, int], facts: Facts) -> str:
    """The status of a clause from the truth of its condition and of its options' conditions."""
    assert clause.root is not None
    root = truths[clause.root.iri]
    chances = [(option, truths[option.condition.iri] if option.condition else 2) for option in clause.options]
    best = max((truth for _, truth in chances), default=2)
    applies = root if clause.exhaustive and best > 0 else min(root, best)
    if applies == 2 and _amount_open(clause, [(option, truth) for option, truth in chances if truth > 0], facts):
        applies = 1
    return _STATUSES[applies]


def _amount_open(clause: Clause, chances: list[tuple[Option, int]], facts: Facts) -> bool:
    """Whether the amount of a clause that applies hangs on something missing or left unsettled by the text."""
    ranges = [(_range(option, facts), truth) for option, truth in chances]
    is_open = any(len(found) > 1 for found, _ in ranges)
    if clause.combination == "unsettled":
        return is_open or len(chances) > 1
    firm = [found[0] for found, truth in ranges if truth == 2 and len(found) == 1]
    if clause.combination == "sum":
        others = [found[-1] for found, truth in ranges if truth == 1 or len(found) > 1]
        is_endless = any(high is None for _, high in firm)
        return any(low > 0 or (high != 0 and not is_endless) for low, high in others)
    if not firm:
        return is_open or len({found[0] for found, _ in ranges}) > 1
    # The highest counts: what may hold as well, or may come to more, matters only where it raises what is had anyway.
    return any(_joined([*firm, interval]) != _joined(firm) for found, _ in ranges for interval in found)


def _joined(intervals: list[Interval]) -> Interval:
    highs = [high for _, high in intervals]
    return max(low for low, _ in intervals), None if None in highs else max(h for h in highs if h is not None)


def _range(option: Option, facts: Facts) -> list[Interval]:
    """What an option gives, (least, most or None for no upper end); where an input of it is missing, the two ends of
    what that may be.
    """
    if option.value is not None:
        return [(Decimal(0) if option.kind == "ceiling" else option.value, option.value)]
    if option.floor is not None:
        agreed = facts.known.get(option.agreed or "")
        stated = isinstance(agreed, Decimal | int) and agreed >= option.floor
        return [(Decimal(agreed), Decimal(agreed)) if stated else (option.floor, None)]  # type: ignore[arg-type]
    names = [name for name in (option.base, option.multiplier, option.divisor) if name]
    base = facts.known.get(option.base or "", facts.upper.get(option.base or ""))
    factors = [facts.known.get(name) if name else Decimal(1) for name in (option.multiplier, option.divisor)]
    whole = _portion(option, None if base is None else Decimal(base))  # type: ignore[arg-type]
    if whole == 0 or factors[0] == 0 or option.cap == 0:
        return [(Decimal(0), Decimal(0))]  # whatever the rest may be
    most: Decimal | None = None
    if whole is not None and None not in factors:
        most = whole * Decimal(factors[0]) / Decimal(factors[1])  # type: ignore[arg-type]
    if option.cap is not None:
        most = option.cap if most is None else min(most, option.cap)
    if all(name in facts.known for name in names):
        assert most is not None
        return [(Decimal(0) if option.kind == "ceiling" else most, most)]
    # Without an upper end there is no greatest of what it may be; a number above all others stands for it.
    top = Decimal("Infinity") if most is None else most
    return [(Decimal(0), Decimal(0)), (Decimal(0) if option.kind == "ceiling" else top, most)]


def _portion(option: Option, base: Decimal | None) -> Decimal | None:
    """The rate of the base above zero, or of each part of it the rate of its band; None where there is no end to it."""
    total = Decimal(0)
    for lower, upper, rate in option.parts():
        top = upper if base is None else base if upper is None else min(base, upper)
        if rate and top is None:
            return None
        total += max((top or Decimal(0)) - lower, Decimal(0)) * rate
    return total
