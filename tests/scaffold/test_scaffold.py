"""A first draft finds every article in any style of numbering, types every number, and leaves all to be confirmed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policykb import cli
from policykb.api import Policykb
from policykb.errors import CallError, InputError
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.law.vocabulary import read_vocabulary
from policykb.model import Text
from policykb.names import DCT, PKB
from policykb.scaffold.draft import Draft, draft
from policykb.scaffold.items import Item, NewType, written
from policykb.scaffold.lexicon import lexicon
from policykb.scaffold.source import text_of
from policykb.scaffold.written import files
from policykb.verify.places import Places
from policykb.verify.unconfirmed import check_confirmed

ROOT = Path(__file__).resolve().parents[2]
WORDS = lexicon(ROOT)
HAN = ("", *"一二三四五六七八九")
TEXT = """示例区促进仓储发展办法
示例区发〔2022〕7号

第一章 总则

第一条 本办法适用于注册地在本区的企业。

第二章 奖励

第二条 支持新建仓库。
（一）对新建仓库5000平方米以上、2000平方米以上的企业，分别给予奖励30万元、10万元。
（二）租用仓库不得超过3个月的，每平方米补助5元，最高不超过2万元。

第三条 “十四五”期间，对年营业收入突破1.5亿元的企业给予002元奖励。

第三章 附则

第四条 本办法自2022年7月1日起施行，有效期3年。

