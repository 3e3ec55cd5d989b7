"""Read the groups that bind clauses, and refuse what no combination decides.

A group of which only the highest counts within one record is part of the decision on that record; every other one
combines what is decided of each record by itself: see `answers.joint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import pyoxigraph as ox

from ..errors import Faults, KnowledgeError
from ..model import Clause, Group
from ..names import DCT, PKB, RDF, SCHEMA
from ..patterns import regex
from .criteria import Declared
from .knowledge import Knowledge, local
from .statements import need

__all__ = ["SCOPES", "group_faults", "read_groups"]

SCOPES = ("record", "subject-year", "subject")
"""The scopes of groups, as the scheme of scopes names them, each within the next."""
_CLAUSE = regex(r"https://w3id\.org/policykb/id/([^/]+)/clause/([^/]+)")
_CAPS = (SCHEMA.maxValue, PKB.rate, PKB.base)


def read_groups(knowledge: Knowledge, clauses: dict[str, Clause], faults: Faults) -> list[Group]:
    """The groups, narrow scopes before wide ones and member groups before those they are members of."""
    found = (faults.attempt(_group, knowledge, iri, clauses) for iri in knowledge.instances(PKB.Group))
    groups = [group for group in found if group is not None]
    return sorted(groups, key=lambda group: (SCOPES.index(group.scope), len(group.inner)))


def _group(knowledge: Knowledge, iri: ox.NamedNode, clauses: dict[str, Clause]) -> Group:
    inner = _inner(knowledge, iri)
    members = {member.value for one in (iri, *inner) for member in knowledge.objects(one, PKB.member)}
    first = {member.value for member in knowledge.objects(iri, PKB.excluding)}
    source, scope, base = (knowledge.node(iri, each) for each in (DCT.source, PKB.scope, PKB.base))
    cap, rate = (knowledge.string(iri, each) for each in (SCHEMA.maxValue, PKB.rate))
    return Group(
        id=need(knowledge, iri, DCT.identifier),
        iri=iri.value,
        label=knowledge.label(iri),
        members=tuple(c.id for c in clauses.values() if c.iri in members),
        combination=local(knowledge.node(iri, PKB.combination) or iri),
        provision=local(source) if source else "",
        words=knowledge.string(iri, PKB.words) or "",
        scope=local(scope) if scope and local(scope) in SCOPES else SCOPES[0],
        inner=tuple(need(knowledge, one, DCT.identifier) for one in inner),
        external=tuple(_external(knowledge, members)),
        excluding=(*(c.id for c in clauses.values() if c.iri in first), *_external(knowledge, first & members)),
        cap=Decimal(cap) if cap else None,
        rate=Decimal(rate) if rate else None,
        base=local(base) if base else None,
    )


def _external(knowledge: Knowledge, members: Iterable[str]) -> Iterator[str]:
    """The members that are clauses of other documents."""
    for member in sorted(members):
        found = _CLAUSE.fullmatch(member)
        if found is not None and found[1] != knowledge.policy:
            yield f"{found[1]}/{found[2]}"


def _inner(knowledge: Knowledge, iri: ox.NamedNode) -> list[ox.NamedNode]:
    """The groups below a group, at whatever depth, each once."""
    found: dict[ox.NamedNode, None] = {}
    groups, wanted = set(knowledge.instances(PKB.Group)), [iri]
    while wanted:
        for member in knowledge.objects(wanted.pop(), PKB.member):
            if member in groups and member not in found:
                assert isinstance(member, ox.NamedNode)
                found[member] = None
                wanted.append(member)
    return list(found)


def group_faults(
    declared: Declared, group: Group, clauses: Mapping[str, Clause], groups: Mapping[str, Group]
) -> Iterator[KnowledgeError]:
    """Every fault of one group.

    Args:
        declared: the facts, to hold it against.
        group: the group.
        clauses, groups: all that were read without a fault.
    """
    iri = ox.NamedNode(group.iri)
    yield from _members(declared, group, clauses, groups)
    members = [clauses[name] for name in group.members]
    named = {term.value for one in (iri, *_inner(declared.knowledge, iri)) for term in _direct(declared.knowledge, one)}
    if named & {one.value for one in declared.knowledge.instances(PKB.Clause)} > {one.iri for one in members}:
        return  # a member that could not be read may be what is missed
    if not group.is_joint and members and {one.record_type for one in members} != {members[0].record_type}:
        yield declared.refused("group-mixed-types", iri, PKB.member, None)
    if not members or members[0].record_type is None:
        yield declared.refused("group-without-records", iri, PKB.member, None, group=group.id)
    if group.combination != "sum" and members and len(members) + len(group.external) < 2:
        yield declared.refused("group-of-one", iri, PKB.member, None)
    currencies = sorted({option.currency for member in members for option in member.options})
    if len(currencies) > 1:
        yield declared.refused("mixed-currencies", iri, PKB.member, None, currencies=currencies)
    yield from _cap(declared, group, currencies)
    direct = {term.value for term in _direct(declared.knowledge, iri)}
    stated = {term.value for term in declared.knowledge.objects(iri, PKB.excluding)}
    is_whole = set(group.excluding) == {*group.members, *group.external}
    if (group.combination == "excluded") != bool(group.excluding) or not stated <= direct or is_whole:
        yield declared.refused("group-excluding", iri, PKB.excluding if group.excluding else PKB.combination, None)


def _members(
    declared: Declared, group: Group, clauses: Mapping[str, Clause], groups: Mapping[str, Group]
) -> Iterator[KnowledgeError]:
    iri = ox.NamedNode(group.iri)
    clause_of = {clause.iri: clause for clause in clauses.values()}
    group_of = {one.iri: one for one in groups.values()}
    for term in declared.knowledge.objects(iri, PKB.member):
        member = clause_of.get(term.value)
        if term.value in group_of:
            inner = group_of[term.value]
            if group.id in inner.inner or SCOPES.index(inner.scope) > SCOPES.index(group.scope):
                yield declared.refused("group-within-narrower", iri, PKB.member, term, member=inner.id)
        elif member is None:
            # A clause or group that has a fault of its own is said there.
            kinds = declared.knowledge.objects(term, RDF.type) if isinstance(term, ox.NamedNode) else ()
            if not any(_external(declared.knowledge, [term.value])) and not {PKB.Clause, PKB.Group} & set(kinds):
                yield declared.refused("member-not-a-clause", iri, PKB.member, term, member=term.value)
        elif not member.options:
            # An amount of a name alike that nothing uses is the reason.
            idle = [one for one in declared.knowledge.unread if member.id in _near_of(one)]
            yield from idle or [declared.refused("member-without-amount", iri, PKB.member, term, member=member.id)]
    for name in group.members:
        others = [
            one.id
            for one in groups.values()
            if one.id != group.id and name in one.members and one.id not in group.inner and group.id not in one.inner
        ]
        if others and others[0] < group.id:
            yield declared.refused(
                "member-of-two", iri, PKB.member, ox.NamedNode(clauses[name].iri), member=name, other=others[0]
            )


def _direct(knowledge: Knowledge, group: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    return knowledge.objects(group, PKB.member)


def _near_of(fault: KnowledgeError) -> list[str]:
    near = fault.values.get("near")
    return near if fault.id == "resource-idle-near" and isinstance(near, list) else []


def _cap(declared: Declared, group: Group, currencies: list[str]) -> Iterator[KnowledgeError]:
    """A sum has a cap, stated or worked out, and nothing else has."""
    iri = ox.NamedNode(group.iri)
    stated = [one for one in _CAPS if declared.knowledge.objects(iri, one)]
    wanted = ([SCHEMA.maxValue], [PKB.rate, PKB.base]) if group.combination == "sum" else ([],)
    if stated not in wanted:
        yield declared.refused("group-cap", iri, stated[0] if stated else PKB.combination, None)
    for term in declared.knowledge.objects(iri, PKB.base):
        fact = declared.fact(term)
        if fact is None:
            yield declared.refused("names-no-fact", iri, PKB.base, term)
        elif fact.is_derived or [fact.unit] != currencies:
            yield declared.refused("group-cap-unit", iri, PKB.base, term, fact=fact.id, currencies=currencies)
