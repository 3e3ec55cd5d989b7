"""The readers of the self-check: each says what they have, and gets what the policy gives them, on a phone too."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from readers import READY, Reader

expect = pytest.importorskip("playwright.sync_api").expect

YEAR = "EnterpriseYear"
EXPORTER = {
    "producer": True,
    "tradeCNY": "6000万",
    "priorTradeCNY": "４５００万元",
    "tradeUSD": "6,200,000",
    "priorTradeUSD": "5e6",
}


def test_an_exporter_without_a_rank(visit: Any) -> None:
    """Growth (1,200,000 dollars × 0.02 yuan) and volume are alternatives to the rank award: 100,000 yuan are certain,
    150,000 possible by rank; nothing counts that was not chosen."""
    reader = Reader(visit(width=360, height=740)).choose("art-01-growth").answer(YEAR, EXPORTER)

    assert reader.sums()[1:] == ["现在可以算出 10万元", "最高可到 15万元", "还要知道：进出口额全区名次"]
    assert reader.clauses("eligible") == {"art-01-volume": "10万元", "art-01-growth": "2.4万元"}
    assert reader.clauses("undetermined") == {"art-01-rank": "最高15万元"}


def test_a_factory_with_foreign_capital(visit: Any) -> None:
    """800万美元 used stand in for what was received, and are said to; the question of what was received stays, and
    500万 received give 4% of them."""
    kind = "ForeignCapitalProject"
    reader = Reader(visit(), "en/").choose(kind).answer(kind, {"foreignInvested": True, "fdiUsedUSD": "8,000,000"})

    assert reader.sums()[1] == "US$320,000 so far"
    assert "actually received" in reader.sums()[2]
    assert "fdiReceivedUSD" in reader.asked(kind)
    reader.answer(kind, {"fdiReceivedUSD": "500万"})
    assert reader.sums()[1:] == ["US$200,000 so far"]


def test_a_warehouse_that_is_too_small(visit: Any) -> None:
    """480 m² are 20 m² short of 500, and nothing else is in play."""
    answers = {
        "crossBorderEcommerce": True,
        "inStatistics": True,
        "overseasWarehouseInvestmentCNY": "50万",
        "overseasWarehouseArea": "480",
    }
    reader = Reader(visit()).choose("art-05-warehouse").answer(YEAR, answers)

    assert reader.clauses("not-eligible") == {"art-05-warehouse": ""}
    assert "还差 20平方米" in reader.page.inner_text(".pkb-gap")
    assert reader.sums()[1:] == ["尚无可计的金额"]


def test_an_agency(visit: Any) -> None:
    """An intermediary whose full-time national talent was brought in gets 300,000 yuan."""
    kind = "TalentReferral"
    answers = {"referrerKind": "intermediary", "fullTime": True, "level": "national"}
    reader = Reader(visit(), "en/").choose(kind).answer(kind, answers)

    assert reader.sums()[1:] == ["RMB 300,000 so far"]


def test_an_open_window_names_its_last_day(visit: Any) -> None:
    """Three years that began on 15 March 2020 are open until 14 March 2023, and the card says so."""
    answers = {"referrerKind": "intermediary", "newlyIntroduced": True, "industrial": True, "plannedFdiUSD": "60000000",
               "fdiUsedInWindowUSD": "1000000", "windowStart": "2020-03-15"}  # fmt: skip
    reader = Reader(visit(), "en/").choose("ProjectReferral")
    reader.answer("ProjectReferral", answers)

    card = reader.page.locator('.pkb-card[data-clause="art-10-referral"]')
    expect(card).to_contain_text("The last day of the window is 2023-03-14.")


def test_a_town_chosen_twice(visit: Any) -> None:
    """The text leaves open whether 200,000 yuan come twice: 200,000 are certain, 400,000 possible."""
    kind = "TownAssessment"
    facts = ("townOrSubdistrict", "districtInFront", "chosenOutstanding", "chosenImproved")
    reader = Reader(visit()).choose(kind).answer(kind, dict.fromkeys(facts, True))

    assert reader.sums()[1:3] == ["现在可以算出 20万元", "最高可到 40万元"]


def test_a_figure_in_the_wrong_unit(visit: Any) -> None:
    """500 yuan of trade are asked back beside their field, and one tap makes them 500万元."""
    reader = (
        Reader(visit(width=360, height=740)).choose("art-01-growth").answer(YEAR, {"producer": True, "tradeCNY": "500"})
    )
    doubt = reader.page.locator('[data-fact="tradeCNY"] .pkb-doubt')
    expect(doubt).to_contain_text("只有 500 元")
    doubt.get_by_role("button", name="是 500万元").click()
    reader.settle()

    assert reader.page.input_value(reader.field(YEAR, "tradeCNY")) == "500万元"
    expect(doubt).to_be_empty()


def test_a_figure_ten_thousand_times_too_large(visit: Any) -> None:
    """5000000 in 万元 are 11,110 times the 450万元 of the prior year: said beside it, with a tap to mend."""
    reader = Reader(visit()).choose("art-01-growth")
    reader.page.locator(".pkb-scale label").nth(1).click()
    reader.answer(YEAR, {"producer": True, "priorTradeCNY": "450", "tradeCNY": "5000000"})
    doubt = reader.page.locator('[data-fact="tradeCNY"] .pkb-doubt')

    expect(doubt).to_contain_text("11110 倍")
    expect(doubt.get_by_role("button", name="是 500万元")).to_have_count(1)


def test_an_owner_who_says_nothing_more(visit: Any) -> None:
    """Nothing answered is no result: what one could get, and the three questions that matter most."""
    reader = Reader(visit()).choose("art-01-growth")

    assert reader.sums()[0] == "先回答几个问题"
    assert reader.page.locator(".pkb-sum, .pkb-card").count() == 0
    assert reader.page.locator(".pkb-prospects li").count() == 3
    assert reader.page.locator(".pkb-next-questions li").count() == 3


def test_two_situations_have_one_answer(visit: Any) -> None:
    """Platform fees of 80,000 yuan give at most half of them, a fair at home nothing; the answer is one."""
    reader = Reader(visit()).choose("art-05-platform-fee", "Exhibition")
    reader.answer(YEAR, {"traditionalTrader": True, "sellsViaPlatform": True, "platformFeeCNY": "8万元"})
    reader.answer("Exhibition", {"overseas": False})

    assert reader.sums()[1] == "最高可到 4万元"
    assert reader.clauses("not-eligible") == {"art-02-exhibition": ""}


def test_a_chief_scientist(visit: Any) -> None:
    """A floor of one million without a ceiling, and the sum agreed on may still be told."""
    kind = "TalentFounder"
    answers = {"founderKind": "chiefScientistNationalLaboratory", "leads": True, "foundsEnterpriseInDistrict": True}
    reader = Reader(visit()).choose(kind).answer(kind, answers)

    assert reader.sums()[1] == "不少于 100万元（原文未设上限）"
    assert "agreedCNY" in reader.asked(kind)


def test_a_wrong_answer_takes_no_other_away(visit: Any) -> None:
    """A credit code that cannot be, a rank of zero and a word for a figure are named at their fields, not counted."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, EXPORTER)
    page = reader.page
    page.locator(".pkb-form summary").first.click()
    page.fill("#field-creditCode", "123")
    reader.answer(YEAR, {"tradeRank": "0", "priorTradeUSD": "约五百万"})

    expect(page.locator('[data-fact="creditCode"] .pkb-wrong')).not_to_be_empty()
    expect(page.locator('[data-fact="tradeRank"] .pkb-wrong')).not_to_be_empty()
    expect(page.locator('[data-fact="priorTradeUSD"] .pkb-wrong')).to_contain_text("不是数")
    assert page.locator(".pkb-doubts li").count() == 3
    assert reader.sums()[1] == "现在可以算出 10万元"


