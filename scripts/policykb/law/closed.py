"""What may stand on each kind of resource: the closed shapes of shapes/knowledge.ttl, held against a graph on loading.

A closed shape lists the properties of its kind; whatever else stands on a resource of that kind is a fault. Of the
property shapes the constraints on single values bind here, and how many there may be at the most: sh:maxCount,
sh:datatype, sh:nodeKind, sh:class, one of several classes (sh:node with sh:or), sh:in, sh:pattern, sh:minExclusive,
sh:languageIn, sh:uniqueLang. That something is lacking (sh:minCount), and what else takes several shapes to say, is
left to the verification, which runs the same shapes.
Standard: SHACL Core, W3C Recommendation of 20 July 2017.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import Text
from ..names import PKB, RDF, SH, SKOS, XSD
from ..wording.catalogue import at
from ..wording.spelling import near_names
from .knowledge import Knowledge, Term, local
from .literals import FORMS, is_readable
from .pointed import pointed

__all__ = ["FOREIGN", "SHAPES", "Kind", "Values", "closed_faults", "closed_kind", "unreadable_faults"]

Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
SHAPES = str(PKB).removesuffix("ns#") + "shape#"
FOREIGN = "closed-type"
"""The fault of a resource of a class that nothing reads."""
_REMOVE, _CHECK = ("closed-remove", "closed-remove-near"), ("closed-check", "closed-check-near")
_KNOWN_TYPES = ox.NamedNode(f"{SHAPES}known-types")
_LITERAL, _IRI, _EITHER = SH.Literal, SH.IRI, SH.BlankNodeOrIRI


@dataclass(frozen=True, slots=True)
class Values:
    """What the values of one property must be; what is None or empty does not matter."""

    shape: Term
    most: int | None
    datatype: Object | None
    node_kind: Object | None
    classes: tuple[ox.NamedNode, ...]
    allowed: frozenset[Object] | None
    pattern: re.Pattern[str] | None
    above: Decimal | None
    languages: frozenset[str] | None
    is_unique: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A closed shape: what it calls its resources, the properties they can have, and of what kind the values are."""

    label: Text
    known: tuple[ox.NamedNode, ...]
    allowed: frozenset[ox.NamedNode]
    values: Mapping[ox.NamedNode, tuple[Values, ...]]


def closed_faults(knowledge: Knowledge) -> list[KnowledgeError]:
    """Everything that stands where nothing reads it, or is not of the kind that belongs there; with its place."""
    return list(_Check(knowledge).faults())


def closed_kind(knowledge: Knowledge, name: str) -> Kind:
    """What may stand on a kind of resource, by the local name of the shape that is closed for it, such as `Clause`."""
    return _Check(knowledge)._kind(ox.NamedNode(f"{SHAPES}{name}"))


def unreadable_faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    """The literals that have no value of their datatype, wherever they stand."""
    for node, predicate, value in knowledge.unreadable:
        yield _Check(knowledge)._fault("closed-form", node, predicate, value, wanted=at(FORMS[value.datatype]))


