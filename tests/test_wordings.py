"""The sentences that people read: which the browser gets, and that one thing has one name in them."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parents[1]
WORDINGS = sorted((ROOT / "ontology" / "wordings").glob("*.ttl"))
TOOLS = [ROOT / "docs" / "browser" / name for name in ("check.js", "playground.js")]
TEXT = "https://w3id.org/policykb/text#"
USED_IN = ox.NamedNode("https://w3id.org/policykb/ns#usedIn")
BROWSER = ox.NamedNode("https://w3id.org/policykb/ns#browser")


def marked() -> set[str]:
    """The names of the texts that are marked for the browser, as its tools write them."""
    quads = [quad for path in WORDINGS for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    found = [quad.subject.value for quad in quads if quad.predicate == USED_IN and quad.object == BROWSER]
    return {name.removeprefix(TEXT).removeprefix("site-") for name in found}


def test_the_browser_gets_the_texts_that_its_tools_name() -> None:
    """Each text that a tool names is marked in the data; each marked one is named, or begins as a tool puts names
    together from a status, a truth or an operator."""
    code = "".join(path.read_text(encoding="utf-8") for path in TOOLS)
    named = set(re.findall(r'say\("([a-z-]+)"', code)) | set(re.findall(r'"(ui-[a-z-]+)"', code))
    choices = "".join(re.findall(r'say\([^()"]*\? ("[^()]*)\)', code))
    named |= set(re.findall(r'"([a-z-]+)"', choices))
    starts = tuple(re.findall(r"say\(`([a-z-]+)\$", code))

    assert len(named) > 60
    assert sorted(named - marked()) == []
    assert sorted(name for name in marked() - named if not name.startswith(starts)) == []
    assert starts
