"""The faces of a check: exit codes, JSON, SARIF, HTML, the SHACL report, and the marked copy of a workbook."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
import rdflib
from openpyxl import Workbook, load_workbook
from rdflib.namespace import RDF, SH

from policykb import cli

ROOT = Path(__file__).parents[2]
HEADER = ["企业名称", "年度", "统一社会信用代码", "全年进出口总额（万元）", "美元计年度进出口总额", "全区排名", "备注"]
ROWS = [
    ["示例机械有限公司", "2020", "91370402MA0000015R", "约6000", "7000000", "第2名", "=cmd"],
    ["示例纺织有限公司", "2020", "91370402MA0000023L", "5000", "7000000", "前三", ""],
    ["示例化工有限公司", "2020", "91370402MA0000031A", "690", "1000000", "3", ""],
]
FOUND = [
    ("remark-column", "warning", "G1", None),
    ("value-not-a-number", "error", "D2", "约6000"),
    ("rank-range", "error", "F3", "前三"),
    ("credit-code-check", "error", "C4", "91370402MA0000031A"),
]


def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process; returns exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["policykb", *arguments])
    try:
        cli.main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capfd.readouterr()
    return code, out, err


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CSV file with a warning and three errors, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("EnterpriseYear.csv")
    path.write_text("\n".join(",".join(row) for row in [HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same rows below a merged title, with a formula among the remarks."""
    monkeypatch.chdir(tmp_path)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "企业年度情况"
    sheet.append(["2020 年企业情况"])
    sheet.merge_cells("A1:G1")
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    sheet["G4"] = "=1+1"
    path = Path("in.xlsx")
    book.save(path)
    return path


def test_exit_code_and_words(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path) -> None:
    """Errors end in exit code 1; each finding names its cell, what is wrong, the mend, the rule and the articles."""
    code, out, err = run(monkeypatch, capfd, "check", str(table), "--lang", "en")

    assert (code, err) == (1, "")
    assert "error EnterpriseYear.csv, D2, 全年进出口总额（万元）: “约6000” is not a number.\n" in out
    assert "[value-not-a-number] affects Art. 1" in out
    assert "3 records checked (Enterprise in a year 3): 3 cannot be decided yet; 3 errors, 1 warning." in out


def test_no_errors_no_exit_code(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Warnings alone end in exit code 0, and a table without records says so."""
    (tmp_path / "Exhibition.csv").write_text("name,period,备注\n甲,2020,x\n", encoding="utf-8")
    (tmp_path / "TaxRefund.csv").write_text("name,period\n", encoding="utf-8")
    warned = run(monkeypatch, capfd, "check", str(tmp_path / "Exhibition.csv"), "--lang", "en")
    empty = run(monkeypatch, capfd, "check", str(tmp_path / "TaxRefund.csv"), "--lang", "en")

    assert (warned[0], "0 errors, 1 warning." in warned[1]) == (0, True)
    assert (empty[0], "There is no record to check" in empty[1]) == (0, True)


def test_json(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path) -> None:
    """Every finding in both languages with its place; conversions are among them; the summary counts."""
    _, out, _ = run(monkeypatch, capfd, "check", str(table), "--format", "json")
    report = json.loads(out)
    found = [(f["rule"], f["severity"], f["cell"], f["value"]) for f in report["findings"] if f["severity"] != "info"]
    schema = json.loads((ROOT / "docs/reference/check.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator(schema).validate(report)
    assert found == FOUND
    assert "“第2名” read as 2." in [f["message"]["en"] for f in report["findings"]]
    assert (report["summary"]["records"], report["summary"]["invalidRecords"], report["summary"]["errors"]) == (3, 3, 3)
    assert report["findings"][-1]["articles"][:2] == [1, 2]


def test_a_fault_of_a_column_concerns_every_clause(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A misspelt header is told once; no record with a value there can be decided, so every clause depends on it."""
    path = tmp_path / "TaxRefund.csv"
    path.write_text("name,period,refundClas\n甲,2020,1\n乙,2020,2\n", encoding="utf-8")
    _, out, _ = run(monkeypatch, capfd, "check", str(path), "--format", "json")
    report = json.loads(out)

    assert [(f["rule"], f["clauses"]) for f in report["findings"]] == [("near-column", ["art-24-refund"])]
    assert report["summary"]["invalidRecords"] == 2


# What SARIF 2.1.0 requires of the parts that are written here, after the OASIS schema (errata 01). That schema is
# too large to keep here; name a copy in SARIF_SCHEMA to validate against it as well.
SARIF_PARTS = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/run"}},
    },
    "definitions": {
        "message": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": False,
            "properties": {"text": {"type": "string", "minLength": 1}},
        },
        "level": {"enum": ["none", "note", "warning", "error"]},
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
        },
        "rule": {
            "type": "object",
            "required": ["id"],
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string"},
                "shortDescription": {"$ref": "#/definitions/message"},
                "help": {"$ref": "#/definitions/message"},
                "defaultConfiguration": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"level": {"$ref": "#/definitions/level"}},
                },
            },
        },
        "location": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation"],
                    "additionalProperties": False,
                    "properties": {
                        "artifactLocation": {"$ref": "#/definitions/artifactLocation"},
                        "region": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"startLine": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
                "logicalLocations": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"name": {"type": "string"}, "fullyQualifiedName": {"type": "string"}},
                    },
                },
            },
        },
        "result": {
            "type": "object",
            "required": ["message"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": 0},
                "level": {"$ref": "#/definitions/level"},
                "message": {"$ref": "#/definitions/message"},
                "locations": {"type": "array", "items": {"$ref": "#/definitions/location"}},
                "properties": {"type": "object"},
            },
        },
        "run": {
            "type": "object",
            "required": ["tool", "results"],
            "additionalProperties": False,
            "properties": {
                "tool": {
                    "type": "object",
                    "required": ["driver"],
                    "additionalProperties": False,
                    "properties": {
                        "driver": {
                            "type": "object",
                            "required": ["name"],
                            "additionalProperties": False,
                            "properties": {
                                "name": {"type": "string"},
                                "version": {"type": "string"},
                                "language": {"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
                                "rules": {
                                    "type": "array",
                                    "uniqueItems": True,
                                    "items": {"$ref": "#/definitions/rule"},
                                },
                            },
                        }
                    },
                },
                "language": {"type": "string", "pattern": "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"},
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "artifacts": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"location": {"$ref": "#/definitions/artifactLocation"}},
                    },
                },
                "results": {"type": "array", "items": {"$ref": "#/definitions/result"}},
                "properties": {"type": "object"},
            },
        },
    },
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sarif(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path, lang: str) -> None:
    """One run with rules and results; levels, lines and rule indexes fit."""
    _, out, _ = run(monkeypatch, capfd, "check", str(table), "--format", "sarif", "--lang", lang)
    log = json.loads(out)
    jsonschema.Draft4Validator(SARIF_PARTS).validate(log)
    if "SARIF_SCHEMA" in os.environ:
        schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    results = log["runs"][0]["results"]
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results]

    assert [(rules[r["ruleIndex"]]["id"], r["level"]) for r in results] == [(rule, level) for rule, level, *_ in FOUND]
    assert lines == [1, 2, 3, 4]


