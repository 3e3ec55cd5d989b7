"""Permanent addresses: RDF for every name, what answers a name by the kind that is asked for, and what robots read.

A name (IRI) without its fragment is a document of its own: `assets/rdf/` holds it at the same path. Where the site
stands is configured (POLICYKB_SITE_URL); where it is not, pages go by the permanent address that leads to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from ..ask.graphs import prefixes
from ..exports.description import describe
from ..model import Clause, Lang
from ..version import __version__
from .addresses import OWN
from .content import Content, View
from .markup import escape

__all__ = ["PERMANENT", "document_graphs", "feed", "head_links", "permanent_files", "service", "sitemap"]

PERMANENT = f"{OWN}site/"
"""The permanent address of the site, which leads to where it stands."""
RDF = "assets/rdf"
_KINDS = (
    ("ttl", "text/turtle", ox.RdfFormat.TURTLE),
    ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
)
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def document_graphs(content: Content) -> dict[str, list[ox.Triple]]:
    """What is said of each name, by the path of its document below the namespace of the project."""
    store = content.kb.knowledge.store
    found: dict[str, list[ox.Triple]] = {}
    for quad in store:
        subject = quad.subject
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(OWN):
            triples = found.setdefault(document_of(subject.value), [])
            triples.append(quad.triple)
            triples += _below(store, quad.object)
    return found


def document_of(iri: str) -> str:
    """The path of the document that a name stands in."""
    return iri.removeprefix(OWN).partition("#")[0] or "policykb"


def _below(store: ox.Store, term: object) -> Iterable[ox.Triple]:
    """The statements about a node without a name, and about those that hang on it."""
    if isinstance(term, ox.BlankNode):
        for quad in store.quads_for_pattern(term, None, None):
            yield quad.triple
            yield from _below(store, quad.object)


def permanent_files(
    content: Content, others: Iterable[Content], site: str, changes: str, published: Mapping[str, bytes]
) -> dict[str, bytes]:
    """RDF for each name, the redirects, the feed of changes, and the description of what can be downloaded.

    Args:
        content: what the site shows.
        others: the documents beside, of which the names that they alone have are told.
        site: where it stands, with a slash at the end; empty where that is not configured.
        changes: the changelog, as Markdown.
        published: the files that can be downloaded, by their path below the site's root.
    """
    known = prefixes(content.kb.knowledge)
    graphs = document_graphs(content)
    for other in others:
        graphs |= {name: triples for name, triples in document_graphs(other).items() if name not in graphs}
    found: dict[str, bytes] = {}
    for name, triples in graphs.items():
        written = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        used = {prefix: space for prefix, space in known.items() if f"<{space}" in written}
        ordered = sorted(set(triples), key=str)
        for suffix, _, format in _KINDS:
            found[f"{RDF}/{name}.{suffix}"] = ox.serialize(ordered, format=format, prefixes=used) or b""
    named = {path: data for path, data in published.items() if path.startswith((RDF, "assets/files"))}
    root = site or PERMANENT
    found[f"{RDF}/dcat.ttl"] = describe(list(content.kb.knowledge.store), named, content.kb.book, known, root)
    found["changes.atom"] = feed(content, changes, root)
    found[".htaccess"] = _htaccess(graphs, "/").encode()
    found["_redirects"] = _redirects(graphs).encode()
    if site:
        found["w3id/.htaccess"] = (
            _htaccess(graphs, site) + f"RewriteRule ^site/(.*)$ {site}$1 [R=302,L,NE]\n"
        ).encode()
    return found


def _names(graphs: Iterable[str]) -> tuple[list[str], list[str]]:
    """The folders that names stand in, and the names that stand in none."""
    folders = {name.partition("/")[0] for name in graphs if "/" in name}
    return sorted(folders), sorted({name for name in graphs if "/" not in name} - folders)


def _htaccess(graphs: Iterable[str], site: str) -> str:
    """Rules for Apache: RDF for who asks for it, the page about the name for all others."""
    lines = ["Options +FollowSymLinks -MultiViews", "AddType text/turtle .ttl", "AddType application/ld+json .jsonld"]
    lines += ["AddType application/n-triples .nt", "AddType application/atom+xml .atom", "RewriteEngine on"]
    folders, alone = _names(graphs)
    names = f"((?:{'|'.join(folders)})/.+|{'|'.join(alone)})"
    lines.append(f"RewriteRule ^version/{re.escape(__version__)}/(.+)$ {site}{RDF}/$1 [R=302,L,NE]")
    for suffix, media, _ in _KINDS:
        lines += [
            f"RewriteCond %{{HTTP_ACCEPT}} {re.escape(media)}",
            f"RewriteRule ^{names}$ {site}{RDF}/$1.{suffix} [R=303,L,NE]",
        ]
    lines.append("RewriteCond %{REQUEST_URI} !\\.json$")
    lines.append(f"RewriteRule ^{names}$ {site}names.html?iri={OWN}$1 [R=303,L,NE]")
    return "\n".join(lines) + "\n"


def _redirects(graphs: Iterable[str]) -> str:
    """The same for hosts that read `_redirects`, which do not look at what is asked for: pages alone."""
    folders, alone = _names(graphs)
    lines = ["/id/index.json /id/index.json 200"]
    lines += [f"/{name}/* /names.html?iri={OWN}{name}/:splat 303" for name in folders]
    lines += [f"/{name} /names.html?iri={OWN}{name} 303" for name in alone]
    lines.append(f"/version/{__version__}/* /{RDF}/:splat 302")
    return "\n".join(lines) + "\n"


def head_links(content: Content, page: str, lang: Lang, site: str) -> str:
    """What the head of a page says of itself: its address, the same page in the other language, its RDF.

    Args:
        content: what the site shows.
        page: its path below the root of its language.
        lang: its language.
        site: where the site stands; empty where that is not configured.
    """
    root = site or PERMANENT
    by_lang = {"zh": f"{root}{page}", "en": f"{root}en/{page}"}
    up = "../" * (page.count("/") + (lang == "en"))
    names = [iri for iri, place in content.addresses.items() if place == page]
    name = document_of(min(names, key=len)) if names else "policykb"
    links = [f'<link rel="canonical" href="{escape(by_lang[lang])}">']
    links += [
        f'<link rel="alternate" hreflang="{tag}" href="{escape(by_lang[one])}">'
        for tag, one in (("zh-Hans", "zh"), ("en", "en"), ("x-default", "zh"))
    ]
    links += [
        f'<link rel="alternate" type="{media}" href="{up}{RDF}/{escape(name)}.{suffix}">' for suffix, media, _ in _KINDS
    ]
    links.append(f'<link rel="alternate" type="application/atom+xml" href="{up}changes.atom">')
    links.append(f'<link rel="describedby" type="text/turtle" href="{up}{RDF}/dcat.ttl">')
    return "".join(links)


def sitemap(pages: Iterable[str], site: str) -> bytes:
    """Every page in both languages, each with its other one.

    Args:
        pages: their paths below the root of a language.
        site: where the site stands; empty where that is not configured.
    """
    root = site or PERMANENT
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    whole = ET.Element(f"{{{_SITEMAP}}}urlset")
    for page in sorted(pages):
        both = (("zh-Hans", f"{root}{page}"), ("en", f"{root}en/{page}"))
        for _, address in both:
            url = ET.SubElement(whole, f"{{{_SITEMAP}}}url")
            ET.SubElement(url, f"{{{_SITEMAP}}}loc").text = address
            for tag, other in both:
                ET.SubElement(url, f"{{{_XHTML}}}link", rel="alternate", hreflang=tag, href=other)
    return _xml(whole)


def feed(content: Content, changes: str, root: str) -> bytes:
    """The changelog as an Atom feed: an entry for each version, under its day.

    Args:
        content: what the site shows.
        changes: the changelog, as Markdown: a heading `## VERSION · DAY` for each version.
        root: the address of the site.
    """
    ET.register_namespace("", _ATOM)
    whole = ET.Element(f"{{{_ATOM}}}feed")
    view = content.view("zh", "changelog.html")
    entries = re.findall(r"^## (\S+) · (\d{4}-\d{2}-\d{2})\n(.*?)(?=^## |\Z)", changes, re.MULTILINE | re.DOTALL)
    days = [_moment(day) for _, day, _ in entries]
    for name, text in (
        ("title", view.say("name")),
        ("id", f"{root}changes.atom"),
        ("updated", max(days, default=_moment(content.kb.book.document.issued))),
    ):
        ET.SubElement(whole, f"{{{_ATOM}}}{name}").text = text
    ET.SubElement(ET.SubElement(whole, f"{{{_ATOM}}}author"), f"{{{_ATOM}}}name").text = view.say("name")
    ET.SubElement(whole, f"{{{_ATOM}}}link", rel="self", href=f"{root}changes.atom")
    for (version, _, text), moment in zip(entries, days, strict=True):
        entry = ET.SubElement(whole, f"{{{_ATOM}}}entry")
        ET.SubElement(entry, f"{{{_ATOM}}}title").text = version
        ET.SubElement(entry, f"{{{_ATOM}}}id").text = f"{OWN}version/{version}"
        ET.SubElement(entry, f"{{{_ATOM}}}updated").text = moment
        ET.SubElement(entry, f"{{{_ATOM}}}link", rel="alternate", href=f"{root}changelog.html")
        ET.SubElement(entry, f"{{{_ATOM}}}content", type="text").text = text.strip()
    return _xml(whole)


def service(view: View, clause: Clause) -> str:
    """schema.org GovernmentService in JSON-LD: what the clause offers, to whom, by whom and under which law."""
    document = view.content.kb.book.document
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": clause.iri,
        "name": view.get(clause.title),
        "inLanguage": "zh-Hans" if view.lang == "zh" else "en",
        "isBasedOn": {"@type": "Legislation", "@id": document.iri, "name": document.title.zh},
    }
    if clause.authority:
        found["serviceOperator"] = [
            {"@type": "GovernmentOrganization", "name": view.get(body.label)} for body in clause.authority
        ]
    if clause.beneficiary:
        found["audience"] = {"@type": "Audience", "audienceType": view.get(clause.beneficiary)}
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


def _moment(day: str) -> str:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).isoformat()


def _xml(whole: ET.Element) -> bytes:
    text: bytes = ET.tostring(whole, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
