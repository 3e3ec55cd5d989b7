"""What a record can state: facts with their units and codes, record types, and the bodies that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .texts import Lang, Message, Text

__all__ = ["GIVEN", "Body", "Fact", "History", "RecordType", "Unit", "UnitForm", "Vocabulary"]


GIVEN: Mapping[str, str] = {"division": "string", "periodEnd": "date"}
"""What every record has besides its facts and a criterion may ask of, with its datatype; no form has a field for it."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body named in the text, or the one body "not named in the text"."""

    id: str
    label: Text
    iri: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class History:
    """How a fact follows from another one in earlier years.

    `source` is the fact that is looked at; `is_count` that it is counted in how many years it held, the present one
    included; otherwise the greatest number counts. `since` is the fact that says from when on there are years, None
    where the document does.
    """

    source: str
    is_count: bool
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a record can state, or that follows from what it states.

    `datatype` is the XSD local name (decimal, integer, boolean, string, date); `unit` the notation of the unit.
    `inputs` are the stated facts that a derived fact rests on (itself for a stated one). `codes` are the values a
    fact with a closed list can take, in their order; empty where any string will do. `awaited` is what the body that
    decides it has to do, to be read after the name of the body. `adds_up` says that the figures of a subject's parts
    add up to its own, `is_changeable` that an applicant changes it by doing something; `prior_of` names the fact that
    is the same quantity a year later, `currency_of` the one that is the same quantity in another currency, `rank_of`
    the one by which it ranks; `history` says how it follows from earlier years.
    """

    id: str
    iri: str
    label: Text
    datatype: str
    unit: str | None = None
    question: Text | None = None
    proof: Text | None = None
    record_types: tuple[str, ...] = ()
    decided_by: Body | None = None
    is_list: bool = False
    is_derived: bool = False
    inputs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    awaited: Text | None = None
    adds_up: bool = False
    is_changeable: bool = False
    prior_of: str | None = None
    currency_of: str | None = None
    rank_of: str | None = None
    history: History | None = None


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record: its id (`EnterpriseYear`), names, and the facts it can state, in their order.

    `of_enterprise` is set where the subject of every record is an enterprise, `is_yearly` where it has one in a year.
    """

    id: str
    iri: str
    label: Text
    facts: tuple[str, ...]
    of_enterprise: bool = False
    is_yearly: bool = False


@dataclass(frozen=True, slots=True)
class UnitForm:
    """A way a unit is written in tables (万元, 亿元, 亩): the unit meant, and how many of it one makes.

    One of the written form is `factor / divisor` of the unit; a divisor other than 1 stands for a factor that is no
    finite decimal. A `factor` of None marks a unit that is known and not converted.
    """

    written: str
    unit: str
    factor: Decimal | None
    divisor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the readers, checks and forms need to know about data, read from the ontology.

    `facts` and `record_types` are keyed by id; `codes` gives the names of code values; `unit_forms` is keyed by the
    written form; `truth_forms` maps written truth values (是, √, Y) to True, False or None for "not known";
    `columns` names the columns that are no facts (id, period, name, creditCode, division, type) with their labels.
    `aliases` holds the other written names of a ("fact" | "column" | "type" | "code" | "notes" | "row" | "words", id);
    `messages` the wording of each finding by its rule: what is wrong, and the mend, with {placeholders}. `given` names
    what every record has besides; `concepts` those of the project's schemes, by scheme and name (`clause-kind#award`);
    `bodies` are all that decide something, by IRI; `prefixes` what stands for which namespace. `refused_units` says of
    units that no item is counted in how they are written, as a regular expression, and the rule that refuses them.
    """

    facts: Mapping[str, Fact]
    record_types: Mapping[str, RecordType]
    codes: Mapping[str, Text]
    units: Mapping[str, Unit]
    unit_forms: Mapping[str, UnitForm]
    truth_forms: Mapping[str, bool | None]
    columns: Mapping[str, Text]
    aliases: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    given: Mapping[str, Text] = field(default_factory=dict)
    concepts: Mapping[str, Text] = field(default_factory=dict)
    bodies: Mapping[str, Body] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    refused_units: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def step(self, fact: str) -> Decimal:
        """How far the values of a number are apart, as its unit says; one where it has none."""
        unit = self.units.get(self.facts[fact].unit or "")
        return Decimal(1) if unit is None else unit.step


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a fact: its id (`CNY`), names, for money its currency, and how a number with it is written.

    `written` holds a {value}, divided by `factor`; where it is None the name of the unit follows the number. `smallest`
    is the least that a sum is paid in; None where none is stated. `measured` is the unit that it is a number
    of, or two of which it is one for the other, such as yuan for a dollar. `plural` is the name in English of several.
    """

    id: str
    label: Text
    currency: str | None = None
    written: Text | None = None
    factor: Decimal = Decimal(1)
    smallest: Decimal | None = None
    measured: tuple[str, ...] = ()
    plural: str = ""

    def name(self, value: Decimal, lang: Lang) -> str:
        """What stands behind a number: of all but one the plural, in English and where there is one."""
        return self.plural if self.plural and lang == "en" and abs(value) != 1 else self.label.get(lang)

    @property
    def step(self) -> Decimal:
        """That from one value to the next."""
        return self.smallest or Decimal(1)
