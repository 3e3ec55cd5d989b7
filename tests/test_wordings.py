"""The sentences that people read: which the browser gets, and that one thing has one name in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import yaml

ROOT = Path(__file__).parents[1]
WORDINGS = sorted((ROOT / "ontology" / "wordings").glob("*.ttl"))
DESK = ROOT / "docs" / "browser" / "desk.js"
TOOLS = sorted(set((ROOT / "docs" / "browser").glob("*.js")) - {DESK})
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
    named |= set(re.findall(r'\b(?:button|leaf|stop)\("([a-z-]+)"', code))
    choices = "".join(re.findall(r'say\([^()"]*\? ("[^()]*)\)', code))
    named |= set(re.findall(r'"([a-z-]+)"', choices))
    starts = tuple(re.findall(r"say\(`([a-z-]+)\$", code))

    assert len(named) > 60
    assert sorted(named - marked()) == []
    assert sorted(name for name in marked() - named if not name.startswith(starts)) == []
    assert starts


def test_the_page_that_checks_files_finds_its_texts() -> None:
    """Its page carries texts of its own, and two of the lists of faults; each that it names is one of them."""
    code = DESK.read_text(encoding="utf-8")
    own = {
        quad.subject.value.removeprefix(f"{TEXT}site-desk-")
        for quad in ox.parse(path=ROOT / "ontology" / "wordings" / "desk-texts.ttl", format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    named = set(re.findall(r'say\("([a-z-]+)"', code))

    assert len(named) > 20
    assert sorted(named - own - {"wrong", "mend"}) == []


SAID = ("label", "comment", "message", "mend", "question", "proof", "prefLabel", "definition", "written", "alternative")
TERMS = yaml.safe_load((ROOT / "tests" / "terms.yaml").read_text(encoding="utf-8"))
TURTLE = [*WORDINGS, *(ROOT / "ontology" / "schemes").glob("*.ttl"), ROOT / "ontology" / "facts.ttl"]
TURTLE += (ROOT / "shapes").rglob("*.ttl")
GUIDES = [path for folder in ("how-to", "reference") for path in (ROOT / "docs" / folder).glob("*.md")]


def sentences() -> Iterator[tuple[str, str, str]]:
    """Every sentence that a person reads: where, the language, and the words."""
    for path in TURTLE:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            term = quad.object
            if isinstance(term, ox.Literal) and re.split("[#/]", quad.predicate.value)[-1] in SAID and term.language:
                yield f"{quad.subject}", term.language, term.value
    for path in sorted((ROOT / "scripts" / "policykb" / "commands").glob("*.py")):
        for words in re.findall(r'help="([^"]*)"', path.read_text(encoding="utf-8")):
            chinese, _, english = words.partition(" / ")
            yield from ((path.name, "zh", chinese), (path.name, "en", english))
    for path in GUIDES:
        # What stands in code is quoted.
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        language = path.suffixes[0].removeprefix(".") if len(path.suffixes) > 1 else ""
        if language in ("zh", "en"):
            yield from ((path.name, language, line) for line in text.splitlines())


def test_one_thing_has_one_name() -> None:
    """No sentence calls a thing by a name that it does not have."""
    wrong = {
        lang: re.compile("|".join(name for term in TERMS for name in term["wrong"][lang])) for lang in ("zh", "en")
    }
    read = [each for each in sentences() if each[2]]
    found = [f"{place}: {words}" for place, lang, words in read if wrong[lang].search(words)]

    assert len(read) > 3000
    assert found == []
