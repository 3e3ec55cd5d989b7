"""Read from the knowledge base what readers, checks and forms need to know about data."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..model import GIVEN, Body, Fact, History, Message, RecordType, Text, Unit, UnitForm, Vocabulary
from ..names import DCT, PKB, RDFS, SCHEMA, SH, SKOS, Namespace
from .knowledge import Knowledge, Term, local

__all__ = ["read_vocabulary"]

SCHEME = "https://w3id.org/policykb/scheme/"
MESSAGE = Namespace("https://w3id.org/policykb/message#")
INFERRED = ox.NamedNode("https://w3id.org/policykb/text#inferred")


def read_vocabulary(knowledge: Knowledge) -> Vocabulary:
    """Facts, record types, codes, units, written forms, columns and messages of a loaded knowledge base.

    Raises:
        KnowledgeError: a fact, record type, unit form or message lacks what every one of its kind has.
    """
    types = _record_types(knowledge)
    codes = {code: knowledge.label(node) for code, node in _concepts(knowledge, "code").items()}
    forms, measured = _unit_forms(knowledge), _measured(knowledge)
    columns = {
        _identifier(knowledge, node): knowledge.label(node)
        for node in _in_order(knowledge, knowledge.instances(PKB.Column))
    }
    return Vocabulary(
        facts=_facts(knowledge, types),
        record_types=types,
        codes=codes,
        units={
            code: Unit(
                code,
                knowledge.label(node),
                knowledge.string(node, SCHEMA.unitCode),
                knowledge.text(node, PKB.written),
                Decimal(knowledge.string(node, PKB.factor) or 1),
                _decimal(knowledge, node, PKB.smallestUnit),
                measured.get(node, ()),
                knowledge.string(node, PKB.plural) or "",
            )
            for code, node in _concepts(knowledge, "unit").items()
        },
        unit_forms=forms,
        truth_forms=_truth_forms(knowledge),
        columns=columns,
        aliases=_aliases(knowledge),
        messages=_messages(knowledge),
        given={name: knowledge.label(PKB[name]) for name in GIVEN},
        concepts=_of_schemes(knowledge),
        bodies=_bodies(knowledge),
        prefixes=knowledge.prefixes,
        refused_units=_refused_units(knowledge),
    )


def _record_types(knowledge: Knowledge) -> dict[str, RecordType]:
    found = {}
    for node in _in_order(knowledge, knowledge.instances(PKB.RecordType)):
        head = knowledge.value(node, PKB.fact)
        if not isinstance(head, ox.NamedNode | ox.BlankNode):
            raise KnowledgeError("type-without-facts", where=knowledge.locate(node))
        members = tuple(
            _identifier(knowledge, member)
            for member in knowledge.list(head, node, PKB.fact)
            if isinstance(member, ox.NamedNode)
        )
        name = _identifier(knowledge, node)
        of_enterprise, is_yearly = (
            knowledge.string(node, said) == "true" for said in (PKB.ofEnterprise, PKB.oncePerPeriod)
        )
        found[name] = RecordType(name, node.value, knowledge.label(node), members, of_enterprise, is_yearly)
    return found


def _facts(knowledge: Knowledge, types: dict[str, RecordType]) -> dict[str, Fact]:
    nodes = {*knowledge.instances(PKB.Fact), *knowledge.instances(PKB.ListFact), *knowledge.instances(PKB.DerivedFact)}
    derived, lists = set(knowledge.instances(PKB.DerivedFact)), set(knowledge.instances(PKB.ListFact))
    by_id = {_identifier(knowledge, node): node for node in nodes}
    stated_order = dict.fromkeys(fact for kind in types.values() for fact in kind.facts)
    order = [*stated_order, *sorted(set(by_id) - set(stated_order))]
    missing = [fact for fact in order if fact not in by_id]
    if missing:
        raise KnowledgeError("facts-not-declared", where="ontology/facts.ttl", facts=missing)
    codes = _codes_of_facts(knowledge)
    found = {}
    for name in order:
        node = by_id[name]
        kind = knowledge.node(node, RDFS.range)
        if kind is None:
            raise KnowledgeError("fact-without-datatype", where=knowledge.locate(node))
        unit = knowledge.node(node, PKB.unit)
        body = knowledge.node(node, PKB.decidedBy)
        found[name] = Fact(
            id=name,
            iri=node.value,
            label=knowledge.label(node),
            datatype=local(kind),
            unit=None if unit is None else knowledge.string(unit, SKOS.notation) or local(unit),
            question=knowledge.text(node, PKB.question),
            proof=knowledge.text(node, PKB.proof),
            record_types=tuple(kind.id for kind in types.values() if name in kind.facts),
            decided_by=None if body is None else _decider(knowledge, node, body),
            is_list=node in lists,
            is_derived=node in derived,
            inputs=_inputs(knowledge, node, derived) if node in derived else (name,),
            codes=codes.get(node, ()),
            awaited=knowledge.text(node, PKB.awaited),
            adds_up=knowledge.string(node, PKB.partsAddUp) == "true",
            is_changeable=knowledge.string(node, PKB.applicantCanChange) == "true",
            prior_of=_linked(knowledge, node, PKB.priorYearOf),
            currency_of=_linked(knowledge, node, PKB.otherCurrencyOf),
            rank_of=_linked(knowledge, node, PKB.rankOf),
            history=_history(knowledge, node),
        )
    return found


def _linked(knowledge: Knowledge, fact: ox.NamedNode, link: ox.NamedNode) -> str | None:
    """The fact that another one points to."""
    other = knowledge.node(fact, link)
    return None if other is None else _identifier(knowledge, other)


def _history(knowledge: Knowledge, fact: ox.NamedNode) -> History | None:
    """How a fact follows from earlier years, where it does."""
    for term in (PKB.highestBefore, PKB.timesThrough):
        source = _linked(knowledge, fact, term)
        if source is not None:
            return History(source, term == PKB.timesThrough, _linked(knowledge, fact, PKB.historySince))
    return None


def _decider(knowledge: Knowledge, fact: ox.NamedNode, body: ox.NamedNode) -> Body:
    """The body that decides a fact, its name marked where the text does not write it and the editors inferred it."""
    name = knowledge.label(body)
    if PKB.decidedBy in knowledge.objects(fact, PKB.inferred):
        mark = knowledge.label(INFERRED)
        name = Text(name.zh + mark.zh, name.en + mark.en)
    return Body(local(body), name, body.value)


def _bodies(knowledge: Knowledge) -> dict[str, Body]:
    """All that decide something, by IRI."""
    found = dict.fromkeys(quad.object for quad in knowledge.store.quads_for_pattern(None, PKB.decidedBy, None))
    return {
        one.value: Body(local(one), knowledge.label(one), one.value) for one in found if isinstance(one, ox.NamedNode)
    }


def _of_schemes(knowledge: Knowledge) -> dict[str, Text]:
    """The names of the concepts of the project's schemes, by scheme and name."""
    labelled = (quad.subject for quad in knowledge.store.quads_for_pattern(None, SKOS.inScheme, None))
    concepts = (one for one in labelled if isinstance(one, ox.NamedNode) and one.value.startswith(SCHEME))
    return {one.value.removeprefix(SCHEME): knowledge.label(one) for one in dict.fromkeys(concepts)}