def test_answers_are_kept_shared_and_cleared(visit: Any, browser: Any) -> None:
    """Answers outlive the page, travel in a link's fragment alone, come back with the browser's button, and go when
    cleared."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, EXPORTER)
    page = reader.page
    before = reader.sums()
    page.reload()
    page.wait_for_selector(READY, state="attached")
    assert reader.settle().sums() == before

    page.get_by_role("button", name="分享链接").click()
    link = page.input_value(".pkb-shared input")
    assert page.url.endswith("#ask") and "?" not in link
    other = browser.new_page()
    other.goto(link)
    other.wait_for_selector(READY, state="attached")
    assert other.locator(".pkb-sum").inner_text() == before[1]
    other.close()

    page.get_by_role("link", name="换情况").click()
    assert page.locator(".pkb-begin").count() == 1
    page.go_back()
    expect(page.locator(".pkb-sum")).to_have_text(before[1])
    page.get_by_role("button", name="清空", exact=True).click()
    page.reload()
    page.wait_for_selector(READY, state="attached")
    assert page.locator(".pkb-sum").count() == 0


def test_the_button_back_leads_to_the_step_before(visit: Any) -> None:
    """From the questions back to the situations at once, with what was chosen, and on again with what was answered."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, {"tradeCNY": "60000000"})
    page = reader.page
    page.go_back()
    expect(page.locator(".pkb-begin")).to_have_count(1)

    assert page.is_checked('[id="situation-art-01-growth"]')
    page.go_forward()
    expect(page.locator(reader.field(YEAR, "tradeCNY"))).to_have_value("60000000")


