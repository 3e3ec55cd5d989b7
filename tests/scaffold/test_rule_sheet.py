"""The rule sheet goes out and comes back without loss, and changes what it says and nothing else."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from policykb import cli
from policykb.doors.files import KNOWLEDGE
from policykb.law.load import load
from policykb.names import PKB, XSD
from policykb.readers.workbook import open_book
from policykb.scaffold.blocks import Value, read_file
from policykb.scaffold.cells import LIST, NAME, Column, Names, form_of
from policykb.scaffold.sheet import files_of, kinds_in, sheet
from policykb.scaffold.written import HOME

ROOT = Path(__file__).resolve().parents[2]
SLUG = "qitang-2024"
TYPE = "22-rdf-syntax-ns#type>"
DOCUMENTS = sorted(path.parent.name for path in (ROOT / "policy").glob("*/document.ttl"))
NAMES = Names(f"{HOME}demo-2020/", {"pkb": str(PKB), "ex": "https://example.org/"}, {f"{PKB}Fact": "数据项 = 1"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the knowledge base."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / "kb" / name)
    return tmp_path / "kb"


@dataclass(frozen=True)
class Ran:
    """How a call ended, and what it said."""

    exit_code: int
    output: str


def _call(*words: str) -> Ran:
    """A call of the program as a user makes it, in this process."""
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(said), redirect_stderr(said):
        patched.setattr("sys.argv", ["policykb", *words, "--lang", "en"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    said.flush()
    return Ran(int(ended.value.code or 0), said.buffer.getvalue().decode())  # type: ignore[attr-defined]


def _run(root: Path, path: Path, slug: str = SLUG) -> Ran:
    return _call("new", slug, "--sheet", str(path), "--root", str(root))


def _held(root: Path) -> dict[str, bytes]:
    paths = (path for name in ("policy", "shapes") for path in (root / name).rglob("*.ttl"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _graph(root: Path, slug: str) -> set[str]:
    """All statements of the files of a document, what has no name being named by what is said of it."""
    found: set[str] = set()
    for folder in (root / "policy" / slug, root / "shapes" / slug):
        for path in folder.rglob("*.ttl"):
            quads = ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
            quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
            found |= {f"{path.name} {quad}" for quad in quads}
    return found


# --- Values as texts of cells ----------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["=1+1", "-", "@a", " a ", "", "_x0041_", "a\\nb", "\\", "a\nb", "甲\r\n乙", "\t", "'", '"', "( a )", "a b"]
)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda text, lang: ox.Literal(text, language=lang), TEXTS, st.sampled_from(["zh", "en"])),
    st.integers(-(10**9), 10**9).map(lambda n: ox.Literal(str(n), datatype=XSD.integer)),
    st.decimals(-(10**9), 10**9, places=2).map(lambda n: ox.Literal(str(n), datatype=XSD.decimal)),
    st.booleans().map(lambda b: ox.Literal(str(b).lower(), datatype=XSD.boolean)),
    st.dates().map(lambda d: ox.Literal(d.isoformat(), datatype=XSD.date)),
)
NODES = st.sampled_from(
    [
        f"{HOME}demo-2020/clause/art-01",
        f"{HOME}demo-2020",
        f"{PKB}Fact",
        "https://example.org/a.b",
        "urn:x:y",
        f"{PKB}a/b",
    ]
).map(ox.NamedNode)
LISTS: st.SearchStrategy[Value] = st.recursive(
    st.lists(st.one_of(LITERALS, NODES), max_size=3).map(tuple),
    lambda inner: st.lists(inner, max_size=2).map(tuple),
    max_leaves=4,
)


@settings(max_examples=40)
@given(values=st.lists(st.one_of(LITERALS, NODES, LISTS), min_size=1, max_size=4))
def test_values_come_back(tmp_path_factory: pytest.TempPathFactory, values: list[Value]) -> None:
    """What is written into cells is read from the file as the same values, digit for digit."""
    by_form: dict[str, list[Value]] = {}
    for value in values:
        form = form_of(value)
        assert form is not None
        by_form.setdefault(form, []).append(value)
    book = Workbook()
    page: Any = book.active
    for row, own in enumerate(by_form.values(), start=1):
        page.cell(row, 1).value = NAMES.text(own)
        page.cell(row, 1).data_type = "s"
    path = tmp_path_factory.getbasetemp() / "cells.xlsx"
    book.save(path)

    opened = open_book(path, path.name)
    found = [cells[0].text for _, cells, _ in opened.sheets[0].cells()]
    opened.close()

    for (form, own), text in zip(by_form.items(), found, strict=True):
        assert NAMES.values(Column(PKB.x, form), text) == list(dict.fromkeys(own))


@pytest.mark.parametrize(
    "column",
    [
        Column(PKB.x, NAME),
        Column(PKB.x, LIST),
        Column(PKB.x, "@zh"),
        Column(PKB.x, f"^^{XSD.decimal.value}"),
        Column(ox.NamedNode("urn:x:y"), f"^^{XSD.date.value}"),
    ],
)
def test_headings_come_back(column: Column) -> None:
    """The first cell of a column names it."""
    assert NAMES.column(NAMES.key(column)) == column


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (NAME, "a b:c:d"[2:]),
        (NAME, "unknown:x"),
        (NAME, "<a b>"),
        (NAME, "clause/"),
        (LIST, "pkb:a"),
        (LIST, "( pkb:a"),
        (LIST, "( pkb:a ) , ( pkb:b )"),
        (LIST, "( pkb:a ) . <urn:other> pkb:b ( pkb:c )"),
        (LIST, "( pkb:a ) ; pkb:b ( pkb:c )"),
        (LIST, "( [ pkb:a 1 ] )"),
        (f"^^{XSD.decimal.value}", "5万"),
        (f"^^{XSD.integer.value}", "5.0"),
        (f"^^{XSD.boolean.value}", "是"),
        (f"^^{XSD.date.value}", "2020-02-30"),
    ],
)
def test_what_is_no_value_of_a_column(form: str, text: str) -> None:
    """Nothing is read that is not of the form of the column; a cell cannot say anything of another resource."""
    assert NAMES.values(Column(PKB.x, form), text) is None


@pytest.mark.parametrize(
    ("datatype", "text", "value"),
    [
        (XSD.decimal, "500,000", "500000.0"),
        (XSD.decimal, "５００，０００．５", "500000.5"),
        (XSD.decimal, "15%", "0.15"),
        (XSD.decimal, "０．５％", "0.005"),
        (XSD.integer, "1,200", "1200"),
        (XSD.integer, "３", "3"),
    ],
)
def test_numbers_as_clerks_write_them(datatype: ox.NamedNode, text: str, value: str) -> None:
    """Groups of three, full-width digits and per cent are numbers; what is grouped otherwise is none."""
    column = Column(PKB.x, f"^^{datatype.value}")

    assert NAMES.values(column, text) == [ox.Literal(value, datatype=datatype)]
    assert NAMES.values(column, "50,00") is None
    assert NAMES.values(Column(PKB.x, f"^^{XSD.integer.value}"), "15%") is None


# --- Files as blocks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_files_are_read_and_written_alike(slug: str) -> None:
    """A file in which every resource is written anew says the same, and an untouched one is the same byte for byte."""
    for file in files_of(ROOT, slug):
        text = file.path.read_text("utf-8")
        whole = [b for b in file.blocks if not any(isinstance(v, ox.BlankNode) for vs in b.said.values() for v in vs)]

        assert file.changed({}, {}) == text
        anew = file.changed({block.subject: block.said for block in whole}, {})
        assert anew.replace('"' * 3, '"').replace("\n", "\\n") == text.replace('"' * 3, '"').replace("\n", "\\n")


def test_comments_and_texts_of_several_lines_stay(tmp_path: Path) -> None:
    """What is said between two statements stands above the resource; no line of a text is taken for a comment."""
    path = tmp_path / "a.ttl"
    path.write_text(
        "@base <https://example.org/> .\n"
        "@prefix pkb: <https://w3id.org/policykb/ns#> .\n\n"
        "# About one.\n"
        "<one> a pkb:Clause ;\n"
        "    # Not sure of this.\n"
        '    pkb:words """eins\n\n# zwei\n<drei>""" .\n\n'
        "<two> a pkb:Clause .\n",
        "utf-8",
    )
    file = read_file(path)
    one = ox.NamedNode("https://example.org/one")

    assert file.changed({}, {}) == path.read_text("utf-8")
    said = {**file.blocks[0].said, ox.NamedNode("http://purl.org/dc/terms/title"): [ox.Literal("甲", language="zh")]}
    assert file.changed({one: said}, {"dct": "http://purl.org/dc/terms/"}) == (
        "@base <https://example.org/> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix pkb: <https://w3id.org/policykb/ns#> .\n\n"
        "# About one.\n"
        "# Not sure of this.\n"
        "<one> a pkb:Clause ;\n"
        '    pkb:words "eins\\n\\n# zwei\\n<drei>" ;\n'
        '    dct:title "甲"@zh .\n\n'
        "<two> a pkb:Clause .\n"
    )
    assert file.changed({one: None}, {}).endswith("# About one.\n\n<two> a pkb:Clause .\n")


