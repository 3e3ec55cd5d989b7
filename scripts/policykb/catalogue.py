"""The wordings of errors and of verification, in both languages, read from the ontology when the first is needed.

An error can arise while the knowledge base is loaded, and verification judges one that may lack anything, so that the
wordings must not depend on it: these files of the installed package are parsed alone. A fault in the catalogue never
hides the error itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from .model import Lang, Text

__all__ = ["HOMES", "at", "message", "worded"]

HOMES = (Path(__file__).resolve().parent / "kb", Path(__file__).resolve().parents[2])
"""Where the package's own knowledge base is: in the wheel, or in the checkout."""

_FILES = ("errors.ttl", "verify-texts.ttl")
_PARTS = {"http://www.w3.org/2000/01/rdf-schema#label": 0, "https://w3id.org/policykb/ns#mend": 1}


def message(id: str, values: Mapping[str, object]) -> tuple[Text, Text]:
    """What is wrong, and what to do next.

    Args:
        id: the local name of the wording, such as `unknown-clause`.
        values: what its placeholders stand for; a Text is filled in by language, a list with its members listed.

    Returns:
        Both wordings filled in; the id with the values where the catalogue lacks the one or the other.
    """
    what, mend = _entries().get(id, (None, None))
    try:
        if what is not None and mend is not None:
            return _fill(what, values), _fill(mend, values)
    except (LookupError, ValueError, TypeError):
        pass
    bare = ", ".join([id, *(f"{name}={value}" for name, value in values.items())])
    return Text(bare, bare), Text("", "")


def worded(id: str, **values: object) -> Text:
    """A wording alone, filled in."""
    return message(id, values)[0]


def at(id: str, **values: object) -> Text:
    """Where something is wrong, in words: `at("at-row", file="a.csv", row=7)`."""
    return worded(id, **values)


def _fill(template: Text, values: Mapping[str, object]) -> Text:
    return Text(
        template.zh.format_map({name: _word(value, "zh") for name, value in values.items()}),
        template.en.format_map({name: _word(value, "en") for name, value in values.items()}),
    )


def _word(value: object, lang: Lang) -> object:
    """A value as one language writes it; numbers stay numbers, for the placeholders that format them."""
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        members = [str(_word(member, lang)) for member in value]
        return ("、" if lang == "zh" else ", ").join(members) if members else at("none").get(lang)
    return value


@cache
def _entries() -> Mapping[str, tuple[Text, Text]]:
    """All wordings by id; those of a file that is missing or broken are left out, which its own checks report."""
    import pyoxigraph as ox

    home = next((home for home in HOMES if (home / "ontology").is_dir()), HOMES[-1])
    found: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
    for name in _FILES:
        with suppress(OSError, SyntaxError, ValueError):
            for quad in ox.parse(path=home / "ontology" / "wordings" / name, format=ox.RdfFormat.TURTLE):
                part = _PARTS.get(quad.predicate.value)
                if part is not None and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    texts = found.setdefault(quad.subject.value.rpartition("#")[2], ({}, {}))[part]
                    texts[quad.object.language or "zh"] = quad.object.value
    return {
        name: (Text(what.get("zh", ""), what.get("en", "")), Text(mend.get("zh", ""), mend.get("en", "")))
        for name, (what, mend) in found.items()
    }