@pytest.mark.parametrize("page", ["check.html", "desk.html", "playground.html"])
def test_without_scripts_nothing_is_said_to_load(browser: Any, base: str, page: str) -> None:
    """A page that needs scripts says so to who has none, and not that it is loading."""
    context = browser.new_context(java_script_enabled=False)
    one = context.new_page()
    one.goto(f"{base}{page}")
    shown = one.inner_text(".md-content")
    context.close()

    assert "此页需要 JavaScript" in shown and "正在载入" not in shown


def test_what_to_do_next(visit: Any) -> None:
    """A decision in one's favour says whom to ask and what to have ready; what the text leaves out is told."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, EXPORTER)
    steps = reader.page.locator('[data-clause="art-01-volume"] .pkb-steps')

    expect(steps).to_contain_text("海关进出口统计")
    # As `apply` has it: the bureau to ask, and beside it who is responsible.
    asked = dict(zip(steps.locator("dt").all_inner_texts(), steps.locator("dd").all_inner_texts(), strict=True))
    assert asked["找谁"] == "区商务和投资促进局（推定）" and asked["主管部门"] == "区委、区政府（推定）"
    expect(steps.locator("dd", has_text="原文未载明").first).to_be_visible()
    assert reader.page.locator(".pkb-card details[open]").count() == 0


def test_a_printed_answer(visit: Any) -> None:
    """The print-out fits two pages and names the applicant, the period, the day and the rules."""
    one = visit()
    reader = Reader(one).choose("art-01-growth", "art-05-warehouse", "art-05-platform-fee")
    reader.page.fill("#field-name", "某某机械")
    reader.page.get_by_role("button", name="填入示例").click()
    reader.settle()
    paper = reader.page.pdf(format="A4")
    reader.page.emulate_media(media="print")

    assert 1 <= paper.count(b"/Type /Page\n") <= 2
    shown = reader.page.inner_text(".pkb-results")
    assert "某某机械" in shown and "期间：2020" in shown and "测算日期" in shown and "规则 " in shown


@pytest.mark.parametrize(
    ("lang", "scale", "fact", "typed", "said"),
    [
        ("", 1, "tradeCNY", "-3", "“年度进出口总额”填的是“-3万元”，不能是负数。 按框后所写的单位（万元）填一个数"),
        ("", 0, "tradeCNY", "约500", "“约500”不是数。 按框后所写的单位（元）填一个数"),
        ("", 1, "tradeCNY", "1e12", "填的是 100000000亿元，太大了，要小于 10000000亿元。 按框后所写的单位（万元）"),
        ("", 1, "tradeCNY", "1.234567891", "填的是“12,345.67891元”，小数最多四位。 按框后所写的单位（万元）"),
        ("", 1, "tradeCNY", "3美元", "单位“美元”不能用于以 万元 计的一项。 按 万元 填写"),
        ("", 1, "tradeCNY", "007", "“007”以零开头，看不出是多少。 核对这个数，去掉开头的零。"),
        ("", 1, "tradeRank", "第三", "“第三”不是数。 填名次的数字，如第三名填 3"),
        ("", 1, "tradeRank", "0", "填名次的数字，如第三名填 3"),
        (
            "en/",
            1,
            "tradeCNY",
            "-3",
            "is “RMB -30,000”. It cannot be negative. Write one number, not negative, in the unit "
            "beside the field (10,000 CNY)",
        ),
        (
            "en/",
            1,
            "tradeCNY",
            "5 dollars",
            "Give the exact figure in the unit beside the field (10,000 CNY), as a number alone; where there is none, "
            "leave the field empty.",
        ),
        ("", 1, "tradeCNY", "HK$600", "“HK$”是别的币种，这里不作汇率折算。 填材料上所载、以框后单位（万元）计的数"),
        ("", 0, "tradeCNY", "30%", "这里写的是比例（%），这一项要填的不是比例。 填以框后单位（元）计的数"),
        ("en/", 1, "tradeCNY", "3美元", "counted in 10,000 CNY. Write the value in 10,000 CNY"),
        ("en/", 1, "tradeRank", "third", "Write the place as a number, such as 3 for the third"),
    ],
)
def test_a_wrong_field_is_mended_in_its_own_unit(
    visit: Any, lang: str, scale: int, fact: str, typed: str, said: str
) -> None:
    """What is wrong with a field is told with the unit that stands beside it; a form has no headers and no columns."""
    reader = Reader(visit(), lang).choose("art-01-growth")
    reader.page.locator(".pkb-scale label").nth(scale).click()
    reader.answer(YEAR, {fact: typed})

    wrong = reader.page.locator(f'[data-fact="{fact}"] .pkb-wrong')
    expect(wrong).to_contain_text(said)
    assert not any(word in wrong.inner_text() for word in ("表头", "表格", "列", "header", "column", "table"))


@pytest.mark.parametrize(
    ("lang", "said"), [("", "在“具体日期”里写日期或年份"), ("en/", "Write a day or a year under “Exact day”")]
)
def test_a_wrong_period_is_mended_in_its_own_field(visit: Any, lang: str, said: str) -> None:
    """A period that is not understood is told at the field where it stands, by the name of the field."""
    reader = Reader(visit(), lang).choose("art-01-growth")
    reader.page.locator(".pkb-form summary").first.click()
    reader.page.fill("#field-period", "2020-02-30")
    reader.settle()

    expect(reader.page.locator('[data-fact="period"] .pkb-wrong')).to_contain_text(said)
    assert said.split("“")[1].split("”")[0] in reader.page.inner_text('label[for="field-period"]')


@pytest.mark.parametrize("lost", [1, 7, -1])
def test_a_link_that_is_cut_off(visit: Any, lost: int) -> None:
    """A link without its end, or with nothing in it, says that nothing was taken from it; what was filled in stays."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, EXPORTER)
    page, before = reader.page, reader.sums()
    whole = page.evaluate("policykb.at()")
    cut = whole[:-lost] if lost > 0 else ""
    page.evaluate("text => { location.hash = 'a=' + text }", cut)

    expect(page.locator(".pkb-opened")).to_contain_text("没有从中读入任何内容")
    assert reader.settle().sums() == before and page.url.endswith("#ask")


