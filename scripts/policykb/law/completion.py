"""Complete what a person wrote by what follows from it, as `queries/complete-*.rq` say.

What is derived is never written by hand: anchors and their offsets, identifiers, headings, the parts that a provision
belongs to, whoever acts where the text names nobody. A step that constructs adds statements; one that updates takes a
shorthand away once it is spelled out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from ..names import ELI, PKB, RDF
from .steps import read_steps

__all__ = ["complete", "types_of"]

_TYPES = "complete-01-types"
"""The step that says what a resource is."""


def complete(
    store: ox.Store, root: Path, text: str, amending: Mapping[ox.NamedNode, str] | None = None
) -> tuple[ox.Triple, ...]:
    """Add to a graph what follows from it; returns the statements that were added, each once.

    Args:
        store: the graph as written, changed in place.
        root: the knowledge base folder, which holds the steps.
        text: the official text, which quotes are looked up in; offsets count its Unicode code points.
        amending: the texts of amendments, which have quotes of their own.
    """
    contents: list[ox.Quad] = []
    added: dict[ox.Triple, None] = {}
    for step in read_steps(root, "complete"):
        if not contents:
            contents = list(_contents(store, text, amending or {}))
            store.extend(contents)
        if step.kind == "update":
            step.asked(store.update)
            continue
        new = [ox.Quad(*triple) for triple in cast(ox.QueryTriples, step.asked(store.query))]
        new = [quad for quad in dict.fromkeys(new) if quad not in store]
        store.extend(new)
        added |= dict.fromkeys(quad.triple for quad in new)
    for quad in contents:
        store.remove(quad)
    # A shorthand that was derived is gone again by now.
    return tuple(triple for triple in added if ox.Quad(*triple) in store)


def types_of(root: Path, quads: Iterable[ox.Quad]) -> tuple[ox.Quad, ...]:
    """What resources are that are written without a type, as far as some statements alone tell.

    Args:
        root: the knowledge base folder, which holds the steps.
        quads: the statements, of a file or an overlay.
    """
    said = tuple(quads)
    typed = {quad.subject for quad in said if quad.predicate == RDF.type}
    if all(quad.subject in typed for quad in said if isinstance(quad.subject, ox.NamedNode)):
        return ()
    store = ox.Store()
    store.extend(said)
    steps = (step for step in read_steps(root, "complete") if step.name == _TYPES)
    return tuple(ox.Quad(*triple) for step in steps for triple in cast(ox.QueryTriples, step.asked(store.query)))


def _contents(store: ox.Store, text: str, amending: Mapping[ox.NamedNode, str]) -> Iterable[ox.Quad]:
    """What the files hold of the official text, and of those of amendments: they may be left to be derived."""
    for quad in store.quads_for_pattern(None, RDF.type, ELI.Format):
        file = quad.subject
        if isinstance(file, ox.NamedNode) and any(store.quads_for_pattern(file, PKB.sourceFile, None)):
            realized = [
                whole.object
                for expression in store.quads_for_pattern(file, ELI.embodies, None)
                if isinstance(expression.object, ox.NamedNode)
                for whole in store.quads_for_pattern(expression.object, ELI.realizes, None)
            ]
            own = (amending[whole] for whole in realized if isinstance(whole, ox.NamedNode) and whole in amending)
            yield ox.Quad(file, PKB.content, ox.Literal(next(own, text)))
