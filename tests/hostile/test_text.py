"""Text of the data under every format: it is refused or shown where it enters, and steers nothing where it leaves."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.doors.outgoing import csv_cell, json_text, markdown, turtle_text, visible

from .conftest import Call

STEERING = ["\x00", "\x07", "\x1b[31m", "\x1b]0;t\x07", "\x7f", "\x9b2J", "\u202e", "\u2066", "\u200e", "\ufeff",
            "\ufffe", "\ud800", "\udc00", "\U000e0041"]  # fmt: skip
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMATS = ("table", "json", "csv", "md", "html", "ttl", "xlsx")
ENDS = {"table": "txt"}
"""The endings of files that are not called as their format."""


def record(**more: object) -> dict[str, object]:
    """A record of an enterprise."""
    return {"id": "a", "type": "EnterpriseYear", "period": "2020", "name": "x", "tradeCNY": "1", **more}


@pytest.mark.parametrize("item", ["id", "name", "creditCode", "period", "tradeCNY", "producer", "unknown\x1b"])
def test_no_text_of_a_record_steers_any_format(item: str, call: Call) -> None:
    """Whatever stands in whatever item, every format of the answer is sound and holds no raw control character."""
    records = [record(**{"id": f"r{n}", item: f"{sign}b{sign}"}) for n, sign in enumerate(STEERING)]
    Path("a.json").write_text(json.dumps(records), encoding="ascii")
    for form in FORMATS:
        target = f"o.{ENDS.get(form, form)}"
        code, _, err = call("apply", "a.json", "--out", target, "--force", "--lang", "en")
        assert (code, err) == (0, ""), form
        if form == "xlsx":
            with zipfile.ZipFile(target) as book:
                text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
        else:
            text = Path(target).read_text(encoding="utf-8").removeprefix("\ufeff")
        assert RAW.search(text) is None, form
    code, out, err = call("check", "a.json", "--verbose")
    assert code in (0, 1) and RAW.search(out + err) is None
    for form in ("json", "sarif", "html", "ttl"):
        assert RAW.search(call("check", "a.json", "--format", form)[1]) is None


@pytest.mark.parametrize("item", ["id", "name"])
@pytest.mark.parametrize("sign", [sign for sign in STEERING if sign not in ("\ufeff", "\u200e")], ids=ascii)
def test_a_name_that_hides_something_is_not_decided(item: str, sign: str, call: Call) -> None:
    """A control character, half a character or a mark of direction makes the record invalid, with its place."""
    Path("a.json").write_text(json.dumps([record(**{item: f"b{sign}c"})]), encoding="ascii")
    answer = json.loads(call("apply", "a.json", "--format", "json")[1])

    assert [decision["status"] for decision in answer["decisions"]] == ["invalid-record"]
    assert "text-unfit" in json.dumps(answer)


def test_the_column_engine_refuses_the_same_names(call: Call) -> None:
    """What apply calls invalid for its name, screen does not decide either."""
    pytest.importorskip("polars")
    signs = [sign for sign in STEERING if sign.isascii() is False or sign == "\x1b[31m"]
    signs = [sign for sign in signs if not "\ud800" <= sign <= "\udfff" and sign not in ("\ufeff", "\u200e")]
    rows = [f"r{n},2020,b{sign}c,1" for n, sign in enumerate(signs)] + [f"{'long' * 3000},2020,y,1", "good,2020,x,1"]
    Path("EnterpriseYear.csv").write_text("\n".join(["id,period,name,tradeCNY", *rows]) + "\n", encoding="utf-8")
    answer = json.loads(call("apply", "EnterpriseYear.csv", "--format", "json")[1])
    decided = {d["record"] for d in answer["decisions"] if d["status"] != "invalid-record"}
    assert call("screen", "EnterpriseYear.csv", "--out", "out", "--all", "--format", "csv")[0] == 0
    screened = {line["record"] for part in Path("out/decisions").iterdir()
                for line in csv.DictReader(io.StringIO(part.read_text(encoding="utf-8")))}  # fmt: skip

    assert decided == screened == {"good"}


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1", "\x1b=1"])
def test_no_cell_of_a_csv_file_is_a_formula(start: str) -> None:
    """A text that a spreadsheet would run begins with an apostrophe."""
    assert not csv_cell(start).startswith(tuple("=+-@\t\r＝＋－＠"))


def test_formulas_and_markup_of_queries_are_harmless(call: Call) -> None:
    """In what `ask` and `questions` write, as in what `apply` writes."""
    Path("a.json").write_text(
        json.dumps([record(id="=1+1", name="<script>[x](javascript:1)</script>|")]), encoding="utf-8"
    )
    Path("q.rq").write_text("SELECT ?n ?d { ?s pkb:name ?n . BIND(-1.5 AS ?d) }", encoding="utf-8")
    assert "\n'=1+1," in call("questions", "a.json", "--format", "csv")[1].replace("\r", "")
    markdown_text = call("ask", "q.rq", "--data", "a.json", "--format", "md")[1]
    assert "<script>" not in markdown_text.replace("\\<", "") and "[x](" not in markdown_text
    assert ",-1.5" in call("ask", "q.rq", "--data", "a.json", "--format", "csv")[1]


@pytest.mark.parametrize("sign", STEERING, ids=ascii)
def test_json_and_turtle_say_the_same_with_escapes(sign: str) -> None:
    """What is written with escapes is read as what it was, and has no raw character; pictures have none either."""
    text = f"a{sign}b"
    written = json_text(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert all(RAW.search(one) is None for one in (written, visible(text), markdown(text)))
    if not re.search("[\ud800-\udfff]", text):
        triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal(text))
        turtle = turtle_text((ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b"").decode())
        assert RAW.search(turtle) is None
        assert [quad.object.value for quad in ox.parse(turtle, format=ox.RdfFormat.N_TRIPLES)] == [text]
