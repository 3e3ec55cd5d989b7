"""How an answer is worded: what stands first, either this or that, what is short, and what is never said."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from deciders import decider_with
from policykb.answers.answer import Answer
from policykb.answers.figures import official_forms, written
from policykb.model import Lang, Record
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from policykb.reports.told import Item, Told
from told_formats import FORMATS, bare, texts

TRADE = {"producer": True, "tradeCNY": 5000000, "tradeUSD": 700000, "priorTradeUSD": 600000, "priorTradeCNY": 4200000}
WAREHOUSE = {
    "crossBorderEcommerce": True,
    "inStatistics": True,
    "overseasWarehouseArea": 500,
    "overseasWarehouseInvestmentCNY": 300000,
    "traditionalTrader": False,
}


def record(kind: str, period: str = "2020", name: str = "示例企业", id: str = "r1", **facts: object) -> Record:
    """A record whose numbers are exact."""
    known = decider_with().vocabulary.facts
    typed = {fact: Decimal(str(value)) if known[fact].datatype == "decimal" else value for fact, value in facts.items()}
    return decider_with().record(kind, period, id=id, name=name, **typed)  # type: ignore[arg-type]


def phrases_in(lang: Lang) -> Phrases:
    """The wordings in a language."""
    kb = decider_with()
    return Phrases(kb.book, kb.vocabulary, kb.wording, lang)


def told(*records: Record, lang: Lang = "zh", explain: bool = False) -> Told:
    """What is told of records."""
    return tell(decider_with().apply(list(records)), phrases_in(lang), explain=explain)


def item(found: Told, clause: str) -> Item:
    """What is told of a clause or group, of the first record that has it."""
    items = (i for s in found.subjects for r in s.records for section in r.sections for i in section.items)
    return next(one for one in items if one.source == clause)


def lines(one: Item) -> list[str]:
    """The texts of an item."""
    return [line.text for line in one.lines]


# --- 3.1, the owner


def test_the_caveat_stands_first_and_once() -> None:
    """An estimate, not an approval; the document states no expiry; whom to ask, and that this is inferred."""
    zh, en = (
        [line.text for line in told(record("EnterpriseYear", **TRADE), lang=lang).caveats] for lang in ("zh", "en")
    )

    assert "这是自动测算，不是批准" in zh[0] and "not an approval" in en[0]
    assert zh[1] == "本文件没有写明有效期。申报前请先问区商务和投资促进局：是否仍在执行，怎样申报。"
    assert zh[2] == "（该问哪个部门，原文没有写明；区商务和投资促进局是推定的。）"
    assert len(set(zh)) == len(zh)


def test_either_or_where_one_of_a_group_is_had() -> None:
    """The rank decides: 2,000 yuan, or 150,000 instead of them; 30,000 in any case."""
    found = told(record("EnterpriseYear", **TRADE, **WAREHOUSE))

    assert [line.text for line in found.subjects[0].sums] == [
        "现在可以算出：3.2万元",
        "只发一项（第1条三项奖励就高享受其一）：进出口增量奖励 2,000元，或进出口前三位奖励 15万元。"
        "还要知道：进出口额全区名次",
        "都能落实的，合计最多18万元",
        "给予资金、但原文没写金额的：园区企业外经贸扶持（还缺信息）",
    ]
    group = item(found, "art-01-highest")
    assert (group.amount_text, group.counts_text) == ("2,000元或15万元", "是")
    assert item(found, "art-01-growth").counts_text == "择一（待定）"


def test_a_remark_tells_a_sum_as_its_readers_do() -> None:
    """A founder's agreed 800,000 yuan are below the 1,000,000 of the text."""
    founder = {"founderKind": "nationalProgramme", "leads": True, "foundsEnterpriseInDistrict": True}
    below = record("TalentFounder", **founder, agreedCNY=800000)
    zh, en = (lines(item(told(below, lang=lang), "art-26-founder"))[-1] for lang in ("zh", "en"))

    assert zh == "说明：填报的议定金额低于原文的最低额100万元，与原文不符，不影响结果。"
    assert "is below the floor of RMB 1,000,000 in the text" in en


