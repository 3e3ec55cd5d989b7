"""Hostile files, each made by code: what each is called says what is wrong with it.

Three lists: what must be refused as a whole, what must at least be called wrong, and what may be read.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping

from policykb.doors.incoming import LONGEST

__all__ = ["ANY", "REFUSED", "WRONG"]

Make = Callable[[], bytes]
HEAD = "id,period,name,tradeCNY,producer\n"
GOOD = "a,2020,x,1,是\n"
MANY = 4_000
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def text(rest: str, encoding: str = "utf-8") -> Make:
    """A table whose rows are these."""
    return lambda: (HEAD + rest).encode(encoding, "surrogatepass")


def cell(column: str, value: str) -> Make:
    """A table with a value in a column."""
    row = dict(zip(HEAD.strip().split(","), GOOD.strip().split(","), strict=True)) | {column: value}
    return text(",".join('"{}"'.format(one.replace('"', '""')) for one in row.values()) + "\n")


def record(**items: object) -> Make:
    """A record in JSON with these items."""
    one = {"id": "a", "type": "EnterpriseYear", "period": "2020", "name": "x", "tradeCNY": "1", **items}
    return lambda: json.dumps({"records": [one]}).encode()


def raw(data: str | bytes) -> Make:
    """These bytes."""
    return lambda: data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def turtle(body: str) -> Make:
    """A record in Turtle, with more said of it."""
    start = (
        "@prefix pkb: <https://w3id.org/policykb/ns#> . @prefix schema: <https://schema.org/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        '<urn:a> a pkb:EnterpriseYear ; pkb:period "2020" ; pkb:subject <urn:s> . <urn:s> schema:name "x" .\n'
    )
    return raw(start + body)


CELLS = '<row r="1">{}</row><row r="2">{}</row>'


def inline(*values: str, row: int) -> str:
    """Cells of a row with their texts."""
    parts = [
        f'<c r="{"ABCDEFGH"[at]}{row}" t="inlineStr"><is><t>{value}</t></is></c>' for at, value in enumerate(values)
    ]
    return f'<row r="{row}">{"".join(parts)}</row>'


TOP = inline("id", "period", "name", "tradeCNY", row=1)
NEXT = inline("a", "2020", "x", "1", row=2)
SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS: Mapping[str, str] = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {SPREADSHEET} xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="EnterpriseYear" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f"<worksheet {SPREADSHEET}><sheetData>{TOP}{NEXT}</sheetData></worksheet>",
}
MERGED = "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(3, 3000))
SHEETS = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(2, 200)) + "</sheets>"
SHEET = "xl/worksheets/sheet1.xml"


def book(changes: Mapping[str, str | bytes | None] | None = None, before: str = "") -> Make:
    """A workbook, some parts of which are others, are more, or (None) are left out."""

    def make() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in {**PARTS, **(changes or {})}.items():
                if part is not None:
                    start = '<?xml version="1.0" encoding="UTF-8"?>' + before if isinstance(part, str) else b""
                    archive.writestr(name, start + part)  # type: ignore[operator]
        return stream.getvalue()

    return make


def sheet(rows: str, more: str = "", front: str = "") -> Make:
    """A workbook with these rows in its sheet."""
    return book({SHEET: f"<worksheet {SPREADSHEET}>{front}<sheetData>{rows}</sheetData>{more}</worksheet>"})


def broken(change: Callable[[bytes], bytes]) -> Make:
    """A workbook whose bytes are changed."""
    return lambda: change(book()())


def doctype(entities: str, use: str) -> Make:
    """A workbook whose sheet declares entities and uses one."""
    rows = TOP + inline("a", "2020", use, "1", row=2)
    return lambda: book(
        {SHEET: f"<!DOCTYPE w [{entities}]><worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"}
    )()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)) + '<!ENTITY l0 "ha">'
CONTROLS = [chr(code) for code in (*range(1, 9), *range(14, 28), 127, 0x80, 0x9B, 0x202E, 0x2066, 0xFFFE)]
ODD_NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "1e-999", "1e5", "0x10", "1_000", "1,00", "٣", "①", "½", "1/2", "--1",
    "+-1", "1.2.3", "1..2", ".5", "5.", "#REF!", "#DIV/0!", "=1+1", "9" * 41, "0." + "1" * 41, "1" + "0" * 5000, "约5",
    "5左右", "1~2",
    "True", "2020-01-01", "一百多", "0-0", "5 0", "5'000", "１．２．３", "1\u0301",
)  # fmt: skip
ODD_PERIODS = (
    "2020-13",
    "2020-02-30",
    "20",
    "99999",
    "0000",
    "-2020",
    "二〇二",
    "2020-2021",
    "next",
    "2020.5",
    "１２",
)
ODD_TRUTHS = ("-1", "2", "y e s", "_是", "是否", "not", "1.0", "☃", "是\u202e")

REFUSED: dict[str, Make] = {
    "empty.csv": raw(""),
    "blank.csv": raw("\n\n  \n"),
    "mark-alone.csv": raw("\ufeff"),
    "zeros.csv": raw(bytes(5000)),
    "noise.csv": raw(bytes(range(256)) * 20),
    "columns.csv": lambda: ",".join(f"c{n}" for n in range(16_385)).encode(),
    "line.csv": text("," * 5_000_000),
    "quote-open.csv": text('a,2020,"x' + "y" * 5_000_000),
    "utf7.csv": lambda: "+ZeVnLA-,+W4xT\n".encode("ascii") * 3,
    "elf.csv": raw(b"\x7fELF\x02\x01\x01" + bytes(200)),
    "archive.csv": book(),
    "empty.json": raw(""),
    "half.json": raw('{"records": [{"id": "a"'),
    "scalar.json": raw("1"),
    "string.json": raw('"records"'),
    "null.json": raw("null"),
    "deep-list.json": raw("[" * 100_000),
    "deep-closed.json": raw("[" * 100_000 + "]" * 100_000),
    "deep-object.json": raw('{"a":' * 100_000),
    "deep-record.json": raw('{"records":[{"id":' + "[" * 5000 + "]" * 5000 + "}]}"),
    "single-quotes.json": raw("{'records': []}"),
    "trailing.json": raw('{"records": [],}'),
    "comment.json": raw('{"records": [] /* none */}'),
    "two-values.json": raw("{} {}"),
    "empty.xlsx": raw(""),
    "text.xlsx": text(GOOD),
    "no-parts.xlsx": lambda: b"PK\x05\x06" + bytes(18),
    "half.xlsx": broken(lambda data: data[: len(data) // 2]),
    "no-directory.xlsx": broken(lambda data: data[: data.rindex(b"PK\x01\x02")]),
    "ole.xlsx": raw(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "no-workbook.xlsx": book({"xl/workbook.xml": None}),
    "no-sheet.xlsx": book({SHEET: None}),
    "no-relations.xlsx": book({"xl/_rels/workbook.xml.rels": None}),
    "broken-sheet.xlsx": book({SHEET: f"<worksheet {SPREADSHEET}><sheetData>{TOP}"}),
    "other-root.xlsx": book({"xl/workbook.xml": "<html/>"}),
    "laughs.xlsx": doctype(LAUGHS, "&l11;"),
    "outside.xlsx": doctype('<!ENTITY f SYSTEM "file:///etc/hostname">', "&f;"),
    "web.xlsx": doctype('<!ENTITY f SYSTEM "http://127.0.0.1:1/">', "&f;"),
    "bomb.xlsx": lambda: book({SHEET: b"<worksheet>" + bytes(300 * 2**20)})(),
    "many-parts.xlsx": lambda: book({f"x/{n}.xml": "<a/>" for n in range(20_000)})(),
    "empty.ttl": raw(""),
    "half.ttl": turtle("<urn:a> pkb:tradeCNY"),
    "prefix.ttl": turtle("<urn:a> nowhere:x 1 ."),
    "noise.ttl": raw(bytes(range(256))),
    "zeros.ttl": raw(bytes(5000)),
    "deep-terms.ttl": raw("<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 20_000 + "<urn:c>" + " )>>" * 20_000 + " ."),
    "deep.ttl": lambda: ("@prefix : <urn:> . :a :b " + "[ :b " * 100_000).encode(),
    "sparql.ttl": raw("INSERT DATA { <urn:a> <urn:b> <urn:c> }"),
    "remote.jsonld": raw('{"@context": "http://127.0.0.1:1/c", "@id": "urn:a"}'),
    "import.jsonld": raw('{"@context": {"@version": 1.1, "@import": "http://127.0.0.1:1/c"}, "@id": "urn:a"}'),
    "cycle.jsonld": raw('{"@context": {"a": "b:x", "b": "a:x"}, "a": 1}'),
    "broken.jsonld": raw('{"@context": '),
    "numbers.jsonld": raw('{"@context": 1, "@id": 2}'),
}  # fmt: skip
WRONG: dict[str, Make] = {
    **{f"number-{n}.csv": cell("tradeCNY", value) for n, value in enumerate(ODD_NUMBERS)},
    **{f"period-{n}.csv": cell("period", value) for n, value in enumerate(ODD_PERIODS)},
    **{f"truth-{n}.csv": cell("producer", value) for n, value in enumerate(ODD_TRUTHS)},
    **{f"name-{ord(sign):04x}.csv": cell("name", f"a{sign}b") for sign in CONTROLS},
    "name-long.csv": cell("name", "x" * (LONGEST + 1)),
    "id-long.csv": cell("id", "x" * (LONGEST + 1)),
    "id-twice.csv": text(GOOD * 2),
    "column-twice.csv": lambda: b"id,period,name,tradeCNY,tradeCNY\na,2020,x,1,2\n",
    "column-near.csv": lambda: b"id,period,name,tradeCNYY\na,2020,x,1\n",
    "too-many-cells.csv": text("a,2020,x,1,\u662f,7,8\n"),
    "too-few-cells.csv": text("a,2020,x,1,\u4e0d\n"),
    "half-encoded.csv": lambda: HEAD.encode() + "a,2020,甲,1,是\n".encode() + "b,2020,乙,1,是\n".encode("gb18030"),
    "surrogate-name.json": record(name="a\ud800b"),
    "surrogate-id.json": record(id="\udc00"),
    "list-for-number.json": record(tradeCNY=["1", "2"]),
    "object-for-number.json": record(tradeCNY={"a": 1}),
    "text-for-truth.json": record(producer="maybe"),
    "number-for-truth.json": record(producer=7),
    "number-for-name.json": record(name={"a": "b"}),
    "float-for-rank.json": record(tradeRank=1.5),
    "huge-number.json": record(tradeCNY=10**400),
    "exponent.json": lambda: record()().replace(b'"1"', b"1e400"),
    "infinity.json": raw('[{"id":"a","type":"EnterpriseYear","period":"2020","tradeCNY":Infinity}]'),
    "other-type.json": record(type="Nothing"),
    "key-twice.json": lambda: record()().replace(b'"tradeCNY"', b'"tradeCNY": "2", "tradeCNY"'),
    "null-record.json": raw('{"records": [null, 1, "x", []]}'),
    "ids-of-one.json": raw(json.dumps([json.loads(record()())["records"][0]] * 300)),
    "wrong-type.ttl": turtle('<urn:a> pkb:tradeCNY "x" .'),
    "wrong-datatype.ttl": turtle('<urn:a> pkb:tradeCNY "1"^^xsd:date .'),
    "ill-typed.ttl": turtle('<urn:a> pkb:tradeCNY "1e"^^xsd:decimal .'),
    "twice.ttl": turtle("<urn:a> pkb:tradeCNY 1.0 , 2.0 ."),
    "node-for-number.ttl": turtle("<urn:a> pkb:tradeCNY [] ."),
    "list-for-number.ttl": turtle("<urn:a> pkb:tradeCNY ( 1.0 2.0 ) ."),
    "digits.ttl": lambda: turtle(f"<urn:a> pkb:tradeCNY {'9' * 100_000}.0 .")(),
    "error-cell.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>1</t></is>', 't="e"><v>#REF!</v>')),
    "uncounted.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>1</t></is>', "><f>1+1</f>")),
    "day-for-number.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>1</t></is>', 't="d"><v>2020-01-01</v>')),
    "true-for-number.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>1</t></is>', 't="b"><v>1</v>')),
}  # fmt: skip
ANY: dict[str, Make] = {
    "good.csv": text(GOOD),
    "wide.csv": raw(f"{HEAD.strip()}{''.join(f',c {n}' for n in range(MANY))}\n{GOOD.strip()}{',1' * MANY}\n"),
    "rows-of-commas.csv": text((GOOD + "," * 4000 + "\n") * 20),
    "carriage-returns.csv": lambda: (HEAD + GOOD).replace("\n", "\r").encode(),
    "utf16.csv": lambda: (HEAD + GOOD).encode("utf-16"),
    "utf32.csv": lambda: (HEAD + GOOD).encode("utf-32"),
    "gb18030.csv": text(GOOD, "gb18030"),
    "quotes.csv": text('a,2020,"""",1,是\n"b",2020,"x""y",1,是\n'),
    "titles-odd.csv": lambda: "".join(f"{sign},t{sign}," for sign in CONTROLS).encode() + HEAD.encode() + GOOD.encode(),
    "titles-alone.csv": lambda: HEAD.encode(),
    "long-title.csv": lambda: ("x" * 100_000 + "," + HEAD + "1," + GOOD).encode(),
    "formulas.csv": text("=1+1,2020,@SUM(A1),1,是\n"),
    "keys.json": record(**{f"key {n}": n for n in range(5000)}),
    "long-key.json": record(**{"k" * 1_000_000: 1}),
    "long-value.json": record(note="v" * 5_000_000),
    "good.xlsx": book(),
    "row-beyond.xlsx": sheet(TOP + NEXT.replace('"2"', '"99999999"').replace("2\" t", "99999999\" t")),
    "cell-beyond.xlsx": sheet(TOP + NEXT.replace("A2", "ZZZZZZ2")),
    "no-names.xlsx": sheet(re.sub(' r="[A-Z]*[0-9]+"', "", TOP + NEXT)),
    "cells-twice.xlsx": sheet(TOP + NEXT + NEXT),
    "dimension.xlsx": sheet(TOP + NEXT, front='<dimension ref="A1:XFD1048576"/>'),
    "merges.xlsx": sheet(TOP + NEXT, f"<mergeCells>{MERGED}</mergeCells>"),
    "merge-all.xlsx": sheet(TOP + NEXT, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    "merge-odd.xlsx": sheet(TOP + NEXT, '<mergeCells><mergeCell ref="B2:A1"/><mergeCell ref=""/></mergeCells>'),
    "shared-missing.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>x</t></is>', 't="s"><v>7</v>')),
    "shared-negative.xlsx": sheet(TOP + NEXT.replace('t="inlineStr"><is><t>x</t></is>', 't="s"><v>-1</v>')),
    "style-missing.xlsx": sheet(TOP + NEXT.replace('r="D2"', 'r="D2" s="99999"')),
    "kind-odd.xlsx": sheet(TOP + NEXT.replace("inlineStr", "nothing", 1)),
    "traversal.xlsx": book({"../../outside.xml": "<a/>", "/etc/x": "<a/>"}),
    "sheets-of-one.xlsx": book({"xl/workbook.xml": PARTS["xl/workbook.xml"].replace("</sheets>", SHEETS)}),
    "imports.ttl": turtle("<urn:x> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:1/> ."),
    "cyclic-list.ttl": turtle(f"_:l <{RDF}first> 1 ; <{RDF}rest> _:l ."),
    "long-literal.ttl": lambda: turtle(f'<urn:a> schema:description "{"x" * 5_000_000}" .')(),
    "many-blank.ttl": lambda: turtle("[] pkb:x [] . " * 20_000)(),
    "strange-names.ttl": turtle("<urn:a%00> <urn:\\u202E> <urn:b> ."),
}  # fmt: skip
