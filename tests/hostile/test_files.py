"""Files that are none, that never end, that lie about themselves, and knowledge bases that are broken."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from documentation import ROOT

from .conftest import Call

READERS = [
    ("apply", "{}", "--type", "EnterpriseYear"),
    ("check", "{}", "--type", "EnterpriseYear"),
    ("questions", "{}", "--type", "EnterpriseYear"),
    ("apply", "good.json", "--with", "{}"),
    ("ask", "{}"),
    ("ask", "limits", "--data", "{}"),
    ("screen", "{}", "--type", "EnterpriseYear", "--out", "out"),
]
ENDINGS = {"--with": ".ttl", "ask {}": ".rq"}


def named(words: tuple[str, ...], ending: str = ".csv") -> tuple[str, tuple[str, ...]]:
    """A file name that the call takes, and the call with it."""
    ending = next((end for part, end in ENDINGS.items() if part in " ".join(words)), ending)
    return f"odd{ending}", tuple(word.replace("{}", f"odd{ending}") for word in words)


# A folder of Parquet files is what `screen` takes.
NO_FILES = [
    (kind, words)
    for kind in ("pipe", "device", "folder", "circle", "nowhere")
    for words in READERS
    if (kind, words[0]) != ("folder", "screen")
]


@pytest.mark.parametrize(
    ("kind", "words"), NO_FILES, ids=lambda part: part if isinstance(part, str) else " ".join(part)
)
def test_what_is_no_file_is_refused_at_once(kind: str, words: tuple[str, ...], call: Call) -> None:
    """A pipe to which nobody writes, a device without end, a folder, a circle of links: one message, exit code 2."""
    name, said = named(words)
    {"pipe": lambda: os.mkfifo(name), "device": lambda: os.symlink("/dev/zero", name), "folder": lambda: os.mkdir(name),
     "circle": lambda: os.symlink(name, name), "nowhere": lambda: None}[kind]()  # fmt: skip
    code, out, err = call(*said, "--lang", "en")

    assert (code, out) == (2, "")
    assert err.startswith("policykb: ") and len(err.splitlines()) == 2, err


@pytest.mark.proof
@pytest.mark.parametrize(
    "name", ["a[1].csv", "a*.csv", "a?.csv", "{a,b}.csv", "~.csv", "$HOME.csv", "a b.csv", "-.csv"]
)
def test_a_name_is_read_as_it_is_written(name: str, call: Call) -> None:
    """No sign in a name stands for other files."""
    pytest.importorskip("polars")
    head = "id,period,name,tradeCNY,producer\n"
    for other in ("a1.csv", "ab.csv", "a.csv", "b.csv"):
        Path(other).write_text(f"{head}OTHER,2020,x,1,是\n", encoding="utf-8")
    Path(name).write_text(f"{head}STATED,2020,x,1,是\n", encoding="utf-8")
    assert call("screen", f"./{name}", "--type", "EnterpriseYear", "--out", "out", "--all", "--format", "csv")[0] == 0
    answer = json.loads(call("apply", f"./{name}", "--type", "EnterpriseYear", "--format", "json")[1])

    rows = "".join(path.read_text(encoding="utf-8") for path in Path("out/decisions").iterdir())
    assert "STATED" in rows and "OTHER" not in rows
    assert {decision["record"] for decision in answer["decisions"]} == {"STATED"}


def test_a_name_that_is_no_utf8_is_read_and_shown(call: Call) -> None:
    """The file is read by its bytes; what cannot be shown of its name is shown as �."""
    name = os.fsdecode(b"caf\xe9.csv")
    Path(name).write_text("period,name,tradeCNY\n2020,x,1\n", encoding="utf-8")
    for form in ("json", "csv", "ttl", "md", "html"):
        assert call("apply", name, "--type", "EnterpriseYear", "--format", form)[0] == 0
    assert "caf�" in call("apply", name, "--type", "EnterpriseYear", "--format", "json")[1]


def duckdb(*statements: str) -> None:
    """A database file made by these statements."""
    module = pytest.importorskip("duckdb")
    with module.connect("v.duckdb") as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 'x' AS id, content AS name FROM read_text('{}')",
        "SELECT file AS id FROM glob('{}')",
        "SELECT range AS id FROM range(9223372036854775807)",
    ],
)
def test_a_view_of_a_database_is_never_run(query: str, call: Call, tmp_path: Path) -> None:
    """It would read any file of the user, or never end."""
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    duckdb(f"CREATE VIEW t AS {query.format(tmp_path / 'secret')}", "CREATE TABLE u (period VARCHAR, name VARCHAR)")
    for table in ("t", "main.t", "read_text('secret')", 'u" UNION SELECT 1 --'):
        code, _, err = call("screen", f"v.duckdb::{table}", "--type", "EnterpriseYear", "--out", "out", "--lang", "en")
        assert (code, "It is not said which table" in err, "SECRET" in err) == (2, True, False)
    assert not Path("out").exists()


def test_columns_of_no_type_that_is_read_are_one_message(call: Call) -> None:
    """A span of time is no value of any item; nothing but the message is said."""
    duckdb("CREATE TABLE t AS SELECT '2020' AS period, 'x' AS name, INTERVAL 1 DAY AS span")
    code, _, err = call("screen", "v.duckdb", "--type", "EnterpriseYear", "--out", "out", "--lang", "zh")

    assert (code, len(err.splitlines()), "有一列的类型读不了" in err) == (2, 2, True), err


def test_columns_that_the_engine_does_not_know_are_one_message(call: Call) -> None:
    """The engine of columns panics on their types; so they are refused before it sees them, a used one in any case."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    lengths = pa.array([2], pa.int32())
    odd = {
        "decimal256": pa.array([Decimal("1.5")], pa.decimal256(50, 2)),
        "month_day_nano": pa.array([pa.MonthDayNano([1, 2, 3])]),
        "run_end": pa.RunEndEncodedArray.from_arrays(lengths, pa.array(["1"])).slice(0, 1),
        "sparse_union": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]),
        "halffloat": pa.array([1.5], pa.float16()),
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    }
    for name, values in odd.items():
        for column in ("tradeCNY", "remark"):
            table = pa.table({"period": ["2020"], "name": ["甲公司"], "producer": ["是"], column: values})
            with pa.OSFile("a.arrow", "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            names = ["a.arrow"]
            if name in ("halffloat", "map", "decimal256"):
                pq.write_table(table, "a.parquet")
                names.append("a.parquet")
            for file in names if column == "tradeCNY" or name not in ("halffloat", "map") else ():
                code, _, err = call("screen", file, "--type", "EnterpriseYear", "--out", "out", "--lang", "en")
                assert (code, len(err.splitlines())) == (2, 2), (name, err)
                assert f"{file}: The column “{column}” has the type {name}" in err


@pytest.mark.parametrize("made", ["repeat(id, 200000000)", "CASE WHEN true THEN 6 END"])
def test_a_column_that_is_worked_out_when_it_is_read_is_refused(made: str, call: Call) -> None:
    """Nobody knows how long that takes; a table of values is asked for."""
    columns = "period VARCHAR, name VARCHAR, id VARCHAR"
    duckdb(f"CREATE TABLE t ({columns}, tradeCNY VARCHAR GENERATED ALWAYS AS ({made}) VIRTUAL)")
    code, _, err = call("screen", "v.duckdb", "--type", "EnterpriseYear", "--out", "out", "--lang", "en")

    assert (code, "“tradeCNY” is worked out when it is read" in err) == (2, True), err


def test_the_mark_that_an_editor_puts_before_a_text_is_no_part_of_it(call: Call) -> None:
    """Windows editors begin UTF-8 with a byte order mark: records, overlays and queries are read all the same."""
    mark, pkb = "\ufeff", "@prefix pkb: <https://w3id.org/policykb/ns#> ."
    subject = 'pkb:subject [ pkb:name "甲公司" ]'
    record = f'<urn:r1> a pkb:TaxRefund ; pkb:period "2020-12-08" ; {subject} ; pkb:refundClass 1 .'
    overlay = "policy/szq-2020-12/overlays/R1-highest.alt.ttl"
    for name, text in {
        "records.ttl": f"{mark}{pkb}\n{record}\n",
        "own.ttl": mark + (ROOT / overlay).read_text(encoding="utf-8"),
        "own.rq": f"{mark}SELECT ?group WHERE {{ ?group a pkb:Group }}",
    }.items():
        Path(name).write_text(text, encoding="utf-8")

    read = call("apply", "records.ttl", "--with", "own.ttl", "--lang", "en")
    asked = call("ask", "own.rq", "--format", "csv")

    assert (read[0], asked[0]) == (0, 0), (read, asked)
    assert "甲公司" in read[1] and "art-01" in asked[1]


def test_more_rows_than_a_file_can_hold_are_not_read(call: Call) -> None:
    """Twenty million rows that are all alike take a few kilobytes, and would be read for as long as one likes."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    column = pa.DictionaryArray.from_arrays(pa.repeat(0, 20_000_000), pa.array(["2020"]))
    pq.write_table(pa.table({"id": column, "period": column}), "EnterpriseYear.parquet")

    code, _, err = call("screen", "EnterpriseYear.parquet", "--out", "out", "--lang", "en")

    assert (code, "The file has 20,000,000 rows in" in err) == (2, True), err


@pytest.mark.parametrize(
    "words",
    [
        ("apply", "good.json", "--with", "NAME"),
        ("apply", "good.json", "--out", "NAME", "--format", "json"),
        ("screen", "NAME", "--type", "EnterpriseYear", "--out", "out"),
        ("apply", "NAME"),
        ("ask", "NAME"),
    ],
    ids=" ".join,
)
def test_a_name_that_is_too_long_is_one_message(words: tuple[str, ...], call: Call) -> None:
    """It is told as the file that it names, and not as a fault of the program."""
    for name in ("x" * 300 + ".csv", "y/" * 3000 + "x.csv"):
        code, _, err = call(*(name if word == "NAME" else word for word in words), "--lang", "en")
        assert (code, len(err.splitlines())) == (2, 2), err


def test_a_panic_of_a_library_is_one_message_too(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries in other languages raise what is no Exception; it meets the same net."""

    class Panic(BaseException):
        pass

    def panics(words: object) -> int:
        raise Panic("index out of bounds")

    monkeypatch.setattr("policykb.cli._run", panics)
    with pytest.raises(AssertionError, match=r"Code [0-9a-f]{6}; Panic: index out of bounds"):
        call("apply", "good.json", "--lang", "en")


def test_a_database_is_read_without_a_word_of_its_engine(call: Call) -> None:
    """What is said on standard error is said by this program."""
    duckdb("CREATE TABLE t AS SELECT '2020' AS period, 'x' AS name, '1' AS \"tradeCNY\"")

    assert call("screen", "v.duckdb", "--type", "EnterpriseYear", "--out", "out")[::2] == (0, "")


@pytest.mark.parametrize("ending", ["nt", "ttl"])
def test_a_text_longer_than_a_parser_takes_is_no_lack_of_memory(ending: str, call: Call) -> None:
    """The file is blamed, and not the machine, in records and in an overlay."""
    Path(f"a.{ending}").write_text(f'<urn:a> <urn:b> "{"x" * 17_000_000}" .\n', encoding="utf-8")
    for words in (["a." + ending, "--type", "EnterpriseYear"], ["good.json", "--with", f"a.{ending}"]):
        if words[-1] != "a.nt":
            code, _, err = call("apply", *words, "--lang", "en")
            assert (code, "a." + ending in err, "one text has more than 16777216 bytes" in err) == (2, True, True), err


def test_a_foreign_database_is_refused_by_its_first_bytes(call: Call) -> None:
    """No engine looks for what could open it."""
    Path("s.db").write_bytes(b"SQLite format 3\x00" + bytes(4096))
    code, _, err = call("screen", "s.db", "--type", "EnterpriseYear", "--out", "out", "--lang", "en")

    assert (code, "no DuckDB database" in err) == (2, True)


def test_the_answer_grows_with_the_records_and_not_with_their_square(call: Call) -> None:
    """Four times as many records of one id give about four times as much."""
    sizes = []
    for count in (100, 400):
        one = {"id": "a", "type": "EnterpriseYear", "period": "2020", "name": "x"}
        Path("a.json").write_text(json.dumps([one] * count), encoding="utf-8")
        sizes.append([len(call("apply", "a.json", "--format", form)[1]) for form in ("json", "csv", "md", "ttl")])

    assert all(more < 5 * few for few, more in zip(*sizes, strict=True)), sizes


@pytest.mark.parametrize("count", [16_385])
@pytest.mark.soak
def test_a_table_has_as_many_columns_as_a_sheet_can(count: int, call: Call) -> None:
    """More are refused before any of them is looked at."""
    for separator in (",", "\t", ";"):
        Path("a.csv").write_text(separator.join(f"c{n}" for n in range(count)) + "\n1\n", encoding="utf-8")
        code, _, err = call("apply", "a.csv", "--type", "EnterpriseYear", "--lang", "en")
        assert (code, len(err.splitlines())) == (2, 2), err


def test_a_line_does_not_fill_the_memory(call: Call) -> None:
    """A line of more than four million characters is refused by its number."""
    Path("a.csv").write_text("period,name,tradeCNY\n" + "," * 5_000_000, encoding="utf-8")
    code, _, err = call("apply", "a.csv", "--type", "EnterpriseYear", "--lang", "en")

    assert (code, "line 2: This line has more than 4,194,304 characters." in err) == (2, True), err


def _append(path: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / path).open("a", encoding="utf-8").write(text)


def _select(root: Path, rest: str) -> object:
    return (root / "queries/decide-99-x.rq").write_text(f"# step select\nSELECT {rest}", encoding="utf-8")


BROKEN: dict[str, Callable[[Path], object]] = {
    "a folder as ontology": lambda root: (root / "ontology/x.ttl").mkdir(),
    "a folder as query": lambda root: (root / "queries/decide-99-x.rq").mkdir(),
    "a pipe": lambda root: os.mkfifo(root / "policy/szq-2020-12/x.ttl"),
    "a device": lambda root: (root / "shapes/x.ttl").symlink_to("/dev/zero"),
    "a circle": lambda root: (root / "shapes/x.ttl").symlink_to("x.ttl"),
    "no text": lambda root: (root / "policy/szq-2020-12/source.txt").unlink(),
    "a text in GBK": lambda root: (root / "policy/szq-2020-12/source.txt").write_bytes("第一条".encode("gbk")),
    "bytes": lambda root: (root / "ontology/x.ttl").write_bytes(bytes(range(256))),
    "no queries": lambda root: [path.unlink() for path in (root / "queries").glob("decide-*")],
    "a broken query": lambda root: (root / "queries/decide-99-x.rq").write_bytes(b"# step select\nSELECT {"),
    "a query that fetches": lambda root: (root / "queries/decide-99-x.rq").write_text(
        "# step select\nSELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", encoding="utf-8"
    ),
    "a query that loads": lambda root: (root / "queries/decide-99-x.rq").write_text(
        "# step update\nLOAD <http://127.0.0.1:1/>", encoding="utf-8"
    ),
    "a query that fetches silently": lambda root: (root / "queries/decide-99-x.rq").write_text(
        "# step select\nPREFIX : <http://127.0.0.1:1/> SELECT * { SERVICESILENT:x{ ?s ?p ?o } }", encoding="utf-8"
    ),
    "a query that loads silently": lambda root: (root / "queries/decide-99-x.rq").write_text(
        "# step update\nLOADSILENT<http://127.0.0.1:1/>", encoding="utf-8"
    ),
    "a long sum": lambda root: _select(root, f"(1{'+1' * 40_000} AS ?x) {{}}"),
    "a long alternative": lambda root: _select(root, f"* {{ FILTER(true{'||true' * 40_000}) }}"),
    "a long path": lambda root: _select(root, f"* {{ ?s <urn:a>{'/<urn:a>' * 20_000} ?o }}"),
    "a long path of alternatives": lambda root: _select(root, f"* {{ ?s <urn:a>{'|<urn:a>' * 20_000} ?o }}"),
    "many patterns": lambda root: _select(root, f"* {{ {'?s ?p ?o . ' * 8_000} }}"),
    "steps without blanks": lambda root: _select(root, f"* {{ {'BIND(true AS ?x)OPTIONAL{}' * 600} }}"),
    "deep triple terms": lambda root: (root / "ontology/x.ttl").write_text(
        f"<urn:a> <urn:b> {'<<( <urn:a> <urn:b> ' * 20_000}<urn:c>{' )>>' * 20_000} .", encoding="utf-8"
    ),
    "an open brace": lambda root: _reword(root, "{{x"),
    "an attribute": lambda root: _reword(root, "{{x.__class__.__mro__}}"),
    "an item": lambda root: _reword(root, "{{x[0]}}"),
    "a width": lambda root: _reword(root, "{{count:>999999999}}"),
    "a conversion": lambda root: _reword(root, "{{count!r}}"),
}  # fmt: skip


def _reword(root: Path, start: str) -> None:
    for path in (root / "ontology" / "wordings").glob("*texts.ttl"):
        text = path.read_text(encoding="utf-8")
        for before in ('rdfs:label "', '@zh , "'):
            text = text.replace(before, before + start.format())
        path.write_text(text, encoding="utf-8")


@pytest.mark.proof
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_knowledge_base_is_one_message(kind: str, call: Call, tmp_path: Path) -> None:
    """Whatever is wrong with a folder that is named as a knowledge base, the message says where, and nothing hangs."""
    root = tmp_path / "root"
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)
    BROKEN[kind](root)
    code, out, err = call("apply", "good.json", "--root", "root", "--lang", "en")

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2, err


