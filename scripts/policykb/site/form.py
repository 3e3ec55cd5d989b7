"""What the form of the self-check begins with and reads by: situations, how numbers are typed, what to do next."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import pyoxigraph as ox

from ..answers.plain import plain
from ..answers.several import document_of
from ..api import Policykb
from ..engines.program import clause_criteria
from ..law.rules import RuleBook
from ..model import Clause, Document, Text, Vocabulary
from ..names import DCT, PKB
from ..readers.dates import DAY, DIGITS, YEAR
from ..readers.letters import others
from ..readers.numbers import GRAMMAR, LONGEST
from ..readers.numerals import NUMERALS
from ..readers.values import DASHES
from ..readers.words import BLANKS, HALF_WIDTH, JOINTS, normal, said
from .content import Content

__all__ = [
    "begins",
    "described",
    "facts_of",
    "name_of",
    "said_of",
    "situations_of",
    "steps_of",
    "typed_of",
    "validity_of",
]

_REFUSALS = (
    "value-not-a-number",
    "value-not-whole",
    "unclear-separator",
    "leading-zeros",
    "number-too-long",
    "rank-range",
    "unknown-unit",
    "other-currency",
    "percentage",
    "wrong-unit",
    "units-disagree",
    "unit-not-converted",
)
"""The rules of the readers that a typed number can break."""
_SILENCES = ("dash-is-missing", "dash-not-given", "stated-unknown")
"""The rules by which what is typed states nothing."""


def facts_of(book: RuleBook, clause: Clause) -> tuple[str, ...]:
    """The facts that a record states and a clause rests on, in their order."""
    names: list[str] = []
    for criterion in clause_criteria(clause):
        for atom in criterion.atoms:
            names += [atom.path, *([atom.other] if atom.other else [])]
    for option in clause.options:
        names += option.expression.facts() if option.expression else ()
        names += [option.agreed] if option.agreed else []
    known = book.vocabulary.facts
    stated = {source for name in names if name in known for source in (known[name].inputs or (name,))}
    return tuple(name for name in known if name in stated)


def situations_of(content: Content, book: RuleBook) -> list[dict[str, Any]]:
    """What an applicant can be in: the clauses of a record type that are about one matter.

    Clauses with money are about one matter where they share a fact or stand in one group. The others go to the matter
    that they share most facts with, and where that does not tell, to the one whose article is nearest. What a document
    asks of everybody makes no clauses one matter.
    """
    found = []
    apart = [one.kb for one in content.members or (content,)]
    asked = [one.knowledge.node(ox.NamedNode(one.book.document.iri), PKB.everyClause) for one in apart]
    everybody = {node.value for node in asked if node is not None}
    for kind in book.vocabulary.record_types.values():
        clauses = [clause for clause in book.clauses.values() if clause.record_type == kind.id]
        matters = _matters(book, clauses, everybody)
        own = content.kb.knowledge.text(ox.NamedNode(kind.iri), PKB.situation)
        for members in matters:
            said = [content.kb.knowledge.text(ox.NamedNode(clause.iri), PKB.situation) for clause in members]
            label = next((text for text in said if text), None) or (own if len(matters) == 1 else None)
            first = next((clause for clause in members if clause.grants_money), members[0])
            found.append(
                {
                    "id": first.id if len(matters) > 1 else kind.id,
                    "type": kind.id,
                    "label": _both(label or (first.title if len(matters) > 1 else kind.label)),
                    "heading": _both(_chapter(content, first)),
                    "clauses": [clause.id for clause in members],
                    "money": any(clause.grants_money for clause in members),
                }
            )
    slugs = [one.slug for one in book.documents]

    def place(one: dict[str, Any]) -> tuple[int, int]:
        # Of clauses of several documents it stands with the one that it is headed by.
        heads = [name for name in one["clauses"] if book.clauses[name].grants_money] or one["clauses"]
        slug = document_of(heads[0])
        positions = [book.clauses[name].position for name in one["clauses"] if document_of(name) == slug]
        return slugs.index(slug) if slug else 0, min(positions)

    return sorted(found, key=place)


def _matters(book: RuleBook, clauses: Sequence[Clause], everybody: Collection[str]) -> list[list[Clause]]:
    facts = {clause.id: set(facts_of(book, clause)) - _of_everybody(book, clause, everybody) for clause in clauses}
    groups = [set(group.members) for group in book.groups.values()]
    paid = [clause for clause in clauses if clause.grants_money] or list(clauses)[:1]
    matters: list[list[Clause]] = []
    for clause in paid:
        near = [
            matter
            for matter in matters
            if any(facts[clause.id] & facts[m.id] or any({clause.id, m.id} <= g for g in groups) for m in matter)
        ]
        matters = [matter for matter in matters if matter not in near]
        matters.append([*(member for matter in near for member in matter), clause])
    for clause in clauses:
        if clause in paid:
            continue

        def nearness(matter: list[Clause], clause: Clause = clause) -> tuple[int, int]:
            shared = set().union(*(facts[member.id] for member in matter)) & facts[clause.id]
            return len(shared), -min(abs(member.article - clause.article) for member in matter)

        if facts[clause.id]:
            max(matters, key=nearness).append(clause)
    order = {clause.id: place for place, clause in enumerate(clauses)}
    in_order = [sorted(matter, key=lambda clause: order[clause.id]) for matter in matters]
    return sorted(in_order, key=lambda matter: order[matter[0].id])


def _of_everybody(book: RuleBook, clause: Clause, everybody: Collection[str]) -> set[str]:
    """The facts that a clause asks because every clause of its document does."""
    nodes = [node for node in clause.root.nodes() if node.iri in everybody] if clause.root else []
    names = {atom.path for node in nodes for leaf in node.leaves() for atom in leaf.atoms}
    known = book.vocabulary.facts
    return {source for name in names & known.keys() for source in (known[name].inputs or (name,))}


def _chapter(content: Content, clause: Clause) -> Text:
    """The chapter that a clause stands in, with its document where there are several."""
    for one in content.members:
        if clause.iri.startswith(f"{one.kb.book.document.iri}/"):
            name, chapter = name_of(one.kb.book.document), _chapter(one, clause)
            return Text(f"{name.zh} · {chapter.zh}", f"{name.en} · {chapter.en}")
    article = content.kb.book.article(clause.article)
    return content.kb.knowledge.label(ox.NamedNode(f"{content.kb.book.document.iri}/{article.chapter}"))


def steps_of(content: Content, clause: Clause) -> dict[str, Any]:
    """What the graph says of how a clause is had: the facts behind it, what happens by when, and what it is."""
    knowledge, book = content.kb.knowledge, content.kb.book
    nodes = [ox.NamedNode(book.provisions[name].iri) for name in clause.provisions]
    days = [knowledge.string(node, PKB.deadline) for node in nodes]
    return {"facts": list(facts_of(book, clause)), "deadlines": sorted({day for day in days if day})}


def typed_of(content: Content) -> dict[str, Any]:
    """How a typed number, day or period is read: the grammar of the readers, the units, and what is said of faults."""
    vocabulary = content.kb.vocabulary
    patterns = {**GRAMMAR, "day": DAY, "year": YEAR}
    return {
        **{name: _in_browser(pattern) for name, pattern in patterns.items()},
        "longest": LONGEST,
        "blanks": BLANKS.pattern,
        "dashes": sorted(DASHES),
        "unknown": sorted({said(written) for written, truth in vocabulary.truth_forms.items() if truth is None}),
        "joints": JOINTS.pattern,
        "halfWidth": {chr(code): new if isinstance(new, str) else chr(new) for code, new in HALF_WIDTH.items()},
        "letters": _letters(vocabulary),
        "digits": DIGITS,
        "numerals": NUMERALS,
        "units": {
            normal(written): [form.unit, plain(form.factor), plain(form.divisor)]
            for written, form in vocabulary.unit_forms.items()
            if form.factor is not None
        },
        "refusedUnits": [[name, ways, rule] for name, (ways, rule) in vocabulary.refused_units.items()],
        "refusals": _messages(vocabulary, _REFUSALS),
        "silences": _messages(vocabulary, _SILENCES),
    }


def _letters(vocabulary: Vocabulary) -> dict[str, str]:
    """Letters that the names of units may be written with as well, by what they are read as: 萬, 億, 圓."""
    used = {letter for written in vocabulary.unit_forms for letter in written}
    return {other: letter for letter in sorted(used) for other in others().get(letter, "")}


def _messages(vocabulary: Vocabulary, rules: Sequence[str]) -> dict[str, list[list[str]]]:
    told = vocabulary.messages
    return {rule: [_both(told[rule].what), _both(told[rule].mend)] for rule in rules}


def _in_browser(pattern: re.Pattern[str]) -> str:
    """A pattern of the readers as browsers write it."""
    return re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", pattern.pattern.replace("(?P<", "(?<"))


def name_of(document: Document) -> Text:
    """The official number of a document, or its title where it has none."""
    return Text(document.number, document.number) if document.has_number else document.title


def validity_of(kb: Policykb) -> Text | None:
    """From when and for how long a document is good, as it says itself, or as is inferred."""
    knowledge = kb.knowledge
    for node in knowledge.subjects(DCT.subject, ox.NamedNode(kb.book.document.iri)):
        if node in knowledge.instances(PKB.Applicability):
            return knowledge.label(node)
    return None


def said_of(content: Content) -> dict[str, Any]:
    """One of several documents: what it says of itself, its name, and how long it is good, as far as that is known."""
    kb = content.kb
    undated = [content.phrases(lang).say("told-undated") for lang in ("zh", "en")]
    return {
        **described(kb.book.document),
        "name": _both(name_of(kb.book.document)),
        "validity": _both(validity_of(kb)),
        "undated": undated if kb.book.document.applies_from is None else None,
    }


def begins(content: Content) -> dict[str, Any]:
    """The years that a form about several documents offers, from the first day named to the last, if all end."""
    documents = [one.kb.book.document for one in content.members]
    ends = [one.expires for one in documents if one.expires]
    starts = [day for one in documents if (day := one.applies_from or one.date)] or ends[:1]
    last = max(ends) if len(ends) == len(documents) else None
    about = described(content.kb.book.document) | {"expires": last.isoformat() if last else None}
    first = min(starts, default=content.kb.book.periods_ending_from)
    return {"periodsEndingFrom": first.isoformat(), "document": about}


def described(document: Document) -> dict[str, Any]:
    """What a document says of itself, and whom to ask."""
    contact = document.contact.label if document.contact else None
    return {
        "slug": document.slug,
        "number": document.number,
        "iri": document.iri,
        "title": _both(document.title),
        "issued": document.issued,
        "expires": str(document.expires) if document.expires else None,
        "contact": _both(contact),
        "contactInferred": document.contact_is_inferred,
    }


def _both(text: Text | None) -> list[str]:
    return [text.zh, text.en] if text else ["", ""]
