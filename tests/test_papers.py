"""Papers: they add up to the answer, say why, show what the data say and obey none of it, and are written whole."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from deciders import decider_with
from documentation import ROOT
from generated_records import generate
from made import beside_the_shipped
from policykb import cli
from policykb.api import Policykb, load_policykb
from policykb.model import Amount, Record
from policykb.reports.job import Job
from policykb.reports.payments import Payment
from policykb.reports.phrases import Phrases

pytest.importorskip("docxtpl", reason="papers are an optional part of the program")

from docx import Document

from policykb.papers.forms import FILES, Forms
from policykb.papers.guide import guide
from policykb.papers.ledger import Ledger, masked
from policykb.papers.letter import letter
from policykb.papers.pdf import same_each_time
from policykb.papers.tables import Tables
from policykb.papers.write import may_replace, write_papers
from soaking import times

Call = Callable[..., tuple[int, str]]
COUNT = 3 * times(1)
ONE = ROOT / "docs/examples/one-enterprise.json"
HOSTILE = (
    "=HYPERLINK(\"http://x\",\"y\")", "<script>alert(1)</script>", "../../etc/passwd", "{{ 7*7 }}{% for a in b %}",
    "{_{ a }_} {_% b %_}", "枣庄\u202egnp.exe", "a\x1b[31m\x0bb\nc", "CON", "<w:p/>&amp;]]>", "名" * 300, "----", "'",
)  # fmt: skip


def papers(kb: Policykb, records: list[Record], folder: Path, *formats: str, lang: Any = "zh") -> None:
    """Write the papers of records."""
    folder.mkdir(parents=True)
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    run = kb.run(records, day=None, tick=None)
    write_papers(Job(run, phrases, lambda data: None), Forms(), formats, folder, lambda what, done, count: None)


def made(kb: Policykb, seed: int) -> list[Record]:
    """Records of every type whose subjects bear hostile names, several records to most of them."""
    found = [one for name in kb.vocabulary.record_types for one in generate(kb.book, kb.vocabulary, name, 4, seed)]
    return [replace(one, name=HOSTILE[number % len(HOSTILE)]) for number, one in enumerate(found)]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers of the one enterprise, in Chinese."""
    kb, folder = decider_with(), tmp_path_factory.mktemp("papers") / "out"
    papers(kb, list(kb.read([ONE]).records), folder, "docx", "html", "xlsx")
    return folder


def rows(path: Path, sheet: int) -> list[tuple[Any, ...]]:
    """The rows of a sheet below its headings."""
    return list(load_workbook(path).worksheets[sheet].iter_rows(min_row=2, values_only=True))


def text_of(data: bytes) -> str:
    """What a document says, in its tables as well."""
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Run the command line; returns exit code and standard error."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ONE, "one.json")

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["policykb", *arguments, "--lang", "en"])
        try:
            cli.main()
        except SystemExit as stop:
            return int(stop.code or 0), capfd.readouterr().err
        return 0, capfd.readouterr().err

    return run


