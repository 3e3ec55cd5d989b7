"""What a screening asks of the valid records, whatever portion is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from ..api import Policykb
from ..engines.columns.compile import compile_rules
from ..engines.columns.decided import Decided
from .job import Screening, output_rows
from .joint import parted, set_aside, with_lost
from .outputs import Rows, tidy
from .summary import summary_columns

__all__ = ["Results"]


@dataclass(frozen=True)
class Results:
    """What is asked of the table of valid records, whatever portion it holds."""

    decided: Decided
    sums: ir.Table
    rows: Rows | None
    counted: Rows | None
    joint: Rows | None

    @staticmethod
    def of(
        kb: Policykb,
        job: Screening,
        table: ir.Table,
        places: Mapping[str, int],
        *,
        counts: bool,
        bound: frozenset[str] | None,
    ) -> Results:
        rules = kb.decider.record_rules
        decided = compile_rules(kb.book, kb.vocabulary, rules, job.kind.id, table, job.day, places)
        sums = summary_columns(decided, job.portion)
        inside, outside = (decided, decided) if bound is None else parted(decided, bound)
        written = decided if job.rows == "wide" else outside
        rows = output_rows(written, job) if written.clauses else None
        if rows is not None and bound is not None and job.rows == "tidy":
            rows = with_lost(rows)
        counted = tidy(outside) if counts and outside.clauses else None
        return Results(decided, sums, rows, counted, None if bound is None else set_aside(inside, job.everything))