def _inputs(knowledge: Knowledge, fact: ox.NamedNode, derived: set[ox.NamedNode]) -> tuple[str, ...]:
    """The stated facts that a derived fact rests on: every fact of its expression, down to the stated ones."""
    known = {*knowledge.instances(PKB.Fact), *derived}
    found: dict[str, None] = {}
    seen: set[object] = {fact}
    pending: list[object] = list(knowledge.objects(fact, PKB.expression))
    while pending:
        node = pending.pop(0)
        if not isinstance(node, ox.NamedNode) or node in seen:
            continue
        seen.add(node)
        if node in known and node not in derived:
            found[_identifier(knowledge, node)] = None
        for predicate in (PKB.expression, PKB.operand, PKB.by):
            pending += knowledge.objects(node, predicate)
    return tuple(found)


def _codes_of_facts(knowledge: Knowledge) -> dict[ox.NamedNode, tuple[str, ...]]:
    """The closed lists of the data rules, by fact: what the shape of any record type allows, in its order."""
    found: dict[ox.NamedNode, dict[str, None]] = {}
    for shape in knowledge.subjects(SH.targetClass):
        for rule in knowledge.objects(shape, SH.property):
            if not isinstance(rule, ox.NamedNode | ox.BlankNode):
                continue
            fact, head = knowledge.node(rule, SH.path), knowledge.value(rule, SH["in"])
            if fact is None or not isinstance(head, ox.NamedNode | ox.BlankNode):
                continue
            members = (
                member.value for member in knowledge.list(head, rule, SH["in"]) if isinstance(member, ox.Literal)
            )
            found.setdefault(fact, {}).update(dict.fromkeys(members))
    return {fact: tuple(members) for fact, members in found.items()}