@pytest.mark.parametrize("seed", range(COUNT))
def test_papers_add_up_to_the_answer(shipped: Policykb, tmp_path: Path, seed: int) -> None:
    """The rows of the plan come to the totals of all subjects, the list to what of them is settled; no sum is settled
    and open, and none stands twice."""
    records = made(shipped, seed)
    answer = shipped.apply(records)
    papers(shipped, records, tmp_path / "out", "xlsx")
    plan = [row for row in rows(tmp_path / "out/资金计划表.xlsx", 1) if row[0]]
    cells = [cell for row in load_workbook(tmp_path / "out/资金计划表.xlsx").worksheets[1].rows for cell in row]
    found: dict[str, list[Any]] = {}
    for *_, unit, certain, least, most, _, _ in plan:
        total = found.setdefault(unit, [Decimal(0), Decimal(0)])
        total[0] += Decimal(str(certain or 0)) + Decimal(str(least or 0))
        ends = None in total or isinstance(most, str)
        total[1] = None if ends else total[1] + Decimal(str(certain or 0)) + Decimal(str(most or 0))
    wanted: dict[str, Amount] = {}
    for subject in answer.enterprises:
        for currency, amount in subject.total.items():
            wanted[currency] = wanted[currency].plus(amount) if currency in wanted else amount
    owed = [one for one in answer.entitlements if one.amount.max != 0]
    settled = [one for one in owed if one.status == "eligible" and one.amount.min == one.amount.max]
    listed = [row for row in rows(tmp_path / "out/公示名单.xlsx", 0) if row[0]]
    by_measure = [row for row in rows(tmp_path / "out/资金计划表.xlsx", 0) if row[0] == "合计"]

    names = {"CNY": "元", "USD": "美元"}
    assert {names[name]: (one.min, one.max) for name, one in wanted.items()} == {
        unit: (least.quantize(Decimal("0.01")), most and most.quantize(Decimal("0.01")))
        for unit, (least, most) in found.items()
    }
    assert sum(Decimal(str(row[6])) for row in listed) == sum(one.amount.min for one in settled)
    assert not any(cell.data_type == "f" for cell in cells)
    assert len(listed) == len(settled) and len(plan) == len(owed)
    assert not any(row[8] is not None and row[9] is not None for row in plan)
    assert max(Counter((row[0], row[4]) for row in plan).values()) == 1
    assert {row[2]: Decimal(str(row[3] or 0)) + Decimal(str(row[4] or 0)) for row in by_measure} == {
        unit: least for unit, (least, _) in found.items()
    }


@pytest.mark.proof
def test_each_subject_has_one_letter(shipped: Policykb, tmp_path: Path) -> None:
    """It asks for more exactly where a record is wrong, or a missing item can settle a sum; and no name leads it
    astray."""
    records = made(shipped, 99)
    answer = shipped.apply(records)
    papers(shipped, records, tmp_path / "out", "html")
    letters = sorted((tmp_path / "out/告知").iterdir())
    paying = {one.id for one in shipped.book.clauses.values() if one.grants_money}
    asked = {
        one.record
        for one in answer.decisions
        if one.status == "invalid-record"
        or (one.status == "undetermined" and one.clause in paying and one.missing and one.suppressed_by is None)
    }
    wanted = [not asked.isdisjoint(one.records) for one in answer.enterprises]

    assert ["请补充或核对信息" in path.read_text(encoding="utf-8") for path in letters] == wanted
    assert all(re.fullmatch(r"\d+(-[\w-]+)?\.html", path.name) and len(path.name) < 60 for path in letters)
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.html")]
    assert not any("<script" in page or "\x1b" in page or "\u202e" in page or "<w:p/>" in page for page in pages)
    assert any("{{ 7*7 }}{% for a in b %}" in page for page in pages)
    assert [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "out")] == []


def test_a_document_says_a_hostile_name_as_it_is(shipped: Policykb) -> None:
    """Nothing in it is markup or a tag of a template; control characters show as pictures, breaks as blanks."""
    (record,) = shipped.read([ONE]).records
    records = [replace(record, id=name, credit_code=None, name=name) for name in HOSTILE[:9]]
    phrases, forms = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh"), Forms()
    job = Job(shipped.run(records, day=None, tick=None), phrases, lambda data: None)
    subjects = [one for portion in job.run.by_subject() for one in job.telling().take(portion)]
    frame = {"lang": "zh", "draft": "", "caveats": [], "receipt": [], "receipt_heading": ""}
    letters = [text_of(forms.docx("letter", {**frame, **letter(one, phrases)})) for one in subjects]
    shown = [
        "".join({"\n": " ", "\u202e": "�"}.get(one, chr(0x2400 + ord(one)) if one < " " else one) for one in name)
        for name in HOSTILE[:9]
    ]

    assert [f"{name}：" in text for name, text in zip(shown, letters, strict=True)] == [True] * len(shown)


