"""Read the wordings of answers and faces from the ontology (`pkb-text:`)."""

from __future__ import annotations

from typing import cast

import pyoxigraph as ox

from ..model import Text
from ..wording.texts import Wording
from .knowledge import Knowledge

__all__ = ["TEXT", "read_wording"]

TEXT = "https://w3id.org/policykb/text#"


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
