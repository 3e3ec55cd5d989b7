"""Forms as offices keep them, through check, mend and apply as a clerk takes them: all data are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deciders import decider_with
from policykb.model import Finding
from policykb.readers import Reading
from sheets.clerk import Clerk, sheet_of
from sheets.reading import save

MOST_MENDS = 12


@dataclass(frozen=True)
class Form:
    """A form: its sheet, what the clerk alone knows, the findings to be mended, and the decisions worked out by hand.

    `decided` has by the name of a subject and a clause the least and the most that it grants, in whole units of its
    currency, or the status where it grants nothing.
    """

    name: str
    sheet: str
    text: str
    decided: Mapping[tuple[str, str], tuple[int, int | None] | str]
    mended: tuple[str, ...] = ()
    unit: str = ""
    knows: Mapping[str, object] = field(default_factory=dict)


FORMS = (
    Form(
        "two lines of header by year",
        "企业年度情况",
        """
        >9 市中区外贸企业进出口情况表
        >9 单位：万元
        ^2 序号|^2 企业名称|^2 统一社会信用代码|^2 年度|^2 生产型企业|>3 进出口总额|^2 全区名次
        |||||2020年|2019年|同比（%）
        1|枣庄虚构甲公司|91370402MA0000015R|2020|是|约62000|50000|24|1
        2|枣庄虚构乙公司|91370402MA0000023L|2020|是|5200|5000|4|4
        |全区合计||||67200|55000|22|
        """,
        # 620 million yuan, more than the year before: 300,000; the first place: 150,000. 52 million: 100,000.
        {
            ("枣庄虚构甲公司", "art-01-volume"): (300_000, 300_000),
            ("枣庄虚构甲公司", "art-01-rank"): (150_000, 150_000),
            ("枣庄虚构乙公司", "art-01-volume"): (100_000, 100_000),
            ("枣庄虚构乙公司", "art-01-rank"): "not-eligible",
        },
        ("value-not-a-number",),
        knows={"F5": 62000},
    ),
    Form(
        "sub-totals by town",
        "企业年度情况",
        """
        企业名称|统一社会信用代码|年度|生产型企业|进出口总额（万元）|上年进出口总额
        光明路街道||2020||36200|33000
        枣庄虚构甲公司|91370402MA0000015R|2020|是|6200|3000
        枣庄虚构乙公司|91370402MA0000023L|2020|是|30000|30000
        西王庄镇||2020||999|900
        枣庄虚构丙公司|91370402MA0000031F|2020|否|900|800
        """,
        # 62 million and growing: 100,000. 300 million, but no more than the year before; 9 million is in no tier.
        {
            ("枣庄虚构甲公司", "art-01-volume"): (100_000, 100_000),
            ("枣庄虚构乙公司", "art-01-volume"): "not-eligible",
            ("枣庄虚构丙公司", "art-01-volume"): "not-eligible",
        },
        ("unit-not-shown", "area-row", "area-row"),
        unit="万元",
    ),
    Form(
        "a list of warehouses with the units in the title",
        "企业年度情况",
        """
        >8 2020年海外仓情况表（单位：万元、平方米）
        序号|企业名称|年度|跨境电商企业|纳统企业|海外仓名称|海外仓面积|海外仓投资额
        1|枣庄虚构甲公司|2020|是|是|美西仓|300|20
        2|枣庄虚构甲公司|2020|是|是|德国仓|300|25
        3|枣庄虚构乙公司|2020|是|是|迪拜仓|480|60
        """,
        # 600 square metres and 450,000 yuan: a tenth of it. 480 square metres are too few.
        {
            ("枣庄虚构甲公司", "art-05-warehouse"): (45_000, 45_000),
            ("枣庄虚构乙公司", "art-05-warehouse"): "not-eligible",
        },
        ("differing-record",),
        knows={"G3": 600, "H3": 45},
    ),
    Form(
        "a title of half a year above figures of the whole, and a bare 上年同期",
        "企业年度情况",
        """
        >5 2020年上半年外贸企业情况表
        企业名称|年度|生产型企业|进出口总额（万元）|上年同期（万元）
        枣庄虚构甲公司|2020|是|12000|11000
        """,
        {("枣庄虚构甲公司", "art-01-volume"): (150_000, 150_000)},  # 120 million yuan and growing
        ("column-unnamed", "title-other-period"),
        knows={"E2": "上年进出口总额（万元）"},
    ),
    Form(
        "a list of exhibitions",
        "参展",
        """
        >9 2020年度境外参展企业名单
        序号|参展企业|展会名称|日期|境外展会|已备案|已认定|展位费（万元）|备注
        1|枣庄虚构甲公司|汉诺威工业展|2020年11月|是|是|是|5左右|
        2|枣庄虚构乙公司|大阪展|2020-12-01|是|是|是|8|
        3|枣庄虚构丙公司|线上展|2020-12-02|否|是|是|1|
        合计|||||||14|
        """,
        # 30 % of 50,000; 30 % of 80,000 is more than the 20,000 at most; at home there is none.
        {
            ("枣庄虚构甲公司", "art-02-exhibition"): (15_000, 15_000),
            ("枣庄虚构乙公司", "art-02-exhibition"): (20_000, 20_000),
            ("枣庄虚构丙公司", "art-02-exhibition"): "not-eligible",
        },
        ("date-without-day", "unknown-unit"),
        knows={"D3": "2020-11-12", "H3": 5},
    ),
    Form(
        "a list of talent",
        "人才引进",
        """
        >6 2020年高层次人才引进名单
        序号|用人单位|姓名|日期|全职引进|级别
        1|枣庄虚构甲公司|张甲|2020-10-08|是|国家级
        2|规上企业|李乙|2020-10-09|是|国家级
        3|枣庄虚构丙公司|王丙|2020-10-10|否|国家级
        """,
        # 2,000,000 for the one hired full-time; the other is not.
        {
            ("枣庄虚构甲公司", "art-26-hire"): (2_000_000, 2_000_000),
            ("枣庄虚构丙公司", "art-26-hire"): "not-eligible",
        },
        ("name-not-a-name",),
    ),
    Form(
        "a register of platforms, with a line in English and a row of column numbers",
        "平台载体",
        """
        序号|单位名称|年度|成功创建|级别
        No.|Name|Year|Established|Level
        1|2|3|4|5
        1|枣庄虚构甲公司|2020|是|国家级
        2|枣庄虚构乙公司|2020年（拟）|是|省部级
        注：级别以批文为准
        """,
        # A national platform 500,000, a provincial one 200,000.
        {
            ("枣庄虚构甲公司", "art-26-platform"): (500_000, 500_000),
            ("枣庄虚构乙公司", "art-26-platform"): (200_000, 200_000),
        },
        ("value-not-a-period",),
        knows={"C5": 2020},
    ),
    Form(
        "foreign capital, with a line of units below the names",
        "外资项目年度",
        """
        ^2 企业名称|^2 年度|^2 境外投资企业|>2 外资情况
        |||实际使用外资|实际到账外资
        |||>2 万美元
        枣庄虚构甲公司|2020|是|300|300
        枣庄虚构乙公司|2020|是|1200|1200
        """,
        # 3 million dollars: 3 %, 90,000; 12 million: 5 %, 600,000.
        {
            ("枣庄虚构甲公司", "art-10-foreign-capital"): (90_000, 90_000),
            ("枣庄虚构乙公司", "art-10-foreign-capital"): (600_000, 600_000),
        },
    ),
    Form(
        "an assessment of towns",
        "镇街考核",
        """
        >7 2020年度镇街单项考核结果
        名次|单位名称|年度|镇街|位居前列|成效突出|进步明显
        1|光明路街道|2020|是|是|是|否
        2|西王庄镇|2020|是|是|否|否
        """,
        # One town that stands out gets 200,000.
        {("光明路街道", "art-29-town"): (200_000, 200_000), ("西王庄镇", "art-29-town"): "not-eligible"},
    ),
    Form(
        "yuan and dollars below a line that says 万元",
        "企业年度情况",
        """
        >7 单位：万元
        ^2 企业名称|^2 年度|^2 生产型企业|>2 人民币|>2 美元
        |||进出口总额|上年进出口总额|进出口总额|上年进出口总额
        枣庄虚构甲公司|2020|是|6200|5600|900|800
        """,
        # One million dollars more than the year before, 0.02 yuan each: 20,000. 62 million yuan and growing: 100,000.
        {
            ("枣庄虚构甲公司", "art-01-growth"): (20_000, 20_000),
            ("枣庄虚构甲公司", "art-01-volume"): (100_000, 100_000),
        },
        ("unit-beside-line",),
    ),
    Form(
        "a fee merged over two enterprises",
        "企业年度情况",
        """
        企业名称|年度|传统外贸企业|通过跨境电商平台销售|平台服务费（元）
        枣庄虚构甲公司|2020|是|是|^2 100000
        枣庄虚构乙公司|2020|是|是|
        """,
        # Up to half of 80,000, and of 20,000.
        {
            ("枣庄虚构甲公司", "art-05-platform-fee"): (0, 40_000),
            ("枣庄虚构乙公司", "art-05-platform-fee"): (0, 10_000),
        },
        ("merged-value",),
        knows={"E2": 80000, "E3": 20000},
    ),
    Form(
        "a header that may mean the whole corporation",
        "企业年度情况",
        """
        ^2 企业名称|^2 年度|^2 生产型企业|>2 集团外贸（万元）
        |||进出口总额|上年进出口总额
        枣庄虚构甲公司|2020|是|31000|30000
        """,
        {("枣庄虚构甲公司", "art-01-volume"): (200_000, 200_000)},  # 310 million yuan and growing
        ("group-unclear", "unit-not-shown"),
        unit="万元",
    ),
    Form(
        "two tables side by side",
        "企业年度情况",
        """
        企业名称|年度|生产型企业|进出口总额（万元）|上年进出口总额（万元）||企业名称|年度|生产型企业|进出口总额（万元）|上年进出口总额（万元）
        枣庄虚构甲公司|2020|是|5000|4000||枣庄虚构乙公司|2020|是|50000|40000
        """,
        # 50 million and 500 million reach their tiers.
        {
            ("枣庄虚构甲公司", "art-01-volume"): (100_000, 100_000),
            ("枣庄虚构乙公司", "art-01-volume"): (300_000, 300_000),
        },
        ("tables-side-by-side",),
    ),
    Form(
        "a summary with unused rows, an example and a remark on a plan",
        "企业年度情况",
        """
        序号|企业名称|年度|生产型企业|进出口总额（万元）（预计）|上年进出口总额（万元）
        示例|某某公司|2020|是|1|1
        1|枣庄虚构甲公司|2020|是|11000|10000
        2|||否||
        3|||否||
        填表人：张三||||审核：李四|
        """,
        {("枣庄虚构甲公司", "art-01-volume"): (150_000, 150_000)},  # 110 million yuan and growing
        ("remark-unclear",),
    ),
)


def errors_of(reading: Reading) -> list[Finding]:
    """What must be mended, in the order of the sheet: what is said of a column before what is said of its rows."""
    kb = decider_with()
    found = [one for one in kb.apply(reading).findings if one.severity == "error"]
    return sorted(found, key=lambda one: (one.place.row or 0, one.place.index or 0))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_clerk_mends_a_form_and_decides_it(form: Form, tmp_path: Path) -> None:
    """Each mend obeyed literally, until nothing is left to mend: the decisions are those worked out by hand."""
    kb = decider_with()
    clerk = Clerk(sheet_of(form.sheet, form.text), form.unit, form.knows)
    path = tmp_path / "报表.xlsx"
    for _ in range(MOST_MENDS):
        reading = kb.read([save([clerk.sheet], path)])
        left = errors_of(reading)
        if not left:
            break
        clerk.obey(left[0])
    answer = kb.apply(reading)
    names = {record.id: record.name or "" for record in reading.records}
    told = {
        (names[one.record], one.clause): one.status if one.amount is None else (one.amount.min, one.amount.max)
        for one in answer.decisions
    }

    assert left == []
    assert {key: told[key] for key in form.decided} == form.decided
    assert sorted(set(names.values())) == sorted({name for name, _ in form.decided})
    assert tuple(sorted(clerk.done)) == tuple(sorted(form.mended))


def test_there_are_at_least_twelve_forms() -> None:
    """Forms of different kinds, most of which need a mend."""
    assert len(FORMS) >= 12
    assert sum(bool(form.mended) for form in FORMS) >= 10
