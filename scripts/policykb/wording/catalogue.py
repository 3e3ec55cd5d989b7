"""The wordings of errors and of verification, in both languages, read from the ontology when the first is needed.

An error can arise while the knowledge base is loaded, and verification judges one that may lack anything, so that the
wordings must not depend on it: these files of the installed package are parsed alone. A fault in the catalogue never
hides the error itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..model import Message, Text
from .templates import fill_message

__all__ = ["HOMES", "at", "message", "reason", "worded"]

HOMES = (Path(__file__).resolve().parents[1] / "kb", Path(__file__).resolve().parents[3])
"""Where the package's own knowledge base is: in the wheel, or in the checkout."""

_FILES = ("errors.ttl", "reasons.ttl", "verify-texts.ttl")
_NOTHING = Message(Text("", ""), Text("", ""))
_PARTS = {
    "http://www.w3.org/2000/01/rdf-schema#label": 0,
    "https://w3id.org/policykb/ns#mend": 1,
    "https://w3id.org/policykb/ns#saidAs": 2,
}


def message(id: str, values: Mapping[str, object]) -> Message:
    """What is wrong, and what to do next.

    Args:
        id: the local name of the wording, such as `unknown-clause`.
        values: what its placeholders stand for; a Text is filled in by language, a list with its members listed.

    Returns:
        Both wordings filled in; the id with the values where the catalogue lacks the one or the other.
    """
    known = _read()
    found, none = known.get(id, (None, ""))[0], known.get("none", (_NOTHING, ""))[0].what
    with suppress(ValueError):
        if found is not None:
            return fill_message(found, {name: none if value in ([], ()) else value for name, value in values.items()})
    bare = ", ".join([id, *(f"{name}={value}" for name, value in values.items())])
    return Message(Text(bare, bare), _NOTHING.mend)


def worded(id: str, **values: object) -> Text:
    """A wording alone, filled in."""
    return message(id, values)[0]


def at(id: str, **values: object) -> Text:
    """Where something is wrong, in words: `at("at-row", file="a.csv", row=7)`."""
    return worded(id, **values)


def reason(said: object, *programs: str) -> Text:
    """Why something failed: in Chinese which kind of fault it is, in English what the other program said of it.

    Args:
        said: the other program's exception, or its words.
        programs: whose words they can be, such as `os`; where none tells, the Chinese points to the English.
    """
    given = getattr(said, "strerror", None) or getattr(said, "msg", None) or said
    words = " ".join(f"{given}".split()) or type(said).__name__
    for id, pattern in _patterns():
        found = pattern.search(words) if id.split("-")[1] in programs else None
        if found is not None:
            return worded(id, said=words, **found.groupdict())
    return Text(worded("because-other").zh, words)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((id, re.compile(pattern)) for id, (_, pattern) in _read().items() if pattern)


@cache
def _read() -> Mapping[str, tuple[Message, str]]:
    """All wordings by id, each with the words of other programs that it stands for, in the order of their files.

    Those of a file that is missing or broken are left out, which its own checks report.
    """
    import pyoxigraph as ox

    home = next((home for home in HOMES if (home / "ontology").is_dir()), HOMES[-1])
    found: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str]]] = {}
    for name in _FILES:
        with suppress(OSError, SyntaxError, ValueError):
            for quad in ox.parse(path=home / "ontology" / "wordings" / name, format=ox.RdfFormat.TURTLE):
                part = _PARTS.get(quad.predicate.value)
                if part is not None and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    texts = found.setdefault(quad.subject.value.rpartition("#")[2], ({}, {}, {}))[part]
                    texts[quad.object.language or "zh"] = quad.object.value
    return {
        name: (
            Message(*(Text(part.get("zh", ""), part.get("en", "")) for part in (what, mend))),
            pattern.get("zh", ""),
        )
        for name, (what, mend, pattern) in found.items()
    }
