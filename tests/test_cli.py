"""The command line as a user meets it: real files, real processes' output, exit codes, messages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import typer

from policykb import __main__ as program
from policykb import cli
from policykb.errors import CallError
from policykb.law.load import named

ROOT = Path(__file__).parents[1]
RECORDS = str(ROOT / "docs/examples/one-enterprise.json")
SCREENED = str(ROOT / "docs/examples/district-2020-csv/EnterpriseYear.csv")
RECORD = {
    "id": "r1",
    "type": "EnterpriseYear",
    "period": "2020",
    "subject": {"name": "示例机械有限公司", "creditCode": "91370402MA0000015R"},
    "producer": True,
    "tradeCNY": "5000000",
    "tradeUSD": "700000",
    "priorTradeUSD": "600000",
    "tradeRank": 9,
}


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
def records(tmp_path: Path) -> Path:
    """A JSON file with one record."""
    path = tmp_path / "records.json"
    path.write_text(json.dumps({"records": [RECORD]}, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["table", "csv", "md", "html"])
def test_records_that_share_an_id_keep_their_own_faults(
    form: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Neither is decided; the id is a fault of both, the negative sum of the second alone, and each is named once."""
    path = tmp_path / "EnterpriseYear.csv"
    path.write_text("id,period,name,tradeCNY\nA1,2020,甲公司,6000000\nA1,2020,己公司,-5\n", encoding="utf-8")
    # However long the name of the folder is, no line of the table breaks within what is looked for.
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(monkeypatch, capfd, "apply", path.name, "--format", form, "--lang", "zh")
    # The summary above the subjects names the faults as well, and the rows below those of a table of subjects do.
    answer = (
        out if form == "csv" else out[out.rindex({"table": "■ 甲公司", "md": "## 甲公司"}.get(form, "<h2>甲公司")) :]
    )
    first, second, *_ = answer[answer.index("甲公司") :].split("己公司")

    assert code == 0
    assert (first.count("同一个编号用了两次"), first.count("不能是负数")) == (1, 0)
    assert (second.count("同一个编号用了两次"), second.count("不能是负数")) == (1, 1)


def test_apply_json(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], records: Path) -> None:
    """A manufacturer at the threshold with 100,000 USD more than last year gets 2,000 yuan, in the published form."""
    code, out, _ = run(monkeypatch, capfd, "apply", str(records), "--format", "json", "--lang", "en")
    answer = json.loads(out)
    schema = json.loads((ROOT / "docs/reference/answer.schema.json").read_text(encoding="utf-8"))
    growth = next(d for d in answer["decisions"] if d["clause"] == "art-01-growth")

    jsonschema.validate(answer, schema)
    assert code == 0
    assert (growth["status"], growth["amount"]) == (
        "eligible",
        {"min": "2000.00", "max": "2000.00", "currency": "CNY"},
    )
    assert answer["groups"] == [
        {
            "record": "r1",
            "group": "art-01-highest",
            "winner": "art-01-growth",
            "amount": {"min": "2000.00", "max": "2000.00", "currency": "CNY"},
        }
    ]


def test_apply_not_applicable(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], records: Path
) -> None:
    """Clauses of other record types are listed with --all only."""
    _, out, _ = run(monkeypatch, capfd, "apply", str(records), "--format", "json")
    _, everything, _ = run(monkeypatch, capfd, "apply", str(records), "--format", "json", "--all")

    assert "not-applicable" not in {d["status"] for d in json.loads(out)["decisions"]}
    assert {"record": "r1", "clause": "art-24-refund", "status": "not-applicable"}.items() <= next(
        d for d in json.loads(everything)["decisions"] if d["clause"] == "art-24-refund"
    ).items()


