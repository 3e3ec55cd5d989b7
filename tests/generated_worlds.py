"""What the records of generated rules can state: some types of the shipped ontology, written down anew for the tests.

Independent of the product, so that the oracle knows the facts from here alone. A fact stands under one sort only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

__all__ = ["DIVISIONS", "MARKS", "WORLDS", "Drawn", "World", "drawn_records", "in_places"]

MARKS = tuple(Decimal(text) for text in ("10", "20.5", "33.33335", "99.99", "100", "250.01"))
"""Where bounds lie."""

DIVISIONS = ("370402", "370481")
RATES_OF_EXCHANGE = tuple(Decimal(text) for text in ("1", "6.8976", "7", "0.3333", "8.25", "9.4"))


@dataclass(frozen=True)
class World:
    """The facts of a record type by their sort.

    `pairs` are two numbers that are compared; `bases` numbers that amounts rest on and no condition speaks about;
    `divisors` are never zero. A difference is (whole, part), a stand-in (first, second), a final value (running sum,
    first day, years). No condition speaks about what a stand-in or a final value rests on but through it.
    """

    name: str
    booleans: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    divisors: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    days: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    stand_ins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    finals: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)

    def inputs(self, fact: str) -> tuple[str, ...]:
        """The stated facts that a fact rests on."""
        if fact in self.finals:
            return self.finals[fact][:2]
        return self.differences.get(fact) or self.stand_ins.get(fact) or (fact,)

    def sums(self) -> tuple[str, ...]:
        """Facts that are decimals."""
        derived = [name for ways in (self.differences, self.stand_ins) for pair in ways.values() for name in pair]
        running = [running for running, _, _ in self.finals.values()]
        pairs = [name for pair in self.pairs for name in pair]
        return tuple(dict.fromkeys((*self.numbers, *self.bases, *pairs, *derived, *running)))

    def starts(self) -> tuple[str, ...]:
        """Facts that are days."""
        return tuple(dict.fromkeys((*self.days, *(start for _, start, _ in self.finals.values()))))


WORLDS = {
    world.name: world
    for world in (
        World(
            "EnterpriseYear",
            booleans=(
                "producer", "recognisedPlatform", "crossBorderEcommerce", "inStatistics", "traditionalTrader",
                "sellsViaPlatform", "inDevelopmentZone", "qualityEnterprise", "previouslyAwarded",
            ),
            numbers=("overseasWarehouseArea", "platformFeeCNY"),
            bases=("overseasWarehouseInvestmentCNY", "listedCostCNY"),
            ranks=("tradeRank",),
            divisors=("usdCnyRate",),
            pairs=(("priorTradeCNY", "tradeCNY"),),
            differences={"tradeIncreaseUSD": ("tradeUSD", "priorTradeUSD")},
        ),
        World(
            "ProjectReferral",
            booleans=("newlyIntroduced", "industrial", "referrerAccepted"),
            numbers=("plannedFdiUSD",),
            days=("windowStart",),
            codes={"referrerKind": ("intermediary", "socialOrganisation", "projectEnterprise", "other")},
            finals={"fdiFinalUSD": ("fdiUsedInWindowUSD", "windowStart", 3)},
        ),
        World(
            "ForeignCapitalProject",
            booleans=(
                "foreignInvested", "localBringingForeignCapital", "policyConforming", "majorProject",
                "approvedByCommittee", "approvedByGovernment",
            ),
            divisors=("usdCnyRate",),
            stand_ins={"fdiBandUSD": ("fdiUsedUSD", "fdiReceivedUSD"), "fdiBaseUSD": ("fdiReceivedUSD", "fdiUsedUSD")},
        ),
        World(
            "TalentTeamSelection",
            booleans=("team", "selfApplied", "selected"),
            lists={"programmes": ("national", "taishan", "zaozhuang")},
        ),
        World(
            "Exhibition",
            booleans=("overseas", "major", "filedWithBureau", "recognisedByGovernment"),
            differences={"boothFeeAfterAidCNY": ("boothFeeCNY", "higherLevelAidCNY")},
        ),
        World(
            "Acquisition",
            booleans=("districtKeySOE", "innovationResource"),
            bases=("costCNY",),
            codes={"targetLocation": ("overseas", "otherProvince", "sameProvince")},
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A record: its period, and what it states; a stated division stands among the facts."""

    period: str
    facts: Mapping[str, Any]


def in_places(facts: Mapping[str, Any], places: int) -> dict[str, Any]:
    """The same facts with so many decimal places; what is more than nothing stays so."""
    last = Decimal(1).scaleb(-places)
    return {
        name: max(last if value else value, value.quantize(last)) if isinstance(value, Decimal) else value
        for name, value in facts.items()
    }


def drawn_records(world: World, count: int) -> st.SearchStrategy[list[Drawn]]:
    """Some records, values on and beside every bound, about a quarter missing."""
    step = Decimal("0.01")
    near = sorted(
        {max(Decimal(0), m + d) for m in MARKS for d in (-step, Decimal(0), step)}
        | {Decimal("33.3333"), Decimal("1000"), Decimal("31415926535897.93"), Decimal("99999999999999.99")}
    )
    shape: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(world.booleans, st.booleans())
    shape |= dict.fromkeys(world.sums(), st.sampled_from([Decimal(0), *near]))
    shape |= dict.fromkeys(world.ranks, st.integers(1, 5))
    shape |= dict.fromkeys(world.divisors, st.sampled_from(RATES_OF_EXCHANGE))
    shape |= {name: st.sampled_from(codes) for name, codes in world.codes.items()}
    shape |= {
        name: st.lists(st.sampled_from(codes), min_size=1, max_size=len(codes), unique=True).map(tuple)
        for name, codes in world.lists.items()
    }
    shape |= dict.fromkeys(
        world.starts(),
        st.sampled_from([date(y, m, d) for y in (2016, 2017, 2018, 2019) for m, d in ((2, 28), (12, 31), (1, 1))]
                        + [date(2016, 2, 29)]),
    )  # fmt: skip
    shape |= {"division": st.sampled_from((None, None, *DIVISIONS))}
    # Nothing is below zero, so that "less than nothing" would be ruled out by what data can be, not by the rules.
    shape |= {larger: st.sampled_from([n for n in near if n > 0]) for _, larger in world.pairs}
    gaps = {name: st.one_of(st.none(), found, found, found) for name, found in shape.items()}
    facts = st.fixed_dictionaries(gaps).map(lambda found: {n: v for n, v in found.items() if v is not None})
    periods = st.sampled_from(("2020", "2020", "2020", "2021", "2019", "2020-09-23", "2020-09-24", "2021-02-28"))
    return st.lists(st.builds(Drawn, periods, facts), min_size=count, max_size=count)
