"""Readiness for payment without application."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from policykb.api import Policykb
from policykb.reports.phrases import Phrases
from policykb.reports.readiness import QUERY, Element, by_clause

MONEY = {
    # scope, criteria, facts, amount, body: 1 where the element holds; each read against the text by hand.
    "art-01-growth": "10110",
    "art-01-volume": "11110",
    "art-01-rank": "11110",
    "art-02-exhibition": "00011",
    "art-05-warehouse": "11010",
    "art-05-platform-fee": "01000",
    "art-10-foreign-capital": "11000",
    "art-10-referral": "00010",
    "art-18-award": "11110",
    "art-26-platform": "01010",
    "art-26-top-team": "00000",
    "art-26-selected-team": "11000",
    "art-26-hire": "01010",
    "art-26-referral": "00010",
    "art-26-founder": "00000",
    "art-29-town": "00100",
}


@pytest.fixture(scope="module")
def found(shipped: Policykb) -> dict[str, tuple[Element, ...]]:
    return by_clause(shipped.ask(QUERY), Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh"))


def last(value: object) -> str:
    return str(value).rpartition("/")[2]


def test_each_clause_that_grants_money_has_its_five_elements(found: dict[str, tuple[Element, ...]]) -> None:
    """Over the whole document the elements hold and fail as a person worked them out."""
    assert {name: "".join("01"[one.holds] for one in elements) for name, elements in found.items()} == MONEY
    assert all(bool(one.faults) != one.holds for elements in found.values() for one in elements)


def test_readiness_agrees_with_the_other_queries(shipped: Policykb, found: dict[str, tuple[Element, ...]]) -> None:
    """Mechanical is what waits for no decision and has one sum in its own currency; awaited is what `approvals` says;
    no rule on a place in a ranking waits for anyone."""
    rows = list(shipped.ask(QUERY))
    stopped = {last(r["clause"]) for r in rows if r.get("why") in {"awaited", "ceiling", "floor", "unsettled"}}
    assert {last(r["clause"]) for r in shipped.ask("mechanical-clauses")} == set(found) - stopped
    awaited = {(last(r["clause"]), r["fact"], r["words"]) for r in shipped.ask("approvals") if r["waits"] == "awaited"}
    mine = {(last(r["clause"]), r["about"], r["words"]) for r in rows if r.get("why") == "awaited"}
    assert mine == {one for one in awaited if one[0] in found}
    ranked = {last(r["clause"]) for r in shipped.ask("rank-rules")} & set(found)
    assert ranked == {"art-01-rank", "art-18-award"}
    assert not ranked & stopped


def test_undefined_words_are_words_of_their_criterion(shipped: Policykb) -> None:
    """What is said to be undefined stands in the words of the criterion itself."""
    asked = "SELECT ?all ?part WHERE { ?c pkb:undefined ?part ; pkb:words ?all }"
    assert all(str(row["part"]) in str(row["all"]) for row in shipped.ask(asked))


def test_the_command_says_what_is_lacking() -> None:
    """`clauses --readiness` names the clause, what holds and what does not, with the words of the text."""
    from policykb.cli import program

    told = CliRunner().invoke(program(), ["clauses", "--readiness", "--lang", "zh"])
    assert told.exit_code == 0
    assert "第1条 进出口规模奖励：五项具备4项" in told.output
    assert "    只写了上限（“给予最高50%的补助，每年最高不超过5万元”）（读法 R5b-ceiling）" in told.output
    table = CliRunner().invoke(program(), ["clauses", "--readiness", "--format", "csv"])
    assert table.output.startswith("article,clause,title,element,holds,why,about,basis,words,reading")
