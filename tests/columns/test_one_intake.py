"""One intake: a file of tables means to `screen` what it means to `apply`, whether it is read as columns or not.

`POLICYKB_SHEETS` sets how many layouts are drawn, as for the reader of sheets.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import polars as pl
import pytest

from policykb.api import Policykb
from policykb.columns.engines import PolarsEngine
from policykb.columns.intake import take_in
from policykb.columns.opening import open_records
from policykb.columns.screen import Screening, screen
from policykb.columns.staging import read_source
from policykb.columns.texts import Readers
from policykb.errors import InputError
from policykb.records.check import check_records
from sheets.grammar import CHOICES, Layout, Look, alone, draw
from sheets.reading import save
from sheets.writer import write

KIND = "EnterpriseYear"
COUNT = int(os.environ.get("POLICYKB_SHEETS", "500")) // 20
OWN = ("period", "name", "creditCode", "division")
Taken = dict[str, object] | str
"""By its id what a record states, or the rules that it breaks; or the error that refuses the file."""


def by_apply(kb: Policykb, path: Path) -> Taken:
    """What `apply` reads."""
    try:
        reading = kb.read([path])
    except InputError as error:
        return error.id
    found = [*reading.all_findings(), *check_records(reading.records, kb.decider.record_rules, kb.vocabulary)]
    taken: dict[str, object] = {}
    for record in reading.records:
        own_findings = [*record.findings, *(one for one in found if one.record == record.id)]
        errors = {one.rule for one in own_findings if one.severity == "error"}
        own = (record.period, record.name, record.credit_code, record.division)
        facts = {name: list(value) if isinstance(value, tuple) else value for name, value in record.facts.items()}
        taken[record.id] = errors or {
            name: one for name, one in [*zip(OWN, own, strict=True), *facts.items()] if one is not None
        }
    return taken


def by_screen(kb: Policykb, path: Path, folder: Path) -> tuple[Taken, bool]:
    """What `screen` takes in, and whether it took columns as they are."""
    kind = kb.vocabulary.record_types[KIND]
    folder.mkdir()
    try:
        source = open_records(path, kind, kb.vocabulary, kb.decider.record_rules, folder)
    except InputError as error:
        return error.id, False
    engine, readers = PolarsEngine(), Readers.of(kind, kb.vocabulary, kb.decider.record_rules, path.name)
    items, refusals = source.header.items, source.refusals
    staged, texts = (source, {}) if refusals else read_source(engine, source, readers, folder / "read")
    raw = engine.table("raw", staged.scan())
    intake = take_in(engine, raw, items, readers, source.titles if refusals else texts, is_judged=refusals is not None)
    marks = {f"broken:{n}": check.broken.coalesce(False) for n, check in enumerate(intake.checks)}
    taken: dict[str, object] = {}
    for row in engine.frame(intake.table.mutate(**marks)).collect().rows(named=True):
        broken = [check for n, check in enumerate(intake.checks) if row[f"broken:{n}"]]
        rules = {check.rule.id for check in broken if check.rule}
        for check in broken:
            if not check.rule:
                key = row[f"refused:{check.item}"]
                rules |= set((refusals or texts[check.item]).wordings([key])["rule"].to_pylist())
        stated = {
            name: value for name, value in row.items() if ":" not in name and name != "record" and value is not None
        }
        taken[row["record"]] = rules or stated
    return taken, refusals is None


def plainly(layout: Layout) -> Layout:
    """A layout as most systems export it, in which only a few things are unusual."""
    usual = {place: options[0] for place, options in CHOICES.items()}
    some = random.Random(layout.seed).sample(["totals", "further", "names", "numbers", "rest", "unit"], 1)
    return Layout({**usual, **{place: layout.choices[place] for place in some}}, layout.seed)


@pytest.mark.proof
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_drawn_layouts(suffix: str, shipped: Policykb, tmp_path: Path) -> None:
    """The same records with the same values, the same errors of the same records, or the same refusal."""
    differing, plain = [], 0
    for seed in range(2 * COUNT):
        layout = draw(seed) if seed % 2 else plainly(draw(seed))
        layout = Layout({**layout.choices, "sheets": "one"}, layout.seed)  # one type of record is screened at a time
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = save(write(layout), folder / f"企业年度情况{suffix}")
        taken, is_plain = by_screen(shipped, path, folder / "staging")
        plain += is_plain
        if taken != by_apply(shipped, path):
            differing.append(f"{layout}: {taken} is not {by_apply(shipped, path)}")

    assert differing == []
    assert (plain > COUNT / 4) == (suffix == ".csv")


CODES = ("91370402MA0000015R", "91370402MA0000023L", "91370402MA0000031F", "91370402MA000004X7", "91370402MA00003650")
TITLES = "id,年度,企业名称,统一社会信用代码,生产型企业,进出口总额,上年进出口总额"
LINES = [f"{n},2020,枣庄虚构{n}公司,{code},是,{ord(n)}0000,500" for n, code in zip("abcde", CODES, strict=True)]


def _numbered(numbers: str) -> list[str]:
    """Lines that begin with running numbers instead of ids."""
    return [f"{number}{line[1:]}" for number, line in zip(numbers, LINES, strict=False)]


ODD: dict[str, tuple[str, list[str]]] = {
    "plain": (TITLES, LINES),
    "a title above": ("企业年度情况\n" + TITLES, LINES),
    "a unit above": ("单位：万元\n" + TITLES, LINES),
    "a unit below": (TITLES, [*LINES, "单位：万元"]),
    "a blank line": (TITLES, [*LINES[:2], "", *LINES[2:]]),
    "a line for spreadsheets": ("sep=,\n" + TITLES, LINES),
    "semicolons": (TITLES.replace(",", ";"), [line.replace(",", ";") for line in LINES]),
    "tabs": (TITLES.replace(",", "\t"), [line.replace(",", "\t") for line in LINES]),
    "thousands apart": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,,是,1,234,567,500"]),
    "thousands in quotes": (TITLES, [*LINES, 'f,2020,枣庄虚构己公司,,是,"1,234,567",500']),
    "a short line": (TITLES, [*LINES, "f,2020,枣庄虚构己公司"]),
    "a total": (TITLES, [*LINES, ",2020,合计,,,4950000,2500"]),
    "a total with an id": (TITLES, [*LINES, "f,2020,全区合计,,,4950000,2500"]),
    "a total in no column of names": (TITLES, [*LINES, "合计,,,,,4950000,2500"]),
    "a total by arithmetic": (TITLES, [line[1:] for line in [*LINES, "f,2020,全区企业,,,4950000,2500"]]),
    "an example": (TITLES, ["f,2020,（示例）某公司,,是,1,1", *LINES]),
    "a remark": (TITLES, [*LINES, "注：以上为快报数"]),
    "the header again": (TITLES, [*LINES[:3], TITLES, *LINES[3:]]),
    "another table": (TITLES, [*LINES, "", "企业名称,年度,进出口总额（万元）", "枣庄虚构己公司,2020,7"]),
    "a table of other things": (TITLES, [*LINES, "序号,月份,镇街,电话,是否,金额,备注", "1,2020,光明路街道,5,是,7,8"]),
    "a name that is a header": (TITLES, [*LINES, "f,2020,企业名称,,是,1,1"]),
    "a name that is none": (TITLES, [*LINES, "f,2020,同上,,是,1,1"]),
    "a remark of less than a year": (
        TITLES + ",备注",
        [f"{line},{beside}" for line, beside in zip(LINES, ("", "上半年数", "3月份注册", "", "2020年Q3"), strict=True)],
    ),
    "a remark of a forecast": (TITLES + ",备注", [f"{line},{'forecast' * (line[0] == 'b')}" for line in LINES]),
    "a remark of another year": (TITLES + ",备注", [f"{line},{'上年数' * (line[0] == 'b')}" for line in LINES]),
    "a remark of days": (TITLES + ",备注", [f"{line},{'20200101-20201031' * (line[0] == 'b')}" for line in LINES]),
    "remarks of other things": (TITLES + ",备注", [f"{line},2020年3月成立" for line in LINES]),
    "a void row": (TITLES, [*LINES, "f,2020,枣庄虚构己公司（作废）,,是,1,1"]),
    "a row filled in beforehand": (TITLES, [*LINES, ",2020,,,否,0,"]),
    "one subject twice": (TITLES, [*LINES, LINES[0].replace("a,", "f,", 1).replace("000000", "1")]),
    "one subject in two spellings": (TITLES, ["f,2020,枣庄虚构（己）公司,,是,1,1", "g,2020,枣庄虚构(己) 公司,,是,2,1"]),
    "a period of words": (TITLES, [*LINES, "f,二〇二〇年上半年,枣庄虚构己公司,,是,1,1"]),
    "a year in Chinese digits": (TITLES, [*LINES, "f,二〇二〇年,枣庄虚构己公司,,是,1,1"]),
    "a year with its months": (TITLES, [*LINES, "f,2020年1-12月,枣庄虚构己公司,,是,1,1"]),
    "a remark of a part": (TITLES + ",备注", [f"{line},{'仅出口' * (line[0] == 'b')}" for line in LINES]),
    "a remark of dollars": (TITLES + ",备注", [f"{line},{'该数为美元' * (line[0] == 'b')}" for line in LINES]),
    "no period": (TITLES, [*LINES, "f,,枣庄虚构己公司,,是,1,1"]),
    "figures in words": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,,√,500,约6000"]),
    "a figure with its unit": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,,√,500万元,6000"]),
    "a figure with its unit below a field's name": (
        "id,period,name,creditCode,producer,tradeCNY,priorTradeCNY",
        [*LINES, "f,2020,枣庄虚构己公司,,√,500万元,6000"],
    ),
    "a unit in both titles": (TITLES.replace("总额", "总额（万元）"), LINES),
    "a unit in one title of two": (TITLES + "（万元）", LINES),
    "a unit that is not known": (TITLES + "（万桶）", LINES),
    "years in titles": (TITLES.replace("上年进出口总额", "2019年进出口总额"), LINES),
    "running numbers": (
        TITLES.replace("id,", "序号,"),
        [line.replace(line[0], str(n), 1) for n, line in enumerate(LINES, 1)],
    ),
    "a section": (
        TITLES.replace("id,", "序号,"),
        [f"{n}{line[1:]}" for n, line in zip("1一23", LINES[:4], strict=True)],
    ),
    "a cell behind the last title": (TITLES + ",,", [*[f"{line},," for line in LINES[:4]], f"{LINES[4]},,7"]),
    "cells without a title": (TITLES.replace(",年度", ",,年度"), [line.replace(",", ",7,", 1) for line in LINES]),
    "a code saved as a power of ten": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,9.13704E+17,是,1,1"]),
    "a code at fault": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,91370402MA0000015X,是,1,1"]),
    "a place in words": (TITLES + ",division", [f"{line},市中区" for line in LINES]),
    "a quotation mark in a cell": (TITLES, [*LINES, 'f,2020,枣庄"虚构"己公司,,是,1,1']),
    "a quotation mark that opens": (TITLES, [*LINES, '"f"x,2020,枣庄虚构己公司,,是,1,1']),
    "a line break in a cell": (TITLES, [*LINES, 'f,2020,"枣庄虚构\n己公司",,是,1,1']),
    "a guarded code": (TITLES, [*LINES, 'f,2020,枣庄虚构己公司,"=""91370402MA000004X7""",是,1,1']),
    "no header": (LINES[0], LINES[1:]),
    "no records": (TITLES, []),
    "too many digits": (TITLES, [*LINES, "f,2020,枣庄虚构己公司,,是,1.123456789,12345678901234567890"]),
    "the same type": (TITLES + ",type", [f"{line},企业年度情况" for line in LINES]),
}
PLAIN = {
    "plain", "a blank line", "remarks of other things", "thousands in quotes", "a short line", "figures in words",
    "a unit in both titles", "running numbers", "a code at fault", "a place in words", "too many digits",
    "the same type", "no records", "a quotation mark in a cell", "a figure with its unit below a field's name",
    "a year in Chinese digits", "a year with its months",
}  # fmt: skip
"""What is taken as columns; what else is, is taken by the readers."""


