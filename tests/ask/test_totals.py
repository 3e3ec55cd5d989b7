"""What each article and chapter comes to is, added up, what all comes to: nothing stands under two of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from made import beside_the_shipped
from policykb.api import load_policykb
from policykb.model import Place, Record
from policykb.shelf import load_documents

FIXTURE = Path(__file__).parents[1] / "fixtures" / "scopes"
ALLOWED = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
FULL = ALLOWED | {
    "underInvestigation": False, "trainees": 100, "trainingDays": 36, "graduatesHired": 25, "tripsAbroad": 8,
    "equipmentSpentCNY": Decimal(60000000), "technicalLoan": True, "loanFrom": date(2024, 2, 1),
    "loanInterestCNY": Decimal(700000), "plantRentCNY": Decimal(500000), "newTaxCNY": Decimal(120000),
    "productionSince": date(2012, 5, 1), "retrofitSpentCNY": Decimal(900000),
}  # fmt: skip
"""Equipment and interest, 3,640,000, stop at 3,000,000; rent and energy, 208,000, at half of the tax, 60,000."""


def record(id: str, kind: str, period: str, **facts: Any) -> Record:
    """A record of one subject."""
    return Record(id, kind, period, "某某有限公司", None, None, facts, Place("test"))


@pytest.mark.parametrize("full", [True, False], ids=["stated", "partly open"])
def test_articles_and_chapters_add_up_to_all(full: bool) -> None:
    """Caps over several articles give one sum, which stands under the article of the cap."""
    both = load_documents(policy="yunting-2024,qitang-2024")
    facts = FULL if full else {name: value for name, value in FULL.items() if name not in ("newTaxCNY", "tripsAbroad")}
    booths = [
        record(f"e{n}", "Exhibition", f"2024-0{n}-03", overseas=True, filedWithBureau=True, boothFeeCNY=Decimal(44000))
        for n in (1, 2)
    ]
    trade = record("y", "EnterpriseYear", "2024", tradeCNY=Decimal(52000000))
    answer = both.apply([record("b", "BusinessYear", "2024", **facts), *booths, trade])
    sums = {}
    for by in ("status", "subject", "clause", "article", "chapter"):
        rows = list(both.ask(f"totals-by-{by}", answer=answer, lang="en"))
        least = sum((Decimal(str(row["least"])) for row in rows), Decimal(0))
        open_ = sum(int(str(row["open"])) for row in rows)
        sums[by] = least, open_, sum(int(str(row["sums"])) for row in rows)

    assert len(set(sums.values())) == 1, sums
    if full:
        rows = list(both.ask("totals-by-article", answer=answer, lang="en"))
        found = {(str(row["article"]), str(row["articleTitle"])): row["least"] for row in rows}
        assert found["10", "Joint cap"] == Decimal(60000)
        assert found["17", "Caps"] == Decimal(3000000)
        assert "Aid for equipment" not in {title for _, title in found}


def test_what_two_articles_grant_stands_where_the_sum_is_written(tmp_path: Path) -> None:
    """A clause that names article 1 for whom it is for, and article 2 for its 120,000 yuan, is a sum of article 2."""
    root = beside_the_shipped(tmp_path, FIXTURE)
    document = root / "policy" / "demo-2023" / "document.ttl"
    text = document.read_text(encoding="utf-8")
    once = "cv:hasLegalResource <art-02-s1> ;"
    assert text.count(once) == 1
    document.write_text(text.replace(once, "cv:hasLegalResource <art-01-s1> , <art-02-s1> ;"), encoding="utf-8")
    kb = load_policykb(root, policy="demo-2023")
    answer = kb.apply([record("y", "EnterpriseYear", "2023", tradeCNY=Decimal(8000000), sellsViaPlatform=False)])
    rows = [(str(row["article"]), row["least"]) for row in kb.ask("totals-by-article", answer=answer)]

    assert ("2", Decimal(120000)) in rows
    assert sum(least for article, least in rows if article == "1") == 0
