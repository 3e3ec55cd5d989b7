"""Every scenario, decided over columns, comes out as by SPARQL: status, amounts, selection, missing facts."""

from __future__ import annotations

import pytest

from cases_runner import every_case, to_record
from column_tables import by_columns, by_sparql
from deciders import decider_with
from soaking import share

CASES = list(every_case())
GROUPS = sorted({(case.policy, case.overlays, case.as_of) for case in CASES}, key=str)


@pytest.mark.proof
@pytest.mark.parametrize("group", share(GROUPS, 4), ids=str)
def test_scenarios(group: tuple[str, tuple[str, ...], object]) -> None:
    """Both engines come to the same decision on every record and clause, under each reading and as-of day."""
    policy, overlays, day = group
    kb = decider_with(*overlays, policy=policy)
    mine = [
        to_record(case, number, kb.vocabulary)
        for number, case in enumerate(CASES)
        if (case.policy, case.overlays, case.as_of) == group and case.expect != "invalid-record"
    ]

    assert by_columns(kb, mine, day) == by_sparql(kb, mine, day)  # type: ignore[arg-type]