@pytest.mark.proof
@pytest.mark.parametrize(
    "path", ["queries/decide-50-clauses.rq", "policy/szq-2020-12/source.txt", "shapes/records.ttl"]
)
def test_what_decides_is_in_the_hash_of_the_rules(path: str, call: Call, tmp_path: Path) -> None:
    """A changed byte of a rule, a deciding query or the text gives another receipt; a library query does not."""
    root = tmp_path / "root"
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, root / name)

    def rules() -> str:
        return str(json.loads(call("apply", "good.json", "--root", "root", "--format", "json")[1])["receipt"]["rules"])

    before = rules()
    _append("queries/limits.rq", "# x\n")(root)
    same = rules()
    _append(path, "# x\n")(root)

    assert (same == before, rules() == before) == (True, False)


def test_the_receipt_says_what_changed_the_answer(call: Call) -> None:
    """The options of the call are in it, and an overlay counts by what it says and not by its name."""
    overlay = ROOT / "policy/szq-2020-12/overlays/R1-highest.alt.ttl"
    shutil.copy(overlay, "one.ttl")
    shutil.copy(overlay, "two.ttl")

    def receipt(*words: str) -> dict[str, object]:
        return dict(json.loads(call("apply", "good.json", "--format", "json", *words)[1])["receipt"])

    assert receipt()["options"] == []
    assert receipt("--complete", "--all", "--strict")["options"] == ["strict", "complete", "everything"]
    assert receipt("--with", "one.ttl")["rules"] == receipt("--with", "two.ttl")["rules"] != receipt()["rules"]


