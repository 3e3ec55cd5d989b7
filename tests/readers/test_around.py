"""What texts around a table say of single items: in what one is counted, and which number means not stated."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from policykb.errors import InputError
from policykb.model import Record, Vocabulary
from policykb.readers import Reading, read_records
from policykb.readers.around import is_of_items
from policykb.readers.reader import Reader

Read = Callable[..., Reading]
PLACES = ["above", "below", "comment", "sheet"]
NAME = "枣庄甲乙贸易有限公司"


@pytest.fixture
def read_beside(tmp_path: Path, vocabulary: Vocabulary) -> Callable[..., Record]:
    """The first record of a table with a text above or below it, in a comment, or on a sheet of instructions."""

    def read(text: str, place: str, head: list[str], row: list[Any]) -> Record:
        workbook = Workbook()
        sheet = workbook.worksheets[0]
        sheet.title = "EnterpriseYear"
        around: dict[str, list[list[Any]]] = {"above": [[text], head, row], "below": [head, row, [text]]}
        for line in around.get(place, [head, row]):
            sheet.append(line)
        if place == "comment":
            sheet["A1"].comment = Comment(text, "填报人")
        if place == "sheet":
            workbook.create_sheet("填表说明").append([text])
        workbook.save(tmp_path / "office.xlsx")
        return read_records([tmp_path / "office.xlsx"], vocabulary).records[0]

    return read


def errors(record: Record) -> dict[str | None, str]:
    """The items of a record that have an error, with its rule."""
    return {one.fact: one.rule for one in record.findings if one.severity == "error"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("注：0表示未填报", 0), ("0代表无数据", 0), ("缺失值填0", 0), ("说明：没有填报的以“0”表示", 0),
        ("注：999为缺失值，不详的写999", 999), ("0 = not available", 0),
    ],
)  # fmt: skip
def test_a_number_that_means_not_stated(said: str, number: int, place: str, read_beside: Callable[..., Record]) -> None:
    """Missing is not zero: where a text says which number stands for it, that number is no figure, and others are."""
    record = read_beside(
        said, place, ["单位名称", "年度", "进出口总额（元）", "上年进出口总额（元）"], [NAME, 2020, 600, number]
    )

    assert errors(record) == {"priorTradeCNY": "number-for-missing"}
    assert record.facts["tradeCNY"] == 600


@pytest.mark.parametrize(("cell", "wanted"), [(0, {"producer": "answers-turned-around"}), (1, {})])
def test_no_answer_that_means_not_stated(cell: int, wanted: object, read_beside: Callable[..., Record]) -> None:
    """0 for what is not stated is no “no” either."""
    assert (
        errors(read_beside("注：0表示未填报", "above", ["单位名称", "年度", "生产型企业"], [NAME, 2020, cell]))
        == wanted
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "said",
    [
        "注：0表示没有进出口",
        "注：未填报企业0家",
        "注：未填报的企业共10家",
        "缺失0项",
        "注：表1缺失值见附表",
        "未知数为2个",
    ],
)
def test_a_number_that_means_itself(said: str, place: str, read_beside: Callable[..., Record]) -> None:
    """Zero is zero where nothing says that it stands for what is missing."""
    record = read_beside(
        said, place, ["单位名称", "年度", "进出口总额（元）", "上年进出口总额（元）"], [NAME, 2020, 600, 0]
    )

    assert (errors(record), record.facts["priorTradeCNY"]) == ({}, 0)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "said",
    [
        "注：进出口总额以美元计，其余为元", "进出口总额按万元填写", "说明：1.进出口总额以万元计；2.平台服务费以元计",
        "注：进出口总额、上年进出口总额均为万元", "注：进出口总额的单位为万元",
    ],
)  # fmt: skip
def test_another_unit_of_one_item(said: str, place: str, read_beside: Callable[..., Record]) -> None:
    """A figure is not read in the unit of its header where a text says that this very item is counted in another."""
    record = read_beside(
        said, place, ["单位名称", "年度", "进出口总额（元）", "平台服务费（元）"], [NAME, 2020, 600, 7]
    )

    assert errors(record)["tradeCNY"] in ("unit-said-otherwise", "unit-below-header")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "said",
    [
        "注：进出口总额以万元计，其余为元",
        "进出口总额：万元",
        "注：进出口总额超过500万元的企业填写",
        "注：平台服务费以人民币计",
    ],
)
def test_the_same_unit_of_one_item(said: str, place: str, read_beside: Callable[..., Record]) -> None:
    """A text that says of an item what its header says, or that is about a sum of money, changes nothing."""
    record = read_beside(
        said, place, ["单位名称", "年度", "进出口总额（万元）", "平台服务费（元）"], [NAME, 2020, 600, 7]
    )

    assert (errors(record), record.facts["tradeCNY"], record.facts["platformFeeCNY"]) == ({}, D(6000000), 7)


def test_the_unit_of_one_item_is_none_of_another(read_beside: Callable[..., Record]) -> None:
    """进出口总额单位为万元 above: the fees beside it are not counted in 万元."""
    head = ["单位名称", "年度", "进出口总额", "平台服务费"]
    record = read_beside("注：进出口总额单位为万元", "above", head, [NAME, 2020, 600, 7])
    alone = read_beside("注：进出口总额单位为万元", "above", head[:3], [NAME, 2020, 600])

    assert "platformFeeCNY" not in record.facts
    assert alone.facts["tradeCNY"] == D(6000000)


def test_a_title_that_names_an_item(read_beside: Callable[..., Record]) -> None:
    """The title of a table states the unit of all of it, though it names one item."""
    head = ["单位名称", "年度", "进出口总额", "平台服务费"]
    record = read_beside("2020年进出口总额情况表（单位：万元）", "above", head, [NAME, 2020, 600, 7])

    assert (record.facts["tradeCNY"], record.facts["platformFeeCNY"]) == (D(6000000), D(70000))


@pytest.mark.parametrize(
    ("said", "rule"), [("0表示未填报", "number-below-table"), ("进出口总额以美元计", "unit-below-table")]
)
def test_far_below_what_was_given_on(said: str, rule: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Where thousands of records were read already, the table is refused."""
    lines = [f"枣庄{number}号贸易有限公司,2020,{9000 + number},0" for number in range(5005)]
    head = "单位名称,年度,进出口总额（元）,上年进出口总额（元）"
    (tmp_path / "EnterpriseYear.csv").write_text("\n".join([head, *lines, f"注：{said},,,"]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_records([tmp_path / "EnterpriseYear.csv"], vocabulary)

    assert (refused.value.id, said in str(refused.value)) == (rule, True)


def test_the_mends_are_right_when_they_are_obeyed(read_beside: Callable[..., Record]) -> None:
    """Each mend removes its own words alone: what else the note leaves in doubt is asked about until it is mended."""
    head = ["单位名称", "年度", "生产型企业", "进出口总额（元）", "上年进出口总额（元）"]
    legend, missing, unit = "1代表否，2代表是", "0表示未填报", "进出口总额以美元计"
    said, answer, prior = {"priorTradeCNY": missing, "producer": legend, "tradeCNY": unit}, "1", 0
    for fact, words in [*said.items(), ("", "")]:
        note = f"注：{said.get('priorTradeCNY', '')}；{said.get('producer', '')}；{said.get('tradeCNY', '')}，其余为元"
        record = read_beside(note, "above", head, [NAME, 2020, answer, 600, prior])
        assert set(errors(record)) == set(said)
        assert all(f"“{said[one.fact or '']}”" in one.mend.zh for one in record.findings if one.severity == "error")
        answer, prior = "1" if fact == "priorTradeCNY" else "否", None
        assert said.pop(fact, "") == words


@pytest.mark.parametrize(
    "hostile", ["未填" + "填写" * 9000 + "0个", "0" + "填写" * 9000 + "元", "进出口总额" * 9000 + "元"]
)
def test_hostile_text_ends(hostile: str, vocabulary: Vocabulary) -> None:
    """What can be read in very many ways is not tried in each of them: with two ways a word, it would never end."""
    assert is_of_items(hostile, Reader(vocabulary).names) is False
