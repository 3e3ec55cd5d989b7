"""Prove the rules against themselves: overlaps, gaps, what is dead, implied or opposed, and where amounts jump."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import CallError
from ..rules import RuleBook
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
    try:
        from .prover import Prover
    except ImportError as fault:
        if fault.name != "z3":
            raise
        raise CallError("not-installed", program="Z3", extra="prove") from fault
    return tuple(Prover.of(book).findings(clauses))
