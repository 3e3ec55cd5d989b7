"""Written values and what they are read as."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policykb.api import Policykb
from policykb.model import Vocabulary
from policykb.readers.cells import Cell
from policykb.readers.findings import Refused
from policykb.readers.numerals import in_digits, said
from policykb.readers.values import Values


@pytest.mark.parametrize(
    ("fact", "written", "value"),
    [
        ("tradeCNY", "6000", D("6000")),
        ("tradeCNY", "6000.50", D("6000.50")),
        ("tradeCNY", "-1", D("-1")),
        ("tradeCNY", "0", D("0")),
        ("tradeCNY", "６０００", D("6000")),
        ("tradeCNY", "6,000,000.25", D("6000000.25")),
        ("tradeCNY", "6，000", D("6000")),
        ("tradeCNY", "6,000万元", D("60000000")),
        ("tradeCNY", "6000 万元", D("60000000")),
        ("tradeCNY", "1.2亿元", D("120000000")),
        ("tradeCNY", "¥6000", D("6000")),
        ("tradeCNY", "￥6000万元", D("60000000")),
        ("tradeCNY", "6000元", D("6000")),
        ("tradeUSD", "70万美元", D("700000")),
        ("tradeUSD", "US$1,000", D("1000")),
        ("overseasWarehouseArea", "1000㎡", D("1000")),
        ("overseasWarehouseArea", "1000平方米", D("1000")),
        ("overseasWarehouseArea", "1000 m²", D("1000")),
        ("overseasWarehouseArea", "15亩", D("10000")),
        ("usdCnyRate", "6.8974", D("6.8974")),
        ("usdCnyRate", "6.8974元/美元", D("6.8974")),
        ("tradeRank", "2", 2),
        ("tradeRank", "第2名", 2),
        ("tradeRank", "第二名", 2),
        ("tradeRank", "第十一名", 11),
        ("tradeRank", "第十二位", 12),
        ("tradeRank", "3位", 3),
        ("tradeRank", "２", 2),
        ("zoneCount", "14个", 14),
        ("producer", "是", True),
        ("producer", "√", True),
        ("producer", "Y", True),
        ("producer", "否", False),
        ("producer", "×", False),
        ("producer", "N", False),
        ("producer", "1.0", True),
        ("tradeCNY", "1亿2千万", D("120000000")),
        ("tradeCNY", "人民币3千5百万元整", D("35000000")),
        ("tradeCNY", "2万5千元", D("25000")),
        ("tradeCNY", "2百5十万", D("2500000")),
        ("overseasWarehouseArea", "1千2百平方米", D("1200")),
        ("producer", "0.0", False),
        ("producer", "不清楚", None),
        ("producer", " 不 是 ", False),
        ("producer", "ｙＥＳ", True),
        ("producer", " ", None),
        ("tradeCNY", "未知", None),
        ("tradeCNY", "-", None),
        ("tradeCNY", "——", None),
        ("windowStart", "2020-11-05", date(2020, 11, 5)),
        ("windowStart", "2020/11/5", date(2020, 11, 5)),
        ("windowStart", "2020.11.05", date(2020, 11, 5)),
        ("windowStart", "2020年11月5日", date(2020, 11, 5)),
        ("windowStart", "20201105", date(2020, 11, 5)),
        ("windowStart", "二〇一九年十二月二十一日", date(2019, 12, 21)),
        ("windowStart", "二○二一年三月十号", date(2021, 3, 10)),
        ("windowStart", "２０２０年１１月５日", date(2020, 11, 5)),
        ("referrerKind", "intermediary", "intermediary"),
        ("referrerKind", "中介机构", "intermediary"),
        ("referrerKind", "Social organisation", "socialOrganisation"),
        ("level", "市级", "municipal"),
        ("designatedLevel", "市级", "city"),
        ("refundClass", "一类", 1),
        ("refundClass", "1", 1),
        ("programmes", "taishan；national", ("taishan", "national")),
        ("programmes", "国家级; national ;taishan", ("national", "taishan")),
    ],
)
def test_a_written_value_is_read(vocabulary: Vocabulary, fact: str, written: str, value: object) -> None:
    """Units, separators, full-width forms, ranks, truth words, dates and labels each have one exact value."""
    read = Values(vocabulary).read(Cell(written), vocabulary.facts[fact])

    assert (read.value, type(read.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("fact", "written", "rule"),
    [
        ("tradeCNY", "约6000", "value-not-a-number"),
        ("tradeCNY", "6000左右", "unknown-unit"),
        ("tradeCNY", "六千多万元", "value-not-a-number"),
        ("tradeCNY", "5000-6000", "value-not-a-number"),
        ("tradeCNY", "5²", "unknown-unit"),
        ("tradeCNY", "①", "value-not-a-number"),
        ("tradeCNY", "600*", "value-not-a-number"),  # a note somewhere says more of it
        ("tradeCNY", "600万元*", "value-not-a-number"),
        ("tradeCNY", "600_", "value-not-a-number"),
        ("tradeCNY", "NaN", "value-not-a-number"),
        ("tradeCNY", "1,5", "unclear-separator"),
        ("tradeCNY", "6000,0000", "unclear-separator"),
        ("tradeCNY", "6.00E+07", "scientific-form"),
        ("tradeCNY", "9" * 41, "number-too-long"),
        ("tradeCNY", "1" * 100_000, "number-too-long"),
        ("tradeCNY", "70万美元", "wrong-unit"),
        ("tradeCNY", "5%", "unknown-unit"),
        ("tradeCNY", "#DIV/0!", "cell-error"),
        ("tradeCNY", "1亿2千", "value-not-a-number"),
        ("tradeCNY", "3千5", "unknown-unit"),
        ("tradeCNY", "1百2百万", "value-not-a-number"),
        ("producer", "#N/A", "cell-error"),
        ("windowStart", "二〇一九年十三月一日", "date-not-in-calendar"),
        ("tradeUSD", "6000万元", "wrong-unit"),
        ("overseasWarehouseArea", "1亩", "unit-not-converted"),
        ("tradeRank", "前三", "rank-range"),
        ("tradeRank", "前3名", "rank-range"),
        ("tradeRank", "前三位", "rank-range"),
        ("tradeRank", "top 3", "rank-range"),
        ("tradeRank", "1.5", "value-not-whole"),
        ("tradeRank", "9" * 5000, "number-too-long"),
        ("producer", "可能", "value-not-a-truth"),
        ("producer", "2", "value-not-a-truth"),
        ("windowStart", "11/5/2020", "ambiguous-date"),
        ("windowStart", "5.11.20", "ambiguous-date"),
        ("windowStart", "2020年11月", "date-without-day"),
        ("windowStart", "2020", "date-without-day"),
        ("windowStart", "2020-02-30", "date-not-in-calendar"),
        ("windowStart", "44140", "value-not-a-date"),
        ("windowStart", "1020-01-01", "year-out-of-range"),
        ("referrerKind", "中介机构们", "unknown-code"),
        ("programmes", "national、taishan", "unknown-code"),
    ],
)
def test_an_unclear_value_is_refused(vocabulary: Vocabulary, fact: str, written: str, rule: str) -> None:
    """What is wrong or could mean two things is refused under its rule, never guessed and never missing."""
    with pytest.raises(Refused) as refused:
        Values(vocabulary).read(Cell(written), vocabulary.facts[fact])

    assert refused.value.rule == rule


def test_the_unit_of_the_header_counts(vocabulary: Vocabulary) -> None:
    """A plain number under 万元 is so many times 10,000 yuan, and that is reported."""
    values = Values(vocabulary)

    read = values.read(Cell("6,000"), vocabulary.facts["tradeCNY"], vocabulary.unit_forms["万元"])

    assert (read.value, read.notes[0].words) == (
        D("60000000"),
        {"written": "6,000 万元", "result": "60000000 CNY"},
    )


@pytest.mark.parametrize(
    ("written", "header", "value"),
    [
        ("600万", "元", 6000000),
        ("600万元", "元", 6000000),
        ("五百万元", "元", 5000000),
        ("陆佰万", None, 6000000),
        ("1.5亿", None, 150000000),
        ("6000元", "元", 6000),
        ("六百", "万元", 6000000),
        ("600万元", "万元", 6000000),
        ("600万", "万元", "multiple-twice"),
        ("1.2亿", "万元", "multiple-twice"),
        ("600万美元", "元", "units-disagree"),
        ("600万平方米", None, "wrong-unit"),
        ("600平方", None, "wrong-unit"),
        ("1亿2000万元", None, 120000000),
        ("1亿2,000万元", "万元", 120000000),
        ("1亿2000万", "元", 120000000),
        ("1亿2000万", "万元", "multiple-twice"),
        ("一亿二千万", "万元", "units-disagree"),
        ("1亿2千万", "万元", "units-disagree"),
        ("一万二千", "万元", "units-disagree"),
        ("一万二千", "元", 12000),
        ("一千二百", "万元", 12000000),
        ("2万5000元", None, 25000),
        ("2万5000元", "万元", "units-disagree"),
        ("3万5元", None, "unknown-unit"),
        ("1亿500万", None, "unknown-unit"),
        ("1,2亿2000万", None, "unknown-unit"),
        ("600万元整", None, 6000000),
        ("人民币陆佰万元整", None, 6000000),
        ("600.50元正", None, D("600.50")),
        ("600（万元）", None, 6000000),
        ("600（预计）", None, "value-not-a-number"),
    ],
)
def test_a_multiple_behind_a_number(written: str, header: str | None, value: int | str, vocabulary: Vocabulary) -> None:
    """600万 is a number of yuan in a column of yuan, or without a unit; in one of 万元 it may be either."""
    column = None if header is None else vocabulary.unit_forms[header]
    try:
        found: object = Values(vocabulary).read(Cell(written), vocabulary.facts["tradeCNY"], column).value
    except Refused as refused:
        found = refused.rule

    assert found == value


@pytest.mark.parametrize(
    ("written", "rule", "unit"),
    [
        ("HK$6000000", "unknown-unit", "HK$"),
        ("港币600万", "unknown-unit", "港币"),
        ("港币 600", "unknown-unit", "港币"),
        ("€600", "unknown-unit", "€"),
        ("￡600", "unknown-unit", "￡"),
        ("₽600", "unknown-unit", "₽"),
        ("日元600万", "unknown-unit", "日元"),
        ("JPY 600", "unknown-unit", "JPY"),
        ("600万港元", "unknown-unit", "万港元"),
        ("US$6 million", "wrong-unit", "million USD"),
        ("美元600万", "wrong-unit", "万美元"),
        ("$600万", "wrong-unit", "万美元"),
    ],
)
@pytest.mark.parametrize("header", [None, "元"])
def test_another_currency_before_a_number(
    written: str, rule: str, unit: str, header: str | None, vocabulary: Vocabulary
) -> None:
    """Nobody is told to write the number alone, which would be read as yuan; the multiple is that of its currency."""
    column = None if header is None else vocabulary.unit_forms[header]
    with pytest.raises(Refused) as refused:
        Values(vocabulary).read(Cell(written), vocabulary.facts["tradeCNY"], column)

    if rule == "wrong-unit" and header is not None:
        assert (refused.value.rule, refused.value.words["units"]) == ("units-disagree", f"{unit}、元")
    else:
        assert (refused.value.rule, refused.value.words["unit"]) == (rule, unit)


def test_a_word_before_a_place_is_no_unit(vocabulary: Vocabulary) -> None:
    """并列第2 is no number, and nothing is said of units of money."""
    with pytest.raises(Refused) as refused:
        Values(vocabulary).read(Cell("并列第2"), vocabulary.facts["tradeRank"])

    assert refused.value.rule == "value-not-a-number"


@pytest.mark.parametrize(
    ("numerals", "digits"),
    [
        ("五百万元", "500万元"),
        ("一亿二千万元", "120000000元"),
        ("一亿零三百万", "103000000"),
        ("壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元", "12345678元"),
        ("十二", "12"),
        ("三万零五", "30005"),
        ("零", "0"),
        ("一百十二", "112"),
        ("一万五百", "10500"),
        ("一万亿", "1000000000000"),
        ("三亿零九千", "300009000"),
        # Most mean 390 million by it, and a half of what is said by the next.
        ("三亿九千", None),
        ("一亿五", None),
        ("三万五", None),
        ("二百五", None),
        ("十零五", None),
        ("百万", None),
        ("两三百万", None),
        ("二〇二〇", None),
        ("几百万", None),
    ],
)
def test_chinese_numerals(numerals: str, digits: str | None) -> None:
    """Numerals that say an exact number, and those that say one nearly or in two ways."""
    assert in_digits(numerals) == digits


def in_numerals(number: int) -> str:
    """A number below a trillion in Chinese numerals as they are taught: 零 for each gap, and 十二 for 一十二."""
    found = ""
    for multiple, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // multiple % 10**4
        part = "".join(
            "零" if digit == "0" else "零一二三四五六七八九"[int(digit)] + step.strip()
            for digit, step in zip(f"{group:04}", "千百十 ", strict=True)
        )
        part = re.sub("零+", "零", part).rstrip("零") + name if group else "零"
        found = f"{found}零{part}" if found.endswith("零") else found + part
    found = re.sub("零+", "零", found).strip("零")
    return (found[1:] if found.startswith("一十") else found) or "零"


@given(st.integers(0, 12).flatmap(lambda size: st.integers(0, 10**size - 1)))
def test_every_number_is_read_as_it_is_taught(number: int) -> None:
    """Whatever the number, its numerals are read as it, in a table and in a sentence."""
    read = in_digits(in_numerals(number)) or ""

    multiple = {"万": 10**4, "亿": 10**8}.get(read[-1:], 1)
    assert int(read.rstrip("万亿")) * multiple == number
    assert said(in_numerals(number)) == number


@pytest.mark.parametrize(
    ("numerals", "number"),
    [
        ("一亿五", 150000000),
        ("三万五", 35000),
        ("二百五", 250),
        ("二〇二四", 2024),
        ("十三五", None),
        ("三亿九千", None),
    ],
)
def test_numerals_of_a_sentence(numerals: str, number: int | None) -> None:
    """In a sentence the last step may go without saying, and digits in a row are a number."""
    assert said(numerals) == number


def test_units_beside_the_value_and_in_the_header_must_agree(vocabulary: Vocabulary) -> None:
    """6000元 under 万元 could be either."""
    with pytest.raises(Refused) as refused:
        Values(vocabulary).read(Cell("6000元"), vocabulary.facts["tradeCNY"], vocabulary.unit_forms["万元"])

    assert refused.value.rule == "units-disagree"


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2020", "2020"),
        ("2020年", "2020"),
        ("2020年度", "2020"),
        ("2020全年", "2020"),
        ("2020年度全年", "2020"),
        ("2020年1-12月", "2020"),
        ("2020年1月至12月份", "2020"),
        ("2020年1月—2020年12月", "2020"),
        ("2020.01-2020.12", "2020"),
        ("2020-01至2020-12", "2020"),
        ("2020年1月1日至12月31日", "2020"),
        ("2020-01-01～2020-12-31", "2020"),
        ("20200101-20201231", "2020"),
        ("二〇二〇年", "2020"),
        ("二零一九年度", "2019"),
        ("2020-1-12", "2020-01-12"),
        ("2020.1.12", "2020-01-12"),
        ("2020/11/5", "2020-11-05"),
        ("20201105", "2020-11-05"),
    ],
)
def test_a_period_is_a_year_or_a_day(vocabulary: Vocabulary, written: str, period: str) -> None:
    """Years and days in the common forms."""
    assert Values(vocabulary).read_period(Cell(written)).value == period


PARTS = [
    "2020年1-11月",
    "2020年2-12月",
    "2020.1.1-12",
    "2020年1月1日至12月30日",
    "2020年1月至2021年12月",
    "20201-12",
    "20200101-20201130",
    "二〇二〇年上半年",
    "二〇二十年",
]


@pytest.mark.parametrize("written", ["去年", "2020H1", "20", "12/31/2020", "2020-13", *PARTS])
def test_another_period_is_refused(vocabulary: Vocabulary, written: str) -> None:
    """Half years, months and relative years are no period of a record."""
    with pytest.raises(Refused):
        Values(vocabulary).read_period(Cell(written))


@pytest.mark.parametrize(
    "written", ["-1", "--1", "1-", "_1", "-0", "n-o", "f_alse", "t-rue", "-是", "y e s", "*是", "是:", "①"]
)
def test_of_a_truth_value_nothing_is_left_out(vocabulary: Vocabulary, written: str) -> None:
    """A sign or a blank makes a truth value another text, and what it means is not guessed."""
    with pytest.raises(Refused, match="value-not-a-truth"):
        Values(vocabulary).read(Cell(written), vocabulary.facts["producer"])


@pytest.mark.parametrize("written", ["o-ther", "other:", "o ther", "_other", "inter_mediary"])
def test_of_a_code_nothing_is_left_out(vocabulary: Vocabulary, written: str) -> None:
    """A sign or a blank makes a code another text."""
    with pytest.raises(Refused, match="unknown-code"):
        Values(vocabulary).read(Cell(written), vocabulary.facts["referrerKind"])


def test_a_class_is_no_negative_number(vocabulary: Vocabulary) -> None:
    """-1 is a number, which no class has, and not the class 1."""
    read = Values(vocabulary).read(Cell("-1"), vocabulary.facts["refundClass"])

    assert read.value == -1


@pytest.mark.parametrize(
    ("fact", "text", "mend"),
    [
        ("tradeCNY", "6000,5", "逗号是小数点的，改成“.”"),
        ("windowStart", "2020年11月", "年度情况的期间只写年份，数按全年的填"),
    ],
)
def test_a_mend_says_what_to_do_in_each_case(vocabulary: Vocabulary, fact: str, text: str, mend: str) -> None:
    """A comma may be a decimal point, a month the period of a year’s figures: nobody is told to do the wrong thing."""
    with pytest.raises(Refused) as refused:
        Values(vocabulary).read(Cell(text), vocabulary.facts[fact])

    assert mend in vocabulary.messages[refused.value.rule].mend.zh


@pytest.mark.parametrize(
    ("written", "rule", "mend"),
    [
        ("HK$600", "other-currency", "currency of this item"),
        ("￡600", "other-currency", "currency of this item"),
        ("600万歐元", "other-currency", "currency of this item"),
        ("600 eur", "other-currency", "currency of this item"),
        ("600 euros", "other-currency", "currency of this item"),
        ("600 entrepreneurs", "unknown-unit", "convert the figure"),
        ("30%", "percentage", "where only a share is known"),
        ("600贯", "unknown-unit", "convert the figure"),
        ("6000左右", "unknown-unit", "write the exact number"),
    ],
)
def test_what_is_to_be_done_about_a_unit(written: str, rule: str, mend: str, shipped: Policykb, tmp_path: Path) -> None:
    """Another currency, a share and a word that is no unit are told apart, each with what is to be done about it."""
    record = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": written}
    (path := tmp_path / "records.json").write_text(json.dumps({"records": [record]}), encoding="utf-8")
    (found,) = shipped.read(path).records[0].findings

    assert (found.rule, mend in found.mend.en) == (rule, True)
