"""What is used twice is computed once: an expression does not grow with every use of its parts."""

from __future__ import annotations

from decimal import Decimal

import ibis
import polars as pl
from test_generated import as_records, loaded

from column_tables import arrow_table
from generated_rules import NAMES, ClauseSpec, Leaf, OptionSpec, RuleSet
from generated_worlds import Drawn
from policykb.columns.engines import PolarsEngine, decide_on
from policykb.columns.outputs import wide
from policykb.engines.columns.layers import Layers

KIND = "EnterpriseYear"


def test_size_of_text() -> None:
    """The highest of three rates, of which one is of a quotient, is some pages of SQL; written out it is millions."""
    bases = ("platformFeeCNY", "listedCostCNY", "overseasWarehouseInvestmentCNY")
    options = tuple(
        OptionSpec(None, "exact", rate=Decimal("0.1"), base=base, cap=Decimal(40), divisor=divisor)
        for base, divisor in zip(bases, ("usdCnyRate", None, None), strict=True)
    )
    rules = RuleSet(KIND, (ClauseSpec(NAMES[0], Leaf("producer", (("hasValue", True),)), options, "highest"),))
    kb = loaded(rules)
    records = as_records(rules, [Drawn("2020", {"producer": True})])
    table = pl.from_arrow(arrow_table(records, kb.vocabulary, KIND))
    assert isinstance(table, pl.DataFrame)
    decided = decide_on(PolarsEngine(), kb, KIND, table.lazy())

    assert len(ibis.to_sql(wide(decided).table, dialect="duckdb")) < 100_000


def test_repeated() -> None:
    """A long expression that two columns share is one column below them; the values stay the same."""
    table = ibis.memtable({"a": [1, 2, 3]})
    layers = Layers(table)
    long = table.a
    for step in range(1, 8):
        long = long * 2 + step
    layers.hold("double", long + long)
    layers.hold("triple", long * 3)
    found = layers.settle()

    assert found.columns == ("a", "shared_0", "double", "triple")
    # Doubled, with 1, 2, … 7 added in turn, 1 becomes 3, 8, 19, 42, 89, 184, 375.
    assert found.execute()[["double", "triple"]].iloc[0].tolist() == [750, 1125]
