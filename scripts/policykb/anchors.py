"""Fill in the offsets of quotes: `python -m policykb.anchors policy/<slug>` after a quote was written or changed.

Quotes are looked up in the order of the files, each after the one before it where possible, so that a sentence that
stands twice finds its own place. The files keep their layout: only the numbers of oa:start and oa:end change.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pyoxigraph as ox

from .errors import KnowledgeError
from .names import DCT, OA
from .writing import write_text

__all__ = ["fill_offsets"]


def fill_offsets(folder: Path) -> int:
    """Set oa:start and oa:end of every anchor under a policy folder from its quote; returns how many there are.

    Args:
        folder: a policy folder with `source.txt` and Turtle files.

    Raises:
        KnowledgeError: a quote does not stand in the source word for word.
    """
    source = (folder / "source.txt").read_text(encoding="utf-8")
    count = 0
    for path in sorted(folder.rglob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        store = ox.Store()
        store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        after = 0
        for anchor in _anchors_in_order(store, text):
            quote, position = _selectors(store, anchor)
            if quote is None or position is None:
                continue
            start = source.find(quote, after)
            if start < 0:
                start = source.find(quote)
            if start < 0:
                raise KnowledgeError(
                    "quote-not-in-text", where=str(path), resource=_local(anchor.value), quote=f"{quote[:40]}…"
                )
            after = start + len(quote)
            text = _with_offsets(text, _local(position.value), start, start + len(quote))
            count += 1
        if text != path.read_text(encoding="utf-8"):
            write_text(path, text)
    return count


def _anchors_in_order(store: ox.Store, text: str) -> list[ox.NamedNode]:
    anchors = [q.object for q in store.quads_for_pattern(None, DCT.source, None, ox.DefaultGraph())]
    named = {
        a for a in anchors if isinstance(a, ox.NamedNode) and any(store.quads_for_pattern(a, OA.hasSelector, None))
    }
    return sorted(named, key=lambda a: _heading(text, _local(a.value)))


def _selectors(store: ox.Store, anchor: ox.NamedNode) -> tuple[str | None, ox.NamedNode | None]:
    quote: str | None = None
    position: ox.NamedNode | None = None
    for quad in store.quads_for_pattern(anchor, OA.hasSelector, None):
        selector = quad.object
        if not isinstance(selector, ox.NamedNode):
            continue
        for exact in store.quads_for_pattern(selector, OA.exact, None):
            quote = exact.object.value if isinstance(exact.object, ox.Literal) else quote
        if any(store.quads_for_pattern(selector, OA.start, None)):
            position = selector
    return quote, position


def _heading(text: str, name: str) -> int:
    """Where the statement about a resource begins in the file."""
    found = re.search(rf"^\S*:{re.escape(name)}\s", text, re.MULTILINE)
    return found.start() if found else len(text)


def _local(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def _with_offsets(text: str, name: str, start: int, end: int) -> str:
    pattern = rf"(^\S*:{re.escape(name)}\s(?:[^.]*?))oa:start \d+ ;(\s+)oa:end \d+"
    return re.sub(pattern, rf"\g<1>oa:start {start} ;\g<2>oa:end {end}", text, count=1, flags=re.MULTILINE)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(f"{argument}: {fill_offsets(Path(argument))} anchors")
