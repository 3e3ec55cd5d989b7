"""What was decided about a record: statuses, amounts, groups, and what counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from .facts import Body
from .law import Criterion, Option, Provision
from .records import Finding
from .texts import Text

__all__ = [
    "Amount",
    "ConditionResult",
    "CriterionResult",
    "Decision",
    "Entitlement",
    "GroupDecision",
    "JointDecision",
    "JointMember",
    "OptionResult",
    "Status",
    "Truth",
]

Status: TypeAlias = Literal[
    "eligible", "not-eligible", "undetermined", "not-applicable", "invalid-record", "not-in-force"
]


Truth: TypeAlias = Literal["met", "unmet", "unknown"]


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
    its options as alternatives, where it has any. `suppressed_in` is the record that the clause `suppressed_by` is had
    on, where that is another one; of one sum of several that is the group.
    """

    record: str
    clause: str | None
    article: int | None
    status: Status
    amount: Amount | None = None
    selected: bool | None = None
    suppressed_by: str | None = None
    suppressed_in: str | None = None
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
    def is_settled(self) -> bool:
        """Whether it is one sum as far as the data go, so that it can be paid out once it is approved."""
        return self.status == "eligible" and self.amount.min == self.amount.max

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


@dataclass(frozen=True, slots=True)
class JointMember:
    """A clause that a group combines, on one record."""

    record: str
    clause: str


@dataclass(frozen=True, slots=True)
class JointDecision:
    """What a group did over several records of one subject.

    `how` is `apart` where all members stand, `winner` where one is had in the place of others, `together` where one
    sum stands for all of them; `period` is the year, None where all years count; `cap` is None where there is none,
    `missing` the items that it is worked out from and that no record states, and `beyond` what of the amount it does
    not limit, since it is of clauses that another document binds to some of these.
    """

    group: str
    period: str | None
    members: tuple[JointMember, ...]
    how: Literal["apart", "winner", "together"]
    winner: JointMember | None
    cap: Amount | None
    amount: Amount
    beyond: Amount | None = None
    missing: tuple[str, ...] = ()