def test_what_is_had_in_any_case_is_not_added_up_twice() -> None:
    """Of two programmes 2,000,000 are had for one of them: these stand in the sum above, and 200,000 are open."""
    team = {"team": True, "selfApplied": True, "selected": True, "programmes": ("national", "zaozhuang")}
    zh, en = (
        [line.text for line in told(record("TalentTeamSelection", **team), lang=lang).subjects[0].sums]
        for lang in ("zh", "en")
    )

    assert zh[:2] == [
        "现在可以算出：200万元",
        "还可能有：入选人才工程团队扶持资金 200万元至220万元（其中200万元已算在上面）。文件没写几项能不能兼得",
    ]
    assert "RMB 2,000,000 to RMB 2,200,000 (RMB 2,000,000 of it is counted above)." in en[1]


def test_sums_of_one_measure_are_told_apart() -> None:
    """Two booths, filed and not recognised yet, by their days; two of one day by their records."""
    booth = {"overseas": True, "filedWithBureau": True, "boothFeeCNY": 10000}
    days = {"a": "2020-10-01", "b": "2020-11-02", "c": "2020-11-02"}
    booths = [record("Exhibition", day, id=name, **booth) for name, day in days.items()]
    two, three = (
        [line.text.partition("。")[0] for line in told(*some).subjects[0].sums[1:]] for some in (booths[:2], booths)
    )

    assert two[:2] == [
        "还可能有：境外重要展会展位费补助（2020-10-01） 3,000元",
        "还可能有：境外重要展会展位费补助（2020-11-02） 3,000元",
    ]
    assert three[1:3] == [
        "还可能有：境外重要展会展位费补助（参展 · 2020-11-02 · b） 3,000元",
        "还可能有：境外重要展会展位费补助（参展 · 2020-11-02 · c） 3,000元",
    ]
    other = record("Exhibition", "2020-10-01", name="乙公司", id="d", **booth)
    waiting = told(*booths, other).summary[-1].lines[0].children[0].text
    assert waiting == (
        "等区政府认定（参展补助）：示例企业 境外重要展会展位费补助（a）3,000元、"
        "示例企业 境外重要展会展位费补助（b）3,000元、示例企业 境外重要展会展位费补助（c）3,000元、"
        "乙公司 境外重要展会展位费补助3,000元"
    )


def test_what_awards_counted_together_lack_is_told_once() -> None:
    """Research and equipment, capped together, each lack sums of their own: one list, and each body behind it."""
    held = {"registeredInCity": True, "legalPerson": True}
    held |= dict.fromkeys(("dishonest", "seriousAccident", "underInvestigation"), False)
    kb = decider_with(policy="yunting-2024")
    facts = {"technicalLoan": False, "businessRevenueCNY": Decimal(1000)}
    own = kb.record("BusinessYear", "2024", id="r1", name="甲公司", **facts, **held)
    found = tell(kb.apply([own]), Phrases(kb.book, kb.vocabulary, kb.wording, "en"))
    (above,) = (line.text for line in found.subjects[0].sums if "Size, research" in line.text)

    assert above.partition(". ")[2] == (
        "Still needed: Research spending of the prior year, Research spending of the year, Equipment investment of the "
        "year"
    )


def test_of_two_items_that_stand_in_for_each_other_one_is_asked_for() -> None:
    """Foreign capital used and received: one of the two is enough, as the questions have it."""
    project = record("ForeignCapitalProject", foreignInvested=True)
    zh, en = (item(told(project, lang=lang), "art-10-foreign-capital") for lang in ("zh", "en"))

    assert zh.amount_text == "金额待定（缺：年度实际使用外资或者当年实际到账外资额）"
    assert en.of("missing") == [
        "Still needed: Foreign capital actually used in the year (The commerce department's statistics of foreign "
        "capital actually used) or Foreign capital actually received in the year (Bank credit advice, foreign-exchange "
        "registration)"
    ]


