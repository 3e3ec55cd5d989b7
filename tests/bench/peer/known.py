"""The awards for OpenFisca with known-flags: three values by hand, and amounts from the least to the most.

Every fact x has a companion known_x. A condition is 2 (yes), 1 (open) or 0 (no); "and" is the minimum, "or" the
maximum. An award x comes to x (its status), x_least (what is certain) and x_most (infinite where nothing bounds it).
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from .rules import AWARDS, GROUPS, OWN_DIVISION
from .system import Formula, Kind

__all__ = ["FORMULAS", "NO", "OPEN", "YES"]

NO, OPEN, YES = 0, 1, 2


def _says(truth: Any, known: Any) -> Any:
    """Two values and a known-flag as three values."""
    return np.where(known, np.where(truth, np.int8(YES), np.int8(NO)), np.int8(OPEN))


def _all(*parts: Any) -> Any:
    return reduce(np.minimum, parts)


def _any(*parts: Any) -> Any:
    return reduce(np.maximum, parts)


def _yes(record: Any, period: Any, name: str) -> Any:
    """A stated truth value."""
    return _says(record(name, period), record(f"known_{name}", period))


def _at_least(record: Any, period: Any, name: str, bound: float) -> Any:
    """A number that reaches a bound."""
    return _says(record(name, period) >= bound, record(f"known_{name}", period))


def _at_home(record: Any, period: Any) -> Any:
    """In the district; where nothing is said, that is taken for granted."""
    stated = record("known_division", period)
    return np.where(stated & (record("division", period) != OWN_DIVISION), np.int8(NO), np.int8(YES))


def _least(status: Any, amount: Any) -> Any:
    """An amount where it is certain."""
    return np.where(status == YES, amount, np.float32(0))


def _most(status: Any, amount: Any) -> Any:
    """An amount where it is not ruled out."""
    return np.where(status != NO, amount, np.float32(0))


def growth(record: Any, period: Any) -> Any:
    """The award on the increase in trade: its status."""
    known = record("known_tradeUSD", period) & record("known_priorTradeUSD", period)
    return _all(
        _at_home(record, period),
        _at_least(record, period, "tradeCNY", AWARDS["growth"]["threshold"]),
        _any(_yes(record, period, "producer"), _yes(record, period, "recognisedPlatform")),
        _says(record("tradeUSD", period) > record("priorTradeUSD", period), known),
    )


def growth_least(record: Any, period: Any) -> Any:
    """What the increase surely brings."""
    increase = record("tradeUSD", period) - record("priorTradeUSD", period)
    return _least(record("growth", period), increase * AWARDS["growth"]["rate"])


def growth_most(record: Any, period: Any) -> Any:
    """What the increase can bring: without the prior year the whole trade, without the trade anything."""
    # A prior year that is not known was filled with zero, so that the difference is the whole.
    increase = record("tradeUSD", period) - record("priorTradeUSD", period)
    bounded = np.where(record("known_tradeUSD", period), increase * AWARDS["growth"]["rate"], np.float32(np.inf))
    return _most(record("growth", period), bounded)


def volume(record: Any, period: Any) -> Any:
    """The award by tiers of trade: its status."""
    trade, prior = record("tradeCNY", period), record("priorTradeCNY", period)
    known = record("known_tradeCNY", period)
    lowest = min(bound for bound, _ in AWARDS["volume"]["tiers"])
    grown = _says(trade > prior, known & record("known_priorTradeCNY", period))
    return _all(_at_home(record, period), grown, _says(trade >= lowest, known))


def _tier(record: Any, period: Any, otherwise: float) -> Any:
    """The sum of the tier that the trade reaches; another one where the trade is not known."""
    trade, tiers = record("tradeCNY", period), AWARDS["volume"]["tiers"]
    found = np.select([trade >= bound for bound, _ in tiers], [np.float32(a) for _, a in tiers], np.float32(0))
    return np.where(record("known_tradeCNY", period), found, np.float32(otherwise))


def volume_least(record: Any, period: Any) -> Any:
    """What the tiers surely bring."""
    return _least(record("volume", period), _tier(record, period, 0))


def volume_most(record: Any, period: Any) -> Any:
    """What the tiers can bring: the highest where the trade is not known."""
    top = max(amount for _, amount in AWARDS["volume"]["tiers"])
    return _most(record("volume", period), _tier(record, period, top))


def rank(record: Any, period: Any) -> Any:
    """The award for the first in trade: its status."""
    among = _says(record("tradeRank", period) <= AWARDS["rank"]["last"], record("known_tradeRank", period))
    return _all(_at_home(record, period), among)


def rank_least(record: Any, period: Any) -> Any:
    """What the place surely brings."""
    return _least(record("rank", period), np.float32(AWARDS["rank"]["amount"]))


def rank_most(record: Any, period: Any) -> Any:
    """What the place can bring."""
    return _most(record("rank", period), np.float32(AWARDS["rank"]["amount"]))


def highest(record: Any, period: Any) -> Any:
    """Which member wins, counted from one: surely due, and no other can give more; zero where that is open."""
    members = GROUPS["highest"]["members"]
    status = [record(name, period) for name in members]
    least = [record(f"{name}_least", period) for name in members]
    most = [record(f"{name}_most", period) for name in members]
    winner = np.zeros(len(status[0]), dtype=np.int8)
    for place in range(len(members)):
        wins = status[place] == YES
        for other in range(len(members)):
            if other != place:
                weaker = most[other] <= least[place] if place < other else most[other] < least[place]
                wins = wins & ((status[other] == NO) | weaker)
        winner = np.where(wins, np.int8(place + 1), winner)
    return winner


def highest_least(record: Any, period: Any) -> Any:
    """What the group surely gives."""
    return reduce(np.maximum, [record(f"{name}_least", period) for name in GROUPS["highest"]["members"]])


def highest_most(record: Any, period: Any) -> Any:
    """What the group can give."""
    return reduce(np.maximum, [record(f"{name}_most", period) for name in GROUPS["highest"]["members"]])


def warehouse(record: Any, period: Any) -> Any:
    """The subsidy for overseas warehouses: its status."""
    rule = AWARDS["warehouse"]
    return _all(
        _at_home(record, period),
        _yes(record, period, "crossBorderEcommerce"),
        _yes(record, period, "inStatistics"),
        _at_least(record, period, "overseasWarehouseArea", rule["area"]),
        _at_least(record, period, "overseasWarehouseInvestmentCNY", rule["investment"]),
    )


def _share(record: Any, period: Any, award: str, name: str) -> Any:
    """A share of a number up to a cap; the cap where the number is not known."""
    rule = AWARDS[award]
    share = np.minimum(record(name, period) * rule["rate"], np.float32(rule["cap"]))
    return np.where(record(f"known_{name}", period), share, np.float32(rule["cap"]))


def warehouse_least(record: Any, period: Any) -> Any:
    """What the investment surely brings."""
    share = _share(record, period, "warehouse", "overseasWarehouseInvestmentCNY")
    return _least(record("warehouse", period), share)


def warehouse_most(record: Any, period: Any) -> Any:
    """What the investment can bring."""
    share = _share(record, period, "warehouse", "overseasWarehouseInvestmentCNY")
    return _most(record("warehouse", period), share)


def platform_fee(record: Any, period: Any) -> Any:
    """The subsidy for platform fees: its status."""
    fee = _says(record("platformFeeCNY", period) > 0, record("known_platformFeeCNY", period))
    who = _all(_yes(record, period, "traditionalTrader"), _yes(record, period, "sellsViaPlatform"))
    return _all(_at_home(record, period), who, fee)


def platform_fee_least(record: Any, period: Any) -> Any:
    """Nothing is certain: the text states a ceiling."""
    return np.zeros(record.count, dtype=np.float32)


def platform_fee_most(record: Any, period: Any) -> Any:
    """The ceiling."""
    return _most(record("platformFee", period), _share(record, period, "platformFee", "platformFeeCNY"))


def _stated(record: Any, period: Any, name: str, stand_in: str) -> Any:
    """A number, or the one that stands in for it."""
    return np.where(record(f"known_{name}", period), record(name, period), record(stand_in, period))


def foreign_capital(record: Any, period: Any) -> Any:
    """The award on foreign capital: its status."""
    base = _stated(record, period, "fdiReceivedUSD", "fdiUsedUSD")
    known = record("known_fdiReceivedUSD", period) | record("known_fdiUsedUSD", period)
    who = _any(_yes(record, period, "foreignInvested"), _yes(record, period, "localBringingForeignCapital"))
    return _all(_at_home(record, period), who, _says(base > 0, known))


def _banded(record: Any, period: Any) -> Any:
    """The base at the rate of its band."""
    rule = AWARDS["foreignCapital"]
    band = _stated(record, period, "fdiUsedUSD", "fdiReceivedUSD")
    rates = [np.float32(rate) for _, rate in rule["bands"]]
    rate = np.select([band <= bound for bound, _ in rule["bands"]], rates, np.float32(rule["above"]))
    return _stated(record, period, "fdiReceivedUSD", "fdiUsedUSD") * rate


def foreign_capital_least(record: Any, period: Any) -> Any:
    """What the capital surely brings."""
    return _least(record("foreignCapital", period), _banded(record, period))


def foreign_capital_most(record: Any, period: Any) -> Any:
    """What the capital can bring: anything where it is not known at all."""
    known = record("known_fdiReceivedUSD", period) | record("known_fdiUsedUSD", period)
    amount = np.where(known, _banded(record, period), np.float32(np.inf))
    return _most(record("foreignCapital", period), amount)


def referral(record: Any, period: Any) -> Any:
    """The award for a referral: its status; while the window is open, a sum not reached yet says nothing."""
    rule, kind = AWARDS["referral"], record("referrerKind", period)
    known_kind, known_used = record("known_referrerKind", period), record("known_fdiUsedInWindowUSD", period)
    last = np.datetime64(str(period.stop.offset(-rule["years"], "year")))
    is_over = record("known_windowStart", period) & (record("windowStart", period) <= last)
    reached = record("fdiUsedInWindowUSD", period) >= rule["used"]
    listed = reduce(np.logical_or, [kind == Kind[code] for code in rule["listed"]])
    return _all(
        _yes(record, period, "newlyIntroduced"),
        _yes(record, period, "industrial"),
        _at_least(record, period, "plannedFdiUSD", rule["planned"]),
        _any(_says(reached, known_used), _says(reached, known_used & is_over)),
        _any(
            _says(listed, known_kind),
            _all(_says(kind == Kind[rule["other"]], known_kind), _yes(record, period, "referrerAccepted")),
        ),
    )


def referral_least(record: Any, period: Any) -> Any:
    """What the referral surely brings."""
    return _least(record("referral", period), np.float32(AWARDS["referral"]["amount"]))


def referral_most(record: Any, period: Any) -> Any:
    """What the referral can bring."""
    return _most(record("referral", period), np.float32(AWARDS["referral"]["amount"]))


FORMULAS: dict[str, tuple[Formula, Formula, Formula]] = {
    "growth": (growth, growth_least, growth_most),
    "volume": (volume, volume_least, volume_most),
    "rank": (rank, rank_least, rank_most),
    "highest": (highest, highest_least, highest_most),
    "warehouse": (warehouse, warehouse_least, warehouse_most),
    "platformFee": (platform_fee, platform_fee_least, platform_fee_most),
    "foreignCapital": (foreign_capital, foreign_capital_least, foreign_capital_most),
    "referral": (referral, referral_least, referral_most),
}
"""The status (of a group: the winner), the least and the most of each award and group."""
