"""The built files by themselves: links, names, numbers, languages, libraries."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal, InvalidOperation
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest

from policykb.site.content import load_content
from policykb.site.shelf import beside, every_address

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = sorted(SITE.rglob("*.html"))
ARTICLES = sorted(path.stem for path in (SITE / "articles").glob("*.html"))


class Reader(HTMLParser):
    """The links, anchors and text of a page; text outside what is left out of the numbers' test is kept apart."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect addresses and anchors."""
        known = dict(attrs)
        for name in ("href", "src"):
            if known.get(name) and tag != "base":
                self.links.append(known[name] or "")
        if known.get("id"):
            self.anchors.add(known["id"] or "")
            self.ids.append(known["id"] or "")


@cache
def read(path: Path) -> Reader:
    """A page, parsed once."""
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_every_link_leads_somewhere() -> None:
    """Every link and source of every page is a file of the site, and every fragment an anchor in it."""
    broken = set()
    for page in PAGES:
        if page.name == "404.html":
            continue
        for link in read(page).links:
            parts = urlsplit(link)
            if parts.scheme:
                broken.add((str(page.relative_to(SITE)), link)) if parts.scheme not in ("https", "data") else None
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (
                target.suffix == ".html"
                and parts.fragment
                and "=" not in parts.fragment
                and unquote(parts.fragment) not in read(target).anchors
            ):
                broken.add((str(page.relative_to(SITE)), link))
    assert sorted(broken)[:20] == []


def test_anchors_are_unique() -> None:
    """No page holds an anchor twice."""
    twice = [
        (str(page.relative_to(SITE)), name)
        for page in PAGES
        for name in {name for name in read(page).ids if read(page).ids.count(name) > 1}
    ]
    assert twice[:20] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_resolves(lang: str) -> None:
    """Every IRI of the project that the graph of any document uses resolves to a page, and to an anchor on it."""
    folder = SITE if lang == "zh" else SITE / "en"
    lost = []
    for iri, target in every_address(ROOT).items():
        path, _, anchor = target.partition("#")
        page = folder / path
        if not page.is_file() or (anchor and anchor not in read(page).anchors):
            lost.append((iri, target))
    assert lost[:20] == []


def test_both_languages_have_the_same_pages() -> None:
    """English is complete: each Chinese page has its English one, and the other way round."""
    zh = {str(p.relative_to(SITE)) for p in PAGES if p.relative_to(SITE).parts[0] != "en"}
    en = {str(p.relative_to(SITE / "en")) for p in PAGES if p.relative_to(SITE).parts[0] == "en"}
    assert zh ^ en == set()


def numbers(text: str) -> set[Decimal]:
    """The numbers written in digits, with 万, 亿 and % worked in, without thousands separators."""
    found = set()
    sizes = {"万": Decimal(10) ** 4, "亿": Decimal(10) ** 8, "%": Decimal("0.01")}
    for digits, size in re.findall(r"(?<![\w.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*([万亿%])?", text):
        try:
            found.add((Decimal(digits.replace(",", "")) * sizes.get(size, Decimal(1))).normalize())
        except InvalidOperation:
            continue
    return found


@cache
def literals() -> set[Decimal]:
    """The numbers of the graph: numeric literals, and those that its texts and names hold."""
    found: set[Decimal] = set()
    for quad in load_content(ROOT).kb.knowledge.store:
        for term in (quad.subject, quad.object):
            if isinstance(term, ox.NamedNode | ox.Literal):
                found |= numbers(re.sub(r"[-/#_]", " ", term.value))
    return found


@pytest.mark.parametrize("name", ARTICLES)
@pytest.mark.parametrize("lang", ["", "en/"])
def test_numbers_of_an_article_are_literals(name: str, lang: str) -> None:
    """Every number on an article page stands in the graph; worked examples bring their own records."""
    text = (SITE / f"{lang}articles/{name}.html").read_text(encoding="utf-8")
    article = re.search(r"<article.*?</article>", text, re.DOTALL)
    assert article is not None
    body = re.sub(r'<div class="pkb-examples".*?(?=<h[23]|<div class="pkb-clause"|$)', "", article[0], flags=re.DOTALL)
    shown = numbers(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:a|span|q|b)\b[^>]*>|GB/T 7714", "", body)))
    assert shown - literals() == set()


