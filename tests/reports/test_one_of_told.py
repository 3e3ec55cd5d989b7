"""Awards of which one is had: what is told where two are equal, one alone is possible, or nothing more can change."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest

from deciders import decider_with
from made import beside_the_shipped
from policykb.api import load_policykb
from policykb.model import Lang, Place, Record
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from policykb.reports.told import Item, Told

ALIKE = {"producer": True, "tradeCNY": 100000000, "priorTradeCNY": 90000000, "tradeUSD": 17500000}
"""150,000 yuan by volume; with the prior year in dollars 7,500,000 dollars × 0.02 yuan, which is as much."""
LOW = {"tradeCNY": 10000000, "tradeRank": 9, "priorTradeCNY": 6500000}
"""Too little for the award by volume, and too low a place."""


def told(lang: Lang, *, policy: str | None = None, kind: str = "EnterpriseYear", **facts: object) -> Told:
    """What is told of one record."""
    kb = decider_with() if policy is None else decider_with(policy=policy)
    known = kb.vocabulary.facts
    typed = {name: Decimal(str(v)) if known[name].datatype == "decimal" else v for name, v in facts.items()}
    period = "2020" if policy is None else "2024"
    record = Record("r1", kind, period, "示例企业", None, None, typed, Place("test"))  # type: ignore[arg-type]
    return tell(kb.apply([record]), Phrases(kb.book, kb.vocabulary, kb.wording, lang))


def items(found: Told) -> dict[str, Item]:
    """What is told of each clause and group."""
    sections = chain.from_iterable(r.sections for s in found.subjects for r in s.records)
    return {item.source: item for section in sections for item in section.items}


def everything(found: Told) -> str:
    """All statuses, headings and lines."""
    sections = [section for s in found.subjects for r in s.records for section in r.sections]
    parts = [text for section in sections for text in (section.heading, *(item.status for item in section.items))]
    return "\n".join((*parts, *(line.text for one in items(found).values() for line in one.lines)))


@pytest.mark.parametrize("rank", [{"tradeRank": 2}, {}], ids=["both fit", "one may fit"])
def test_of_equal_awards_none_is_called_higher(rank: dict[str, int]) -> None:
    """Three awards of 150,000 yuan each: one is paid, and the others are not said to be less."""
    facts = ALIKE | rank | {"priorTradeUSD": 10000000}
    english, chinese = everything(told("en", **facts)), everything(told("zh", **facts))

    assert "higher" not in english
    assert "已按较高的" not in chinese
    assert "Only the highest is paid: Award on the increase in trade, RMB 150,000; nothing more for this one" in english
    assert ("Makes no difference: whether or not this fits, Award on the increase in trade is paid" in english) is (
        not rank
    )


def test_of_equal_choices_none_is_called_higher() -> None:
    """20 % of a rent of 100,000 yuan is as much as 100 yuan for each of 200 m²."""
    facts = {"plantRentCNY": 100000, "plantBought": True, "plantBoughtArea": 200, "newTaxCNY": 1000000}
    english = everything(told("en", policy="qitang-2024", kind="BusinessYear", **facts))
    chinese = everything(told("zh", policy="qitang-2024", kind="BusinessYear", **facts))

    assert "is counted as the highest, RMB 20,000" in english
    assert "a higher" not in english
    assert "按较高的另一项" not in chinese


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({"tradeUSD": 2000000, "priorTradeUSD": 1000000}, "符合的话2万元"),
        ({"producer": True, "tradeUSD": 1000000}, "最高2万元"),
        ({"producer": True, "priorTradeUSD": 1000000}, "金额待定（缺：美元计年度进出口总额）"),
    ],
)
def test_where_one_alone_is_possible_it_is_not_open_which(facts: dict[str, object], amount: str) -> None:
    """Where the others of a group do not fit, what is open is whether the last is had, not which one."""
    found = items(told("zh", **LOW, **facts))

    assert found["art-01-highest"].status == "这几项里只有一项还有可能，能不能得、得多少还不能确定"
    assert found["art-01-highest"].amount_text == found["art-01-growth"].amount_text == amount
    assert found["art-01-growth"].counts_text == "按同组计（待定）"


def test_where_two_are_possible_and_none_is_sure_the_sum_is_had_only_if_one_fits() -> None:
    """An increase of 1 million dollars, not stated to be a producer's, and a place that is not known."""
    open_ = {"tradeUSD": 2000000, "priorTradeUSD": 1000000}
    facts = {name: value for name, value in LOW.items() if name != "tradeRank"} | open_
    one, sure = items(told("zh", **facts)), items(told("zh", **facts, producer=True))

    assert one["art-01-highest"].amount_text == "符合的话2万元或15万元"
    assert sure["art-01-highest"].amount_text == "2万元或15万元"
    assert one["art-01-highest"].status == "这几项只发较高的一项，是哪一项还不能确定"
    assert one["art-01-growth"].counts_text == "择一（待定）"


