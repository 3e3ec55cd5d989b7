"""Parse Turtle, and say clearly where it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from .catalogue import at
from .errors import KnowledgeError

__all__ = ["parse", "parse_text"]


def parse(path: Path) -> Iterator[ox.Quad]:
    """The quads of a Turtle file.

    Raises:
        KnowledgeError: it is not valid Turtle; the message names the line.
    """
    yield from parse_text(path.read_bytes(), str(path))


def parse_text(text: str | bytes, where: str) -> Iterator[ox.Quad]:
    """The quads of a Turtle text.

    Args:
        text: the Turtle.
        where: what messages call it.

    Raises:
        KnowledgeError: it is not valid Turtle; the message names the line.
    """
    try:
        yield from ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    except (SyntaxError, ValueError) as fault:
        line = fault.lineno if isinstance(fault, SyntaxError) else None
        spot = at("at-line", file=where, line=line) if line else where
        raise KnowledgeError(
            "invalid-turtle", where=spot, detail=fault.msg if isinstance(fault, SyntaxError) else fault
        ) from fault