2022年6月1日
"""


def drafted(text: str) -> Draft:
    """A draft with the words of the knowledge base."""
    return draft(text, WORDS)


def han(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{HAN[tens]}十") + HAN[ones]


def heads(style: str, count: int) -> list[str]:
    """So many marks of a style, from one on."""
    forms = {
        "第一条": lambda n: f"第{han(n)}条 ",
        "第1条": lambda n: f"第{n}条",
        "第 一 条": lambda n: f"第 {han(n)} 条　",
        "一、": lambda n: f"{han(n)}、",
        "（一）": lambda n: f"（{han(n)}）",
        "1.": lambda n: f"{n}.",
        "1、": lambda n: f"{n}、",
        "（1）": lambda n: f"（{n}）",
    }
    return [forms[style](number) for number in range(1, count + 1)]


BODY = "对符合条件的企业给予奖励5万元。"
CASES = st.tuples(
    st.sampled_from(("第一条", "第1条", "第 一 条", "一、", "（一）", "1.", "1、", "（1）")),
    st.sampled_from((None, "第{}章 某章", "一、")),
    st.lists(st.integers(1, 13), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from((None, "（一）", "1.", "（1）")),
)


@given(CASES)
@settings(max_examples=150, derandomize=True)
def test_articles(case: tuple[str, str | None, Sequence[int], bool, str | None]) -> None:
    """Running or beginning again in each chapter, with chapters or without, with items: all are found, no more."""
    style, chapter, sizes, running, items = case
    if chapter is None:
        sizes = [sum(sizes)]
    # Nothing tells two levels of one style apart, and 一、 above 一、 is no numbering.
    if (items or "").strip("（）") == style.strip("（）") or (chapter == "一、" and style == "一、"):
        items, chapter = None, None if style == "一、" else chapter
    # What stands below a bare heading 一、 is itself an article, so that it is no item.
    if style in ("一、", "（一）", "1.", "1、", "（1）"):
        items = None
    if chapter is None:
        sizes = [sum(sizes)]
    lines, number = ["示例区办法", ""], 0
    marks = heads(style, sum(sizes))
    for place, size in enumerate(sizes, 1):
        if chapter is not None:
            lines.append(f"{han(place)}、某一方面" if chapter == "一、" else chapter.format(han(place)))
        for own in range(size):
            mark = marks[number if running or chapter is None else own]
            number += 1
            if items is None:
                lines.append(f"{mark}{BODY}")
            else:
                lines += [f"{mark}支持某事", *(f"{item}{BODY}" for item in heads(items, 2))]
    found = drafted("\n".join(lines) + "\n")

    assert len(found.articles) == sum(sizes)


def test_reference_at_the_beginning_of_a_line() -> None:
    """A line that begins with a reference to an article is none."""
    text = (
        "某办法\n第一条 企业可以申报。\n第二条 已经享受\n第一条规定的奖励的，不再享受。\n第三条 本办法由区政府解释。\n"
    )

    assert [part.written for part in drafted(text).articles] == [1, 2, 3]


def test_every_word_is_quoted() -> None:
    """Headings and sentences lie side by side and leave nothing out but blanks."""
    found, quoted = drafted(TEXT), []
    for part in found.parts:
        quoted += [part.heading] if part.heading else []
        quoted += [(sentence.start, sentence.text) for sentence in part.sentences]
    quoted.sort()

    assert "".join("".join(text.split()) for _, text in quoted) == "".join(TEXT.split())
    assert all(TEXT[start : start + len(text)] == text for start, text in quoted)


def test_numbers() -> None:
    """Value, unit, direction, what it is and per what, each as the sentence says; what cannot be read is a figure."""
    article = {part.place: part for part in drafted(TEXT).articles}
    rows = [
        (f"{n.numeral.value.normalize():f}", n.numeral.unit, n.operator, n.role, n.per)
        for place in (2, 3)
        for sentence in article[place].sentences
        for n in sentence.numbers
    ]

    assert rows == [
        ("5000", "m2", "ge", "bound", ""),
        ("2000", "m2", "ge", "bound", ""),
        ("300000", "CNY", "eq", "amount", ""),
        ("100000", "CNY", "eq", "amount", ""),
        ("3", "month", "le", "bound", ""),
        ("5", "CNY", "eq", "amount", "平方米"),
        ("20000", "CNY", "le", "amount", ""),
        ("NaN", "", "eq", "figure", ""),
        ("150000000", "CNY", "gt", "bound", ""),
        ("NaN", "", "eq", "figure", ""),
    ]
    assert drafted(TEXT).number == "示例区发〔2022〕7号"
    assert str(drafted(TEXT).day) == "2022-06-01"
    assert [s.validity for s in article[4].sentences] == ["自2022年7月1日起施行 有效期3年"]


def _read(sentence: str) -> list[tuple[str, str, str, str]]:
    """The numbers of the sentence of an article: value, unit, role and direction."""
    (part,) = drafted(f"第一条 {sentence}").articles
    found = [number for one in part.sentences for number in one.numbers]
    return [(f"{n.numeral.value.normalize():f}", n.numeral.unit, n.role, n.operator) for n in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # A sum that is a lower bound is a condition, unless the words of giving stand right before it.
        (
            "对产值超过1亿元的企业给予5万元奖励；产值3亿元以上的企业，给予8万元奖励。",
            [
                ("100000000", "CNY", "bound", "gt"),
                ("50000", "CNY", "amount", "eq"),
                ("300000000", "CNY", "bound", "ge"),
                ("80000", "CNY", "amount", "eq"),
            ],
        ),
        ("申请补助资金在20万元以上的，须提供审计报告。", [("200000", "CNY", "bound", "ge")]),
        ("给予不低于10万元奖励。", [("100000", "CNY", "amount", "ge")]),
        ("给予企业最高30万元补贴。", [("300000", "CNY", "amount", "le")]),
        # A share or a growth is a condition; what is given in per cent is a rate.
        (
            "客户数增幅达到20%以上的，按费用的15%给予补贴。",
            [("0.2", "share", "bound", "ge"), ("0.15", "share", "rate", "eq")],
        ),
        (
            "外籍员工的比例在10%以内的企业，奖励投资额的3%—8%。",
            [("0.1", "share", "bound", "le"), ("0.03", "share", "rate", "ge"), ("0.08", "share", "rate", "le")],
        ),
        (
            "累计补助不得超过该企业当年贡献的40%。",
            [("0.4", "share", "rate", "le")],
        ),
        # For every so much: the step is not what is given.
        (
            "每超过2000万元，给予1万元奖励；每新增1家企业给予2万元；每家企业最多不超过10万元。",
            [
                ("20000000", "CNY", "count", "eq"),
                ("10000", "CNY", "amount", "eq"),
                ("1", "count", "count", "eq"),
                ("20000", "CNY", "amount", "eq"),
                ("100000", "CNY", "amount", "le"),
            ],
        ),
        # The upper end of a range is included, unless a further band begins with it.
        (
            "对3—5星级酒店给予奖励。",
            [("3", "grade", "bound", "ge"), ("5", "grade", "bound", "le")],
        ),
        (
            "投资1亿元到5亿元、5亿元以上到10亿元、10亿元以上的，分别给予1万元、2万元、3万元补贴。",
            [
                ("100000000", "CNY", "bound", "ge"),
                ("500000000", "CNY", "bound", "lt"),
                ("500000000", "CNY", "bound", "ge"),
                ("1000000000", "CNY", "bound", "lt"),
                ("1000000000", "CNY", "bound", "ge"),
                ("10000", "CNY", "amount", "eq"),
                ("20000", "CNY", "amount", "eq"),
                ("30000", "CNY", "amount", "eq"),
            ],
        ),
        # A bracket that repeats a bound says that it is included, and turns it round no more.
        ("经营6年以上（含6年）的企业给予补贴。", [("6", "year", "bound", "ge"), ("6", "year", "bound", "ge")]),
        (
            "种植10—50亩（含50亩）的给予补贴。",
            [("10", "mu", "bound", "ge"), ("50", "mu", "bound", "le"), ("50", "mu", "bound", "le")],
        ),
        # Both ends of a range are what its lower end is; what is not enough is a condition, whatever was given before.
        (
            "投资额在500万元至2000万元之间的奖励1万至3万元，不满500万元的不予奖励。",
            [
                ("5000000", "CNY", "bound", "ge"),
                ("20000000", "CNY", "bound", "le"),
                ("10000", "CNY", "amount", "ge"),
                ("30000", "CNY", "amount", "le"),
                ("5000000", "CNY", "bound", "lt"),
            ],
        ),
        # What is no number of anything stays one without a unit.
        (
            "具备下列任一条件、上一年度经审计的百年老店。",
            [("1", "", "figure", "eq"), ("1", "", "figure", "eq"), ("100", "", "figure", "eq")],
        ),
        ("落实行动计划2030大连方案。", [("2030", "", "figure", "eq")]),
        # The part of a whole that a rate is of is no cap, and the rate no condition.
        (
            "不超过80万元的部分按9%，超过80万元的部分按4%给予补助。",
            [
                ("800000", "CNY", "bound", "le"),
                ("0.09", "share", "rate", "eq"),
                ("800000", "CNY", "bound", "gt"),
                ("0.04", "share", "rate", "eq"),
            ],
        ),
        (
            "奖励分两年兑现，第一年70%，第二年30%。",
            [
                ("2", "year", "count", "eq"),
                ("1", "year", "count", "eq"),
                ("0.7", "share", "rate", "eq"),
                ("2", "year", "count", "eq"),
                ("0.3", "share", "rate", "eq"),
            ],
        ),
        # What a bracket says again of a bound is given to nobody.
        (
            "对纳税40万元至90万元（不含90万元）的企业奖励1万元。",
            [
                ("400000", "CNY", "bound", "ge"),
                ("900000", "CNY", "bound", "lt"),
                ("900000", "CNY", "count", "eq"),
                ("10000", "CNY", "amount", "eq"),
            ],
        ),
        # What was given before is not what is given.
        (
            "按研发费用的3%奖励，每户最高限额由50万元提高至80万元。",
            [("0.03", "share", "rate", "eq"), ("500000", "CNY", "count", "le"), ("800000", "CNY", "amount", "le")],
        ),
        (
            "奖励不超过从原来的20万元调整为30万元。",
            [("200000", "CNY", "count", "le"), ("300000", "CNY", "amount", "le")],
        ),
        ("奖励上限提高到60万元。", [("600000", "CNY", "amount", "le")]),
        ("补助比例由10%提高至15%。", [("0.1", "share", "count", "eq"), ("0.15", "share", "rate", "eq")]),
        ("补贴标准由每人每天15元提高到25元。", [("15", "CNY", "count", "eq"), ("25", "CNY", "amount", "eq")]),
        ("每超过2个百分点奖励3000元。", [("0.02", "share", "count", "eq"), ("3000", "CNY", "amount", "eq")]),
        ("每1美元奖励0.05元人民币。", [("1", "USD", "count", "eq"), ("0.05", "CNY", "amount", "eq")]),
        ("奖励额度为15—45万元。", [("150000", "CNY", "amount", "ge"), ("450000", "CNY", "amount", "le")]),
        ("奖励翻倍。", [("2", "fold", "count", "eq")]),
    ],
)
def test_what_a_number_is(sentence: str, expected: list[tuple[str, str, str, str]]) -> None:
    """Role, unit and direction of numbers, as a person reads them."""
    assert _read(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected", "remark"),
    [
        # What only bounds an amount is no amount of its own.
        (
            "对企业按租金的15%给予补贴，每家企业每年最高不超过8万元。",
            ["option", "rate 0.15", "limit", "maxValue 80000.0"],
            "# 每家企业每年",
        ),
        ("对入选项目给予最高60万元奖励。", ["limit", "maxValue 600000.0"], ""),
        ("对入选项目给予不低于60万元的奖励。", ["limit", "minValue 600000.0"], ""),
        # The two ends of a range are one amount.
        ("奖励投资额的3%—8%。", ["option", "leastRate 0.03", "rate 0.08"], 'pkb:words "3%—8%"'),
        ("按检测费的4%至9%给予补贴。", ["option", "leastRate 0.04", "rate 0.09"], 'pkb:words "4%至9%"'),
        ("利润率达到4%至9%的，奖励2万元。", ["option", "value 20000.0"], ""),
        # So much for each is told, be the step in front of it or not.
        ("每新增2家企业，给予园区3万元奖励。", ["option", "value 30000.0"], "# 每新增2家：按个数算的"),
        ("给予每名学员700元补助。", ["option", "value 700.0"], "# 每名学员：按个数算的"),
        ("年出口额每1美元奖励0.05元人民币。", ["option", "value 0.05"], "# 每1美元：按个数算的"),
        # What is met exactly is a condition.
        ("实缴资本2亿元的，给予30万元奖励。", ["option", "value 300000.0"], ""),
        # Bounds that are listed go with the amounts that are; two conditions of all of them do not.
        (
            "产值超过7亿元、3亿元的企业，分别奖励9万元、4万元。",
            ["option 7亿元", "value 90000.0", "option 3亿元", "value 40000.0"],
            "",
        ),
        (
            "带团20批次以上且服务800人次以上的中级、高级人员，分别奖励9万元、4万元。",
            ["option", "value 90000.0", "option", "value 40000.0"],
            "",
        ),
    ],
)
def test_drafts_of_amounts(sentence: str, expected: list[str], remark: str) -> None:
    """Taken over as they stand, drafts of amounts never make a cap, an end of a range or a threshold an award."""
    text = files(drafted(f"第一条 {sentence}"), "x")["articles/art-01.ttl"]
    found = re.findall(
        r"^# .*(?:(option)/.* ;(?: # (\S+))?$|:(rate|leastRate|\w+Value|value) ([0-9.]+)|上(限)或下限)", text, re.M
    )
    told = ["limit" if limit else " ".join(filter(None, some)) for *some, limit in found]

    assert told == expected
    assert remark in text


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("有失信记录的企业，不享受奖励。", "principle"),
        ("已享受市级补助的项目，不再给予补贴。", "principle"),
        ("骗取补助的，追回补助资金的100%，3年内不得申报奖励。", "obligation"),
        ("同一项目符合多项奖励的，就高享受其一。", "exclusivity-rule"),
        ("单个企业每年获得的奖励合计不超过120万元。", "exclusivity-rule"),
        ("奖励资金由县财政局拨付。", "procedure"),
        ("补助资金应当用于扩大生产。", "procedure"),
        ("单个企业最高补贴40万元。", "exclusivity-rule"),
        ("每家企业给予最高40万元补贴。", "incentive"),
        # Where something is given out, it is what gives it.
        ("达到2000万元的，奖励8万元，同一企业不重复享受。", "incentive"),
        ("不满500万元的不予奖励，其余的给予最高30万元奖励。", "incentive"),
        ("获奖项目给予5万元奖励；弄虚作假的，收回奖励。", "incentive"),
        ("对龙头企业给予奖励。", "incentive"),
    ],
)
def test_what_grants_nothing(sentence: str, kind: str) -> None:
    """A sentence that speaks of awards and says who has none, or what several come to, is no award by itself."""
    (part,) = drafted(f"第一条 {sentence}").parts

    assert [one.kind for one in part.sentences] == [kind]


def test_a_figure_of_speech_is_quoted_whole() -> None:
    """“一事一议” is one figure of speech with its own words, though it holds two numerals."""
    (part,) = drafted("第一条 重大项目实行“一事一议”，给予6万元奖励。").parts

    assert [(one.role, one.words) for one in part.sentences[0].numbers] == [("figure", "一事一议"), ("amount", "6万元")]


def test_what_binds_several_clauses() -> None:
    """A cap over articles is drafted as a group of what they grant; what grants nothing is no member."""
    text = (
        "第一条 对新建仓库的企业奖励3万元。\n第二条 有欠税的，不予奖励。\n第三条 对扩建仓库的企业奖励2万元。\n"
        "第四条 第一条、第二条、第三条奖励合计不超过4万元。\n"
    )
    found = files(drafted(text), "x")["articles/art-04.ttl"]

    assert "#     pkb:combination pkb-combine:sum ;\n#     schema:maxValue 40000.0 ;\n" in found
    assert "#     pkb:member <clause/art-01-s1> , <clause/art-03-s1> ;" in found
    assert '#     pkb:words "第一条、第二条、第三条奖励合计不超过4万元" .' in found
    assert "a pkb:Clause" not in found
    whole = text.replace("第一条、第二条、第三条奖励", "本办法各项奖励")
    assert (
        "#     pkb:member <clause/art-01-s1> , <clause/art-03-s1> ;"
        in files(drafted(whole), "x")["articles/art-04.ttl"]
    )


def test_per_what() -> None:
    """What a sum is for each of may stand before it, behind it, or in both places."""
    (part,) = drafted("第一条 租金每月补贴20元/平方米，用电按0.1元每千瓦时补贴，每吨补贴5元。").articles

    assert [n.per for one in part.sentences for n in one.numbers] == ["月平方米", "千瓦时", "吨"]


def test_a_day_behind_every_year() -> None:
    """每年4月1日 is a day of every year; 2024年4月1日 is one day."""
    (part,) = drafted("第一条 每年4月1日至4月30日申报，2024年4月1日起受理。").articles

    assert [(n.words, n.role) for one in part.sentences for n in one.numbers] == [
        ("2024年4月1日", "day"),
        ("每年4月1日", "day"),
        ("4月30日", "day"),
    ]


def test_references_titles_and_days_of_every_year() -> None:
    """第二条 refers, 3月1日 is one day of every year, and a title that names an award is no award."""
    text = (
        "某办法\n一、支持\n（一）场地补助。按第二条申报，时间为3月1日至3月31日。\n（二）租金奖励。租用的，给予补助1万元。\n"
        "（三）应予奖励。具体办法另定。\n"
    )
    one, two, three = drafted(text).articles

    assert (one.title, two.title, three.title) == ("场地补助", "租金奖励", "")
    assert [(s.refers, [n.words for n in s.numbers]) for s in one.sentences] == [((2,), ["3月1日", "3月31日"])]


@pytest.mark.parametrize(
    ("lines", "title", "sentences"),
    [
        # The first words of a rule are no title of it, with the cap that they state.
        (("同一企业的奖励总额每年不超过30万元", "超过的不予兑现。"), "", ["le 300000"]),
        (("同一项目不得", "多头申报。"), "", ["eq 1"]),
        (("企业应当提交下列材料：", "（一）申请表；"), "", ["", ""]),
        (("不予支持的情形", "失信的企业不予支持。"), "不予支持的情形", [""]),
        (("资金管理", "资金由区财政局管理。"), "资金管理", [""]),
        # What the page broke is one sentence, with the word that bounds a number and the unit of it.
        (("对新建厂房的企业给予奖励，每家企业最高不超过", "20万元，", "由区财政承担。"), "", ["le 200000"]),
        (("对新建厂房的企业按投资额的5%给予补助，每年最高90", "万元。"), "", ["eq 0.05 le 900000"]),
        # Items and headings stay apart.
        (("奖励标准", "（一）新建奖励", "对新建的奖励2万元。"), "奖励标准", ["", "eq 20000"]),
    ],
)
def test_where_a_sentence_begins_and_ends(lines: tuple[str, ...], title: str, sentences: list[str]) -> None:
    """By its words, and not by the line."""
    article, _ = drafted("某办法\n第一条 " + "\n".join(lines) + "\n第二条 本办法由区政府解释。\n").articles
    read = [
        " ".join(f"{one.operator} {one.numeral.value.normalize():f}" for one in sentence.numbers if one.numeral.unit)
        for sentence in article.sentences
    ]

    assert (article.title, read) == (title, sentences)


def test_rows_of_a_table_are_read_together() -> None:
    """The head of a column says the unit of its numbers; 10,000 yuan in the head are a unit, and given to nobody."""
    table = "档次\t年产值\t奖励（万元）\n甲\t3亿元以上\t40\n乙\t1亿元（含）至3亿元\t12.5"
    (article,) = drafted(f"某办法\n第一条 奖励标准见表。\n{table}\n").articles
    (sentence,) = article.sentences

    assert sentence.text == table
    assert [(n.role, n.operator, f"{n.numeral.value.normalize():f}") for n in sentence.numbers] == [
        ("bound", "ge", "300000000"),
        ("amount", "eq", "400000"),
        ("bound", "ge", "100000000"),
        ("bound", "lt", "300000000"),
        ("amount", "eq", "125000"),
    ]


def test_parts_of_a_text() -> None:
    """第一部分 is a chapter, and an article that begins with a reference to another one refers to it."""
    found = drafted("某办法\n第一部分 工业\n1、奖励2万元。\n2、第1条的奖励按年发放。\n第二部分 农业\n1、奖励3万元。\n")

    assert [(part.kind, part.title) for part in found.parts if part.kind == "chapter"] == [
        ("chapter", "工业"),
        ("chapter", "农业"),
    ]
    assert [sentence.refers for part in found.articles for sentence in part.sentences] == [(), (1,), ()]


def test_attachments_are_no_articles() -> None:
    """What is numbered behind 附件 is no article; who signs and when stands before it, and is found."""
    text = (
        "某意见\n1.支持参展。对参展企业给予补助2万元。\n2.本意见由区商务局解释。\n附件：1.材料清单\n2.测算表\n\n"
        "某区商务局\n2024年4月10日\n\n附件1\n材料清单\n1.营业执照；\n2.发票。\n附件2：测算表\n1.按附件1填写。\n"
    )
    found = drafted(text)

    assert [(part.kind, part.written) for part in found.parts] == [
        ("front", 0),
        ("article", 1),
        ("article", 2),
        ("back", 0),
        ("attachment", 1),
        ("attachment", 2),
    ]
    assert [part.title for part in found.parts[-2:]] == ["", "测算表"]
    assert str(found.day) == "2024-04-10"


def test_measures_that_are_attached_to_a_notice() -> None:
    """A notice with a list of attachments, who signs it, and the measures behind: their articles are the articles."""
    text = (
        "关于印发办法的通知\n现印发给你们。\n附件：支持办法\n某区商务局\n2024年4月10日\n附件\n支持办法\n"
        "第一条 奖励5万元。\n第二条 附件1所列企业也适用。\n附件1\n企业名单\n"
    )
    found = drafted(text)

    assert [part.kind for part in found.parts] == ["front", "article", "article", "attachment"]
    assert str(found.day) == "2024-04-10"


def test_nothing_is_made_up() -> None:
    """A text that states neither number nor day has none in the draft."""
    found = drafted("1.支持建设。对新建的企业给予奖励1万元。\n2.本意见由县政府解释。\n")

    assert (found.title, found.number, found.day) == ("", None, None)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A knowledge base without a document."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "kb" / name)
    (tmp_path / "kb" / "policy").mkdir()
    (tmp_path / "kb" / "shapes").mkdir()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shutil.copy(path, tmp_path / "kb" / "shapes")
    return tmp_path / "kb"


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """The exit code of a call."""
    monkeypatch.setattr(sys, "argv", ["policykb", *map(str, words)])
    try:
        cli.main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_draft_loads_and_says_what_is_open(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The draft is read as it stands, and what is to be confirmed is listed in the order of the text."""
    source = empty.parent / "text.txt"
    titled = TEXT.replace("示例区促进仓储发展办法", "示例区仓储补助办法")
    source.write_bytes(titled.encode("gb18030"))

    assert run(monkeypatch, "new", "demo-2022", "--from", source, "--root", empty, "--lang", "en") == 0
    said = capfd.readouterr().out
    assert "4 articles" in said
    assert "3 drafts of clauses" in said  # the title names an award, and is none
    knowledge = load(empty, "demo-2022")
    book = read_rules(knowledge)
    starts = {provision.id: provision.start for provision in book.provisions.values()}
    listed = [fault.what.en.split(" ")[0] for fault in check_confirmed(knowledge, book, Places(knowledge))]
    order = [starts[name] for name in listed if name in starts]
    assert [article.number for article in book.articles] == [1, 2, 3, 4]
    assert len(order) > 8
    assert order == sorted(order)
    assert run(monkeypatch, "new", "demo-2022", "--from", source, "--root", empty) == 2
    assert run(monkeypatch, "new", "Demo 2022", "--from", source, "--root", empty) == 2


