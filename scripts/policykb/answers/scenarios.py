"""Write a what-if scenario as an overlay: `art-05-warehouse.area=300` restates one criterion with another bound."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from ..errors import CallError
from ..law.conditions import BOUNDS, NESTING, literal
from ..law.knowledge import Knowledge, local
from ..law.overlays import Scenario
from ..model import Value
from ..names import CPSV, DCT, ID, PKB, RDF, RDFS, SCHEMA, SH, XSD
from ..readers.findings import clip
from .limits import Limits, Supposed
from .plain import exactly

__all__ = ["scenario", "scenarios"]

_AMOUNTS = {"value": SCHEMA.value, "rate": PKB.rate, "cap": SCHEMA.maxValue, "floor": SCHEMA.minValue}
"""What of an amount option can be set, beside the criteria: `art-02-exhibition.cap=30000`."""
_MADE_OF = (PKB.eligibility, CPSV.produces, PKB.condition, PKB.band, *NESTING, RDF.first, RDF.rest)
"""What leads from a clause to its criteria and options."""
_LONGEST = 40  # characters of a number


def scenario(knowledge: Knowledge, assignments: Sequence[str]) -> Scenario:
    """An overlay that sets bounds and amounts, all else as it is loaded.

    Args:
        knowledge: the loaded knowledge base, other overlays applied.
        assignments: `CLAUSE.CRITERION=VALUE`, where the criterion is named by what follows the clause in its id; or
            `OPTION.value|rate|cap|floor=VALUE`; a group has a cap or the rate of one. Each may begin with `DOCUMENT/`.

    Raises:
        CallError: a criterion or option is not known, has no single bound, or is set twice, or the value does not fit
            it, or is one that its fact or its kind of amount can never have.
    """
    limits: Limits | None = None
    restated: dict[ox.NamedNode, list[ox.Triple]] = {}
    said: dict[tuple[ox.NamedNode, ox.NamedNode], str] = {}
    for assignment in assignments:
        subject, predicate = place = _place(knowledge, *_named(assignment))
        if place in said:
            raise CallError("set-twice", assignment=assignment, other=said[place])
        said[place] = assignment
        triples = restated.setdefault(subject, _description(knowledge, subject))
        for number, triple in enumerate(triples):
            if triple.predicate == predicate and isinstance(triple.object, ox.Literal):
                new = _literal(assignment, assignment.partition("=")[2].strip(), triple.object)
                limits = limits or Limits.of(knowledge)
                _check(limits, subject, predicate, literal(new), Supposed(assignment, triple.object.value))
                triples[number] = ox.Triple(subject, predicate, new)
    name = ", ".join(assignment.replace(" ", "") for assignment in assignments)
    head = ox.NamedNode("urn:policykb:scenario")
    lines = [ox.Triple(head, RDF.type, PKB.Overlay), ox.Triple(head, RDFS.label, ox.Literal(name, language="en"))]
    lines += [ox.Triple(head, PKB.replaces, subject) for subject in restated]
    lines += [triple for triples in restated.values() for triple in triples]
    return Scenario(name, (ox.serialize(lines, format=ox.RdfFormat.TURTLE) or b"").decode())


def scenarios(knowledge: Knowledge, assignments: Sequence[str]) -> list[Scenario]:
    """The same, of several documents an overlay for each that something is set of: each of them knows its own alone."""
    found: dict[str, list[str]] = {}
    for assignment in assignments:
        subject, _ = _place(knowledge, *_named(assignment))
        found.setdefault(subject.value.removeprefix(str(ID)).partition("/")[0], []).append(assignment)
    return [scenario(knowledge, own) for own in found.values()]


def _named(assignment: str) -> tuple[str, str]:
    """What an assignment sets: the clause, option or group, and which part of it."""
    target, equals, _ = assignment.partition("=")
    owner, dot, part = target.strip().rpartition(".")
    if not (equals and dot and owner and part):
        raise CallError("set-not-understood", assignment=assignment)
    return owner, part


def _place(knowledge: Knowledge, owner: str, part: str) -> tuple[ox.NamedNode, ox.NamedNode]:
    """Which resource and which of its properties an assignment means."""
    # Of several documents a part may be named with its own, as answers name clauses.
    document, _, owner = owner.rpartition("/")
    criterion, within = f"{owner}-{part}", f"{ID}{document}/" if document else str(ID)
    for shape in knowledge.instances(SH.PropertyShape):
        if (
            local(shape) == criterion
            and shape.value.startswith(within)
            and knowledge.string(shape, PKB.words) is not None
        ):
            bounds = [predicate for predicate in BOUNDS if _settable(knowledge, shape, predicate)]
            if len(bounds) != 1:
                raise CallError("set-several-values", where=knowledge.locate(shape), criterion=criterion)
            return shape, bounds[0]
    bearers = (*knowledge.instances(PKB.Option), *knowledge.instances(PKB.Group))
    options = {knowledge.string(o, DCT.identifier): o for o in bearers if o.value.startswith(within)}
    if owner in options and part in _AMOUNTS and _settable(knowledge, options[owner], _AMOUNTS[part]):
        return options[owner], _AMOUNTS[part]
    written = f"{document}/{owner}.{part}" if document else f"{owner}.{part}"
    raise _unknown(knowledge, owner, written, options)


def _settable(knowledge: Knowledge, subject: ox.NamedNode, predicate: ox.NamedNode) -> bool:
    found = knowledge.objects(subject, predicate)
    return len(found) == 1 and isinstance(found[0], ox.Literal)


def _unknown(knowledge: Knowledge, owner: str, name: str, options: dict[str | None, ox.NamedNode]) -> CallError:
    """The error for something that cannot be set, with what can be: of the clause, or else of which clauses."""
    clauses, prefix = knowledge.subjects(CPSV.produces), f"{owner}-"
    ids = {option: name for name, option in options.items()}
    parts = {
        one
        for one in (*knowledge.instances(SH.PropertyShape), *ids)
        if f"{ids.get(one) or local(one)}-".startswith(prefix)
    }
    # What a clause is made of need not bear its name.
    parts = parts.union(*(_below(knowledge, one) for one in clauses if local(one) == owner))
    names = set()
    for one in parts:
        if one in ids:
            names |= {f"{ids[one]}.{key}" for key, p in _AMOUNTS.items() if _settable(knowledge, one, p)}
        elif any(_settable(knowledge, one, p) for p in BOUNDS):
            of = owner if local(one).startswith(prefix) else local(one).rpartition("-")[0]
            names.add(f"{of}.{local(one).removeprefix(f'{of}-')}")
    if names:
        return CallError("set-unknown", name=name, known=sorted(names))
    return CallError("set-unknown-clause", name=name, known=sorted(map(local, clauses)))


def _below(knowledge: Knowledge, clause: ox.NamedNode) -> set[ox.NamedNode]:
    """The criteria and options that a clause is made of."""
    found: set[ox.NamedNode | ox.BlankNode] = set()
    pending: list[ox.NamedNode | ox.BlankNode] = [clause]
    while pending:
        node = pending.pop()
        for predicate in _MADE_OF:
            for term in knowledge.objects(node, predicate):
                if not isinstance(term, ox.Literal) and term not in found:
                    found.add(term)
                    pending.append(term)
    return {one for one in found if isinstance(one, ox.NamedNode)}


def _description(knowledge: Knowledge, subject: ox.NamedNode) -> list[ox.Triple]:
    """All that is said about a resource. Criteria and options have no blank nodes but the list of sh:in."""
    triples = []
    pending: list[ox.NamedNode | ox.BlankNode] = [subject]
    while pending:
        for quad in knowledge.store.quads_for_pattern(pending.pop(), None, None):
            triples.append(ox.Triple(quad.subject, quad.predicate, quad.object))
            if isinstance(quad.object, ox.BlankNode):
                pending.append(quad.object)
    return sorted(triples, key=lambda triple: (triple.subject != subject, str(triple)))


def _check(limits: Limits, subject: ox.NamedNode, predicate: ox.NamedNode, value: Value, supposed: Supposed) -> None:
    """Refuse a value that makes no sense for what is set."""
    if predicate in BOUNDS:
        limits.check_bound(subject, value, supposed)
    elif isinstance(value, Decimal):
        limits.check_amount(subject, predicate, value, supposed)


def _literal(assignment: str, value: str, old: ox.Literal) -> ox.Literal:
    """The new value as a literal of the old one's datatype."""
    if old.datatype in (XSD.decimal, XSD.integer):
        number = _number(assignment, value, old)
        whole = old.datatype == XSD.integer
        if not number.is_finite() or (whole and number != number.to_integral_value()):
            raise CallError(
                "set-not-whole" if whole else "set-not-a-number", assignment=assignment, value=value, old=old.value
            )
        return ox.Literal(str(int(number)) if whole else f"{number:f}", datatype=old.datatype)
    if old.datatype == XSD.boolean and value not in ("true", "false"):
        raise CallError("set-not-a-truth", assignment=assignment, value=value, old=old.value)
    if old.datatype == XSD.date:
        try:
            date.fromisoformat(value)
        except ValueError as fault:
            raise CallError("not-a-day", where=f"--set {assignment}", value=value) from fault
    return ox.Literal(value, datatype=old.datatype)


def _number(assignment: str, value: str, old: ox.Literal) -> Decimal:
    """A written number; not a number where it is none, or so long that nothing states it."""
    if value.endswith(("%", "％")):
        with suppress(InvalidOperation):
            near = f"{exactly(value[:-1].strip()) / 100:f}"
            raise CallError("set-percent", assignment=assignment, value=value, near=near, old=old.value)
    try:
        number = exactly(value)
    except InvalidOperation:
        return Decimal("NaN")
    if number.is_finite() and (len(value) > _LONGEST or abs(number.adjusted()) > _LONGEST):
        raise CallError("set-too-long", assignment=assignment, value=clip(value), old=old.value)
    return number
