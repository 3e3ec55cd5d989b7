"""A record as read, and what was found about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .facts import UnitForm
from .texts import Place, Severity, Text, Value

__all__ = ["Finding", "Record"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong or noteworthy in a user's data, with its place and its mend.

    `component` is the constraint that a data rule found broken; see `datarules.component_iri`.
    """

    rule: str
    severity: Severity
    message: Text
    mend: Text
    place: Place
    record: str | None = None
    fact: str | None = None
    value: str | None = None
    component: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One applicant in one period or event. A fact that is absent from `facts` is missing.

    `period` is a year ("2020") or a day ("2020-11-05"). `findings` are those made while reading; a record with
    an error among them, or in the data rules, is never decided. `derived` names facts that were not stated but follow
    from the other records of a complete set. `shown` has the figures that a sheet shows other than it holds them.
    """

    id: str
    type: str
    period: str
    name: str | None
    credit_code: str | None
    division: str | None
    facts: Mapping[str, Value]
    place: Place
    findings: tuple[Finding, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    shown: Mapping[str, Decimal] = field(default_factory=dict)
    stated: Mapping[str, str | UnitForm] = field(default_factory=dict, compare=False, repr=False)
    """How figures stand in the file where they were converted: as written, or in the unit of their column."""