def test_either_or_in_english() -> None:
    """The same in English, with the sums of the reader's language."""
    found = told(record("EnterpriseYear", **TRADE, **WAREHOUSE), lang="en")

    assert [line.text for line in found.subjects[0].sums] == [
        "Can be worked out now: RMB 32,000",
        "Only one is paid (The highest one of the three awards of article 1): Award on the increase in trade, "
        "RMB 2,000; or Award for the top three in trade, RMB 150,000. Still needed: Rank by trade in the district",
        "If all of it comes true, RMB 180,000 in all at most",
        "Money of which the policy states no sum: Trade support for enterprises of the zone (More information needed)",
    ]


def test_sections_in_their_order() -> None:
    """What fits, what is open, what gives way, what does not fit, and support, which is folded and counted."""
    facts = {**TRADE, "tradeCNY": 60000000, "tradeRank": 2}
    sections = told(record("EnterpriseYear", **facts)).subjects[0].records[0].sections

    assert [(section.heading, section.is_folded) for section in sections] == [
        ("一、符合条件（1项）", False),
        ("二、还不能确定（3项）", False),
        ("三、符合，但只发较高的一项（2项）", False),
        ("四、不发资金、但与您有关的支持和服务（17项）", True),
    ]
    assert sections[-1].fold == "适用13项、还不能确定4项（--all 逐项列出）"


def test_an_award_that_may_not_fit_is_not_headed_as_one_that_does() -> None:
    """Beside 200,000 yuan by volume the increase fits; whether the rank does is not known, and makes no difference."""
    ranked, alone = (
        [section.heading for section in told(record("EnterpriseYear", **facts)).subjects[0].records[0].sections]
        for facts in (
            {**TRADE, "tradeCNY": 300000000},
            {**TRADE, "tradeCNY": 300000000, "tradeUSD": 600000},
        )
    )

    assert "三、只发较高的一项，这里的不另发（2项）" in ranked
    assert "三、是否符合都不影响结果（1项）" in alone


def test_arithmetic_with_the_numbers_of_the_record() -> None:
    """Both sides of a difference, the rate for each dollar, and the cap."""
    found = told(record("EnterpriseYear", **TRADE, **WAREHOUSE))

    assert item(found, "art-01-growth").of("arithmetic") == ["(70万美元 − 60万美元) × 每美元0.02元 = 2,000元"]
    assert item(found, "art-05-warehouse").of("arithmetic") == ["30万元 × 10% = 3万元（最高10万元）"]


def test_arithmetic_never_stands_a_fen_beside_the_amount() -> None:
    """30 % of 1,000.15 yuan are 300.045, rounded half up to 300.05, and so is what the sum is said to be."""
    fee = {"overseas": True, "filedWithBureau": True, "recognisedByGovernment": True, "boothFeeCNY": "1000.15"}
    found = item(told(record("Exhibition", "2020-11-05", **fee)), "art-02-exhibition")

    assert found.amount_text == "300.05元"
    assert found.of("arithmetic") == ["1,000.15元 × 30% = 300.05元（最高2万元）"]


def test_words_of_what_is_not_known_keep_nobody_out() -> None:
    """Who is no traditional trader has no fee subsidised: by those words, and not those of a fee not stated."""
    found = item(told(record("EnterpriseYear", traditionalTrader=False)), "art-05-platform-fee")

    assert [one for one in lines(found) if one.startswith("原文")] == [
        "原文：“支持传统外贸企业通过境内外跨境电商平台销售产品……”（第5条）"
    ]


