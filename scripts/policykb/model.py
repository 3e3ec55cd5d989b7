"""What the knowledge base and its answers are made of: plain frozen dataclasses, free of RDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from .expression import Expression

__all__ = [
    "Amount",
    "Article",
    "Atom",
    "Body",
    "Clause",
    "ConditionResult",
    "Criterion",
    "CriterionResult",
    "Decision",
    "Document",
    "Entitlement",
    "Fact",
    "Finding",
    "Group",
    "GroupDecision",
    "Lang",
    "Message",
    "Node",
    "Option",
    "OptionResult",
    "Place",
    "Provision",
    "Record",
    "RecordType",
    "Severity",
    "Status",
    "Text",
    "Truth",
    "Unit",
    "UnitForm",
    "Value",
    "Vocabulary",
    "letters",
]

Value: TypeAlias = bool | int | Decimal | str | date | tuple[str, ...]
"""What a fact can state; money and areas are Decimal, ranks and counts int, list facts tuples of codes."""

Day: TypeAlias = date
Lang: TypeAlias = Literal["zh", "en"]
Status: TypeAlias = Literal[
    "eligible", "not-eligible", "undetermined", "not-applicable", "invalid-record", "not-in-force"
]
Truth: TypeAlias = Literal["met", "unmet", "unknown"]
Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Text:
    """A wording in Chinese and English."""

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        """The wording in one language, the other one where it is missing."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


