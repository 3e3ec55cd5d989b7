"""Nothing is ignored: what is not known for a kind of resource is refused on loading, all at once, with its place."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import SH as RSH
from rdflib import URIRef

from policykb import cli
from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.closed import closed_faults
from policykb.law.knowledge import Knowledge, local
from policykb.law.load import load, policies
from policykb.law.pointed import pointed
from policykb.law.rules import read_rules
from policykb.names import CV, DCT, OA, PKB, PROV, RDF, RDFS, SH, SKOS
from soaking import share

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "https://example.org/"
CLASSES = (
    PKB.Provision, PKB.Structure, PKB.Quantity, PKB.FigureOfSpeech, PKB.Clause, PKB.Notice, PKB.Option, PKB.Group,
    PKB.Applicability, PKB.RecordType, PKB.Fact, PKB.DerivedFact, PKB.DataRule, PKB.Reading, SKOS.Concept,
    SKOS.ConceptScheme, CV.PublicOrganisation, OA.SpecificResource, OA.TextQuoteSelector, OA.TextPositionSelector,
)  # fmt: skip
SHAPES = {
    "PublicOrganisation": "Body", "SpecificResource": "Anchor", "TextQuoteSelector": "Quote",
    "TextPositionSelector": "Position", "ConceptScheme": "Scheme", "DerivedFact": "Fact",
}  # fmt: skip
"""The closed shapes that are called otherwise than the class of their resources."""

FOREIGN = (
    "http://datashapes.org/dash#hasValueIn", f"{EXAMPLE}anything", "http://www.w3.org/2002/07/owl#sameAs",
    *(
        f"{SH}{name}"
        for name in (
            "deactivated", "order", "group", "defaultValue", "equals", "disjoint", "maxLength", "flags", "xone", "rule",
            "qualifiedValueShape", "qualifiedMinCount", "targetNode", "sparql", "js", "entailment", "shapesGraph",
        )
    ),
)  # fmt: skip
XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES: dict[str, ox.NamedNode | ox.BlankNode | ox.Literal] = {
    "string": ox.Literal("x"),
    "integer": ox.Literal("7", datatype=ox.NamedNode(f"{XSD}integer")),
    "decimal": ox.Literal("-7.5", datatype=ox.NamedNode(f"{XSD}decimal")),
    "double": ox.Literal("1.0E7", datatype=ox.NamedNode(f"{XSD}double")),
    "boolean": ox.Literal("true", datatype=ox.NamedNode(f"{XSD}boolean")),
    "date": ox.Literal("2020-12-31", datatype=ox.NamedNode(f"{XSD}date")),
    "no date": ox.Literal("2020-02-30", datatype=ox.NamedNode(f"{XSD}date")),
    "German": ox.Literal("x", language="de"),
    "name": ox.NamedNode(f"{EXAMPLE}x"),
    "blank": ox.BlankNode(),
}
CHECKED = {
    RSH[f"{name}ConstraintComponent"]
    for name in (
        "Closed", "MaxCount", "Datatype", "NodeKind", "Class", "In", "Pattern", "MinExclusive", "LanguageIn",
        "UniqueLang", "Node",
    )
}  # fmt: skip
"""The constraint components that bind on loading."""


@cache
def shipped() -> Knowledge:
    """The shipped knowledge base."""
    return load(ROOT, "szq-2020-12")


@cache
def one_of_each() -> dict[str, ox.NamedNode]:
    """A resource of each kind, by a name for the kind."""
    knowledge = shipped()
    found = {cls.value.rpartition("#")[2].rpartition("/")[2]: knowledge.instances(cls)[0] for cls in CLASSES}
    for name, node in pointed(knowledge):
        if isinstance(node, ox.NamedNode):
            found.setdefault(name, node)
    # A stated fact: what derives facts is foreign to it.
    derived = set(knowledge.instances(PKB.DerivedFact))
    found["Fact"] = next(fact for fact in knowledge.instances(PKB.Fact) if fact not in derived)
    return found


def described(node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Triple]:
    """What is said of a resource, with the lists that hang on it; its words, from which its anchor follows."""
    for quad in shipped().store.quads_for_pattern(node, None, None):
        anchored = quad.predicate == DCT.source and quad.object == ox.NamedNode(f"{node.value}-anchor")
        yield ox.Triple(node, PKB.quote, _quote(node)) if anchored else quad.triple
        if isinstance(quad.object, ox.BlankNode):
            yield from described(quad.object)


def _quote(node: ox.NamedNode | ox.BlankNode) -> ox.Literal:
    """The words that a provision or structure is anchored to."""
    (quote,) = shipped().objects(ox.NamedNode(f"{node.value}-quote"), OA.exact)
    assert isinstance(quote, ox.Literal)
    return quote


@cache
def properties() -> tuple[ox.NamedNode, ...]:
    """Every property that anything in the shipped knowledge base or in SHACL has, and some of other namespaces."""
    used = {quad.predicate for quad in shipped().store}
    own = set(shipped().instances(RDF.Property))
    return tuple(sorted({*used, *own, *map(ox.NamedNode, FOREIGN)} - {RDF.first, RDF.rest}, key=str))


@cache
def known(node: ox.NamedNode) -> frozenset[ox.NamedNode]:
    """The properties that the closed shape of a resource lists, read from the shapes file by rdflib."""
    name = next(name for name, each in one_of_each().items() if each == node)
    graph = shapes()
    shape = URIRef(f"https://w3id.org/policykb/shape#{SHAPES.get(name, name)}")
    paths = [graph.value(part, RSH.path) for part in graph.objects(shape, RSH.property)]
    ignored = graph.value(shape, RSH.ignoredProperties)
    assert ignored is not None
    listed = {*paths, *graph.items(ignored)}
    if node == one_of_each()["Fact"]:
        derived = URIRef("https://w3id.org/policykb/shape#derivation")
        listed -= set(graph.objects(derived, RSH.targetSubjectsOf))
    if node == one_of_each()["Condition"]:
        listed.add(RSH.path)  # with a path it is a criterion
    return frozenset(ox.NamedNode(str(path)) for path in listed if isinstance(path, URIRef))


@cache
def shapes() -> rdflib.Graph:
    """The shapes about the knowledge base, with the parameters of the project's own components."""
    graph = rdflib.Graph().parse(ROOT / "shapes" / "knowledge.ttl")
    return graph.parse(ROOT / "shapes" / "components.ttl")


