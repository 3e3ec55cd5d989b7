"""Names that nothing knows: classes, properties and resources that are mostly misspelt.

What was meant is lacking wherever it is looked for, and each of these would be told again in other words, with a mend
that is beside the point. So what was meant is tried: what is still wrong then is told beside the names, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pyoxigraph as ox

from ..errors import KnowledgeError, KnowledgeFaults
from ..model import Text
from ..names import DCT, ELI, PKB, RDF, SH, SKOS
from ..patterns import regex
from ..wording.catalogue import at
from ..wording.spelling import near_names
from .closed import FOREIGN, SHAPES
from .completion import complete
from .knowledge import Knowledge, local
from .overlays import apply_overlay
from .turtle import parse

__all__ = ["told_by_name"]

_HOME = str(PKB).removesuffix("ns#")
"""What the names of the ontology and of all policy documents begin with."""
_LISTS = (RDF.first, RDF.rest, RDF.type)
_OF_LISTS = (RDF.type, DCT.identifier)
"""What follows for an item from its name alone."""
_OTHERS = ox.NamedNode(f"{SHAPES}other-properties")
_OPERATORS = ox.NamedNode(f"{_HOME}scheme/operator")
_SPACE = regex(r"^(.*[#/])")
_CURRENCY = "pkb:defaultCurrency"
_UNREAD = "closed-property"
_MOST = 2
_DOCUMENTS = f"{_HOME}id/"
_ALONE = (FOREIGN, "namespace-other", "base-other")
"""Behind these nearly everything follows."""


def told_by_name(
    knowledge: Knowledge, fault: KnowledgeError, closed: Sequence[KnowledgeError], read: Callable[[Knowledge], object]
) -> tuple[KnowledgeError, ...]:
    """What is wrong with a knowledge base, without what only follows from a name that nothing knows.

    Args:
        knowledge: the loaded knowledge base.
        fault: what reading it ended in.
        closed: what stands where nothing reads it.
        read: how it is read, to try what was meant.
    """
    # What stands twice has two of everything, and so has what follows from it.
    if twice := tuple(one for one in _each(fault) if one.id == "stands-twice"):
        return twice
    # Every amount is in the currency of the document, where that is one.
    if currency := tuple(o for o in closed if o.values.get("property") == _CURRENCY and o.id not in (FOREIGN, _UNREAD)):
        return currency
    found = _Unknown(knowledge)
    named = list(found.faults(closed))
    if not named:
        return _each(fault)
    if any(one.id in _ALONE for one in named):
        return tuple(named)
    try:
        read(found.as_meant())
        left: tuple[KnowledgeError, ...] = ()
    except KnowledgeError as still:
        left = _each(still)
    # Where the resource is wrong otherwise as well, what is told of it may not have been reached.
    said, unsure = {str(one) for one in left}, {_about(one)[0] for one in left}
    by_place = {_about(one): one for one in named if "resource" in one.values}
    each = [by_place.get(_about(one), one) for one in _each(fault)]
    if len(left) == 1 and str(left[0]) not in map(str, _each(fault)):
        # What was tried is wrong itself, and nothing behind it was reached: what stands where nothing reads it stays.
        stated = {*closed, *named}
        kept = [one for one in each if one in stated]
    else:
        kept = [one for one in each if one in named or str(one) in said or _about(one)[0] in unsure - {None}]
    return tuple(dict.fromkeys((*(one for one in named if one not in kept), *kept)))


def _about(fault: KnowledgeError) -> tuple[object, object]:
    return fault.values.get("resource"), fault.values.get("property")


def _each(fault: KnowledgeError) -> tuple[KnowledgeError, ...]:
    return fault.faults if isinstance(fault, KnowledgeFaults) else (fault,)


@dataclass(frozen=True)
class _Unknown:
    """One look through a graph; `meant` is what stands for a name that nothing knows, None where nothing is alike."""

    knowledge: Knowledge
    meant: dict[ox.NamedNode, ox.NamedNode | None] = field(default_factory=dict)

    def faults(self, closed: Sequence[KnowledgeError]) -> Iterator[KnowledgeError]:
        """The faults of names: of a whole namespace, else of classes, properties and resources."""
        if spaces := [*self.spaces(), *self.bases()]:
            yield from spaces
            return
        yield from (fault for fault in closed if fault.id == FOREIGN)
        yield from self.properties(closed)
        yield from self.resources()

    def as_meant(self) -> Knowledge:
        """The knowledge base with what was probably meant in the place of what nothing knows."""
        written, store = ox.Store(), ox.Store()
        for path in self.knowledge.files:
            written.extend(parse(path))
        for overlay in self.knowledge.applied:
            apply_overlay(written, overlay)
        for quad in written:
            predicate, value = self.meant.get(quad.predicate, quad.predicate), quad.object
            if isinstance(value, ox.NamedNode):
                value = self.meant.get(value, value) or value
            if predicate is not None:
                store.add(ox.Quad(quad.subject, predicate, value))
        derived = complete(store, self.knowledge.root, self.knowledge.source, self.knowledge.amending)
        return replace(self.knowledge, store=store, added=lambda: derived)

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        return tuple(self.knowledge.store)

    @cached_property
    def described(self) -> frozenset[object]:
        """What is said something of; that it stands on the list of a record type says nothing of an item."""
        listed = {one for quad in self.quads if quad.predicate == PKB.fact for one in self._listed(quad.object)}
        said = frozenset(quad.subject for quad in self.quads)
        bare = {one for one in listed if one in said and all(q.predicate in _OF_LISTS for q in self._of(one))}
        return said - bare

    def _of(self, node: ox.NamedNode) -> Iterator[ox.Quad]:
        return self.knowledge.store.quads_for_pattern(node, None, None)

    @cached_property
    def remarks(self) -> frozenset[ox.NamedNode]:
        """What may stand on anything."""
        heads = {quad.object for quad in self.quads if quad.predicate == SH.ignoredProperties}
        return frozenset(one for head in heads for one in self._listed(head))

    @cached_property
    def known(self) -> frozenset[ox.NamedNode]:
        """The properties that something reads, on whatever resource it stands."""
        knowledge = self.knowledge
        paths: set[object] = set()
        for shape in knowledge.subjects(SH.closed):
            for part in knowledge.objects(shape, SH.property):
                if not isinstance(part, ox.Literal):
                    paths.update(knowledge.objects(part, SH.path))
        named = frozenset(path for path in paths if isinstance(path, ox.NamedNode))
        others = (one for head in knowledge.objects(_OTHERS, SH["in"]) for one in self._listed(head))
        operators = knowledge.subjects(SKOS.inScheme, _OPERATORS)
        return named | self.remarks | {*others, *operators, *knowledge.instances(RDF.Property), *_LISTS}

    def _listed(self, head: object) -> list[ox.NamedNode]:
        members = self.knowledge.members(head) if isinstance(head, ox.NamedNode | ox.BlankNode) else None
        return [one for one in members or () if isinstance(one, ox.NamedNode)]

    def spaces(self) -> Iterator[KnowledgeError]:
        """Namespaces that are one of the known ones but for the way they are written, each once."""
        known = {_plain(space): space for space in self.knowledge.prefixes.values()}
        told: set[str] = set()
        for quad in self.quads:
            for term in (quad.predicate, quad.object if quad.predicate == RDF.type else None):
                space = _space(term)
                meant = known.get(_plain(space), space)
                if not isinstance(term, ox.NamedNode) or space == meant or term in self.known:
                    continue
                self.meant[term] = ox.NamedNode(meant + term.value.removeprefix(space))
                if space not in told:
                    told.add(space)
                    where = self.knowledge.locate(quad.subject, quad.predicate, quad.object)  # type: ignore[arg-type]
                    yield KnowledgeError("namespace-other", where=where, space=space, meant=meant)

    def bases(self) -> Iterator[KnowledgeError]:
        """Documents that are none, below which names stand all the same, each once: @base is written otherwise."""
        folders = {path.name for path in (self.knowledge.root / "policy").glob("*/")}
        known = {*folders, *(local(one) for one in self.knowledge.instances(ELI.LegalResource)), self.knowledge.policy}
        told: set[str] = set()
        for quad in self.quads:
            for term in (quad.subject, quad.object):
                name = term.value.removeprefix(_DOCUMENTS) if isinstance(term, ox.NamedNode) else ""
                slug = name.partition("/")[0]
                if "/" not in name or name == getattr(term, "value", "") or slug in known or slug in told:
                    continue
                near = near_names(slug, known, 1)
                # What is only named may be of a document that is not at hand, such as that of another year.
                if term != quad.subject and not (near and _digits(near[0]) == _digits(slug)):
                    continue
                told.add(slug)
                where = self.knowledge.locate(quad.subject, quad.predicate, quad.object)  # type: ignore[arg-type]
                meant = f"{_DOCUMENTS}{next(iter(near), self.knowledge.policy)}/"
                yield KnowledgeError("base-other", where=where, space=f"{_DOCUMENTS}{slug}/", meant=meant)

    def properties(self, closed: Iterable[KnowledgeError]) -> Iterator[KnowledgeError]:
        """Properties that are none, each once for a resource; with those that may have been meant."""
        of_kinds = {(f.values["resource"], f.values["property"]): f for f in closed if f.id == _UNREAD}
        told: set[tuple[object, ox.NamedNode]] = set()
        for quad in self.quads:
            node, name = quad.subject, quad.predicate
            if name in self.known or isinstance(node, ox.Triple) or (node, name) in told:
                continue
            told.add((node, name))
            shown = self.knowledge.prefixed(name)
            resource = local(node) if isinstance(node, ox.NamedNode) else at("unnamed")
            fault = of_kinds.get((resource, shown))
            here = frozenset() if fault is None else frozenset(str(one) for one in _list(fault.values["known"]))
            how = self._mend(name, here)
            value = self.knowledge.prefixed(quad.object)[:80]  # type: ignore[arg-type]
            where = self.knowledge.locate(node, name, quad.object)  # type: ignore[arg-type]
            if fault is None:
                yield KnowledgeError(
                    "property-unknown", where=where, resource=resource, property=shown, value=value, how=how
                )
                continue
            kind, known = fault.values["kind"], fault.values["known"]
            yield KnowledgeError(
                "closed-property",
                where=where,
                resource=resource,
                property=shown,
                value=value,
                kind=kind,
                known=known,
                how=how,
            )

    def _mend(self, name: ox.NamedNode, here: frozenset[str]) -> Text:
        """What to do about a property: those of the kind of resource and of its namespace come first."""
        shown = {one: self.knowledge.prefixed(one) for one in sorted(self.known, key=str)}
        same = [one for one in shown if _space(one) == _space(name)]
        kind = [one for one in shown if shown[one] in here]
        beside = [one for one in same if here and (one in kind or one in self.remarks)]
        for known in (beside, kind, same, shown):
            if near := _near(name, known):
                self.meant.setdefault(name, near[0])
                return at("closed-remove-near", near=[shown[one] for one in near])
        self.meant.setdefault(name, None)
        return at("closed-remove")

    def resources(self) -> Iterator[KnowledgeError]:
        """Resources that are named and of which nobody says anything, where one of a name alike is there."""
        of_others = re.compile(rf"{re.escape(_HOME)}id/(?!{re.escape(self.knowledge.policy)}/)")
        told: set[object] = set()
        for quad in self.quads:
            name = quad.object
            if not isinstance(name, ox.NamedNode) or name in self.described or name in told:
                continue
            if (
                quad.predicate == RDF.type
                or quad.predicate not in self.known
                or not name.value.startswith(_HOME)
                or of_others.match(name.value)
            ):
                continue
            told.add(name)
            near = _near(name, self._alike(name))
            where = self._written(name) if near else None
            if where is not None:
                self.meant[name] = near[0]
                shown = [self._shown(one) for one in near]
                yield KnowledgeError("name-unknown", where=where, name=self._shown(name), near=shown)

    def _alike(self, name: ox.NamedNode) -> list[ox.NamedNode]:
        """What is described in the same namespace, classes or the others as it begins with a capital or not."""
        named = {one for one in self.described if isinstance(one, ox.NamedNode) and "~" not in one.value}
        found = (one for one in named if _space(one) == _space(name))
        return sorted((one for one in found if local(one)[:1].isupper() == local(name)[:1].isupper()), key=str)

    def _written(self, name: ox.NamedNode) -> str | Text | None:
        """Where a name is written, of a member of a list where the list is; None where it only follows."""
        derived = set(self.knowledge.derived)
        naming = [q for q in self.knowledge.store.quads_for_pattern(None, None, name) if q.triple not in derived]
        if not naming:
            return None
        node, predicate, value = naming[0].subject, naming[0].predicate, naming[0].object
        while isinstance(node, ox.BlankNode) and predicate in _LISTS:
            above = next(iter(self.knowledge.store.quads_for_pattern(None, None, node)))
            node, predicate, value = above.subject, above.predicate, above.object
        return self.knowledge.locate(node, predicate, value)  # type: ignore[arg-type]

    def _shown(self, name: ox.NamedNode) -> str:
        """A name as the files write it, those of the document without what its @base says."""
        own = f"{_HOME}id/{self.knowledge.policy}/"
        shown = self.knowledge.prefixed(name)
        return f"<{name.value.removeprefix(own)}>" if shown.startswith(f"<{own}") else shown


def _list(values: object) -> list[object]:
    return list(values) if isinstance(values, list | tuple) else []


def _space(term: object) -> str:
    found = _SPACE.match(term.value) if isinstance(term, ox.NamedNode) else None
    return found[1] if found else ""


def _digits(slug: str) -> str:
    return "".join(filter(str.isdecimal, slug))


def _plain(space: str) -> str:
    """A namespace without what is easily written otherwise: https or http, www, and what it ends in."""
    return re.sub(r"^https?://(?:www\.)?|[#/]+$", "", space.casefold())


def _near(name: ox.NamedNode, known: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
    """The names alike, by what stands behind the namespace."""
    found: dict[str, ox.NamedNode] = {}
    for one in known:
        found.setdefault(local(one), one)
    return [found[one] for one in near_names(local(name), found, _MOST)]
