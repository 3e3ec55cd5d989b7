"""The built site in Chromium: no foreign request, no fault, accessible, searchable, and working from a folder."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policykb.ask.library import read_library
from policykb.ask.local import ask_store
from policykb.law.load import policies, standing
from policykb.readers import read_records
from policykb.site.content import load_content
from policykb.site.pages.queries import in_language, runnable
from readers import READY, Reader
from soaking import share

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
expect.set_options(timeout=30_000)

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
AXE = ROOT / ".cache" / "site" / "node_modules" / "axe-core" / "axe.min.js"
EXAMPLE = next(slug for slug in policies(ROOT) if slug not in standing(ROOT))
"""A document that is made up; its pages lie below its own path."""
TOGETHER = "examples/check.html"
KINDS = {
    "index.html": None,
    "document.html": None,
    "chapters/1.html": None,
    "articles/01.html": None,
    "articles/10.html": None,
    "clauses/index.html": None,
    "clauses/art-01-volume.html": None,
    "clauses/art-01-highest.html": None,
    "facts/index.html": None,
    "facts/EnterpriseYear.html": None,
    "readings.html": None,
    "bodies.html": None,
    "map.html": None,
    "charts.html": None,
    "queries.html": None,
    "ledger.html": None,
    "commands.html": None,
    "api.html": None,
    "reference/schemes.html": None,
    "reference/terms.html": None,
    "reference/shapes.html": None,
    "licences.html": None,
    "desk.html": None,
    "changelog.html": None,
    "how-to/enterprise.html": None,
    "shelf.html": None,
    "side-by-side.html": None,
    **{f"{EXAMPLE}/{name}.html": None for name in ("document", "articles/12", "clauses/index")},
    "404.html": None,
    "check.html": "#pkb-check[data-ready]",
    TOGETHER: READY,
    "playground.html": "#pkb-playground[data-ready]",
}
"""One page of each kind, with what to wait for."""


@pytest.mark.parametrize("lang", ["", "en/"])
def test_accessible(visit: Any, lang: str) -> None:
    """No page kind breaks WCAG 2.1 A or AA, in the light scheme nor in the dark one, and none shows a fault.

    Of each kind the page in one of the languages is looked at with every change: what differs are the words. With
    POLICYKB_SOAK it is in both.
    """
    one = visit()
    script = AXE.read_text(encoding="utf-8")
    one.page.emulate_media(reduced_motion="reduce")
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    broken_rules = "only => axe.run({runOnly: only, resultTypes: ['violations']}).then((found) => found.violations)"
    found = []
    for path, ready in share(list(KINDS.items()), 2, 1 if lang else 0):
        one.open(lang + path, ready=ready)
        if path == "check.html":
            Reader(one, lang).choose("art-01-growth", "Exhibition").example()
        if path == TOGETHER:
            Reader(one, lang, path).choose("yunting-2024/art-16-abroad", "Exhibition").example()
        one.page.evaluate(script)
        light = one.page.evaluate(broken_rules, levels)
        one.page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
        # What a scheme changes is colour.
        dark = one.page.evaluate(broken_rules, ["color-contrast"])
        for scheme, violations in (("light", light), ("dark", dark)):
            for broken in violations:
                found.append((lang + path, scheme, broken["id"], [node["html"][:160] for node in broken["nodes"]][:2]))
    assert found == []


@pytest.mark.parametrize(
    ("lang", "query", "first"),
    [
        ("", "海外仓", {"海外仓"}),
        ("", "一带一路", {"一带一路"}),
        ("", "30万元", {"30万元", "30 万元"}),
        ("", "就高", {"就高"}),
        ("", "500万", {"500 万元", "500万元"}),
        ("", "怎么申请", {"怎么申请"}),
        ("", "截止日期", {"截止日期"}),
        ("", "对年度进出口额居全区前三位的企业给予一次性奖励 15 万元。", {"居全区前三位"}),
        ("en/", "deadline", {"deadline"}),
        ("en/", "warehouse", {"arehouse"}),
        ("en/", "foreign capital", {"oreign"}),
    ],
)
def test_search(visit: Any, lang: str, query: str, first: set[str]) -> None:
    """The search finds whole Chinese words, sums, and English words; the first hit is about what was asked."""
    one = visit()
    one.open(f"{lang}index.html?q={query}", ready=".md-search-result__item")

    shown = one.page.locator(".md-search-result__item").all_inner_texts()
    hits = [hit.replace("\u200b", "") for hit in shown]
    assert hits and any(word in hits[0] for word in first), hits[:3]


def test_the_self_check(visit: Any) -> None:
    """Filled in by hand, the form answers with amount, shortfall and fewer questions, and its file is a record."""
    one = visit()
    reader = Reader(one).choose("art-01-growth")
    page, kind = one.page, "EnterpriseYear"
    asked = len(reader.asked(kind))

    page.locator(".pkb-scale label", has_text="万元").click()
    reader.answer(kind, {"producer": True, "tradeCNY": "499"})
    expect(page.locator('[data-clause="art-01-growth"] .pkb-gap')).to_contain_text("还差 1万元")
    reader.answer(kind, {"tradeCNY": "500", "tradeUSD": "70", "priorTradeUSD": "60", "tradeRank": "9"})
    expect(page.locator('[data-clause="art-01-growth"] .pkb-card-amount')).to_contain_text("2,000")
    assert len(reader.asked(kind)) < asked

    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载数据").click()
    saved = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    path = Path(waiting.value.path()).with_suffix(".json")
    path.write_text(json.dumps(saved), encoding="utf-8")
    content = load_content(ROOT)
    reading = read_records([path], content.kb.vocabulary)
    decision = next(d for d in content.kb.apply(reading).decisions if d.clause == "art-01-growth")
    assert decision.amount is not None and decision.amount.max == Decimal("2000.00")

    before = reader.sums()
    page.get_by_role("button", name="清空", exact=True).click()
    page.locator(".pkb-form input[type=file]").set_input_files(path)
    expect(page.locator(".pkb-sum").first).to_have_text(before[1])


@pytest.mark.parametrize("lang", ["", "en/"])
def test_every_situation(visit: Any, lang: str) -> None:
    """Each situation has an example that something applies to; the readings of its type can be tried together.

    In Chinese every second is tried with every change, in English every fourth.
    """
    one = visit()
    one.open(f"{lang}check.html", ready=READY)
    without = []
    names = one.page.locator(".pkb-begin input[type=checkbox]").evaluate_all("all => all.map((box) => box.value)")
    for name in share(names, 4 if lang else 2, 1 if lang else 0):
        one.page.evaluate("localStorage.clear()")
        reader = Reader(one, lang).choose(name).example()
        if not one.page.locator(".pkb-results .pkb-eligible").count():
            without.append(name)
        for box in one.page.locator(".pkb-reading input").all():
            # One that cannot stand beside those chosen before is barred.
            if box.is_enabled():
                box.evaluate("box => { box.checked = true; box.dispatchEvent(new Event('change')); }")
        reader.settle()
        expect(one.page.locator(".pkb-results .pkb-summary")).to_have_count(1)
    assert without == []


def test_the_playground(visit: Any) -> None:
    """Every library query that runs on the graph alone gives as many rows in the browser as in Python."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    content = load_content(ROOT)
    queries = [query for query in read_library(content.kb.knowledge.root) if query.group != "decisions"]
    expected = {
        query.name: len(ask_store(content.graph, in_language(query, "zh"), {}).rows)
        for query in queries
        if query.form == "SELECT" and runnable(query)
    }

    seen = {}
    for number, query in enumerate(queries):
        if query.name not in expected:
            continue
        one.page.select_option("#pkb-library", str(number))
        expect(one.page.locator(".pkb-answer")).not_to_contain_text("正在运行")
        seen[query.name] = int(one.page.locator(".pkb-answer [role=status]").inner_text().split(" ")[0])
    assert seen == expected
    assert all(expected.values())