def test_what_rounds_to_the_limit_is_not_above_it() -> None:
    """30 % of 66,666.67 yuan are a tenth of a fen above 20,000: told as the limit, and not as 20,000 above 20,000."""
    facts = {"overseas": True, "filedWithBureau": True, "recognisedByGovernment": True}
    sums = [
        item(told(record("Exhibition", "2020-11-05", **facts, boothFeeCNY=fee)), "art-02-exhibition").of("arithmetic")
        for fee in ("66666.67", "66666.70")
    ]

    assert sums == [
        ["66,666.67元 × 30% = 2万元（最高2万元）"],
        ["66,666.7元 × 30% = 20,000.01元，超过上限，按最高2万元计"],
    ]


def test_the_words_that_give_the_sum() -> None:
    """The half-sentence that grants, with the one that bounds it; never the first provision of the clause."""
    zone = told(record("ZoneAssessment", zaozhuangZone=True, cityRank=1, zoneCount=6))
    trade = told(record("EnterpriseYear", **{**TRADE, "tradeCNY": 60000000}))

    assert item(zone, "art-18-award").of("words") == ["原文：“第一名给予 20 万元奖励……”（第18条）"]
    assert item(trade, "art-01-volume").of("words") == [
        "原文：“对年度进出口额达 5 亿元、3 亿元、1 亿元、5000 万元且较上年增长的企业，一次性分别给予 30 万元、20 万元、"
        "15 万元、10 万元奖励。”（第1条）"
    ]


def test_what_is_short_of_a_bound() -> None:
    """The nearest bound, what is stated, what is asked, what is short; of a rank no difference."""
    found = told(record("EnterpriseYear", **TRADE, tradeRank=9))

    assert item(found, "art-01-volume").of("why") == [
        "进出口额不到5000万元。年度进出口总额：500万元；要求5000万元以上，还差4500万元"
    ]
    assert item(found, "art-01-rank").of("why") == ["不在全区前三位。进出口额全区名次：第9名；要求第3名以内"]


def test_what_is_short_while_a_period_runs() -> None:
    """49 of 50 million US dollars in a window that is still open: what is short so far stands beside the waiting."""
    facts = {"referrerKind": "intermediary", "newlyIntroduced": True, "industrial": True, "plannedFdiUSD": 60000000}
    window = {"fdiUsedInWindowUSD": 49000000, "windowStart": date(2020, 5, 1)}
    found = item(told(record("ProjectReferral", "2021-06-30", **facts, **window)), "art-10-referral")

    assert found.of("open") == ["期限还没到，到期才能确定"]
    assert found.of("why") == [
        "三年内实际使用外资尚未达到5000万美元。三年内累计实际使用外资：4900万美元；要求5000万美元以上，还差100万美元"
    ]


def test_the_situation_and_the_evidence() -> None:
    """What the record states that meets the clause with what is asked, and what to have ready."""
    found = item(told(record("EnterpriseYear", **TRADE, **WAREHOUSE)), "art-05-warehouse")

    assert found.of("situation") == [
        "您的情况：纳统；跨境电商企业；海外仓总面积500平方米（要求500平方米以上）；"
        "海外仓年度实际投资额30万元（要求30万元以上）"
    ]
    assert found.of("evidence") == [
        "准备材料：统计部门的纳统名单；海关或商务部门的跨境电商备案登记；租赁合同、产权证明；付款凭证、审计报告"
    ]


def test_a_floor_of_the_text_and_a_sum_not_known_yet() -> None:
    """Without an upper end the text's own floor says so; where data are missing, the sum is not known yet."""
    founder = {"founderKind": "nationalProgramme", "leads": True, "foundsEnterpriseInDistrict": True}
    floor = item(told(record("TalentFounder", **founder)), "art-26-founder")
    missing = item(told(record("EnterpriseYear", producer=True)), "art-01-growth")

    assert floor.amount_text == "不少于100万元（原文未设上限）"
    assert missing.amount_text == "金额待定（缺：美元计上年度进出口总额、年度进出口总额、美元计年度进出口总额）"


