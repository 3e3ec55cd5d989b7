"""A guide to a clause: who, on what conditions, how much, with what evidence, and what the text leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ..engines.program import clause_criteria
from ..law.readings import Reading
from ..model import Clause, Criterion, Fact, Node, Option
from ..reports.phrases import Phrases
from ..reports.quotes import quote_line, readable
from ..reports.readings_list import bearing_on
from ..reports.reasons import UNNAMED, act_of, contact, with_proof
from .tables import Context

__all__ = ["guide"]

_HEADS = {"and": "all-of", "or": "any-of", "not": "none-of"}
_Lines = Iterable[tuple[int, str]]
"""Texts, and how deep each is nested."""


def guide(clause: Clause, readings: Sequence[Reading], phrases: Phrases, version: Sequence[str] = ()) -> Context:
    """What a guide is filled with: a field for each question an applicant or an officer has.

    Where the text answers it not, the field says so.

    Args:
        clause: the clause.
        readings: all readings of the document.
        phrases: the wordings, for the rules of the version that the guide is about.
        version: what there is to say of that version, where the clause was amended.
    """
    texts: dict[str, Callable[[], _Lines]] = {
        "beneficiary": lambda: _flat(clause.beneficiary.get(phrases.lang) if clause.beneficiary else ""),
        "conditions-heading": lambda: _conditions(clause.root, phrases),
        "amounts-heading": lambda: _amounts(clause, phrases),
        "papers-together": lambda: _flat(*_together(clause, phrases)),
        "payee": lambda: _flat(_payee(clause, phrases)),
        "authority": lambda: _flat(_authority(clause, phrases)),
        "papers-decisions": lambda: _flat(*_decisions(clause, phrases)),
        "papers-proofs": lambda: _flat(*(with_proof(fact.id, phrases) for fact in _facts(clause, phrases))),
        "papers-window": lambda: _flat(*_window(clause, phrases)),
        "papers-time-limit": lambda: _flat(*_time_limits(clause, phrases)),
        "papers-validity": lambda: _flat(_validity(clause, phrases)),
        "papers-version": lambda: _flat(*version),
        "papers-remarks": lambda: _flat(*_remarks(clause, phrases)),
        "papers-open-points": lambda: _flat(*_open_points(clause, readings, phrases)),
        "text-heading": lambda: _flat(*_words(clause, phrases)),
    }
    optional = ("papers-decisions", "papers-version", "papers-remarks", "papers-open-points")
    fields = []
    for name, lines_of in texts.items():
        lines = [{"depth": depth, "text": text} for depth, text in lines_of()]
        if lines or name not in optional:
            missing = [{"depth": 0, "text": phrases.say("papers-not-stated")}]
            fields.append({"label": phrases.say(name), "lines": lines or missing, "is_missing": not lines})
    kind = phrases.concept("clause-kind", clause.kind)
    title = clause.title.get(phrases.lang)
    return {"title": title, "article": phrases.article(clause), "kind": kind, "fields": fields}


def _flat(*texts: str | None) -> _Lines:
    return [(0, text) for text in texts if text]


def _conditions(root: Node | None, phrases: Phrases) -> _Lines:
    if root is None:
        return [(0, phrases.say("papers-no-conditions"))]
    # The parts of the outermost AND need no line above them.
    return list(_tree(root, phrases, 0, is_top=True))


def _tree(node: Node, phrases: Phrases, depth: int, *, is_top: bool = False) -> Iterator[tuple[int, str]]:
    if node.criterion is not None:
        yield depth, _criterion(node.criterion, phrases)
        return
    is_silent = node.op == "and" and (is_top or len(node.children) == 1)
    if not is_silent:
        yield depth, phrases.say(_HEADS[node.op])
    for child in node.children:
        yield from _tree(child, phrases, depth if is_silent else depth + 1)


def _criterion(criterion: Criterion, phrases: Phrases) -> str:
    fact = phrases.vocabulary.facts.get(criterion.path)
    text = criterion.label.get(phrases.lang)
    if fact is not None and fact.datatype != "boolean":
        bounds = phrases.say("pair", key=phrases.fact(criterion.path), value=phrases.bounds(criterion))
        text = phrases.say("papers-criterion", label=text, required=bounds)
    presumed = "" if criterion.required else phrases.say("presumed-if-missing")
    return f"{text}{presumed} “{readable(criterion.words)}”"


def _amounts(clause: Clause, phrases: Phrases) -> Iterator[tuple[int, str]]:
    if not clause.grants_money:
        yield 0, phrases.say("papers-no-sum")
    for option in clause.options:
        yield 0, _option(option, phrases)
        if option.condition is not None and len(clause.options) > 1:
            yield from _tree(option.condition, phrases, 1, is_top=True)
    if len(clause.options) > 1:
        yield 0, phrases.say(f"papers-tiers-{clause.combination}")


def _option(option: Option, phrases: Phrases) -> str:
    rule = phrases.say("pair", key=option.label.get(phrases.lang), value=phrases.option(option))
    return f"{rule} “{readable(option.words)}”" if option.words else rule


def _together(clause: Clause, phrases: Phrases) -> Iterator[str]:
    """What the text says of other awards; how the tiers of this one combine stands with its amounts."""
    known = phrases.book.clauses
    for group in phrases.book.every_group:
        if clause.id in group.members:
            rivals = phrases.join(known[name].title.get(phrases.lang) for name in group.members if name in known)
            yield phrases.say("pair", key=f"{group.label.get(phrases.lang)} “{readable(group.words)}”", value=rivals)


def _payee(clause: Clause, phrases: Phrases) -> str:
    if not clause.grants_money:
        return phrases.say("papers-no-sum")
    if clause.payee is None:
        return phrases.say("papers-payee-self")
    return clause.payee.get(phrases.lang) + _assumed("payee" in clause.inferred, phrases)


def _authority(clause: Clause, phrases: Phrases) -> str:
    named = [body for body in clause.authority if body.id != UNNAMED]
    text = phrases.join(body.label.get(phrases.lang) for body in named)
    return text and text + _assumed("hasCompetentAuthority" in clause.inferred, phrases)


def _assumed(is_assumed: bool, phrases: Phrases) -> str:
    return phrases.say("inferred") if is_assumed else ""


def _facts(clause: Clause, phrases: Phrases) -> list[Fact]:
    """What a record has to state for the clause to be decided, each once."""
    known = phrases.vocabulary.facts
    used = [name for one in clause_criteria(clause) for atom in one.atoms for name in (atom.path, atom.other) if name]
    used += [name for option in clause.options for name in option.facts()]
    inputs = dict.fromkeys(one for name in used if name in known for one in known[name].inputs)
    return [known[name] for name in inputs if name in known]


def _decisions(clause: Clause, phrases: Phrases) -> Iterator[str]:
    for fact in _facts(clause, phrases):
        if fact.decided_by is not None:
            is_named = fact.decided_by.id != UNNAMED
            body = fact.decided_by.label.get(phrases.lang) if is_named else phrases.say("papers-body-not-stated")
            yield phrases.say("papers-decided", body=body, act=act_of(fact.id, phrases))


def _window(clause: Clause, phrases: Phrases) -> Iterator[str]:
    """What the document says for all clauses of applying; else whom to ask."""
    book = phrases.book
    document = book.document_of(clause)
    stated = [name for name, provision in book.provisions.items() if provision.iri in document.application]
    if stated:
        yield from (quote_line(name, readable(book.provisions[name].quote), phrases).text for name in stated)
        return
    assumed = _assumed(document.contact_is_inferred, phrases)
    named = {"notStated": phrases.say("papers-not-stated"), "body": contact(phrases, document), "assumed": assumed}
    yield phrases.say("papers-ask", **named)


def _time_limits(clause: Clause, phrases: Phrases) -> Iterator[str]:
    for name in clause.provisions:
        provision = phrases.book.provisions[name]
        if provision.deadline is not None:
            yield phrases.say("papers-until", day=provision.deadline, quote=readable(provision.quote))


def _validity(clause: Clause, phrases: Phrases) -> str:
    expires = phrases.book.document_of(clause).expires
    return "" if expires is None else phrases.say("papers-validity-until", day=expires)


def _remarks(clause: Clause, phrases: Phrases) -> Iterator[str]:
    book, lang = phrases.book, phrases.lang
    for name, label, value in clause.counted:
        yield phrases.say("pair", key=label, value=value.get(lang) + _assumed(name in clause.inferred, phrases))
    if clause.fallback:
        yield phrases.say("fallback", quote=readable(book.provisions[clause.fallback].quote))
    yield from (notice.text.get(lang) for notice in book.notices if notice.clause == clause.id)


def _open_points(clause: Clause, readings: Sequence[Reading], phrases: Phrases) -> Iterator[str]:
    for one in bearing_on(clause, phrases.book, readings):
        words = phrases.say("told-semicolon").join(map(readable, one.words))
        text = phrases.say("papers-open-point", label=one.label, words=words, default=one.default)
        other = one.alternative
        yield text if other is None else phrases.say("papers-other-reading", text=text, alternative=other)


def _words(clause: Clause, phrases: Phrases) -> Iterator[str]:
    for name in clause.provisions:
        yield quote_line(name, readable(phrases.book.provisions[name].quote), phrases).text