# --- Whole sheets ----------------------------------------------------------------------------------------------------


@pytest.mark.proof
@pytest.mark.parametrize("slug", DOCUMENTS)
def test_a_document_can_be_made_from_its_sheet(root: Path, tmp_path: Path, slug: str) -> None:
    """Where all that has a row is taken out of the files, the sheet brings back every statement of it."""
    path, before = tmp_path / "rules.xlsx", _graph(root, slug)
    assert _run(root, path, slug).exit_code == 0
    files = files_of(root, slug)
    kinds = kinds_in(root, files)
    for file in files:
        rows = [b.subject for b in file.blocks if kinds.get(b.subject)]
        file.path.write_text(file.changed(dict.fromkeys(rows), {}), "utf-8")
    assert len(_graph(root, slug)) < len(before)

    said = _run(root, path, slug)

    assert said.exit_code == 0, said.output
    # A new row states its type, which may have followed from the rest.
    assert kinds_in(root, files_of(root, slug)) == kinds
    assert {one for one in _graph(root, slug) if TYPE not in one} == {one for one in before if TYPE not in one}


@pytest.fixture
def edited(root: Path, tmp_path: Path) -> Iterator[Callable[[Callable[[Any], object]], Any]]:
    """Edit the sheet of a document as a person does, and read it back."""
    path = tmp_path / "rules.xlsx"
    path.write_bytes(sheet(load(root, SLUG), "zh")[0])

    def edit(change: Callable[[Any], object]) -> Any:
        book = load_workbook(path)
        change({page["A1"].value: page for page in book.worksheets})
        book.save(path)
        return _run(root, path)

    yield edit