@pytest.mark.parametrize("format", ["table", "csv", "md"])
@pytest.mark.parametrize(("lang", "words"), [("zh", "预计符合"), ("en", "Likely eligible")])
def test_apply_readable(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    records: Path,
    format: str,
    lang: str,
    words: str,
) -> None:
    """Every readable format speaks the reader's language and gives the amount."""
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(monkeypatch, capfd, "apply", str(records), "--format", format, "--lang", lang)

    assert code == 0
    assert words in out
    assert "2,000" in out or "2000.00" in out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.json", None, "no such file"),
        ("empty.json", "", "empty"),
        ("broken.json", '{"records": [', "JSON"),
        ("broken.ttl", "@prefix : <x> . :a :b", "line 1"),
        ("unknown.json", '{"records": [{"id": "x", "type": "Enterprise", "period": "2020"}]}', "EnterpriseYear"),
        ("columns.csv", "甲,乙\n1,2\n", "column"),
    ],
)
def test_unusable_input(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    content: str | None,
    message: str,
) -> None:
    """Input that cannot be used ends in one message with the file's name and a mend, and exit code 2."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, out, err = run(monkeypatch, capfd, "apply", str(path), "--lang", "en")

    assert (code, out) == (2, "")
    assert name in err
    assert message.lower() in err.lower()
    assert len(err.strip().splitlines()) >= 2
    assert "Traceback" not in err


def test_wrong_value(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A record with a wrong value is an invalid record with its finding, the rest is decided."""
    path = tmp_path / "records.json"
    wrong = {**RECORD, "id": "bad", "tradeCNY": "约6000", "subject": {"name": "另一示例企业"}}
    path.write_text(json.dumps({"records": [RECORD, wrong]}, ensure_ascii=False), encoding="utf-8")
    code, out, _ = run(monkeypatch, capfd, "apply", str(path), "--format", "json")
    decisions = json.loads(out)["decisions"]
    bad = [d for d in decisions if d["record"] == "bad"]

    assert code == 0
    assert [(d["status"], d["clause"], d["findings"][0]["value"]) for d in bad] == [("invalid-record", None, "约6000")]
    assert any(d["status"] == "eligible" for d in decisions if d["record"] == "r1")


@pytest.mark.parametrize("number", range(1, 30))
def test_article(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], number: int) -> None:
    """All 29 articles print their text and clauses."""
    code, out, _ = run(monkeypatch, capfd, "article", str(number), "--lang", "zh")

    assert code == 0
    assert f"[art-{number:02d}-s1]" in out
    assert f"art-{number:02d}-" in out.split("条款\n", 1)[1]


@pytest.mark.parametrize("named", ["第五条", "第5条", " 第 ５ 条", "五", "05", "5条", "Article 5", "art-05"])
def test_article_as_it_is_cited(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], named: str) -> None:
    """Whoever copies the name of an article from the text gets the article."""
    code, out, _ = run(monkeypatch, capfd, "article", named, "--lang", "zh")

    assert code == 0
    assert "[art-05-s1]" in out


@pytest.mark.parametrize(
    "named", ["三、（一）", "三（一）", " 第三(一)项", "3.1", "3(1)", "part 3 (1)", "11", "art-11"]
)
def test_article_of_a_part_as_it_is_cited(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], named: str
) -> None:
    """Where a document counts anew in each part, an article goes by the name that answers cite it by."""
    code, out, _ = run(monkeypatch, capfd, "article", named, "--policy", "qitang-2024", "--lang", "zh")

    assert code == 0
    assert out.splitlines()[0] == "《栖棠区落实云汀市产业政策实施办法》 三、（一） 境外参展"


