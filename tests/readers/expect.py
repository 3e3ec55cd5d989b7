"""Short forms of what the tests of the readers compare."""

from __future__ import annotations

from policykb.model import Finding, Record
from policykb.readers import Reading


def only(reading: Reading) -> Record:
    """The one record that was read."""
    (record,) = reading.records
    return record


def rules(findings: tuple[Finding, ...], severity: str = "error") -> list[str]:
    """The rules of the findings of a severity, in their order."""
    return [finding.rule for finding in findings if finding.severity == severity]