def test_a_share_link_runs_its_query_and_nothing_else(visit: Any) -> None:
    """A share link fills in its query and runs it, guarded like any other; markup in it stays text."""
    one = visit()
    query = 'SELECT ("<img src=x onerror=window.hit=1>" AS ?x) {}'
    one.page.goto(f"{one.base}playground.html")
    address = one.page.evaluate("q => location.href.split('#')[0] + '#query=' + encodeURIComponent(q)", query)
    one.page.goto("about:blank")
    one.page.goto(address)
    one.page.wait_for_selector("#pkb-playground[data-ready]", state="attached")
    one.page.wait_for_selector(".pkb-answer td")

    assert one.page.locator(".pkb-answer td").first.inner_text() == "<img src=x onerror=window.hit=1>"
    assert one.page.evaluate("window.hit") is None


def test_a_runaway_query_is_stopped(visit: Any) -> None:
    """A query that takes too long is stopped, the page says so, and the next one runs."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    one.page.evaluate("location.hash = ''")
    editor = one.page.locator(".CodeMirror").first
    editor.evaluate("(e) => e.CodeMirror.setValue('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')")
    one.page.get_by_role("button", name="运行").click()
    one.page.wait_for_selector(".pkb-answer .pkb-wrong", timeout=60_000)
    editor.evaluate("(e) => e.CodeMirror.setValue('SELECT (1 AS ?n) {}')")
    one.page.get_by_role("button", name="运行").click()

    one.page.wait_for_selector(".pkb-answer td")


def test_a_new_query_takes_over_from_one_that_runs(visit: Any) -> None:
    """Asked while another query runs, the new one is answered, and the other's time limit does not end it."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    editor = one.page.locator(".CodeMirror").first
    editor.evaluate("(e) => e.CodeMirror.setValue('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')")
    one.page.get_by_role("button", name="运行").click()
    editor.evaluate("(e) => e.CodeMirror.setValue('SELECT (3 AS ?n) {}')")
    one.page.get_by_role("button", name="运行").click()

    expect(one.page.locator(".pkb-answer td")).to_have_text("3")
    one.page.wait_for_timeout(11_000)
    expect(one.page.locator(".pkb-answer td")).to_have_text("3")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "还没有写查询"),
        ("PREFIX select: <urn:x> DELETE WHERE { ?s ?p ?o }", "不能改动图谱"),
        ("SELECT * { SERVICE <urn:other> { ?s ?p ?o } }", "不能用 SERVICE"),
        ("SELECT ?x { ?x a }", "查询有误"),
        ("SELECT * " + "{" * 3000 + "?s ?p ?o" + "}" * 3000, "嵌套超过 100 层"),
        ("SELECT * { FILTER(" + "!" * 3000 + "true) }", "嵌套超过 100 层"),
        ("SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 501 + "}", "超过 500 个"),
    ],
)
def test_why_a_query_is_not_answered(visit: Any, query: str, said: str) -> None:
    """The page says in its own language what is wrong with a query."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    one.page.locator(".CodeMirror").first.evaluate("(e, text) => e.CodeMirror.setValue(text)", query)
    one.page.get_by_role("button", name="运行").click()

    expect(one.page.locator(".pkb-answer [role=alert]")).to_contain_text(said)


def test_a_query_may_name_its_graphs(visit: Any) -> None:
    """FROM a graph that is not there finds nothing, although without it everything is asked."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    editor = one.page.locator(".CodeMirror").first
    for text, found in (("ASK FROM <urn:none> { ?s ?p ?o }", "否"), ("ASK { ?s ?p ?o }", "是")):
        editor.evaluate("(e, text) => e.CodeMirror.setValue(text)", text)
        one.page.get_by_role("button", name="运行").click()
        expect(one.page.locator(".pkb-answer")).to_contain_text(found)


