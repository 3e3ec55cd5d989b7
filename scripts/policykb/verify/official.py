"""The policy graph against the official CPSV-AP and CCCEV shapes, where a copy of them is at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import rdflib

from ..errors import CallError
from ..law.knowledge import Knowledge
from .places import Places
from .report import Fault
from .structure import faults_of

__all__ = ["VARIABLE", "check_official", "official_shapes"]

VARIABLE = "POLICYKB_CONFORMANCE"
"""The environment variable that names the folder of the official shapes."""

STANDARDS = ("cpsv-ap", "cccev")


def official_shapes(knowledge: Knowledge, folder: Path | None) -> tuple[Path, ...]:
    """The files of official shapes to check against; none where no folder is at hand.

    Args:
        knowledge: the loaded knowledge base; a folder shared/conformance beside its own is looked for.
        folder: the folder a user named; else the environment variable POLICYKB_CONFORMANCE.

    Raises:
        CallError: the folder named holds no such shapes.
    """
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    place = named or knowledge.root.resolve().parent / "shared" / "conformance"
    found = tuple(path for standard in STANDARDS for path in sorted(place.glob(f"{standard}-*-shacl.ttl")))
    if named and not found:
        raise CallError("no-official-shapes", where=str(named))
    return found


def check_official(files: tuple[Path, ...], graph: rdflib.Graph, places: Places) -> Iterator[Fault]:
    """Violations of the official shapes, file by file."""
    for path in files:
        yield from faults_of(path.name.removesuffix("-shacl.ttl"), graph, rdflib.Graph().parse(path), places)
