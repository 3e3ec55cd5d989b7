"""`policykb export`: one graph in every form, the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.ask.graphs import prefixes
from policykb.cli import program
from policykb.errors import CallError
from policykb.exports import FORMATS, export_files
from policykb.reports.as_rdf import answer_quads

ROOT = Path(__file__).parents[1]
RECORDS = Path(__file__).parent / "ask" / "records.json"


@pytest.fixture(scope="module")
def quads(shipped: Policykb) -> list[ox.Quad]:
    """The named graphs, with decisions on a few records."""
    return [*shipped.quads, *answer_quads(shipped.apply(shipped.read([RECORDS])), shipped.book)]


@pytest.fixture(scope="module")
def files(shipped: Policykb, quads: list[ox.Quad]) -> dict[str, bytes]:
    """An export in all formats."""
    answer = shipped.apply(shipped.read([RECORDS]))
    return export_files(quads, shipped.book, shipped.wording, prefixes(shipped.knowledge), FORMATS, answer)


def canonical(quads: list[ox.Quad]) -> set[str]:
    """A dataset in a form that is equal for equal graphs."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@pytest.mark.proof
def test_nquads_and_json_ld_hold_the_whole_graph(files: dict[str, bytes], quads: list[ox.Quad]) -> None:
    """Read back, both equal what was exported, quad for quad."""
    nquads = list(ox.parse(files["policykb.nq"], format=ox.RdfFormat.N_QUADS))
    linked = list(ox.parse(files["policykb.jsonld"], format=ox.RdfFormat.JSON_LD))

    assert canonical(nquads) == canonical(list(dict.fromkeys(quads)))
    assert canonical(linked) == canonical(list(dict.fromkeys(quads)))


def test_turtle_and_rdf_xml_hold_each_graph(files: dict[str, bytes], quads: list[ox.Quad]) -> None:
    """Each named graph has a file of its own in both forms."""
    names = {quad.graph_name.value.rsplit("/", 1)[-1] for quad in quads}  # type: ignore[union-attr]
    counts = {}
    for name in names:
        turtle = list(ox.parse(files[f"{name}.ttl"], format=ox.RdfFormat.TURTLE))
        xml = list(ox.parse(files[f"{name}.rdf"], format=ox.RdfFormat.RDF_XML))
        assert canonical(turtle) == canonical(xml)
        counts[name] = len(turtle)

    assert sum(counts.values()) == len(set(quads))
    assert names == {"policy", "vocabulary", "shapes", "readings", "links", "records", "decisions"}


def test_rdflib_reads_turtle_and_json_ld(files: dict[str, bytes]) -> None:
    """An independent library reads the files, and fetches nothing for it."""
    import rdflib

    graph = rdflib.Graph().parse(data=files["policy.ttl"], format="turtle")
    dataset = rdflib.Dataset().parse(data=files["policykb.jsonld"], format="json-ld")

    assert len(graph) == len(list(ox.parse(files["policy.ttl"], format=ox.RdfFormat.TURTLE)))
    assert dataset is not None


@pytest.mark.proof
def test_bytes_are_the_same_each_time(shipped: Policykb, files: dict[str, bytes], quads: list[ox.Quad]) -> None:
    """A second load and another order of quads give the same bytes."""
    again = export_files(
        quads[::-1],
        shipped.book,
        shipped.wording,
        prefixes(shipped.knowledge),
        FORMATS,
        shipped.apply(shipped.read([RECORDS])),
    )

    assert again == files


def test_description_has_every_file_with_its_checksum(files: dict[str, bytes]) -> None:
    """void.ttl names each file, its size and its SHA-256."""
    store = ox.Store()
    store.load(files["void.ttl"], format=ox.RdfFormat.TURTLE)
    rows = store.query(
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
        "PREFIX spdx: <http://spdx.org/rdf/terms#> SELECT ?name ?size ?sum { ?d dcat:distribution ?f . "
        "?f dct:title ?name ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }"
    )
    described = {row["name"].value: (int(row["size"].value), row["sum"].value) for row in rows}  # type: ignore[union-attr]

    assert described == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items() if name != "void.ttl"
    }


