"""The guard of the playground does what that of the program does, from what the program publishes of itself."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
from collections.abc import Sequence

import pytest

from documentation import ROOT
from policykb.ask.guard import form_of, names_graphs, published
from policykb.errors import CallError
from policykb.site.published import TABLE

PIECES = [
    "SELECT", "ask", "Construct", "describe", "INSERT", "delete", "WITH", "LOAD", "SERVICE", "FROM", "OPTIONAL",
    "?x", "$select", "select:ask", ":ask", "<urn:select>", "< 1", "'ask'", '"select"', "'''it's\nask'''",
    '""" "ask" """', "'ask", "# ask\n", "@ask", "_:ask", "\\u0041SK", "\\U00000053ELECT", "\\UFFFFFFFF", "\\'",
    "变量ask", "变量", "?变ASK", "BIND",
    "SERVICESILENT", "trueSERVICE", "SERVICE:x", "service:x", "trueOPTIONAL", "SELECTED", "||", "/", "=", "1.5.",
    "{", "}", "(", ")", "[", "]", "!", "-", "^", "+", ".", ";", " ", "\n", "1.5", "ASK2", "a_ASK", "😀", "\ud800",
]  # fmt: skip
NAMED = {"update-refused": "ui-query-update", "service-refused": "ui-query-service", "not-a-query": None}
READ = 'const given = JSON.parse((await import("node:fs")).readFileSync(0, "utf8"));'
DRIVER = """
guardBy(given.rules);
console.log(JSON.stringify(given.queries.map((text) => {
  try { return [formOf(text) ?? null, namesGraphs(text)]; } catch (fault) { return [fault.name, null]; }
})));
"""


def in_node(script: str, given: object) -> str:
    """What a script beside the guard prints, given something as JSON."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    source = (ROOT / "docs/browser/guard.js").read_text(encoding="utf-8") + READ + script
    words = [node, "--input-type=module", "--eval", source]
    done = subprocess.run(words, input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def expected(text: str) -> list[object]:
    """What the program says of a query, in the names of the page."""
    try:
        return [form_of(text), names_graphs(text)]
    except CallError as fault:
        name = NAMED.get(fault.id, fault.id)
        return [name, None if name else names_graphs(text)]


def drawn(count: int) -> list[str]:
    """Queries made of pieces, some of them deep or long."""
    source = random.Random(5)
    found = ["".join(source.choices(PIECES, k=source.randint(1, 30))) for _ in range(count)]
    found += [f"ASK {opening * more}" for opening in "{([!^" for more in (99, 100, 101, 3000)]
    found += [f"ASK {'OPTIONAL ' * more}" for more in (500, 501)]
    found += [f"ASK {part * more}" for part in ("trueOPTIONAL", "OPTIONALOPTIONAL") for more in (250, 251, 501)]
    found += [f"ASK {sign * more}" for sign in ("a/", "1||2", "?s ?p 1.5 . ") for more in (1000, 1001, 2000, 2001)]
    return [*found, *("ASK #" + "😀" * more for more in (999_995, 999_996))]


def test_both_guards_say_the_same() -> None:
    """Of 2,000 texts made of keywords, strings, names and brackets, each guard says the same form or the same fault."""
    queries = drawn(2000)
    found = json.loads(in_node(DRIVER, {"rules": published(), "queries": queries}))

    wrong = [(query[:80], one, other) for query, one, other in zip(queries, found, map(expected, queries), strict=True)
             if one != other]  # fmt: skip
    assert wrong == []


def rows_of(values: Sequence[tuple[str, str | None]]) -> list[str]:
    """The cells that the playground writes for some literals."""
    rows = [
        {"x": {"type": "literal", "value": value, **({"datatype": kind} if kind else {})}} for value, kind in values
    ]
    given = {"found": {"columns": ["x"], "rows": rows}, "rules": TABLE}
    text = in_node("process.stdout.write(csvOf(given.found, given.rules));", given)
    return [row[0] for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))][1:]


def test_a_table_of_the_playground_runs_nothing() -> None:
    """A text that would be a formula begins with an apostrophe, a number is none, and nothing steers a terminal."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = [("=1+1", None), ("-1.5", f"{xsd}decimal"), ("-1.5", None), ("=1", f"{xsd}integer"), ("@a", "urn:integer"),
              ("＋1", None), ("a\x1bb\u202ec", None), ("\t=1", None), ('"x", =1', None), ("a\n=1", None)]  # fmt: skip

    assert rows_of(values) == ["'=1+1", "-1.5", "'-1.5", "'=1", "'@a", "'＋1", "a�b�c", "'\t=1", '"x", =1', "a\n=1"]