def test_a_letter_refuses_nothing_that_was_not_worked_out(shipped: Policykb) -> None:
    """Whose only record lies before the document, or waits for a body alone, is not told that nothing fits."""
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")
    exhibition = {"overseas": True, "major": True, "filedWithBureau": True, "boothFeeCNY": 5000}
    records = [
        shipped.record("EnterpriseYear", "2018", name="早", id="1", producer=True),
        shipped.record("Exhibition", "2020-11-05", name="等", id="2", **exhibition),
        shipped.record("Exhibition", "2020-11-05", name="缺", id="3", **{**exhibition, "boothFeeCNY": None}),
        shipped.record("Exhibition", "2020-11-05", name="不", id="4", **{**exhibition, "overseas": False}),
        shipped.record("Exhibition", "2020-11-05", name="有", id="5", recognisedByGovernment=True, **exhibition),
    ]
    job = Job(shipped.run(records, day=None, tick=None), phrases, lambda data: None)
    titles = [letter(one, phrases)["title"] for portion in job.run.by_subject() for one in job.telling().take(portion)]

    assert titles == [
        "测算情况说明（草稿）", "测算情况说明（草稿）", "请补充或核对信息（草稿）", "测算为不符合的情况说明（草稿）",
        "测算情况说明（草稿）",
    ]  # fmt: skip


ZH = (
    "30万元 × 10% = 3万元（最高10万元）", "(70万美元 − 60万美元) × 每美元0.02元 = 2,000元",
    "海外仓总面积500平方米（要求500平方米以上）", "还差4500万元", "还要知道：进出口额全区名次", "不是批准",
    "不是行政决定", "“每 1 美元再增加奖励 0.02 元人民币……”（第1条）", "规则校验值：sha256:",
)  # fmt: skip
EN = (
    "10%", "RMB 30,000", "(US$700,000 − US$600,000)", "RMB 2,000", "Still needed: Rank by trade in the district",
    "“每 1 美元再增加奖励 0.02 元人民币……” (Art. 1)", "no decision of an authority", "Hash of the rules: sha256:",
)  # fmt: skip


def test_a_letter_says_why(one: Path) -> None:
    """Condition, value, bound, arithmetic, words and article, what is missing, what it rests on, and that it is none
    of an authority's acts; it does not name the office's file."""
    (page,) = (path.read_text(encoding="utf-8") for path in (one / "告知").glob("*.html"))
    (text,) = (text_of(path.read_bytes()) for path in (one / "告知").glob("*.docx"))

    assert [words for words in ZH if words not in text or words not in page] == []
    public = (one / "公示名单.html").read_text(encoding="utf-8")
    assert "one-enterprise" not in text + page + public


def test_a_letter_in_english(shipped: Policykb, tmp_path: Path) -> None:
    """The same from the same data, but for the words of the text."""
    papers(shipped, list(shipped.read([ONE]).records), tmp_path / "out", "html", lang="en")
    (page,) = (path.read_text(encoding="utf-8") for path in (tmp_path / "out/letters").iterdir())

    assert [words for words in EN if words not in page] == []


def test_a_guide_says_what_the_text_leaves_out(one: Path, shipped: Policykb) -> None:
    """Every clause that can concern a record has one; art. 5 names no time to apply, no time limit and no expiry."""
    guides = {path.stem: path for path in (one / "申报指南").glob("*.docx")}
    text = text_of(guides["art-05-warehouse"].read_bytes())

    assert set(guides) == {one.id for one in shipped.book.clauses.values() if one.record_type}
    for field in ("申报时间和方式", "办理时限", "文件有效期"):
        assert f"{field}\n原文未载明" in text
    assert "海外仓总面积：500平方米以上" in text and "× 10%（最高10万元）" in text and "区委、区政府（推定）" in text


@pytest.mark.parametrize(
    ("lang", "label", "text"),
    [
        ("zh", "申报时间和方式", "原文：“每年3月10日前申报。”（第11条）"),
        ("en", "When and how to apply", "Source text: “每年3月10日前申报。” (Art. 11)"),
    ],
)
def test_a_guide_quotes_what_the_document_says_of_applying(lang: Any, label: str, text: str, tmp_path: Path) -> None:
    """Another article says for all clauses when to apply: every guide quotes it, and says nothing of a gap."""
    kb = load_policykb(beside_the_shipped(tmp_path / "kb", ROOT / "tests/fixtures/structures"), "demo-2025")
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    clauses = [clause for clause in kb.book.clauses.values() if clause.record_type]
    lines = [
        [line["text"] for line in field["lines"]]
        for clause in clauses
        for field in guide(clause, (), phrases)["fields"]
        if field["label"] == label
    ]

    assert len(lines) == len(clauses) > 5
    assert lines[0] == [text]
    assert [one for one in lines if one != [text]] == []