def test_a_broken_link_to_a_new_page(visit: Any) -> None:
    """Opened anew, the self-check of a broken link begins at its beginning, with a word why."""
    one = visit()
    one.open("en/check.html#a=broken", ready=READY)

    assert "nothing was taken from it" in one.page.inner_text(".pkb-begin .pkb-opened")
    assert one.page.url.endswith("#start")


OTHER = {
    "chosen": ["art-01-growth", "art-99-gone"],
    "entries": {"EnterpriseYear": [{"tradeCNY": "5000000", "goneCNY": "1"}], "GoneYear": [{"tradeCNY": "1"}]},
    "readings": ["R99-gone:alt"],
    "gone": "x",
}


@pytest.mark.parametrize(("lang", "said"), [("", "没有读入"), ("en/", "was left out")])
def test_a_link_of_another_version_says_what_it_leaves_out(visit: Any, lang: str, said: str) -> None:
    """Situations, types, items and readings that this version does not know are told by name; the rest is taken."""
    one = visit()
    packed = base64.urlsafe_b64encode(json.dumps(OTHER).encode()).decode().rstrip("=")
    one.open(f"{lang}check.html#a={packed}", ready=READY)

    told = one.page.inner_text(".pkb-form .pkb-opened")
    names = ("gone", "art-99-gone", "R99-gone:alt", "goneCNY", "GoneYear")
    assert said in told and [name for name in names if name not in told] == []
    assert one.page.input_value("#fact-EnterpriseYear-0-tradeCNY") == "5000000"


