"""The published site decides every scenario as Python does."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from cases_runner import read_cases, record_json, to_record
from conftest import SITE
from deciders import decider_with
from policykb.model import Amount
from policykb.site.core import trimmed
from soaking import share

CASES = list(read_cases("szq-2020-12"))


def shown(amount: Amount | None) -> dict[str, Any] | None:
    """An amount as the browser writes it."""
    if amount is None:
        return None
    return {"min": str(amount.min), "max": None if amount.max is None else str(amount.max), "currency": amount.currency}


def in_python(numbers: list[int], overlays: tuple[str, ...], day: date | None) -> dict[str, Any]:
    """The decisions of Python, by record."""
    kb = decider_with(*overlays)
    answer = kb.apply([to_record(CASES[n], n, kb.vocabulary) for n in numbers], as_of=day)
    found: dict[str, Any] = {f"case-{n}": {"decisions": {}, "groups": {}} for n in numbers}
    for d in answer.decisions:
        found[d.record]["decisions"][d.clause or "invalid"] = {
            "status": d.status,
            "amount": shown(d.amount),
            "selected": d.selected,
            "suppressedBy": d.suppressed_by,
            "missing": sorted(d.missing),
            "awaiting": sorted(fact for fact, _ in d.awaiting),
            "fallback": d.fallback is not None,
            "criteria": {r.criterion.iri: r.truth for r in d.criteria},
        }
    for g in answer.groups:
        found[g.record]["groups"][g.group] = {"winner": g.winner, "amount": shown(g.amount)}
    return found


def in_browser(page: Any, numbers: list[int], overlays: tuple[str, ...], day: date | None) -> dict[str, Any]:
    """The decisions of the self-check's own engine, by record."""
    records = [record_json(CASES[n], n) for n in numbers]
    text = json.dumps(records, default=str)
    answers = page.evaluate(
        "([text, day, readings]) => policykb.decide(JSON.parse(text), day, readings)",
        [text, day.isoformat() if day else None, list(overlays)],
    )
    found: dict[str, Any] = {}
    for answer in answers:
        decisions = {d.pop("clause"): d for d in answer["decisions"]}
        for d in decisions.values():
            d.pop("remarks")
            d.setdefault("fallback", False)
        groups = {g.pop("group"): g for g in answer["groups"]}
        found[answer["record"]["id"]] = {"decisions": decisions, "groups": groups, "findings": answer["findings"]}
    return found


def test_every_scenario(visit: Any) -> None:
    """Status, amount, winner, missing facts and every criterion are the same for all scenario files.

    Every third scenario is decided with every change, and all of them with POLICYKB_SOAK.
    """
    batches: dict[tuple[tuple[str, ...], date | None], list[int]] = defaultdict(list)
    for number, case in share(list(enumerate(CASES)), 3):
        batches[(case.overlays, case.as_of)].append(number)
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    one.open("check.html", ready="#pkb-check[data-ready]")

    different = []
    for (overlays, day), numbers in batches.items():
        python, browser = in_python(numbers, overlays, day), in_browser(one.page, numbers, overlays, day)
        for n in numbers:
            mine, theirs = python[f"case-{n}"], browser[f"case-{n}"]
            invalid = "invalid" in mine["decisions"]
            if invalid != bool(theirs["findings"]):
                different.append((CASES[n].name, "validity", theirs["findings"]))
            elif not invalid:
                for clause, decision in mine["decisions"].items():
                    if decision != theirs["decisions"][clause]:
                        different.append((CASES[n].name, clause, decision, theirs["decisions"][clause]))
                if mine["groups"] != theirs["groups"]:
                    different.append((CASES[n].name, mine["groups"], theirs["groups"]))
    assert different == []
    assert "oxigraph.core.bin" in asked
    assert "oxigraph.bin" not in asked


@pytest.mark.parametrize("gone", [3, 11])
def test_core_with_gaps(visit: Any, gone: int) -> None:
    """Whatever the core lacks, the page decides as Python does: with the whole engine, which it then loads."""
    whole = gzip.decompress((SITE / "assets" / "kb" / "oxigraph.bin").read_bytes())
    core = gzip.compress(trimmed(whole, [n for n in range(len(whole)) if n % 50 != gone]), 1)
    numbers = [n for n, case in enumerate(CASES) if not case.overlays and case.as_of is None][::40]
    one = visit()
    one.page.route("**/oxigraph.core.bin", lambda route: route.fulfill(body=core))
    one.open("check.html", ready="#pkb-check[data-ready]")
    browser = in_browser(one.page, numbers, (), None)

    for name, found in in_python(numbers, (), None).items():
        if "invalid" not in found["decisions"]:
            assert browser[name]["decisions"] == found["decisions"]
