"""A name is answered for good: RDF for who asks for it, a page for a person, and every page says where it stands."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from policykb.site.addresses import OWN
from policykb.site.content import load_content

ROOT = Path(__file__).parents[2]
SITE = ROOT / "site"
PAGES = [path for path in sorted(SITE.rglob("*.html")) if path.name != "404.html"]
FORMATS = {"text/turtle": ox.RdfFormat.TURTLE, "application/ld+json": ox.RdfFormat.JSON_LD}


def answered(path: str, accept: str) -> str | None:
    """Where the rules of `.htaccess` send a path, as Apache reads them: the first rule whose condition holds."""
    condition = None
    for line in (SITE / ".htaccess").read_text(encoding="utf-8").splitlines():
        word, *rest = line.split(" ")
        if word == "RewriteCond":
            condition = (accept if "HTTP_ACCEPT" in rest[0] else f"/{path}", rest[1])
        elif word == "RewriteRule":
            asked, condition = condition, None
            is_not = bool(asked) and asked[1].startswith("!")
            if asked and bool(re.search(asked[1].removeprefix("!"), asked[0])) == is_not:
                continue
            match = re.search(rest[0], path)
            if match:
                return re.sub(r"\$(\d)", lambda found, m=match: m[int(found[1])], rest[1])  # type: ignore[misc]
    return None


@pytest.mark.parametrize("accept", FORMATS)
def test_every_name_has_its_rdf(accept: str) -> None:
    """Whoever asks for a name as RDF gets all statements about it, each clause, fact and term included."""
    store = load_content(ROOT).kb.knowledge.store
    stated: dict[str, set[str]] = {}
    for quad in store:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(OWN):
            stated.setdefault(quad.subject.value.partition("#")[0], set()).add(f"{quad.subject} {quad.predicate}")
    for name, statements in stated.items():
        target = answered(name.removeprefix(OWN), accept)
        if target is None:
            assert name == OWN.rstrip("/") or name == OWN, name
            continue
        data = (SITE / target.lstrip("/")).read_bytes()
        found = {f"{quad.subject} {quad.predicate}" for quad in ox.parse(data, format=FORMATS[accept])}
        assert statements <= found, name

    assert len(stated) > 1000


def test_a_person_is_led_to_a_page() -> None:
    """Who asks for a name without wanting RDF is led to the page that finds it; the list of names stays a file."""
    assert answered("id/szq-2020-12/art-01-s6", "text/html") == f"/names.html?iri={OWN}id/szq-2020-12/art-01-s6"
    assert answered("ns", "*/*") == f"/names.html?iri={OWN}ns"
    assert answered("id/index.json", "*/*") is None
    assert answered("articles/01.html", "text/html") is None


def test_every_page_says_where_it_stands() -> None:
    """Each page names itself and its other language, and RDF that is there; the sitemap lists them all."""
    listed = {element.text for element in ET.parse(SITE / "sitemap.xml").iter() if element.tag.endswith("}loc")}
    named = set()
    for path in PAGES:
        head = path.read_text(encoding="utf-8").partition("</head>")[0]
        canonical = re.findall(r'<link rel="canonical" href="([^"]+)">', head)
        others = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', head))
        rdf = re.findall(r'<link rel="alternate" type="(?:text/turtle|application/ld\+json)" href="([^"]+)">', head)
        assert len(canonical) == 1, path
        assert set(others) == {"zh-Hans", "en", "x-default"}, path
        assert canonical[0] in others.values(), path
        assert len(rdf) == 2, path
        assert all((path.parent / each).resolve().is_file() for each in rdf), path
        assert canonical[0].endswith(str(path.relative_to(SITE))), path
        named.add(canonical[0])

    assert named == listed


def test_the_dataset_describes_its_files() -> None:
    """Each file that can be downloaded is a distribution, with a checksum that is that of the file."""
    quads = list(ox.parse((SITE / "assets/rdf/dcat.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    kinds = {quad.object.value for quad in quads if quad.predicate.value.endswith("#type")}
    titles = {quad.object.value for quad in quads if quad.predicate.value == "http://purl.org/dc/terms/title"}

    assert "http://www.w3.org/ns/dcat#Distribution" in kinds
    files = {f"assets/{path.parent.name}/{path.name}" for path in (SITE / "assets" / "files").iterdir()}
    assert files <= titles
    assert "assets/rdf/policykb.nt" in titles
