"""Texts as people write them into tables, with what a person says that each means, or without."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

__all__ = ["MARK", "MORE", "TABLE", "R"]

MARK = "¦"
"""What parts the texts of a line."""


class R(str):
    """The rule by which a text is refused."""

    __slots__ = ()


D = Decimal
TABLE: list[tuple[str, str, object]] = [
    ("money", "5000000", D(5000000)),
    ("money", "5,000,000", D(5000000)),
    ("money", "５００００００", D(5000000)),
    ("money", "1,234.5", D("1234.5")),
    ("money", "12000.00", D(12000)),
    ("money", "007", R("leading-zeros")),
    ("money", "+5", D(5)),
    ("money", "\u00a05000\u3000", D(5000)),
    ("money", "600万元", D(6000000)),
    ("money", "6.5 亿元", D(650000000)),
    ("money", "¥5000", D(5000)),
    ("money", "￥5000元", D(5000)),
    ("money", "1.23450", D("1.2345")),
    ("money", "999999999999999.9999", D("999999999999999.9999")),
    ("money", "0", D(0)),
    ("money", "", None),
    ("money", "  ", None),
    ("money", "-", None),
    ("money", "——", None),
    ("money", "不清楚", None),
    ("money", "暂无", None),
    ("money", "n/a", R("value-not-a-number")),
    ("money", "无", R("value-not-a-number")),
    ("money", ".5", R("value-not-a-number")),
    ("money", "5000000.", R("value-not-a-number")),
    ("money", "约6000", R("value-not-a-number")),
    ("money", "5 000", R("value-not-a-number")),
    ("money", "五百万", D(5000000)),
    ("money", "五百万元", D(5000000)),
    ("money", "壹仟贰佰万", D(12000000)),
    ("money", "一亿零五十万", D(100500000)),
    ("money", "1.2亿", D(120000000)),
    ("money", "三万五", R("value-not-a-number")),
    ("money", "五百余万", R("value-not-a-number")),
    ("money", "约五百万", R("value-not-a-number")),
    ("money", "NaN", R("value-not-a-number")),
    ("money", "1–2", R("value-not-a-number")),
    ("money", "②", R("value-not-a-number")),
    ("money", "600万", D(6000000)),
    ("money", "￥600万", D(6000000)),
    ("money", "$600万", R("wrong-unit")),
    ("money", "600余万", R("unknown-unit")),
    ("money", "600*", R("value-not-a-number")),
    ("money", "600万元＊", R("value-not-a-number")),
    ("money", "六百万元*", R("value-not-a-number")),
    ("money", "600：", R("value-not-a-number")),
    ("money", "5²", R("unknown-unit")),
    ("money", "5000美元", R("wrong-unit")),
    ("money", "5,00", R("unclear-separator")),
    ("money", "5e6", R("scientific-form")),
    ("money", "1" * 41, R("number-too-long")),
    ("money", "1" * 40, R("EnterpriseYear-tradeCNY")),
    ("money", "1000000000000000", R("EnterpriseYear-tradeCNY")),
    ("money", "1.23456", R("EnterpriseYear-tradeCNY")),
    ("money", "-5", R("EnterpriseYear-tradeCNY")),
    ("money", "−5", R("EnterpriseYear-tradeCNY")),
    ("dollars in 10,000", "70", D(700000)),
    ("dollars in 10,000", "70.123456", D("701234.56")),
    ("dollars in 10,000", "70.12345678", D("701234.5678")),
    ("dollars in 10,000", "70万美元", D(700000)),
    ("dollars in 10,000", "70万", R("multiple-twice")),
    ("dollars in 10,000", "七十", D(700000)),
    ("dollars in 10,000", "七十万美元", D(700000)),
    ("dollars in 10,000", "1,000", D(10000000)),
    ("dollars in 10,000", "700000美元", R("units-disagree")),
    ("dollars in 10,000", "70.123456789", R("EnterpriseYear-priorTradeUSD")),
    ("dollars in 10,000", "100000000000", R("EnterpriseYear-priorTradeUSD")),
    ("mu", "0.75", D(500)),
    ("mu", "500平方", R("units-disagree")),
    ("mu", "1.5亩", D(1000)),
    ("mu", "1", R("unit-not-converted")),
    ("rate", "6.8976", D("6.8976")),
    ("rate", "6.8976元/美元", D("6.8976")),
    ("rate", "1000", R("EnterpriseYear-usdCnyRate")),
    ("rank", "2", 2),
    ("rank", "第2名", 2),
    ("rank", "第二名", 2),
    ("rank", "十二", 12),
    ("rank", "2.0", 2),
    ("rank", "2.5", R("value-not-whole")),
    ("rank", "前三", R("rank-range")),
    ("rank", "0", R("EnterpriseYear-tradeRank")),
    ("rank", "9" * 20, R("EnterpriseYear-tradeRank")),
    ("truth", "是", True),
    ("truth", "√", True),
    ("truth", "1", True),
    ("truth", "ＹＥＳ", True),
    ("truth", "tRuE", True),
    ("truth", "属于", True),
    ("truth", "不属于", False),
    ("truth", "符合", True),
    ("truth", "不符合", False),
    ("truth", "否", False),
    ("truth", " 不 是", False),
    ("truth", "0", False),
    ("truth", "☑是 □否", True),
    ("truth", "□是　☑否", False),
    ("truth", "■有/□无", True),
    ("truth", "是（　） 否（√）", False),
    ("truth", "√是 否", True),
    ("truth", "是 否√", False),
    ("truth", "[x] No [ ] Yes", False),
    ("truth", "□是 □否", None),
    ("truth", "□是 □否 ☑不清楚", None),
    ("truth", "是 √否", R("value-not-a-truth")),
    ("truth", "是√ 否", R("value-not-a-truth")),
    ("truth", "☑是 ☑否", R("value-not-a-truth")),
    ("truth", "☑是 ☒否", R("value-not-a-truth")),
    ("truth", "☑生产型 □流通型", R("value-not-a-truth")),
    ("truth", "是/否", R("value-not-a-truth")),
    ("truth", "□是", R("value-not-a-truth")),
    ("truth", "待定", None),
    ("truth", "待认定", None),
    ("truth", "正在办理", None),
    ("truth", "-1", R("value-not-a-truth")),
    ("truth", "-0", R("value-not-a-truth")),
    ("truth", "n-o", R("value-not-a-truth")),
    ("truth", "y e s", R("value-not-a-truth")),
    ("truth", "是否", R("value-not-a-truth")),
    ("period", "2020", "2020"),
    ("period", "2020年", "2020"),
    ("period", "2020.0", "2020"),
    ("period", "二〇二〇年", "2020"),
    ("period", "2020年1月至12月", "2020"),
    ("period", "2020.01-2020.12", "2020"),
    ("period", "2020年1-11月", R("value-not-a-period")),
    ("period", "2020.5", R("date-without-day")),
    ("period", "２０２０", "2020"),
    ("period", "2020 年度", "2020"),
    ("period", "2020-11-05", "2020-11-05"),
    ("period", "2020/11/5", "2020-11-05"),
    ("period", "2020年2月29日", "2020-02-29"),
    ("period", "2021-02-29", R("date-not-in-calendar")),
    ("period", "05/11/2020", R("ambiguous-date")),
    ("period", "2020-11", R("date-without-day")),
    ("period", "1850", R("year-out-of-range")),
    ("period", "2150", R("Record-period")),
    ("period", "", R("Record-period")),
    ("period", "明年", R("value-not-a-period")),
    ("period", "2020-2021", R("value-not-a-period")),
    ("name", " 甲  公司\u00a0", "甲 公司"),
    ("name", "合计公司", "合计公司"),
    ("name", "合计甲乙", R("maybe-total-row")),
    ("name", "合计", R("total-row")),
    ("name", "合 计", R("total-row")),
    ("name", "ＴＯＴＡＬ", R("total-row")),
    ("name", "", R("Record-subject")),
    ("name", "\u3000", R("Record-subject")),
    ("credit code", "91370402MA0000015R", "91370402MA0000015R"),
    ("credit code", "91370402 ma0000015r", "91370402MA0000015R"),
    ("credit code", "９１３７０４０２ＭＡ００００１５Ｒ", R("Subject-creditCode")),
    ("credit code", "９１３７０４０２ＭＡ０００００１５Ｒ", "91370402MA0000015R"),
    ("credit code", "-", None),
    ("credit code", "91370402MA0000015X", R("credit-code-check")),
    ("credit code", "91370402MA000001OR", R("Subject-creditCode")),
    ("credit code", "9.13704E+17", R("number-lost-digits")),
    ("division", "370 402", "370402"),
    ("division", "３７０４０２", "370402"),
    ("division", "不详", None),
    ("division", "3704", R("Subject-division")),
    ("code", "intermediary", "intermediary"),
    ("code", "中介机构", "intermediary"),
    ("code", "社会 组织", "socialOrganisation"),
    ("code", "OTHER", "other"),
    ("code", "o-ther", R("unknown-code")),
    ("code", "中介", R("unknown-code")),
    ("code", "用人单位", R("ProjectReferral-referrerKind")),
    ("day", "2020-03-01", date(2020, 3, 1)),
    ("day", "2020/3/1", date(2020, 3, 1)),
    ("day", "20200301", date(2020, 3, 1)),
    ("day", "2020年3月31日", date(2020, 3, 31)),
    ("day", "2020-03-01T08:00:00Z", date(2020, 3, 1)),
    ("day", "2020-02-30", R("date-not-in-calendar")),
    ("day", "1/3/2020", R("ambiguous-date")),
    ("day", "2020年3月", R("date-without-day")),
    ("day", "43891", R("value-not-a-date")),
    ("day", "1899-12-31", R("year-out-of-range")),
    ("class", "1", 1),
    ("class", "一类", 1),
    ("class", "二 类", 2),
    ("class", "Class 3", 3),
    ("class", "4.0", 4),
    ("class", "5", R("TaxRefund-refundClass")),
    ("class", "-1", R("TaxRefund-refundClass")),
    ("class", "3类", R("unknown-unit")),
    ("list", "national", ("national",)),
    ("list", "国家级；泰山系列人才工程", ("national", "taishan")),
    ("list", "national;national", ("national",)),
    ("list", " taishan ; ", ("taishan",)),
    ("list", "-", None),
    ("list", ";", R("empty-list")),
    ("list", "national,taishan", R("unknown-code")),
    ("count", "5个", 5),
    ("count", "1,000", 1000),
    ("count", "999999999999999", 999999999999999),
    ("count", "9" * 19, R("ZoneAssessment-zoneCount")),
    ("count", "五", 5),
    ("id", "007", "007"),
    ("id", " A  2 ", "A 2"),
    ("id", "合计", R("total-row")),
    ("id", "注：未报", R("remark-row")),
]
"""What a person says that a text means: a value, nothing, or the rule by which it is refused."""

MORE: dict[str, list[str]] = {
    "money": (
        "00¦-0¦5.¦0.0¦1 000¦1，000¦5元¦5万 元¦人民币5元¦US$5¦5,000元¦12,34,567¦1E5¦0x10¦Ⅻ¦5\u200b¦\ufeff5¦5%"
        "¦5 ~ 6¦五¦true¦是¦2020-01-01¦1.¦1..2¦1.2.3¦--5¦+-5¦5-¦5 元¦$5¦N/A¦无¦null¦00.5¦1000000¦0.00001"
        "¦0.0001¦123456789012345.6789¦1234567890123456"
    ).split(MARK),
    "dollars in 10,000": "0¦¦-¦-1¦$70¦70元¦70万元¦7 0¦.7¦99999999999.9999¦0.00000001¦1,000.5¦７０".split(MARK),
    "mu": "¦0¦3¦3平方米¦-3¦0.3¦15¦亩¦０．７５".split(MARK),
    "rate": "7¦0¦10¦999.9999¦6.89765¦6.9元¦-1¦CNY/USD 6.9".split(MARK),
    "rank": "第 3 名¦3名¦top 3¦Top10¦二十一¦十¦零¦第一百名¦并列2¦2位¦2家¦02¦+2¦-1¦1e1¦第¦No.2¦２".split(MARK),
    "truth": (
        "有¦没有¦Y¦n¦✓¦☒¦x¦X¦2¦01¦1.0¦T¦f¦on¦不知道¦N/A¦是。¦“是”¦T R U E¦是1¦true false¦_1¦1-¦１¦yes\u00a0"
    ).split(MARK),
    "period": (
        "20¦202¦20200¦2020.0¦2020 ¦ 2020¦2020Q1¦2020-11-5¦2020-1-1 08:30¦2020.11.5¦20201105¦2020年11月"
        "¦2020年度上半年¦二〇二〇¦1900¦2199¦2200¦1899-01-01¦2000-02-29¦1900-02-29¦2020-13-01¦-¦不清楚"
        "¦2020-11-05T00:00:00.000Z¦２０２０／１１／０５"
    ).split(MARK),
    "name": (
        "规上企业.¦规上-企业¦某_公司¦个0279.¦甲-乙公司"
        "¦A B¦A\tB¦总计¦grand total¦Sum¦SUM.¦小计：¦*合计*¦合计（2家）¦注：x¦-¦\u200b¦⾦合计¦合計"
        "¦甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲甲"
        "¦ ¦\u2003甲"
    ).split(MARK),
    "credit code": (
        "91370402ma0000015r¦91370402-MA0000015R¦913704¦91370402MA0000015R1¦中文代码¦９¦待核¦无"
        "¦\t91370402MA0000015R¦91370402MA0000015中"
    ).split(MARK),
    "division": "370402¦37O402¦3704020¦370402000000¦370402.0¦-¦370403¦ 370402¦市中区".split(MARK),
    "code": (
        "¦-¦未知¦其他¦other ¦项目企业自身¦THE PROJECT ENTERPRISE ITSELF¦the project  enterprise itself"
        "¦social-organisation¦socialorganisation¦1¦是¦中介机构;其他¦employer"
    ).split(MARK),
    "day": (
        "¦-¦不详¦2020¦2020-3-1¦2020.03.01¦2020年3月1号¦2020-03-01 12:00¦3月1日¦2020-02-29¦2021-02-29"
        "¦20200230¦2020/13/1¦2020-03-01Z¦昨天¦20-03-01¦2199-12-31¦2200-01-01"
    ).split(MARK),
    "class": "¦-¦2¦２¦１类¦Class  1¦class1¦0¦1.5¦一¦第一类¦A类¦999999999999999999999999999999¦1\u00a0¦四类".split(MARK),
    "list": (
        "¦national;taishan;zaozhuang¦；¦; ;¦国家级;国家级¦国家级、泰山系列人才工程¦taishan；national¦未知¦national;-"
        "¦NATIONAL¦na-tional¦枣庄英才集聚工程 ; national¦national;;taishan"
    ).split(MARK),
    "count": "¦0¦1¦5名¦5家¦-5¦５¦5.0¦5.5¦1,00¦10^3¦1e3¦-".split(MARK),
    "id": (
        "A-1¦甲-1¦a/b¦A\tB¦\u3000Z¦小计¦Total¦note: x¦NOTE1: x¦ｎｏｔｅ：x¦说明1、¦说明¦注册-1¦id¦1.0"
        "¦xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "¦合计1"
    ).split(MARK),
}
"""More texts, which every command must take alike, whatever they mean."""
