"""What amendments change of documents: from which day on, by what, and by which words of their own texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .api import Policykb
from .law.rules import RuleBook
from .model import Provision, Text
from .shelf import each

__all__ = ["Amended", "amended_clauses", "amendments_of"]


@dataclass(frozen=True, slots=True)
class Amended:
    """What changes rules: what it is called, from which day on it does, and what of its own text says so."""

    day: date
    label: Text
    provisions: tuple[Provision, ...]


def amendments_of(kb: Policykb) -> tuple[Amended, ...]:
    """The amendments of each document by their day, with their texts where they have them."""
    dated = [(one, overlay) for one in each(kb) for overlay in one.knowledge.amendments]
    dated.sort(key=lambda pair: pair[1].valid_from or date.min)
    return tuple(
        Amended(
            overlay.valid_from or date.min,
            overlay.label,
            tuple(p for p in one.version(overlay.valid_from).book.provisions.values() if overlay.has_part(p.iri)),
        )
        for one, overlay in dated
    )


def amended_clauses(kb: Policykb) -> dict[str, tuple[Amended, ...]]:
    """By clause, from which day on, by what and by which words, its rules are others than those first issued."""
    known = amendments_of(kb)
    found: dict[str, tuple[Amended, ...]] = {}
    before = kb.book
    for day in dict.fromkeys(one.day for one in known):
        after = kb.version(day).book
        for name in before.clauses | after.clauses:
            is_same = before.clauses.get(name) == after.clauses.get(name)
            if not is_same or before.group_of.get(name) != after.group_of.get(name):
                found[name] = (*found.get(name, ()), *_cited(after, name, [one for one in known if one.day == day]))
        before = after
    return found


def _cited(book: RuleBook, clause: str, amended: Sequence[Amended]) -> Iterator[Amended]:
    """Amendments with what a clause cites of their texts."""
    stated = book.clauses[clause].provisions if clause in book.clauses else ()
    cited = {book.provisions[name].iri for name in stated}
    for one in amended:
        yield replace(one, provisions=tuple(part for part in one.provisions if part.iri in cited))