def test_the_policy_forbids_inline_scripts(browser: Any, base: str) -> None:
    """Over a server, a script that was not built into the page does not run."""
    page = browser.new_page()
    page.goto(f"{base}index.html")
    add = "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hit = 1'}))"
    page.evaluate(f"() => {{ {add} }}")
    assert page.evaluate("window.hit") is None
    page.close()


def test_from_a_folder(visit: Any) -> None:
    """Opened as files, search, self-check, playground with its time limit, and language switch work."""
    one = visit(address=f"{SITE.as_uri()}/")
    one.open("index.html?q=海外仓", ready=".md-search-result__item")
    Reader(one).choose("art-01-growth").example()
    one.page.wait_for_selector(".pkb-card.pkb-eligible")
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    assert one.page.locator(".pkb-answer [role=status]").count() == 1
    editor = one.page.locator(".CodeMirror").first
    editor.evaluate("(e) => e.CodeMirror.setValue('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }')")
    one.page.get_by_role("button", name="运行").click()
    expect(one.page.locator(".pkb-answer [role=alert]")).to_contain_text("已停止", timeout=60_000)
    one.open("articles/05.html")
    one.page.evaluate("document.querySelector('a[hreflang=en]').click()")
    one.page.wait_for_url("**/en/articles/05.html")


