"""A tax and benefit system of OpenFisca, and a simulation of many records in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from .inputs import CODES, FACTS
from .rules import PERIOD

__all__ = ["RECORD", "Formula", "Kind", "simulate", "system"]

Formula = Callable[[Any, Any], Any]
RECORD = build_entity(key="record", plural="records", label="A record", is_person=True)
Kind = Enum("Kind", {code: code for code in CODES})
"""The kinds of referrers."""


def _variable(name: str, held: Any, formula: Formula | None = None) -> type:
    """A variable of a year; with a formula, one that follows from others."""
    body: dict[str, Any] = {"value_type": held, "entity": RECORD, "definition_period": YEAR, "label": name}
    if held is Enum:
        body |= {"possible_values": Kind, "default_value": Kind[CODES[0]]}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def system(kind: str, formulas: Mapping[str, tuple[type, Formula]], known: bool) -> Any:
    """The facts of one type of record as inputs, with known-flags on demand, and what follows from them.

    Args:
        kind: the type of the records.
        formulas: the variables with a formula, each with what it is held in.
        known: whether each fact x has a companion known_x.
    """
    found = TaxBenefitSystem([RECORD])
    for name, held in FACTS[kind].items():
        found.add_variable(_variable(name, Enum if held == "code" else held))
        if known:
            found.add_variable(_variable(f"known_{name}", bool))
    for name, (held, formula) in formulas.items():
        found.add_variable(_variable(name, held, formula))
    return found


def simulate(rules: Any, columns: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """The wanted variables for all records of some columns."""
    simulation = SimulationBuilder().build_default_simulation(rules, count=len(next(iter(columns.values()))))
    for name, values in columns.items():
        simulation.set_input(name, PERIOD, values)
    return {name: simulation.calculate(name, PERIOD) for name in wanted}