def _measured(knowledge: Knowledge) -> dict[ox.NamedNode, tuple[str, ...]]:
    """What units are measured in: one other unit, or one for one of another."""
    found = {}
    for node in knowledge.subjects(PKB.measuredIn):
        head = knowledge.value(node, PKB.measuredIn)
        members = None if head is None or isinstance(head, ox.Literal) else knowledge.members(head)
        names = [knowledge.string(one, SKOS.notation) for one in members or () if isinstance(one, ox.NamedNode)]
        if len(names) not in (1, 2) or None in names:
            raise KnowledgeError("measured-in", where=knowledge.locate(node, PKB.measuredIn), resource=local(node))
        found[node] = tuple(name for name in names if name is not None)
    return found


def _unit_forms(knowledge: Knowledge) -> dict[str, UnitForm]:
    found = {}
    for written, node in _concepts(knowledge, "unit-form").items():
        unit = knowledge.node(node, SKOS.broader)
        if unit is None:
            raise KnowledgeError("unit-form-without-unit", where=knowledge.locate(node))
        name = knowledge.string(unit, SKOS.notation) or local(unit)
        divisor = _decimal(knowledge, node, PKB.factorDivisor)
        found[written] = UnitForm(
            written, name, _decimal(knowledge, node, PKB.factor), Decimal(1) if divisor is None else divisor
        )
    return found


def _decimal(knowledge: Knowledge, node: ox.NamedNode, predicate: ox.NamedNode) -> Decimal | None:
    text = knowledge.string(node, predicate)
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        raise KnowledgeError(
            "not-a-decimal", where=knowledge.locate(node), property=local(predicate), value=text
        ) from None


def _truth_forms(knowledge: Knowledge) -> dict[str, bool | None]:
    meanings: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}
    found: dict[str, bool | None] = {}
    for notation, node in _concepts(knowledge, "truth").items():
        if notation not in meanings:
            raise KnowledgeError("not-a-truth", where=knowledge.locate(node), value=notation)
        for form in knowledge.objects(node, SKOS.altLabel):
            if isinstance(form, ox.Literal):
                found[form.value] = meanings[notation]
    return found


def _aliases(knowledge: Knowledge) -> dict[tuple[str, str], tuple[str, ...]]:
    kinds = {
        "fact": PKB.Fact,
        "column": PKB.Column,
        "type": PKB.RecordType,
        "notes": PKB.NotesSheet,
        "row": PKB.RowKind,
        "words": PKB.WordList,
    }
    nodes = [
        (kind, _identifier(knowledge, node), node) for kind, cls in kinds.items() for node in knowledge.instances(cls)
    ]
    nodes += [("code", code, node) for code, node in _concepts(knowledge, "code").items()]
    return {
        (kind, name): tuple(label.value for label in labels if isinstance(label, ox.Literal))
        for kind, name, node in nodes
        if (labels := knowledge.objects(node, SKOS.altLabel))
    }


def _messages(knowledge: Knowledge) -> dict[str, Message]:
    found = {}
    for node in knowledge.subjects(PKB.mend):
        if not node.value.startswith(str(MESSAGE)):
            continue
        mend = knowledge.text(node, PKB.mend)
        found[local(node)] = Message(knowledge.label(node), mend or Text("", ""))
    return found


def _refused_units(knowledge: Knowledge) -> dict[str, tuple[str, str]]:
    found = {}
    for node in knowledge.subjects(PKB.refusedAs):
        ways = (knowledge.string(node, way) for way in (PKB.inTextBefore, PKB.inText))
        rule = knowledge.node(node, PKB.refusedAs)
        if rule is not None:
            found[local(node)] = "|".join(way for way in ways if way), local(rule)
    return dict(sorted(found.items()))


def _concepts(knowledge: Knowledge, scheme: str) -> dict[str, ox.NamedNode]:
    """The concepts of a scheme by their notation, in the order of their IRIs."""
    found = {}
    for node in knowledge.subjects(SKOS.inScheme, ox.NamedNode(f"{SCHEME}{scheme}")):
        notation = knowledge.string(node, SKOS.notation)
        if notation is None:
            raise KnowledgeError("concept-without-notation", where=knowledge.locate(node))
        found[notation] = node
    return found


def _identifier(knowledge: Knowledge, node: Term) -> str:
    return knowledge.string(node, DCT.identifier) or local(node)


def _in_order(knowledge: Knowledge, nodes: list[ox.NamedNode]) -> list[ox.NamedNode]:
    """The nodes by their pkb:position, those without one last."""
    return sorted(nodes, key=lambda node: (int(knowledge.string(node, PKB.position) or 10**6), node.value))