def _cell(page: Any, name: str, key: str) -> Any:
    keys = {cell.value: cell.column for cell in page[1]}
    (row,) = (cell.row for cell in page["A"] if cell.value == name)
    return page.cell(row, keys[key])


def test_what_is_not_edited_stays(root: Path, edited: Callable[..., Any]) -> None:
    """A sheet read back as it was written changes no byte."""
    before = _held(root)

    said = edited(lambda pages: None)

    assert "0 altered, 0 added, 0 removed; 0 that it does not name" in said.output
    assert _held(root) == before


@pytest.mark.proof
def test_an_amount_is_changed(root: Path, edited: Callable[..., Any]) -> None:
    """One cell is one statement in one file; a number that a spreadsheet made of it counts as it is shown."""
    before = _held(root)

    def change(pages: Any) -> None:
        _cell(pages["Option"], "option/art-11-booth", "schema:maxValue^^xsd:decimal").value = 30000

    said = edited(change)

    assert "1 altered, 0 added, 0 removed" in said.output, said.output
    after = _held(root)
    (name,) = (name for name in before if before[name] != after[name])
    lines = [
        (old, new)
        for old, new in zip(before[name].decode().split("\n"), after[name].decode().split("\n"), strict=True)
        if old != new
    ]
    assert lines == [("    schema:maxValue 20000.0 ;", "    schema:maxValue 30000.0 ;")]


def _add(page: Any, **said: Any) -> None:
    """A row below the last, its cells by what the headings begin with."""
    keys = {cell.value: cell.column for cell in page[1]}
    row = max(cell.row for cell in page["A"] if cell.value) + 1
    for name, value in said.items():
        page.cell(
            row, keys[name] if name in keys else next(at for key, at in keys.items() if key == name)
        ).value = value