RECORD = {"id": "a", "type": "EnterpriseYear", "period": "2020", "name": "甲", "tradeCNY": "1"}


@pytest.mark.proof
def test_rows_of_one_id_are_each_refused_once(call: Call) -> None:
    """What is said of many rows that bear one id grows with them, and not with their square."""
    sizes = []
    for count in (100, 400):
        rows = "".join(f"x,2020,a,{number}\n" for number in range(count))
        Path("a.csv").write_text(f"id,period,name,tradeCNY\n{rows}", encoding="utf-8")
        assert call("screen", "a.csv", "--type", "EnterpriseYear", "--out", f"o{count}", "--format", "csv")[0] == 0
        found = list(Path(f"o{count}").rglob("*invalid*"))
        sizes.append(sum(path.stat().st_size for one in found for path in (one.rglob("*") if one.is_dir() else [one])))

    assert 0 < sizes[1] < 8 * sizes[0], sizes


@pytest.mark.parametrize("column", ["tradeCNY", "other"])
def test_a_column_that_is_there_twice_is_refused(column: str, call: Call) -> None:
    """Of two columns of one name nothing says which counts."""
    table = pa.table([["a"], ["2020"], ["甲"], ["1"], ["2"]], names=["id", "period", "name", column, column])
    pq.write_table(table, "a.parquet")
    code, _, err = call("screen", "a.parquet", "--type", "EnterpriseYear", "--out", "o", "--lang", "en")

    assert (code, f"There are two columns “{column}”" in err) == (2, True), err


