"""Which clauses depend on which fact, and which facts a clause needs."""

from __future__ import annotations

from collections.abc import Iterator

from ..law.rules import RuleBook
from ..model import Clause, Node, Option, Vocabulary

__all__ = ["Dependence", "stated_facts"]


class Dependence:
    """The clauses that rest on each fact of each record type, in the document's order.

    Args:
        book: the rules.
        vocabulary: tells which stated facts a derived one rests on.
    """

    def __init__(self, book: RuleBook, vocabulary: Vocabulary) -> None:
        self._by_type = {kind: tuple(clause.id for clause in clauses) for kind, clauses in book.by_type.items()}
        self._by_fact: dict[tuple[str, str], tuple[str, ...]] = {}
        for kind, clauses in book.by_type.items():
            for clause in clauses:
                for fact in stated_facts(clause, vocabulary):
                    key = (kind, fact)
                    self._by_fact[key] = (*self._by_fact.get(key, ()), clause.id)

    def of_fact(self, kind: str, fact: str) -> tuple[str, ...]:
        """The clauses of a record type that rest on a fact."""
        return self._by_fact.get((kind, fact), ())

    def of_type(self, kind: str) -> tuple[str, ...]:
        """All clauses that a record of a type is decided by."""
        return self._by_type.get(kind, ())


def stated_facts(clause: Clause, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The facts a record must state for a clause to be settled, derived ones traced to what they rest on."""
    named = dict.fromkeys(_named(clause))
    found: dict[str, None] = {}
    for name in named:
        fact = vocabulary.facts.get(name)
        if fact is not None:
            found |= dict.fromkeys(fact.inputs if fact.is_derived else (name,))
    kind = vocabulary.record_types.get(clause.record_type or "")
    return tuple(found) if kind is None else tuple(name for name in kind.facts if name in found)


def _named(clause: Clause) -> Iterator[str]:
    if clause.root is not None:
        yield from _in_node(clause.root)
    for option in clause.options:
        yield from _in_option(option)


def _in_node(node: Node) -> Iterator[str]:
    for criterion in node.leaves():
        yield criterion.path
        yield from (atom.other for atom in criterion.atoms if atom.other)


def _in_option(option: Option) -> Iterator[str]:
    if option.condition is not None:
        yield from _in_node(option.condition)
    yield from option.facts()
    for band in option.bands:
        yield from _in_option(band)