class Message(NamedTuple):
    """What happened, and what to do next; {placeholders} in both stand for values."""

    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a user's file. Rows count from 1, as a spreadsheet shows them.

    `index` is the position of the column in a table, from 0; the column's name says the same in words.
    """

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    index: int | None = field(default=None, compare=False)

    @property
    def cell(self) -> str | None:
        """The cell of a table as a spreadsheet names it: C7."""
        return None if self.index is None or self.row is None else f"{letters(self.index)}{self.row}"


def letters(index: int) -> str:
    """The letters a spreadsheet gives to a column, counted from 0: A, B … Z, AA."""
    found = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        found = chr(65 + rest) + found
    return found


@dataclass(frozen=True, slots=True)
class Body:
    """A body named in the text, or the one body "not named in the text"."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a record can state, or that follows from what it states.

    `datatype` is the XSD local name (decimal, integer, boolean, string, date); `unit` the notation of the unit.
    `inputs` are the stated facts that a derived fact rests on (itself for a stated one). `codes` are the values a
    fact with a closed list can take, in their order; empty where any string will do. `awaited` is what the body that
    decides it has to do, to be read after the name of the body. `adds_up` says that the figures of a subject's parts
    add up to its own; `prior_of` names the fact that is the same quantity a year later, `currency_of` the one that is
    the same quantity in another currency.
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
    prior_of: str | None = None
    currency_of: str | None = None


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record: its id (`EnterpriseYear`), names, and the facts it can state, in their order.

    `of_enterprise` is set where the subject of every record is an enterprise.
    """

    id: str
    iri: str
    label: Text
    facts: tuple[str, ...]
    of_enterprise: bool = False


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
    `messages` the wording of each finding by its rule: what is wrong, and the mend, with {placeholders}.
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

    def step(self, fact: str) -> Decimal:
        """How far the values of a number are apart, as its unit says; one where it has none."""
        unit = self.units.get(self.facts[fact].unit or "")
        return Decimal(1) if unit is None else unit.step


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a fact: its id (`CNY`), names, for money its currency, and how a number with it is written.

    `written` holds a {value}, divided by `factor`; where it is None the name of the unit follows the number. `step` is
    that from one value to the next.
    """

    id: str
    label: Text
    currency: str | None = None
    written: Text | None = None
    factor: Decimal = Decimal(1)
    step: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison: the fact `path`, an operator (ge gt le lt in has before notafter known) and its operands.

    `values` holds bounds or allowed values; for `before` (sh:lessThan) and `notafter` (sh:lessThanOrEquals)
    `other` names the compared fact.
    """

    op: str
    path: str
    values: tuple[Value, ...] = ()
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A named property shape: what must hold, and the words it comes from.

    `required` is true where the shape has sh:minCount 1: a missing value leaves it unknown. Without it a missing
    value is presumed to satisfy the criterion and `presumption` says so.
    """

    id: str
    iri: str
    label: Text
    message: Text
    path: str
    atoms: tuple[Atom, ...]
    required: bool
    provision: str
    words: str
    presumption: Text | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a condition tree: `and`, `or`, `not` over children, or a `leaf` with its criterion."""

    iri: str
    op: Literal["and", "or", "not", "leaf"]
    children: tuple[Node, ...] = ()
    criterion: Criterion | None = None

    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria below this node, in their order, each once."""
        if self.criterion is not None:
            return (self.criterion,)
        found: dict[str, Criterion] = {}
        for child in self.children:
            for leaf in child.leaves():
                found.setdefault(leaf.iri, leaf)
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a clause's amounts: a condition (None: always) and an amount rule, exact decimals throughout.

    `expression` is what the amount is worked out by, where it is no fixed sum and no floor; rate, base, factors, cap
    and bands are what was written of it.
    """

    iri: str
    label: Text
    condition: Node | None
    kind: Literal["exact", "ceiling", "floor", "marginal-bands"]
    currency: str
    value: Decimal | None = None
    rate: Decimal | None = None
    base: str | None = None
    multiplier: str | None = None
    divisor: str | None = None
    cap: Decimal | None = None
    floor: Decimal | None = None
    agreed: str | None = None
    bands: tuple[Option, ...] = ()
    provision: str = ""
    words: str = ""
    expression: Expression | None = None

    def facts(self) -> tuple[str, ...]:
        """The facts that the amount rests on, each once; what a body agreed is among them."""
        named = () if self.expression is None else self.expression.facts()
        return tuple(dict.fromkeys((*named, *((self.agreed,) if self.agreed else ()))))

    def part(self) -> tuple[Decimal, Decimal | None]:
        """Of a marginal band: the part of the base that bears its rate, from the first to the last (None: no end)."""
        lower, upper = Decimal(0), None
        for leaf in self.condition.leaves() if self.condition is not None else ():
            for atom in leaf.atoms:
                for value in atom.values:
                    if isinstance(value, Decimal | int) and atom.op in ("gt", "ge"):
                        lower = Decimal(value)
                    elif isinstance(value, Decimal | int) and atom.op in ("le", "lt"):
                        upper = Decimal(value)
        return lower, upper


@dataclass(frozen=True, slots=True)
class Clause:
    """What can apply to someone. `record_type` is None where no record can be concerned (a task of a body).

    `is_unstated`: it grants money, and the text writes no sum. `counted` says what its sum, cap or treatment is
    counted by: property, its label, the value's label.
    """

    id: str
    iri: str
    article: int
    title: Text
    kind: str
    provisions: tuple[str, ...]
    record_type: str | None
    root: Node | None
    options: tuple[Option, ...]
    combination: str
    exhaustive: bool
    beneficiary: Text | None
    payee: Text | None
    authority: tuple[Body, ...]
    inferred: tuple[str, ...]
    fallback: str | None
    position: int
    is_unstated: bool = False
    counted: tuple[tuple[str, Text, Text], ...] = ()

    @property
    def grants_money(self) -> bool:
        """Whether it grants money, with a sum in the text or without."""
        return bool(self.options) or self.is_unstated


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses bound by one combination rule, such as "only the highest"."""

    id: str
    iri: str
    label: Text
    members: tuple[str, ...]
    combination: str
    provision: str
    words: str