class Page(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))


def test_html(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path) -> None:
    """One page that fetches and runs nothing, with the sheet's rows, marked cells, and escaped contents."""
    table.write_text(table.read_text(encoding="utf-8").replace("约6000", "<b>6000</b>"), encoding="utf-8")
    code, out, _ = run(monkeypatch, capfd, "check", str(table), "--format", "html", "--lang", "zh")
    page = Page(out)

    assert code == 1
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not [attrs for _, attrs in page.tags if "src" in attrs or "href" in attrs]
    assert "&lt;b&gt;6000&lt;/b&gt;" in out and "<b>6000" not in out
    assert [attrs["class"] for tag, attrs in page.tags if tag == "td" and attrs.get("class")] == [
        "warning",
        "error",
        "error",
        "error",
    ]
    assert "示例纺织有限公司" in out


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (("--out", "page.html"), "<!DOCTYPE html>"),
        (("--out", "found.JSON"), "{"),
        (("--out", "found.sarif"), "{"),
        (("--format", "sarif", "--out", "found.json"), "{"),
        (("--out", "found.txt"), "检查了"),
        (("--out", "found.xlsx"), None),
        (("--out", "found"), None),
        (("--format", "html", "--out", "found.json"), None),
    ],
)
def test_the_ending_says_the_format(
    words: tuple[str, ...],
    start: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    table: Path,
    tmp_path: Path,
) -> None:
    """A file is what its name says; another ending is refused, and nothing is written."""
    code, _, err = run(monkeypatch, capfd, "check", str(table), *words, "--lang", "zh")
    found = [path for path in tmp_path.iterdir() if path.name == words[-1]]
    if start is None:
        assert (code, found) == (2, []) and "--format" in err
    else:
        said = found[0].read_text(encoding="utf-8")
        assert code == 1 and (start in said if start == "检查了" else said.startswith(start))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_html_in_a_browser(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path, tmp_path: Path
) -> None:
    """A real browser lays the page out: every marked cell and every message is there."""
    run(monkeypatch, capfd, "check", str(table), "--format", "html", "--out", "page.html", "--lang", "zh")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        (tmp_path / "page.html").as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert len(re.findall(r'<td class="(?:error|warning)"', done.stdout)) == 4
    assert "写出具体名次，如 2。" in done.stdout


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_html_keeps_messages_in_sight(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path, tmp_path: Path
) -> None:
    """In a window 600 wide, a cell of 9000 characters is cut short, and no message reaches beyond the window."""
    sync_api = pytest.importorskip("playwright.sync_api")
    table.write_text(table.read_text(encoding="utf-8").replace("示例纺织有限公司", "长" * 9000), encoding="utf-8")
    run(monkeypatch, capfd, "check", str(table), "--format", "html", "--out", "page.html", "--lang", "zh")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 600, "height": 800})
        view.goto((tmp_path / "page.html").as_uri())
        right = "(found) => Math.max(...[...found].map((one) => one.getBoundingClientRect().right))"
        messages = view.eval_on_selector_all("tr.told div", right)
        widest = view.eval_on_selector_all(
            ".scroll tr:not(.told) td", "(found) => Math.max(...[...found].map((one) => one.clientWidth))"
        )
        browser.close()

    assert 0 < messages <= 600
    assert 0 < widest <= 500


