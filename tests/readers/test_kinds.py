"""Workbooks of every kind, and files that are called workbooks without being one: the content tells, not the name."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from made_containers import container
from made_xlsb import binary_workbook
from policykb.errors import InputError
from policykb.model import Vocabulary
from policykb.readers import Reading, read_records
from policykb.readers.ods import date_shows, number_shows
from policykb.readers.tables import TableReader

OFFICE = shutil.which("soffice")
HEADER = ["企业名称", "年度", "进出口总额（万元）", "全区排名", "海外仓总面积（平方米）"]


def district() -> Workbook:
    """A workbook with one of everything that a figure can be taken wrongly for."""
    book = Workbook()
    sheet = book.active
    sheet.title = "EnterpriseYear"
    sheet.append(["市中区2020年企业情况表"])
    sheet.append(HEADER)
    for number in range(10):
        sheet.append([f"企业{'甲乙丙丁戊己庚辛壬癸'[number]}公司", 2020, 10.5 * 3**number, 1 + number, None])
    sheet.merge_cells("A1:E1")
    sheet["B3"], sheet["B3"].number_format = date(2020, 1, 1), 'yyyy"年"'
    sheet["C4"].number_format = '0"亿元"'
    sheet["C5"].number_format = "0.0,"
    sheet["C6"].number_format = "0%"
    sheet["C7"] = "=1/0"
    sheet.row_dimensions[8].hidden = True
    for cell in sheet[9]:
        cell.font = Font(strike=True)
    sheet["E10"] = 700
    sheet.merge_cells("E10:E11")
    sheet["C12"].number_format = "#,##0.00"
    sheet.column_dimensions["D"].hidden = True
    other = book.create_sheet("Exhibition")
    other.append(["企业名称", "日期"])
    other.sheet_state = "hidden"
    return book


def said(reading: Reading) -> list[object]:
    """Everything a reading says, save which file it is from."""
    return [
        *((found.rule, found.severity, found.place.sheet, found.place.cell) for found in reading.findings),
        *(
            (
                record.id,
                record.name,
                record.period,
                dict(record.facts),
                [(f.rule, f.place.cell) for f in record.findings],
            )
            for record in reading.records
        ),
    ]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice, which writes .xls and .ods, is not installed")
@pytest.mark.proof
def test_one_workbook_in_each_kind_of_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """What is saved as .xls, .ods or .xlsx is read as the same records with the same findings."""
    made = tmp_path / "made" / "district.xlsx"
    made.parent.mkdir()
    district().save(made)
    readings = []
    for kind in ("xlsx", "xls", "ods"):
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        call = [str(OFFICE), profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(made)]
        subprocess.run(call, check=True, capture_output=True, timeout=120)
        readings.append(said(read_records([tmp_path / f"district.{kind}"], vocabulary)))
    records = read_records([tmp_path / "district.xls"], vocabulary).records
    told = {found.place.cell: found.rule for record in records for found in record.findings if found.place.column}

    assert {cell: rule for cell, rule in told.items() if rule != "converted"} == {
        "C4": "units-disagree",
        "C5": "scaled-format",
        "C6": "percentage",
        "C7": "cell-error",
        "E10": "merged-value",
        "E11": "merged-cell",
    }
    assert readings[1] == readings[0]
    assert readings[2] == readings[0]


def strict(data: bytes) -> bytes:
    """A workbook with the namespaces of the strict form."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith(("xl/", "_rels")):
                text = re.sub(
                    rb"http://schemas.openxmlformats.org/(\w+)/2006/", rb"http://purl.oclc.org/ooxml/\1/", text
                )
            new.writestr(name, text)
    return made.getvalue()


