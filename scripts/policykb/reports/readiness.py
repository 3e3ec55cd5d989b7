"""Readiness for payment without application: the answer of the query `payment-readiness`, clause by clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..ask.result import Result, Term
from ..model import Clause
from .phrases import Phrases
from .quotes import readable

__all__ = ["QUERY", "Element", "by_clause", "readiness_lines"]

QUERY = "payment-readiness"


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a clause: its name, whether it holds, and in words what stands in its way."""

    name: str
    holds: bool
    faults: tuple[str, ...]


def by_clause(result: Result, phrases: Phrases) -> dict[str, tuple[Element, ...]]:
    """The elements of each clause, by its id.

    Args:
        result: the answer of the query, in the language of the wordings.
        phrases: the wordings in the reader's language.
    """
    ids = {clause.iri: clause.id for clause in phrases.book.clauses.values()}
    found: dict[str, dict[str, dict[tuple[str, str, str], list[str]]]] = {}
    for row in result.rows:
        cells = {name: _text(term) for name, term in zip(result.variables, row, strict=True)}
        faults = found.setdefault(ids[cells["clause"]], {}).setdefault(cells["element"], {})
        if cells["why"]:
            readings = faults.setdefault((cells["why"], cells["about"], cells["words"]), [])
            readings += [cells["reading"].rpartition("/")[2]] if cells["reading"] else []
    return {
        clause: tuple(
            Element(name, not faults, tuple(_fault(*fault, faults[fault], phrases) for fault in faults))
            for name, faults in elements.items()
        )
        # As the documents have them, one after the other.
        for clause, elements in ((name, found[name]) for name in ids.values() if name in found)
    }


def readiness_lines(elements: dict[str, tuple[Element, ...]], phrases: Phrases) -> Iterator[str]:
    """The elements as lines of text: a head for each clause, a line for each element, one for each thing lacking."""
    yield phrases.say("ready-scope-note")
    for clause, found in elements.items():
        yield ""
        yield head(phrases.book.clauses[clause], found, phrases)
        for element in found:
            word = phrases.say("ready-yes" if element.holds else "ready-no")
            yield "  " + phrases.say("pair", key=phrases.say(f"ready-{element.name}"), value=word)
            yield from (f"    {fault}" for fault in element.faults)


def head(clause: Clause, elements: Iterable[Element], phrases: Phrases) -> str:
    """The article and title of a clause, and how many of its elements hold."""
    count = sum(element.holds for element in elements)
    return phrases.say("ready-clause", article=phrases.article(clause), title=clause.title, count=count)


def _fault(why: str, about: str, words: str, readings: list[str], phrases: Phrases) -> str:
    text = phrases.say(f"ready-{why}", about=about, words=readable(words))
    return text + (phrases.say("ready-reading", readings=phrases.join(dict.fromkeys(readings))) if readings else "")


def _text(term: Term | None) -> str:
    return "" if term is None else term.value
