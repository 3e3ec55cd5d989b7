"""The bundle for the validators of others: its files alone decide as `apply` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

from generated_records import generate
from policykb.api import Policykb, load_policykb
from policykb.ask.graphs import prefixes
from policykb.exports.bundle import bundle_files
from policykb.exports.tables import main_tables
from policykb.model import Record
from policykb.reports.as_rdf import RECORDS, answer_quads
from soaking import times

EACH = 2 * times(1)
ROOT = Path(__file__).parents[1]
CLAUSE = "szq-clause:art-10-foreign-capital"
OUTSIDE = "urn:policykb:covered"


def bundle(kb: Policykb) -> dict[str, bytes]:
    """The files of the bundle by their names in it."""
    facts = main_tables(kb.book, kb.wording, None)["facts"]
    written = bundle_files(list(kb.quads), kb.book, kb.wording, facts, prefixes(kb.knowledge))
    return {name.partition("/")[2]: data for name, data in written.items()}


@pytest.fixture(scope="module")
def files(shipped: Policykb) -> dict[str, bytes]:
    """The bundle of the shipped policy."""
    return bundle(shipped)


def records_of(kb: Policykb, each: int) -> list[Record]:
    """Records of every type, without those that break a data rule."""
    made = [r for name in kb.vocabulary.record_types for r in generate(kb.book, kb.vocabulary, name, each, 7)]
    wrong = {d.record for d in kb.apply(made).decisions if d.status == "invalid-record"}
    return [record for record in made if record.id not in wrong]


def as_rdf(kb: Policykb, records: list[Record]) -> list[ox.Triple]:
    """The records as `export --data` writes them."""
    quads = answer_quads(kb.apply(records), kb.book)
    return [q.triple for q in quads if q.graph_name == RECORDS]


def with_rules(files: dict[str, bytes], triples: list[ox.Triple]) -> Graph:
    """The records with all that the CONSTRUCT files of the bundle add, one after the other."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    for name in sorted(name for name in files if name.startswith("rules/")):
        made = list(store.query(files[name].decode()))
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in made)  # type: ignore[union-attr]
    plain = [q.triple for q in store]
    return Graph().parse(data=ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")


def verdicts(kb: Policykb, report: Graph, records: list[Record]) -> Iterator[tuple[str, str, str]]:
    """What a validation report says of each record and clause, as the README of the bundle tells how to read it."""
    failed = {
        (str(report.value(result, SH.focusNode)), str(report.value(result, SH.sourceShape)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    for record in records:
        focus = f"urn:policykb:record:{record.id}"
        for clause in kb.book.by_type.get(record.type, ()):
            if (focus, OUTSIDE) in failed:
                verdict = "not-in-force"
            elif (focus, f"{clause.iri}/possible") in failed:
                verdict = "not-eligible"
            else:
                verdict = "undetermined" if (focus, f"{clause.iri}/certain") in failed else "eligible"
            yield record.id, clause.id, verdict


def compare(kb: Policykb, files: dict[str, bytes], records: list[Record]) -> Counter[str]:
    """Hold the verdicts of pySHACL against those of `apply`; how often each was given."""
    shapes = Graph().parse(data=files["shapes.ttl"], format="turtle")
    data = with_rules(files, as_rdf(kb, records))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    assert isinstance(report, Graph)

    found = set(verdicts(kb, report, records))
    assert found == {(d.record, str(d.clause), str(d.status)) for d in kb.apply(records).decisions}
    return Counter(verdict for _, _, verdict in found)


@pytest.mark.proof
def test_verdicts_are_those_of_apply(shipped: Policykb, files: dict[str, bytes]) -> None:
    """On records that crowd around the bounds with facts missing, a validator that knows SHACL alone decides alike."""
    given = compare(shipped, files, records_of(shipped, EACH))

    assert set(given) == {"eligible", "undetermined", "not-eligible", "not-in-force"}


@pytest.mark.proof
def test_verdicts_are_those_of_apply_on_many(shipped: Policykb, files: dict[str, bytes]) -> None:
    """The same on hundreds of records, and with `POLICYKB_SOAK` on so many of each type."""
    number = times(10)
    given = compare(shipped, files, records_of(shipped, number))

    assert min(given.values()) > number


@pytest.mark.proof
@pytest.mark.parametrize("combination", ["sum", "highest", "unsettled"])
def test_open_amounts_of_every_combination(combination: str, tmp_path: Path) -> None:
    """However options are combined, an amount that hangs on something missing leaves it undetermined."""
    article = (ROOT / "policy" / "szq-2020-12" / "articles" / "art-10.ttl").read_text(encoding="utf-8")
    names = "".join(line for line in article.splitlines(keepends=True) if line.startswith("@prefix"))
    clause = next(block for block in article.split("\n\n") if block.startswith(f"{CLAUSE} a pkb:Clause"))
    head = f"<https://example.org/o> a pkb:Overlay ; pkb:replaces {CLAUSE} ."
    overlay = tmp_path / "combined.ttl"
    changed = clause.replace("pkb-combine:exclusive", f"pkb-combine:{combination}")
    overlay.write_text("\n".join((names, head, changed)), encoding="utf-8")
    kb = load_policykb(overlays=[overlay])

    assert compare(kb, bundle(kb), records_of(kb, 10))["undetermined"] > 10


def test_rules_say_the_same_as_shacl_rules(shipped: Policykb, files: dict[str, bytes]) -> None:
    """The rules inside the shapes add the same triples as the CONSTRUCT files do."""
    records = [record for record in records_of(shipped, 1) if record.type in ("Exhibition", "ForeignCapitalProject")]
    triples = as_rdf(shipped, records)
    data = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", format="nt")
    shapes = Graph().parse(data=files["shapes.ttl"], format="turtle")
    pyshacl.shacl_rules(data, shacl_graph=shapes, inplace=True)

    def exact(graph: Graph) -> set[tuple[object, ...]]:
        return {(s, p, o.toPython() if isinstance(o, Literal) else o) for s, p, o in graph}

    assert exact(data) == exact(with_rules(files, triples))


def test_nothing_is_shared_between_shapes_with_targets(files: dict[str, bytes]) -> None:
    """Each shape stands alone, so that an engine that remembers what it has seen takes no part for another's."""
    shapes = Graph().parse(data=files["shapes.ttl"], format="turtle")
    owner: dict[BNode, object] = {}
    for top in set(shapes.subjects(SH.targetClass)):
        todo = [top]
        while todo:
            for part in shapes.objects(todo.pop()):
                if isinstance(part, BNode) and owner.get(part) != top:
                    assert owner.setdefault(part, top) == top
                    todo.append(part)

    assert len(owner) > 1000


def test_the_policy_states_all_its_types(files: dict[str, bytes]) -> None:
    """What a service rests on is an eli:LegalResource by a statement in the same file: no engine need infer it."""
    policy = Graph().parse(data=files["policy.ttl"], format="turtle")
    resource = URIRef("http://data.europa.eu/eli/ontology#LegalResource")
    rested_on = set(policy.objects(None, URIRef("http://data.europa.eu/m8g/hasLegalResource")))

    assert rested_on
    assert all((one, RDF.type, resource) in policy for one in rested_on)
