"""Advice in words: the changes, what they lead to, and the words of the text behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..engines.turning import reaches
from ..model import Clause, CriterionResult, Provision
from ..reports.phrases import Phrases
from ..reports.quotes import readable
from ..reports.reasons import UNNAMED
from .promise import Advice, Change, Cliff, Given, Totals, Way

__all__ = ["any_changeable", "cliff_text", "head_text", "quote_lines", "scope", "way_text"]


def scope(phrases: Phrases) -> list[str]:
    """What advice leaves aside."""
    found = [phrases.say("advice-scope")]
    found += [phrases.say("advice-several")] if len(phrases.book.documents) > 1 else []
    found += [phrases.say("advice-joint")] if phrases.book.joints else []
    found += [] if any_changeable(phrases) else [phrases.say("advice-undeclared")]
    return found


def any_changeable(phrases: Phrases) -> bool:
    """Whether the knowledge base says of any fact that an applicant can change it; else nothing can be advised."""
    return any(fact.is_changeable for fact in phrases.vocabulary.facts.values())


def head_text(advice: Advice, phrases: Phrases) -> str:
    """What a piece of advice is about, and how it stands."""
    name = "advice-have" if advice.aim == "have" else "advice-more"
    return phrases.say(name, **_clause(advice.decision.clause, phrases), amount=phrases.amount(advice.now.amount))


def way_text(advice: Advice, way: Way, phrases: Phrases) -> str:
    """All changes of a way and what they lead to, in one sentence."""
    changes = phrases.say("advice-and").join(_change(change, phrases) for change in way.changes)
    clause = phrases.book.clauses[str(advice.decision.clause)]
    rule = phrases.join(_rules(clause, way.after, phrases))
    first = [change.fact for change in way.changes if _is_first_step(change, phrases)]
    if rule and first and not _has_tiers(clause, first, phrases):
        # What the first fen comes to says nothing of what is had.
        is_had = way.after.status == "eligible"
        name, bodies = ("advice-by-rule", "") if is_had else ("advice-awaiting-by-rule", _bodies(way.after, phrases))
        return phrases.say("advice-way", changes=changes, result=phrases.say(name, rule=rule, bodies=bodies))
    result = _result(clause, way.after, phrases) + (phrases.say("advice-rule", rule=rule) if rule else "")
    return phrases.say(
        "advice-way", changes=changes, result=result + _total(advice.now.total, way.after.total, phrases)
    )


def _has_tiers(clause: Clause, facts: Sequence[str], phrases: Phrases) -> bool:
    """Whether it turns on one of these facts by which rule a clause pays."""
    conditions = (option.condition for option in clause.options if option.condition is not None)
    leaves = [leaf for condition in conditions for leaf in condition.leaves()]
    return any(reaches(phrases.book, leaf, fact) for leaf in leaves for fact in facts)


def _is_first_step(change: Change, phrases: Phrases) -> bool:
    """Whether a sum or measure only has to be more than nothing: the step to it is the least that can be stated."""
    step = phrases.vocabulary.step(change.fact)
    return not change.actual and step < 1 and change.needed == step


def cliff_text(cliff: Cliff, phrases: Phrases) -> str:
    """The last value that holds, how far off it is, and what the next one leads to."""
    fact, after = cliff.change.fact, cliff.after
    if after.status == "eligible":
        result = phrases.say("advice-lower", amount=phrases.amount(after.amount))
    else:
        result = phrases.say("advice-lost" if after.status == "not-eligible" else "advice-not-settled")
    return phrases.say(
        "advice-cliff",
        **_clause(cliff.decision.clause, phrases),
        fact=phrases.fact(fact),
        actual=phrases.stated(fact, cliff.change.actual or 0),
        holds=phrases.stated(fact, cliff.holds),
        needed=phrases.stated(fact, cliff.change.needed),
        margin=phrases.stated(fact, cliff.margin),
        result=result + _total(cliff.now.total, after.total, phrases),
    )


def quote_lines(changes: Sequence[Change], clause: str | None, had: Given, phrases: Phrases) -> Iterator[str]:
    """The words of the text behind changes, once each: those of criteria that turn, or else of the whole steps.

    Args:
        changes: what is changed.
        clause: the id of the clause.
        had: what pays by the steps.
        phrases: the wordings in the reader's language.
    """
    found: dict[str, CriterionResult] = {one.criterion.iri: one for change in changes for one in change.criteria}
    texts = (
        phrases.say("told-quote", quote=readable(one.quote), place=phrases.place(_provision(one, phrases)))
        for one in found.values()
    )
    yield from dict.fromkeys(texts)
    if not found:
        yield from dict.fromkeys(_step_quotes(clause, had, phrases))


def _step_quotes(clause: str | None, had: Given, phrases: Phrases) -> Iterator[str]:
    for option in phrases.book.clauses[str(clause)].options:
        if option.iri in had.options and option.expression is not None:
            place = phrases.place(phrases.book.provisions[option.provision])
            for node in option.expression.nodes():
                if node.op == "steps" and node.words:
                    yield phrases.say("told-quote", quote=readable(node.words), place=place)


def _provision(one: CriterionResult, phrases: Phrases) -> Provision:
    return phrases.book.provisions[one.criterion.provision]


def _clause(name: str | None, phrases: Phrases) -> dict[str, object]:
    clause: Clause = phrases.book.clauses[str(name)]
    return {"article": phrases.article(clause), "title": clause.title}


def _change(change: Change, phrases: Phrases) -> str:
    fact, needed = phrases.fact(change.fact), phrases.stated(change.fact, change.needed)
    if _is_first_step(change, phrases):
        name = "advice-any-unstated" if change.actual is None else "advice-any"
        return phrases.say(name, fact=fact, zero=phrases.stated(change.fact, Decimal(0)))
    if change.actual is None:
        known = phrases.vocabulary.facts[change.fact]
        is_number = known.datatype in ("decimal", "integer") and not known.codes
        return phrases.say("advice-unstated" if is_number else "advice-unstated-value", fact=fact, needed=needed)
    actual = phrases.stated(change.fact, change.actual)
    if change.gap is None:
        return phrases.say("advice-value", fact=fact, actual=actual, needed=needed)
    gap = phrases.stated(change.fact, change.gap)
    return phrases.say("advice-number", fact=fact, actual=actual, needed=needed, gap=gap)


def _bodies(after: Given, phrases: Phrases) -> str:
    """Who still has to decide; that the text names nobody is said in words of a sentence."""
    unnamed = phrases.say("papers-body-not-stated")
    names = (unnamed if body.id == UNNAMED else body.label.get(phrases.lang) for _, body in after.awaiting)
    return phrases.join(dict.fromkeys(names))


def _result(clause: Clause, after: Given, phrases: Phrases) -> str:
    if after.status != "eligible":
        return phrases.say("advice-awaiting", bodies=_bodies(after, phrases))
    if clause.is_unstated:
        return phrases.say("advice-amount", amount=phrases.join(phrases.amounts(clause)))
    if after.amount is None:
        return phrases.say("advice-eligible")
    if after.amount.max == 0:
        return phrases.say("advice-no-money", amount=phrases.amount(after.amount))
    return phrases.say("advice-amount", amount=phrases.amount(after.amount))


def _rules(clause: Clause, after: Given, phrases: Phrases) -> list[str]:
    """The rules of sums that move with their bases."""
    options = (one for one in clause.options if one.iri in after.options)
    return [phrases.option(one) for one in options if one.expression is not None]


def _total(before: Totals, after: Totals, phrases: Phrases) -> str:
    """What the record gets in all before and after; nothing where it gets nothing either way."""
    if not before and not after:
        return ""
    if before == after:
        return phrases.say("advice-total-same", before=_sum(before, phrases))
    return phrases.say("advice-total", before=_sum(before, phrases), after=_sum(after, phrases))


def _sum(total: Totals, phrases: Phrases) -> str:
    shown = [phrases.amount(amount) for amount in total.values()]
    return " + ".join(shown) if shown else phrases.say("advice-nothing-yet")
