"""An answer as JSON, as described by `docs/reference/answer.schema.json`: amounts are decimal strings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ..answers.answer import Answer
from ..answers.several import document_of, own
from ..doors.outgoing import json_text
from ..law.receipt import Shown, receipt_json
from ..model import (
    Amount,
    ConditionResult,
    CriterionResult,
    Decision,
    Finding,
    Lang,
    OptionResult,
    Provision,
    Text,
)
from .arithmetic import expression
from .phrases import Phrases
from .tell import caveats

__all__ = ["answer_json", "to_json"]


def to_json(answer: Answer, phrases: Phrases) -> str:
    """The answer as JSON text, two-space indented, ending in a newline.

    Args:
        answer: what was decided.
        phrases: the wordings in the language of labels, notes and messages.
    """
    return json_text(json.dumps(answer_json(answer, phrases), ensure_ascii=False, indent=2)) + "\n"


def answer_json(answer: Answer, phrases: Phrases) -> dict[str, Any]:
    """The answer as plain lists and dictionaries."""
    lang, document = phrases.lang, phrases.book.document
    return {
        "document": {
            "number": document.number,
            "title": document.title.get(lang),
            "caveats": [line.text for line in caveats(answer, phrases)],
        },
        "receipt": receipt_json(answer.receipt, Shown(lang)),
        "decisions": [_decision(decision, lang) for decision in answer.decisions],
        "groups": [
            {"record": g.record, **_of(g.group), "group": own(g.group), "winner": _own(g.winner)}
            | {"amount": _amount(g.amount)}
            for g in answer.groups
        ],
        "entitlements": [
            {"record": e.record, **_of(e.source), "clause": _own(e.clause), "group": _own(e.group)}
            | {"amount": _amount(e.amount)}
            for e in answer.entitlements
        ],
        "enterprises": [
            {
                "creditCode": e.credit_code,
                "name": e.name,
                "records": list(e.records),
                "total": {
                    currency: {"min": str(sum_.min), "max": None if sum_.max is None else str(sum_.max)}
                    for currency, sum_ in e.total.items()
                },
                "eligible": e.eligible,
                "undetermined": e.undetermined,
            }
            for e in answer.enterprises
        ],
        "findings": [_finding(finding, lang) for finding in answer.findings],
    }


def _decision(decision: Decision, lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {
        "record": decision.record,
        **_of(decision.clause),
        "clause": _own(decision.clause),
        "article": decision.article,
        "status": decision.status,
        "amount": _amount(decision.amount),
        "selected": decision.selected,
        "suppressedBy": _own(decision.suppressed_by),
        "options": [_option(result) for result in decision.options],
        "criteria": [_criterion(result, lang) for result in decision.criteria],
        "conditions": [_condition(condition, lang) for condition in decision.conditions],
        "missing": list(decision.missing),
        "awaiting": [{"fact": fact, "body": body.label.get(lang)} for fact, body in decision.awaiting],
        "fallback": _fallback(decision.fallback),
        "readings": None if decision.readings is None else [own(name) for name in decision.readings],
        "notes": _texts(decision.notes, lang),
    }
    if decision.findings:
        found["findings"] = [_finding(finding, lang) for finding in decision.findings]
    return found


def _of(name: str | None) -> dict[str, str]:
    """The document of what has a name, where several documents answer together."""
    document = document_of(name or "")
    return {"document": document} if document else {}


def _own(name: str | None) -> str | None:
    return None if name is None else own(name)


def _option(result: OptionResult) -> dict[str, Any]:
    return {
        "id": result.option.iri.rsplit("/", 1)[-1],
        "truth": result.truth,
        "amount": _amount(result.amount),
        "arithmetic": expression(result),
    }


def _condition(condition: ConditionResult, lang: Lang) -> dict[str, Any]:
    if condition.result is not None:
        return {"criterion": condition.result.criterion.id, "truth": condition.truth}
    found: dict[str, Any] = {"op": condition.op, "truth": condition.truth}
    if condition.label is not None:
        found["option"] = condition.label.get(lang)
    return found | {"of": [_condition(child, lang) for child in condition.children]}


def _criterion(result: CriterionResult, lang: Lang) -> dict[str, Any]:
    found = {
        "id": result.criterion.id,
        "label": result.criterion.label.get(lang),
        "truth": result.truth,
        "required": result.required,
        "actual": result.actual,
        "provision": own(result.criterion.provision),
        "quote": result.quote,
    }
    return found if result.is_needed else found | {"needed": False}


def _fallback(provision: Provision | None) -> dict[str, str] | None:
    return None if provision is None else {"provision": own(provision.id), "quote": provision.quote}


def _finding(finding: Finding, lang: Lang) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message.get(lang),
        "mend": finding.mend.get(lang),
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "cell": place.cell,
        "record": finding.record,
        "fact": finding.fact,
        "value": finding.value,
    }


def _amount(amount: Amount | None) -> dict[str, str | None] | None:
    if amount is None:
        return None
    return {"min": str(amount.min), "max": None if amount.max is None else str(amount.max), "currency": amount.currency}


def _texts(texts: Iterable[Text], lang: Lang) -> list[str]:
    return [text.get(lang) for text in texts]
