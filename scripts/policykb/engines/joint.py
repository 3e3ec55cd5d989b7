"""What groups leave of the sums of several records, as the query `joint-10-combine` says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

import pyoxigraph as ox

from ..law.steps import read_steps
from ..names import RUN, XSD
from .outcome import Ends

__all__ = ["Case", "Found", "Summand", "combine"]

_CASE = "urn:policykb:case:"


@dataclass(frozen=True, slots=True)
class Summand:
    """A sum of one record that a group combines: settled or not, its ends, and the least of it where it is had."""

    is_settled: bool
    excludes: bool
    had: Decimal
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Case:
    """One group, for one subject and period; `cap` has the least and the most that the cap may be."""

    combination: str
    members: tuple[Summand, ...]
    cap: Ends | None


@dataclass(frozen=True, slots=True)
class Found:
    """What is left of a case: see `model.JointDecision`; `winner` is the place of a member."""

    how: Literal["apart", "winner", "together"]
    winner: int | None
    status: Literal["eligible", "undetermined"]
    ends: Ends


def combine(cases: Sequence[Case], root: Path) -> list[Found]:
    """What is left of each case.

    Args:
        cases: each with one member or more.
        root: the knowledge base folder.
    """
    (step,) = read_steps(root, "joint")
    store = ox.Store()
    store.extend(quad for number, case in enumerate(cases) for quad in _quads(number, case))
    found: dict[int, Found] = {}
    for row in cast(ox.QuerySolutions, step.asked(store.query)):
        name, how, winner, status, low, high = ("" if one is None else cast(ox.Literal, one).value for one in row)
        number = int(name.removeprefix(_CASE))
        places = cases[number].members[0].low
        found[number] = Found(
            cast(Literal["apart", "winner", "together"], how),
            int(winner.rpartition("/")[2]) if winner else None,
            cast(Literal["eligible", "undetermined"], status),
            (Decimal(low).quantize(places), Decimal(high).quantize(places) if high else None),
        )
    return [found[number] for number in range(len(cases))]


def _quads(number: int, case: Case) -> Iterator[ox.Quad]:
    iri = ox.NamedNode(f"{_CASE}{number}")
    yield ox.Quad(iri, RUN.combination, RUN[case.combination])
    for predicate, end in zip((RUN.capLow, RUN.capHigh), case.cap or (None, None), strict=True):
        if end is not None:
            yield ox.Quad(iri, predicate, _decimal(end))
    for place, one in enumerate(case.members):
        node = ox.NamedNode(f"{iri.value}/{place}")
        yield ox.Quad(node, RUN["in"], iri)
        yield ox.Quad(node, RUN.place, ox.Literal(place))
        yield ox.Quad(node, RUN.status, ox.Literal("eligible" if one.is_settled else "undetermined"))
        yield ox.Quad(node, RUN.certain, ox.Literal(one.is_settled or one.low > 0))
        yield ox.Quad(node, RUN.excludes, ox.Literal(one.excludes))
        yield ox.Quad(node, RUN.low, _decimal(one.low))
        yield ox.Quad(node, RUN.had, _decimal(one.had))
        if one.high is not None:
            yield ox.Quad(node, RUN.high, _decimal(one.high))


def _decimal(number: Decimal) -> ox.Literal:
    return ox.Literal(f"{number:f}", datatype=XSD.decimal)
