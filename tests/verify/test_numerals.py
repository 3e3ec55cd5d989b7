"""The reader of numbers, by itself, on sentences worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policykb.law.load import load
from policykb.verify import numerals
from policykb.verify.boundary import direction, direction_of_share, read_bounds
from policykb.verify.numerals import Numeral

KNOWLEDGE = load()
UNITS, BOUNDS = numerals.text_units(KNOWLEDGE), read_bounds(KNOWLEDGE)


def scan(text: str) -> tuple[Numeral, ...]:
    """The numerals of a text, with the units of the knowledge base."""
    return numerals.scan(text, UNITS)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("500 万元人民币", "5000000", "CNY"),
        ("每 1 美元", "1", "USD"),
        ("0.02 元", "0.02", "CNY"),
        ("5亿元", "500000000", "CNY"),
        ("过亿元", "100000000", "CNY"),
        ("1,234.5万元", "12345000", "CNY"),
        ("５００平方米", "500", "m2"),
        ("500\n\n万美元", "5000000", "USD"),
        ("30%", "0.3", "share"),
        ("0.8‰", "0.0008", "share"),
        ("前三位", "3", "rank"),
        ("第二名", "2", "rank"),
        ("两名", "2", "count"),
        ("三年内", "3", "year"),
        ("2个工作日", "2", "working-day"),
        ("一次性", "1", "times"),
        ("二十五个", "25", "count"),
        ("壹佰万元", "1000000", "CNY"),
        ("百展", "100", ""),
        ("30间", "30", "count"),
        ("300张", "300", "count"),
        ("50亩", "50", "mu"),
        ("2万人次", "20000", "count"),
        ("3个月", "3", "month"),
        ("35周岁", "35", "age"),
        ("3倍", "3", "fold"),
        ("五星级", "5", "grade"),
        ("卅五家", "35", "count"),
        ("达到一亿五的", "150000000", ""),
        ("双向", "2", ""),
        ("千分之三", "0.003", "share"),
        ("百分之十五", "0.15", "share"),
        ("百分之零点五", "0.005", "share"),
        ("万分之2.5", "0.00025", "share"),
        ("四分之一", "0.25", "share"),
        ("减半", "0.5", "share"),
        ("3个百分点", "0.03", "share"),
        ("1万5千元", "15000", "CNY"),
        ("3万5000元", "35000", "CNY"),
        ("1亿5000万元", "150000000", "CNY"),
        ("1亿5千万元", "150000000", "CNY"),
        ("5千米", "5", "km"),
        ("200万千瓦时", "2000000", ""),
        ("800m2", "800", "m2"),
        ("600平米", "600", "m2"),
        ("过百万元", "1000000", "CNY"),
        ("20万美金", "200000", "USD"),
    ],
)
def test_one_numeral(text: str, value: str, unit: str) -> None:
    """A numeral is read with its magnitude and its unit, exactly."""
    found = scan(text)

    assert [(numeral.value, numeral.unit) for numeral in found] == [(Decimal(value), unit)]


@pytest.mark.parametrize(
    ("text", "day", "whole"),
    [
        ("2020年9月24日", date(2020, 9, 24), True),
        ("2021年底", date(2021, 12, 31), False),
        ("2020年新开工", date(2020, 12, 31), False),
        ("2024年2月", date(2024, 2, 29), False),
    ],
)
def test_dates(text: str, day: date, whole: bool) -> None:
    """A date is one numeral; a year stands for its last day."""
    found = scan(text)

    assert [(numeral.day, numeral.whole_day) for numeral in found] == [(day, whole)]


def test_characters_that_only_look_like_numerals() -> None:
    """参 and 伍 are numerals of cheques; in 参加 and 队伍 they are not."""
    assert scan("鼓励企业参加展会，扩充服务队伍") == ()


def test_a_range_shares_its_unit() -> None:
    """The lower end of a range has the unit that stands behind the upper one."""
    found = scan("300-1000 万美元")

    assert [(numeral.value, numeral.unit) for numeral in found] == [
        (Decimal(3000000), "USD"),
        (Decimal(10000000), "USD"),
    ]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1万至3万元", "10000", "30000"),
        ("3000万～5000万元", "30000000", "50000000"),
        ("三万至五万元", "30000", "50000"),
        ("三至五万元", "30000", "50000"),
        ("四百至六百万元", "4000000", "6000000"),
        ("八百至一千万元", "8000000", "10000000"),
        ("5000-1万元", "5000", "10000"),
        ("五千至一万元", "5000", "10000"),
        ("1—1.5亿元", "100000000", "150000000"),
        ("三至五百人", "300", "500"),
        ("五十至一百人", "50", "100"),
        ("百分之五至百分之十", "0.05", "0.1"),
        # Either could be meant, or it is no range: no number at all.
        ("三至五十人", "NaN", "50"),
        ("50-30万元", "NaN", "300000"),
    ],
)
def test_the_lower_end_of_a_range(text: str, low: str, high: str) -> None:
    """The lower end has the 万 that it writes itself, else shares that of the upper end, and is never the larger."""
    assert [str(Decimal(n.value.normalize())) for n in scan(text)] == [
        str(Decimal(value).normalize()) for value in (low, high)
    ]


@pytest.mark.parametrize(
    ("sentence", "operators"),
    [
        ("投资5000万元（含）至1亿元（不含）、1亿元（含）以上的", ["ge", "lt", "ge"]),
        ("收入2000万元（不含）以上5000万元（含）以下", ["gt", "le"]),
        ("首次达到1亿元（含）、5亿元（含）的", ["ge", "ge"]),
        ("收入大于等于2000万元", ["ge"]),
        ("2000万元＜X≤5000万元", ["gt", "le"]),
        ("资产≥300万元", ["ge"]),
        ("总额最高不超过人民币200万元", ["le"]),
        ("注册资本不低于人民币5000万元", ["ge"]),
        ("最高可给予1000万元支持", ["le"]),
        ("最高级别奖励10万元", ["eq"]),
        ("以50万元为上限", ["le"]),
        ("亩均税收20万元/亩以上", ["ge"]),
        ("投资超过3000万元（含）的", ["ge"]),
        ("投资超过3000万元（含3000万元）的", ["ge", "ge"]),
        ("投资低于3000万元（含）的", ["le"]),
        ("投资3000万元以上（不含）的", ["gt"]),
        ("投资3000万元以下（不含本数）的", ["lt"]),
        ("全年进出口总量 500 万元人民币及以上", ["ge"]),
        ("总面积达到500平方米以上的", ["ge"]),
        ("年度进出口额达 5 亿元、3 亿元、1 亿元", ["ge", "ge", "ge"]),
        ("三年内实际使用外资不低于 5000 万美元", ["le", "ge"]),
        ("新开工过亿元项目", ["gt"]),
        ("进出口额超过 500 万元", ["gt"]),
        ("不足 5 万元", ["lt"]),
        ("居全区前三位", ["le"]),
        ("不低于前两名", ["le"]),
        ("第一名", ["eq"]),
        ("每年最高不超过10万元", ["le"]),
        ("给予最高50%的补助", ["le"]),
        ("给予最低500万元扶持资金", ["ge"]),
        ("最高补助 2 万元", ["le"]),
        ("奖励 15 万元", ["eq"]),
        ("5000 万元以下", ["le"]),
        ("300 万美元及以下、300-1000 万美元（含 1000 万美元）、1000 万美元以上", ["le", "gt", "le", "le", "gt"]),
        ("300 万元以上", ["ge"]),
        ("租期不得超过3个月", ["le"]),
        ("累计不超过3次", ["le"]),
        ("总额不能超过500万元", ["le"]),
        ("经营满一年", ["ge"]),
        ("未满18周岁", ["lt"]),
        ("每满一万人奖励一万元", ["eq", "eq"]),
        ("每超过1亿元给予100万元", ["eq", "eq"]),
        ("突破1.5亿元", ["gt"]),
        ("客房不得少于30间", ["ge"]),
        ("35周岁以下（不含35周岁）", ["lt", "eq"]),
        ("100张（含）以上", ["ge"]),
        ("1000万元以上（不含1000万元）", ["gt", "eq"]),
        ("最长不超过2年", ["le"]),
        ("不大于5%", ["le"]),
        ("最高限额由50万元提高至80万元", ["le", "le"]),
        ("门槛由不低于500亩降低到300亩", ["ge", "ge"]),
        ("产值1000万元的，奖励提高到5万元", ["eq", "eq"]),
        # A bracket that says the number again: neither an end of the range nor another bound.
        ("年收入50万元至100万元（不含100万元）的", ["ge", "lt", "eq"]),
        ("年收入50万元（含50万元）至100万元的", ["ge", "ge", "le"]),
        ("年收入50万元（不含50万元）至100万元的", ["gt", "eq", "le"]),
        ("租期3年（不含3年）以上、9年（含9年）以下", ["gt", "eq", "le", "le"]),
        ("年收入80万元以上（含80万）", ["ge", "ge"]),
        ("投资80万元（含税）以上", ["ge"]),
        ("租期3年（不含3年）以下；租期3年以上", ["lt", "eq", "ge"]),
        # The band up to 80 includes 80 where the next one is above it, and not where that is of 80 and more.
        ("年收入20万元至80万元的；超过80万元的", ["ge", "le", "gt"]),
        ("年收入20万元至80万元的；80万元以上的", ["ge", "lt", "ge"]),
        ("年收入20万元至80万元的；超过80万元（含）的", ["ge", "lt", "ge"]),
        ("年收入20万元至80万元的；80万元（不含）至120万元的", ["ge", "le", "gt", "le"]),
        ("第四名至第十名的", ["ge", "le"]),
        ("第4至第10名", ["ge", "le"]),
        ("超出10万元部分", ["gt"]),
        ("逾10万元的", ["gt"]),
        ("下限为10万元", ["ge"]),
    ],
)
def test_direction(sentence: str, operators: list[str]) -> None:
    """Boundary words include the number or not, each by itself; 以上 is strict where a band before includes it."""
    found = scan(sentence)

    assert [direction(sentence, found, index, BOUNDS) for index in range(len(found))] == operators


@pytest.mark.parametrize(
    "text",
    [
        "“十三五”规划",
        "“十四五”期间",
        "三五家企业",
        "七八个",
        "十百",
        "给予002元",
        "1万5元",
        "三分之二",
        "10余家",
        "几十万元",
        "若干万元",
        "数十家",
        "一年半",
    ],
)
def test_what_is_no_number(text: str) -> None:
    """What is written like a number and cannot be read with certainty is found, and equals no number at all."""
    (numeral,) = scan(text)

    assert numeral.value.is_nan()
    assert numeral.unit == ""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("奖励（万元）", []),
        ("单位：万元", []),
        ("名称\t奖励（万元）\n一\t7", ["1 ", "70000 CNY"]),
        ("名称\t比例（%）\t人次（万人次）\n甲\t7.5\t3", ["0.075 share", "30000 count"]),
        ("名称\t标准（元/亩）\n甲\t300", ["300 "]),
        ("名称\t奖励（万元）\n甲\t7万元", ["70000 CNY"]),
        ("名称\t奖励\n甲（万元）\t7", ["7 "]),
        # With more around it it is a number.
        ("投资（亿元以上）", ["100000000 CNY"]),
        ("奖励翻倍", ["2 fold"]),
    ],
)
def test_units_in_heads(text: str, read: list[str]) -> None:
    """A unit by itself is no number; in the head of a column it is that of the numbers below it."""
    assert [f"{n.value.normalize():f} {n.unit}" for n in scan(text)] == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("超过美元100万", ["1000000 USD"]),
        ("不低于US$ 500万", ["5000000 USD"]),
        ("人民币2亿元", ["200000000 CNY"]),
        ("￥5万", ["50000 CNY"]),
        ("人民币1至3万元", ["10000 CNY", "30000 CNY"]),
        ("人民币1万至3万元", ["10000 CNY", "30000 CNY"]),
        # What stands before a number is the unit of the one before it.
        ("每1美元0.02元", ["1 USD", "0.02 CNY"]),
        ("单位：人民币万元", []),
        # Of another currency, or of two at once, it is no number that could be paid.
        ("不超过港币30万元", ["NaN "]),
        ("不超过30万元港币", ["NaN "]),
        ("奖励30万港元", ["NaN "]),
        ("HK$30万", ["NaN "]),
        ("€5万", ["NaN "]),
        ("$1,000万元", ["NaN "]),
        ("人民币100万美元", ["NaN "]),
        ("人民币3年期贷款", ["3 year"]),
    ],
)
def test_currencies_before_a_number(text: str, read: list[str]) -> None:
    """The name of a currency before a number is its unit, and never another than the one behind it."""
    assert [f"{n.value.normalize():f} {n.unit}" if n.value.is_finite() else "NaN " for n in scan(text)] == read


@pytest.mark.parametrize(
    ("sentence", "operator"),
    [
        ("超过人民币500万元的", "gt"),
        ("不低于 RMB 500万元的", "ge"),
        ("不超过US$500万的", "le"),
        ("达到人民币500万元（含500万元）以上的", "ge"),
        ("超过￥500万元（含）的", "ge"),
    ],
)
def test_bounds_before_a_currency(sentence: str, operator: str) -> None:
    """The words that bound a number stand before its currency."""
    assert direction(sentence, scan(sentence), 0, BOUNDS) == operator


@pytest.mark.parametrize("text", ["500多万元", "三百余万元"])
def test_more_than_so_much(text: str) -> None:
    """Neither the number before 多 and 余 nor the 万 behind it is one: 500多万元 is not 10,000 yuan."""
    assert all(numeral.value.is_nan() for numeral in scan(text))


@pytest.mark.parametrize(
    ("sentence", "operator"),
    [
        ("给予不超过其实际支出30%的补助", "le"),
        ("最高给予其实际支出30%的补助", "le"),
        ("研发费用超过营业收入的5%", "gt"),
        ("按超过部分的5%给予奖励", "eq"),
        ("对超过1000万元部分的10%给予补助", "eq"),
        ("对收入超过上年的企业给予5%奖励", "eq"),
    ],
)
def test_direction_of_a_share(sentence: str, operator: str) -> None:
    """A word bounds the share at some distance, unless it says of which part it is a share, or bounds a sum."""
    share = next(numeral for numeral in scan(sentence) if numeral.unit == "share")

    assert direction_of_share(sentence, share, BOUNDS) == operator
