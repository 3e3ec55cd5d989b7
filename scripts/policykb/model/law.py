"""A document as read: its parts, its clauses with their conditions and options, and the groups that bind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from ..expression import Expression
from .facts import Body
from .texts import Day, Text, Value

__all__ = [
    "Article",
    "Atom",
    "Clause",
    "Comparator",
    "Criterion",
    "Document",
    "Envelope",
    "Group",
    "Node",
    "Option",
    "Provision",
]


Comparator: TypeAlias = Literal["ge", "gt", "le", "lt", "in", "has", "before", "notafter", "known"]
"""How a fact is compared. Each engine translates them all, which `tests/law/test_kinds_and_engines.py` holds."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison: the fact `path`, how it is compared, and its operands.

    `values` holds bounds or allowed values; for `before` (sh:lessThan) and `notafter` (sh:lessThanOrEquals)
    `other` names the compared fact.
    """

    op: Comparator
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

    def nodes(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.nodes()

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

    def unit_of(self, node: Expression) -> str | None:
        """The currency, where a node is the amount, or a sum that this is put together from; else None."""
        found = [] if self.expression is None else [self.expression]
        for one in found:
            found += one.operands if one.op in ("sum", "least", "greatest") else ()
        return self.currency if any(one.iri == node.iri for one in found) else None

    def facts(self) -> tuple[str, ...]:
        """The facts that the amount rests on, each once; what a body agreed is among them."""
        named = () if self.expression is None else self.expression.facts()
        return tuple(dict.fromkeys((*named, *((self.agreed,) if self.agreed else ()))))

    def stated_ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most that the text grants by it, where it states so."""
        if self.expression is None:
            return self.floor, self.value if self.kind == "ceiling" else None
        low, high = self.expression.stated_ends()
        return low or None, high

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
    """Clauses bound by one combination rule, such as "only the highest".

    `members` are clauses, those of the member groups `inner` included; `scope` is `record`, `subject-year` or
    `subject`. `cap` is the most that all of them come to, `rate` of `base` where that is worked out. `excluding` are
    the members that the others give way to, `external` members of other documents, as `slug/clause`; where several
    documents are taken together, these are among the `members`.
    """

    id: str
    iri: str
    label: Text
    members: tuple[str, ...]
    combination: str
    provision: str
    words: str
    scope: str = "record"
    inner: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    cap: Decimal | None = None
    rate: Decimal | None = None
    base: str | None = None

    @property
    def is_joint(self) -> bool:
        """Whether it combines what is decided of each record by itself, rather than being part of that decision."""
        return self.scope != "record" or self.combination != "highest" or bool(self.inner or self.external)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a document sets aside for all applicants together: money (`currency`), or places (None).

    `members` are the clauses that it limits, `most` how much there is of `unit`, `is_yearly` whether every year anew.
    """

    iri: str
    label: Text
    members: tuple[str, ...]
    most: Decimal
    unit: str
    currency: str | None
    is_yearly: bool


@dataclass(frozen=True, slots=True)
class Provision:
    """One norm of the text with its exact words; `start` and `end` count code points of the source.

    The source is the text of the document, or that of the amendment which the norm is from. `order` is its place among
    all of them, the texts of amendments one after the other behind that of the document.

    `cites` names the other documents that it refers to: number and title of each; `deadline` is the last day that it
    states, if it states one; `place` is the name of the part that it is in, its own where it is in none.
    `translations` are unofficial, by the tag of their language; they decide nothing.
    """

    id: str
    iri: str
    part: str
    number: int
    kind: str
    label: Text
    place: Text
    quote: str
    start: int
    end: int
    order: int
    cites: tuple[tuple[str, Text], ...] = ()
    deadline: Day | None = None
    translations: tuple[tuple[str, str], ...] = ()

    @property
    def is_amending(self) -> bool:
        """Whether it is quoted from the text of an amendment, and not from that of the document."""
        return self.order != self.start

    def translation(self, lang: str) -> str | None:
        """What it says in another language, where somebody translated it."""
        return dict(self.translations).get(lang)


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

    `expires` is the last day on which it is in force, None where it states none; `contact` the body to ask
    about it, and `contact_is_inferred` whether that is inferred, since the text names none. `is_example` says that it
    is made up. `authors` are the bodies that issued it by their longest names, as they sign. `applies_from` is the
    day from which it applies, None where the copy of the text states none; `application` the provisions, by IRI, that
    say for all clauses when and how to apply; `numbers` are official, while `number` is what it goes by.
    """

    slug: str
    iri: str
    number: str
    title: Text
    date: Day | None
    text: str
    expires: Day | None = None
    contact: Body | None = None
    contact_is_inferred: bool = False
    is_example: bool = False
    authors: tuple[str, ...] = ()
    applies_from: Day | None = None
    application: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    @property
    def official(self) -> str | None:
        """The official number, or those of the documents that it stands for; None where the text bears none."""
        return "、".join(self.numbers) or None

    @property
    def has_number(self) -> bool:
        """Whether the copy of the text bears an official number; one without goes by its title."""
        return self.number != self.title.zh

    @property
    def has_start(self) -> bool:
        """Whether the copy of the text says from when on the document applies, or when it was issued."""
        return self.date is not None or self.applies_from is not None

    @property
    def issued(self) -> str:
        """The day of issue in ISO form; a dash where the copy of the text does not say it."""
        return "—" if self.date is None else self.date.isoformat()
