"""Read what a document sets aside for all applicants together: funds, and numbers of places.

Who comes first the text does not say, so that an envelope takes nothing off any award; the answer tells what the
records at hand come to beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError
from ..model import Clause, Envelope
from ..names import PKB, SCHEMA, SKOS
from .conditions import literal
from .knowledge import Knowledge, local
from .literals import is_readable

__all__ = ["read_envelopes"]

_YEAR = ox.NamedNode("https://w3id.org/policykb/scheme/counting#year")


def read_envelopes(knowledge: Knowledge, clauses: Mapping[str, Clause], faults: Faults) -> tuple[Envelope, ...]:
    """The quantities of a document that limit what clauses give, in the order of their names."""
    found = (faults.attempt(_envelope, knowledge, clauses, iri) for iri in sorted(_limiting(knowledge), key=str))
    return tuple(one for one in found if one is not None)


def _limiting(knowledge: Knowledge) -> Iterator[ox.NamedNode]:
    yield from dict.fromkeys(iri for iri in knowledge.subjects(PKB.limits) if isinstance(iri, ox.NamedNode))


def _envelope(knowledge: Knowledge, clauses: Mapping[str, Clause], iri: ox.NamedNode) -> Envelope:
    """One of them.

    Raises:
        KnowledgeError: it limits what is no clause about records, states no most, or its unit is not that of the sums.
    """
    by_iri = {clause.iri: clause for clause in clauses.values() if clause.record_type is not None}
    named = [by_iri.get(getattr(term, "value", "")) for term in knowledge.objects(iri, PKB.limits)]
    members = [clause for clause in named if clause is not None]
    term = knowledge.value(iri, SCHEMA.maxValue) or knowledge.value(iri, SCHEMA.value)
    value = literal(term) if isinstance(term, ox.Literal) and is_readable(term) else None
    unit = knowledge.node(iri, PKB.unit)
    currency = knowledge.string(unit, SCHEMA.unitCode) if unit is not None else None
    currencies = {option.currency for clause in members for option in clause.options}
    is_clear = len(members) == len(named) and isinstance(value, Decimal | int) and not isinstance(value, bool)
    if not is_clear or unit is None or (currency is not None and currencies != {currency}):
        raise KnowledgeError("envelope-unclear", where=knowledge.locate(iri, PKB.limits), resource=local(iri))
    return Envelope(
        iri=iri.value,
        label=knowledge.label(iri),
        members=tuple(clause.id for clause in members),
        most=Decimal(str(value)),
        unit=knowledge.string(unit, SKOS.notation) or local(unit),
        currency=currency,
        is_yearly=_YEAR in knowledge.objects(iri, PKB.countedEvery),
    )
