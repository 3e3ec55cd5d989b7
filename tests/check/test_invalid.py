"""The corpus of malformed inputs: each leads to the finding it must lead to, and none to “not eligible”."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from deciders import decider_with
from made_inputs import Case, read_inputs
from policykb.check import Located, run_check
from policykb.errors import InputError
from policykb.model import Finding

CASES = read_inputs()


def place(finding: Finding) -> str | None:
    """The cell of a finding, its row, or the item it is about."""
    if finding.place.cell is not None:
        return finding.place.cell
    is_table = finding.place.file.endswith((".csv", ".xlsx"))
    if is_table and finding.place.row is not None:
        return f"row {finding.place.row}"
    return finding.place.column


def told(located: Located) -> tuple[str, str, str | None, str | None]:
    """A finding as the corpus states it."""
    finding = located.finding
    return finding.severity, finding.rule, place(finding), finding.value


def test_the_corpus_is_large_and_mixed() -> None:
    """At least 120 inputs, in every format, each with a title of its own."""
    titles = Counter((case.group, case.title) for case in CASES)
    formats = {case.suffix for case in CASES}

    assert len(CASES) >= 120
    assert [title for title, number in titles.items() if number > 1] == []
    assert formats >= {".csv", ".json", ".jsonld", ".ttl", ".xlsx"}


@pytest.mark.parametrize("case", [c for c in CASES if c.expected], ids=lambda c: f"{c.group}: {c.title}")
def test_one_mistake_one_finding(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The finding is exactly the expected one, at its place; an error leaves the record undecided."""
    monkeypatch.chdir(tmp_path)
    path = Path(case.build(tmp_path).name)
    kb = decider_with()
    strict = bool(case.given.get("strict"))
    report = run_check(kb, [path], strict=strict)
    also = case.given.get("also", [])
    found = [told(located) for located in report.findings if located.finding.rule not in also]

    assert found == [case.expected]
    if case.given.get("contradicts"):
        return  # the record itself says no
    answer = kb.apply(kb.read([path], strict=strict))
    statuses = {decision.status for decision in answer.decisions}
    assert "not-eligible" not in statuses
    if case.expected[0] == "error":
        assert "invalid-record" in statuses


@pytest.mark.parametrize("case", [c for c in CASES if c.refused], ids=lambda c: f"{c.group}: {c.title}")
def test_a_file_that_cannot_be_used_is_refused(case: Case, tmp_path: Path) -> None:
    """The message says what is wrong with the file, where, and what to do, in both languages."""
    path = case.build(tmp_path)
    assert case.refused is not None
    error, zh, en = case.refused

    with pytest.raises(InputError) as caught:
        run_check(decider_with(), [path])
    assert caught.value.id == error
    assert zh in caught.value.say("zh") and en in caught.value.say("en")
    assert str(path) in caught.value.where.zh and str(path) in caught.value.where.en
    assert caught.value.mend.zh and caught.value.mend.en
