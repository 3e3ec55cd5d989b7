"""What a person is likely to get wrong, over all commands: one message with place and mend, and nothing written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policykb import cli

ROOT = Path(__file__).parents[1]
GOOD = "records.json"
# Each call, and what its message must name: the place, or what was written, and the mend.
NIGHTS = (
    "--policy szq-2020-12 --type Exhibition --kind integer --unit count --label 夜 Nights --question 几夜？ Nights?"
)
CALLS: tuple[tuple[str, str, str], ...] = (
    # --- the call itself
    ("aply records.json", "“aply”", "Did you mean apply?"),
    ("help", "“help”", "Commands: apply, check"),
    ("--strict apply records.json", "--strict", "policykb apply"),
    ("apply", "FILE…", "policykb apply --help"),
    ("apply records.json --fromat json", "--fromat", "--format"),
    ("apply records.json --nothing", "--nothing", "policykb apply --help"),
    ("apply records.json --format", "--format", "policykb apply --help"),
    ("apply records.json --explain=yes", "--explain", "Write --explain alone."),
    ("apply records.json --lang", "--lang", "policykb apply --help"),
    ("apply records.json --lang fr", "“fr”", "zh (Chinese) or en (English)"),
    ("article", "N", "policykb article --help"),
    ("article five", "no article “five”", "from 1 to 29"),
    ("article " + "9" * 5000, "no article “999", "from 1 to 29"),
    ("article 3 4", "4", "policykb article [OPTIONS] N"),
    ("clause art-05-warehouse my file", "my, file", "quotation marks"),
    ("serve --port 99999", "--port", "from 0 to 65535"),
    ("mcp --port 99999", "--port", "from 0 to 65535"),
    ("new Demo --from notes.txt", "“Demo”", "such as demo-2021"),
    ("facts new nights --policy szq-2020-12", "--type", "policykb facts --help"),
    (f"facts add nights {NIGHTS}", "“add”", "Use one of: new."),
    (f"facts new 2nights {NIGHTS}", "“2nights”", "such as hotelStars"),
    ("serve --timeout soon", "“soon”", "Write"),
    ("ask limits --retries 2.5", "“2.5”", "Write 3, for example"),
    ("ask limits --timeout 0", "--timeout", "from 1 to 86400"),
    # --- names that do not exist
    ("article 30", "30", "from 1 to 29"),
    ("clause art-05-warehous", "“art-05-warehous”", "art-05-warehouse"),
    ("clause warehouse", "“warehouse”", "art-05-warehouse"),
    ("readings R99", "“R99”", "R1-highest"),
    ("apply records.json --with R99:alt", "“R99:alt”", "policykb readings"),
    ("apply records.json --with gone.ttl", "gone.ttl", ".ttl"),
    ("apply records.json --type Enterprise", "“Enterprise”", "EnterpriseYear"),
    ("apply records.json --format pdf", "“pdf”", "table, json, jsonl, csv"),
    ("advise records.json --format pdf", "“pdf”", "table, json"),
    ("check records.json --format xlsx", "“xlsx”", "table, json, sarif"),
    ("compare records.json --with R1-highest:alt --format xml", "“xml”", "table, csv, json"),
    ("questions records.json --format ttl", "“ttl”", "table, csv"),
    ("ask limits --format xml", "“xml”", "table, csv"),
    ("export new --format pdf", "“pdf”", "ttl, nq"),
    ("ask limit", "“limit”", "limits"),
    ("ask --describe nothing", "“nothing”", "policykb ask --list"),
    ("ask limits colour=red", "“colour”", "parameters"),
    ("ask limits red", "“red”", "name=value"),
    ("ask", "query", "policykb ask --list"),
    ("ask limits --method put", "“put”", "auto, get or post"),
    ("template new.xlsx --types Enterprise", "“Enterprise”", "EnterpriseYear"),
    ("template new.xlsx --for art-99-nothing", "“art-99-nothing”", "Clauses with such a name"),
    ("screen EnterpriseYear.csv --out new --engine dask", "“dask”", "polars, spark"),
    ("papers records.json --out new --format odt", "“odt”", "docx, xlsx, html, pdf"),
    ("papers records.json --out new --templates gone", "gone", "Check the name"),
    ("screen EnterpriseYear.csv --out new --format xlsx", "“xlsx”", "parquet, csv"),
    ("screen other.csv --out new", "other.csv", "--type"),
    ("screen folder --out new", "folder", ".csv"),
    ("sweep art-05-warehouse.area=5 --data records.json", "“art-05-warehouse.area=5”", ".."),
    ("sweep tradeCNY=1..2:1 --data gone.json", "gone.json", "Check the name"),
    ("clauses --format xml", "“xml”", "table"),
    ("screen EnterpriseYear.csv --explain nobody", "“nobody”", "id"),
    ("article 5 --root nowhere", "nowhere", "--root"),
    ("article 5 --policy other", "“other”", "szq-2020-12"),
    ("verify --conformance folder", "folder", "cpsv-ap-3.2.0-shacl.ttl"),
    # --- files that cannot be read
    ("apply gone.json", "gone.json", "Check the name"),
    ("advise gone.json", "gone.json", "Check the name"),
    ("new demo-2022 --from gone.txt", "gone.txt", "Check the name"),
    ("check gone.xlsx", "gone.xlsx", "Check the name"),
    ("questions gone.json", "gone.json", "Check the name"),
    ("compare gone.json --with R1-highest:alt", "gone.json", "Check the name"),
    ("ask limits --data gone.json", "gone.json", "Check the name"),
    ("export new --data gone.json", "gone.json", "Check the name"),
    ("serve --data gone.json", "gone.json", "Check the name"),
    ("ask gone.rq", "gone.rq", "Check the name"),
    ("papers gone.json --out new", "gone.json", "Check the name"),
    ("replay gone.json records.json", "gone.json", "Check the name"),
    ("replay folder records.json", "summary.json", "Check the name"),
    ("replay notes.txt records.json", "notes.txt", "policykb apply"),
    ("replay broken.json records.json", "broken.json", "policykb apply"),
    ("replay old.xls records.json", "old.xls", "policykb apply"),
    ("replay cut.xlsx records.json", "cut.xlsx", "Get the file again"),
    ("screen gone.parquet --type EnterpriseYear --out new", "gone.parquet", "Check the name"),
    ("apply folder", "folder", "files in it"),
    ("ask folder.rq", "folder.rq", "files in it"),
    ("screen folder --type EnterpriseYear --out new", "folder", ".csv"),
    ("apply notes.txt", "notes.txt", "policykb template"),
    ("apply empty.json", "empty.json", "Fill it in"),
    ("apply none.json", "none.json", "at least one record"),
    ("apply broken.json", "broken.json", "comma"),
    ("apply list.json", "list.json, record 1", "--type"),
    ("apply latin.csv", "latin.csv", "UTF-8"),
    ("apply report.xlsx", "report.xlsx", "Ask its sender for"),
    ("apply old.xls", "old.xls", ".xlsx"),
    ("apply page.xlsx", "page.xlsx", ".xlsx"),
    ("apply cut.xlsx", "cut.xlsx", "in Excel"),
    ("apply ~$records.xlsx", "~$records.xlsx", "Close the workbook"),
    ("apply strange.csv", "strange.csv", "heading"),
    ("apply untyped.csv", "untyped.csv", "--type"),
    ("apply broken.ttl", "broken.ttl, line 2", "statement"),
    ("apply records.json --with broken.ttl", "broken.ttl, line 2", "statement"),
    ("apply records.json --with notes.ttl", "notes.ttl", "pkb:Overlay"),
    ("ask broken.rq", "broken.rq", "there"),
    ("ask update.rq", "update.rq", "SELECT"),
    ("ask function.rq", "custom function <http://example.org/f>", "Check the query"),
    ("ask service.rq", "service.rq", "--allow-service"),
    ("ask mine.rq colour=red", "parameters", "into the query"),
    # --- days and numbers
    ("apply records.json --as-of yesterday", "“yesterday”", "2023-10-01"),
    ("compare records.json --with R1-highest:alt --as-of 2021-02-30", "“2021-02-30”", "2023-10-01"),
    ("compare records.json", "compare", "--set"),
    ("compare records.json --set area=300", "area=300", "art-05-warehouse.area=300"),
    ("compare records.json --set art-05-warehouse.area=big", "“big”", "it is 500 now"),
    ("compare records.json --set art-05-warehouse.area=-3", "-3", "at least 0"),
    ("compare records.json --set art-02-exhibition.rate=30", "3000 %", "0.3"),
    # --- where nothing can be written
    ("apply records.json --format json --out folder", "folder", "Add a file name: folder/NAME."),
    ("apply records.json --format json --out list.json", "“list.json”", "--force"),
    ("apply records.json --format json --out records.json --force", "“records.json”", "another file name"),
    ("apply records.json --format json --out notes.txt/new.json", "notes.txt", "another folder"),
    ("apply records.json --format json --out /proc/new.json", "/proc/new.json", "a folder that can be written to"),
    ("check records.json --annotate marked.csv", "“marked.csv”", ".xlsx"),
    ("check records.json --annotate marked.xlsx", "records.json", "--format html"),
    ("compare records.json --with R1-highest:alt --chart chart.pdf", "“chart.pdf”", ".png, .svg"),
    ("template new.csv", "“new.csv”", ".xlsx"),
    ("template folder.xlsx", "folder.xlsx", "Add a file name: folder.xlsx/NAME."),
    ("export notes.txt", "notes.txt", "another folder"),
    ("export folder", "keep.txt", "Name another folder"),
    ("screen EnterpriseYear.csv --out folder", "folder", "Name another folder"),
    (
        "check EnterpriseYear.csv --annotate new.xlsx --out ./new.xlsx",
        "“new.xlsx”",
        "Give each a file name of its own.",
    ),
    ("screen EnterpriseYear.csv", "result", "--out"),
    # --- options that do not go together
    ("screen EnterpriseYear.csv --out new --explain EY-01", "--out and --explain", "Leave one of them out."),
    ("screen EnterpriseYear.csv --out new --master local[2]", "without --engine spark", "leave --master out"),
    ("mcp --port 5000", "--port does nothing", "Add --http"),
    ("template new --papers --types EnterpriseYear", "--papers and --types", "Leave one of them out."),
    ("template new --papers --for art-05-warehouse", "--papers and --for", "Leave one of them out."),
    # --- endpoints
    ("ask limits --endpoint ftp://example.org", "“ftp://example.org”", "https://"),
    ("ask limits --endpoint http://127.0.0.1:1/sparql --retries 0", "http://127.0.0.1:1/sparql", "Check address"),
    ("ask limits --endpoint http://127.0.0.1:1/ --data records.json", "--data", "--endpoint"),
)
# What only the makers of other programs understand.
JARGON = re.compile(
    r"Traceback|Errno|\bNone\b(?! of)|\w+Error\b|\w+Exception\b|pyoxigraph|openpyxl|polars\.|ibis|typer|click|"
    r"0x[0-9a-f]+|\bNaN\b|urlopen|b'"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good files and bad ones."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", folder / GOOD)
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", folder)
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", folder / "other.csv")
    workbook = (ROOT / "docs/examples/district-2020.xlsx").read_bytes()
    for name, data in {
        "empty.json": b"",
        "none.json": b'{"records": []}',
        "broken.json": b'{"records": [{"id": "1" "type": 2}]}',
        "list.json": b'{"enterprises": 5}',
        "notes.txt": b"somebody's notes\n",
        "latin.csv": "name,period,Exhibition\nCaf\xe9 \xff\xfe\x81,2020,1\n".encode("latin-1"),
        "report.xlsx": b"%PDF-1.7\n" + b"x" * 99,
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "page.xlsx": b"<html><table><tr><td>1</td></tr></table></html>",
        "cut.xlsx": workbook[: len(workbook) // 2],
        "~$records.xlsx": b"\x05lock",
        "strange.csv": b"colour,size\n1,2\n",
        "untyped.csv": "name,period\n甲,2020\n".encode(),
        "broken.ttl": b"@prefix pkb: <https://w3id.org/policykb/ns#> .\npkb:a pkb:b .\n",
        "notes.ttl": b"<urn:a> <urn:b> <urn:c> .\n",
        "broken.rq": b"SELECT * WHERE { ?s ?p }",
        "update.rq": b"DELETE WHERE { ?s ?p ?o }",
        "service.rq": b"SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "function.rq": b"SELECT (<http://example.org/f>(1) AS ?x) {}",
        "mine.rq": b"SELECT * { ?s ?p ?o } LIMIT 1",
    }.items():
        (folder / name).write_bytes(data)
    for name in ("folder", "folder.xlsx", "folder.rq"):
        (folder / name).mkdir()
    (folder / "folder" / "keep.txt").write_text("keep", encoding="utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], call: str) -> tuple[int, str, str]:
    """The command line in this process; returns exit code, standard output and standard error."""
    monkeypatch.setattr(sys, "argv", ["policykb", *call.split()])
    code = 0
    try:
        cli.main()
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capfd.readouterr()
    return code, out, err


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder, with its time and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("call", "named", "mend"), CALLS, ids=[call for call, _, _ in CALLS])
def test_a_wrong_call_ends_in_one_message(
    call: str, named: str, mend: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2; what is wrong and how to mend it, in Chinese and then in English; nothing printed or written."""
    if call.startswith("screen"):
        pytest.importorskip("ibis")
    monkeypatch.chdir(folder)
    before = state(folder)
    code, out, err = run(monkeypatch, capfd, call)

    assert (code, out) == (2, "")
    assert err.startswith("policykb: ")
    assert not JARGON.search(err), err
    lines = err.removeprefix("policykb: ").rstrip("\n").split("\n")
    assert len(lines) == 4 and all(line.startswith("  ") for line in lines[1::2]), err
    zh, en = "\n".join(lines[:2]), "\n".join(lines[2:])
    assert re.search("[\u4e00-\u9fff]", zh) and not re.search("[，。：；、\u4e00-\u9fff]", en), err
    assert named in en and mend in en, en
    assert state(folder) == before