@pytest.mark.parametrize("kind", [pa.date64(), pa.timestamp("s")])
def test_a_day_that_no_engine_can_show_is_one_message(kind: pa.DataType, call: Call) -> None:
    """The year 290000 ends in a message about the file, whatever the engine of columns makes of it."""
    far = 9_000_000_000_000 if pa.types.is_timestamp(kind) else 86_400_000 * 10**9
    names = ["id", "period", "name", "tradeCNY"]
    days = pa.array([far], pa.int64()).cast(kind)
    pq.write_table(pa.table([["a"], days, ["甲"], ["1"]], names=names), "a.parquet")
    code, _, err = call("screen", "a.parquet", "--type", "EnterpriseYear", "--out", "o", "--lang", "en")

    assert code in (0, 2) and "did not foresee" not in err, err


def test_a_column_whose_name_is_no_text_is_one_message(call: Call) -> None:
    """A name whose bytes are no UTF-8 makes the file one that cannot be read."""
    names = ["id", "period", "name", "wxyz"]
    pq.write_table(pa.table([["a"], ["2020"], ["甲"], ["1"]], names=names, metadata=None), "a.parquet")
    Path("a.parquet").write_bytes(Path("a.parquet").read_bytes().replace(b"wxyz", b"wx\x9az"))
    code, _, err = call("screen", "a.parquet", "--type", "EnterpriseYear", "--out", "o", "--lang", "en")

    assert (code, "a.parquet: This cannot be read" in err) == (2, True), err


