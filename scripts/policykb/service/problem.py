"""A refusal as a problem document: what is wrong and its mend, in both languages (RFC 9457)."""

from __future__ import annotations

from typing import Any

from ..errors import PolicykbError
from ..model import Lang, Text

__all__ = ["MEDIA", "problem_json", "status_of"]

MEDIA = "application/problem+json"
_TYPES = "https://w3id.org/policykb/error#"
_STATUS = {
    "unknown-clause": 404,
    "call-unknown-clause": 404,
    "unknown-clause-near": 404,
    "unknown-article": 404,
    "unknown-policy": 404,
    "article-of-several": 409,
    "unknown-record-among": 404,
    "unknown-record-near": 404,
    "call-no-such-path": 404,
    "call-from-elsewhere": 403,
    "call-method": 405,
    "call-too-large": 413,
    "call-not-json": 415,
    "call-busy": 503,
    "call-late": 504,
}


def status_of(fault: PolicykbError) -> int:
    """The status of HTTP that a refusal has."""
    return _STATUS.get(fault.id, 400)


def problem_json(fault: PolicykbError, lang: Lang) -> dict[str, Any]:
    """A refusal as plain dictionaries; `title` and `detail` in one language, `zh` and `en` in each."""
    return {
        "type": f"{_TYPES}{fault.id}",
        "title": fault.text.get(lang),
        "status": status_of(fault),
        "detail": fault.say(lang),
        "zh": _worded(fault, "zh"),
        "en": _worded(fault, "en"),
    }


def _worded(fault: PolicykbError, lang: Lang) -> dict[str, str]:
    parts: dict[str, Text] = {"where": fault.where, "what": fault.text, "mend": fault.mend}
    return {name: text.get(lang) for name, text in parts.items()}
