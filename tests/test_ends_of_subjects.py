"""What subjects and a district have for certain and at the most: each end is had by a completion of what is missing.

The sums of completions are worked out here from the words of the made-up document (tests/fixtures/scopes), in which
caps, a choice and an exclusion bind the records of a subject. `POLICYKB_SOAK` sets how many districts are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest

from documentation import ROOT
from made import beside_the_shipped
from policykb.answers.answer import add_up
from policykb.api import Policykb, load_policykb
from policykb.model import Lang
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from soaking import times

DISTRICTS = times(12)
HUGE = 10**12
CHOICES: dict[str, dict[str, Sequence[Any]]] = {
    "Exhibition": {"overseas": (True, False), "boothFeeCNY": (0, 60_000, 150_000, HUGE)},
    "TalentReferral": {"fullTime": (True, False)},
    "ProjectReferral": {"newlyIntroduced": (True, False)},
    "EnterpriseYear": {
        "tradeCNY": (0, 8_000_000), "overseasWarehouseArea": (0, 1), "sellsViaPlatform": (True, False),
        "platformFeeCNY": (0, 100_000, HUGE),
    },
    "ForeignCapitalProject": {"foreignInvested": (True, False)},
    "ChainProject": {"chainProject": (True, False)},
}  # fmt: skip
YEARLY = ("EnterpriseYear", "ForeignCapitalProject", "ChainProject")
Made = dict[str, Any]


def had(records: Sequence[Made]) -> Decimal:
    """What a subject has by the six articles, of records that state everything."""

    def of(type: str, year: str) -> list[Made]:
        return [one for one in records if one["type"] == type and one["period"].startswith(year)]

    total = Decimal(0)
    for year in ("2022", "2023"):
        # 展位费的50%，每家企业每年最高不超过10万元
        booths = min(100_000, sum(Decimal(one["boothFeeCNY"]) / 2 for one in of("Exhibition", year) if one["overseas"]))
        years = of("EnterpriseYear", year)
        volume = sum(120_000 for one in years if one["tradeCNY"] >= 8_000_000)
        # 设仓4万元，平台3万元，两项合计不超过平台服务费的20%
        shares = (40_000 * (one["overseasWarehouseArea"] > 0) + 30_000 * one["sellsViaPlatform"] for one in years)
        shared = sum(min(Decimal(s), Decimal(one["platformFeeCNY"]) / 5) for s, one in zip(shares, years, strict=True))
        # 人才5万元，项目8万元，择一
        talent = 50_000 * any(one["fullTime"] for one in of("TalentReferral", year))
        project = 80_000 * any(one["newlyIntroduced"] for one in of("ProjectReferral", year))
        total += min(Decimal(200_000), booths + volume + shared + max(talent, project))
    # 外资项目30万元；享受的不再享受链主项目补助6万元
    foreign = any(one["foreignInvested"] for one in of("ForeignCapitalProject", ""))
    chain = sum(60_000 for one in of("ChainProject", "") if one["chainProject"])
    return total + (300_000 if foreign else chain)


def made(random: Random, subject: int) -> list[Made]:
    """A few records of a subject, of which something is missing."""
    records: list[Made] = []
    for place in range(random.randint(2, 4)):
        type, year = random.choice(list(CHOICES)), random.choice(("2022", "2023"))
        period = year if type in YEARLY else f"{year}-0{place + 1}-01"
        if type != "Exhibition" and any(one["type"] == type for one in records):
            continue
        facts = {name: random.choice(values) for name, values in CHOICES[type].items() if random.random() < 0.55}
        name = f"示例{'甲乙丙丁'[subject]}公司"
        records.append({"id": f"{subject}-{place}", "type": type, "period": period, "subject": {"name": name}, **facts})
    return records


def completions(records: Sequence[Made]) -> Iterator[list[Made]]:
    """The records with all that is missing, in every way."""
    gaps = [(n, name) for n, one in enumerate(records) for name in CHOICES[one["type"]] if name not in one]
    for values in product(*(CHOICES[records[n]["type"]][name] for n, name in gaps)):
        whole = [dict(one) for one in records]
        for (n, name), value in zip(gaps, values, strict=True):
            whole[n][name] = value
        yield whole


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Policykb:
    """The made-up document."""
    folder = beside_the_shipped(tmp_path_factory.mktemp("kb"), ROOT / "tests" / "fixtures" / "scopes")
    return load_policykb(folder, "demo-2023")


def ends(total: Mapping[str, Any]) -> tuple[Decimal, Decimal | None]:
    """The least and the most of the one currency; nothing where nothing is had."""
    (amount,) = total.values() or (None,)
    return (Decimal(0), Decimal(0)) if amount is None else (amount.min, amount.max)


def test_each_end_is_had(kb: Policykb) -> None:
    """The ends of a subject are the least and the most of its completions, those of a district their sums: completions
    of different subjects go together, so each is had by one.
    """
    random = Random(19)
    tried = completed = 0
    while tried < DISTRICTS:
        district = [records for subject in range(random.randint(2, 4)) if (records := made(random, subject))]
        answer = kb.apply([one for records in district for one in records])
        low = high = Decimal(0)
        for records, told in zip(district, answer.enterprises, strict=True):
            sums = [had(whole) for whole in completions(records)]
            assert ends(told.total) == (min(sums), max(sums)), records
            low, high, completed = low + min(sums), high + max(sums), completed + len(sums)
        assert ends(add_up(answer.entitlements)) == (low, high)
        tried += 1
    assert completed > 20 * DISTRICTS


@pytest.mark.parametrize(
    ("lang", "growth", "team", "lead"),
    [
        ("zh", "进出口增量奖励", "顶尖人才团队项目扶持资金", "没有最高金额可写，出在：第1条“进出口增量奖励”、第26条"),
        (
            "en",
            "Award on the increase in trade",
            "Support for projects of top talent teams",
            "because of: Art. 1 Award",
        ),
    ],
)
def test_no_upper_end_says_by_which_clause(shipped: Policykb, lang: Lang, growth: str, team: str, lead: str) -> None:
    """A subject and the whole district name the clauses for which no most can be given, and no other one: an increase
    of which nothing is stated, and a floor (最低500万元). The tiers of up to 300,000 beside the first have an end.
    """
    district = shipped.read([ROOT / "docs/examples/district-2020.json"]).records
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, lang)

    told = tell(shipped.apply([one for one in district if one.id in ("EY-27", "EY-04", "TT-01")]), phrases)

    # Whatever is told stands in every format: tests/reports/test_told_whole.py.
    (line,) = (one.text for block in told.summary for one in block.lines if lead in one.text)
    assert team in line
    assert all(title not in line for title in ("进出口规模奖励", "Award by volume of trade"))
    sums = [" ".join(one.text for one in subject.sums) for subject in told.subjects]
    assert [(growth in text, team in text) for text in sums] == [(False, False), (True, False), (False, True)]
    bounded = tell(shipped.apply([one for one in district if one.id == "EY-04"]), phrases)
    assert not any(lead[:4] in one.text for block in bounded.summary for one in block.lines)