def test_a_guide_says_of_other_awards_what_the_text_says(one: Path) -> None:
    """Only article 1 says which awards exclude each other; how tiers of one award combine stands with its amounts."""
    guides = {path.stem: text_of(path.read_bytes()) for path in (one / "申报指南").glob("*.docx")}
    together = {name: text.split("能不能同时享受\n")[1].split("\n")[0] for name, text in guides.items()}

    assert {name for name, line in together.items() if line != "原文未载明"} == {
        "art-01-growth",
        "art-01-volume",
        "art-01-rank",
    }
    assert "就高享受其一" in together["art-01-rank"] and "进出口规模奖励" in together["art-01-rank"]
    assert "以上几档，只会符合其中一档。" in guides["art-10-foreign-capital"]
    assert "能不能相加，原文没有说明。" in guides["art-29-town"]
    assert not any("互斥" in text for text in guides.values())


@pytest.mark.proof
def test_the_same_records_give_the_same_bytes(one: Path, shipped: Policykb, tmp_path: Path) -> None:
    """Every file, twice; each document bears one fixed time, and the checksums are those of the files."""
    papers(shipped, list(shipped.read([ONE]).records), tmp_path / "out", "docx", "xlsx")
    files = [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".docx", ".xlsx")]

    assert len(files) > 60
    assert [
        path for path in files if path.read_bytes() != (one / path.relative_to(tmp_path / "out")).read_bytes()
    ] == []
    assert may_replace(one)
    with zipfile.ZipFile(one / "公示名单.docx") as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_pdf_bears_no_moment() -> None:
    """What LibreOffice writes of time and chance is put out, and nothing moves."""
    first = (
        b"PDF x /CreationDate(D:20261128164657+08'00')>> y" + b"." * 500 + b"/ID [ <%b>\n<%b> ]\n/DocChecksum /%b\n>>"
    )
    one, two = (first % ((digit * 32,) * 3) for digit in (b"A", b"7"))

    assert same_each_time(one) == same_each_time(two.replace(b"20261128", b"20270101"))
    assert len(same_each_time(one)) == len(one) and b"(D:19800101000000Z" in same_each_time(one)


def test_a_code_is_hidden_in_part() -> None:
    """At most three fifths of it show, whatever its length."""
    assert masked("91370402MA0000015R") == "913704********015R"
    assert masked("") == ""
    for length in range(1, 40):
        shown = len(masked("A" * length).replace("*", ""))
        assert len(masked("A" * length)) == length and shown <= length * 3 // 5


def test_a_long_list_goes_on(shipped: Policykb) -> None:
    """501 sums take two documents, each with the totals of both, and every sum stands in one of them."""
    phrases = Phrases(shipped.book, shipped.vocabulary, shipped.wording, "en")
    one = Payment("art-05-warehouse", 5, "Art. 5", "t", "s", "", "r", "2020", "", "s", "", "CNY",
                  Amount(Decimal(2), Decimal(2), "CNY"), "", True, (), ())  # fmt: skip
    ledger = Ledger(phrases)
    ledger.take(replace(one, record=f"r{number}", subject=f"s{number}") for number in range(501))
    parts = list(Tables(ledger, phrases).list_parts())

    assert [len(part["rows"]) for part in parts] == [500, 1]
    assert {row["subject"] for part in parts for row in part["rows"]} == {f"s{number}" for number in range(501)}
    assert all([(row["currency"], row["sum"]) for row in part["totals"]] == [("CNY", 1002)] for part in parts)
    assert [part["part"][:11] for part in parts] == ["Part 1 of 2", "Part 2 of 2"]
    assert [part["sums"][0]["count"] for part in Tables(ledger, phrases).plan_parts()] == [501, 501]


def test_templates_hold_no_words_of_their_own() -> None:
    """What a paper says comes from the data, in both languages; a template only arranges it."""
    for name in FILES:
        data = (ROOT / "scripts/policykb/papers/templates" / name).read_bytes()
        text = text_of(data) if name.endswith(".docx") else re.sub(r"<[^>]*>", "", data.decode())
        assert re.sub(r"\{[{%].*?[%}]\}", "", text).strip(" \n·") == re.sub(r"\{[{%].*?[%}]\}|\w", "", text).strip(
            " \n·"
        )