def test_each_act_has_its_own_verb() -> None:
    """A bureau files, a government recognises; where the text names no body, that is said."""
    exhibition = told(record("Exhibition", "2020-11-05", overseas=True, boothFeeCNY=10000))
    team = told(record("TalentTeamProject", topTeam=True))

    assert item(exhibition, "art-02-exhibition").of("awaits") == [
        "等区商务和投资促进局备案（参展补助）",
        "等区政府认定（参展补助）",
    ]
    assert item(team, "art-26-top-team").of("awaits", "ask") == [
        "等“一事一议”通过（文件没写由谁定）",
        "不清楚的，问区商务和投资促进局",
    ]


def test_a_fact_that_changes_nothing_is_said_to() -> None:
    """With the higher award by volume the rank makes no difference."""
    found = item(told(record("EnterpriseYear", **{**TRADE, "tradeCNY": 300000000})), "art-01-rank")

    assert found.of("outdone") == ["不影响结果：无论这一项是否符合，都已按“进出口规模奖励”20万元计算"]


def test_what_is_the_same_for_many_clauses_is_said_once() -> None:
    """A note of several clauses, and that the period is not covered, stand once for the record."""
    within = told(record("EnterpriseYear", **TRADE)).subjects[0].records[0]
    before = told(record("EnterpriseYear", "2019", **TRADE)).subjects[0].records[0]
    notes = [line.text for line in within.lines]

    assert notes.count("说明：没有填报行政区划，按本区数据处理。") == 1
    assert not any("行政区划" in text for s in within.sections for i in s.items for text in lines(i))
    assert [line.text for line in before.lines] == [
        "不在适用时间内：文件于2020-09-24印发，适用于2020-09-24及以后结束的期间；本记录的期间到2019-12-31为止，"
        "测算基准日为2019-12-31。"
    ]
    assert [(s.kind, s.is_folded, s.counts) for s in before.sections] == [("not-in-force", True, "23项没有测算")]