def test_a_second_amount_is_added_and_another_goes(root: Path, edited: Callable[..., Any]) -> None:
    """A new row comes to the end of its file; a row that is emptied is a resource that goes, with its blank line."""
    file = "policy/qitang-2024/articles.ttl"
    before = (root / file).read_text("utf-8")

    def change(pages: Any) -> None:
        option = pages["Option"]
        row = next(cell.row for cell in option["A"] if cell.value == "option/art-12-low")
        _add(
            option,
            **{
                "Option": "option/art-12-least",
                "file": file,
                "dct:title@zh": "2000万元及以上",
                "dct:title@en": "20 million yuan or more",
                "pkb:condition": "shape/art-12-low",
                "schema:value^^xsd:decimal": 80000,
                "pkb:words^^xsd:string": "给予8万元奖励",
            },
        )
        for cell in option[row][1:]:
            cell.value = None
        option.cell(row, 2).value = file

    said = edited(change)

    assert said.exit_code == 0, said.output
    assert "0 altered, 1 added, 1 removed" in said.output
    low = (
        '<option/art-12-low> dct:title "2000万元及以上"@zh , "20 million yuan or more"@en ;\n'
        "    schema:value 80000.0 ;\n"
        '    pkb:words "给予8万元奖励" .\n'
    )
    assert low in before
    # Properties come in the order of the columns, which is that of the documents.
    least = (
        "\n<option/art-12-least> a pkb:Option ;\n"
        '    dct:title "2000万元及以上"@zh , "20 million yuan or more"@en ;\n'
        "    schema:value 80000.0 ;\n"
        "    pkb:condition <shape/art-12-low> ;\n"
        '    pkb:words "给予8万元奖励" .\n'
    )
    assert (root / file).read_text("utf-8") == before.replace(f"{low}\n", "") + least