@pytest.mark.parametrize("words", [("apply", "a.json", "--out"), ("check", "a.json", "--out"), ("template",)])
def test_a_link_to_itself_is_no_target(words: tuple[str, ...], call: Call) -> None:
    """One message, and the link stays."""
    Path("a.json").write_text(json.dumps([RECORD]), encoding="utf-8")
    Path("loop.xlsx").symlink_to("loop.xlsx")
    code, _, err = call(*words, "loop.xlsx", "--lang", "en")

    assert (code, "cannot be written" in err, Path("loop.xlsx").is_symlink()) == (2, True, True), err


@pytest.mark.parametrize("text", ["policykb==0.1.0\n", "how we use policykb 1.0 at the office\n"])
def test_a_file_that_only_names_the_program_is_kept(text: str, call: Call) -> None:
    """An answer is known by its checksum as well; what merely names the program is somebody's own."""
    Path("a.json").write_text(json.dumps([RECORD]), encoding="utf-8")
    Path("notes.txt").write_text(text, encoding="utf-8")

    assert call("apply", "a.json", "--out", "notes.txt")[0] == 2
    assert Path("notes.txt").read_text(encoding="utf-8") == text
    assert [call("apply", "a.json", "--out", "mine.txt")[0] for _ in range(2)] == [0, 0]