@pytest.mark.parametrize(("lang", "other"), [("zh", "There is no such file"), ("en", "没有这个文件")])
def test_a_reader_who_names_a_language_gets_it_alone(
    lang: str, other: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """--lang chooses the language of the message, too."""
    monkeypatch.chdir(folder)
    _, _, err = run(monkeypatch, capfd, f"apply gone.json --lang {lang}")

    assert other not in err and len(err.strip().splitlines()) == 2


def test_there_are_wrong_calls_of_every_command() -> None:
    """The table covers all commands, and at least a hundred slips."""
    tried = {call.split()[0] for call, _, _ in CALLS}

    assert set(cli.COMMANDS) <= tried
    assert len(CALLS) >= 100


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may read and write everything")
def test_rights_are_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file without the right to read it, and a folder without the right to write, are named."""
    secret = shutil.copy(folder / GOOD, tmp_path / GOOD)
    Path(secret).chmod(0)
    code, _, err = run(monkeypatch, capfd, f"apply {secret}")

    assert code == 2 and str(secret) in err and "access rights" in err


@pytest.mark.proof
@pytest.mark.parametrize("threads", ["0", "none", "99999999"])
def test_what_the_surroundings_name_for_libraries_ends_nothing(tmp_path: Path, threads: str) -> None:
    """A backend of pictures that does not exist, and threads that no machine has, are as good as not named."""
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", tmp_path)
    shutil.copy(ROOT / "docs/examples/one-enterprise.json", tmp_path / GOOD)
    named = {**os.environ, "MPLBACKEND": "no-such-backend", "POLARS_MAX_THREADS": threads}
    for words in (
        "screen EnterpriseYear.csv --totals --out new",
        f"compare {GOOD} --with R1-highest:alt --chart new.svg",
    ):
        command = [sys.executable, "-c", "from policykb.cli import main; main()", *words.split()]
        done = subprocess.run(command, cwd=tmp_path, env=named, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, ""), words


def _called(folder: Path, words: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """What a shell gets that calls the program in a folder."""
    command = f'{before} "{sys.executable}" -c "from policykb.cli import main; main()" {words}'
    return subprocess.run(["bash", "-c", command], cwd=folder, stderr=subprocess.PIPE, text=True, timeout=120)


@pytest.mark.proof
def test_what_is_written_is_there_though_nobody_can_be_told(tmp_path: Path) -> None:
    """Where the totals cannot be printed the message says where they are, and has no call repeated."""
    shutil.copy(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv", tmp_path)
    done = _called(tmp_path, "screen EnterpriseYear.csv --out new --totals --lang en >&-")

    assert done.returncode == 2 and "new: The result is written" in done.stderr and "summary.json" in done.stderr
    assert (tmp_path / "new" / "summary.json").is_file()


@pytest.mark.parametrize("words", ["apply {file} --format json --out x.json", "screen {file} --out x"])
def test_a_folder_that_is_gone_is_named(tmp_path: Path, words: str) -> None:
    """Who works in a folder that was removed is told so, and of no fault elsewhere."""
    file = ROOT / "docs/examples/one-enterprise.json"
    done = _called(tmp_path, f"{words.format(file=file)} --lang en", "mkdir gone; cd gone; rmdir ../gone;")

    assert done.returncode == 2 and "The folder you are working in is no longer there." in done.stderr
