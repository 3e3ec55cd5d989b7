"""The same awards in whole numbers, by record: what OpenFisca is compared with.

It is checked in turn against the totals of policykb over the same file, which it has to meet to the fen. Money is in
fen; amounts are in hundredths of a fen, since a rate of whole per cent on fen leaves two places more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from .inputs import CODES, HUNDRED
from .rules import EXACT, GROUPS, OWN_DIVISION, PERIOD

__all__ = ["ENDLESS", "NO", "OPEN", "YES", "Award", "Group", "award", "group", "rounded"]

NO, OPEN, YES = 0, 1, 2
ENDLESS = np.iinfo(np.int64).max
"""Stands for an amount that nothing bounds."""

UNIT = HUNDRED * HUNDRED
"""Hundredths of a fen in a yuan."""

Columns = Mapping[str, Any]


@dataclass(frozen=True)
class Award:
    """The status of each record, and its amount from the least that is certain to the most that is not ruled out."""

    status: Any
    least: Any
    most: Any


@dataclass(frozen=True)
class Group:
    """The winner of each record, counted from one (zero where open), and what the group gives, rounded to the fen."""

    winner: Any
    least: Any
    most: Any
    any_member: Any


def rounded(amount: Any) -> Any:
    """Hundredths of a fen as fen, half a fen upwards; endless stays so."""
    return np.where(amount == ENDLESS, ENDLESS, (np.where(amount == ENDLESS, 0, amount) + HUNDRED // 2) // HUNDRED)


def award(name: str, columns: Columns) -> Award:
    """One award by record."""
    status, amount, otherwise = _RULES[name](columns, EXACT[name])
    most = np.where(status == NO, 0, np.where(amount < 0, otherwise, amount))
    certain = 0 if name in _CEILINGS else np.where(status == YES, amount, 0)
    return Award(status, np.broadcast_to(np.asarray(certain, dtype=np.int64), status.shape), most)


def group(name: str, awards: Mapping[str, Award]) -> Group:
    """One group by record: a member wins where it is due for certain and no other can give more."""
    members = [awards[member] for member in GROUPS[name]["members"]]
    winner = np.zeros(len(members[0].status), dtype=np.int8)
    for place, mine in enumerate(members):
        wins = mine.status == YES
        for other, rival in enumerate(members):
            if other != place:
                weaker = rival.most <= mine.least if place < other else rival.most < mine.least
                wins &= (rival.status == NO) | weaker
        winner[wins] = place + 1
    return Group(
        winner,
        reduce(np.maximum, [rounded(member.least) for member in members]),
        reduce(np.maximum, [rounded(member.most) for member in members]),
        np.logical_or.reduce([member.status != NO for member in members]),
    )


def _three(truth: Any, known: Any) -> Any:
    return np.where(known, truth * np.int8(YES), np.int8(OPEN))


def _fact(c: Columns, name: str) -> Any:
    return _three(c[name], c[f"known_{name}"])


def _reaches(c: Columns, name: str, bound: int) -> Any:
    return _three(c[name] >= bound * HUNDRED, c[f"known_{name}"])


def _home(c: Columns) -> Any:
    return np.where(c["known_division"] & (c["division"] != OWN_DIVISION), np.int8(NO), np.int8(YES))


def _least_of(*parts: Any) -> Any:
    return reduce(np.minimum, parts)


def _per_cent(rate: Any) -> int:
    whole = int(rate * HUNDRED)
    if whole != rate * HUNDRED:
        raise ValueError(f"the rate {rate} is no whole number of per cent.")
    return whole


# Each rule gives the status, the amount in hundredths of a fen (below zero where it is unknown), and the most there.


def _growth(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    known, increase = c["known_tradeUSD"] & c["known_priorTradeUSD"], c["tradeUSD"] - c["priorTradeUSD"]
    who = np.maximum(_fact(c, "producer"), _fact(c, "recognisedPlatform"))
    status = _least_of(
        _home(c), _reaches(c, "tradeCNY", rule["threshold"]), who, _three(c["tradeUSD"] > c["priorTradeUSD"], known)
    )
    rate = _per_cent(rule["rate"])
    return status, np.where(known, increase * rate, -1), np.where(c["known_tradeUSD"], c["tradeUSD"] * rate, ENDLESS)


def _volume(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    trade, known = c["tradeCNY"], c["known_tradeCNY"]
    amount = np.select([trade >= bound * HUNDRED for bound, _ in rule["tiers"]], [a for _, a in rule["tiers"]], 0)
    grown = _three(trade > c["priorTradeCNY"], known & c["known_priorTradeCNY"])
    lowest = min(bound for bound, _ in rule["tiers"])
    status = _least_of(_home(c), grown, _three(trade >= lowest * HUNDRED, known))
    return status, np.where(known, amount * UNIT, -1), max(a for _, a in rule["tiers"]) * UNIT


def _rank(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    status = _least_of(_home(c), _three(c["tradeRank"] <= rule["last"], c["known_tradeRank"]))
    return status, np.full(len(status), rule["amount"] * UNIT), 0


def _warehouse(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    name = "overseasWarehouseInvestmentCNY"
    status = _least_of(
        _home(c),
        _fact(c, "crossBorderEcommerce"),
        _fact(c, "inStatistics"),
        _reaches(c, "overseasWarehouseArea", rule["area"]),
        _reaches(c, name, rule["investment"]),
    )
    return status, *_capped(c, name, rule)


def _platform_fee(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    name = "platformFeeCNY"
    who = np.minimum(_fact(c, "traditionalTrader"), _fact(c, "sellsViaPlatform"))
    return _least_of(_home(c), who, _three(c[name] > 0, c[f"known_{name}"])), *_capped(c, name, rule)


def _capped(c: Columns, name: str, rule: Any) -> tuple[Any, Any]:
    cap = rule["cap"] * UNIT
    return np.where(c[f"known_{name}"], np.minimum(c[name] * _per_cent(rule["rate"]), cap), -1), cap


def _foreign_capital(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    used, received = c["fdiUsedUSD"], c["fdiReceivedUSD"]
    known = c["known_fdiUsedUSD"] | c["known_fdiReceivedUSD"]
    band = np.where(c["known_fdiUsedUSD"], used, received)
    base = np.where(c["known_fdiReceivedUSD"], received, used)
    rates = [_per_cent(rate) for _, rate in rule["bands"]]
    rate = np.select([band <= bound * HUNDRED for bound, _ in rule["bands"]], rates, _per_cent(rule["above"]))
    who = np.maximum(_fact(c, "foreignInvested"), _fact(c, "localBringingForeignCapital"))
    return _least_of(_home(c), who, _three(base > 0, known)), np.where(known, base * rate, -1), ENDLESS


def _referral(c: Columns, rule: Any) -> tuple[Any, Any, Any]:
    kind, known_kind = c["referrerKind"], c["known_referrerKind"]
    # The window is over by the end of the year where it began so many years before.
    is_over = c["known_windowStart"] & (c["windowStart"] < np.datetime64(f"{int(PERIOD) + 1 - rule['years']}-01-01"))
    reached = c["fdiUsedInWindowUSD"] >= rule["used"] * HUNDRED
    known_used = c["known_fdiUsedInWindowUSD"]
    listed = np.isin(kind, [CODES.index(code) for code in rule["listed"]])
    other = _least_of(_three(kind == CODES.index(rule["other"]), known_kind), _fact(c, "referrerAccepted"))
    status = _least_of(
        _fact(c, "newlyIntroduced"),
        _fact(c, "industrial"),
        _reaches(c, "plannedFdiUSD", rule["planned"]),
        np.where(known_used & (reached | is_over), reached * np.int8(YES), np.int8(OPEN)),
        np.maximum(_three(listed, known_kind), other),
    )
    return status, np.full(len(status), rule["amount"] * UNIT), 0


_CEILINGS = ("platformFee",)
"""Awards of which the text states only the most."""

_RULES: dict[str, Callable[[Columns, Any], tuple[Any, Any, Any]]] = {
    "growth": _growth,
    "volume": _volume,
    "rank": _rank,
    "warehouse": _warehouse,
    "platformFee": _platform_fee,
    "foreignCapital": _foreign_capital,
    "referral": _referral,
}
