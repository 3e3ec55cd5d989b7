"""The bounds that the conditions set for the figures of records, so that a figure on both sides of one is found."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import pyoxigraph as ox

from ..model import Text
from ..names import PKB, SH
from .conditions import literal
from .expressions import read_expression
from .knowledge import Knowledge, local
from .literals import is_readable

__all__ = ["Bound", "read_bounds"]

_SIDES: Mapping[ox.NamedNode, Callable[[Decimal, Decimal], bool]] = {
    SH.minInclusive: operator.ge,
    SH.minExclusive: operator.gt,
    SH.maxInclusive: operator.le,
    SH.maxExclusive: operator.lt,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound of a criterion, with the name of the criterion."""

    value: Decimal
    name: Text
    holds: Callable[[Decimal, Decimal], bool]

    def parts(self, one: Decimal, other: Decimal) -> bool:
        """Whether two figures lie on two sides of it."""
        return self.holds(one, self.value) != self.holds(other, self.value)


def read_bounds(knowledge: Knowledge) -> Mapping[str, tuple[Bound, ...]]:
    """The bounds of each stated fact, each once, by the criteria that quote words of the text."""
    found: dict[str, dict[tuple[Decimal, ox.NamedNode], Bound]] = {}
    for shape in knowledge.subjects(SH.path):
        fact = knowledge.node(shape, SH.path) if knowledge.value(shape, PKB.words) is not None else None
        if fact is None:
            continue
        worked = knowledge.node(fact, PKB.expression)
        # A derived fact may be one of the stated ones as it stands.
        sources = () if worked is None else read_expression(knowledge, worked).sources()
        for side, holds in _SIDES.items():
            term = knowledge.value(shape, side)
            value = literal(term) if isinstance(term, ox.Literal) and is_readable(term) else None
            if isinstance(value, Decimal):
                bound = Bound(value, knowledge.text(shape, SH.name) or Text("", ""), holds)
                for stated in sources or (local(fact),):
                    found.setdefault(stated, {}).setdefault((value, side), bound)
    return MappingProxyType({fact: tuple(bounds.values()) for fact, bounds in found.items()})
