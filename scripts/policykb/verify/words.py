"""Find the words of a resource in the quote of its provision, and the numerals inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..model import Provision
from .boundary import Bound, direction, direction_of_share, is_replaced, read_bounds
from .numerals import Numeral, TextUnit, scan, text_units

__all__ = ["Read", "Sentence", "read_sentences"]


@dataclass(frozen=True, slots=True)
class Read:
    """A numeral as it is read in its sentence: with its direction and its place in the whole text.

    Of a share `limit` is what a word before its whole says of it: 不超过其贡献的30% is at most that. `is_replaced` says
    that another number comes in its place: the first one of 由50万元提高至80万元.
    """

    numeral: Numeral
    operator: str
    start: int
    limit: str = "eq"
    is_replaced: bool = False


class Sentence:
    """The quote of a provision with its numerals, read once."""

    def __init__(self, provision: Provision, units: Sequence[TextUnit], bounds: Sequence[Bound]) -> None:
        self.provision = provision
        self.numerals: Sequence[Numeral] = scan(provision.quote, units)
        self._reads = tuple(
            Read(
                numeral,
                direction(provision.quote, self.numerals, index, bounds),
                provision.start + numeral.start,
                direction_of_share(provision.quote, numeral, bounds) if numeral.unit == "share" else "eq",
                is_replaced(provision.quote, numeral, bounds),
            )
            for index, numeral in enumerate(self.numerals)
        )

    def spans(self, words: str) -> tuple[tuple[int, int], ...]:
        """Where words stand in the quote without cutting through a run of digits, as offsets into it."""
        quote, found, start = self.provision.quote, [], 0
        while words and (start := quote.find(words, start)) >= 0:
            end = start + len(words)
            if not self._cuts(start) and not self._cuts(end):
                found.append((start, end))
            start += 1
        return tuple(found)

    def reads(self, span: tuple[int, int]) -> tuple[Read, ...]:
        """The numerals that begin inside a span of the quote."""
        return tuple(read for read in self._reads if span[0] <= read.numeral.start < span[1])

    def _cuts(self, offset: int) -> bool:
        quote = self.provision.quote
        if not 0 < offset < len(quote):
            return False
        # 1.5 is cut behind its 1; the number of an item (1. …) ends there.
        rest = quote[offset:].lstrip(".．") if quote[offset] in ".．" else quote[offset:]
        return quote[offset - 1].isdecimal() and rest[:1].isdecimal()


def read_sentences(knowledge: Knowledge, book: RuleBook) -> dict[str, Sentence]:
    """The provisions of a document by their ids, each with its numerals.

    Args:
        knowledge: tells the units and the words of bounds.
        book: the provisions.
    """
    units, bounds = text_units(knowledge), read_bounds(knowledge)
    return {provision.id: Sentence(provision, units, bounds) for provision in book.provisions.values()}