def refused(path: Path) -> list[KnowledgeError]:
    """What loading an overlay ends in."""
    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(ROOT, "szq-2020-12", [path]))
    return list(caught.value.faults) if isinstance(caught.value, KnowledgeFaults) else [caught.value]


@pytest.mark.proof
def test_every_foreign_statement_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each property on each kind of resource that does not list it is refused by name, with file and line, at once."""
    # All of them at once are more than an overlay can state.
    monkeypatch.setattr("policykb.law.overlays._STATEMENTS", 100_000)
    head = ox.NamedNode(f"{EXAMPLE}overlay")
    lines = [f"{head} {RDF.type} {PKB.Overlay} ."]
    lines += [f"{head} {PKB.replaces} {node} ." for node in one_of_each().values()]
    bad: dict[int, tuple[str, str]] = {}
    kinds = list(VALUES)
    for kind, node in one_of_each().items():
        # What the completion adds to a derived fact is no statement of the overlay.
        own = [triple for triple in described(node) if triple.predicate != PKB.expression or kind != "DerivedFact"]
        lines += [f"{triple.subject} {triple.predicate} {triple.object} ." for triple in own]
        # What is said of lists comes between, so that the resource is named again.
        for number, predicate in enumerate(p for p in properties() if p not in known(node)):
            value = VALUES[kinds[(number + len(kind)) % len(kinds)]]
            lines.append(f"{node} {predicate} {value} .")
            bad[len(lines)] = (node.value.rpartition("/")[2].rpartition("#")[2], predicate.value)
    path = tmp_path / "foreign.ttl"
    path.write_text("\n".join(lines), encoding="utf-8")
    told: dict[int, list[KnowledgeError]] = {}
    for fault in refused(path):
        file, _, line = fault.where.en.rpartition(", line ")
        assert file == str(path), fault.say("en")
        told.setdefault(int(line), []).append(fault)

    with capsys.disabled():
        print(f"\nforeign statements refused: {len(bad)} on {len(one_of_each())} kinds of resource")
    assert len(bad) >= 2000
    assert {line: bad[line] for line in bad if line not in told} == {}
    assert {line: [f.say("en")[:200] for f in told[line]] for line in told if line not in bad} == {}
    assert [
        (bad[line], [fault.say("en") for fault in faults])
        for line, faults in told.items()
        if not any(fault.values.get("resource") == bad[line][0] for fault in faults)
    ] == []


def clones() -> Iterator[tuple[str, ox.NamedNode, list[ox.Triple]]]:
    """A copy of a resource of each kind for each of its listed properties and each sort of value, put in its place."""
    for kind, node in one_of_each().items():
        said = list(described(node))
        used = {triple.predicate for triple in said if triple.subject == node}
        # What tells the kind is left as it is.
        telling = {RDF.type, SH.targetClass, SH.targetObjectsOf, *([SH.path] if kind == "Condition" else [])}
        for predicate in sorted(known(node) - telling, key=str):
            if predicate not in used and predicate.value.startswith((str(DCT), str(PROV))):
                continue  # remarks are free
            short = predicate.value.rpartition("#")[2].rpartition("/")[2]
            for name, value in VALUES.items():
                copy = ox.NamedNode(f"{EXAMPLE}{kind}-{short}-{name.replace(' ', '-')}")
                kept = [t for t in said if t.subject != node or t.predicate != predicate]
                new = [ox.Triple(copy if t.subject == node else t.subject, t.predicate, t.object) for t in kept]
                yield kind, copy, [*new, ox.Triple(copy, predicate, value)]


def reached(kind: str, copy: ox.NamedNode) -> list[ox.Triple]:
    """What makes a copy one of its kind, where no class does."""
    owner = ox.NamedNode(f"{EXAMPLE}owner")
    if kind in ("Condition", "Criterion"):
        return [ox.Triple(owner, PKB.eligibility, copy)]
    if kind == "RecordRule":
        return [ox.Triple(owner, SH.targetClass, PKB.EnterpriseYear), ox.Triple(owner, SH.property, copy)]
    return []


@pytest.mark.proof
def test_loading_and_shacl_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """The check on loading calls exactly those values wrong that pySHACL does by the same shapes."""
    copies = dict(share([(copy, (kind, triples)) for kind, copy, triples in clones()], 6))
    store = ox.Store()
    store.extend(shipped().store)
    lines = [
        f"{q.subject} {q.predicate} {q.object} ."
        for predicate in (RDF.type, RDFS.subClassOf)
        for q in shipped().store.quads_for_pattern(None, predicate, None)
    ]
    wanted = rdflib.Graph() + shapes()
    for predicate in (RSH.targetClass, RSH.targetSubjectsOf, RSH.targetObjectsOf):
        wanted.remove((None, predicate, None))
    for copy, (kind, triples) in copies.items():
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*triples, *reached(kind, copy)))
        lines += [f"{t.subject} {t.predicate} {t.object} ." for t in triples]
        shape = URIRef(f"https://w3id.org/policykb/shape#{SHAPES.get(kind, kind)}")
        wanted.add((shape, RSH.targetNode, URIRef(copy.value)))
    graph = rdflib.Graph().parse(data="\n".join(lines), format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=wanted, inplace=True)
    mixed = Knowledge(ROOT, "szq-2020-12", store, (), (), "")
    theirs = {
        (local(ox.NamedNode(str(focus))), mixed.prefixed(ox.NamedNode(str(path))))
        for result in report.subjects(rdflib.RDF.type, RSH.ValidationResult)
        if report.value(result, RSH.sourceConstraintComponent) in CHECKED
        and isinstance(focus := report.value(result, RSH.focusNode), URIRef)
        and isinstance(path := report.value(result, RSH.resultPath), URIRef)
    }
    names = {local(copy) for copy in copies}
    ours = {(str(f.values["resource"]), str(f.values["property"])) for f in closed_faults(mixed)}

    with capsys.disabled():
        print(f"\nvalues judged as pySHACL judges them: {len(copies)}, of which {len(theirs)} are wrong")
    assert len(copies) >= 500
    assert {pair for pair in ours if pair[0] in names} ^ theirs == set()


@pytest.mark.proof
@pytest.mark.parametrize(
    ("file", "old", "new", "at", "said"),
    [
        (
            "shapes/szq-2020-12/art-05.ttl",
            "    sh:minInclusive 500.0 ;",
            '    sh:minInclusive "500" ;',
            'sh:minInclusive "500"',
            'sh:minInclusive of “art-05-warehouse-area” is "500"',
        ),
        (
            "shapes/szq-2020-12/art-05.ttl",
            "    sh:minInclusive 500.0 ;",
            "    sh:minInclusive 500.0 ;\n    <http://datashapes.org/dash#hasValueIn> ( 600.0 ) ;",
            "hasValueIn",
            "states <http://datashapes.org/dash#hasValueIn>",
        ),
        (
            "policy/szq-2020-12/articles/art-05.ttl",
            "szq-clause:art-05-warehouse a pkb:Clause ;",
            'szq-clause:art-05-warehouse a pkb:Clause ;\n    dct:identifier "art-05-platform-fee" ;',
            'dct:identifier "art-05-platform-fee"',
            "The identifier art-05-platform-fee of “art-05-",
        ),
        (
            "ontology/facts.ttl",
            "pkb:producer pkb:recognisedPlatform pkb:tradeCNY",
            "pkb:producer pkb:referrerKind pkb:recognisedPlatform pkb:tradeCNY",
            "pkb:referrerKind a pkb:Fact",
            "No data rule of EnterpriseYear says of what datatype “referrerKind” is.",
        ),
        (
            "shapes/szq-2020-12/art-05.ttl",
            "szq-shape:art-05-warehouse-area a",
            "szq-shape:art-05-warehouse-area a sh:PropertyShape ;\n    sh:path pkb:overseasWarehouseArea .\n\n"
            "szq-shape:art-05-warehouse-area a",
            "szq-shape:art-05-warehouse-area a",
            "“art-05-warehouse-area” stands twice",
        ),
        (
            "policy/szq-2020-12/document.ttl",
            'pkb:textHash "41e9',
            'pkb:textHash "41E9',
            "pkb:textHash",
            "pkb:textHash of “szq-2020-12” cannot be",
        ),
        (
            "ontology/facts.ttl",
            '"海外仓年度实际投资额"@zh',
            '"海外仓总面积"@zh',
            '"海外仓总面积"@zh , "Actual',
            "are both called “海外仓总面积”",
        ),
        (
            "ontology/facts.ttl",
            '"参展"@zh , "Exhibition"@en',
            '"参展"@zh , "acquisition"@en',
            '"acquisition"@en',
            "“Exhibition” and “Acquisition”",
        ),
    ],
)
def test_the_commands_say_it(
    file: str,
    old: str,
    new: str,
    at: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """`apply` refuses what stands in a file, with the line of `at`, and `verify` says the same."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    (tmp_path / file).write_text(changed, encoding="utf-8")
    line = changed[: changed.rindex(at)].count("\n") + 1
    codes, told = [], []
    for command in ("apply", "verify"):
        named = ["--policy", slug] if (slug := Path(file).parts[1]) in policies(ROOT) else []
        given = [str(ROOT / "docs/examples/one-enterprise.json")] if command == "apply" else named
        monkeypatch.setattr(sys, "argv", ["policykb", command, *given, "--root", str(tmp_path), "--lang", "en"])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capfd.readouterr()
        codes.append(end.value.code)
        told.append((out + err).removeprefix("policykb: ").strip())

    assert codes == [2, 1]
    assert told[0] == told[1]
    assert said in told[0]
    assert re.search(rf"{re.escape(file)}, line {line}\b", told[0])


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "articles/art-05.ttl",
            "szq:art-05-s3 a pkb:Provision",
            "szq:art-05-s3 a pkb:Provison",
            "did you mean pkb:Provision",
        ),
        ("articles/art-05.ttl", "a pkb:Option ;", "a pkb:Opton ;", "did you mean pkb:Option"),
        ("articles/art-18.ttl", "a pkb:Clause ;", "a pkb:Clauses ;", "did you mean pkb:Clause"),
    ],
)
def test_a_misspelt_class_is_one_fault(name: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    """What is missed for want of it, wherever it is named, is not told as well; the class that was meant is."""
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    path = tmp_path / "policy/szq-2020-12" / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(tmp_path, "szq-2020-12"))

    assert not isinstance(caught.value, KnowledgeFaults)
    assert said in caught.value.say("en")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sh:minInclusive 500.0", "sh:minInklusive 500.0", "Did you mean sh:minInclusive"),
        ("sh:minCount 1", "sh:minCount 0", "sh:minCount of “art-05-warehouse-area” cannot be 0"),
        ("sh:minCount 1", "sh:minCount 1 ;\n    sh:maxCount 0", "states sh:maxCount 0"),
    ],
)
def test_one_slip_is_told_once(old: str, new: str, said: str, tmp_path: Path) -> None:
    """What no engine reads and what does not belong there are the same slip, told where it stands."""
    path = tmp_path / "o.ttl"
    amendment = (ROOT / "tests/fixtures/amendment-2021.ttl").read_text(encoding="utf-8")
    amendment = amendment.replace("300.0", "500.0").replace('pkb:validFrom "2021-07-01"^^xsd:date ;', "")
    path.write_text(amendment.replace(old, new), encoding="utf-8")
    found = refused(path)

    assert len(found) == 1
    assert said in found[0].say("en")
