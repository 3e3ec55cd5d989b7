"""Write the HTML and Markdown of pages safely: everything that comes from data is escaped."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..doors.markup import Html, escape, tag

__all__ = [
    "Html",
    "closed",
    "definitions",
    "escape",
    "folded",
    "heading",
    "items",
    "link",
    "page",
    "relative",
    "table",
    "tag",
    "top",
]


def link(text: str, href: str | None, **attributes: str | None) -> Html:
    """A link, or the bare text where there is nothing to point to."""
    return tag("a", text, href=href, **attributes) if href else escape(text)


def items(entries: Iterable[str], kind: str = "ul", **attributes: str | None) -> Html:
    """A list; empty markup where there are no entries."""
    rows = [tag("li", entry) for entry in entries]
    return tag(kind, *rows, **attributes) if rows else Html("")


def definitions(pairs: Iterable[tuple[str, str]]) -> Html:
    """A list of terms with their values; pairs without a value are left out."""
    rows = [_apart(tag("dt", term), tag("dd", value)) for term, value in pairs if value]
    return tag("dl", _apart(*rows), class_="pkb-facts") if rows else Html("")


def _apart(*elements: Html) -> Html:
    """Elements with a space between: without it the search index takes neighbours for one word."""
    return Html(" ".join(elements))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "", class_: str = "") -> Html:
    """A table inside a frame that scrolls sideways on a narrow screen."""
    title = tag("caption", caption) if caption else Html("")
    top = tag("thead", tag("tr", _apart(*(tag("th", cell, scope="col") for cell in head))))
    # Where a screen is too narrow for three columns, each row is shown as a card that names its cells itself.
    named = [name if len(head) > 2 and name else None for name in head]
    lines = (
        _apart(*(tag("td", cell, data_label=name) for cell, name in zip(row, named, strict=False))) for row in rows
    )
    body = tag("tbody", _apart(*(tag("tr", line) for line in lines)))
    frame = f"pkb-scroll {class_}".strip()
    return tag(
        "div",
        tag("table", _apart(title, top, body), class_=f"pkb-table{' pkb-cards' if len(head) > 2 else ''}"),
        class_=frame,
        tabindex="0",
        role="region",
        aria_label=caption or " · ".join(head),
    )


def closed(summary: str, body: str, **attributes: str | None) -> Html:
    """A part that is closed until it is wanted; a link into it opens it, and so does the printer."""
    more = attributes.pop("class_", None)
    return tag(
        "details", tag("summary", summary), body, class_=f"pkb-folded {more}" if more else "pkb-folded", **attributes
    )


def folded(groups: Mapping[str, Sequence[str]], whole: Callable[[Sequence[str]], str]) -> Html:
    """Groups that are closed until they are wanted, each with its number of entries; a link into one opens it.

    Args:
        groups: the entries by the name of their group.
        whole: what makes the entries of a group into one.
    """
    return Html(
        "".join(
            closed(tag("code", name) + Html(f" <small>{len(entries)}</small>"), whole(entries))
            for name, entries in groups.items()
        )
    )


def heading(level: int, text: str, anchor: str, *, searched: bool = True) -> str:
    """A Markdown heading with a fixed anchor; not `searched` keeps the section out of the search index."""
    hidden = "" if searched else " data-search-exclude"
    return f"\n\n{'#' * level} {_plain(text)} {{ #{anchor}{hidden} }}\n\n"


def top(title: str) -> str:
    """The Markdown heading of a whole page."""
    return f"# {_plain(title)}"


def _plain(text: str) -> str:
    """Text that stays what it is in a line of Markdown."""
    shown = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"[\\`*_\[\]{}|#]", r"\\\g<0>", shown)


def page(meta: Mapping[str, object], *blocks: str) -> str:
    """A page: its metadata, then its blocks. JSON is a subset of YAML, so no value can break out of its line."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in meta.items() if value is not None]
    return "---\n" + "\n".join(lines) + "\n---\n" + "\n\n".join(str(block) for block in blocks if block) + "\n"


def relative(target: str, start: str) -> str:
    """The address of one page (with its fragment) as seen from another, both counted from the root of a language."""
    path, _, fragment = target.partition("#")
    found = posixpath.relpath(path, posixpath.dirname(start) or ".") if path else ""
    return f"{found}#{fragment}" if fragment else found
