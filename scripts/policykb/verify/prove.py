"""Prove the rules against themselves: overlaps, gaps, what is dead, implied or opposed, and where amounts jump."""

from __future__ import annotations

from collections.abc import Collection

from ..extras import need
from ..law.rules import RuleBook
from .finding import Finding

__all__ = ["prove"]


def prove(book: RuleBook, clauses: Collection[str] | None = None) -> tuple[Finding, ...]:
    """All findings about the rules, clause by clause in the document's order; faults among them have `fault` set.

    Args:
        book: the rules.
        clauses: ids of the clauses to look at, and of the groups of theirs; all if None.

    Raises:
        CallError: the solver is not installed.
        KnowledgeError: a question could not be settled.
    """
    need("prove")
    from .prover import Prover

    return tuple(Prover.of(book).findings(clauses))