def test_an_earlier_policy_is_named() -> None:
    """Where the text leaves those who do not fit to the earlier policy, it is named, and that it is not at hand."""
    found = item(
        told(record("EnterpriseYear", **{**TRADE, "producer": False, "recognisedPlatform": False})), "art-01-growth"
    )

    assert found.of("fallback") == [
        "可再看《市中区加快外向型经济发展试行办法》（市中政办字〔2019〕16号）是否适用；该文件不在本库。"
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_a_talk_is_never_folded_away(form: str) -> None:
    """The last zone of the city is called in for a talk: said in every format without being asked."""
    answer = decider_with().apply([record("ZoneAssessment", "2021", zaozhuangZone=True, cityRank=6, zoneCount=6)])
    written = texts(tell(answer, phrases_in("zh")), answer, phrases_in("zh"))

    assert bare("年度综合评价全市排名末位，区委、区政府约谈开发区主要负责人。") in written[form]


@pytest.mark.parametrize("form", FORMATS)
def test_a_record_entered_twice_is_flagged_where_the_doubled_sum_stands(form: str) -> None:
    """Two records of one exhibition, 30 % of 50,000 yuan each: the total of both, and there that it may count twice."""
    booth = {"overseas": True, "filedWithBureau": True, "recognisedByGovernment": True, "boothFeeCNY": 50000}
    twice = [record("Exhibition", "2020-11-05", id=name, **booth) for name in ("r1", "r2")]
    answer = decider_with().apply(twice)
    written = texts(tell(answer, phrases_in("zh")), answer, phrases_in("zh"))
    warnings = [one for one in answer.findings if one.severity == "warning"]

    assert warnings
    assert bare("现在可以算出：3万元") in written[form]
    for one in warnings:
        assert bare(one.message.zh) in written[form] and bare(one.mend.zh) in written[form]


def test_nothing_that_fits_is_full_of_crosses() -> None:
    """Every criterion of what fits is listed, nested, and none of them as unmet."""
    found = item(told(record("EnterpriseYear", **TRADE), explain=True), "art-01-growth")
    every = [(depth, line.text) for top in found.criteria for depth, line in top.walk()]

    assert [(depth, text.split("（")[0]) for depth, text in every] == [
        (0, "✓ 满足 属于市中区"),
        (0, "✓ 满足 全年进出口总量达到500万元"),
        (0, "✓ 满足 满足其一："),
        (1, "✓ 满足 生产型企业"),
        (1, "– 不需要 被区政府认定的综合服务平台"),
        (0, "✓ 满足 进出口额超上年度"),
    ]


@pytest.mark.parametrize("form", ["table", "md", "html"])
def test_explain_is_obeyed(form: str) -> None:
    """--explain lists every criterion in the formats for reading; without it none is listed."""
    answer = decider_with().apply([record("EnterpriseYear", **TRADE)])
    plain, explained = (
        texts(tell(answer, phrases_in("zh"), explain=on), answer, phrases_in("zh"))[form] for on in (False, True)
    )

    assert "✓满足生产型企业" not in plain
    assert "✓满足生产型企业" in explained


# --- 3.2, an officer


def several() -> Answer:
    """Three subjects: one that gets dollars, one that waits for the government, one with wrong data."""
    kb = decider_with()
    dollars = record(
        "ForeignCapitalProject",
        name="甲公司",
        id="r1",
        foreignInvested=True,
        fdiUsedUSD=4000000,
        fdiReceivedUSD=4000000,
    )
    waiting = record(
        "Exhibition", "2020-11-05", name="乙公司", id="r2", overseas=True, filedWithBureau=True, boothFeeCNY=10000
    )
    wrong = record("EnterpriseYear", name="丙公司", id="r3", tradeCNY=-5)
    return kb.apply([dollars, waiting, wrong])


def test_the_summary_for_an_officer() -> None:
    """How many there are, their data, then funds by currency, measures, and what is to be done by whom."""
    found = tell(several(), phrases_in("zh"))
    overview, data, funds, measures, to_do = found.summary

    assert [block.heading for block in found.summary] == [
        "概况",
        "数据质量",
        "资金",
        "条款和事项",
        "待办（按涉及金额从大到小）",
    ]
    assert [line.text for line in overview.lines] == ["共3个申报主体，3条记录。"]
    assert [line.text for line in data.lines] == ["需更正1条记录，没有测算。"]
    assert [(f.about.split(" · ")[0], bool(f.mend)) for f in data.findings] == [("丙公司", True)]
    assert funds.table is not None and measures.table is not None
    assert (funds.table.columns, funds.table.rows) == (
        ("金额", "美元", "元"),
        (("已可确定", "16万美元", "—"), ("还不能确定", "—", "最高3,000元")),
    )
    assert measures.table.columns[2:5] == ("预计符合", "还不能确定", "需更正")
    assert [row for row in measures.table.rows if row[2] or row[3]] == [
        ("第2条", "境外重要展会展位费补助", "", "1", "", "最高3,000元"),
        ("第10条", "外资到账奖励", "1", "", "", "16万美元"),
    ]
    wrong = [(row[0], *row[2:]) for row in measures.table.rows if not (row[2] or row[3])]
    assert set(wrong) == {
        ("第1条", "", "", "1", "—"),
        ("第5条", "", "", "1", "—"),
        ("第18条", "", "", "1", "未载明金额"),
    }
    bodies = to_do.lines[0]
    assert (bodies.text, [line.text for line in bodies.children][:1]) == (
        "等部门",
        ["等区政府认定（参展补助）：乙公司 境外重要展会展位费补助3,000元"],
    )


def test_who_waits_for_the_same_without_a_sum_stands_together() -> None:
    """The name of the clause is said once for all of them, and not once for each."""
    names = ("甲公司", "乙公司", "丙公司")
    records = [record("EnterpriseYear", name=name, id=name, **TRADE) for name in names]
    found = tell(decider_with().apply(records), phrases_in("zh"))
    bodies = found.summary[-1].lines[0]

    assert [line.text for line in bodies.children] == [
        "等区委、区政府（推定）筛选确定为重点培植的潜力企业：潜力企业重点培植和扶持（甲公司、乙公司、丙公司）"
    ]


def test_english_counts() -> None:
    """One record, several records; nothing of which there is none."""
    one = told(record("EnterpriseYear", **TRADE), lang="en")
    many = tell(several(), phrases_in("en"))

    assert (one.headline, many.headline) == ("1 applicant, 1 record.", "3 applicants, 3 records.")
    assert [line.text for line in many.summary[1].lines] == ["1 record to correct, not worked out."]
    assert not re.search(r"\b0 ", " ".join(s.counts for r in one.subjects[0].records for s in r.sections))


def test_wrong_data_is_never_said_to_fit_nothing() -> None:
    """A subject whose record is wrong, or lies outside the period, hears that, and not that no award fits."""
    wrong = told(record("EnterpriseYear", tradeCNY=-5)).subjects[0].sums
    before = told(record("EnterpriseYear", "2019", **TRADE)).subjects[0].sums
    unfit = told(record("TalentHire", fullTime=False)).subjects[0].sums

    assert [line.text for line in wrong] == ["有1条记录的信息需要核对，没有算进来。"]
    assert [line.text for line in before] == ["有1条记录不在适用时间内，没有测算。"]
    assert [line.text for line in unfit] == ["没有查到可以拿到资金的事项。"]


def test_characters_that_steer_a_terminal_are_shown() -> None:
    """An escape sequence or a mark of direction in a name is made visible before any format sees it."""
    found = told(record("EnterpriseYear", name="甲\x1b[31m乙\u202e丙", **TRADE))

    assert found.subjects[0].name == "甲␛[31m乙�丙"


def test_every_decided_fact_says_what_is_awaited() -> None:
    """A fact that a body decides says in both languages what that body has to do."""
    facts = decider_with().vocabulary.facts.values()

    assert [f.id for f in facts if f.decided_by and not (f.awaited and f.awaited.zh and f.awaited.en)] == []


def test_a_record_whose_period_is_wrong(tmp_path: Path) -> None:
    """What cannot be read leaves no gap in the heading of the record."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("id,企业名称,年度\nr1,甲公司,某年\n", encoding="utf-8")
    kb = decider_with()
    found = tell(kb.apply(kb.read([path])), phrases_in("zh"))

    findings = [one for subject in found.subjects for mine in subject.records for one in mine.findings]
    assert [one.about for one in findings] == ["甲公司 · 企业年度情况 · r1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("最高不超过一百二十万元。", "40万元"),
        ("给予两千元补助。", "400,000元"),
        ("每增加百万元，奖励5万元。", "40万元"),
        ("单位：百万元。奖励5万元。", "40万元"),
        ("达到两亿元的，奖励30万元。", "40万元"),
    ],
)
def test_units_of_a_text_in_chinese_numerals(text: str, said: str) -> None:
    """一百二十万元 is written in 万元: no answer says 4十万元."""
    vocabulary = decider_with().vocabulary

    assert written(Decimal(400000), vocabulary.units["CNY"], official_forms(vocabulary, text), "zh") == said


def test_units_go_with_their_number() -> None:
    """In English one is written in the singular, anything else in the plural; in Chinese all alike."""
    units = decider_with().vocabulary.units

    def said(number: str, unit: str, lang: Lang = "en") -> str:
        return written(Decimal(number), units[unit], {}, lang)

    assert [said(number, "year") for number in ("0", "1", "1.5", "2")] == ["0 years", "1 year", "1.5 years", "2 years"]
    assert (said("1", "working-day"), said("3", "working-day")) == ("1 working day", "3 working days")
    assert (said("1", "m2"), said("500", "m2"), said("2", "day", "zh")) == ("1 m²", "500 m²", "2天")
