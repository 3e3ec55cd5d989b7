"""The scenarios of several documents together: the records of each subject, and the totals that are worked out."""

from __future__ import annotations

from typing import Any

import yaml

from cases_runner import FOLDER
from policykb.api import Policykb

__all__ = ["TOGETHER", "expected", "of_one", "totals"]

TOGETHER = yaml.safe_load((FOLDER / "together.yaml").read_text("utf-8"))
NOTHING = {
    **dict.fromkeys(("registeredInCity", "legalPerson"), True),
    **dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False),
    **dict.fromkeys(("technicalLoan", "publicPlatform", "greenFactory", "plantBought", "cityRentAidEnded"), False),
    **dict.fromkeys(("businessRevenueCNY", "earlierRevenueCNY", "researchSpentCNY", "equipmentSpentCNY"), 0),
    **dict.fromkeys(("loanInterestCNY", "plantRentCNY", "cityResearchAidCNY", "cityLoanAidCNY", "newTaxCNY"), 0),
    **dict.fromkeys(("trainees", "trainingDays", "graduatesHired", "newBranchPlants", "tripsAbroad"), 0),
    **dict.fromkeys(("newFloorArea", "retrofitSpentCNY"), 0),
}


def of_one(number: int, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of one subject: a year in which nothing is had but what is stated, its exhibitions and its trade."""
    subject = {"name": f"示例企业 {number}", **({"division": case["division"]} if "division" in case else {})}
    year = {name: value for name, value in {**NOTHING, **case["zero"]}.items() if value is not None}
    found = [{"type": "BusinessYear", "period": "2024", **year}]
    for fee in case.get("booths", ()):
        stated = {} if fee is None else {"boothFeeCNY": fee}
        found.append(
            {"type": "Exhibition", "period": "2024-05-01", "overseas": True, "filedWithBureau": True, **stated}
        )
    if "tradeCNY" in case:
        found.append({"type": "EnterpriseYear", "period": "2024", "tradeCNY": case["tradeCNY"]})
    return [{"id": f"{number}-{place}", "subject": subject, **one} for place, one in enumerate(found)]


def totals(several: Policykb) -> dict[str, list[str | None]]:
    """What each subject gets in all, from the least to the most, as these documents answer together."""
    answer = several.apply([record for number, case in enumerate(TOGETHER) for record in of_one(number, case)])
    found = {one.name: one.total.get("CNY") for one in answer.enterprises}
    return {
        case["case"]: [str(total.min), str(total.max)] if total else ["0.00", "0.00"]
        for number, case in enumerate(TOGETHER)
        for total in (found[f"示例企业 {number}"],)
    }


def expected() -> dict[str, list[str | None]]:
    """The totals worked out by hand."""
    return {case["case"]: case["total"] for case in TOGETHER}
