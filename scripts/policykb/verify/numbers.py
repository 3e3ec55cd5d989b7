"""Read every number of the graph a second time, from its words, and compare value, unit and direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

import pyoxigraph as ox

from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..names import PKB, SKOS
from ..patterns import regex
from ..wording.catalogue import at, worded
from .boundary import OPPOSITE
from .claims import Claim, collect
from .gaps import left_over, paid_twice
from .places import Places
from .report import Fault, breach, unjustified
from .words import Read, Sentence

__all__ = ["Comparison", "compare"]

RULE = "numbers"
_TO = regex(r"\s*[:：∶比]\s*")
"""What stands between the parts of a proportion."""
_PARTS = ("share", "fold")
"""The units of a number that says which part of another is meant, or how many times as much."""
_FAR = 40
"""Characters behind the words of a part in which the rest of its proportion may stand."""
_OPERATORS = {"ge": "verify-ge", "gt": "verify-gt", "le": "verify-le", "lt": "verify-lt", "eq": "verify-eq"}


@dataclass
class Comparison:
    """What came of the comparison: the faults, and where in the text each number of the graph was read."""

    faults: list[Fault] = field(default_factory=list)
    read: dict[Claim, tuple[Read, ...]] = field(default_factory=dict)

    def spans(self) -> Iterator[tuple[int, str]]:
        """Where a numeral begins that a number of the graph accounts for, and the IRI of that number."""
        for claim, reads in self.read.items():
            for read in reads:
                yield read.start, claim.iri


def compare(
    knowledge: Knowledge,
    book: RuleBook,
    sentences: Mapping[str, Sentence],
    places: Places,
    excused: Collection[str] = (),
) -> Comparison:
    """Compare every claim of the graph with its words.

    Args:
        knowledge: the loaded knowledge base.
        book: its rules.
        sentences: the provisions by id, with their numerals.
        places: where resources stand.
        excused: what another check would find fault with, were it not justified.
    """
    result = Comparison()
    claims = collect(knowledge, book)
    direct = _direct(claims, sentences)
    notations = (quad.object for quad in knowledge.store.quads_for_pattern(None, SKOS.notation, None))
    codes = {term.value for term in notations if isinstance(term, ox.Literal)}
    for claim in claims:
        reader = _Reader(claim, sentences.get(claim.provision), places)
        reads = reader.read(direct, codes)
        if reads:
            result.read[claim] = reads
        result.faults += reader.faults
    if not knowledge.overlays:
        spare = list(left_over(knowledge, book, result.read, places))
        result.faults += unjustified(knowledge, spare)
        result.faults += paid_twice(book, result.read, places)
        told = {*excused, *(iri for iri, _ in spare)}
        result.faults += _idle_justifications(knowledge, claims, result, places, told)
    return result


def _direct(
    claims: tuple[Claim, ...], sentences: Mapping[str, Sentence]
) -> frozenset[tuple[str, str, Decimal, str, str]]:
    """Bounds that their own words state, by clause, fact, value, operator, tier: the proof for neighbouring tiers."""
    found = set()
    for claim in claims:
        sentence = sentences.get(claim.provision)
        spans = sentence.spans(claim.words) if sentence and claim.tier else ()
        for span in spans:
            for read in sentence.reads(span) if sentence else ():
                if read.numeral.value == claim.value and read.operator == claim.operator:
                    found.add((claim.clause, claim.path, claim.value, claim.operator, claim.tier))
    return frozenset(found)


class _Reader:
    """Reads one claim."""

    def __init__(self, claim: Claim, sentence: Sentence | None, places: Places) -> None:
        self.claim, self.sentence, self.places = claim, sentence, places
        self.faults: list[Fault] = []

    def read(self, direct: frozenset[tuple[str, str, Decimal, str, str]], codes: set[str]) -> tuple[Read, ...]:
        """The numerals that state the claim; where none does, a fault says why, unless a justification does."""
        claim = self.claim
        if self.sentence is None:
            return self._fault("verify-claim-uncited", provision=claim.provision or at("none"))
        spans = self.sentence.spans(claim.words)
        if not spans:
            return self._fault("verify-claim-words", words=claim.words, provision=claim.provision)
        if claim.role == "pkb:rate" and (pair := self._per_unit(spans[0])):
            return pair
        if claim.place and (part := self._in_proportion(spans[0])):
            return part
        inside = self.sentence.reads(spans[0])
        same = tuple(read for read in inside if read.numeral.value == claim.value and self._unit_fits(read))
        if not same and claim.justified and (self._contextual(codes) or self._shared_out(inside)):
            return ()
        if not same and claim.justified and (parts := self._added_up(inside) or self._multiplied(inside)):
            return parts
        if len(spans) > 1:
            return self._fault("verify-claim-repeated", words=claim.words)
        if not same:
            return self._no_such_number(inside)
        if claim.clause and not claim.justified and all(read.is_replaced for read in same):
            return self._fault("verify-claim-replaced", role=claim.role, value=_plain(claim.value))
        if any(_means(claim, read) for read in same) or self._neighbour(same, direct):
            return same
        # 不满2年的，不享受 says of whom it is for that it is at least 2 years.
        fitting = ("eq", OPPOSITE.get(claim.operator))
        if claim.justified and (claim.operator == "eq" or any(read.operator in fitting for read in same)):
            return same
        said = [worded(name) for name in dict.fromkeys(_OPERATORS[read.operator] for read in same)]
        self._fault(
            "verify-claim-boundary",
            role=claim.role,
            value=_plain(claim.value),
            means=worded(_OPERATORS[claim.operator]),
            said=said,
        )
        return same  # It has its number, and the ledger need not ask for one.

    def _unit_fits(self, read: Read) -> bool:
        claim, written = self.claim, read.numeral.unit
        if written in _PARTS and claim.role in ("pkb:rate", "pkb:by"):
            # A share of money is money of the same currency, and so is twice of it.
            is_part = claim.per == claim.unit or (claim.role == "pkb:rate" and claim.per is None)
            if is_part or claim.role == "pkb:rate":
                return is_part
        elif claim.role == "pkb:rate":
            return False
        return written == claim.unit or not claim.unit or (claim.unit, written) == ("count", "")

    def _per_unit(self, span: tuple[int, int]) -> tuple[Read, ...]:
        """A rate such as 每 1 美元…若干元: the sum divided by what it is counted by."""
        reads = self.sentence.reads(span) if self.sentence else ()
        for count, amount in pairwise(reads):
            counted, paid = count.numeral, amount.numeral
            if "share" in (counted.unit, paid.unit) or not counted.value or self.claim.operator != "eq":
                continue
            fits = self.claim.per in (None, counted.unit) and paid.unit == self.claim.unit
            if fits and paid.value / counted.value == self.claim.value:
                return (count, amount)
        return ()

    def _in_proportion(self, span: tuple[int, int]) -> tuple[Read, ...]:
        """The numeral of 5:3:2 that states a payment: first half of the whole, then three tenths, then a fifth."""
        chain: list[Read] = []
        for read in (*(self.sentence.reads((0, span[1] + _FAR)) if self.sentence else ()), None):
            if chain and (read is None or not self._goes_on(chain[-1], read)):
                total = sum(one.numeral.value for one in chain)
                mine = chain[self.claim.place - 1] if 1 < len(chain) >= self.claim.place else None
                if mine is not None and mine.numeral.value == self.claim.value * total:
                    return (mine,) if span[0] <= mine.numeral.start < span[1] else ()
                chain = []
            chain += [read] if read is not None and not read.numeral.unit else []
        return ()

    def _goes_on(self, one: Read, other: Read) -> bool:
        quote = self.sentence.provision.quote if self.sentence else ""
        return _TO.fullmatch(quote, one.numeral.end, other.numeral.start) is not None

    def _contextual(self, codes: set[str]) -> bool:
        """What may rest on a justification alone: that there is some at all, or a code of a list in the graph."""
        claim = self.claim
        if claim.role == "gt" and claim.value == 0:
            return True
        if claim.role == "pkb:rate" and claim.value == 1:
            return claim.per in (None, claim.unit)  # 全额补助
        return claim.role in ("in", "has") and _plain(claim.value) in codes

    def _shared_out(self, inside: tuple[Read, ...]) -> bool:
        """A sum that is shared by as many as the words say: 15 万元 for three."""
        parts = [
            read.numeral.value for read in inside if read.numeral.unit in ("rank", "count") and read.numeral.value > 0
        ]
        sums = [read.numeral.value for read in inside if read.numeral.unit == self.claim.unit]
        return any(total == self.claim.value * part for total in sums for part in parts)

    def _added_up(self, inside: tuple[Read, ...]) -> tuple[Read, ...]:
        """The numerals that come to the claim together: after the first 2 years 3 more, which ends with the fifth."""
        parts = tuple(read for read in inside if self._unit_fits(read) and read.numeral.unit not in _PARTS)
        return parts if sum(read.numeral.value for read in parts) == self.claim.value else ()

    def _multiplied(self, inside: tuple[Read, ...]) -> tuple[Read, ...]:
        """The sum and the share of it that come to the claim: 奖励8万元；四星级的减半."""
        sums = [read for read in inside if read.numeral.unit == self.claim.unit]
        parts = [read for read in inside if read.numeral.unit in _PARTS]
        pairs = ((one, part) for one in sums for part in parts)
        fits = ((one, part) for one, part in pairs if one.numeral.value * part.numeral.value == self.claim.value)
        return next(fits, ())

    def _neighbour(self, same: tuple[Read, ...], direct: frozenset[tuple[str, str, Decimal, str, str]]) -> bool:
        """Whether the bound is the other side of one that another tier of the clause states."""
        claim = self.claim
        if not claim.tier or claim.operator not in OPPOSITE:
            return False
        other = OPPOSITE[claim.operator]
        return any(read.operator == other for read in same) and any(
            entry[:4] == (claim.clause, claim.path, claim.value, other) and entry[4] != claim.tier for entry in direct
        )

    def _no_such_number(self, inside: tuple[Read, ...]) -> tuple[Read, ...]:
        claim = self.claim
        stated = [f"{_plain(read.numeral.value)} {read.numeral.unit}".strip() for read in inside]
        unit = claim.unit if claim.role != "pkb:rate" else f"share / {claim.per or ''}"
        number = f"{claim.role} {_plain(claim.value)} {unit}".strip()
        self._fault("verify-claim-number", number=number, words=claim.words, stated=stated)
        # What could be meant is asked for here, and not by the ledger, which would have it written down a second time.
        return tuple(read for read in inside if self._unit_fits(read))

    def _fault(self, id: str, **values: object) -> tuple[Read, ...]:
        self.faults.append(
            breach(id, RULE, self.places.definition(self.claim.iri), name=_name(self.claim.iri), **values)
        )
        return ()


def _idle_justifications(
    knowledge: Knowledge, claims: tuple[Claim, ...], result: Comparison, places: Places, excused: Collection[str]
) -> Iterator[Fault]:
    """A justification where the words suffice hides nothing now, and would hide a fault later."""
    reads = [(c, r) for c in claims for r in result.read.get(c, ())]
    stated = {c for c, r in reads if c.operator in (r.operator, _limit(r)) and c.value == r.numeral.value}
    needed = {*excused, *(c.iri for c in claims if c not in stated)}
    for node in knowledge.subjects(PKB.justification):
        if isinstance(node, ox.NamedNode) and node.value not in needed:
            yield breach(
                "verify-justification-idle", RULE, places.definition(node.value), name=node.value.rsplit("/", 1)[-1]
            )


def _means(claim: Claim, read: Read) -> bool:
    """Whether a number means what its words say."""
    return read.operator in claim.means or _limit(read) in claim.means


def _limit(read: Read) -> str:
    """What the words say of a number, also from before the whole of which it is a share."""
    return read.limit if read.operator == "eq" else read.operator


def _name(iri: str) -> str:
    """What a resource is called, or that from whose short form it is spelled out."""
    return iri.rsplit("/", 1)[-1].partition("~")[0]


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