def test_a_reading_that_is_named_twice(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """It is one reading, and no conflict with itself."""
    call = ["apply", RECORDS, "--lang", "zh", "--with", "R1-highest:alt"]
    once = run(monkeypatch, capfd, *call)
    again = run(monkeypatch, capfd, *call, "--with", "R1-highest:alt")

    assert (again, once[0]) == (once, 0)


def test_an_article_that_no_part_has(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A part of a number is no article, and the message names the first and the last as they are cited."""
    code, _, err = run(monkeypatch, capfd, "article", "3.1", "--lang", "zh")
    assert (code, err) == (2, "policykb: 文件没有“3.1”这一条。\n  条号从 1 到 29。\n")

    code, _, err = run(monkeypatch, capfd, "article", "五、（一）", "--policy", "qitang-2024", "--lang", "zh")
    assert (code, err) == (2, "policykb: 文件没有“五、（一）”这一条。\n  条号从 一、（一） 到 四、（四）。\n")


@pytest.mark.parametrize("columns", ["0", "1", "3", "19"])
def test_what_is_no_width_is_not_obeyed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], columns: str
) -> None:
    """Where the surroundings name a width that no terminal has, a page is as wide as usual, and never empty."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", "24")

    for words in (("article", "2"), ("readings", "R1-highest"), ("clauses",), ("clause", "art-05-warehouse")):
        code, out, _ = run(monkeypatch, capfd, *words, "--lang", "zh")
        lines = out.splitlines()
        assert code == 0 and 4 < len(lines) < 120, words
        assert max(map(len, lines)) > 30, words


def test_article_says_how_it_is_cited(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """An article ends with its citation and the IRIs of its parts, each whole on one line however narrow."""
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = run(monkeypatch, capfd, "article", "2", "--lang", "en")
    home = "https://w3id.org/policykb/id/szq-2020-12"
    title = "中共市中区委员会关于深化改革创新全面提升对外开放水平的实施意见 第2条"
    signed = "中共枣庄市市中区委, 市中区人民政府"

    assert f"  {signed}. {title}: 市中发〔2020〕12号[A/OL]. (2020-09-24). {home}/art-02." in out.splitlines()
    assert f"  IRI {home}/art-02" in out.splitlines()
    assert [line.split() for line in out.splitlines() if line.endswith(("art-02-s6", "/art-02-exhibition"))] == [
        ["art-02-s6", f"{home}/art-02-s6"],
        ["art-02-exhibition", f"{home}/clause/art-02-exhibition"],
    ]


@pytest.mark.parametrize(
    "name", ["szq-clause:art-22-acquisition", "https://w3id.org/policykb/id/szq-2020-12/clause/art-22-acquisition"]
)
def test_clause_by_its_iri(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """A clause is known by the prefixed name that answers show, and by its whole IRI."""
    plain = run(monkeypatch, capfd, "clause", "art-22-acquisition", "--lang", "en")

    assert run(monkeypatch, capfd, "clause", name, "--lang", "en") == plain
    assert plain[0] == 0


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("readings", "R1"), "R1-highest"),
        (("readings", "R1-higest"), "R1-highest"),
        (("readings", "R1-highest:alt"), "R1-highest"),
        (("apply", RECORDS, "--with", "R1-highest"), "R1-highest:alt"),
        (("apply", RECORDS, "--with", "R19-lits:alt"), "R19-list:alt"),
        (("clause", "art-22-aquisition"), "art-22-acquisition"),
        (("clause", "art-05"), "art-05-warehouse"),
    ],
    ids=" ".join,
)
def test_near_names_are_offered(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: tuple[str, ...], mend: str
) -> None:
    """A name that there is not is answered with those that it may have meant."""
    code, _, err = run(monkeypatch, capfd, *words)

    assert code == 2
    assert re.search(rf"(meant?|such a name:?) [^\n]*{re.escape(mend)}\b", err), err