def test_a_template_of_ones_own(call: Call) -> None:
    """It takes the place of the one that is shipped; the others stay."""
    assert call("template", "mine", "--papers") == (0, "")
    assert sorted(path.name for path in Path("mine").iterdir()) == sorted(FILES)
    document = Document("mine/letter.docx")
    document.add_paragraph("Our own office writes to {{ name }}")
    document.save("mine/letter.docx")
    Path("mine/list.docx").unlink()

    assert call("papers", "one.json", "--out", "out", "--templates", "mine", "--format", "docx") == (0, "")
    assert "Our own office writes to 枣庄某某机械有限公司" in text_of(next(Path("out/letters").iterdir()).read_bytes())
    assert "draft estimate" in text_of(Path("out/public-notice-list.docx").read_bytes())


@pytest.mark.parametrize(
    ("name", "content", "place", "mend"),
    [
        ("lettre.docx", "x", "lettre.docx", "letter.docx"),
        ("letter.docx", "no document", "letter.docx", "{{ … }}"),
        ("letter.html", "{{ nobody }}", "'nobody' is undefined", "{{ … }}"),
        ("letter.html", "{% for a in %}", "letter.html", "{{ … }}"),
        ("letter.html", "{{ name.__class__.__mro__ }}", "letter.html", "{{ … }}"),
        ("~$letter.docx", "x", "mine", "policykb template DIR --papers"),
    ],
)
def test_a_template_that_cannot_be_filled_in(call: Call, name: str, content: str, place: str, mend: str) -> None:
    """One message with place and mend, exit code 2, and nothing is written."""
    Path("mine").mkdir()
    Path("mine", name).write_text(content, encoding="utf-8")
    code, err = call("papers", "one.json", "--out", "out", "--templates", "mine")

    assert (code, err.count("policykb: ")) == (2, 1)
    assert place in err and mend in err and "Traceback" not in err
    assert sorted(path.name for path in Path().iterdir()) == ["mine", "one.json"]