def test_a_name_that_ends_like_a_folder_is_no_file(call: Call) -> None:
    """A path loses that slash, and a file would stand where a folder was meant."""
    Path("a.json").write_text(json.dumps([RECORD]), encoding="utf-8")
    code, _, err = call("apply", "a.json", "--format", "json", "--out", "new/", "--lang", "en")

    assert (code, "new/NAME" in err, Path("new").exists()) == (2, True, False), err


@pytest.mark.parametrize("kind", ["date", "int", "decimal"])
def test_repeated_ids_that_are_no_texts_are_told(kind: str, call: Call) -> None:
    """Days and whole numbers as ids are the texts that they are written as, also where two rows have the same."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    twice, once = {"date": (date(2020, 5, 1), date(2020, 5, 2)), "int": (7, 8), "decimal": (Decimal(7), Decimal(8))}[
        kind
    ]
    table = pa.table({"id": [twice, twice, once], "period": ["2020"] * 3, "name": ["甲公司", "乙公司", "丙公司"],
                      "tradeCNY": ["5", "6", "7"]})  # fmt: skip
    pq.write_table(table, "EnterpriseYear.parquet")
    code, _, err = call("screen", "EnterpriseYear.parquet", "--out", "out", "--format", "csv", "--all")
    rows = [row for path in Path("out/decisions").iterdir() for row in csv.DictReader(path.open(encoding="utf-8-sig"))]

    assert (code, {row["record"] for row in rows}) == (0, {str(once)}), err
