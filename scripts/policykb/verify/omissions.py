"""Find what a condition leaves out that its words name, and a clause that lacks what all others like it ask."""

from __future__ import annotations

from collections.abc import Iterator

from ..law.rules import RuleBook
from ..model import Clause, Criterion, Vocabulary
from .places import Places
from .report import Fault, breach

__all__ = ["check_omissions"]

RULE = "gaps"
_FEW = 3
"""So many clauses that ask the same say what is asked of all; at most a third as many lack it by an oversight."""


def check_omissions(book: RuleBook, vocabulary: Vocabulary, places: Places) -> Iterator[tuple[str, Fault]]:
    """What is left out: each with the IRI whose pkb:justification lets it pass.

    Args:
        book: the rules.
        vocabulary: the items with the values that each can have, and their names.
        places: where resources stand.
    """
    told: set[str] = set()
    for clause in book.clauses.values():
        for iri, fault in _values(clause, vocabulary, places):
            if iri not in told:
                told.add(iri)
                yield iri, fault
    yield from _common(book, places)


def _values(clause: Clause, vocabulary: Vocabulary, places: Places) -> Iterator[tuple[str, Fault]]:
    """国家级、省级 where the list has the one alone: a value that the words name, and no condition of the clause."""
    trees = [tree for tree in (clause.root, *(option.condition for option in clause.options)) if tree is not None]
    leaves = [leaf for tree in trees for leaf in tree.leaves()]
    chosen: dict[str, set[str]] = {}
    for leaf in leaves:
        chosen.setdefault(leaf.path, set()).update(_listed(leaf))
    for leaf in leaves:
        fact = vocabulary.facts.get(leaf.path)
        if fact is None or not fact.codes or not _listed(leaf):
            continue
        words = leaf.words
        # What is chosen is taken away first: 非生产型 is no 生产型.
        named = [_zh(vocabulary, code) for code in chosen[leaf.path]]
        for name in sorted((name for name in named if name), key=len, reverse=True):
            words = words.replace(name, " ")
        for code in fact.codes:
            name = _zh(vocabulary, code)
            if code not in chosen[leaf.path] and len(name) > 1 and name in words:
                where = places.definition(leaf.iri)
                yield leaf.iri, breach("verify-value-idle", RULE, where, name=leaf.id, words=name, value=code)


def _listed(leaf: Criterion) -> set[str]:
    """The values of which a criterion asks for one, as they are written."""
    values = (value for atom in leaf.atoms if atom.op in ("in", "has") for value in atom.values)
    return {str(value) for value in values if not isinstance(value, bool)}


def _zh(vocabulary: Vocabulary, code: str) -> str:
    known = vocabulary.codes.get(code)
    return known.zh if known else ""


def _common(book: RuleBook, places: Places) -> Iterator[tuple[str, Fault]]:
    """A clause without the conditions of another article that nearly all clauses of its kind have."""
    asked = {clause.id: _elsewhere(book, clause) for clause in book.clauses.values() if clause.grants_money}
    kinds: dict[str | None, list[Clause]] = {}
    for name in asked:
        kinds.setdefault(book.clauses[name].record_type, []).append(book.clauses[name])
    for clauses in kinds.values():
        for part in dict.fromkeys(part for clause in clauses for part in asked[clause.id]):
            # What the article itself grants is no clause of others.
            of_others = [clause for clause in clauses if not _is_of(book, clause, part)]
            lacking = [clause for clause in of_others if part not in asked[clause.id]]
            having = len(of_others) - len(lacking)
            if having < _FEW or having < _FEW * len(lacking):
                continue
            for clause in lacking:
                where = places.definition(clause.iri)
                yield clause.iri, breach("verify-common-idle", RULE, where, clause=clause.id, part=part, count=having)


def _elsewhere(book: RuleBook, clause: Clause) -> set[str]:
    """The articles, other than its own, that the conditions of a clause rest on."""
    leaves = clause.root.leaves() if clause.root is not None else ()
    parts = {book.provisions[leaf.provision].part for leaf in leaves if leaf.provision in book.provisions}
    return {part for part in parts if not _is_of(book, clause, part)}


def _is_of(book: RuleBook, clause: Clause, part: str) -> bool:
    return any(book.provisions[name].part == part for name in clause.provisions if name in book.provisions)