def test_clause(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A clause prints its rule, words and amount."""
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(monkeypatch, capfd, "clause", "art-05-warehouse", "--lang", "zh")

    assert code == 0
    assert "≥ 500平方米" in out
    assert "“仓储总面积达到500平方米以上”" in out.replace("自主建设或租赁", "")
    assert "10%（最高10万元）" in out


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["chek"], "没有“chek”这个命令。", "There is no command “chek”."),
        (["check", "x.csv", "--fromat", "json"], "没有 --fromat 这个选项。", "There is no option --fromat."),
        (["screen"], "没有写 INPUT…：", "INPUT… is missing: "),
        (["check", "x.csv", "--format"], "--format 后面要跟一个值。", "--format needs a value."),
        (["check", "x.csv", "--strict=yes"], "--strict 后面不能跟值。", "--strict takes no value."),
        (["serve", "--port", "三"], "--port 要写整数，写的却是“三”。", "--port must be a whole number, not “三”."),
        (["ask", "--timeout", "x"], "--timeout 要写数，写的却是“x”。", "--timeout must be a number, not “x”."),
        (["ask", "--timeout", "nan"], "--timeout 要写数，写的却是“nan”。", "--timeout must be a number, not “nan”."),
        (["ask", "--timeout", "86401"], "--timeout 不能是 86401。", "--timeout cannot be 86401."),
        (["article", "1 is not"], "文件没有“1 is not”这一条。", "The document has no article “1 is not”."),
        (["serve", "--port", "65536"], "--port 不能是 65536。", "--port cannot be 65536."),
        (["article", "3", "4"], "多写了：4。", "These words are too many: 4."),
        (["--as-of", "2021-01-01"], "--as-of 要写在命令之后。", "--as-of belongs after the command."),
    ],
)
def test_call_not_understood(
    arguments: list[str], zh: str, en: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A call that cannot be understood ends with 2 and tells in both languages what is wrong and where to look."""
    code, out, err = run(monkeypatch, capfd, *arguments)

    assert (code, out) == (2, "")
    assert err.startswith(f"policykb: {zh}")
    assert f"\n{en}" in err


PROGRAM = typer.main.get_command(cli.program())
SINGLE = [
    (name, option.opts[0], option.nargs)
    for name, command in PROGRAM.commands.items()  # type: ignore[attr-defined]
    for option in command.params
    if option.param_type_name == "option" and not (option.multiple or option.is_flag)
]


@pytest.mark.parametrize(("name", "option", "count"), SINGLE)
def test_an_option_given_twice_is_refused(name: str, option: str, count: int) -> None:
    """Of two values neither is taken for the one that is meant, in whatever way they are written."""
    one = [option, *["1"] * count]
    for words in ([*one, *one], [f"{option}=1", *one[2:], *one]):
        with pytest.raises(CallError) as found:
            PROGRAM.main([name, *words], standalone_mode=False)
        id = "policy-twice" if option == "--policy" else "option-twice"
        assert (found.value.id, found.value.values["option"]) == (id, option)


def test_several_documents_are_joined_by_commas() -> None:
    """A blank behind the comma, the comma of a Chinese keyboard and one at the end all say the same."""
    for words in ("qitang-2024, yunting-2024", "qitang-2024，yunting-2024", " qitang-2024 ,yunting-2024,"):
        assert named(words) == ("qitang-2024", "yunting-2024")
    with pytest.raises(CallError) as found:
        PROGRAM.main(["clauses", "--policy", "a", "--policy", "b"], standalone_mode=False)

    assert "--policy A,B" in found.value.say("en") and "--policy 甲,乙" in found.value.say("zh")


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        (["papers", "2020.xlsx"], "policykb papers 2020.xlsx --out DIR"),
        (["new"], "policykb new SLUG --from TEXT"),
        (["sweep"], "policykb sweep CLAUSE.CRITERION|FACT=LOW..HIGH:STEP --data 2020.xlsx"),
        (
            ["facts", "new", "shops", "--policy", "demo-2022"],
            "policykb facts new NAME --policy SLUG --type TYPE --kind ",
        ),
    ],
)
def test_the_call_that_is_shown_lacks_nothing(
    arguments: list[str], call: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where something is missing from a call, the one that is shown instead has all that it has to have, in order."""
    code, out, err = run(monkeypatch, capfd, *arguments)

    assert (code, out) == (2, "")
    assert f"：{call}" in err and f": {call}" in err


def test_light_start() -> None:
    """The libraries that take long to load are loaded by the commands that need them."""
    heavy = ("duckdb", "ibis", "mkdocs", "numpy", "openpyxl", "polars", "pyshacl", "rdflib", "xlsxwriter", "z3")
    code = f"import sys, policykb.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("form", "first"), [("md", "index.md"), ("html", "index.html")])
def test_pages_go_into_a_folder_that_is_named_like_one(
    form: str, first: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Too many subjects for one page are told to be written by `--out FOLDER/`: so they are, with the slash."""
    code, _, err = run(monkeypatch, capfd, "apply", RECORDS, "--format", form, "--out", f"{tmp_path}/pages/")

    assert (code, err) == (0, "")
    assert (tmp_path / "pages" / first).is_file()
    code, _, err = run(monkeypatch, capfd, "check", RECORDS, "--format", "html", "--out", f"{tmp_path}/report/")
    assert code == 2
    assert "结果要写进一个文件" in err


CHECK, APPLY = ("check", RECORDS, "--format", "json", "--out"), ("apply", RECORDS, "--format", "json", "--out")
SCREEN = ("screen", SCREENED, "--type", "EnterpriseYear", "--out")
FOLDER = ("folder", "folder：这是文件夹，结果要写进一个文件。", "folder: This is a folder; the result needs a file.")
BELOW_A_FILE = ("file/new", "file：这是文件，这里要的是文件夹。", "file: This is a file; a folder is needed here.")
NOT_WRITABLE = ("/proc/new", "/proc/new：无法写入：", "/proc/new: This cannot be written: ")


@pytest.mark.parametrize(
    ("arguments", "target", "zh", "en"),
    [
        (call, *target)
        for call, targets in (
            (CHECK, (FOLDER, BELOW_A_FILE, NOT_WRITABLE)),
            (APPLY, (FOLDER, BELOW_A_FILE, NOT_WRITABLE)),
            (SCREEN, (BELOW_A_FILE, NOT_WRITABLE)),  # a folder that exists is refused in words of its own
        )
        for target in targets
    ],
)
def test_where_nothing_can_be_written(
    arguments: tuple[str, ...],
    target: str,
    zh: str,
    en: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """A target that cannot be written ends with 2 and one message, and nothing is left beside it."""
    if arguments[0] == "screen":
        pytest.importorskip("ibis")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("as it was", encoding="utf-8")
    code, _, err = run(monkeypatch, capfd, *arguments, target)

    assert code == 2 and "Traceback" not in err
    assert zh in err and en in err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "as it was"


STARTS = {
    ".xlsx": b"PK",
    ".csv": b"\xef\xbb\xbf",
    ".json": b"{",
    ".md": b"# ",
    ".html": b"<!DOCTYPE html>",
    ".ttl": b"@prefix",
    ".txt": "按".encode(),
}


@pytest.mark.parametrize(("ending", "start"), STARTS.items())
def test_the_ending_of_a_name_tells_the_format(
    ending: str,
    start: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    records: Path,
    tmp_path: Path,
) -> None:
    """--out alone is enough, in capitals as well, and an answer can be written over an earlier one."""
    out = tmp_path / f"答案{ending.upper()}"
    first = run(monkeypatch, capfd, "apply", str(records), "--out", str(out), "--lang", "zh")
    again = run(monkeypatch, capfd, "apply", str(records), "--out", str(out), "--lang", "zh")

    assert first == again == (0, "", "")
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["--out", "a.doc"], "从文件名“a.doc”看不出", "The name “a.doc” does not tell"),
        (
            ["--out", "a"],
            ".txt、.json、.jsonl、.csv、.xlsx、.md、.html、.ttl",
            ".txt, .json, .jsonl, .csv, .xlsx, .md, .html, .ttl",
        ),
        (["--out", "a.xlsx", "--format", "csv"], "--format 要的却是 csv", "but --format asks for csv"),
        (["--out", "mine.csv"], "“mine.csv”已经存在", "already exists"),
        (["--out", "own.ttl", "--with", "own.ttl"], "“own.ttl”本身要被读取", "“own.ttl” is itself read"),
    ],
)
def test_a_target_that_would_be_wrong(
    arguments: list[str],
    zh: str,
    en: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """A name that says nothing or the opposite, and a file that is no answer: refused, and all is as it was."""
    monkeypatch.chdir(tmp_path)
    for name in ("mine.csv", "own.ttl"):
        (tmp_path / name).write_text("as it was", encoding="utf-8")
    code, out, err = run(monkeypatch, capfd, "apply", RECORDS, *arguments)

    assert (code, out) == (2, "")
    assert zh in err and en in err
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "mine.csv": "as it was",
        "own.ttl": "as it was",
    }


