"""The officer's page: files to download, and the check of files in the browser."""

from __future__ import annotations

import json

from ..content import View
from ..desk import MOST_BYTES, MOST_DECIDED
from ..markup import Html, heading, items, link, page, tag, top

__all__ = ["desk_page"]

_PREFIX = "site-desk-"
_SIZE = 8  # million bytes that the browser's Python takes on the wire, the first time


def desk_page(view: View) -> str:
    """The page; what is checked is shown by its script, with the wordings that the page brings."""
    title, say = view.say("nav-desk"), view.say
    files = [
        ("desk-template", [(f"assets/files/template.{view.lang}.xlsx", "xlsx")]),
        (
            "desk-sample",
            [
                ("examples/district-2020.xlsx", "xlsx"),
                ("assets/files/district-2020-csv.zip", "csv (zip)"),
                ("examples/district-2020.json", "json"),
            ],
        ),
        ("desk-ledger", [("examples/office-2020.xlsx", "xlsx")]),
        (
            "desk-rules",
            [
                ("assets/files/rules.xlsx", "xlsx"),
                ("assets/files/rules-csv.zip", "csv (zip)"),
                ("assets/files/rules-parquet.zip", "parquet (zip)"),
            ],
        ),
    ]
    kinds = view.content.kb.vocabulary.record_types.values()
    given = {
        "texts": _texts(view) | {name: say(name) for name in ("wrong", "mend")},
        "types": {kind.id: view.get(kind.label) for kind in kinds},
        "limits": {"bytes": MOST_BYTES, "megabytes": MOST_BYTES // 2**20, "most": MOST_DECIDED, "size": _SIZE},
    }
    return page(
        {"title": title, "description": say("desk-why"), "hide": ["navigation", "toc"], "scripts": ["desk.js"]},
        top(title),
        tag("p", say("desk-why")),
        heading(2, say("desk-downloads"), "downloads"),
        items((_download(view, name, forms) for name, forms in files), class_="pkb-downloads"),
        heading(2, say("desk-check"), "check", searched=True),
        tag(
            "div",
            tag("p", say("loading")),
            id="pkb-desk",
            class_="pkb-desk",
            data_search_exclude="",
            data_desk=json.dumps(given, ensure_ascii=False),
        ),
        tag("noscript", tag("p", say("needs-script"))),
    )


def _download(view: View, name: str, forms: list[tuple[str, str]]) -> Html:
    links = Html(" · ".join(link(form, view.asset(path), download="") for path, form in forms))
    return tag("b", view.say(name)) + " " + links + tag("span", view.say(f"{name}-why"), class_="pkb-quiet")


def _texts(view: View) -> dict[str, str]:
    """The wordings of the page's script, by their names without what all begin with."""
    found = view.phrases.wording.texts
    return {name[len(_PREFIX) :]: text.get(view.lang) for name, text in found.items() if name.startswith(_PREFIX)}