def test_a_day_that_stands_again_at_the_end(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the day under the text stands in the line of the printer, too, the draft loads; its first place counts."""
    source = empty.parent / "text.txt"
    source.write_text(f"{TEXT}\n示例区办公室\n2022年6月1日印发\n", encoding="utf-8")

    assert run(monkeypatch, "new", "demo-2022", "--from", source, "--root", empty) == 0
    knowledge = load(empty, "demo-2022")
    (periods,) = knowledge.instances(PKB.Applicability)
    (part,) = (quad.object for quad in knowledge.store.quads_for_pattern(periods, DCT.source, None))
    provision = read_rules(knowledge).provisions[part.value.rpartition("/")[2]]
    assert (provision.quote, knowledge.source.find("2022年6月1日")) == ("2022年6月1日", provision.start)


def word_file(path: Path, body: str) -> Path:
    """A Word file with this body."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    path.write_bytes(stream.getvalue())
    return path


def test_word_files(tmp_path: Path) -> None:
    """Paragraphs of a Word file are lines; numbers that Word itself makes are not in the text, and are refused."""
    runs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in TEXT.splitlines())
    assert text_of(word_file(tmp_path / "a.docx", runs)) == TEXT

    numbered = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>支持建设</w:t></w:r></w:p>"
    for name, data in (("b.docx", numbered), ("c.docx", "<w:p>")):
        with pytest.raises(CallError) as caught:
            text_of(word_file(tmp_path / name, data))
        assert caught.value.id in ("text-numbered-by-word", "text-unreadable")
    (tmp_path / "d.docx").write_bytes(b"no package")
    with pytest.raises(CallError, match="docx"):
        text_of(tmp_path / "d.docx")


