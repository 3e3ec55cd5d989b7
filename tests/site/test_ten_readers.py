"""Ten people at the self-check, on a phone and at a desk, in both languages: what each gets, and in how many steps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policykb.api import Policykb, load_policykb
from policykb.model import Amount
from readers import Answer, Reader
from soaking import share

ROOT = Path(__file__).parents[2]
YEAR, TOWN = "EnterpriseYear", "TownAssessment"


@dataclass(frozen=True)
class Person:
    """Who comes, what they choose and answer, and the least and the most in yuan or dollars that the text gives them.

    `most` is None where the text sets no ceiling; `doubted` names an answer that the page asks back about.
    """

    name: str
    situations: Sequence[str]
    answers: Mapping[str, Mapping[str, Answer]]
    least: int = 0
    most: int | None = 0
    doubted: str | None = None


EXPORTS = {"producer": True, "tradeUSD": "6200000", "priorTradeUSD": "5000000"}
PEOPLE = (
    Person(
        "A exporter",
        ["art-01-growth"],
        {YEAR: {**EXPORTS, "tradeCNY": "6000万", "priorTradeCNY": "4500万"}},
        100_000,
        150_000,
    ),
    Person(
        "B factory with Korean capital",
        ["ForeignCapitalProject"],
        {"ForeignCapitalProject": {"foreignInvested": True, "fdiUsedUSD": "8000000", "fdiReceivedUSD": "5000000"}},
        200_000,
        200_000,
    ),
    Person(
        "C warehouse of 480 m²",
        ["art-05-warehouse"],
        {
            YEAR: {
                "crossBorderEcommerce": True,
                "inStatistics": True,
                "overseasWarehouseInvestmentCNY": "50万",
                "overseasWarehouseArea": "480",
            }
        },
    ),
    Person(
        "D agency",
        ["TalentReferral"],
        {"TalentReferral": {"referrerKind": "intermediary", "fullTime": True, "level": "national"}},
        300_000,
        300_000,
    ),
    Person(
        "E town clerk",
        [TOWN],
        {TOWN: dict.fromkeys(("townOrSubdistrict", "districtInFront", "chosenOutstanding", "chosenImproved"), True)},
        200_000,
        400_000,
    ),
    Person("F mistypes", ["art-01-growth"], {YEAR: {"producer": True, "tradeCNY": "500"}}, doubted="tradeCNY"),
    Person("G owner, nothing else", ["art-01-growth"], {}),
    Person(
        "H trader, fees and a fair at home",
        ["art-05-platform-fee", "Exhibition"],
        {
            YEAR: {"traditionalTrader": True, "sellsViaPlatform": True, "platformFeeCNY": "8万元"},
            "Exhibition": {"overseas": False},
        },
        0,
        40_000,
    ),
    Person(
        "I chief scientist",
        ["TalentFounder"],
        {
            "TalentFounder": {
                "founderKind": "chiefScientistNationalLaboratory",
                "leads": True,
                "foundsEnterpriseInDistrict": True,
            }
        },
        1_000_000,
        None,
    ),
    Person(
        "J manufacturer, growth and warehouse",
        ["art-01-growth", "art-05-warehouse"],
        {
            YEAR: {
                "producer": True,
                "tradeCNY": "5000000",
                "tradeUSD": "700000",
                "priorTradeUSD": "600000",
                "crossBorderEcommerce": True,
                "inStatistics": True,
                "overseasWarehouseInvestmentCNY": "300000",
                "overseasWarehouseArea": "500",
            }
        },
        32_000,
        180_000,
    ),
)
DOORS = [("en/", 360), ("", 1280), ("", 360), ("en/", 1280)]
"""Language and width; without POLICYKB_SOAK the first alone, since other tests read Chinese at a desk."""


@cache
def base() -> Policykb:
    """The knowledge base, loaded once."""
    return load_policykb(ROOT)


def sums(lines: Sequence[str]) -> set[int]:
    """The whole numbers of some lines, with 万 worked in."""
    found = re.findall(r"(\d[\d,]*(?:\.\d+)?)\s*(万?)", " ".join(lines))
    return {int(float(digits.replace(",", "")) * (10_000 if size else 1)) for digits, size in found}


def stated(reader: Reader, lang: str) -> list[dict[str, Any]]:
    """The records that the page saves."""
    name = base().wording.say("site-ui-download", "en" if lang else "zh")
    with reader.page.expect_download() as got:
        reader.page.get_by_role("button", name=name).first.click()
    records: list[dict[str, Any]] = json.loads(Path(got.value.path()).read_text(encoding="utf-8"))["records"]
    return records


def decided(records: list[dict[str, Any]], asked: set[str | None]) -> list[Amount]:
    """What `policykb apply` gives for these records, of the clauses that the reader asked about."""
    kb = base()
    found = kb.apply(records).entitlements
    members = {group.id: set(group.members) for group in kb.book.groups.values()}
    return [
        one.amount
        for one in found
        if one.amount and (one.clause in asked or members.get(one.group or "", set()) & asked)
    ]


@pytest.mark.parametrize(("lang", "width"), share(DOORS, len(DOORS)))
def test_ten_people_get_what_the_text_gives_them(visit: Any, lang: str, width: int) -> None:
    """The headline holds the least and the most that were worked out by hand, which `policykb apply` gives as well.

    Every second of them with every change, and all ten with POLICYKB_SOAK.
    """
    for person in share(PEOPLE, 2):
        reader = Reader(visit(width=width, height=740), lang).choose(*person.situations)
        for kind, answers in person.answers.items():
            reader.answer(kind, answers)
        shown, wanted = reader.sums(), {person.least, person.most} - {0, None}
        print(f"{lang or 'zh/'} {width} px, {person.name}: {reader.steps} steps; {' · '.join(shown[:3])}")

        assert wanted <= sums(shown[1:3]), person.name
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width, person.name
        if person.doubted:
            assert reader.page.locator(f'[data-fact="{person.doubted}"] .pkb-doubt button').count() == 1, person.name
        elif person.answers:
            records = stated(reader, lang)
            asked = {card.get_attribute("data-clause") for card in reader.page.locator(".pkb-card").all()}
            amounts = decided(records, asked)
            assert sum(amount.min for amount in amounts) == person.least, person.name
            most = [amount.max for amount in amounts]
            assert (None if None in most else sum(most)) == person.most, person.name
        else:
            assert reader.page.locator(".pkb-card").count() == 0, person.name