def link_to(state: Any, lang: str = "") -> str:
    """The address of a form that is filled in with some state."""
    packed = base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")
    return f"{lang}check.html#a={packed}"


YEARLY = {"chosen": ["art-01-growth"]}


@pytest.mark.parametrize(
    ("state", "left_out"),
    [
        ({**YEARLY, "year": "99999999"}, "哪一年的情况"),
        ({**YEARLY, "year": "1e9"}, "哪一年的情况"),
        ({**YEARLY, "asOf": "2020-13-45"}, "测算基准日"),
        ({**YEARLY, "asOf": "2020-02-30"}, "测算基准日"),
        ({**YEARLY, "scale": "-1"}, "金额以什么为单位填"),
        ({**YEARLY, "entries": {YEAR: [{"tradeCNY": True}]}}, "年度进出口总额"),
        ({**YEARLY, "entries": {YEAR: [{"producer": ["true"]}]}}, "生产型企业"),
        ({**YEARLY, "entries": {YEAR: [{"tradeCNY": "60000000"}, {"tradeCNY": "90000000"}]}}, "企业年度情况 2–2"),
        ({"chosen": ["Exhibition"], "entries": {"Exhibition": [{}] * 20_000}}, "参展 201–20000"),
    ],
)
def test_a_link_that_no_form_could_have_made(visit: Any, state: Any, left_out: str) -> None:
    """A year far off, a day that there is not, a value of another kind, or more entries than there can be, are left out
    and told; nothing of it stops the page, now or when it is opened again."""
    one = visit()
    one.open(link_to(state), ready=READY)

    assert left_out in one.page.inner_text(".pkb-form .pkb-opened")
    assert one.page.locator(".pkb-entry").count() in (1, 200)
    one.page.reload()
    one.page.wait_for_selector(READY, state="attached")
    assert one.page.input_value("#field-year") == "2020" and one.page.input_value("#field-asOf") == ""


def test_a_whole_text_in_a_field(visit: Any) -> None:
    """What is wrong with a text of any length is told with its beginning, and the answers can still be shared."""
    reader = Reader(visit()).choose("art-01-growth").answer(YEAR, {"tradeCNY": "附件" * 100_000})
    told = reader.page.inner_text('[data-fact="tradeCNY"] .pkb-wrong')

    assert told.startswith(f"“{'附件' * 20}…”不是数。") and len(told) < 120
    assert len(reader.page.evaluate("policykb.at()")) > 200_000