def paragraph(words: str, properties: str = "") -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def test_tables_and_changes_of_word_files(tmp_path: Path) -> None:
    """A row is a line; what was deleted or moved away is not in the text, and a text box is there once."""
    row = f"<w:tr><w:tc>{paragraph('国家级')}</w:tc><w:tc>{paragraph('10万元')}{paragraph('（一次性）')}</w:tc></w:tr>"
    moved = "<w:p><w:moveFrom><w:r><w:t>走</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>增</w:t></w:r></w:ins></w:p>"
    box = f"<c:Choice>{paragraph('框')}</c:Choice><c:Fallback>{paragraph('框')}</c:Fallback>"
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    drawn = f'<w:p><w:r><c:AlternateContent xmlns:c="{space}">{box}</c:AlternateContent></w:r></w:p>'

    assert text_of(word_file(tmp_path / "a.docx", f"<w:tbl>{row}</w:tbl>{moved}{drawn}")).split("\n")[:3] == [
        "国家级\t10万元 （一次性）",
        "增",
        "框 ",
    ]


def test_numbers_and_notes_that_are_not_in_the_text(tmp_path: Path) -> None:
    """A style may number its paragraphs, and one based on it may not; notes are in no paragraph: they are refused."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    numbering = "<w:pPr><w:numPr><w:numId w:val='{}'/></w:numPr></w:pPr>"
    styles = (
        f"<w:styles {space}><w:style w:styleId='one'>{numbering.format(3)}</w:style>"
        "<w:style w:styleId='two'><w:basedOn w:val='one'/></w:style>"
        f"<w:style w:styleId='three'><w:basedOn w:val='one'/>{numbering.format(0)}</w:style></w:styles>"
    )
    notes = f"<w:footnotes {space}><w:footnote>{paragraph('一经发现')}</w:footnote></w:footnotes>"
    path = tmp_path / "a.docx"

    def text(style: str, name: str, more: str) -> str:
        word_file(path, paragraph("支持建设", f"<w:pStyle w:val='{style}'/>"))
        with zipfile.ZipFile(path, "a") as package:
            package.writestr(name, more)
        return text_of(path)

    assert text("three", "word/styles.xml", styles) == "支持建设\n"
    for style, name, more, id in (
        ("two", "word/styles.xml", styles, "text-numbered-by-word"),
        ("none", "word/footnotes.xml", notes, "text-with-notes"),
    ):
        with pytest.raises(CallError) as caught:
            text(style, name, more)
        assert caught.value.id == id


NIGHTS = (
    "facts", "new", "guestNights", "--type", "InnYear", "--kind", "integer", "--unit", "count",
    "--label", "过夜数", "Nights", "--question", "过夜数是多少？", "How many nights?",
)  # fmt: skip
INN = ("--new-type", "旅馆年度", "Inn in a year", "--about", "一家旅馆一年。", "An inn in a year.")
RATED = (
    "facts", "new", "newlyOpened", "--type", "InnYear", "--kind", "boolean",
    "--label", "当年新评", "Newly rated", "--question", "是否当年新评？", "Was it rated in the year?",
)  # fmt: skip


@pytest.mark.proof
def test_items_of_a_new_document(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Items and their type go to the folder of the document, are stated by records, and give `verify` no fault.

    A body that is not there and words in one language are refused, and nothing is written.
    """
    source = empty.parent / "text.txt"
    source.write_text(TEXT, "utf-8")
    where = ("--policy", "demo-2022", "--root", empty, "--lang", "en")
    assert run(monkeypatch, "new", "demo-2022", "--from", source, *where[2:]) == 0
    assert run(monkeypatch, "verify", *where) == 1
    before = capfd.readouterr().out.rpartition("Faults found: ")[2]

    assert run(monkeypatch, *NIGHTS, *INN, "--once-per-period", *where) == 0
    assert run(monkeypatch, *RATED, "--proof", "评星文件", "The decision", *where) == 0

    path = empty / "ontology" / "demo-2022" / "records.ttl"
    text = path.read_text("utf-8")
    vocabulary = read_vocabulary(load(empty, "demo-2022"))
    assert vocabulary.record_types["InnYear"].facts == ("guestNights", "newlyOpened")
    facts = vocabulary.facts
    assert (facts["guestNights"].datatype, facts["guestNights"].unit) == ("integer", "count")
    assert facts["newlyOpened"].proof == Text("评星文件", "The decision")
    assert subprocess.run([Path(sys.executable).with_name("turtlefmt"), "--check", path]).returncode == 0
    assert run(monkeypatch, "verify", *where) == 1
    assert capfd.readouterr().out.rpartition("Faults found: ")[2] == before
    assert run(monkeypatch, *RATED, "--decided-by", "nobody", *where) == 2
    assert "“nobody”" in capfd.readouterr().err
    for more in (["--proof", "证明", ""], ["--new-type", "酒店", " "], ["--label", "", "x"], ["--once-per-period"]):
        at = RATED.index(more[0]) if more[0] in RATED else len(RATED)
        assert run(monkeypatch, *RATED[:at], *more, *RATED[at + len(more) :], *where) == 2
        err = capfd.readouterr().err
        assert more[0].replace("once-per-period", "new-type") in err and "can be given once" not in err
    assert run(monkeypatch, "facts", "old", *RATED[2:], *where) == 2
    assert path.read_text("utf-8") == text