@pytest.mark.proof
@pytest.mark.parametrize(
    ("kind", "name", "key", "value", "where", "what"),
    [
        ("Option", "option/art-11-booth", "schema:maxValue^^xsd:decimal", "3万", "schema:maxValue^^xsd:decimal", "3万"),
        (
            "Option",
            "option/art-11-booth",
            "schema:maxValue^^xsd:decimal",
            "=2*15000",
            "schema:maxValue",
            "cannot stand",
        ),
        ("Option", "option/art-11-booth", "pkb:base", "no:such", "pkb:base", "no:such"),
        ("Option", "option/art-11-booth", "file", "policy/qitang-2024/source.txt", "", "source.txt"),
        ("Option", "option/art-11-booth", "file", "../outside.ttl", "", "outside"),
        ("Option", "option/art-11-booth", "Option", "<https://example.org/other>", "", "example.org"),
        ("Option", "option/art-11-booth", "Option", "option/art-12-high", "", "has a row already"),
        ("Criterion", None, "sh:in ( )", "( 1 ) . <urn:a> <urn:b> ( 2 )", "sh:in", "urn:a"),
        ("Clause", None, "Clause", "clause/new-one", "", "stands"),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    root: Path, edited: Callable[..., Any], kind: str, name: str | None, key: str, value: str, where: str, what: str
) -> None:
    """The message names the sheet and the cell, the exit code is 2, and every file is as it was."""
    before = _held(root)

    def change(pages: Any) -> None:
        page = pages[kind]
        chosen = name or page["A3"].value
        cell = _cell(page, chosen, key)
        if what == "stands":
            row = page.max_row + 1
            page.cell(row, 1).value = value
            return
        cell.value = value

    said = edited(change)

    assert said.exit_code == 2, said.output
    assert "rules.xlsx" in said.output and "cell" in said.output, said.output
    assert where in said.output and (what in said.output or what == "stands"), said.output
    assert "Traceback" not in said.output
    assert _held(root) == before


@pytest.mark.proof
def test_what_could_not_be_loaded_changes_nothing(root: Path, edited: Callable[..., Any]) -> None:
    """A sum and a rate cannot stand on one option: the knowledge base says so before anything is written."""
    before = _held(root)

    said = edited(
        lambda pages: setattr(
            _cell(pages["Option"], "option/art-11-booth", "schema:value^^xsd:decimal"), "value", "5.0"
        )
    )

    assert said.exit_code == 2, said.output
    assert "art-11-booth" in said.output
    # The place is the row that says it; the lines of the file are not there, since nothing was written.
    assert re.search(r"rules\.xlsx, sheet \S+, cell A\d+ \(written as policy/\S+\.ttl, line \d+\): ", said.output)
    assert _held(root) == before


@pytest.mark.proof
def test_the_sheet_of_a_draft(root: Path, tmp_path: Path) -> None:
    """A draft comes with its sheet; what is confirmed there is confirmed in the files."""
    text, path = tmp_path / "text.txt", tmp_path / "rules.xlsx"
    text.write_text(
        "示例办法\n\n第一条 对年出口500万元以上的企业，给予奖励5万元。\n\n第二条 本办法自2022年7月1日起施行。\n",
        "utf-8",
    )

    said = _call("new", "demo-2022", "--from", str(text), "--sheet", str(path), "--root", str(root))

    assert said.exit_code == 0, said.output
    book = load_workbook(path)
    pages = {page["A1"].value: page for page in book.worksheets}
    assert [cell.value for cell in pages["Clause"]["A"]][2:] == ["clause/art-01-s1"]
    confirm = _cell(pages["Clause"], "clause/art-01-s1", "pkb:toConfirm@zh")
    assert confirm.value
    confirm.value = None
    _cell(pages["Clause"], "clause/art-01-s1", "dct:title@en").value = "Award for exports"
    book.save(path)
    back = _run(root, path, "demo-2022")
    assert "1 altered" in back.output, back.output
    written = (root / "policy" / "demo-2022" / "articles" / "art-01.ttl").read_text("utf-8")
    clause = written[written.index("<clause/art-01-s1>") :].split(" .\n")[0]
    assert '"Award for exports"@en' in clause
    assert "pkb:toConfirm" not in clause


@pytest.mark.proof
@pytest.mark.parametrize(("name", "slug"), [("inns", "inns-2026"), ("structures", "demo-2025")])
def test_data_rules_among_the_conditions(root: Path, tmp_path: Path, name: str, slug: str) -> None:
    """A data rule beside the conditions of a document is no row of the sheet, which comes back as it went out."""
    shutil.copytree(ROOT / "tests" / "fixtures" / name, root, dirs_exist_ok=True)
    before, path = _held(root), tmp_path / "rules.xlsx"
    assert _run(root, path, slug).exit_code == 0

    said = _run(root, path, slug)

    assert (said.exit_code, _held(root) == before) == (0, True), said.output


def test_calls_that_cannot_be_meant(root: Path, tmp_path: Path) -> None:
    """Neither a text nor a sheet; a document that is not there; a sheet that is no workbook, or another one."""
    other = tmp_path / "other.xlsx"
    Workbook().save(other)
    csv = tmp_path / "rules.csv"
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    for words, said in (
        ([], "neither"),
        (["--sheet", str(csv)], ".xlsx"),
        (["--sheet", str(other)], "no rule sheet"),
        (["--sheet", str(broken)], "broken.xlsx"),
    ):
        found = _call("new", SLUG, *words, "--root", str(root))
        assert (found.exit_code, said in found.output) == (2, True), found.output
    text = tmp_path / "text.txt"
    text.write_text("第一条 给予奖励5万元。\n\n第二条 自2022年1月1日起施行。\n", "utf-8")
    before = other.read_bytes()
    found = _call("new", "demo-2022", "--from", str(text), "--sheet", str(other), "--root", str(root))
    assert (found.exit_code, "leave out --from" in found.output) == (2, True), found.output
    assert (other.read_bytes(), (root / "policy" / "demo-2022").exists()) == (before, False)
    found = _call("new", "no-such", "--sheet", str(other), "--root", str(root))
    assert (found.exit_code, "no-such" in found.output) == (2, True), found.output


@pytest.mark.proof
def test_a_sheet_is_the_same_in_every_run(root: Path) -> None:
    """The same files give the same bytes."""
    assert sheet(load(root, SLUG), "zh") == sheet(load(root, SLUG), "zh")