def test_strict_office_open_xml(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A strict workbook says what the transitional one says, formats, merged cells and hidden rows included."""
    district().save(tmp_path / "district.xlsx")
    plain = said(read_records([tmp_path / "district.xlsx"], vocabulary))
    data = (tmp_path / "district.xlsx").read_bytes()
    (tmp_path / "district.xlsx").write_bytes(strict(data))

    assert strict(data) != data
    assert said(read_records([tmp_path / "district.xlsx"], vocabulary)) == plain


def test_a_binary_workbook(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A binary workbook says what the same workbook says in XML."""
    book = district()
    (tmp_path / "district.xlsb").write_bytes(binary_workbook(book))
    book.active["C7"] = "#DIV/0!"
    book.save(tmp_path / "district.xlsx")

    plain, binary = (said(read_records([tmp_path / f"district.{kind}"], vocabulary)) for kind in ("xlsx", "xlsb"))

    assert binary == plain


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_binary_workbook_that_is_cut_off(cut: float, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A sheet that ends within a record is broken, and never shorter."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(binary_workbook(district()))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: int(len(data) * cut)] if name == "xl/worksheets/sheet1.bin" else data)
    (tmp_path / "district.xlsb").write_bytes(made.getvalue())

    with pytest.raises(InputError) as refused:
        read_records([tmp_path / "district.xlsb"], vocabulary)

    assert refused.value.id == "workbook-broken"


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml"])
def test_a_workbook_whose_parts_are_elsewhere(part: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Where number formats cannot be found, figures would lose their units: such a workbook is to be saved anew."""
    path = tmp_path / "district.xlsx"
    district().save(path)
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(part.encode(), b"other/place.xml")
            new.writestr("other/place.xml" if name == part else name, text)
    path.write_bytes(made.getvalue())

    with pytest.raises(InputError) as refused:
        read_records([path], vocabulary)

    assert refused.value.id == "workbook-broken"


def bare_sheet(count: int, prefix: str = "", encoding: str = "utf-8") -> bytes:
    """The XML of a sheet of many rows, with or without a prefix for its names."""
    mark = f"{prefix}:" if prefix else ""
    texts = [HEADER[:3], *([f"企业{number}号公司", 2020, 60 + number] for number in range(count))]
    rows = "".join(
        f"<{mark}row>"
        + "".join(
            f"<{mark}c><{mark}v>{value}</{mark}v></{mark}c>"
            if isinstance(value, int)
            else f'<{mark}c t="inlineStr"><{mark}is><{mark}t>{value}</{mark}t></{mark}is></{mark}c>'
            for value in row
        )
        + f"</{mark}row>"
        for row in texts
    )
    space = f"xmlns{f':{prefix}' if prefix else ''}"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<{mark}worksheet {space}="{main}"><{mark}sheetData>{rows}</{mark}sheetData></{mark}worksheet>'
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode(encoding)


@pytest.mark.parametrize(
    ("count", "prefix", "encoding"),
    [(3, "", "utf-8"), (4000, "", "utf-8"), (4000, "x", "utf-8"), (4000, "", "utf-16"), (4000, "x", "utf-16")],
)
def test_a_sheet_in_blocks(count: int, prefix: str, encoding: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """However long the XML of a sheet, and however it names its elements, every row is read once, in order."""
    path = tmp_path / "district.xlsx"
    district().save(path)
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            new.writestr(name, bare_sheet(count, prefix, encoding) if is_sheet else old.read(name))
    path.write_bytes(made.getvalue())
    records = read_records([path], vocabulary).records

    assert [record.place.row for record in records] == list(range(2, count + 2))
    assert [record.facts["tradeCNY"] for record in records] == [10000 * (60 + number) for number in range(count)]


def test_the_name_does_not_matter_among_workbooks(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A workbook that is called .xls, .et, .ods or .wps is read by its content."""
    for suffix in ("xls", "et", "ods", "wps", "xlsm"):
        path = tmp_path / f"district.{suffix}"
        district().save(path)

        assert len(read_records([path], vocabulary).records) == 10


def of_zip(*names: str, first: bytes = b"") -> bytes:
    """An archive of empty parts, behind a mimetype where one is given."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "")
    return made.getvalue()


def locked_ods() -> bytes:
    """A spreadsheet with a password, as OpenDocument says it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", b"\x8a\x01")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
    return made.getvalue()


def biff(*records: tuple[int, bytes]) -> bytes:
    """A stream of an old workbook."""
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


OPENED = (0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 0))
PAGE = "<html><table><tr><td>企业名称</td></tr></table></html>"
LOCKED, FOREIGN, BROKEN, TEXT, MARKUP = (
    ("workbook-locked", "取消密码，另存为 .xlsx"),
    ("foreign-format", "存为 .xlsx"),
    ("workbook-broken", "在 Excel 中重新保存"),
    ("is-plain-text", "把扩展名改为 .csv"),
    ("is-markup", "在 Excel 中打开"),
)


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".ods", ".et"])
@pytest.mark.parametrize(
    ("what", "data", "told"),
    [
        ("xlsx with a password", container({"EncryptionInfo": b"", "EncryptedPackage": b"\1" * 5000}), LOCKED),
        ("xls with a password", container({"Workbook": biff(OPENED, (0x2F, bytes(54)), (0x0A, b""))}), LOCKED),
        ("ods with a password", locked_ods(), LOCKED),
        ("a Word 97 document", container({"WordDocument": b"Workbook"}), FOREIGN),
        ("a container of nothing", container({}), FOREIGN),
        ("a Word document", of_zip("word/document.xml"), FOREIGN),
        ("a Word document with a sheet in it", of_zip("word/document.xml", "word/embeddings/a.xlsx"), FOREIGN),
        ("a text in OpenDocument", of_zip("content.xml", first=b"application/vnd.oasis.opendocument.text"), FOREIGN),
        ("an archive", of_zip("a/b.txt"), FOREIGN),
        ("an archive of nothing", of_zip(), FOREIGN),
        ("half an archive", of_zip("xl/workbook.xml")[:40], BROKEN),
        ("a PDF", b"%PDF-1.7\n", FOREIGN),
        ("a picture", b"\x89PNG\r\n\x1a\n", FOREIGN),
        ("a photograph", b"\xff\xd8\xff\xe0", FOREIGN),
        ("a web page", PAGE.encode(), MARKUP),
        ("a web page in GBK behind blanks", b"\r\n " + PAGE.encode("gbk"), MARKUP),
        ("a web page in UTF-16", PAGE.encode("utf-16"), MARKUP),
        ("XML of Excel 2003", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', MARKUP),
        ("a web archive", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", MARKUP),
        ("comma separated text", "企业名称,年度\n甲,2020\n".encode(), TEXT),
        ("tabs in GBK", "企业名称\t年度\n甲\t2020\n".encode("gbk"), TEXT),
        ("tabs in UTF-16", "企业名称\t年度\n甲\t2020\n".encode("utf-16"), TEXT),
        ("tabs in UTF-16 without a mark", "企业名称\t年度\n甲\t2020\n".encode("utf-16-le"), TEXT),
        ("JSON", b'{"records": []}', ("is-json", "把扩展名改为 .json")),
        ("noise", bytes(range(256)) * 9, BROKEN),
        ("nothing", b"", ("empty-file", "填写内容")),
        ("blanks", b"\xef\xbb\xbf \r\n", ("empty-file", "填写内容")),
    ],
)
def test_what_is_called_a_workbook(
    what: str, data: bytes, told: tuple[str, str], suffix: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """One clear message: what the file is, and how to save it so that it is read."""
    path = tmp_path / f"EnterpriseYear{suffix}"
    path.write_bytes(data)
    with pytest.raises(InputError) as refused:
        read_records([path], vocabulary)

    assert (refused.value.id, told[1] in refused.value.say("zh")) == (told[0], True), refused.value.say("zh")


@pytest.mark.parametrize(
    ("value", "text", "unit", "fault"),
    [
        ("6000", "6000", None, None),
        ("6000.456", "6,000.46", None, None),
        ("-6000", "-6,000", None, None),
        ("-6000", "(6,000)", None, None),
        ("6000", "¥6,000.00", "¥", None),
        ("6000", "6000万元", "万元", None),
        ("6000", "约6000 万元", "约 万元", None),
        ("0.05", "5%", "%", None),
        ("0.05", "5.0 %", "%", None),
        ("1234567.891234", "1234567.89123", None, None),
        ("1.5E+20", "1.5E+20", None, None),
        ("60000000", "6000", None, "scaled-format"),
        ("60000000", "6000.0万元", None, "scaled-format"),
        ("6000", "-6000", None, "scaled-format"),
        ("0.5", "1/2", None, "scaled-format"),
        ("0", "0", None, None),
        ("0", "-", None, None),
        ("0", "¥ -", None, None),
        ("0", "", None, "zero-not-shown"),
        ("0", "无", None, "format-hides-value"),
        ("6000", "-", None, "format-hides-value"),
        ("6000", "", None, "format-hides-value"),
        ("6000", "***", None, "format-hides-value"),
    ],
)
def test_what_a_shown_number_says(value: str, text: str, unit: str | None, fault: str | None) -> None:
    """The text shown for a number has its digits, rounded, and its unit; anything else is a fault of the format."""
    found = number_shows(value, text)

    assert (found.unit, found.fault) == (unit, fault)


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("2020", "y"), ("2020年", "y"), ("2020年度", "y"), ("20", "y"), ("二〇二〇年", "y"),
        ("2020年8月", "ym"), ("2020-08", "ym"), ("8/2020", "ym"), ("Aug 2020", "ym"), ("二〇二〇年八月", "ym"),
        ("2020-08-09", "ymd"), ("8月9日", "ymd"), ("8/9", "ymd"), ("2020年8月9日 12:00", "ymd"), ("", "ymd"),
    ],
)  # fmt: skip
def test_what_a_shown_day_says(text: str, shows: str) -> None:
    """A day may be shown as its year or month alone."""
    assert date_shows(date(2020, 8, 9), text) == shows


@pytest.mark.parametrize(
    ("name", "type"),
    [
        ("EnterpriseYear", "EnterpriseYear"), ("EnterpriseYear (2)", "EnterpriseYear"),
        ("EnterpriseYear2020", "EnterpriseYear"),
        ("EnterpriseYear-2020-final(1)(1)", "EnterpriseYear"), ("Copy of EnterpriseYear", "EnterpriseYear"),
        ("Enterprise in a year 2020", "EnterpriseYear"), ("企业年度数据（2020年）", "EnterpriseYear"),
        ("导出_2020年_企业年度情况(1)", "EnterpriseYear"), ("2020年企业年度情况汇总表", "EnterpriseYear"),
        ("附件1：企业年度情况", "EnterpriseYear"), ("附件2企业年度情况表【终稿】", "EnterpriseYear"),
        ("企业年度情况 - 副本", "EnterpriseYear"), ("系统导出_企业年度_20201231093015", "EnterpriseYear"),
        ("市中区2020年1-12月企业年度情况", "EnterpriseYear"), ("企业年度情况.xlsx", "EnterpriseYear"),
        ("2020年度参展", "Exhibition"), ("参展名单（二）", "Exhibition"),
        ("导出_2020年_外贸数据(1)", None), ("参展和并购", None), ("参展_并购", None), ("参展 填表说明", None),
        ("未参展", None), ("Sheet1", None), ("2020年", None), ("数据", None), ("", None),
    ],
)  # fmt: skip
def test_the_type_in_the_name_of_a_file_or_sheet(name: str, type: str | None, vocabulary: Vocabulary) -> None:
    """Years, brackets, counters, prefixes and words such as 汇总表 do not hide the type; two types are none."""
    found = TableReader(vocabulary).names.record_type(name)

    assert (None if found is None else found.id) == type


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("企业年度情况_2020", "600"),
        ("导出_2020年_企业年度情况(1)", "600"),
        ("企业年度情况（万元）(1)", "6000000"),
        ("企业年度情况_万元", "None"),
    ],
)
def test_the_unit_in_the_name_of_a_file(name: str, value: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A unit in brackets in the name of a file counts for columns without one; otherwise it makes them unclear."""
    path = tmp_path / f"{name}.csv"
    path.write_text("企业名称,年度,进出口总额\n甲公司,2020,600\n", encoding="utf-8")
    record = read_records([path], vocabulary).records[0]

    assert str(record.facts.get("tradeCNY")) == value
    assert any(found.severity == "error" for found in record.findings) == (value == "None")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_unicode_text_of_spreadsheets(encoding: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Excel saves a sheet as .txt, its cells apart by tabs: a table like any other."""
    path = tmp_path / "企业年度情况.txt"
    path.write_bytes('企业名称\t年度\t进出口总额（万元）\r\n甲乙公司\t2020\t"6,000"\r\n'.encode(encoding))
    (record,) = read_records([path], vocabulary).records

    assert (record.name, record.period, record.facts["tradeCNY"]) == ("甲乙公司", "2020", 60000000)
