"""The queries that a knowledge base brings: none may be lost, and what they come to is whole, or else refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documentation import ROOT
from policykb.api import Policykb
from policykb.engines.sparql import SparqlEngine
from policykb.errors import KnowledgeError
from policykb.law.steps import Step, read_steps
from policykb.law.tokens import FETCHING, STEPS, beyond, fetches, refuse_unfit

PROCEDURES = ("complete", "decide", "joint", "doubt")
QUERIES = [path.name for path in sorted((ROOT / "queries").glob("*.rq")) if path.name.startswith(PROCEDURES)]


@pytest.mark.proof
@pytest.mark.parametrize("name", QUERIES)
def test_a_lost_step_is_named(name: str, tmp_path: Path) -> None:
    """A folder that lacks one query of a procedure is refused with the name of that query, and with no other."""
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    (tmp_path / "queries" / name).unlink()
    procedure = name.partition("-")[0]

    with pytest.raises(KnowledgeError) as refused:
        read_steps(tmp_path, procedure)

    assert [one for one in QUERIES if one in refused.value.say("zh")] == [name]
    for other in PROCEDURES:
        assert other == procedure or read_steps(tmp_path, other) == read_steps(ROOT, other)


@pytest.mark.parametrize(
    ("more", "id"),
    [
        ("{" * 120, "query-too-deep"),
        ("(" * 100_000, "query-too-deep"),
        ("FILTER(" + "!" * 50_000, "query-too-deep"),
        ("OPTIONAL { } " * 600, "query-too-many-steps"),
        ("#" + "x" * 1_000_000, "query-too-long"),
    ],
)
@pytest.mark.parametrize("name", [f"{procedure}-99-more.rq" for procedure in PROCEDURES])
def test_a_step_that_no_engine_can_read_is_refused(name: str, more: str, id: str, tmp_path: Path) -> None:
    """What would end the process while the engine parses it is refused before, with the place."""
    shutil.copytree(ROOT / "queries", tmp_path / "queries")
    (tmp_path / "queries" / name).write_text(f"# step   construct\nSELECT * WHERE {{\n{more}", encoding="utf-8")

    with pytest.raises(KnowledgeError) as refused:
        read_steps(tmp_path, name.partition("-")[0])

    assert refused.value.id == id
    assert name in refused.value.say("en")


PIECES = (
    *sorted(STEPS), *FETCHING, *(word.lower() for word in FETCHING), "true", "SERV", "ICE", "x:", "<http://a/", ">",
    *"(){}[]!-+^.;,|\"'#\n \\", '"""', "\\u0053", "?a", "7.5", "ſervice", "loa", "d",
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from((1, 1, 1, 3, 60, 101, 700))), max_size=8))
def test_no_short_cut_lets_a_query_pass(pieces: list[tuple[str, int]]) -> None:
    """A query of a knowledge base is refused exactly where its tokens are beyond a limit or fetch something."""
    text = "".join(piece * times for piece, times in pieces)
    try:
        refuse_unfit.__wrapped__(text, "somewhere")
    except KnowledgeError as fault:
        assert fault.id == (beyond(text) or "query-fetches")
    else:
        assert beyond(text) is None and not fetches(text)


def attempt(kb: Policykb, name: str, old: str, new: str) -> str | None:
    """What deciding the sample district is refused for, where one step says something else; nothing where it is not."""
    engine = SparqlEngine(kb.book)
    engine.steps = tuple(_changed(step, old, new) if step.name == name else step for step in engine.steps)
    assert name in {step.name for step in engine.steps}
    records = kb.read(ROOT / "docs/examples/district-2020.json").records[::4]
    try:
        engine.decide(records)
    except KnowledgeError as fault:
        return fault.say("en")
    return None


def _changed(step: Step, old: str, new: str) -> Step:
    assert old in step.text
    return replace(step, text=step.text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("decide-90-decisions", "policykb/run#", "policykb/ran#", "come to nothing for “art-"),
        ("decide-91-criteria", "policykb/run#", "policykb/ran#", "come to nothing for “http"),
        ("decide-90-decisions", "?status", "?state", "cannot be read"),
        ("decide-93-selection", "?clause", "?klause", "cannot be read"),
    ],
)
def test_what_leaves_out_a_decision_is_refused(shipped: Policykb, name: str, old: str, new: str, said: str) -> None:
    """Queries that give no decision for a clause, no truth for a criterion, or no such column give no answer at all."""
    assert said in (attempt(shipped, name, old, new) or "")


@pytest.mark.proof
@pytest.mark.parametrize("old", ["policykb/run#", "?clause", "?record", "0"])
@pytest.mark.parametrize("name", [one.removesuffix(".rq") for one in QUERIES if one.startswith("decide")])
def test_whatever_a_step_says_ends_in_outcomes_or_a_message(shipped: Policykb, name: str, old: str) -> None:
    """No change to a deciding query ends in what the program did not foresee."""
    if old in (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8"):
        attempt(shipped, name, old, {"0": "7"}.get(old, f"{old[:-1]}x{old[-1]}"))
