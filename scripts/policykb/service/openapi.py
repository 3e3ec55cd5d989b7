"""The description of the service that other programs read: OpenAPI 3.1, from the calls and the schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..answers.several import document_of
from ..law.load import find_root
from ..model import Lang
from .calls import CALLS, Call, Parameter, Service
from .problem import MEDIA
from .schemas import published, records_schema

__all__ = ["KINDS", "openapi"]

KINDS: dict[str, dict[str, Any]] = {
    "string": {"type": "string", "minLength": 1},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "date": {"type": "string", "format": "date"},
    "lang": {"enum": ["zh", "en"]},
}
"""The kinds of parameters as JSON Schemas."""
_WORDS = 8
"""Characters of a provision that are enough to find it."""
_FAULTS = {
    "GET": ("400", "403", "404", "405", "409", "503"),
    "POST": ("400", "403", "404", "405", "413", "415", "503", "504"),
}


def openapi(service: Service, lang: Lang = "en") -> dict[str, Any]:
    """The description of every call.

    Args:
        service: what answers them.
        lang: the language of the descriptions.
    """
    say, examples = service.phrases(lang).say, _examples(service)
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, examples, say)
    root = find_root(None)
    schemas = {call.schema: published(root, call.schema) for call in CALLS if call.schema is not None}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": say("service-title"),
            "description": say("service-about"),
            "version": str(service.health["policykb"]),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {
                "records": records_schema(service.kb.vocabulary),
                "problem": _problem(),
                **{name: schema for name, schema in schemas.items() if schema is not None},
            }
        },
    }


def _operation(call: Call, examples: Mapping[str, Any], say: Callable[..., str]) -> dict[str, Any]:
    form = {"type": "object"} if call.schema is None else {"$ref": f"#/components/schemas/{call.schema}"}
    problem = {MEDIA: {"schema": {"$ref": "#/components/schemas/problem"}}}
    found: dict[str, Any] = {
        "operationId": call.name,
        "summary": say(f"call-{call.name}"),
        "parameters": [_parameter(one, call, examples, say) for one in call.parameters],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": form}}},
            **{status: {"description": status, "content": problem} for status in _FAULTS[call.method]},
        },
    }
    if call.sends:
        sent = {"application/json": {"schema": {"$ref": "#/components/schemas/records"}}}
        found["requestBody"] = {"required": True, "description": say("call-records"), "content": sent}
    return found


def _parameter(one: Parameter, call: Call, examples: Mapping[str, Any], say: Callable[..., str]) -> dict[str, Any]:
    is_in_path = f"{{{one.name}}}" in call.path
    found = {
        "name": one.name,
        "in": "path" if is_in_path else "query",
        "required": is_in_path or one.required,
        "description": say(one.wording),
        "schema": KINDS[one.kind],
    }
    return found | ({"example": examples[one.name]} if one.name in examples else {})


def _examples(service: Service) -> dict[str, Any]:
    """What there is to find by the parameters that name something, from the first clause with a sum."""
    book = service.kb.book
    clause = next((one for one in book.clauses.values() if one.options), None)
    if clause is None:
        return {}
    slug = document_of(clause.id) or service.kb.knowledge.policy
    words = book.provisions[clause.provisions[0]].quote
    return {"id": clause.id, "number": clause.article, "q": words[:_WORDS], "policy": slug}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    worded = {"type": "object", "properties": dict.fromkeys(("where", "what", "mend"), text)}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "zh", "en"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "zh": worded,
            "en": worded,
        },
    }
