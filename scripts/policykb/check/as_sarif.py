"""Findings as SARIF 2.1.0, the OASIS standard for results of analysis that editors and code hosts display."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..doors.outgoing import json_text
from ..law.rules import RuleBook
from ..model import Finding, Lang, Place
from ..version import __version__
from .run import CheckReport, Located

__all__ = ["sarif", "to_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_TAGS = {"zh": "zh-CN", "en": "en"}
_LINES = (".csv", ".tsv", ".txt")


def to_sarif(report: CheckReport, book: RuleBook, lang: Lang) -> str:
    """The report as SARIF text, ending in a newline."""
    return json_text(json.dumps(sarif(report, book, lang), ensure_ascii=False, indent=2)) + "\n"


def sarif(report: CheckReport, book: RuleBook, lang: Lang) -> dict[str, Any]:
    """The report as one SARIF log with one run.

    Args:
        report: what was found.
        book: the rules, for the articles.
        lang: the language of messages; the other one stands in each result's properties.
    """
    first: dict[str, Finding] = {}
    for located in report.findings:
        first.setdefault(located.finding.rule, located.finding)
    order = {rule: position for position, rule in enumerate(first)}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "policykb",
                        "version": __version__,
                        "language": _TAGS[lang],
                        "rules": [_rule(finding, lang) for finding in first.values()],
                    }
                },
                "language": _TAGS[lang],
                "columnKind": "unicodeCodePoints",
                "artifacts": [{"location": {"uri": _uri(file)}} for file in report.files],
                "results": [_result(located, order, book, lang) for located in report.findings],
                "properties": {
                    "records": sum(report.records.values()),
                    "invalidRecords": sum(report.invalid.values()),
                    "findingsLeftOut": report.left_out,
                },
            }
        ],
    }


def _rule(finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.message.get(lang)},
        "help": {"text": finding.mend.get(lang) or finding.message.get(lang)},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _result(located: Located, order: dict[str, int], book: RuleBook, lang: Lang) -> dict[str, Any]:
    finding = located.finding
    other: Lang = "en" if lang == "zh" else "zh"
    properties = {
        "value": finding.value,
        "record": finding.record,
        "fact": finding.fact,
        "mend": finding.mend.get(lang),
        f"message-{other}": finding.message.get(other),
        f"mend-{other}": finding.mend.get(other),
        "clauses": list(located.clauses),
        "articles": sorted({book.clauses[name].article for name in located.clauses}),
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": order[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message.get(lang)} {finding.mend.get(lang)}".strip()},
        "locations": [_location(finding.place)],
        "properties": {name: value for name, value in properties.items() if value not in (None, [])},
    }


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.row is not None and Path(place.file).suffix.lower() in _LINES:
        physical["region"] = {"startLine": place.row}
    found: dict[str, Any] = {"physicalLocation": physical}
    parts = [place.sheet, place.cell or (None if place.row is None else str(place.row)), place.column]
    names = [part for part in parts if part]
    if names:
        found["logicalLocations"] = [{"name": names[-1], "fullyQualifiedName": " / ".join(names)}]
    return found


def _uri(file: str) -> str:
    return quote(Path(file).as_posix(), safe="/~:") if not Path(file).is_absolute() else Path(file).as_uri()
