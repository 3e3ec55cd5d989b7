"""Decide with pySHACL: the reference that the SPARQL engine is tested against.

It shares the condition trees with the other engines and nothing else: derived facts come from `derive`, the truth of
every condition from a SHACL validator that knows nothing of three values, and `combine` is plain Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyshacl
from rdflib import RDF, SH, Graph, URIRef

from ..errors import KnowledgeError
from ..law.rules import RuleBook
from ..model import Clause, Node, Record
from .combine import combine, status_of
from .derive import Facts, covered, derive
from .outcome import Outcome
from .twins import Twins, fact_iri, rdf_value, upper_iri

__all__ = ["ShaclEngine"]

_RECORD = "urn:policykb:record:"


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
        for number, (truths, facts) in self._found(records, day).items():
            found[number] = {c.id: status_of(c, truths, facts) for c in self.by_type[records[number].type]}
        return found

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """Decide records that broke no data rule. Criteria, what is missing and remarks are left to the other engines.

        Args:
            records: the records, any types mixed.
            day: the as-of day for all of them; each record's own period end if None.

        Raises:
            KnowledgeError: the validator did not look at a record or a shape, so that its silence means nothing.
        """
        found = [Outcome(covered(self.book, record, day)) for record in records]
        for number, (truths, facts) in self._found(records, day).items():
            found[number] = combine(self.book, records[number].type, truths, facts)
        return found

    def _found(self, records: Sequence[Record], day: date | None) -> dict[int, tuple[dict[str, int], Facts]]:
        """The truths and facts of each record that the policy covers."""
        by_type: dict[str, list[int]] = {}
        for number, record in enumerate(records):
            if covered(self.book, record, day) and self.by_type.get(record.type):
                by_type.setdefault(record.type, []).append(number)
        found: dict[int, tuple[dict[str, int], Facts]] = {}
        for name, numbers in by_type.items():
            facts = {number: derive(self.book, records[number], day) for number in numbers}
            truths = self._truths(name, facts)
            found |= {number: (truths[number], facts[number]) for number in numbers}
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
            twins = Twins(frozenset(d.id for d in self.book.derived.values() if not d.expression.sources()))
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
    """The conditions of a clause, and the criteria by which a fallback is left out: those of another provision."""
    trees = [tree for tree in (clause.root, *(option.condition for option in clause.options)) if tree is not None]
    leaves = [leaf for tree in trees for leaf in tree.leaves()] if clause.fallback else []
    foreign = [Node(leaf.iri, "leaf", criterion=leaf) for leaf in leaves if leaf.provision not in clause.provisions]
    return [*trees, *foreign]


def _add(data: Graph, subject: URIRef, record_type: str, facts: Facts) -> None:
    data.add((subject, RDF.type, fact_iri(record_type)))
    for name, value in facts.known.items():
        for one in value if isinstance(value, tuple) else (value,):
            data.add((subject, fact_iri(name), rdf_value(one)))
    for name, most in facts.upper.items():
        data.add((subject, upper_iri(name), rdf_value(most)))