def test_shacl_report(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path) -> None:
    """A standard validation report: every result has what SHACL requires, with messages in both languages."""
    _, out, _ = run(monkeypatch, capfd, "check", str(table), "--format", "ttl")
    graph = rdflib.Graph().parse(data=out, format="turtle")
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    results = list(graph.objects(report, SH.result))
    needed = (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape)
    rules = {str(shape).rsplit("#", 1)[-1] for result in results for shape in graph.objects(result, SH.sourceShape)}
    messages = {str(m.language) for result in results for m in graph.objects(result, SH.resultMessage)}  # type: ignore[attr-defined]

    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    assert all(len(list(graph.objects(result, predicate))) == 1 for result in results for predicate in needed)
    assert (rules, messages) == ({rule for rule, *_ in FOUND}, {"zh", "en"})


def test_a_marked_copy_of_a_workbook(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], workbook: Path
) -> None:
    """Cells are coloured and carry the mend; formulas and everything else stay; a sheet lists all findings."""
    before = workbook.read_bytes()
    code, _, _ = run(monkeypatch, capfd, "check", str(workbook), "--annotate", "out.xlsx", "--lang", "zh")
    book = load_workbook("out.xlsx")
    sheet = book["企业年度情况"]
    comments = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}

    assert (code, workbook.read_bytes()) == (1, before)
    assert list(comments) == ["G2", "D3", "F4", "C5"]
    assert comments["F4"].splitlines()[:2] == ["[错误] “前三”是名次的范围，不是名次。", "写出具体名次，如 2。"]
    assert sheet["F4"].fill.fgColor.rgb.endswith("FFC7CE")
    assert (sheet["G4"].value, sheet["D3"].value) == ("=1+1", "约6000")
    assert [row[6] for row in book["检查结果"].iter_rows(min_row=2, values_only=True)] == [rule for rule, *_ in FOUND]


def test_the_marked_copy_gives_the_same_findings(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], workbook: Path
) -> None:
    """The sheet of findings is known for what it is and does not disturb the next check."""
    run(monkeypatch, capfd, "check", str(workbook), "--annotate", "out.xlsx", "--lang", "zh")
    _, first, _ = run(monkeypatch, capfd, "check", str(workbook), "--format", "json")
    _, second, _ = run(monkeypatch, capfd, "check", "out.xlsx", "--format", "json")

    def told(text: str) -> list[tuple[str, str]]:
        return [(f["rule"], f["cell"]) for f in json.loads(text)["findings"] if f["rule"] != "notes-sheet"]

    assert told(second) == told(first)


def test_a_marked_workbook_from_text(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], table: Path
) -> None:
    """Delimited text becomes a workbook of texts in which nothing is a formula."""
    run(monkeypatch, capfd, "check", str(table), "--annotate", "out.xlsx", "--lang", "zh")
    sheet = load_workbook("out.xlsx")["企业年度情况"]

    assert (sheet["G2"].value, sheet["G2"].data_type, sheet["D2"].comment is not None) == ("'=cmd", "s", True)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_the_marked_copy_opens_in_libreoffice(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], workbook: Path, tmp_path: Path
) -> None:
    """A real spreadsheet program opens it and makes a PDF of it."""
    run(monkeypatch, capfd, "check", str(workbook), "--annotate", "out.xlsx", "--lang", "zh")
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "out.xlsx"], check=True, capture_output=True, timeout=180
    )

    assert Path("out.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("--format", "pdf"), "没有“pdf”这种格式", "no format “pdf”"),
        (("--annotate", "out.xls"), "不是 .xlsx 文件名", "not an .xlsx file"),
        (("--out", "EnterpriseYear.csv"), "不能覆盖", "would be overwritten"),
        (("--type", "Enterprise"), "没有“Enterprise”这种记录类型", "no record type “Enterprise”"),
    ],
)
def test_wrong_calls(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    table: Path,
    arguments: tuple[str, ...],
    zh: str,
    en: str,
) -> None:
    """A call that cannot be done says why and how, and ends with exit code 2."""
    code, out, err = run(monkeypatch, capfd, "check", str(table), *arguments)

    assert (code, out) == (2, "")
    assert zh in err and en in err
    assert len(err.strip().splitlines()) == 4


def test_how_many_are_not_decided(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Of two records with one id neither is decided, whatever else is wrong with the one or the other."""
    path = tmp_path / "EnterpriseYear.csv"
    rows = "id,period,name,tradeCNY\na,2020,甲,1\na,2020,乙,1\nb,2020,丙,-1\nb,2020,丁,1\nb,2020,戊,1\nc,2020,己,1\n"
    path.write_text(rows, encoding="utf-8")
    _, out, _ = run(monkeypatch, capfd, "check", str(path), "--format", "json")
    summary = json.loads(out)["summary"]

    assert (summary["records"], summary["invalidRecords"]) == (6, 5)
