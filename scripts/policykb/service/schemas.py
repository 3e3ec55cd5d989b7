"""The forms of what is sent and answered: the published JSON Schemas, and that of records from the vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..doors.files import read_text
from ..model import Fact, Vocabulary

__all__ = ["published", "records_schema"]

_FOLDERS = (("docs", "reference"), ("reference",))
"""Where the schemas lie below a knowledge base: in the source, and in an installed program."""
_NUMBER = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"


def published(root: Path, name: str) -> dict[str, Any] | None:
    """A published schema, its references within the components of an OpenAPI document; None where it is not there.

    Args:
        root: the folder of the program's own knowledge base.
        name: such as `answer`.
    """
    for folder in _FOLDERS:
        path = root.joinpath(*folder, f"{name}.schema.json")
        if path.is_file():
            found: dict[str, Any] = _placed(json.loads(read_text(path)), name)
            return {key: value for key, value in found.items() if key not in ("$id", "$schema")}
    return None


def _placed(part: Any, name: str) -> Any:
    if isinstance(part, dict):
        return {key: _reference(value, name) if key == "$ref" else _placed(value, name) for key, value in part.items()}
    return [_placed(one, name) for one in part] if isinstance(part, list) else part


def _reference(to: str, name: str) -> str:
    file, _, inside = to.partition("#")
    return f"#/components/schemas/{file.removesuffix('.json') or name}{inside}"


def records_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """What is sent: records of the known types, each with the facts that it can state."""
    kinds = [
        {
            "title": kind.label.en,
            "description": kind.label.zh,
            "type": "object",
            "required": ["type", "period"],
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "type": {"const": kind.id},
                "period": {"type": "string", "pattern": r"^(19|20)\d{2}$|^(19|20)\d{2}-\d{2}-\d{2}$"},
                "subject": {
                    "type": "object",
                    "properties": {name: {"type": ["string", "null"]} for name in ("name", "creditCode", "division")},
                },
                **{name: _fact(vocabulary.facts[name], vocabulary) for name in kind.facts},
            },
        }
        for kind in vocabulary.record_types.values()
    ]
    records = {"type": "array", "minItems": 1, "items": {"oneOf": kinds}}
    return {"type": "object", "required": ["records"], "properties": {"records": records}}


def _fact(fact: Fact, vocabulary: Vocabulary) -> dict[str, Any]:
    about = {"title": fact.label.en, "description": fact.label.zh}
    return {**about, "oneOf": [*_values(fact), {"type": "null"}]}


def _values(fact: Fact) -> list[dict[str, Any]]:
    codes: list[Any] = [int(code) if fact.datatype == "integer" else code for code in fact.codes]
    if fact.is_list:
        one = {"enum": codes} if codes else {"type": "string"}
        return [{"type": "array", "minItems": 1, "items": one}]
    if codes:
        return [{"enum": codes}]
    if fact.datatype in ("decimal", "integer"):
        return [{"type": "number" if fact.datatype == "decimal" else "integer"}, {"type": "string", "pattern": _NUMBER}]
    if fact.datatype == "boolean":
        return [{"type": "boolean"}]
    return [{"type": "string", "format": "date"} if fact.datatype == "date" else {"type": "string"}]
