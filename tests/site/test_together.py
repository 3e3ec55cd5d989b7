"""The self-check over several documents: as on the command line in each period, and said to be made up."""

from __future__ import annotations

import base64
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from cases_runner import read_cases, record_json
from conftest import ROOT, SITE
from policykb.law.load import policies, standing
from policykb.shelf import load_documents
from policykb.site.form import situations_of
from policykb.site.shelf import together
from readers import READY, Reader
from soaking import share
from test_new_amounts import unpacked
from together import TOGETHER, of_one

expect = pytest.importorskip("playwright.sync_api").expect
expect.set_options(timeout=30_000)

PAGE = "examples/check.html"
EXAMPLES = [slug for slug in policies(ROOT) if slug not in standing(ROOT)]
YEARS = ("2024", "2026")
"""Before the amendment of one of the documents, and after it."""
SOME = share(TOGETHER, 6)
"""Every sixth scenario over both; `test_together_in_browser` has all of them, on the engine alone."""
HEADLINE = "[...document.querySelectorAll('.pkb-summary p')].map((line) => line.textContent)"


@pytest.fixture(scope="module")
def kb() -> Any:
    """Both examples together, as `--policy A,B` loads them."""
    return load_documents(ROOT, ",".join(EXAMPLES))


def packed(records: list[dict[str, Any]], chosen: list[str], year: str) -> str:
    """The address of a form that is filled in with these records of one subject."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        facts = {key: value for key, value in one.items() if key not in ("id", "type", "period", "subject")}
        typed = {key: value if isinstance(value, bool) else str(value) for key, value in facts.items()}
        entries.setdefault(one["type"], []).append(typed)
    subject = {"name": records[0]["subject"]["name"], "division": records[0]["subject"].get("division", "")}
    state = {"chosen": chosen, "year": year, "entries": entries, **subject}
    return base64.urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip("=")


def shown(lines: list[str]) -> list[str]:
    """The least and the most that the headline of the English page shows."""
    low = next((line for line in lines if line.startswith("RMB ") and line.endswith(" so far")), "0")
    high = next((line for line in lines if line.startswith("Up to ")), low)
    return [f"{Decimal(re.sub(r'[^0-9.]', '', line)):.2f}" for line in (low, high)]


def test_totals(visit: Any, kb: Any) -> None:
    """Scenarios of both documents come to what was worked out by hand, and to what `apply` says in each year."""
    content = next(one for one in together(ROOT) if one.check == PAGE)
    situations = [(one["id"], one["type"]) for one in situations_of(content, content.kb.book)]
    one = visit()
    one.open(f"en/{PAGE}", ready=READY)
    found: dict[str, dict[str, list[str]]] = {year: {} for year in YEARS}
    on_command_line: dict[str, dict[str, list[str]]] = {year: {} for year in YEARS}
    for year in YEARS:
        for number, case in enumerate(SOME):
            name = f"{number} in {year}"
            own = [{**record, "period": year} for record in of_one(number, case)]
            records = [{**record, "subject": {**record["subject"], "name": name}} for record in own]
            types = {record["type"] for record in records}
            address = packed(records, [id_ for id_, type_ in situations if type_ in types], year)
            one.page.evaluate("at => { location.hash = `a=${at}` }", address)
            one.until("name => document.querySelector('.pkb-results-title')?.textContent === name", name)
            found[year][case["case"]] = shown(one.page.evaluate(HEADLINE))
            (subject,) = kb.apply(records).enterprises
            total = subject.total.get("CNY")
            on_command_line[year][case["case"]] = [str(total.min), str(total.max)] if total else ["0.00", "0.00"]
    assert found == on_command_line
    assert found["2024"] == {case["case"]: case["total"] for case in SOME}


def test_scenario_files(visit: Any, kb: Any) -> None:
    """What scenario files state is decided as `apply` decides it, in its own period and after the amendment."""
    every = [case for slug in EXAMPLES for case in read_cases(slug) if case.as_of is None and not case.overlays]
    cases = share(every, 8)
    records = [record_json(case, number) for number, case in enumerate(cases)]
    one = visit()
    one.open(PAGE, ready=READY)
    by_period: dict[str, list[dict[str, Any]]] = {}
    for record in [*records, *({**record, "period": "2026"} for record in records if record["period"] != "2026")]:
        by_period.setdefault(record["period"], []).append(record)
    different, count = [], 0
    for period, mine in by_period.items():
        text = json.dumps(mine, default=str)
        answers = one.page.evaluate("text => policykb.decide(JSON.parse(text))", text)
        browser = {
            (answer["record"]["id"], each["clause"]): (each["status"], each["amount"], each["missing"])
            for answer in answers
            for each in answer["decisions"]
        }
        answer = kb.apply(json.loads(text))
        slug = "" if "," in answer.receipt.policy else f"{answer.receipt.policy}/"
        for d in answer.decisions:
            if d.clause is not None:
                ends = d.amount and {"min": str(d.amount.min), "max": d.amount.max and str(d.amount.max)}
                amount = d.amount and ends | {"currency": d.amount.currency}
                count += 1
                if browser.get((d.record, slug + d.clause)) != (d.status, amount, sorted(d.missing)):
                    different.append((period, d, browser.get((d.record, slug + d.clause))))
    assert different[:3] == []
    assert count > 500


def test_by_hand(visit: Any) -> None:
    """The higher of two documents is had, each award with its article; from 2026 on a repealed one is not."""
    one = visit(width=360, height=740)
    reader = Reader(one, "en/", PAGE).choose("yunting-2024/art-16-abroad", "Exhibition", "TalentArrival")
    everyone = {"registeredInCity": True, "legalPerson": True, "dishonest": False, "seriousAccident": False}
    everyone |= {"underInvestigation": False}
    one.page.select_option("#field-year", "2025")
    reader.settle().answer("BusinessYear", {**everyone, "tripsAbroad": "3"})
    reader.answer("Exhibition", {"overseas": True, "filedWithBureau": True, "boothFeeCNY": "30000"})
    reader.answer("TalentArrival", everyone | {"employedFullTime": True, "talentTitle": "national"})
    reader.answer("TalentArrival", {"talentBorn": "1985-01-01"})

    booth = one.page.locator('[data-clause="qitang-2024/art-11-booth"]')
    expect(booth.locator(".pkb-cite").first).to_have_text(
        "Measures of Qitang District to carry out the industrial policy of Yunting City, part 3 (1)"
    )
    expect(booth).to_contain_text("Only the highest is paid: City aid for exhibitions abroad, RMB 30,000")
    sums = {}
    for year in ("2024", "2025", "2026", "2027"):
        one.page.select_option("#field-year", year) if year != "2027" else one.page.evaluate(
            "document.querySelector('.pkb-form > details').open = true"
        )
        if year == "2027":
            one.page.fill("#field-period", year)
        reader.settle()
        sums[year] = reader.sums()[1:]
    assert sums == {
        "2024": ["RMB 30,000 so far"],
        "2025": ["RMB 160,000 so far"],
        "2026": ["RMB 30,000 so far"],
        "2027": [],
    }
    notes = one.page.locator(".pkb-results > .pkb-note-line").all_inner_texts()
    assert [note.partition(": ")[2] for note in notes] == [
        "Outside the period covered; through 31 December 2026",
        "Outside the period covered; three years from 1 January 2024",
    ]
    assert one.page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("", "这里的文件都是虚构的示例，不适用于任何真实的企业。"),
        ("en/", "The documents here are made up as examples and apply to no real enterprise."),
    ],
)
def test_made_up(lang: str, words: str) -> None:
    """The page says that its documents are made up, and no search finds it; the self-check of the site knows none."""
    page = (SITE / lang / PAGE).read_text(encoding="utf-8")
    own = (SITE / lang / "check.html").read_text(encoding="utf-8")
    assert words in page
    assert words not in own and "data-of=" not in own and PAGE not in own
    index = (SITE / lang / "search" / "search_index.json").read_text(encoding="utf-8")
    assert f'"location":"{PAGE}' not in index and '"location":"check.html' in index
    links = re.findall(
        r'href="([^"]*check\.html[^"]*)"', (SITE / lang / "yunting-2024/clauses/art-09-talent.html").read_text("utf-8")
    )
    assert "../../examples/check.html#type=TalentArrival" in links
    data = unpacked((SITE / "assets/kb/data.js").read_bytes())
    assert [slug for slug in EXAMPLES if slug in data] == []