PLAINLY = "id,企业名称,年度,进出口总额（万元）,上年进出口总额（万元）,全区名次,海外仓总面积（平方米）,备注"
NAMES = (
    "枣庄虚构公司", "税郭镇", "龙山路居", "光明路街道办(汇总)", "甲公司等5家", "甲公司等", "甲/乙公司", "甲公司*",
    "合計數", "例1", "示例：甲", "甲（例）", "西王庄村（合计）", "某公司", "1.甲公司", "甲公司①", "公司及企业",
    "Foo Ltd", "2020", "-", "无", "企业名称", "全区企业", "甲 公司", "”", "TOTAL", "Σ", "甲（作废）", "第1家",
    "三户", "XX镇",
)  # fmt: skip
BESIDE = (
    "", "", "", "情况属实", "该数为美元", "仅出口",
    "单位：万元", "金额单位：元", "以万元计", "此行作废", "作废", "旧证作废", "重复", "(000)",
    "6,000", "500万元以上", "RMB mn",
)  # fmt: skip
FIGURES = ("", "6", "500", "050", "6000", "600", "1", "234", "567.89", "万元")


def drawn_line(seed: int) -> str:
    """A line in which a few cells are odd."""
    dice = random.Random(seed)
    figures = [dice.choice(FIGURES[:-1] if dice.random() < 0.9 else FIGURES) for _ in range(4)]
    cells = [f"x{seed}", dice.choice(NAMES[:1] * 20 + NAMES), "2020", *figures, dice.choice(BESIDE)]
    return ",".join(cells[: dice.choice((8, 8, 8, 6, 5))])