def test_an_item_without_a_question(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The question of an item follows from its name."""
    source = empty.parent / "text.txt"
    source.write_text(TEXT, "utf-8")
    assert run(monkeypatch, "new", "demo-2022", "--from", source, "--root", empty) == 0
    at = NIGHTS.index("--question")
    where = ("--policy", "demo-2022", "--root", empty)

    assert run(monkeypatch, *NIGHTS[:at], *INN, *where) == 0
    path = empty / "ontology" / "demo-2022" / "records.ttl"
    assert run(monkeypatch, *RATED[: RATED.index("--question")], *where) == 0
    assert "pkb:question" not in path.read_text("utf-8")

    facts = read_vocabulary(load(empty, "demo-2022")).facts
    assert facts["guestNights"].question == Text("过夜数是多少？", "Nights: how many?")
    assert facts["newlyOpened"].question == Text("当年新评，是否如此？", "Newly rated: is it so?")


ITEM = Item("nights", "integer", "count", Text("夜数", "nights"), Text("夜数？", "How many nights?"))
TYPE = NewType(Text("酒店", "Hotel"), Text("一家酒店。", "One hotel."), False)


@pytest.mark.parametrize(
    ("item", "type", "new", "named"),
    [
        (replace(ITEM, name="tradeCNY"), "Exhibition", None, "tradeCNY"),
        (replace(ITEM, name="period"), "Exhibition", None, "period"),
        (replace(ITEM, name="2nights"), "Exhibition", None, "2nights"),
        (replace(ITEM, label=Text("夜数", "Period")), "Exhibition", None, "Period"),
        (replace(ITEM, label=Text("年度进出口总额", "x")), "EnterpriseYear", None, "年度进出口总额"),
        (replace(ITEM, kind="number"), "Exhibition", None, "number"),
        (replace(ITEM, kind="boolean"), "Exhibition", None, "count"),
        (replace(ITEM, unit=None), "Exhibition", None, "CNY"),
        (replace(ITEM, unit="parsec"), "Exhibition", None, "parsec"),
        (ITEM, "NoSuchType", None, "NoSuchType"),
        (ITEM, "Exhibition", TYPE, "Exhibition"),
        (ITEM, "hotel", TYPE, "hotel"),
    ],
)
def test_what_is_no_new_item(shipped: Policykb, item: Item, type: str, new: NewType | None, named: str) -> None:
    """A name or heading that is taken or is none, a unit or type that is not there: refused, naming it."""
    with pytest.raises(CallError, match=named):
        written(ROOT, ["szq-2020-12"], shipped.vocabulary, item, type, new)


@pytest.mark.proof
def test_an_item_of_a_shared_type(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An item of a type that several documents have goes to the file in which that type stands."""
    source = empty.parent / "text.txt"
    source.write_text(TEXT, "utf-8")
    assert run(monkeypatch, "new", "demo-2022", "--from", source, "--root", empty) == 0

    rated = ["Exhibition" if word == "InnYear" else word for word in RATED]
    assert run(monkeypatch, *rated, "--policy", "demo-2022", "--root", empty) == 0

    assert "newlyOpened" in read_vocabulary(load(empty, "demo-2022")).record_types["Exhibition"].facts
    path = empty / "ontology" / "facts.ttl"
    assert subprocess.run([Path(sys.executable).with_name("turtlefmt"), "--check", path]).returncode == 0


def test_a_sentence_without_end_is_refused() -> None:
    """A text that lost its stops and breaks is no text to draft from; one that is just long is drafted."""
    words = "对仓库满{}平方米的企业给予奖励，"
    long = "".join(words.format(number) for number in range(1000, 1800))
    made = drafted(TEXT.replace("支持新建仓库。", f"{long}多有多得。"))
    assert len({number.words for part in made.parts for one in part.sentences for number in one.numbers}) > 800
    with pytest.raises(InputError) as refused:
        drafted(TEXT.replace("支持新建仓库。", "支持新建仓库，" * 3000))
    said = refused.value
    assert "“支持新建仓库，支持新建仓库，支持新建仓库”" in said.say("zh") and "21000" in said.say("en")
