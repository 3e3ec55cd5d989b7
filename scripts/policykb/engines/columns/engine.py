"""Decide records over columns, on Polars: the same outcomes as by SPARQL, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import polars as pl

from ...errors import KnowledgeError
from ...model import Record
from ..engine import Engine
from ..outcome import Outcome
from ..sparql import SparqlEngine
from ..worked import Quantities
from .asked import Outline, ask
from .compile import compile_rules
from .frame import Form, frame_of
from .gather import gather

__all__ = ["ColumnsEngine"]

_TABLE = "records"


@dataclass(frozen=True)
class _Plan:
    """The rules about one type of record as columns, whatever records stand in the table."""

    outline: Outline
    table: ir.Table


class ColumnsEngine:
    """Rules compiled when records of their type first come; decides any number of batches of records.

    What columns do not take (a rule that they are refused for, a number of more digits than a column has) is decided
    by SPARQL, with the same outcomes.

    Args:
        rest: the engine over the same rules that decides it.
        is_bare: what each clause comes to is all that is asked; why, and what is missing, stays empty.
    """

    libraries = ("polars", "ibis-framework")

    def __init__(self, rest: SparqlEngine, *, is_bare: bool = False) -> None:
        self.book, self.rest, self.is_bare = rest.book, rest, is_bare
        self.quantities = Quantities(self.book)
        self.connection = ibis.polars.connect()
        self._plans: dict[tuple[Form, date | None], _Plan | None] = {}

    def suited(self, count: int) -> Engine:
        """This one; see `Engine`."""
        return self

    def decide(self, records: Sequence[Record], day: date | None = None) -> list[Outcome]:
        """See `Engine`."""
        found: dict[int, Outcome] = {}
        by_type: dict[str, list[int]] = defaultdict(list)
        for number, record in enumerate(records):
            by_type[record.type].append(number)
        for name, numbers in by_type.items():
            if name not in self.book.by_type:
                found.update((number, Outcome(False)) for number in numbers)
                continue
            form = Form.of(name, self.book.vocabulary)
            held = form.held(records, numbers)
            mine = [records[number] for number in held]
            outcomes = self._decide(form.fitted(mine), mine, day) if mine else None
            if outcomes is not None:
                found.update(zip(held, outcomes, strict=True))
        left = [number for number in range(len(records)) if number not in found]
        if left:
            found.update(zip(left, self.rest.decide([records[number] for number in left], day), strict=True))
        return [found[number] for number in range(len(records))]

    def _decide(self, form: Form, records: Sequence[Record], day: date | None) -> list[Outcome] | None:
        """The outcomes of records of one type that their form holds; None where columns do not take the rules."""
        source = self.connection.create_table(_TABLE, frame_of(records, form), overwrite=True)
        if (form, day) not in self._plans:
            self._plans[form, day] = self._plan(form, source, day)
        plan = self._plans[form, day]
        if plan is None:
            return None
        frame: pl.DataFrame = self.connection.compile(plan.table).collect()
        return gather(plan.outline, frame, records, self.quantities)

    def _plan(self, form: Form, source: ir.Table, day: date | None) -> _Plan | None:
        book = self.book
        try:
            decided = compile_rules(
                book,
                book.vocabulary,
                book.record_rules,
                form.record_type,
                source,
                day,
                form.decimals(),
                with_options=not self.is_bare,
            )
            return _Plan(*ask(decided, is_bare=self.is_bare))
        except KnowledgeError:
            return None
