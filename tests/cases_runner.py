"""Read the scenario files: a case is a record, the overlays and day it is decided under, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policykb.model import Place, Record, Vocabulary

FOLDER = Path(__file__).parent / "cases"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as `yaml.safe_load`, by the C library where it is there."""


@dataclass(frozen=True)
class Case:
    """One scenario; `expect` maps clause ids to the keys asserted, or is the string invalid-record."""

    name: str
    file: str
    raw: dict[str, Any]
    expect: Any
    groups: dict[str, Any]
    overlays: tuple[str, ...]
    as_of: date | None

    @property
    def policy(self) -> str:
        """The document that it is about."""
        return self.file.partition("/")[0]


def every_case() -> Iterator[Case]:
    """All cases of all documents that ship."""
    for folder in sorted(path.parent.name for path in (FOLDER.parents[1] / "policy").glob("*/document.ttl")):
        yield from read_cases(folder)


def read_cases(policy: str, folder: Path = FOLDER) -> Iterator[Case]:
    """All cases of a policy document, file by file; `folder` holds those of several documents."""
    for path in sorted((folder / policy).rglob("*.yaml")):
        yield from _cases(path, str(path.relative_to(folder)))


@cache
def _cases(path: Path, file: str) -> tuple[Case, ...]:
    """The cases of a file, which many tests read."""
    return tuple(
        Case(
            name=case["case"],
            file=file,
            raw=case["record"],
            expect=case["expect"],
            groups=case.get("groups", {}),
            overlays=tuple(case.get("with", ())),
            as_of=case.get("as-of"),
        )
        for case in yaml.load(path.read_text(encoding="utf-8"), LOADER)
    )


def record_json(case: Case, number: int) -> dict[str, Any]:
    """The case's record as a JSON record, with the defaults filled in."""
    raw = dict(case.raw)
    subject = {"name": f"示例企业 {number}", **raw.pop("subject", {})}
    return {"id": f"case-{number}", "period": str(raw.pop("period", "2020")), "subject": subject, **raw}


def to_record(case: Case, number: int, vocabulary: Vocabulary) -> Record:
    """The case's record, typed as the vocabulary says; a value of a wrong kind stays as it is."""
    raw = record_json(case, number)
    subject = raw.pop("subject")
    known = {"id", "type", "period"}
    facts = {}
    for name, value in raw.items():
        if name in known or value is None:
            continue
        fact = vocabulary.facts.get(name)
        facts[name] = _typed(value, fact.datatype if fact else "string", bool(fact and fact.is_list))
    place = Place(case.file)
    return Record(
        raw["id"],
        raw["type"],
        raw["period"],
        subject.get("name"),
        subject.get("creditCode"),
        subject.get("division"),
        facts,
        place,
    )


def _typed(value: Any, datatype: str, is_list: bool) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if is_list:
        return (value,)
    try:
        if datatype == "decimal" and not isinstance(value, bool):
            return Decimal(str(value))
        if datatype == "date":
            return date.fromisoformat(str(value))
    except (ArithmeticError, ValueError):
        return value
    return value