def test_tables_are_exact_in_both_forms(files: dict[str, bytes]) -> None:
    """The amounts table has the cap of 20,000 of article 2, and Parquet holds the same rows as CSV."""
    import pyarrow.parquet as pq

    rows = list(csv.DictReader(io.StringIO(files["tables/amounts.csv"].decode("utf-8-sig"))))
    table = pq.read_table(io.BytesIO(files["tables/amounts.parquet"])).to_pylist()
    exhibition = next(row for row in rows if row["clause"] == "art-02-exhibition")

    assert (exhibition["rate"], exhibition["cap"], exhibition["currency"]) == ("0.3", "20000", "CNY")
    assert [row["id"] for row in rows] == [row["id"] for row in table]
    assert next(row["cap"] for row in table if row["clause"] == "art-02-exhibition") == Decimal(20000)
    assert {f"tables/{n}.csv" for n in ("articles", "provisions", "clauses", "criteria", "facts", "readings")} <= set(
        files
    )


def test_every_column_is_documented(files: dict[str, bytes]) -> None:
    """The table of columns says of each column of each table, its own included, what it holds, in both languages."""
    heads = {
        name.removeprefix("tables/").removesuffix(".csv"): data.decode("utf-8-sig").splitlines()[0].split(",")
        for name, data in files.items()
        if name.startswith("tables/") and name.endswith(".csv")
    }
    rows = list(csv.DictReader(io.StringIO(files["tables/columns.csv"].decode("utf-8-sig"))))
    cap = next(row for row in rows if (row["table"], row["column"]) == ("amounts", "cap"))

    assert [(row["table"], row["column"]) for row in rows] == [
        (name, column) for name in dict.fromkeys(row["table"] for row in rows) for column in heads[name]
    ]
    assert {row["table"] for row in rows} == set(heads)
    assert all(re.search("[\u4e00-\u9fff]", row["meaning_zh"]) and row["meaning_en"].isascii() for row in rows)
    assert (cap["kind"], cap["meaning_zh"], cap["meaning_en"]) == (
        "decimal",
        "原文写明的上限；没有则空",
        "The most that the text grants, where it states one.",
    )


def test_decisions_table_has_the_interval(files: dict[str, bytes]) -> None:
    """30 % of a fee of 10,000, not recognised yet: from 0 to 3,000."""
    rows = csv.DictReader(io.StringIO(files["tables/decisions.csv"].decode("utf-8-sig")))
    row = next(row for row in rows if row["record"] == "A2" and row["clause"] == "art-02-exhibition")

    assert (row["status"], row["min"], row["max"], row["awaiting"]) == (
        "undetermined",
        "0",
        "3000",
        "recognisedByGovernment",
    )


def test_command_writes_the_folder(tmp_path: Path) -> None:
    """The command writes what was asked for and nothing half-written; a file in the way is named."""
    done = CliRunner().invoke(program(), ["export", str(tmp_path / "out"), "--format", "nq", "--lang", "en"])
    (tmp_path / "file").write_text("")
    refused = CliRunner().invoke(program(), ["export", str(tmp_path / "file")])

    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["policykb.nq", "void.ttl"]
    assert isinstance(refused.exception, CallError)


def test_what_nobody_wrote_is_told_apart(tmp_path: Path) -> None:
    """The graph of derived statements holds what stands in no file of the knowledge base, and in another graph."""
    CliRunner().invoke(program(), ["export", str(tmp_path / "out"), "--format", "nq"])
    found = list(ox.parse((tmp_path / "out" / "policykb.nq").read_bytes(), format=ox.RdfFormat.N_QUADS))
    derived = {quad.triple for quad in found if str(quad.graph_name).endswith("/derived>")}
    others = {quad.triple for quad in found if not str(quad.graph_name).endswith("/derived>")}
    files = [path for folder in ("ontology", "policy", "shapes") for path in (ROOT / folder).rglob("*.ttl")]
    written = {quad.triple for path in files if "overlays" not in path.parts for quad in ox.parse(path=path)}
    quote = ox.NamedNode("https://w3id.org/policykb/id/szq-2020-12/art-05-s2-quote")

    assert len(derived) > 4000
    assert derived <= others
    assert not derived & written
    assert any(triple.subject == quote and triple.predicate.value.endswith("#exact") for triple in derived)


def test_context_turns_plain_json_into_a_record(files: dict[str, bytes]) -> None:
    """With the published context, a fact's name is enough: the value gets the fact's datatype."""
    context = json.loads(files["context.jsonld"])["@context"]
    document = {
        "@context": context,
        "@id": "urn:record:1",
        "@type": "pkb:EnterpriseYear",
        "tradeCNY": "5000000",
        "tradeRank": 3,
    }
    quads = list(ox.parse(json.dumps(document), format=ox.RdfFormat.JSON_LD))

    assert {(q.predicate.value.split("#")[-1], str(q.object)) for q in quads} == {
        ("type", "<https://w3id.org/policykb/ns#EnterpriseYear>"),
        ("tradeCNY", '"5000000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("tradeRank", '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    }