def test_text_is_verbatim() -> None:
    """Each article page shows the words of its provisions to the letter."""
    content = load_content(ROOT)
    for article in content.kb.book.articles:
        page = (SITE / f"articles/{article.number:02d}.html").read_text(encoding="utf-8")
        shown = "".join(re.sub(r"<[^>]+>", "", page).split())
        for name in article.provisions:
            quote = "".join(content.kb.book.provisions[name].quote.split())
            assert quote.replace("&", "&amp;") in shown, name


def test_no_wording_is_missing() -> None:
    """No page shows a text's name or an unfilled place instead of a wording, but in the address of a call."""
    odd = [
        (str(page.relative_to(SITE)), found[0])
        for page in PAGES
        if (
            found := re.search(
                r">\s*site-[a-z-]+\s*<|(?<!/)\{(number|title|fact|body|date)\}", page.read_text(encoding="utf-8")
            )
        )
        and page.name not in ("wordings.html", "names.html")
    ]
    assert odd == []


def test_libraries_are_listed_with_their_sums() -> None:
    """The manifest of carried libraries holds the SHA-256 of each file as it lies in the site."""
    lines = (SITE / "assets/kb/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {line.split()[1]: line.split()[0] for line in lines}
    assert {"oxigraph.js", "playground.js", "iframe-worker.js", "yasqe.css"} <= set(listed)
    for name, checksum in listed.items():
        assert hashlib.sha256((SITE / "assets/kb" / name).read_bytes()).hexdigest() == checksum, name


def test_the_lock_has_integrity_and_no_addresses() -> None:
    """The lock file of the browser libraries pins each by hash and names no registry."""
    lock = json.loads((ROOT / "docs/browser/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert "http" not in json.dumps([entry.get("resolved", "") for entry in packages.values()])


@pytest.mark.parametrize(("lang", "number"), [("", 0), ("en/", 1)])
def test_what_is_made_up_says_so(lang: str, number: int) -> None:
    """Every page of an example says under its title that it is made up; search and self-check do not know it."""
    words = (
        "这是虚构的示例文件，不适用于任何真实的企业。",
        "This document is made up as an example and applies to no real enterprise.",
    )
    examples = [one for one in beside(ROOT) if one.kb.book.document.is_example]
    index = (SITE / lang / "search" / "search_index.json").read_text(encoding="utf-8")
    shelf = (SITE / lang / "shelf.html").read_text(encoding="utf-8")
    for one in examples:
        pages = sorted((SITE / lang / one.base).rglob("*.html"))
        assert len(pages) > len(one.kb.book.articles) + len(one.kb.book.clauses)
        assert [page for page in pages if words[number] not in page.read_text(encoding="utf-8")] == []
        assert [page for page in pages if '"Legislation"' in page.read_text(encoding="utf-8")] == []
        assert f'"location":"{one.base}' not in index
        assert f"{one.base}document.html" in shelf
        assert one.base.strip("/") not in (SITE / lang / "check.html").read_text(encoding="utf-8")
    assert len(examples) == 2


def test_downloads_are_the_graph() -> None:
    """Turtle, N-Triples and JSON-LD hold the same triples, and as many as the graph."""
    store = load_content(ROOT).kb.knowledge.store
    count = sum(1 for _ in ox.parse(path=str(SITE / "assets/rdf/policykb.nt"), format=ox.RdfFormat.N_TRIPLES))
    turtle = sum(1 for _ in ox.parse(path=str(SITE / "assets/rdf/policykb.ttl"), format=ox.RdfFormat.TURTLE))
    linked = sum(1 for _ in ox.parse(path=str(SITE / "assets/rdf/policykb.jsonld"), format=ox.RdfFormat.JSON_LD))
    assert (count, turtle, linked) == (len(store),) * 3
