"""A fictional city and one of its districts: every scenario comes out as worked out by hand, in every engine alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cases_runner import read_cases, to_record
from column_tables import by_columns, by_sparql
from made import beside_the_shipped
from policykb.api import Policykb, load_policykb
from policykb.cli import app
from test_cases import seen

FIXTURE = Path(__file__).parent / "fixtures" / "two-documents"
CITY = "yunting-2024"
SLUGS = (CITY,)
CASES = {slug: list(read_cases(slug, FIXTURE / "tests" / "cases")) for slug in SLUGS}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with both documents beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module", params=SLUGS)
def kb(root: Path, request: pytest.FixtureRequest) -> Policykb:
    """One of the documents."""
    return load_policykb(root, request.param)


def test_scenarios(kb: Policykb) -> None:
    """The decision on each scenario is the one worked out by hand."""
    cases = CASES[kb.knowledge.policy]
    answer = kb.apply([to_record(case, number, kb.vocabulary) for number, case in enumerate(cases)])
    found: dict[str, dict[str | None, Any]] = {}
    for decision in answer.decisions:
        found.setdefault(decision.record, {})[decision.clause] = decision

    got, expected = {}, {}
    for number, case in enumerate(cases):
        name, mine = f"{case.file}: {case.name}", found[f"case-{number}"]
        expected[name] = case.expect
        if case.expect == "invalid-record":
            got[name] = "invalid-record" if {d.status for d in mine.values()} == {"invalid-record"} else mine
            continue
        got[name] = {
            clause: {key: seen(mine[clause], key) for key in keys}
            for clause, keys in case.expect.items()
            if clause in mine
        }
    assert got == expected


def test_engines_agree(kb: Policykb) -> None:
    """Both engines come to the same decision on every record and clause."""
    mine = [
        to_record(case, number, kb.vocabulary)
        for number, case in enumerate(CASES[kb.knowledge.policy])
        if case.expect != "invalid-record"
    ]

    assert by_columns(kb, mine) == by_sparql(kb, mine)


def test_every_clause_has_scenarios(kb: Policykb) -> None:
    """Each clause that concerns records is met in a scenario, and missed in one."""
    said: dict[str, set[str]] = {}
    for case in CASES[kb.knowledge.policy]:
        for clause, keys in case.expect.items() if isinstance(case.expect, dict) else ():
            said.setdefault(clause, set()).add(keys["status"])
    concerned = {name for name, clause in kb.book.clauses.items() if clause.record_type is not None}

    assert {
        name for name in concerned if not {"eligible", "not-eligible", "undetermined"} <= said.get(name, set())
    } == set()


@pytest.mark.proof
@pytest.mark.parametrize("slug", SLUGS)
def test_verified(root: Path, slug: str) -> None:
    """The verification accounts for every word and number of the text."""
    told = CliRunner().invoke(app, ["verify", "--root", str(root), "--policy", slug])

    assert told.exit_code == 0, told.stdout
