"""The rules, facts and data rules as the tools of the browser read them."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

import pyoxigraph as ox

from ..answers.plain import plain
from ..engines.program import clause_criteria, smallest_unit
from ..errors import KnowledgeError
from ..law.data_rules import FactRule
from ..law.derivations import Derived
from ..law.knowledge import local
from ..law.relations import CheckCharacter
from ..law.rules import RuleBook
from ..model import Clause, Criterion, Fact, Group, Option, RecordType
from ..names import PKB
from ..reports.items import part_name
from ..reports.phrases import Phrases
from ..reports.reasons import UNNAMED
from .content import Content
from .expressions import published_expression
from .form import described, steps_of
from .provisions import spaced

__all__ = ["data_rules_of", "rules_of", "span_of", "text_of", "vocabulary_of"]

_RELATIONS = ("Quotient", "UsualSize", "Agreement", "ZeroTogether", "OnlyWhere", "PatternWhere", "WithinPeriod")
"""The constraint components that the browser follows."""


def text_of(text: Any) -> list[str]:
    return [text.zh, text.en] if text else ["", ""]


def rules_of(content: Content, book: RuleBook) -> dict[str, Any]:
    """What the browser shows of the rules; what it decides with is the program."""
    return {
        "clauses": {c.id: _clause(content, c) for c in book.clauses.values() if c.record_type},
        "criteria": {
            r.iri: _criterion(content, book, r)
            for c in book.clauses.values()
            if c.record_type
            for r in clause_criteria(c)
        },
        "groups": {
            g.id: {
                "label": text_of(g.label),
                "members": list(g.members),
                "words": spaced(g.words),
                "provision": g.provision,
            }
            for g in book.groups.values()
        },
        "joints": {g.id: _joint(content, book, g) for g in book.joints.values()},
        "notices": [
            {"clause": n.clause, "text": text_of(n.text), "from": n.start.isoformat() if n.start else None}
            for n in book.notices
        ],
        **span_of(book),
        "remarks": {d.iri: text_of(d.remark) for d in book.derived.values() if d.remark},
        "windows": {d.iri: _window(d) for d in book.derived.values() if d.expression.op == "once"},
    }


def _window(derived: Derived) -> tuple[str, int]:
    """From which fact on, and for how many years, what it is about is not final."""
    start, years = derived.expression.operands[1].operands
    return start.fact or "", int(years.number or 0)


def span_of(book: RuleBook) -> dict[str, str | None]:
    """The days that a document covers, and the last one on which it is in force."""
    return {
        "asOfFrom": book.as_of_from.isoformat() if book.document.has_start else None,
        "periodsEndingFrom": book.periods_ending_from.isoformat(),
        "inForceThrough": book.in_force_through.isoformat() if book.in_force_through else None,
    }


def _clause(content: Content, clause: Clause) -> dict[str, Any]:
    both = [content.phrases(lang) for lang in ("zh", "en")]
    return {
        "iri": clause.iri,
        "article": clause.article,
        "title": text_of(clause.title),
        "kind": [p.concept("clause-kind", clause.kind) for p in both],
        "type": clause.record_type,
        "money": clause.grants_money,
        "unstated": [p.join(p.amounts(clause)) for p in both] if clause.is_unstated else None,
        "currency": clause.options[0].currency if clause.options else None,
        "smallest": _smallest(clause.options[0].currency, both) if clause.options else None,
        "payee": text_of(clause.payee or clause.beneficiary),
        "payeeInferred": "payee" in clause.inferred and clause.payee is not None,
        "authority": [p.say("site-comma").join(b.label.get(p.lang) for b in clause.authority) for p in both],
        "authorityInferred": "hasCompetentAuthority" in clause.inferred,
        "fallback": spaced(content.kb.book.provisions[clause.fallback].quote) if clause.fallback else None,
        "fallbackId": clause.fallback,
        "provisions": list(clause.provisions),
        "criteria": [c.iri for c in clause_criteria(clause)],
        "root": _tree(clause.root),
        "combination": clause.combination,
        "options": [_option(o, content) for o in clause.options],
        # A clause that an amendment adds has no page: the pages show the text as first issued.
        "page": content.addresses.get(clause.iri, content.addresses[content.kb.book.document.iri]),
        **({"cite": [p.article(clause) for p in both]} if isinstance(both[0].article_cell(clause), str) else {}),
        **steps_of(content, clause),
    }


def _joint(content: Content, book: RuleBook, group: Group) -> dict[str, Any]:
    """A group over the sums of several records; a cap that is worked out is rounded to the smallest unit.

    `part` and `outdone` are what is said of an award that is counted with others, and of one that gives way.
    """
    both = [content.phrases(lang) for lang in ("zh", "en")]
    outdone = {"excluded": "told-excluded", "choice": "told-outdone-chosen"}.get(group.combination, "told-outdone")
    part = part_name(group)
    blanks = {"winner": "{winner}", "amount": "{amount}"}
    currencies = {o.currency for name in group.members if name in book.clauses for o in book.clauses[name].options}
    return {
        "label": text_of(group.label),
        "part": [p.say(part, group=group.label) for p in both],
        "outdone": [p.say(outdone, **blanks) for p in both],
        "outdoneOpen": [p.say("told-outdone-open", **blanks) for p in both],
        "members": [*group.members, *group.inner],
        "combination": group.combination,
        "apart": group.scope == "record",
        "excluding": list(group.excluding),
        "cap": None if group.cap is None else plain(group.cap),
        "rate": None if group.rate is None else plain(group.rate),
        "base": group.base,
        "smallest": {currency: plain(smallest_unit(book, currency)) for currency in sorted(currencies)},
    }


def _smallest(currency: str, both: list[Phrases]) -> list[str]:
    return [phrases.money(smallest_unit(phrases.book, currency), currency) for phrases in both]


def _tree(node: Any) -> Any:
    """A condition as nested lists, for display: [op, child…] or the IRI of a criterion."""
    if node is None:
        return None
    if node.criterion is not None:
        return node.criterion.iri
    return [node.op, *(_tree(child) for child in node.children)]


def _option(option: Option, content: Content) -> dict[str, Any]:
    phrases: list[Phrases] = [content.phrases("zh"), content.phrases("en")]
    below, cap = (None, None) if option.expression is None else phrases[0].under_cap(option.expression)
    return {
        "iri": option.iri,
        "label": text_of(option.label),
        "rule": [p.option(option) for p in phrases],
        "floor": None if option.floor is None else [p.money(option.floor, option.currency) for p in phrases],
        "when": _tree(option.condition),
        "kind": option.kind,
        "agreed": option.agreed,
        "expression": published_expression(below, option, phrases) if below is not None else None,
        "cap": plain(cap) if cap is not None else None,
        "words": spaced(option.words),
    }


def _criterion(content: Content, book: RuleBook, criterion: Criterion) -> dict[str, Any]:
    provision = book.provisions.get(criterion.provision)
    phrases: list[Any] = [content.phrases("zh"), content.phrases("en")]
    return {
        "label": text_of(criterion.label),
        "message": text_of(criterion.message),
        "required": [p.required(criterion) for p in phrases],
        "path": criterion.path,
        "others": [atom.other for atom in criterion.atoms if atom.other],
        "words": spaced(criterion.words),
        "presumption": text_of(criterion.presumption) if criterion.presumption else None,
        "provision": criterion.provision,
        "page": content.addresses.get(provision.iri) if provision else None,
    }


def vocabulary_of(content: Content) -> dict[str, Any]:
    vocabulary = content.kb.vocabulary
    official = content.phrases("zh").forms
    forms = {
        unit: [[written, plain(factor)] for written, factor in reversed(found)] for unit, found in official.items()
    }
    facts = {
        fact.id: {
            "label": text_of(fact.label),
            "question": text_of(fact.question or fact.label),
            "proof": text_of(fact.proof),
            "datatype": fact.datatype,
            "unit": fact.unit,
            "addsUp": fact.adds_up,
            "list": fact.is_list,
            "derived": fact.is_derived,
            "body": text_of(fact.decided_by.label) if fact.decided_by else None,
            "unnamed": fact.decided_by is not None and fact.decided_by.id == UNNAMED,
            "act": text_of(fact.awaited) if fact.awaited else None,
            "setBy": _set_by(content, fact),
            "codes": list(fact.codes),
            "page": content.addresses[fact.iri],
        }
        for fact in vocabulary.facts.values()
    }
    return {
        "facts": facts,
        "types": {
            k.id: {"label": text_of(k.label), "facts": list(k.facts), "once": _is_once(content, k)}
            for k in vocabulary.record_types.values()
        },
        "codes": {code: text_of(label) for code, label in vocabulary.codes.items()},
        "units": {
            u.id: {"label": text_of(u.label), "currency": u.currency, "written": text_of(u.written), "plural": u.plural}
            for u in vocabulary.units.values()
        },
        "forms": forms,
        "columns": {name: text_of(label) for name, label in vocabulary.columns.items()},
        "texts": _texts(content),
        "document": described(content.kb.book.document),
        "namespace": str(PKB),
        "rulesHash": content.kb.knowledge.rules_hash,
        "version": _version(),
    }


def _set_by(content: Content, fact: Fact) -> list[str] | None:
    """The body whose earlier act a fact reports, where it can be looked up."""
    body = content.kb.knowledge.node(ox.NamedNode(fact.iri), PKB.setBy)
    return text_of(content.kb.knowledge.label(body)) if body and local(body) != UNNAMED else None


def _is_once(content: Content, kind: RecordType) -> bool:
    return content.kb.knowledge.string(ox.NamedNode(kind.iri), PKB.oncePerPeriod) == "true"


def _version() -> str:
    from ..version import __version__

    return __version__


def _texts(content: Content) -> dict[str, list[str]]:
    """The wordings that the tools use, which the ontology marks."""
    marked = content.kb.knowledge.subjects(PKB.usedIn, PKB.browser)
    names = [local(node) for node in marked]
    return {name.removeprefix("site-"): text_of(content.kb.wording.text(name)) for name in names}


def data_rules_of(content: Content) -> dict[str, Any]:
    """What records must satisfy, as data; the browser compares, and holds no bound of its own."""
    rules = content.kb.decider.record_rules
    return {
        "types": {
            name: {
                "record": [_rule(r) for r in t.record],
                "facts": {f: [_rule(r) for r in found] for f, found in t.facts.items()},
                "closed": _message(t.closed) if t.closed else None,
            }
            for name, t in rules.types.items()
        },
        "subject": [_rule(r) for r in rules.subject],
        "computed": {name: _message(rule) for name, rule in rules.computed.items()},
    }


def _message(rule: Any) -> dict[str, Any]:
    return {"id": rule.id, "severity": rule.severity, "message": text_of(rule.message), "mend": text_of(rule.mend)}


def _rule(rule: FactRule) -> dict[str, Any]:
    kinds = {"bool": "boolean", "int": "integer", "Decimal": "decimal", "str": "string", "date": "date"}
    found = {
        **_message(rule),
        "path": rule.path,
        "kind": kinds[rule.kind.__name__] if rule.kind else None,
        "minCount": rule.min_count,
        "maxCount": rule.max_count,
        "low": None if rule.low is None else plain(rule.low),
        "above": rule.above,
        "high": None if rule.high is None else plain(rule.high),
        "below": rule.below,
        "minLength": rule.min_length,
        "pattern": rule.pattern.pattern.replace("\\Z", "$") if rule.pattern else None,
        "allowed": sorted(plain(v) for v in rule.allowed) if rule.allowed is not None else None,
        "other": rule.other,
        "strict": rule.strict,
        "check": _check(rule),
        "tells": {test: text_of(text) for test, text in rule.tells.items()},
        "relation": _relation(rule),
    }
    return {key: value for key, value in found.items() if value not in (None, False, 0, {})}


def _check(rule: FactRule) -> dict[str, Any] | None:
    """The check character of a code, as data."""
    relation = rule.relation
    if not isinstance(relation, CheckCharacter):
        return None
    return {"start": relation.start, "tables": [dict(t) for t in relation.tables], "symbols": relation.symbols}


def _relation(rule: FactRule) -> dict[str, Any] | None:
    """How a value is related to others of its record, as data: the constraint component with its parameters.

    Raises:
        KnowledgeError: the browser does not know the component.
    """
    relation = rule.relation
    if relation is None or isinstance(relation, CheckCharacter):
        return None
    kind = relation.component.removesuffix("ConstraintComponent")
    if kind not in _RELATIONS or not is_dataclass(relation):
        raise KnowledgeError("rule-not-in-browser", where="shapes/records.ttl", rule=rule.id)
    stated = {one.name: getattr(relation, one.name) for one in fields(relation) if one.name != "component"}
    shown = {name: value.pattern if isinstance(value, re.Pattern) else plain(value) for name, value in stated.items()}
    return {"kind": kind, **shown}
