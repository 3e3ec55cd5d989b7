"""The pages whose work is done in the browser: self-check, playground, and where names resolve to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..content import Content, View
from ..markup import Html, folded, heading, items, link, page, relative, table, tag, top

__all__ = ["changelog_page", "check_page", "licences_page", "names_page", "playground_page"]


def check_page(view: View, lead: Sequence[str] = ()) -> str:
    """The self-check; the form itself is built in the browser from the published facts.

    Args:
        view: what answers: the document of the site, or several together.
        lead: what stands below the title.
    """
    title, folder = view.say("check-together" if lead else "nav-check"), view.content.base
    form = {"id": "pkb-check", "class_": "pkb-check", "data_search_exclude": ""} | ({"data_of": folder} if lead else {})
    return page(
        {
            "title": title,
            "description": view.say("check-why"),
            "hide": ["navigation", "toc"],
            "preload": [f"{folder}data.js", f"{folder}program.js"],
            "soon": "oxigraph.bin" if lead else "oxigraph.core.bin",
            "scripts": ["check.js"],
        },
        top(title),
        *lead,
        tag("p", view.say("check-why")),
        tag("div", tag("p", view.say("loading")), **form),
        tag("noscript", tag("p", view.say("needs-script"))),
    )


def playground_page(view: View) -> str:
    """The query playground."""
    title = view.say("nav-playground")
    return page(
        {
            "title": title,
            "description": view.say("playground-why"),
            "hide": ["navigation", "toc"],
            "scripts": ["playground.js"],
            "styles": ["yasqe.css"],
        },
        top(title),
        tag("p", view.say("playground-why")),
        tag("div", tag("p", view.say("loading")), id="pkb-playground", class_="pkb-playground", data_search_exclude=""),
        tag("noscript", tag("p", view.say("needs-script"))),
    )


def names_page(view: View, others: Sequence[Content]) -> str:
    """Every IRI with the page it resolves to; `?iri=` or a path after /id/ leads there at once."""
    title = view.say("nav-names")
    groups: dict[str, list[str]] = {}
    known = {iri: place for one in (*reversed(others), view.content) for iri, place in one.addresses.items()}
    for iri, target in known.items():
        place = re.match(r".*[/#]", iri)
        group = place[0] if place else ""
        name = tag("code", iri.removeprefix(group) or iri)
        groups.setdefault(group, []).append(name + Html(" ") + link(target, relative(target, view.page)))
    return page(
        {
            "title": title,
            "description": view.say("names-why"),
            "search": {"exclude": True},
            "hide": ["toc"],
            "scripts": ["names.js"],
        },
        top(title),
        tag(
            "p",
            view.say("names-unknown"),
            " ",
            tag("code", ""),
            id="pkb-unknown",
            class_="pkb-wrong",
            role="alert",
            hidden="",
        ),
        tag("p", view.say("names-why")),
        tag("div", folded(groups, lambda names: items(names, class_="pkb-names")), data_search_exclude=""),
    )


def changelog_page(view: View) -> str:
    """The changelog as it stands in the project."""
    text = (view.content.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    body = re.sub(r"\A#[^\n]*\n", "", text)
    # Links of the file lead out of the documentation; here they are shown as their words.
    body = re.sub(r"\[([^\]]+)\]\((?!https?:)[^)]+\)", r"\1", body)
    title = view.say("nav-changelog")
    return page({"title": title, "description": title, "search": {"exclude": True}}, top(title), body)


def licences_page(view: View, libraries: list[dict[str, str]]) -> str:
    """The libraries that the built site carries, with licence, version and SHA-256 of each file."""
    title = view.say("nav-licences")
    rows = [
        (
            tag("code", entry["file"]),
            f"{entry['name']} {entry['version']}",
            entry["licence"],
            tag("code", entry["sha256"]),
        )
        for entry in libraries
    ]
    head = [view.say(f"licence-{name}") for name in ("file", "library", "licence")] + ["SHA-256"]
    notices = [Html(tag("b", entry["name"]) + " " + entry["notice"]) for entry in libraries if entry["notice"]]
    return page(
        {"title": title, "description": view.say("licences-why"), "search": {"exclude": True}},
        top(title),
        tag("p", view.say("licences-why")),
        table(head, rows, caption=title),
        heading(2, view.say("notices"), "notices"),
        items(dict.fromkeys(notices)),
    )
