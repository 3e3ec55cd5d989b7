"""Overlays that cannot be read, nest without end or are no overlay in size, and values that are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.api import Policykb
from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.rules import read_rules
from policykb.names import PKB, SH, XSD

from .conftest import Call

HEAD = """\
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix s: <https://w3id.org/policykb/id/szq-2020-12/shape/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:o> a pkb:Overlay ; pkb:replaces {0} .
{0} {1} .
"""
CHAIN = [f"<urn:n{n}> a sh:NodeShape ; sh:node <urn:n{n + 1}> ." for n in range(600)]
OVERLAYS = {
    "a chain": ("a sh:NodeShape ; sh:node <urn:n0>", "\n".join(CHAIN)),
    "a shorter chain": ("a sh:NodeShape ; sh:node <urn:n0>", "\n".join(CHAIN[:300])),
    "nodes without names": (f"sh:node {'[ sh:node ' * 900} s:x {']' * 900}", ""),
    "a long list": (f"sh:and ( {'s:art-05-warehouse-area ' * 9000})", ""),
    "no overlay in size": ("a sh:NodeShape", "\n".join(f"<urn:a{n}> <urn:b> {n} ." for n in range(9000))),
}


@pytest.mark.parametrize("kind", OVERLAYS)
def test_what_no_overlay_needs_is_refused(kind: str, call: Call) -> None:
    """Depth, length and size beyond what any overlay has: a message with the file, and no answer."""
    body, rest = OVERLAYS[kind]
    Path("o.ttl").write_text(HEAD.format("s:art-05-warehouse", body) + rest, encoding="utf-8")
    code, out, err = call("apply", "good.json", "--with", "o.ttl", "--lang", "en")

    assert (code, out) == (2, "")
    assert "o.ttl" in err and len(err) < 20_000, err


@pytest.mark.parametrize(
    "value",
    ['"abc"^^xsd:decimal', '"1.5"^^xsd:integer', '"2020-13-99"^^xsd:date'],
    ids=lambda value: value[:25],
)
def test_a_bound_without_value_is_refused_with_its_line(value: str, call: Call) -> None:
    """The message names the line, the shape and the property."""
    body = f"a sh:PropertyShape ;\n sh:path pkb:overseasWarehouseArea ;\n sh:minCount 1 ; sh:minInclusive {value}"
    Path("o.ttl").write_text(HEAD.format("s:art-05-warehouse-area", body), encoding="utf-8")
    code, out, err = call("apply", "good.json", "--with", "o.ttl", "--lang", "en")

    assert (code, out) == (2, "")
    assert "o.ttl, line 8: sh:minInclusive of “art-05-warehouse-area” is " in err, err


@pytest.mark.parametrize("cited", ["<urn:none>", "s:art-05-warehouse", "<urn:elsewhere/art-05-s3>"])
def test_what_a_criterion_comes_from_is_a_provision(cited: str, call: Call) -> None:
    """Another resource has no words of the text that an answer could quote; the line that names it is told."""
    body = "a sh:PropertyShape ;\n sh:path pkb:overseasWarehouseArea ; sh:minCount 1 ; sh:minInclusive 300.0 ;\n"
    body += ' sh:name "面积"@zh , "area"@en ; sh:message "不足。"@zh , "Too small."@en ;\n'
    body += f' <http://purl.org/dc/terms/source> {cited} ; pkb:words "面积"'
    Path("o.ttl").write_text(HEAD.format("s:art-05-warehouse-area", body), encoding="utf-8")
    code, out, err = call("apply", "good.json", "--with", "o.ttl", "--lang", "en", "--explain")

    assert (code, out) == (2, "")
    assert "o.ttl, line 9: dct:source of “art-05-warehouse-area” points to " in err and "is no provision" in err, err


@pytest.mark.parametrize(("name", "encoding"), [("o.ttl", "gb18030"), ("O.TTL", "gb18030"), ("o.ttl", "utf-16")])
def test_an_overlay_in_another_encoding_is_told_as_one(name: str, encoding: str, call: Call) -> None:
    """The mend is to save it as UTF-8, and not to mend a statement; the ending may be written in capitals."""
    Path(name).write_text('<http://e/a> <http://purl.org/dc/terms/title> "名称"@zh .\n', encoding=encoding)
    code, out, err = call("apply", "good.json", "--with", name, "--lang", "en")

    assert (code, out) == (2, "")
    assert f"{name}: This file is not UTF-8" in err and "Save it as UTF-8." in err, err


def _first(shipped: Policykb, predicate: ox.NamedNode, datatype: ox.NamedNode) -> ox.Quad:
    found = shipped.knowledge.store.quads_for_pattern(None, predicate, None)
    named = (q for q in found if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.Literal))
    return min((q for q in named if q.object.datatype == datatype), key=str)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("predicate", "datatype", "texts"),
    [
        (PKB.position, XSD.integer, ("1.5", "9" * 41)),
        (PKB.checkFrom, XSD.integer, ("x",)),
        (PKB.quotientMin, XSD.decimal, ("", "1e5")),
        (PKB.forYears, XSD.integer, ("9" * 5000,)),
        (PKB.asOfFrom, XSD.date, ("2020-02-30",)),
        (SH.maxInclusive, XSD.integer, ("٣",)),
    ],
    ids=lambda value: value.value.rpartition("#")[2] if isinstance(value, ox.NamedNode) else "",
)
def test_a_literal_without_value_is_a_fault_wherever_it_stands(
    predicate: ox.NamedNode, datatype: ox.NamedNode, texts: Sequence[str], shipped: Policykb
) -> None:
    """No reader of the rules ends in an error of its own, and none takes it for something else."""
    knowledge = shipped.knowledge
    quad = _first(shipped, predicate, datatype)
    for text in texts:
        value = ox.Literal(text, datatype=datatype)
        store = ox.Store()
        store.extend(knowledge.store)
        store.remove(quad)
        store.add(ox.Quad(quad.subject, predicate, value))
        with pytest.raises(KnowledgeError) as refused:
            read_rules(replace(knowledge, store=store, unreadable=((quad.subject, predicate, value),)))
        fault = refused.value
        faults = fault.faults if isinstance(fault, KnowledgeFaults) else (fault,)
        assert any(quad.subject.value.endswith(str(said)) for one in faults for said in one.values.values()), faults
