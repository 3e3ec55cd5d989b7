"""Parameters are bound as terms: whatever a value holds, it stays one value."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from policykb.api import Policykb
from policykb.ask.binding import bind, read_assignments
from policykb.ask.guard import form_of
from policykb.ask.library import parse_query
from policykb.ask.local import ask_store
from policykb.errors import CallError

TYPES = ("iri", "string", "integer", "decimal", "boolean", "date")
PAYLOADS = (
    '" } ; DROP ALL ; #',
    '"} UNION { ?s ?p ?o } #',
    "'} UNION { ?s ?p ?o } #",
    '"@en } { ?s ?p ?o } VALUES ?y { "',
    '"^^<http://www.w3.org/2001/XMLSchema#string> } ?s ?p ?o . { "',
    '""" } ?s ?p ?o . { """',
    "''' } ?s ?p ?o . { '''",
    'x\\" } ?s ?p ?o . { \\"',
    "x\\",
    "\\",
    "\\\\",
    "\n} ?s ?p ?o . {\n",
    "\r\n} ?s ?p ?o #",
    "# comment\n?s ?p ?o",
    "> } ?s ?p ?o . { <x",
    "http://example.org/> } ?s ?p ?o . { <http://example.org/",
    "<http://example.org/a> <http://example.org/b>",
    "http://example.org/a b",
    "http://example.org/\u003e } ?s ?p ?o . { \u003c",
    "http://example.org/\\u003e} ?s ?p ?o",
    "urn:x{?s ?p ?o}",
    "pkb:Clause } ?s ?p ?o . { pkb:Clause",
    "pkb:Clause|^pkb:Clause",
    "UNDEF } ?s ?p ?o . { UNDEF",
    "1 } ?s ?p ?o . { 1",
    "1); DELETE WHERE { ?s ?p ?o",
    "1e3",
    "0x10",
    "NaN",
    "-INF",
    "true } ?s ?p ?o . { true",
    "2020-01-01 } ?s ?p ?o . {",
    "2020-13-45",
    "SERVICE <http://127.0.0.1:1/> { ?s ?p ?o }",
    "\\u0022 } ?s ?p ?o . { \\u0022",
    "\u2028} ?s ?p ?o",
    "\x00",
    "\x07",
    "VALUES ?other { 1 }\n  # VALUES ?other",
    "\\1\\g<0>",
    "${value}",
    "🙂 市中区",
    "",
    "x" * 5000,
)
QUERY = """# Is there anything besides the value?
# 除了这个值还有别的吗？
#
# group  rules
# param  ?value {type} optional: a value / 一个值
# param  ?other string optional: another / 另一个值
# column ?value any the value / 值
SELECT ?value ?other WHERE {{
  # VALUES ?value
  # VALUES ?other
  BIND("end" AS ?end)
}}
"""


@pytest.mark.parametrize("payload", PAYLOADS, ids=[f"payload-{n}" for n in range(len(PAYLOADS))])
@pytest.mark.parametrize("kind", TYPES)
def test_a_value_stays_a_value(
    kind: str, payload: str, shipped: Policykb, store: ox.Store, prefix_table: dict[str, str]
) -> None:
    """A payload is either refused, or comes back as one term; it adds no row, and the graph stays as it was."""
    query = parse_query("probe", QUERY.format(type=kind), "probe.rq")
    before = len(store)
    try:
        text = bind(query, {"value": [payload]}, shipped.knowledge, prefix_table)
    except CallError:
        return
    result = ask_store(store, text, {})

    assert len(text.splitlines()) == len(query.text.splitlines()) or kind == "string"
    assert len(result.rows) == 1 and result.rows[0][1] is None
    assert result.rows[0][0] is not None
    if kind == "string":
        assert result.rows[0][0].value == payload
    assert len(store) == before


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("integer", "007", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "0.50", '"0.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("boolean", "是", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("date", "2020-12-31", '"2020-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("string", "中介", '"中介"'),
        ("iri", "pkb:Clause", "<https://w3id.org/policykb/ns#Clause>"),
        ("iri", "art-29-town-2", "<https://w3id.org/policykb/id/szq-2020-12/option/art-29-town-2>"),
    ],
)
def test_a_value_becomes_its_term(
    kind: str, value: str, term: str, shipped: Policykb, prefix_table: dict[str, str]
) -> None:
    """Each type has its own notation, and a short name stands for the one resource that bears it."""
    query = parse_query("probe", QUERY.format(type=kind), "probe.rq")
    if value == "art-29-town-2":
        query = parse_query("probe", QUERY.format(type="iri(pkb:Option)"), "probe.rq")

    assert f"  VALUES ?value {{ {term} }}\n" in bind(query, {"value": [value]}, shipped.knowledge, prefix_table)


def test_several_values_are_alternatives(shipped: Policykb, prefix_table: dict[str, str]) -> None:
    """A key that is repeated lists what the parameter may be."""
    query = parse_query("probe", QUERY.format(type="integer"), "probe.rq")
    values = read_assignments(["value=1", "value=2"])

    text = bind(query, values, shipped.knowledge, prefix_table)

    assert len(ask_store(ox.Store(), text, {}).rows) == 2


def test_a_wrong_name_is_answered_with_the_near_ones(shipped: Policykb, prefix_table: dict[str, str]) -> None:
    """A misspelt clause is refused, and the likely one is offered."""
    query = parse_query("probe", QUERY.format(type="iri(pkb:Clause)"), "probe.rq")

    with pytest.raises(CallError, match="art-05-warehouse"):
        bind(query, {"value": ["art-05-warehose"]}, shipped.knowledge, prefix_table)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "PREFIX x: <urn:x> DELETE WHERE { ?s ?p ?o }",
        "# SELECT\nCLEAR ALL",
        "LOAD <http://127.0.0.1:1/data.ttl>",
        "DROP ALL",
        "\\u0044ROP ALL",
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE ?e { ?s ?p ?o } } } }",
        # Engines end a keyword where it ends, whatever follows it or stands before it.
        "SELECT * { SERVICESILENT<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <http://127.0.0.1:1/> } SERVICESILENT?e{ ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x # all of it\n { ?s ?p ?o } }",
        "PREFIX ex: <http://127.0.0.1:1/> SELECT * { SERVICEex:x{ ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICESILENT:x{ ?s ?p ?o } }",
        "SELECT * { FILTER(true)FILTER trueSERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "hello",
        "",
    ],
)
def test_orders_and_fetching_are_refused(text: str) -> None:
    """Only questions pass, and none that fetches from elsewhere."""
    with pytest.raises(CallError):
        form_of(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p 'SERVICE' }", "SELECT"),
        ("SELECT * { ?service ?p <urn:SERVICE> } # SERVICE", "SELECT"),
        ('PREFIX service: <urn:x> ASK { service:x ?insert """DROP "ALL" """ }', "ASK"),
        ("BASE <urn:select> DESCRIBE <x>", "DESCRIBE"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
    ],
)
def test_words_inside_values_are_no_orders(text: str, form: str) -> None:
    """SERVICE and DROP in a string, IRI, variable, prefix or comment mean nothing."""
    assert form_of(text) == form


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("SELECT ?s { ?s ?p ?o }", {"urn:1", "urn:2"}),
        ("SELECT ?s FROM <urn:a> { ?s ?p ?o }", {"urn:1"}),
        ("SELECT ?s FROM <urn:none> { ?s ?p ?o }", set()),
        ("SELECT ?s FROM NAMED <urn:b> { GRAPH ?g { ?s ?p ?o } }", {"urn:2"}),
        ("SELECT ?s { ?s ?p ?o FILTER(?o != 'FROM <urn:a>') } # FROM <urn:none>", {"urn:1", "urn:2"}),
    ],
)
def test_from_is_obeyed(query: str, subjects: set[str]) -> None:
    """The union is asked only where the query names no graphs itself; a string or a comment names none."""
    p, o = ox.NamedNode("urn:p"), ox.Literal("x")
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:1"), p, o, ox.NamedNode("urn:a")))
    store.add(ox.Quad(ox.NamedNode("urn:2"), p, o, ox.NamedNode("urn:b")))
    rows = ask_store(store, query, {}).rows

    assert {row[0].value for row in rows if row[0] is not None} == subjects
