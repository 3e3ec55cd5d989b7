"""What the records of one type and period must not both say: places, distinctions, figures of the whole period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyoxigraph as ox

from ..model import Text
from ..names import PKB, SH, SKOS
from .knowledge import Knowledge, local
from .subjects import NameForms

__all__ = ["Compared", "Uniqueness", "read_uniqueness"]

RANK = ox.NamedNode("https://w3id.org/policykb/scheme/unit#rank")


@dataclass(frozen=True, slots=True)
class Compared:
    """A fact that is compared across the records of one type and period.

    `kind` says how: a `place` of a ranking is had by one record, a `distinction` is said yes to by one, a `figure` of
    the whole period is the same in all.

    `digits` is how many leading digits of the division (GB/T 2260) must agree for two records to be compared: a
    ranking of the district is another one than that of the district beside it. `by` is the figure that a place goes
    by, where it goes by one; `words` are those of the text that give a distinction to one alone.
    """

    kind: Literal["place", "distinction", "figure"]
    fact: str
    label: Text
    digits: int
    by: str | None = None
    by_label: Text | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """The compared facts, and what subjects are told apart by.

    `own_division` is that of records which state none. `wholes` are facts that the text states as the whole of parts,
    with its words; `mend_of_parts` says how rows that are parts can be added up.
    """

    compared: tuple[Compared, ...]
    own_division: str | None
    forms: NameForms
    wholes: Mapping[str, str]
    mend_of_parts: Text


def read_uniqueness(knowledge: Knowledge) -> Uniqueness:
    """Read which facts are compared: ranks by their unit, distinctions of the text, facts with pkb:samePerPeriod."""
    facts = set(knowledge.instances(PKB.Fact))
    compared = [
        *(_compared(knowledge, fact, "place") for fact in knowledge.subjects(PKB.unit, RANK) if fact in facts),
        *(
            _compared(knowledge, fact, "distinction", knowledge.string(node, PKB.words) or "")
            for node in knowledge.instances(PKB.Distinction)
            for fact in knowledge.objects(node, PKB.distinguishes)
            if isinstance(fact, ox.NamedNode)
        ),
        *(_compared(knowledge, fact, "figure") for fact in knowledge.subjects(PKB.samePerPeriod)),
    ]
    return Uniqueness(
        compared=tuple(sorted(compared, key=lambda one: one.fact)),
        own_division=_own_division(knowledge),
        wholes={
            local(fact): knowledge.string(node, PKB.words) or ""
            for node in knowledge.instances(PKB.Whole)
            for fact in knowledge.objects(node, PKB.wholeOf)
            if isinstance(fact, ox.NamedNode)
        },
        mend_of_parts=next(
            filter(None, (knowledge.text(rule, PKB.mendOfParts) for rule in knowledge.subjects(PKB.mendOfParts))),
            Text("", ""),
        ),
        forms=NameForms(_labels(knowledge, node) for node in knowledge.instances(PKB.NameForm)),
    )


def _compared(
    knowledge: Knowledge, fact: ox.NamedNode, kind: Literal["place", "distinction", "figure"], words: str = ""
) -> Compared:
    by = knowledge.node(fact, PKB.rankOf)
    return Compared(
        kind=kind,
        fact=local(fact),
        label=knowledge.label(fact),
        digits=int(knowledge.string(fact, PKB.divisionDigits) or 0),
        by=None if by is None else local(by),
        by_label=None if by is None else knowledge.label(by),
        words=words,
    )


def _labels(knowledge: Knowledge, node: ox.NamedNode) -> list[str]:
    return [term.value for term in knowledge.objects(node, SKOS.altLabel) if isinstance(term, ox.Literal)]


def _own_division(knowledge: Knowledge) -> str | None:
    """The division that the conditions ask for, where they ask for one."""
    asked = {
        member.value
        for shape in knowledge.subjects(SH.path, PKB.division)
        for head in knowledge.objects(shape, SH["in"])
        if isinstance(head, ox.NamedNode | ox.BlankNode)
        for member in knowledge.list(head)
        if isinstance(member, ox.Literal)
    }
    return asked.pop() if len(asked) == 1 else None
