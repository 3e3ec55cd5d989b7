"""The facts that the awards need, and how they are read from a Parquet file into arrays.

DuckDB turns missing values into zero, false, the first code or the first day while it reads, which is the fastest way
for OpenFisca; on demand it adds for each fact whether it is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from .rules import AWARDS

__all__ = ["CODES", "FACTS", "HUNDRED", "PORTION", "Reading", "read"]

PORTION = 1_000_000
"""Records decided at a time, so that memory stays bounded."""

HUNDRED = 100
"""Exact numbers count the last place, the fen."""

THREADS = 2
NONE = "none"
CODES = [NONE, *AWARDS["referral"]["listed"], AWARDS["referral"]["other"], "projectEnterprise"]
"""The kinds of referrers; the first stands for none stated."""

FACTS: dict[str, dict[str, type | str]] = {
    "EnterpriseYear": {
        "division": int,
        "tradeCNY": float,
        "priorTradeCNY": float,
        "tradeUSD": float,
        "priorTradeUSD": float,
        "tradeRank": int,
        "producer": bool,
        "recognisedPlatform": bool,
        "crossBorderEcommerce": bool,
        "inStatistics": bool,
        "overseasWarehouseArea": float,
        "overseasWarehouseInvestmentCNY": float,
        "traditionalTrader": bool,
        "sellsViaPlatform": bool,
        "platformFeeCNY": float,
    },
    "ForeignCapitalProject": {
        "division": int,
        "foreignInvested": bool,
        "localBringingForeignCapital": bool,
        "fdiUsedUSD": float,
        "fdiReceivedUSD": float,
    },
    "ProjectReferral": {
        "newlyIntroduced": bool,
        "industrial": bool,
        "plannedFdiUSD": float,
        "fdiUsedInWindowUSD": float,
        "windowStart": date,
        "referrerKind": "code",
        "referrerAccepted": bool,
    },
}
"""The facts of each type of record, with what OpenFisca holds them in."""


@dataclass(frozen=True)
class Reading:
    """How to read: with a companion known_x for each fact x, and numbers as whole fen instead of 32-bit floats."""

    known: bool = False
    exact: bool = False


def read(path: str, kind: str, how: Reading, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The arrays of one portion after another, in the order of the file.

    Args:
        path: the Parquet file.
        kind: the type of its records.
        how: the form of the numbers, and whether known-flags are wanted.
        most: read only so many records, if given.
    """
    listed = []
    for name, held in FACTS[kind].items():
        listed.append(f'{_expression(name, held, how.exact)} AS "{name}"')
        if how.known:
            listed.append(f'"{name}" IS NOT NULL AS "known_{name}"')
    limit = "" if most is None else f" LIMIT {most}"
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        found: Any = connection.sql(f"SELECT {', '.join(listed)} FROM '{path}'{limit}")
        for batch in found.to_arrow_reader(PORTION):
            yield {name: batch[name].to_numpy(zero_copy_only=False) for name in batch.schema.names}


def _expression(name: str, held: type | str, exact: bool) -> str:
    """The SQL of one fact without missing values."""
    if held is float:
        return f'coalesce(("{name}" * {HUNDRED})::BIGINT, 0)' if exact else f'coalesce("{name}"::FLOAT, 0)'
    if held is int:
        return f'coalesce("{name}"::INT, 0)'
    if held is bool:
        return f'coalesce("{name}", false)'
    if held is date:
        return f"coalesce(\"{name}\", DATE '1970-01-01')"
    return f'coalesce(list_position({CODES}, "{name}") - 1, 0)::UTINYINT'