def test_a_name_that_says_nothing_with_the_format(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], records: Path, tmp_path: Path
) -> None:
    """With --format any ending will do."""
    out = tmp_path / "answer.data"

    assert run(monkeypatch, capfd, "apply", str(records), "--format", "csv", "--out", str(out))[0] == 0
    assert out.read_bytes().startswith(STARTS[".csv"])


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ("", "替换文件什么也没有改。", "The overlay changes nothing."),
        (
            '; pkb:replaces "art-05-warehouse"',
            '替换文件要替换的“"art-05-warehouse"”不存在。',
            'The overlay replaces “"art-05-warehouse"”, which does not exist.',
        ),
    ],
)
def test_an_overlay_that_touches_nothing(
    more: str, zh: str, en: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is refused, instead of leaving the answer as it was: it names nothing, or a text where a name belongs."""
    path = tmp_path / "own.ttl"
    path.write_text(f"@prefix pkb: <https://w3id.org/policykb/ns#> .\n<urn:own> a pkb:Overlay {more} .\n")
    code, out, err = run(monkeypatch, capfd, "apply", RECORDS, "--with", str(path))

    assert (code, out) == (2, "")
    assert f"own.ttl：{zh}" in err and f"own.ttl: {en}" in err


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_reader_that_goes_away_is_no_fault(form: str) -> None:
    """`policykb apply … | head`: the answer is cut off, and the exit code stays 0."""
    records = str(ROOT / "docs/examples/district-2020.json")
    command = [sys.executable, "-c", "from policykb.cli import main; main()", "apply", records, "--format", form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert (process.wait(60), err) == (0, b"")


def test_ctrl_c_while_the_command_line_begins(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Between loading and the first line of a command it ends the program without a word as well."""

    def stopped() -> None:
        raise KeyboardInterrupt

    ended: list[int] = []
    monkeypatch.setattr(cli, "main", stopped)
    monkeypatch.setattr("policykb.__main__.os._exit", ended.append)
    program.main()
    assert (ended, *capfd.readouterr()) == ([130], "", "")
