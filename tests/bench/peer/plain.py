"""The awards as one writes them for OpenFisca: amounts, where a value that is missing reads as zero or no."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from .rules import AWARDS, GROUPS, OWN_DIVISION
from .system import Formula, Kind

__all__ = ["FORMULAS"]


def _at_home(record: Any, period: Any) -> Any:
    """In the district, or nothing said."""
    division = record("division", period)
    return (division == OWN_DIVISION) + (division == 0)


def growth(record: Any, period: Any) -> Any:
    """The award on the increase in trade."""
    rule = AWARDS["growth"]
    increase = record("tradeUSD", period) - record("priorTradeUSD", period)
    who = record("producer", period) + record("recognisedPlatform", period)
    reached = record("tradeCNY", period) >= rule["threshold"]
    return _at_home(record, period) * who * reached * (increase > 0) * increase * rule["rate"]


def volume(record: Any, period: Any) -> Any:
    """The award by tiers of trade."""
    trade = record("tradeCNY", period)
    tiers = AWARDS["volume"]["tiers"]
    amount = np.select([trade >= bound for bound, _ in tiers], [amount for _, amount in tiers], 0)
    return _at_home(record, period) * (trade > record("priorTradeCNY", period)) * amount


def rank(record: Any, period: Any) -> Any:
    """The award for the first in trade; there is no place zero."""
    rule, place = AWARDS["rank"], record("tradeRank", period)
    return _at_home(record, period) * (place > 0) * (place <= rule["last"]) * rule["amount"]


def highest(record: Any, period: Any) -> Any:
    """The highest of the awards of a group."""
    return reduce(np.maximum, [record(name, period) for name in GROUPS["highest"]["members"]])


def warehouse(record: Any, period: Any) -> Any:
    """The subsidy for overseas warehouses."""
    rule = AWARDS["warehouse"]
    investment = record("overseasWarehouseInvestmentCNY", period)
    large = (record("overseasWarehouseArea", period) >= rule["area"]) * (investment >= rule["investment"])
    who = record("crossBorderEcommerce", period) * record("inStatistics", period)
    return _at_home(record, period) * who * large * np.minimum(investment * rule["rate"], rule["cap"])


def platform_fee(record: Any, period: Any) -> Any:
    """The most that the subsidy for platform fees can be."""
    rule = AWARDS["platformFee"]
    who = record("traditionalTrader", period) * record("sellsViaPlatform", period)
    most = np.minimum(record("platformFeeCNY", period) * rule["rate"], rule["cap"])
    return _at_home(record, period) * who * most


def foreign_capital(record: Any, period: Any) -> Any:
    """The award on foreign capital; of capital used and received, one stands in for the other."""
    rule = AWARDS["foreignCapital"]
    used, received = record("fdiUsedUSD", period), record("fdiReceivedUSD", period)
    band, base = np.where(used > 0, used, received), np.where(received > 0, received, used)
    rates = [np.float32(rate) for _, rate in rule["bands"]]
    rate = np.select([band <= bound for bound, _ in rule["bands"]], rates, np.float32(rule["above"]))
    who = record("foreignInvested", period) + record("localBringingForeignCapital", period)
    return _at_home(record, period) * who * base * rate


def referral(record: Any, period: Any) -> Any:
    """The award for a referral; where nothing is left open, the day on which the window ends changes nothing."""
    rule, kind = AWARDS["referral"], record("referrerKind", period)
    listed = reduce(np.logical_or, [kind == Kind[code] for code in rule["listed"]])
    accepted = (kind == Kind[rule["other"]]) * record("referrerAccepted", period)
    large = record("plannedFdiUSD", period) >= rule["planned"]
    used = record("fdiUsedInWindowUSD", period) >= rule["used"]
    what = record("newlyIntroduced", period) * record("industrial", period)
    return what * large * used * (listed + accepted) * rule["amount"]


FORMULAS: dict[str, Formula] = {
    "growth": growth,
    "volume": volume,
    "rank": rank,
    "highest": highest,
    "warehouse": warehouse,
    "platformFee": platform_fee,
    "foreignCapital": foreign_capital,
    "referral": referral,
}
"""The amount of each award and group."""
