"""Findings as JSON: a summary and every finding, in both languages."""

from __future__ import annotations

import json
from typing import Any

from ..doors.outgoing import json_text
from ..law.rules import RuleBook
from .run import CheckReport, Located

__all__ = ["report_json", "to_json"]


def to_json(report: CheckReport, book: RuleBook) -> str:
    """The report as JSON text, two-space indented, ending in a newline."""
    return json_text(json.dumps(report_json(report, book), ensure_ascii=False, indent=2)) + "\n"


def report_json(report: CheckReport, book: RuleBook) -> dict[str, Any]:
    """The report as plain lists and dictionaries."""
    return {
        "summary": {
            "files": list(report.files),
            "records": sum(report.records.values()),
            "invalidRecords": sum(report.invalid.values()),
            "recordsByType": dict(report.records),
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
            "rules": [
                {"rule": rule, "severity": severity, "count": number}
                for (rule, severity), number in report.rules.items()
            ],
            "clauses": [
                {"clause": name, "article": book.clauses[name].article, "findings": number}
                for name, number in report.clauses.items()
            ],
            "leftOut": report.left_out,
        },
        "findings": [_finding(located, book) for located in report.findings],
    }


def _finding(located: Located, book: RuleBook) -> dict[str, Any]:
    finding = located.finding
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "file": place.file,
        "sheet": place.sheet,
        "row": place.row,
        "column": place.column,
        "cell": place.cell,
        "value": finding.value,
        "record": finding.record,
        "type": located.type,
        "fact": finding.fact,
        "message": {"zh": finding.message.zh, "en": finding.message.en},
        "mend": {"zh": finding.mend.zh, "en": finding.mend.en},
        "clauses": list(located.clauses),
        "articles": sorted({book.clauses[name].article for name in located.clauses}),
    }
