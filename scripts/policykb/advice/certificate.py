"""A certificate of the best lawful combination as JSON, as `docs/reference/certificate.schema.json` describes it.

`docs/reference/check_certificate.py` checks it again from the graph and the records alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal

from ..answers.answer import Answer
from ..api import Policykb
from ..doors.outgoing import json_text
from ..errors import CallError
from ..extras import need
from ..law.receipt import Json, Shown, receipt_json
from ..model import Lang
from ..shelf import Shelf
from .awards import Award
from .best import Best, Sets, best_sets

__all__ = ["certificate", "certificate_json"]


def certificate(kb: Policykb, answer: Answer, lang: Lang) -> str:
    """The certificate as JSON text, two-space indented, ending in a newline; see `certificate_json`."""
    return json_text(json.dumps(certificate_json(kb, answer, lang), ensure_ascii=False, indent=2)) + "\n"


def certificate_json(kb: Policykb, answer: Answer, lang: Lang = "zh") -> dict[str, Json]:
    """What each subject may have at the best, with what can be checked again.

    Args:
        kb: the knowledge base.
        answer: what it decided.
        lang: the language that the receipt names; the rest has no words but those of the text.

    Raises:
        CallError: the solver is not installed; a record breaks a data rule; several documents or versions of one
            decided; or whether something is had that keeps others out is open.
    """
    need("best", "highspy")
    own = kb.told_by(answer.receipt.policy)
    versions = [] if isinstance(own, Shelf) else own.by_version(answer)
    if len(versions) != 1:
        raise CallError("certificate-several")
    wrong = [one.record for one in answer.decisions if one.status == "invalid-record"]
    if wrong:
        raise CallError("certificate-invalid", records=wrong[:10])
    found = best_sets(answer, versions[0][0].book)
    told: dict[str, Json] = {
        "receipt": receipt_json(answer.receipt, Shown(lang)),
        "subjects": [_subject(one) for one in found],
    }
    return {**told, "digest": f"sha256:{_digest(told)}"}


def _digest(told: dict[str, Json]) -> str:
    """The SHA-256 over all the rest, its keys sorted."""
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _subject(best: Best) -> Json:
    return {
        "name": best.subject.name,
        "creditCode": best.subject.credit_code,
        "records": list(best.subject.records),
        "awards": [
            {
                "record": award.record,
                "clause": award.clause,
                "currency": award.currency,
                "min": str(award.least),
                "max": None if award.most is None else str(award.most),
            }
            for award in best.awards
        ],
        "best": [
            {"currency": currency, "least": _sets(ends["least"]), "most": _sets(ends["most"])}
            for currency, ends in best.sets.items()
        ],
    }


def _sets(sets: Sets) -> Json:
    other: Json = None
    if sets.other_total is not None:
        forbidden: list[Json] = [{"group": group.id, "words": group.words} for group in sets.forbidden]
        other = {**_set(sets.other_total, sets.other), "forbidden": forbidden}
    return {**_set(sets.total, sets.had), "runnerUp": other}


def _set(total: Decimal, had: Sequence[Award]) -> dict[str, Json]:
    return {
        "total": str(total) if total.is_finite() else None,
        "had": [{"record": award.record, "clause": award.clause} for award in had],
    }
