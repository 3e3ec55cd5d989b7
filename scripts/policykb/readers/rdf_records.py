"""Read records from Turtle, TriG, N-Triples, N-Quads and JSON-LD; nothing is ever fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from ..doors.files import read_bytes, without_mark
from ..doors.incoming import is_fit
from ..errors import InputError
from ..law.tokens import DEEPEST, is_nested_too_deep
from ..model import Fact, Place, RecordType, Severity, Vocabulary
from ..names import DCT, PKB, RDF, RDFS, ROV, XSD
from ..patterns import regex
from ..wording.catalogue import at, reason
from .builder import RecordBuilder, homes, known_types, unknown_type
from .cells import Cell
from .findings import Refused, make_finding
from .json_ld import check_json_ld
from .json_records import LARGEST, load_json
from .numbers import LONGEST
from .reader import Found, Reader

__all__ = ["read_rdf"]

Term: TypeAlias = Any
_TOLD = 8  # values of a property that are looked at and told, where there may be one
Node: TypeAlias = dict[ox.NamedNode, list[Term]]

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_BASE = "http://records.invalid/"  # what relative IRIs are resolved against, and taken off again
_CODES = "https://w3id.org/policykb/scheme/code#"
_DESCRIPTIVE = {RDF.type, DCT.identifier, DCT.source, RDFS.label, RDFS.comment}
_NAMES = {PKB.name: "name", ROV.legalName: "name", PKB.creditCode: "creditCode", PKB.division: "division"}
_WHOLE = {
    XSD[name].value
    for name in (
        "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
        "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
}  # fmt: skip
_BINARY = {XSD.double.value, XSD.float.value}
_LEXICAL = regex(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = regex(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}")


def read_rdf(path: Path, file: str, stem: str, kind: RecordType | None, reader: Reader) -> Iterator[Found]:
    """The records of an RDF file, and the findings that belong to none.

    Args:
        path: the file.
        file: its name in places.
        stem: what the ids of records without one begin with.
        kind: the type of records that state none, from the call or the file's name.
        reader: the names and values that are known.

    Raises:
        InputError: the file cannot be parsed (with line), refers to a remote context, or holds no records.
    """
    linked = path.suffix.lower() == ".jsonld"
    if linked:
        yield from check_json_ld(load_json(path, file), file, reader)
    nodes = _parse(path, file)
    types = {ox.NamedNode(known.iri): known for known in reader.vocabulary.record_types.values()}
    told: set[ox.NamedNode] = set()
    position = 0
    for subject, node in _records(nodes, types, reader.vocabulary):
        position += 1
        place = Place(file, row=position)
        known = [types[term] for term in node.get(RDF.type, ()) if term in types]
        if not known and kind is None:
            named = [term for term in node.get(RDF.type, ()) if isinstance(term, ox.NamedNode)]
            if named:
                raise unknown_type(reader.names, _local(named[0]), at("at-node", file=file, node=_short(subject)))
            raise InputError(
                "node-without-type",
                where=at("at-node", file=file, node=_short(subject)),
                known=known_types(reader.vocabulary),
            )
        record_kind = known[0] if known else kind
        assert record_kind is not None
        made_up = f"{stem}#{position}"
        identifier = _identifier(subject, node, made_up)
        fit = is_fit(identifier)
        builder = RecordBuilder(reader.vocabulary, record_kind, place, identifier if fit else made_up)
        if not fit:
            builder.refuse("text-unfit", Place(file, row=position, column="id"), value=identifier)
        if len(known) > 1:
            builder.refuse("several-types", place, value=", ".join(each.id for each in known))
        yield from _read_node(node, nodes, builder, reader, linked, told)
        yield builder.record()
    if not position:
        raise InputError("no-records-in-graph", where=file, known=known_types(reader.vocabulary))


def _parse(path: Path, file: str) -> dict[Term, Node]:
    """The nodes of a file in their order, each with its values by property."""
    nodes: dict[Term, dict[ox.NamedNode, dict[Term, None]]] = {}
    data = without_mark(read_bytes(path, LARGEST))
    if is_nested_too_deep(data):
        raise InputError("rdf-too-deep", where=file, most=DEEPEST)
    try:
        for quad in ox.parse(data, format=_FORMATS[path.suffix.lower()], base_iri=_BASE):
            nodes.setdefault(quad.subject, {}).setdefault(quad.predicate, {})[quad.object] = None
    except (SyntaxError, ValueError, MemoryError) as fault:
        if isinstance(fault, MemoryError) and not str(fault):
            raise  # with words it is about a text longer than the parser takes
        line = fault.lineno if isinstance(fault, SyntaxError) else None
        where = at("at-line", file=file, line=line) if line else file
        message = re.sub(r"^Parser error.*?: ", "", fault.msg if isinstance(fault, SyntaxError) else str(fault))
        raise InputError("invalid-rdf", where=where, detail=reason(message, "rdf", "json")) from fault
    return {node: {name: list(values) for name, values in said.items()} for node, said in nodes.items()}


def _records(
    nodes: dict[Term, Node], types: dict[ox.NamedNode, RecordType], vocabulary: Vocabulary
) -> Iterator[tuple[Term, Node]]:
    """The nodes that are records: by their type, or because they state a period, a subject or a fact."""
    marks = {PKB.period, PKB.subject} | {ox.NamedNode(fact.iri) for fact in vocabulary.facts.values()}
    for subject, node in nodes.items():
        if any(term in types for term in node.get(RDF.type, ())) or marks & node.keys():
            yield subject, node


def _identifier(subject: Term, node: Node, otherwise: str) -> str:
    stated = [
        term.value for term in node.get(DCT.identifier, ()) if isinstance(term, ox.Literal) and term.value.strip()
    ]
    if stated:
        return str(stated[0])
    return str(subject.value).removeprefix(_BASE) if isinstance(subject, ox.NamedNode) else otherwise


def _read_node(
    node: Node,
    nodes: dict[Term, Node],
    builder: RecordBuilder,
    reader: Reader,
    linked: bool,
    told: set[ox.NamedNode],
) -> Iterator[Found]:
    facts = {ox.NamedNode(fact.iri): fact for fact in reader.vocabulary.facts.values()}
    if len(node.get(DCT.identifier, ())) > 1:
        spot = Place(builder.place.file, row=builder.place.row, column="id")
        builder.refuse("several-values", spot, value=_listed(node[DCT.identifier]))
    for predicate, values in node.items():
        spot = Place(builder.place.file, row=builder.place.row, column=_local(predicate))
        fact = facts.get(predicate)
        if fact is not None and fact.id in builder.kind.facts:
            _take_fact(builder, reader, fact, values, nodes, linked, spot)
        elif predicate == PKB.period:
            _take_column(builder, reader, "period", values, spot)
        elif predicate in _NAMES:
            _take_column(builder, reader, _NAMES[predicate], values, spot)
        elif predicate == PKB.subject:
            _take_subject(builder, reader, values, nodes, spot)
        elif predicate not in _DESCRIPTIVE:
            yield from _unknown(builder, reader, predicate, fact, spot, told)


def _take_subject(
    builder: RecordBuilder, reader: Reader, values: list[Term], nodes: dict[Term, Node], spot: Place
) -> None:
    if len(values) > 1:
        builder.refuse("several-values", spot, value=_listed(values))
        return
    if isinstance(values[0], ox.Literal):
        builder.refuse("subject-not-an-object", spot, value=values[0].value)
        return
    if values[0] not in nodes:
        builder.refuse("orphan-subject", spot, value=_short(values[0]))
        return
    for predicate, terms in nodes[values[0]].items():
        inner = Place(spot.file, row=spot.row, column=f"subject.{_local(predicate)}")
        if predicate in _NAMES:
            _take_column(builder, reader, _NAMES[predicate], terms, inner)
        elif predicate.value.startswith(str(PKB)):
            near = reader.names.nearest_name(_local(predicate), builder.kind)
            if near is not None:
                builder.refuse("near-column", inner, suggestion=near)


def _take_column(builder: RecordBuilder, reader: Reader, column: str, values: list[Term], spot: Place) -> None:
    if 1 < len(values) <= _TOLD and column == "name":
        chinese = [term for term in values if isinstance(term, ox.Literal) and (term.language or "").startswith("zh")]
        values = chinese if len(chinese) == 1 else values
    if len(values) > 1:
        builder.refuse("several-values", spot, value=_listed(values))
        return
    term = values[0]
    if not isinstance(term, ox.Literal):
        builder.refuse("value-not-text", spot, value=_short(term))
        return
    stated = builder.columns.get(column)
    if stated is not None:
        if stated != term.value:
            builder.refuse("stated-twice", spot, value=term.value, item=reader.vocabulary.columns[column], other=stated)
        return
    builder.take_column(reader.values, column, Cell(term.value), spot)


def _take_fact(
    builder: RecordBuilder,
    reader: Reader,
    fact: Fact,
    values: list[Term],
    nodes: dict[Term, Node],
    linked: bool,
    spot: Place,
) -> None:
    builder.places[fact.id] = spot
    try:
        if fact.is_list:
            terms = [member for value in values for member in _members(value, nodes)]
            cells = [_cell(term, fact, linked) for term in terms]
            builder.put(fact.id, spot, _listed(terms), lambda: reader.values.read_list(cells, fact))
            return
        if len(values) > 1:
            raise Refused("several-values")
        cell = _cell(values[0], fact, linked)
    except Refused as refused:
        builder.refuse(refused.rule, spot, fact=fact.id, value=_listed(values), **refused.words)
        return
    builder.put(fact.id, spot, values[0].value, lambda: reader.values.read(cell, fact, words_for_truth=False))


def _members(value: Term, nodes: dict[Term, Node]) -> Iterator[Term]:
    """The members of an RDF list, or the value itself."""
    seen: set[Term] = set()
    if value != RDF.nil and RDF.first not in nodes.get(value, {}):
        yield value
        return
    while value != RDF.nil and value not in seen:
        seen.add(value)
        node = nodes.get(value, {})
        yield from node.get(RDF.first, ())
        value = next(iter(node.get(RDF.rest, ())), RDF.nil)


def _cell(term: Term, fact: Fact, linked: bool) -> Cell:
    """An RDF term as a cell, if its datatype is that of the fact."""
    if isinstance(term, ox.NamedNode) and fact.codes and term.value.startswith(_CODES):
        return Cell(term.value.removeprefix(_CODES))
    if not isinstance(term, ox.Literal):
        raise Refused("wrong-datatype", datatype="IRI", expected=f"xsd:{fact.datatype}")
    datatype = term.datatype.value
    match fact.datatype:
        case "decimal" if datatype == XSD.decimal.value or datatype in _WHOLE:
            return _number(term.value, linked)
        case "decimal" if linked and datatype in _BINARY:
            # A JSON number with a fraction becomes a double by the rules of JSON-LD; its digits are still there.
            return _number(term.value, linked)
        case "integer" if datatype in _WHOLE:
            return _number(term.value, linked)
        case "boolean" if datatype == XSD.boolean.value:
            if term.value not in ("true", "false", "1", "0"):
                raise Refused("value-not-a-truth")
            return Cell("true" if term.value in ("true", "1") else "false", "truth")
        case "date" if datatype == XSD.date.value:
            return Cell(term.value)
        case "string" if datatype == XSD.string.value:
            return Cell(term.value)
    raise Refused("wrong-datatype", datatype=_datatype(datatype), expected=f"xsd:{fact.datatype}")


def _number(text: str, linked: bool) -> Cell:
    text = text.strip()
    if len(text) > 2 * LONGEST:
        raise Refused("number-too-long", most=f"{LONGEST}")
    if _LEXICAL.fullmatch(text):
        return Cell(f"{Decimal(text):f}", "number")
    if linked and _SCIENTIFIC.fullmatch(text):
        return Cell(f"{Decimal(text):f}", "number")
    raise Refused("value-not-a-number")


def _unknown(
    builder: RecordBuilder,
    reader: Reader,
    predicate: ox.NamedNode,
    fact: Fact | None,
    spot: Place,
    told: set[ox.NamedNode],
) -> Iterator[Found]:
    """A property that the record's type does not have."""
    if fact is not None and fact.record_types:
        item, types = reader.vocabulary.facts[fact.id].label, homes(reader.vocabulary, fact.id)
        severity: Severity = "error" if reader.strict else "warning"
        builder.tell("fact-of-another-type", severity, spot, type=builder.kind.label, item=item, types=types)
        return
    near = reader.names.nearest_name(_local(predicate), builder.kind)
    if near is not None:
        builder.refuse("near-column", spot, suggestion=near)
    elif reader.strict:
        builder.refuse("unknown-column", spot)
    elif predicate not in told:
        told.add(predicate)
        yield make_finding(reader.vocabulary, "unknown-column", "warning", spot)


def _listed(terms: Sequence[Term]) -> str:
    """The first of several values: a subject of many records may have as many, and each of them tells of it."""
    return ", ".join(_short(term) for term in terms[:_TOLD]) + (" …" if len(terms) > _TOLD else "")


def _short(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<{term.value.removeprefix(_BASE)}>"
    return str(term.value) if isinstance(term, ox.Literal) else "[…]"


def _local(term: ox.NamedNode) -> str:
    return re.split(r"[#/]", term.value)[-1]


def _datatype(iri: str) -> str:
    xsd = str(XSD)
    return f"xsd:{iri.removeprefix(xsd)}" if iri.startswith(xsd) else iri
