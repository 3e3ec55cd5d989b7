"""The wordings of answers and faces, in both languages, read from the ontology (`pkb-text:`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import pyoxigraph as ox

from .errors import KnowledgeError
from .load import Knowledge
from .model import Lang, Text
from .templates import fill

__all__ = ["Wording", "read_wording"]

TEXT = "https://w3id.org/policykb/text#"


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts by name; `{placeholders}` in them are filled from keyword arguments, `{count:one|many}` by a count."""

    texts: Mapping[str, Text]

    def text(self, name: str, **values: object) -> Text:
        """A text in both languages; a value that is itself a Text is filled in the same language.

        Raises:
            KnowledgeError: the ontology has no such text.
        """
        found = self._named(name)
        return Text(_fill(found.zh, values, "zh"), _fill(found.en, values, "en")) if values else found

    def say(self, name: str, lang: Lang, **values: object) -> str:
        """A text in one language.

        Raises:
            KnowledgeError: the ontology has no such text.
        """
        found = self._named(name).get(lang)
        return _fill(found, values, lang) if values else found

    def _named(self, name: str) -> Text:
        found = self.texts.get(name)
        if found is None:
            raise KnowledgeError("missing-wording", where="ontology/wordings/texts.ttl", name=f"pkb-text:{name}")
        return found


def read_wording(knowledge: Knowledge) -> Wording:
    """All texts of the ontology."""
    rows = knowledge.store.query(
        "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l FILTER(STRSTARTS(STR(?s), ?base)) }".replace(
            "?base", str(ox.Literal(TEXT))
        )
    )
    texts: dict[str, dict[str, str]] = {}
    for row in cast(ox.QuerySolutions, rows):
        name, label = cast(ox.NamedNode, row["s"]), cast(ox.Literal, row["l"])
        texts.setdefault(name.value.removeprefix(TEXT), {})[label.language or "zh"] = label.value
    return Wording({name: Text(by.get("zh", ""), by.get("en", "")) for name, by in texts.items()})


def _fill(template: str, values: Mapping[str, object], lang: Lang) -> str:
    filled = {name: value.get(lang) if isinstance(value, Text) else value for name, value in values.items()}
    return fill(template, filled, "ontology/wordings/texts.ttl")