@pytest.mark.proof
def test_a_template_that_is_no_file_or_never_ends(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe, a device, an archive that unpacks to too much, another encoding and loops each end in one message."""
    monkeypatch.setattr("policykb.papers.forms._SECONDS", 0.5)

    def said(name: str, make: Callable[[Path], object]) -> str:
        shutil.rmtree("mine", ignore_errors=True)
        Path("mine").mkdir()
        make(Path("mine", name))
        code, err = call("papers", "one.json", "--out", "out", "--templates", "mine", "--format", name[-4:].strip("."))
        assert (code, err.count("policykb: "), Path("out").exists()) == (2, 1, False)
        return err

    def large(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", bytes(80 * 2**20))

    def write(text: str, encoding: str = "utf-8") -> Callable[[Path], object]:
        return lambda path: path.write_text(text, encoding=encoding)

    loops = "{% for a in range(99999) %}{% for b in range(99999) %}BODY{% endfor %}{% endfor %}"
    for one in ("'x' * 10**10", "10 ** (10**9)", "'x'|center(10**10)", "'x' * 99999999", "'%*d' % (2000000000, 1)"):
        assert "took too much memory" in said("letter.html", write(f"{{{{ {one} }}}}")), one
    assert "is not an ordinary file" in said("letter.html", os.mkfifo)
    assert "is not an ordinary file" in said("letter.docx", lambda path: path.symlink_to("/dev/zero"))
    assert "unpacked it has 80 MB" in said("letter.docx", large)
    assert "mine/letter.html: This file is not UTF-8" in said("letter.html", write("公示", "gbk"))
    assert "goes round too often" in said("letter.html", write(loops.replace("BODY", "")))
    assert "goes round too often" in said("letter.html", write(loops.replace("BODY", "x" * 9999)))


def test_checksums_that_are_no_text_keep_the_folder(call: Call) -> None:
    """A file that bears the name of ours and is none is kept, and named."""
    Path("out").mkdir()
    Path("out/SHA256SUMS").write_bytes(b"\xff\xfe\x00")
    code, err = call("papers", "one.json", "--out", "out", "--format", "html")

    assert code == 2 and "SHA256SUMS" in err and Path("out/SHA256SUMS").read_bytes() == b"\xff\xfe\x00"


def test_a_draft_that_somebody_changed_is_kept(call: Call) -> None:
    """Papers as they were written are replaced as a whole; one that was edited since, or another file, is not."""
    words = ("papers", "one.json", "--out", "out", "--format", "html")
    assert call(*words)[0] == 0
    assert call(*words)[0] == 0
    draft = next(Path("out/letters").iterdir())
    draft.write_text("checked and corrected", encoding="utf-8")
    code, err = call(*words)

    assert code == 2 and draft.name in err
    assert draft.read_text(encoding="utf-8") == "checked and corrected"


@pytest.mark.parametrize(("size", "name"), [(6, "public-notice-list.xlsx"), (14, "handbook.docx")])
def test_where_no_more_fits_nothing_is_left(call: Call, size: int, name: str) -> None:
    """A workbook or a document that cannot be written whole ends in one message that names it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size * 1024, before[1]))
    try:
        code, err = call("papers", "one.json", "--out", "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert code == 2 and f"out/{name}: This cannot be written: File too large." in err
    assert [path.name for path in Path().iterdir()] == ["one.json"]


def test_without_libreoffice_a_pdf_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before any work is done."""
    monkeypatch.setenv("PATH", "/nowhere")
    code, err = call("papers", "one.json", "--out", "out", "--format", "pdf")

    assert code == 2 and "LibreOffice" in err and "leave out --format pdf" in err
    assert not Path("out").exists()


def test_another_document_has_papers_too(call: Call, tmp_path: Path) -> None:
    """By itself and beside the shipped one: 2 % of an increase of 2 million yuan is settled and listed."""
    root = beside_the_shipped(tmp_path / "kb", ROOT / "tests/fixtures/second-document")
    Path("EnterpriseYear.csv").write_text(
        "name,period,tradeCNY,priorTradeCNY\n甲,2021,12000000,10000000\n", encoding="utf-8"
    )
    for words in (("--policy", "demo-2021"), ()):
        out = f"out{len(words)}"
        assert call("papers", "EnterpriseYear.csv", "--out", out, "--root", str(root), "--format", "xlsx", *words) == (
            0,
            "",
        )
        listed = [row for row in rows(Path(out, "public-notice-list.xlsx"), 0) if row[0]]
        assert ("甲", 40000) in {(row[1], row[6]) for row in listed}


def test_doubts_stand_where_money_is_published_or_paid(shipped: Policykb, tmp_path: Path) -> None:
    """A booth entered twice is named on the list and told in full in the plan; the list names no file of the office."""
    facts = {"overseas": True, "boothFeeCNY": "50000"}
    twice = [
        {"id": name, "type": "Exhibition", "period": "2020-10-01", "subject": {"name": "甲星公司"}, **facts}
        for name in ("x1", "x2")
    ]
    nothing = {
        "id": "x3",
        "type": "Exhibition",
        "period": "2020-10-02",
        "subject": {"name": "乙星公司"},
        "overseas": True,
    }
    file = tmp_path / "办公室.json"
    file.write_text(json.dumps({"records": [*twice, {**nothing, "boothFeeCNY": "0.01"}]}), encoding="utf-8")
    papers(shipped, list(shipped.read([file]).records), tmp_path / "out", "html")
    published, plan = ((tmp_path / "out" / f"{name}.html").read_text("utf-8") for name in ("公示名单", "资金计划表"))

    said = [re.findall("有 [0-9]+ 条数据问题或提示", page) for page in (published, plan)]
    assert said == [["有 2 条数据问题或提示"]] * 2
    assert "甲星公司 · 参展 · 2020-10-01 · x2" in published
    assert "办公室" not in published
    assert "完全相同" in plan
    # 30 % of a fen rounds to nothing, and nothing is no payment; that a fee of a fen is unusual is said.
    assert (published.count("乙星公司"), plan.count("乙星公司")) == (1, 1)
    assert "None" not in published + plan