@dataclass
class _Check:
    """One pass over a graph."""

    knowledge: Knowledge
    members: dict[Object, list[Term]] = field(default_factory=dict)
    types: dict[Term, set[Object]] = field(default_factory=dict)
    read: dict[Term, Any] = field(default_factory=dict)

    def faults(self) -> Iterator[KnowledgeError]:
        knowledge, store = self.knowledge, self.knowledge.store
        for quad in store.quads_for_pattern(None, RDF.type, None):
            self.members.setdefault(quad.object, []).append(quad.subject)  # type: ignore[arg-type]
            self.types.setdefault(quad.subject, set()).add(quad.object)  # type: ignore[arg-type]
        self.below = knowledge.below
        yield from self._foreign_types()
        by_name: dict[str, Kind] = {}
        special = list(pointed(knowledge))
        # What is spelled out of what a person wrote has no place of its own; what is wrong is wrong there.
        spelled = {triple.subject for triple in knowledge.derived if triple.predicate == PKB.operator}
        of_records = {node for name, node in special if name == "RecordShape"}
        for shape in knowledge.subjects(SH.closed):
            if not shape.value.startswith(SHAPES) or not knowledge.objects(shape, SH.ignoredProperties):
                continue
            if shape in of_records or SH.NodeShape not in self.types.get(shape, ()):
                continue
            targets = knowledge.objects(shape, SH.targetClass)
            kind = by_name[local(shape)] = self._kind(shape)
            for target in targets:
                for cls in self.below.get(target, (target,)):
                    for node in self.members.get(cls, ()):
                        if node not in spelled:
                            yield from self._resource(kind, node)
        for name, node in special:
            if name in by_name:
                yield from self._resource(by_name[name], node)
        yield from self._domains()

    def _foreign_types(self) -> Iterator[KnowledgeError]:
        """Resources of a class that nothing reads."""
        known = self._values(_KNOWN_TYPES).allowed
        for cls, nodes in self.members.items():
            if known is not None and cls not in known:
                how = self._mend(_CHECK, cls, known)
                yield from (self._fault(FOREIGN, node, RDF.type, cls, how=how) for node in nodes)

    def _kind(self, shape: ox.NamedNode) -> Kind:
        knowledge = self.knowledge
        values: dict[ox.NamedNode, tuple[Values, ...]] = {}
        for part in knowledge.objects(shape, SH.property):
            if not isinstance(part, ox.Literal) and (path := knowledge.node(part, SH.path)) is not None:
                values[path] = (*values.get(path, ()), self._values(part))
        remarks = [
            term
            for head in knowledge.objects(shape, SH.ignoredProperties)
            for term in self._list(head)
            if isinstance(term, ox.NamedNode)
        ]
        target = knowledge.node(shape, SH.targetClass)
        label = knowledge.text(shape) or knowledge.label(target or shape)
        known = tuple(sorted((path for path in values if path not in remarks), key=lambda path: path.value))
        return Kind(label, known, frozenset({*values, *remarks}), values)

    def _list(self, head: Object) -> list[Object]:
        """The members of a list of the shapes themselves; many share the one of remarks."""
        if isinstance(head, ox.Literal):
            return []
        if head not in self.read:
            self.read[head] = self.knowledge.members(head) or []
        found: list[Object] = self.read[head]
        return found

    def _values(self, shape: Term) -> Values:
        if shape not in self.read:
            try:
                self.read[shape] = self._read_values(shape)
            except (ValueError, ArithmeticError, re.error) as fault:
                where = self.knowledge.locate(shape)
                raise KnowledgeError("constraint-unreadable", where=where, resource=_name(shape)) from fault
        found: Values = self.read[shape]
        return found

    def _read_values(self, shape: Term) -> Values:
        said: dict[ox.NamedNode, list[Object]] = {}
        for quad in self.knowledge.store.quads_for_pattern(shape, None, None):
            said.setdefault(quad.predicate, []).append(quad.object)  # type: ignore[arg-type]

        def one(predicate: ox.NamedNode) -> Object | None:
            return next(iter(said.get(predicate, ())), None)

        def members(predicate: ox.NamedNode) -> frozenset[Object] | None:
            head = one(predicate)
            return None if head is None else frozenset(self._list(head))

        most, pattern, above, languages = (one(p) for p in (SH.maxCount, SH.pattern, SH.minExclusive, SH.languageIn))
        return Values(
            shape=shape,
            most=None if most is None else int(most.value),
            datatype=one(SH.datatype),
            node_kind=one(SH.nodeKind),
            classes=(*said.get(SH["class"], ()), *self._either(said.get(SH.node, ()))),  # type: ignore[arg-type]
            allowed=members(SH["in"]),
            pattern=None if pattern is None else _pattern(pattern.value),
            above=None if above is None else Decimal(above.value),
            languages=None if languages is None else frozenset(term.value for term in members(SH.languageIn) or ()),
            is_unique=SH.uniqueLang in said,
        )

    def _either(self, shapes: Iterable[Object]) -> Iterator[Object]:
        """The classes of which a value has one, where its shape asks for one of several by sh:or."""
        for shape in shapes:
            for head in self.knowledge.objects(shape, SH["or"]) if isinstance(shape, ox.NamedNode) else ():
                for part in self._list(head):
                    yield from self.knowledge.objects(part, SH["class"])  # type: ignore[arg-type]

    def _resource(self, kind: Kind, node: Term) -> Iterator[KnowledgeError]:
        said: dict[ox.NamedNode, list[Object]] = {}
        for quad in self.knowledge.store.quads_for_pattern(node, None, None):
            said.setdefault(quad.predicate, []).append(quad.object)  # type: ignore[arg-type]
        if isinstance(node, ox.BlankNode):
            typed = next(iter(said.get(RDF.type, ())), None)
            yield self._fault("closed-unnamed", node, RDF.type, typed, kind=kind.label)
        for predicate, objects in said.items():
            if predicate not in kind.allowed and SKOS.Concept in self.types.get(predicate, ()):
                # A short form that could not be spelled out; an operator is the one concept that is used as a property.
                yield self._fault("expression-short", node, predicate, None)
            elif predicate not in kind.allowed:
                known = [self.knowledge.prefixed(path) for path in kind.known]
                how = self._mend(_REMOVE, predicate, kind.known)
                for value in objects:
                    yield self._fault("closed-property", node, predicate, value, kind=kind.label, known=known, how=how)
            for values in kind.values.get(predicate, ()):
                yield from self._judged(values, node, predicate, objects)

    def _judged(
        self, values: Values, node: Term, predicate: ox.NamedNode, objects: list[Object]
    ) -> Iterator[KnowledgeError]:
        """What is wrong with the values of a property."""
        if values.most is not None and len(objects) > values.most:
            yield self.knowledge.several(node, predicate, sorted(objects, key=lambda term: term.value), values.most)
        if values.languages is not None or values.is_unique:
            told = [value.language if isinstance(value, ox.Literal) else None for value in objects]
            if (values.is_unique and len(set(told)) < len(told)) or (values.languages and set(told) - values.languages):
                yield self._fault("closed-language", node, predicate, objects[0])
        for value in objects:
            if (id := self._wrong(values, value)) is not None:
                yield self._fault(id, node, predicate, value, **self._wanted(id, values))

    def _wrong(self, values: Values, value: Object) -> str | None:
        """The fault of one value, if there is one."""
        if values.datatype is not None and not (
            isinstance(value, ox.Literal) and value.datatype == values.datatype and is_readable(value)
        ):
            return "closed-form"
        if values.node_kind is not None and not _is_of_kind(values.node_kind, value):
            return "closed-form"
        if values.classes and not any(self._is_a(value, cls) for cls in values.classes):
            return "closed-class"
        if values.allowed is not None and value not in values.allowed:
            return "closed-value"
        if values.pattern is not None and values.pattern.search(value.value) is None:
            return "closed-pattern"
        if values.above is not None and not (_is_number(value) and Decimal(value.value) > values.above):
            return "closed-pattern"
        return None

    def _wanted(self, id: str, values: Values) -> dict[str, object]:
        """What a message says of the values that belong here."""
        if id == "closed-form":
            return {"wanted": at(FORMS[values.datatype or values.node_kind])}
        if id == "closed-class":
            return {"cls": self.knowledge.label(values.classes[0])}
        if id == "closed-value":
            return {"known": sorted(self._shown(term) for term in values.allowed or ())}
        mend = self.knowledge.text(values.shape, PKB.mend)
        return {"how": mend or at("form-pattern", pattern=values.pattern.pattern if values.pattern else "")}

    def _domains(self) -> Iterator[KnowledgeError]:
        """Properties that make no sense but on one class, by the shapes that target what has them."""
        knowledge = self.knowledge
        for quad in knowledge.store.quads_for_pattern(None, SH.targetSubjectsOf, None):
            shape, predicate = quad.subject, quad.object
            cls = knowledge.node(shape, SH["class"]) if isinstance(shape, ox.NamedNode) else None
            if cls is None or not isinstance(predicate, ox.NamedNode):
                continue
            for said in knowledge.store.quads_for_pattern(None, predicate, None):
                node, value = said.subject, said.object
                if not isinstance(node, ox.Triple) and not isinstance(value, ox.Triple) and not self._is_a(node, cls):
                    yield self._fault("closed-domain", node, predicate, value, cls=knowledge.label(cls))

    def _is_a(self, value: Object, cls: ox.NamedNode) -> bool:
        kinds = self.types.get(value, set()) if not isinstance(value, ox.Literal) else set()
        return not kinds.isdisjoint(self.below.get(cls, {cls}))

    def _fault(self, id: str, node: Term, predicate: ox.NamedNode, value: Object | None, **more: Any) -> KnowledgeError:
        return KnowledgeError(
            id,
            where=self.knowledge.locate(node, predicate, value),
            resource=_name(node),
            property=self.knowledge.prefixed(predicate),
            value="" if value is None else self._shown(value),
            **more,
        )

    def _mend(self, what: tuple[str, str], name: Object, known: Iterable[Object]) -> Text:
        """What to do about a name that is not known, with those that may have been meant: alike behind the prefix."""
        shown = {local(one): self._shown(one) for one in known if isinstance(one, ox.NamedNode)}
        near = [shown[one] for one in near_names(local(name), shown, 2)] if isinstance(name, ox.NamedNode) else []
        return at(what[1], near=near) if near else at(what[0])

    def _shown(self, value: Object) -> str:
        return self.knowledge.prefixed(value)[:80]


def _name(node: Term) -> str | Text:
    return local(node) if isinstance(node, ox.NamedNode) else at("unnamed")


def _pattern(pattern: str) -> re.Pattern[str]:
    """A SHACL pattern for Python, whose `$` would also match before a closing line break."""
    return re.compile(pattern.removesuffix("$") + (r"\Z" if pattern.endswith("$") else ""))


def _is_of_kind(kind: Object, value: Object) -> bool:
    if isinstance(value, ox.Literal):
        return kind == _LITERAL
    return kind == _EITHER or (kind == _IRI and isinstance(value, ox.NamedNode))


def _is_number(value: Object) -> bool:
    return isinstance(value, ox.Literal) and value.datatype in (XSD.integer, XSD.decimal) and is_readable(value)
