"""Advice as JSON, as described by `docs/reference/advice.schema.json`: numbers and amounts are decimal strings."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from ..answers.answer import Answer
from ..answers.plain import plain
from ..api import Policykb
from ..doors.outgoing import json_text
from ..law.receipt import Shown, receipt_json
from ..model import Amount, Decision, Value
from ..reports.caveats import caveats
from ..reports.phrases import Phrases
from .advise import advise
from .promise import Advice, Change, Cliff, Given, Totals, Way
from .told import cliff_text, head_text, scope, way_text

__all__ = ["advice_json", "to_json"]


def to_json(kb: Policykb, answer: Answer, phrases: Phrases, only: str | None = None) -> str:
    """The advice on an answer as JSON text, two-space indented, ending in a newline."""
    return json_text(json.dumps(advice_json(kb, answer, phrases, only), ensure_ascii=False, indent=2)) + "\n"


def advice_json(kb: Policykb, answer: Answer, phrases: Phrases, only: str | None = None) -> dict[str, Any]:
    """The advice on an answer as plain lists and dictionaries.

    Args:
        kb: the knowledge base.
        answer: what it decided.
        phrases: the wordings in the language of labels and sentences.
        only: the id of one record, where the others are left out.
    """
    found, lost = advise(kb, answer, only)
    document = phrases.book.document
    return {
        "document": {
            "number": document.official,
            "title": document.title.get(phrases.lang),
            "caveats": [*(line.text for line in caveats(answer.receipt, phrases)), *scope(phrases)],
        },
        "receipt": receipt_json(answer.receipt, Shown(phrases.lang)),
        "advice": [_advice(advice, phrases) for advice in found],
        "cliffs": [_cliff(cliff, phrases) for cliff in lost],
    }


def _advice(advice: Advice, phrases: Phrases) -> dict[str, Any]:
    return {
        **_about(advice.decision, phrases),
        "aim": advice.aim,
        "now": _given(advice.now),
        "text": head_text(advice, phrases),
        "ways": [_way(advice, way, phrases) for way in advice.ways],
    }


def _way(advice: Advice, way: Way, phrases: Phrases) -> dict[str, Any]:
    return {
        "changes": [_change(change, phrases) for change in way.changes],
        **_given(way.after),
        "awaiting": [{"fact": fact, "body": body.label.get(phrases.lang)} for fact, body in way.after.awaiting],
        "gain": _gain(advice.now.total, way.after.total),
        "text": way_text(advice, way, phrases),
    }


def _cliff(cliff: Cliff, phrases: Phrases) -> dict[str, Any]:
    change = _change(cliff.change, phrases)
    return {
        **_about(cliff.decision, phrases),
        "now": _given(cliff.now),
        "fact": change["fact"],
        "label": change["label"],
        "unit": change["unit"],
        "actual": change["actual"],
        "holds": _value(cliff.holds),
        "falls": change["needed"],
        "margin": plain(cliff.margin),
        "criteria": change["criteria"],
        **_given(cliff.after),
        "gain": _gain(cliff.now.total, cliff.after.total),
        "text": cliff_text(cliff, phrases),
    }


def _about(decision: Decision, phrases: Phrases) -> dict[str, Any]:
    title = phrases.book.clauses[str(decision.clause)].title.get(phrases.lang)
    return {"record": decision.record, "clause": decision.clause, "article": decision.article, "title": title}


def _change(change: Change, phrases: Phrases) -> dict[str, Any]:
    return {
        "fact": change.fact,
        "label": phrases.fact(change.fact),
        "unit": phrases.vocabulary.facts[change.fact].unit,
        "actual": None if change.actual is None else _value(change.actual),
        "needed": _value(change.needed),
        "gap": None if change.gap is None else plain(change.gap),
        "criteria": [
            {
                "id": one.criterion.id,
                "label": one.criterion.label.get(phrases.lang),
                "required": one.required,
                "provision": one.criterion.provision,
                "quote": one.quote,
            }
            for one in change.criteria
        ],
    }


def _value(value: Value) -> bool | str:
    return value if isinstance(value, bool) else plain(value)


def _given(given: Given) -> dict[str, Any]:
    return {
        "status": given.status,
        "amount": _amount(given.amount),
        "total": {c: _ends(a) for c, a in given.total.items()},
    }


def _gain(before: Totals, after: Totals) -> dict[str, dict[str, str | None]]:
    """By how much the least and the most of all that a record gets go up, by currency; down where negative."""
    found: dict[str, dict[str, str | None]] = {}
    for currency in dict.fromkeys((*before, *after)):
        nothing = Amount(Decimal("0.00"), Decimal("0.00"), currency)
        was, then = before.get(currency, nothing), after.get(currency, nothing)
        most = None if was.max is None or then.max is None else str(then.max - was.max)
        found[currency] = {"min": str(then.min - was.min), "max": most}
    return found


def _amount(amount: Amount | None) -> dict[str, str | None] | None:
    return None if amount is None else _ends(amount) | {"currency": amount.currency}


def _ends(amount: Amount) -> dict[str, str | None]:
    return {"min": str(amount.min), "max": None if amount.max is None else str(amount.max)}