@pytest.mark.parametrize(("lang", "said"), [("", "没有读入：GoneYear。"), ("en/", "this was left out: GoneYear.")])
def test_a_link_to_a_type_that_is_not_known(visit: Any, lang: str, said: str) -> None:
    """A link that names a type of records which this version does not know begins at the beginning, and says so."""
    one = visit()
    one.open(f"{lang}check.html#type=GoneYear", ready=READY)

    assert said in one.page.inner_text(".pkb-begin .pkb-opened")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("", "“—”按未填处理，不算作零。 为零的填 0；不清楚的可以不改。"),
        ("en/", "“—” is read as not given, not as zero. Enter 0 for zero; leave it if it is not known."),
    ],
)
def test_a_dash_is_no_error(visit: Any, lang: str, said: str) -> None:
    """As in tables a dash states nothing: the field says so and is not wrong, and the figure is still asked for."""
    reader = Reader(visit(), lang).choose("art-01-growth")
    left = reader.page.inner_text(f'[data-type="{YEAR}"] .pkb-progress')
    reader.answer(YEAR, {"tradeCNY": "—"})
    field = reader.page.locator('[data-fact="tradeCNY"]')

    assert field.locator(".pkb-doubt").inner_text() == said
    assert field.locator(".pkb-wrong").inner_text() == ""
    assert field.locator("[aria-invalid]").count() == 0
    assert reader.page.inner_text(f'[data-type="{YEAR}"] .pkb-progress') == left


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("", "由区商务和投资促进局确认"),
        ("en/", "confirmed by the District Bureau of Commerce and Investment Promotion"),
    ],
)
def test_a_filing_is_confirmed_and_not_recognised(visit: Any, lang: str, said: str) -> None:
    """Who decides stands beside a question in a verb that is true of filings, too."""
    page = Reader(visit(), lang).choose("Exhibition").page

    assert page.inner_text('[data-fact="filedWithBureau"] .pkb-decided') == said


def test_english_keeps_its_blanks_and_lists_apart(visit: Any) -> None:
    """Sentences stand apart, and a list of what has commas is divided by semicolons; one answer is no plural."""
    answers = {"crossBorderEcommerce": True, "inStatistics": True, "overseasWarehouseArea": "480"}
    reader = Reader(visit(), "en/").choose("art-05-warehouse").answer(YEAR, answers)
    page = reader.page

    assert "500 m². 20 m² short." in page.inner_text('[data-clause="art-05-warehouse"] .pkb-gap')
    reader.answer(YEAR, {"overseasWarehouseArea": "600", "overseasWarehouseInvestmentCNY": "400000"})
    steps = page.inner_text('[data-clause="art-05-warehouse"] .pkb-steps')
    assert "Lease contracts, proof of title; Payment vouchers, audit report" in steps
    page.evaluate("localStorage.clear()")
    first = Reader(reader.visit, "en/").choose("TradeFiling").page.inner_text(".pkb-entry .pkb-progress")
    assert first == "Answers that can still change the result: 1"


@pytest.mark.parametrize(("lang", "echo"), [("", "= 第3名"), ("en/", "= 3")])
def test_a_place_is_echoed_as_a_place(visit: Any, lang: str, echo: str) -> None:
    """第3名 is the third place, and not three of something."""
    reader = Reader(visit(), lang).choose("art-01-growth").answer(YEAR, {"tradeRank": "第3名"})

    assert reader.page.inner_text(f"{reader.field(YEAR, 'tradeRank')}-echo") == echo


def test_an_option_that_may_apply_stands_apart(visit: Any) -> None:
    """What is said of an option that is still open has a blank before it in English."""
    kind = "ForeignCapitalProject"
    reader = Reader(visit(), "en/").choose(kind).answer(kind, {"foreignInvested": True})

    lines = reader.page.locator(".pkb-arithmetic li").all_inner_texts()
    assert any(" (if this option applies)" in line for line in lines)
    assert not any("%(if" in line for line in lines)
