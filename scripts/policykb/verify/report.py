"""What a verification finds: a ledger of the text, and the faults, each with its place and its mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ..law.knowledge import Knowledge
from ..model import Text
from ..names import PKB
from ..wording.catalogue import message

__all__ = ["Check", "Fault", "Ledger", "LedgerRow", "Report", "breach", "unjustified"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach: the rule that is broken, the file and line, what is wrong, and what to do about it."""

    rule: str
    where: str
    what: Text
    mend: Text


def breach(id: str, rule: str, where: str, **values: object) -> Fault:
    """A fault with its wording.

    Args:
        id: its local name in ontology/wordings/verify-texts.ttl.
        rule: the check that found it.
        where: file and line.
        values: what the placeholders of the wording stand for.
    """
    return Fault(rule, where, *message(id, values))


def unjustified(knowledge: Knowledge, told: Iterable[tuple[str, Fault]]) -> Iterator[Fault]:
    """The faults of what no pkb:justification explains, of faults with the IRI that may have one.

    One that follows from the rules says why a number stands there that no words state, and explains nothing else.
    """
    derived = {one.subject for one in knowledge.derived if one.predicate == PKB.justification}
    for iri, fault in told:
        node = ox.NamedNode(iri)
        if node in derived or knowledge.text(node, PKB.justification) is None:
            yield fault


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What became of one part of the document: an article, a chapter heading, the front or back matter.

    `modelled` counts provisions that a clause or rule cites, `structural` headings and the like, `set_aside` the
    provisions that nothing cites, whose reasons stand in `reasons`. `typed` and `figures` count the numerals that
    are a typed value of the graph and those that are a figure of speech or a name; `numerals` is their total in
    the text. `characters` counts the characters other than white space, `covered` those inside one quote.
    """

    id: str
    label: Text
    modelled: int
    structural: int
    set_aside: int
    reasons: tuple[Text, ...]
    numerals: int
    typed: int
    figures: int
    characters: int
    covered: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole text, part by part, in the document's order."""

    rows: tuple[LedgerRow, ...]
    characters: int
    covered: int
    numerals: int
    accounted: int

    @property
    def share_of_characters(self) -> float:
        """Covered characters in per cent; white space does not count."""
        return 100 * self.covered / self.characters if self.characters else 0.0

    @property
    def share_of_numerals(self) -> float:
        """Numerals accounted for, in per cent."""
        return 100 * self.accounted / self.numerals if self.numerals else 0.0


@dataclass(frozen=True, slots=True)
class Check:
    """One check that was made: how many things it looked at, or that it was skipped and why."""

    rule: str
    label: Text
    examined: int
    skipped: Text | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of `verify`: sound where there is no fault."""

    ledger: Ledger
    checks: tuple[Check, ...]
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether the knowledge base proves itself against its text."""
        return not self.faults