@pytest.mark.proof
def test_drawn_lines_are_taken_alike(shipped: Policykb, tmp_path: Path) -> None:
    """A line with odd cells among plain ones is to `screen` what it is to `apply`: that record, an error, or none."""
    usual = [f"r{n},枣庄虚构{n}公司,2020,60{n}0,5000,{n},70{n},属实" for n in range(10, 16)]
    differing, plain = {}, 0
    for seed in range(3 * COUNT):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = folder / f"{KIND}.csv"
        path.write_text("\n".join([PLAINLY, *usual, drawn_line(seed), ""]), encoding="utf-8")
        taken, is_plain = by_screen(shipped, path, folder / "staging")
        plain += is_plain
        if taken != by_apply(shipped, path):
            differing[drawn_line(seed)] = (taken, by_apply(shipped, path))

    assert differing == {}
    assert COUNT // 2 < plain < 3 * COUNT


@pytest.mark.proof
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_odd_lines(encoding: str, shipped: Policykb, tmp_path: Path) -> None:
    """Whatever stands among the lines of a text file, in any encoding, is understood in one way."""
    differing, plain = {}, set()
    for number, (what, (titles, lines)) in enumerate(ODD.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / f"{KIND}.csv"
        path.write_text("\n".join([titles, *lines, ""]), encoding=encoding)
        taken, is_plain = by_screen(shipped, path, folder / "staging")
        plain |= {what} if is_plain else set()
        if taken != by_apply(shipped, path):
            differing[what] = (taken, by_apply(shipped, path))

    assert differing == {}
    assert encoding == "utf-16" or plain == PLAIN


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_decisions_and_totals(suffix: str, shipped: Policykb, tmp_path: Path) -> None:
    """`screen` decides what `apply` decides, and writes the errors that `apply` tells; a total is no enterprise."""
    sheets = write(alone(totals="last by a word"))
    (sheet,) = sheets
    sheet.cells[sheet.meant[1].row, 4] = Look("约2020")
    path = save(sheets, tmp_path / f"企业年度情况{suffix}")
    kind = shipped.vocabulary.record_types[KIND]
    report = screen(shipped, path, Screening(kind, tmp_path / "out", everything=True))
    decided = pl.read_parquet(tmp_path / "out" / "decisions" / "*.parquet").filter(pl.col("clause").is_not_null())
    invalid = pl.read_parquet(tmp_path / "out" / "invalid" / "*.parquet")
    answer = shipped.apply(shipped.read([path]))
    expected = {
        (one.record, one.clause): (one.status, one.amount and one.amount.min, one.amount and one.amount.max)
        for one in answer.decisions
        if one.clause is not None
    }

    assert (report.summary.records, report.invalid) == (len(sheet.meant) - 1, 1)
    assert {
        (r, c): tuple(v) for r, c, *v in decided.select("record", "clause", "status", "amount_min", "amount_max").rows()
    } == expected
    assert invalid.select("rule", "value").rows() == [("value-not-a-truth", "约2020")]


@pytest.mark.parametrize(
    ("others", "is_plain"), [(["9.125", "8005"], True), (["1.200.300", "8005"], False), (["80,5", "8005"], False)]
)
def test_separators_that_others_leave_in_doubt(
    others: list[str], is_plain: bool, shipped: Policykb, tmp_path: Path
) -> None:
    """9.125 beside 1.200.300 is refused by both; without such a figure the file is read as columns."""
    rows = [f'{n},枣庄第{n}贸易有限公司,2020,"{text}"' for n, text in enumerate(["9.125", *others])]
    path = tmp_path / f"{KIND}.csv"
    path.write_text("\n".join(["id,name,period,tradeCNY", *rows]), encoding="utf-8")
    taken, was_columns = by_screen(shipped, path, tmp_path / "staging")

    assert was_columns is is_plain
    assert taken == by_apply(shipped, path)
    first = taken["0"] if isinstance(taken, dict) else taken
    assert (first == {"separator-unsure"}) is not is_plain
