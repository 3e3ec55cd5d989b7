"""The form of the knowledge base: shapes/knowledge.ttl by pySHACL, SHACL's own shapes, words in quotes, known facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version

import pyoxigraph as ox
import pyshacl
import rdflib
from pyshacl.entrypoints import meta_validate
from rdflib import SH as RSH
from rdflib import URIRef

from ..doors.files import read_bytes
from ..law.cached import cache_graph, cache_name, cached_graph
from ..law.fingerprint import sha256
from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..model import GIVEN, Clause, Node, Text, Vocabulary
from ..names import DCT, PKB, SH, SKOS
from ..wording.catalogue import reason, worded
from .claims import conditions
from .places import Places
from .report import Fault, breach
from .words import Sentence

__all__ = ["as_graph", "check_facts", "check_shacl", "check_shapes", "check_words", "faults_of"]

KNOWLEDGE_SHAPES = "knowledge.ttl"


def as_graph(knowledge: Knowledge) -> rdflib.Graph:
    """The knowledge base as an rdflib graph."""
    triples = knowledge.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    return rdflib.Graph().parse(data=triples, format="nt")


def check_shapes(knowledge: Knowledge, book: RuleBook, graph: rdflib.Graph, places: Places) -> Iterator[Fault]:
    """What every policy file must satisfy: shapes/knowledge.ttl.

    Conditions and criteria have no class of their own that would tell them from the data rules about records, so
    the shapes about them are pointed at every node that a clause or an option uses.
    """
    shapes = rdflib.Graph().parse(knowledge.root / "shapes" / KNOWLEDGE_SHAPES)
    prefix = str(PKB).removesuffix("ns#") + "shape#"
    for _, _, tree in conditions(book):
        for node in _nodes(tree):
            kind = "Criterion" if node.criterion else "Condition"
            shapes.add((URIRef(prefix + kind), RSH.targetNode, URIRef(node.iri)))
    yield from faults_of("structure", graph, shapes, places)


def _nodes(tree: Node) -> Iterator[Node]:
    """The named shapes of a tree; the joints that sh:and, sh:or and sh:not make have no name."""
    if "~" not in tree.iri:
        yield tree
    for child in tree.children:
        yield from _nodes(child)


def check_shacl(knowledge: Knowledge, places: Places) -> Iterator[Fault]:
    """Every shape is a shape: SHACL's shapes for shapes, as pySHACL carries them.

    The shapes that all documents share are nine tenths of the work, and are no different from one document to the next:
    where no fault was found in the same bytes they are not looked at again. Those of the document are looked at with
    all that they refer to.
    """
    own, shared, read = rdflib.Graph(), rdflib.Graph(), []
    for path in knowledge.files:
        folder, *below = path.relative_to(knowledge.root).parts
        if folder == "shapes":
            data = read_bytes(path)
            is_shared = len(below) == 1
            read += [sha256(data)] if is_shared else []
            (shared if is_shared else own).parse(data=data, format="turtle")
    name = cache_name(("shacl", version("pyshacl"), *read))
    found: list[Fault] = []
    if name not in _SOUND and cached_graph(name) is None:
        found += _malformed(shared, places)
        if not found:
            _SOUND.add(name)
            cache_graph(name, ox.Store(), ())
    found += _malformed(own + _reached(own, shared), places)
    yield from dict.fromkeys(found)


_SOUND: set[str] = set()
"""By what the shapes are kept in which this process found no fault."""


def _reached(own: rdflib.Graph, shared: rdflib.Graph) -> rdflib.Graph:
    """What shared shapes say of all that the shapes of a document speak of or refer to."""
    found = rdflib.Graph()
    pending = {*own.subjects(), *own.objects()}
    known = set(pending)
    while pending:
        node = pending.pop()
        for triple in shared.triples((node, None, None)):
            found.add(triple)
            if triple[2] not in known:
                known.add(triple[2])
                pending.add(triple[2])
    return found


def _malformed(shapes: rdflib.Graph, places: Places) -> Iterator[Fault]:
    named = _with_names(shapes)
    conforms, results, text = meta_validate(named, inference="none", inplace=True)
    if not conforms:
        if isinstance(results, rdflib.Graph):
            for result, _, node in [*results.triples((None, RSH.focusNode, None))]:
                if not isinstance(node, rdflib.Literal):
                    results.set((result, RSH.focusNode, _holder(named, node)))
        yield from _results("shacl", results, text, places)


def _holder(shapes: rdflib.Graph, node: rdflib.term.Node) -> rdflib.term.Node:
    """The shape with a name of its own in which a shape without one stands; that shape itself where none has."""
    known, pending = {node}, [node]
    while pending:
        at = pending.pop(0)
        if isinstance(at, URIRef) and _GIVEN not in at:
            return at
        above = [one for one in shapes.subjects(None, at) if one not in known]
        known.update(above)
        pending += above
    return node


_GIVEN = "/.well-known/genid/"
"""What stands in the IRI of a node that the files leave blank (RDF 1.1 Concepts, section 3.5)."""


def _with_names(shapes: rdflib.Graph) -> rdflib.Graph:
    """The same shapes with IRIs for blank nodes, but for those of paths, which SHACL wants blank.

    pySHACL words every alternative that is tried and fails, and writes out the whole list or shape that a blank node
    heads: half of its time.
    """
    unnamed = set()
    pending = list(shapes.objects(None, RSH.path))
    while pending:
        node = pending.pop()
        if isinstance(node, rdflib.BNode) and node not in unnamed:
            unnamed.add(node)
            pending += shapes.objects(node)

    def named(node: rdflib.term.Node) -> rdflib.term.Node:
        return node.skolemize() if isinstance(node, rdflib.BNode) and node not in unnamed else node

    found = rdflib.Graph()
    for subject, predicate, value in shapes:
        found.add((named(subject), predicate, named(value)))
    return found


def faults_of(rule: str, graph: rdflib.Graph, shapes: rdflib.Graph, places: Places) -> Iterator[Fault]:
    """The violations of shapes in a graph, each as a fault."""
    conforms, results, text = pyshacl.validate(
        graph, shacl_graph=shapes, inference="none", advanced=False, inplace=True, do_owl_imports=False
    )
    if not conforms:
        yield from _results(rule, results, text, places, shapes)


def _results(
    rule: str, results: object, text: str, places: Places, shapes: rdflib.Graph | None = None
) -> Iterator[Fault]:
    if not isinstance(results, rdflib.Graph):
        yield breach("verify-shapes-failed", rule, "", detail=reason(text))
        return
    severe = {RSH.Violation, RSH.Warning}
    found = set()
    for result in results.subjects(rdflib.RDF.type, RSH.ValidationResult):
        if results.value(result, RSH.resultSeverity) not in severe:
            continue
        focus, shape = results.value(result, RSH.focusNode), results.value(result, RSH.sourceShape)
        path = results.value(result, RSH.resultPath)
        component = str(results.value(result, RSH.sourceConstraintComponent)).rsplit("#", 1)[-1]
        said = _texts(results.objects(result, RSH.resultMessage)) or worded("verify-shape-breaks", component=component)
        mend = (
            _texts(shapes.objects(shape, URIRef(PKB.mend.value))) if shapes is not None and shape is not None else None
        )
        name = str(focus).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        about = f" ({str(path).rsplit('#', 1)[-1].rsplit('/', 1)[-1]})" if isinstance(path, URIRef) else ""
        where = places.definition(str(focus)) if isinstance(focus, URIRef) else str(focus)
        fault = breach("verify-shape", rule, where, name=f"{name}{about}", said=said, shape=shape)
        found.add(replace(fault, mend=mend) if mend and (mend.zh or mend.en) else fault)
    yield from sorted(found, key=lambda fault: (fault.where, fault.what.en))


def _texts(messages: Iterator[rdflib.term.Node]) -> Text | None:
    """The message of a shape; None where it has none of its own, and pySHACL says something."""
    said = {m.language[:2]: str(m) for m in messages if isinstance(m, rdflib.Literal) and m.language}
    return Text(said.get("zh") or said["en"], said.get("en") or said["zh"]) if said.keys() & {"zh", "en"} else None


def check_words(knowledge: Knowledge, sentences: Mapping[str, Sentence], places: Places) -> Iterator[Fault]:
    """Words are a part of a quote: everything with pkb:words and dct:source."""
    for node in knowledge.subjects(PKB.words):
        # What an overlay leaves out belongs to no clause any more, and so to no provision.
        if knowledge.overlays and not knowledge.objects(node, DCT.source):
            continue
        quotes = [
            sentences[local(term)].provision.quote
            for term in knowledge.objects(node, DCT.source)
            if isinstance(term, ox.NamedNode) and local(term) in sentences
        ]
        for words in knowledge.objects(node, PKB.words):
            if not any(words.value and words.value in quote for quote in quotes):
                yield breach(
                    "verify-words", "words", places.definition(node.value), resource=local(node), words=words.value
                )


def check_facts(knowledge: Knowledge, book: RuleBook, vocabulary: Vocabulary, places: Places) -> Iterator[Fault]:
    """Conditions and amounts of a clause use only facts that its record type can state, or that follow from them."""
    for clause in book.clauses.values():
        declared_type = vocabulary.record_types.get(clause.record_type or "")
        known = {*GIVEN, *(declared_type.facts if declared_type else ())}
        for iri, fact in _facts_of(clause):
            declared, name = vocabulary.facts.get(fact), local(ox.NamedNode(iri))
            derived = declared is not None and declared.is_derived and set(declared.inputs) <= known
            if fact not in known and not derived:
                yield breach(
                    "verify-fact" if clause.record_type else "verify-fact-without-type",
                    "facts",
                    places.definition(iri),
                    name=name,
                    type=clause.record_type,
                    fact=fact,
                )
    yield from _unnamed_bodies(knowledge, book, vocabulary, places)
    for path in _undeclared_paths(knowledge, book, vocabulary):
        yield breach("verify-fact-undeclared", "facts", places.use(path), path=path)


def _unnamed_bodies(knowledge: Knowledge, book: RuleBook, vocabulary: Vocabulary, places: Places) -> Iterator[Fault]:
    """Bodies for which an answer waits, and of which no name is written: misspelt, or of another document."""
    used = dict.fromkeys(fact for clause in book.clauses.values() for _, fact in _facts_of(clause))
    waited = {fact: vocabulary.facts[fact].decided_by for fact in used if fact in vocabulary.facts}
    for fact, body in waited.items():
        if body is not None and knowledge.text(ox.NamedNode(body.iri), SKOS.prefLabel) is None:
            iri = vocabulary.facts[fact].iri
            yield breach("verify-body-unnamed", "facts", places.definition(iri), fact=fact, body=body.iri)


def _facts_of(clause: Clause) -> Iterator[tuple[str, str]]:
    trees = [clause.root, *(option.condition for option in clause.options)]
    for tree in trees:
        for criterion in tree.leaves() if tree else ():
            yield criterion.iri, criterion.path
            yield from ((criterion.iri, atom.other) for atom in criterion.atoms if atom.other)
    for option in clause.options:
        yield from ((option.iri, fact) for fact in option.facts())


def _undeclared_paths(knowledge: Knowledge, book: RuleBook, vocabulary: Vocabulary) -> Iterator[str]:
    """Paths of conditions that are no fact at all, those of shapes without a clause included."""
    document = f"{book.document.iri}/"
    for shape in knowledge.subjects(SH.path):
        path = knowledge.node(shape, SH.path)
        ours = shape.value.startswith(document) and path not in {PKB[name] for name in GIVEN}
        if ours and path is not None and local(path) not in vocabulary.facts:
            yield path.value
