"""The documents that stand beside the site's own: each has its pages below its own path, its names among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..api import load_policykb
from ..law.load import documents
from ..shelf import shelf
from .addresses import addresses
from .content import Content, load_content

__all__ = ["beside", "every_address", "together"]

MADE_UP, REAL = "examples/", "documents/"
"""The folders of the pages about documents taken together, those that are made up apart from those that are not."""


@cache
def beside(folder: Path) -> tuple[Content, ...]:
    """The other documents of a knowledge base, those in force first."""
    main = load_content(folder)
    found: list[Content] = []
    for slug in documents(folder):
        if slug != main.kb.book.document.slug:
            found.append(_placed(folder, slug, main))
    # What one document says of another leads to the pages of that one.
    known = {one.kb.book.document.iri: one for one in (main, *found)}
    for one in found:
        for iri in one.addresses.keys() & known.keys():
            one.addresses[iri] = known[iri].addresses[iri]  # type: ignore[index]
    return tuple(found)


@cache
def together(folder: Path) -> tuple[Content, ...]:
    """The documents that one self-check answers: those that are made up, and where there are several the others."""
    every = (load_content(folder), *beside(folder))
    found = []
    for base, is_example in ((REAL, False), (MADE_UP, True)):
        members = tuple(one for one in every if one.kb.book.document.is_example is is_example)
        if len(members) > 1 or (members and members[0].base):
            kb = shelf({one.kb.book.document.slug: one.kb for one in members}, ())
            places = {iri: place for one in reversed(members) for iri, place in one.addresses.items()}
            own = frozenset({"check.html"})
            found.append(Content(kb, kb.book.readings, places, folder, base, own, f"{base}check.html", members))
    return tuple(found)


def every_address(folder: Path) -> Mapping[str, str]:
    """Where each name of each document resolves to; what all share, on the pages of the site's own."""
    whole: dict[str, str] = {}
    for one in (*reversed(beside(folder)), load_content(folder)):
        whole |= one.addresses
    return whole


def _placed(folder: Path, slug: str, main: Content) -> Content:
    """A document with the addresses of its names: its own pages, and the site's for what the site explains already."""
    kb = load_policykb(folder, slug)
    base = f"{slug}/"
    places: dict[str, str] = {}
    own: set[str] = {"clauses/index.html"}
    for iri, place in addresses(kb).items():
        path, _, _ = place.partition("#")
        about = path.startswith("facts/") and path.removeprefix("facts/").removesuffix(".html") in kb.book.by_type
        if iri in main.addresses and not about:
            places[iri] = main.addresses[iri]
        else:
            places[iri] = f"{base}{place}"
            own.add(path)
    check = f"{MADE_UP if kb.book.document.is_example else REAL}check.html"
    return Content(kb, kb.book.readings, places, folder, base, frozenset(own), check)
