"""The Python front door: examples that run, and answers as pandas and Arrow."""

from __future__ import annotations

import doctest
from decimal import Decimal
from pathlib import Path

import pytest

import policykb
import policykb.api
from policykb.api import Policykb
from policykb.errors import CallError

RECORDS = Path(__file__).parent / "ask" / "records.json"


@pytest.mark.parametrize("module", [policykb, policykb.api], ids=lambda module: module.__name__)
def test_examples_run(module) -> None:  # type: ignore[no-untyped-def]
    """Every example in the documentation of the front door gives what it says."""
    found = doctest.testmod(module)

    assert found.attempted > 0
    assert found.failed == 0


def test_answers_become_tables(shipped: Policykb) -> None:
    """Decisions and query results go to pandas and Arrow, amounts exact."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    answer = shipped.apply(shipped.read([RECORDS]))
    frame, table = answer.to_pandas(), answer.to_arrow()
    rows = shipped.ask("totals-by-clause", answer=answer)

    chosen = frame[(frame.record == "A1") & (frame.clause == "art-01-volume")].iloc[0]
    assert (chosen["status"], chosen["min"], chosen["selected"]) == ("eligible", Decimal("100000.00"), True)
    assert table.num_rows == len(frame) == len(answer.decisions)
    assert str(table.schema.field("min").type) == "decimal128(38, 2)"
    assert list(rows.to_pandas().columns) == ["source", "currency", "sums", "least", "most", "open"]
    assert rows.to_arrow().column("least").to_pylist()[0] == Decimal(100000)


def test_records_made_in_a_program_are_checked(shipped: Policykb) -> None:
    """A misspelt type or fact is refused at once."""
    with pytest.raises(CallError, match=r"没有“Exhibitions”这种记录类型(?s:.*)no record type"):
        shipped.record("Exhibitions", "2020")
    with pytest.raises(CallError, match=r"没有“boothFee”这一项(?s:.*)cannot state"):
        shipped.record("Exhibition", "2020", boothFee=1)


def test_own_sparql_and_several_values(shipped: Policykb) -> None:
    """SPARQL of one's own and lists of values work as in the command."""
    counted = shipped.ask("SELECT (COUNT(?c) AS ?n) { ?c a pkb:Group }")
    facts = shipped.ask("criteria-by-fact", fact=["tradeRank", "cityRank"])

    assert [row["n"] for row in counted] == [1]
    assert {row["fact"].rsplit("#")[-1] for row in facts} == {"tradeRank", "cityRank"}