@dataclass(frozen=True, slots=True)
class Provision:
    """One norm of the text with its exact words; `start` and `end` count code points of the source.

    `cites` names the other documents that it refers to: number and title of each.
    """

    id: str
    iri: str
    part: str
    number: int
    kind: str
    label: Text
    quote: str
    start: int
    end: int
    cites: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """An article: number, heading, chapter, and the ids of its provisions and clauses in the document's order."""

    number: int
    iri: str
    label: Text
    chapter: str
    provisions: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document: official number, title, day of issue, and its text.

    `expires` is the day from which it is no longer in force, None where it states none; `contact` the body to ask
    about it, and `contact_is_inferred` whether that is inferred, since the text names none.
    """

    slug: str
    iri: str
    number: str
    title: Text
    date: date
    text: str
    expires: Day | None = None
    contact: Body | None = None
    contact_is_inferred: bool = False


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


@dataclass(frozen=True, slots=True)
class Amount:
    """An interval of money, rounded to the currency's smallest unit; `max` None means no upper end."""

    min: Decimal
    max: Decimal | None
    currency: str

    def plus(self, other: Amount) -> Amount:
        """Both together; without an upper end where one of them has none."""
        most = None if self.max is None or other.max is None else self.max + other.max
        return Amount(self.min + other.min, most, self.currency)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """How one criterion turned out for one record.

    `gap` is what is short of an unmet lower bound, or above an unmet upper one, in the unit of the fact; 0 on a strict
    bound, None where nothing is missed that can be measured. `is_needed` is False where the criterion is not met and
    that takes nothing away: another alternative is met, or the text asks that it be not met.
    """

    criterion: Criterion
    truth: Truth
    required: str
    actual: str | None
    quote: str
    gap: Decimal | None = None
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """How a condition turned out for one record: a `leaf` with its criterion, or `and`, `or`, `not` over others.

    `label` names the option of the clause whose condition it is, None elsewhere. `is_blamed` is True where it keeps the
    clause from being met: it is not as asked, and no other alternative makes up for it.
    """

    op: Literal["and", "or", "not", "leaf"]
    truth: Truth
    children: tuple[ConditionResult, ...] = ()
    result: CriterionResult | None = None
    label: Text | None = None
    is_blamed: bool = False

    def leaves(self) -> tuple[ConditionResult, ...]:
        """The criteria below this condition, in their order."""
        return (self,) if self.result is not None else tuple(leaf for one in self.children for leaf in one.leaves())


@dataclass(frozen=True, slots=True)
class OptionResult:
    """An option that gives the amount of a clause, or may give it, and how it was worked out.

    `truth` is "met" where the option holds, else "unknown"; `values` has what each node of its expression came to, by
    its IRI, exact and before any rounding; nothing while an input that matters is missing.
    """

    option: Option
    truth: Truth
    amount: Amount
    values: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one record and one clause, with its reason; an invalid record has one, without a clause.

    `criteria` lists every criterion once; `conditions` nests them as the clause does: its own condition, then those of
    its options as alternatives, where it has any.
    """

    record: str
    clause: str | None
    article: int | None
    status: Status
    amount: Amount | None = None
    selected: bool | None = None
    suppressed_by: str | None = None
    criteria: tuple[CriterionResult, ...] = ()
    missing: tuple[str, ...] = ()
    awaiting: tuple[tuple[str, Body], ...] = ()
    fallback: Provision | None = None
    readings: tuple[str, ...] | None = None
    notes: tuple[Text, ...] = ()
    findings: tuple[Finding, ...] = ()
    options: tuple[OptionResult, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A sum that counts towards totals: what a clause outside any group gives, or what a group gives.

    `clause` is None where the winner of the group is open, `group` where the clause is in none. Every total anywhere
    adds up entitlements and nothing else.
    """

    record: str
    clause: str | None
    group: str | None
    status: Status
    amount: Amount

    @property
    def source(self) -> str:
        """The clause that the sum comes from, or the group while its winner is open."""
        return self.clause or self.group or ""


@dataclass(frozen=True, slots=True)
class GroupDecision:
    """What a group did for one record: the winner (None: none eligible, or open) and the amount."""

    record: str
    group: str
    winner: str | None
    amount: Amount | None
