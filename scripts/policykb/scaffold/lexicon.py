"""The words for units and bounds, from a knowledge base that may hold no document yet."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..law.fingerprint import Fingerprint
from ..law.knowledge import Knowledge
from ..law.turtle import parse
from ..verify.boundary import Bound, read_bounds
from ..verify.numerals import TextUnit, text_units

__all__ = ["lexicon"]


def lexicon(root: Path) -> tuple[tuple[TextUnit, ...], tuple[Bound, ...]]:
    """How the texts of a knowledge base write units, and what bounds a number.

    Args:
        root: its folder.
    """
    files = tuple(sorted((root / "ontology" / "schemes").glob("*.ttl")))
    store = ox.Store()
    for path in files:
        store.extend(parse(path))
    knowledge = Knowledge(root, "", store, files, (), Fingerprint("", "", ""))
    return text_units(knowledge), read_bounds(knowledge)