def test_the_language_switch_keeps_the_place(visit: Any) -> None:
    """The other language opens at the anchor that was read; the self-check goes on with its questions."""
    one = visit()
    one.open("articles/05.html")
    one.page.evaluate("location.hash = '#art-05-s3'")
    one.page.evaluate("document.querySelector('a[hreflang=en]').click()")
    one.page.wait_for_url("**/en/articles/05.html#art-05-s3")
    Reader(one).choose("art-05-warehouse")
    one.page.evaluate("document.querySelector('a[hreflang=en]').click()")
    one.page.wait_for_url("**/en/check.html#ask")


def test_a_phone(visit: Any) -> None:
    """On a phone no page kind is wider than the screen, once it stands."""
    one = visit(width=375, height=740)
    wide = []
    for path, ready in KINDS.items():
        one.open(path, ready=ready)
        try:
            one.page.wait_for_function("document.documentElement.scrollWidth <= innerWidth + 1", timeout=5_000)
        except playwright.TimeoutError:
            wide.append(path)
    assert wide == []


def test_a_number_shows_its_rule(visit: Any) -> None:
    """Focus on a marked number shows value, unit, bound and condition; Escape hides it."""
    one = visit()
    one.open("articles/05.html")
    mark = one.page.locator(".pkb-mark", has_text="500平方米").first
    mark.focus()

    assert "≥ 500平方米" in one.page.locator(".pkb-popover").inner_text()
    one.page.keyboard.press("Escape")
    assert not one.page.locator(".pkb-popover").is_visible()


def test_a_missing_page_leads_a_name_to_its_page(browser: Any, base: str) -> None:
    """A path below /id/ that has no file leads to the page of that name."""
    page = browser.new_page()
    page.goto(f"{base}id/szq-2020-12/art-05-s3")
    page.wait_for_url("**/articles/05.html#art-05-s3")
    page.goto(f"{base}names.html?iri=https://w3id.org/policykb/ns%23tradeCNY")
    page.wait_for_url("**/facts/EnterpriseYear.html#tradeCNY")
    page.close()


@pytest.mark.parametrize(("lang", "said"), [("", "没有这个名称"), ("en/", "has no such name")])
def test_an_unknown_name_is_told(visit: Any, lang: str, said: str) -> None:
    """A name that leads nowhere is named on the page of all names; without one asked for, nothing is said."""
    one = visit()
    one.open(f"{lang}names.html")
    assert not one.page.locator("#pkb-unknown").is_visible()
    one.open(f"{lang}names.html?iri=https://w3id.org/policykb/ns%23tradeCNYY")

    expect(one.page.locator("#pkb-unknown")).to_contain_text(said)
    assert one.page.inner_text("#pkb-unknown code") == "https://w3id.org/policykb/ns#tradeCNYY"


def _asked(page: Any, query: str) -> str:
    """What the playground says to a query once it is through with it."""
    page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
    page.click(".pkb-buttons .md-button--primary")
    page.locator(".pkb-answer :is(table, [role=alert], .pkb-sum, pre)").first.wait_for(state="attached")
    return str(page.inner_text(".pkb-answer"))


def test_the_playground_names_an_undeclared_prefix_with_its_line(visit: Any) -> None:
    """A prefix that is not declared is told in words, by its name and line; one inside a text or an IRI is none."""
    one = visit()
    one.open("en/playground.html", ready="#pkb-playground[data-ready]")
    said = _asked(one.page, 'SELECT ?s WHERE {\n  FILTER(?o != "no:prefix")\n  ?s foo:bar ?o }')
    assert "Line 3" in said and "foo:" in said
    assert one.page.locator(".pkb-wrong-line").count() == 1


