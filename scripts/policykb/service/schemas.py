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
    """What is sent: records of the known types, and what each can state.

    A value that does not fit is told in the answer, with its mend, and is no fault of the call; so no value is typed.
    """
    kinds = vocabulary.record_types.values()
    names = [name for kind in kinds for name in dict.fromkeys((kind.id, kind.label.zh, kind.label.en))]
    columns = {name: {"title": text.en, "description": text.zh} for name, text in vocabulary.columns.items()}
    own = ("name", "creditCode", "division")
    facts = {name: _fact(vocabulary.facts[name]) for kind in kinds for name in kind.facts}
    properties = {
        **{name: about for name, about in columns.items() if name not in own},
        "type": {**columns["type"], "enum": names},
        "subject": {"properties": {name: columns[name] for name in own}},
        **facts,
    }
    record = {"type": "object", "required": ["type"], "properties": properties}
    records = {"type": "array", "minItems": 1, "items": record}
    return {"type": "object", "required": ["records"], "properties": {"records": records}}


def _fact(fact: Fact) -> dict[str, Any]:
    """A fact in words: its name, its unit or codes, and the types of records that state it."""
    kind = " | ".join(fact.codes) or f"{fact.datatype} {fact.unit or ''}".strip()
    return {"title": fact.label.en, "description": f"{fact.label.zh} ({kind}) · {', '.join(fact.record_types)}"}
