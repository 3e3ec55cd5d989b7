"""What is unknown about an amount leaves a clause undetermined only where it can change what is had."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from test_generated import answers, loaded

from generated_rules import NAMES, ClauseSpec, Leaf, OptionSpec, RuleSet
from generated_worlds import Drawn

NAME = NAMES[4]
INCREASE = Leaf("tradeIncreaseUSD", (("minExclusive", Decimal(0)),))
ROOT = Leaf("producer", (("hasValue", True),))
DOUBTED = Leaf("qualityEnterprise", (("hasValue", True),))
PRODUCER: dict[str, Any] = {"producer": True}


def fixed(value: str, condition: Leaf | None = None, kind: str = "exact") -> OptionSpec:
    """So much, or at most so much."""
    return OptionSpec(condition, kind, value=Decimal(value))


def rate(cap: str | None, kind: str = "exact") -> OptionSpec:
    """A tenth of the platform fee."""
    return OptionSpec(None, kind, rate=Decimal("0.1"), base="platformFeeCNY", cap=None if cap is None else Decimal(cap))


BANDS = (
    (Decimal(0), Decimal(100), Decimal("0.1")),
    (Decimal(100), None, Decimal("0.5")),
)
UP_TO_20 = fixed("20", None, "ceiling")
FLOOR = OptionSpec(None, "floor", floor=Decimal(20))
INCREASED = ("and", (ROOT, INCREASE))
GROWN = OptionSpec(None, "marginal-bands", base="tradeIncreaseUSD", bands=BANDS)
CASES = {
    # At most 10 may be had as well, but at most 20 is had anyway.
    "lower ceiling": (ROOT, (UP_TO_20, fixed("10", DOUBTED, "ceiling")), "highest", {}, ("eligible", "0", "20")),
    "higher ceiling": (ROOT, (UP_TO_20, fixed("30", DOUBTED, "ceiling")), "highest", {}, ("undetermined", "0", "30")),
    # A tenth of a fee that is not stated, but no more than 10, beside 20.
    "lower cap": (ROOT, (fixed("20"), rate("10")), "highest", {}, ("eligible", "20", "20")),
    "higher cap": (ROOT, (fixed("20"), rate("20.01")), "highest", {}, ("undetermined", "20", "20.01")),
    "no cap": (ROOT, (fixed("20"), rate(None)), "highest", {}, ("undetermined", "20", None)),
    # At least 20 without an upper end: nothing adds to that but what is exact.
    "ceiling beside a floor": (ROOT, (FLOOR, rate("10", "ceiling")), "sum", {}, ("eligible", "20", None)),
    "rate beside a floor": (ROOT, (FLOOR, rate("10")), "sum", {}, ("undetermined", "20", None)),
    "sum": (ROOT, (fixed("20"), fixed("10", DOUBTED)), "sum", {}, ("undetermined", "20", "30")),
    # The year before is not stated: the increase is 0 to 300, the amount at most 10 for the first 100 and 100 for 200.
    "bands": (INCREASED, (GROWN,), "exclusive", {"tradeUSD": Decimal(300)}, ("undetermined", "0", "110")),
    "nothing to go by": (INCREASED, (GROWN,), "exclusive", {}, ("undetermined", "0", None)),
}  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize("name", CASES)
def test_what_matters(name: str) -> None:
    """Status, least and most, worked out by hand, from SPARQL, the columns and pySHACL."""
    root, options, combination, facts, (status, low, high) = CASES[name]
    rules = RuleSet("EnterpriseYear", (ClauseSpec(NAME, root, options, combination),))  # type: ignore[arg-type]
    kb, record = loaded(rules), Drawn("2020", {**PRODUCER, **facts})
    told = {
        engine: answers(engine, kb, rules, [record], pa.decimal128(18, 2))["r0", NAME]
        for engine in ("SPARQL", "columns", "oracle", "pySHACL")
    }
    expected = (Decimal(low), None if high is None else Decimal(high))

    assert {engine: found[0] for engine, found in told.items()} == dict.fromkeys(told, status)
    assert {engine: told[engine][1] for engine in ("SPARQL", "columns", "oracle")} == dict.fromkeys(
        ("SPARQL", "columns", "oracle"), expected
    )
