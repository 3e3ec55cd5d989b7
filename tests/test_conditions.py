"""Shapes as conditions: what is not supported is refused, never left out."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from policykb.errors import KnowledgeError
from policykb.law.conditions import condition
from policykb.law.knowledge import Knowledge

ROOT = Path(__file__).parents[1]
PREFIXES = """@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix t: <https://example.org/t/> .
"""


@pytest.mark.parametrize("constraint", ["sh:in ( true t:a )", "sh:in ( t:a )", "sh:hasValue t:a"])
def test_only_literals_are_compared(constraint: str) -> None:
    """A criterion that names a resource as a value is refused; its other values are not taken for the whole list."""
    store = ox.Store()
    text = f"{PREFIXES}t:s sh:path pkb:producer ; sh:minCount 1 ; {constraint} ."
    store.extend(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))

    with pytest.raises(KnowledgeError) as fault:
        condition(Knowledge(ROOT, "none", store, (), (), ""), ox.NamedNode("https://example.org/t/s"))
    assert fault.value.id == "shape-not-literal"