def test_known_prefixes_need_no_declaration(visit: Any) -> None:
    """The prefixes of the graph are known, as to `ask`, and offered in the place of one that is not."""
    one = visit()
    one.open("en/playground.html", ready="#pkb-playground[data-ready]")
    assert "yes" in _asked(one.page, "ASK { ?clause a pkb:Clause }")
    # Of what is wrong, the line and the place are those of the query as it stands in the editor.
    said = _asked(one.page, "SELECT ?clause { ?clause a pkb:Clause")
    assert "line 1, column 38" in said and "error at 1:38" in said
    said = _asked(one.page, "ASK { ?clause a foo:Clause }")
    assert "“foo:” is neither declared nor known" in said and "pkb:, " in said and "…" not in said


def test_the_playground_has_the_named_graphs(visit: Any) -> None:
    """FROM and GRAPH over the documented graphs find what `ask` finds: clauses are in the policy, not in the terms."""
    one = visit()
    one.open("en/playground.html", ready="#pkb-playground[data-ready]")
    graph = "https://w3id.org/policykb/graph/"
    found = {
        text: _asked(one.page, text).strip()
        for text in (
            f"ASK FROM <{graph}policy> {{ ?c a pkb:Clause }}",
            f"ASK FROM <{graph}vocabulary> {{ ?c a pkb:Clause }}",
            f"ASK {{ GRAPH <{graph}policy> {{ ?c a pkb:Clause }} }}",
            f"ASK {{ GRAPH <{graph}vocabulary> {{ ?c a pkb:Clause }} }}",
            f"ASK FROM NAMED <{graph}policy> {{ GRAPH ?g {{ ?c a pkb:Clause }} }}",
        )
    }
    assert list(found.values()) == ["yes", "no", "yes", "no", "yes"]
    assert _asked(one.page, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").startswith("Rows: 5")


def test_terms_of_the_graph_are_completed(visit: Any) -> None:
    """The keys that the page names complete a class and a property from the graph in the page."""
    one = visit()
    one.open("playground.html", ready="#pkb-playground[data-ready]")
    for begun, whole in (("?s a pkb:Clau", "pkb:Clause"), ("?s pkb:benef", "pkb:beneficiary")):
        text = "PREFIX pkb: <https://w3id.org/policykb/ns#>\nSELECT ?s { " + begun
        one.page.locator(".CodeMirror").first.evaluate(
            "({ CodeMirror: it }, text) => { it.setValue(text); it.focus(); it.setCursor({ line: 1, ch: 99 }) }",
            text,
        )
        one.page.keyboard.press("Control+Space")
        expect(one.page.locator(".CodeMirror-hints li").filter(has_text=whole).first).to_be_visible()
        one.page.keyboard.press("Escape")


def test_a_parameter_is_a_field_and_a_table_is_turned(visit: Any) -> None:
    """A filled-in parameter narrows the query of the library; an answer of many rows is shown in pages."""
    one = visit()
    one.open("en/playground.html#name=clause-criteria", ready="#pkb-playground[data-ready]")
    one.page.fill("[data-parameter=clause]", "art-05-warehouse")
    one.page.keyboard.press("Tab")
    text = one.page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "VALUES ?clause { <https://w3id.org/policykb/id/szq-2020-12/clause/art-05-warehouse> }" in text
    _asked(one.page, "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 250")
    assert one.page.locator(".pkb-answer tbody tr").count() == 100
    one.page.locator(".pkb-answer .pkb-buttons button").last.click()
    assert "101" in one.page.inner_text(".pkb-range")


def test_own_records_stand_beside_the_graph(visit: Any) -> None:
    """Records of the reader's own are asked about together with the rules, and go nowhere."""
    one = visit()
    one.open("en/playground.html", ready="#pkb-playground[data-ready]")
    one.page.set_input_files("#pkb-playground input[type=file]", str(ROOT / "docs/examples/one-enterprise.json"))
    one.page.locator(".pkb-own:not(:empty)").wait_for(state="attached")
    said = _asked(one.page, "SELECT ?o WHERE { ?s <https://w3id.org/policykb/ns#overseasWarehouseArea> ?o }")
    assert "500" in said


def test_the_names_of_everything_fit_a_phone(visit: Any) -> None:
    """The page of all names is folded, and a link to a name inside a fold opens it."""
    one = visit(width=360, height=800)
    one.open("names.html")
    assert one.page.evaluate("document.documentElement.scrollHeight") < 5000
    one.open("reference/wordings.html#text-site-banner")
    assert one.page.locator("#text-site-banner").is_visible()
