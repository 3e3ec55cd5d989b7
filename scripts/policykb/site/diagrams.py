"""Draw the map of the document as SVG: document, chapters, articles, clauses, each a link."""

from __future__ import annotations

from dataclasses import dataclass

from .content import View
from .markup import Html, tag
from .pages.home import chapter_label

__all__ = ["document_map"]

_COLUMNS = (0, 150, 400, 700)
_WIDTHS = (130, 220, 270, 330)
_ROW = 22


@dataclass(slots=True)
class _Box:
    """A node of the map, placed by its column and the vertical middle of its children."""

    label: str
    href: str
    column: int
    kind: str
    middle: float = 0.0


def document_map(view: View) -> Html:
    """The map as one SVG picture with a title, and every node a link that the keyboard reaches."""
    book = view.content.kb.book
    leaves: list[_Box] = []
    articles: list[tuple[str, _Box]] = []
    chapters: dict[str, _Box] = {}
    curves: list[str] = []
    row = 0
    for article in book.articles:
        if article.chapter not in chapters:
            number = int(article.chapter.rsplit("-", 1)[-1])
            label = f"{view.say('chapter', number=number)} {chapter_label(view, article.chapter)}"
            chapters[article.chapter] = _Box(label, view.to(f"chapters/{number}.html"), 1, "chapter")
            row += 1 if row else 0
        label = f"{view.phrases.say('article', number=article.number)} {article.label.get(view.lang)}"
        box = _Box(label, view.to(f"articles/{article.number:02d}.html"), 2, "article")
        children = []
        for name in article.clauses:
            clause = book.clauses[name]
            kind = "money" if clause.grants_money else clause.kind
            children.append(_Box(view.get(clause.title), view.href(clause.iri) or "", 3, kind, row * _ROW + _ROW / 2))
            row += 1
        box.middle = _beside(children) if children else row * _ROW + _ROW / 2
        row += 0 if children else 1
        curves += [_curve(box, child) for child in children]
        leaves += children
        articles.append((article.chapter, box))
    for name, chapter in chapters.items():
        chapter.middle = _beside([box for part, box in articles if part == name])
        curves += [_curve(chapter, box) for part, box in articles if part == name]
    root = _Box(book.document.number, view.to("document.html"), 0, "document", _beside(list(chapters.values())))
    curves += [_curve(root, chapter) for chapter in chapters.values()]
    boxes = [root, *chapters.values(), *(box for _, box in articles), *leaves]
    nodes = [_node(box) for box in boxes]
    width, height = _COLUMNS[-1] + _WIDTHS[-1] + 4, row * _ROW + 8
    return tag(
        "svg",
        tag("title", view.say("nav-map"), id="pkb-map-title"),
        tag("g", *(Html(curve) for curve in curves), class_="pkb-lines"),
        *nodes,
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        role="group",
        aria_labelledby="pkb-map-title",
    )


def _beside(boxes: list[_Box]) -> float:
    """Parents stand beside their first child, so that reading down the page meets each before its children."""
    return boxes[0].middle


def _curve(parent: _Box, child: _Box) -> str:
    x1, x2 = _COLUMNS[parent.column] + _WIDTHS[parent.column], _COLUMNS[child.column]
    half, y1, y2 = (x1 + x2) / 2, f"{parent.middle:.1f}", f"{child.middle:.1f}"
    return f'<path d="M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"/>'


def _node(box: _Box) -> Html:
    x, width = _COLUMNS[box.column], _WIDTHS[box.column]
    shown = _short(box.label, width)
    top = box.middle - 9
    return tag(
        "a",
        tag("rect", x=str(x), y=f"{top:.1f}", width=str(width), height="18", rx="3"),
        tag("text", shown, tag("title", box.label), x=str(x + 6), y=f"{box.middle + 4:.1f}"),
        href=box.href,
        class_=f"pkb-node pkb-node-{box.kind}",
    )


def _short(label: str, width: int) -> str:
    """The label cut to what fits; a Han character is twice as wide as a Latin one."""
    room, shown = (width - 12) / 6.8, ""
    for character in label:
        room -= 2 if ord(character) > 0x2E7F else 1
        if room < 1:
            return shown + "…"
        shown += character
    return shown