def test_a_sum_at_its_cap_lacks_nothing() -> None:
    """At a cap of 300,000 × 50 % the aid for energy alone is had in full, whatever the area of the plant is."""
    facts = {"newTaxCNY": 300000, "retrofitSpentCNY": 1500000, "plantBought": True}
    full = items(told("zh", policy="qitang-2024", kind="BusinessYear", **facts))
    some = items(told("zh", policy="qitang-2024", kind="BusinessYear", **facts | {"retrofitSpentCNY": 500000}))

    assert full["art-10-joint"].amount_text == "15万元"
    assert full["art-10-joint"].of("missing") == []
    assert some["art-10-joint"].amount_text == "5万元至15万元"
    assert some["art-10-joint"].of("missing") != []


def test_a_total_that_is_not_sure_is_no_floor_of_the_text() -> None:
    """Whether the founder's platform is accepted is awaited: the million is the floor of the text."""
    kb = decider_with()
    facts = {"founderKind": "chiefScientistOtherPlatform", "leads": True, "foundsEnterpriseInDistrict": True}
    both = [
        Record(f"r{n}", "TalentFounder", "2020", f"示例企业{n}", None, None, facts, Place("test")) for n in range(2)
    ]
    found = tell(kb.apply(both), Phrases(kb.book, kb.vocabulary, kb.wording, "zh"))
    cells = [cell for block in found.summary for row in (block.table.rows if block.table else ()) for cell in row]

    assert cells.count("金额待定（其中2项原文未设上限）") == 2
    assert not any("不少于0元" in str(cell) for cell in cells)


@pytest.mark.parametrize(
    ("lang", "status", "line"),
    [
        ("zh", "有一项就没有另一项；享受哪一项还不能确定", "享受哪一项还不能确定"),
        (
            "en",
            "Beside one of these awards another is not had; which one is had is not settled yet",
            "which one is had is not settled yet",
        ),
    ],
)
def test_what_excludes_is_not_told_as_the_highest(lang: Lang, status: str, line: str, tmp_path: Path) -> None:
    """Whoever has the award for a project has no aid for a chain, be it more or less; whether it is had is open."""
    root = beside_the_shipped(tmp_path, Path(__file__).parents[1] / "fixtures" / "scopes")
    kb = load_policykb(root, policy="demo-2023")
    records = [
        Record("f", "ForeignCapitalProject", "2023", "示例企业", None, None, {}, Place("test")),
        Record("c", "ChainProject", "2023", "示例企业", None, None, {"chainProject": True}, Place("test")),
    ]
    found = tell(kb.apply(records), Phrases(kb.book, kb.vocabulary, kb.wording, lang))
    group, chain_ = items(found)["art-06-excluded"], items(found)["art-06-chain"]

    assert group.status == status
    assert [text for text in chain_.of("outdone") if text.endswith(line)]
    assert "Only the highest" not in everything(found)
    assert "较高" not in everything(found)
