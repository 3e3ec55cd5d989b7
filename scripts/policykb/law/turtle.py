"""Parse Turtle, and say clearly where it is broken."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from ..doors.files import read_bytes, without_mark
from ..errors import InputError, KnowledgeError
from ..wording.catalogue import at, reason
from .tokens import DEEPEST, is_nested_too_deep

__all__ = ["parse", "parse_text", "statements"]

_LOOK_AHEAD = 3
"""How many lines above what a parser has read last a statement may stand that it gives only then."""


def parse(path: Path) -> Iterator[ox.Quad]:
    """The quads of a Turtle file.

    Raises:
        KnowledgeError: it is not valid Turtle; the message names the line.
        InputError: it cannot be read.
    """
    yield from parse_text(read_bytes(path), str(path))


def parse_text(text: str | bytes, where: str) -> Iterator[ox.Quad]:
    """The quads of a Turtle text; blank nodes are named by the text and their order in it, and so alike in every run.

    Args:
        text: the Turtle.
        where: what messages call it.

    Raises:
        KnowledgeError: it is not valid Turtle; the message names the line.
    """
    plain = without_mark(text) if isinstance(text, bytes) else text
    if is_nested_too_deep(plain):
        raise KnowledgeError("rdf-too-deep", where=where, most=DEEPEST)
    names = _Names(plain)
    try:
        for quad in ox.parse(plain, format=ox.RdfFormat.TURTLE):
            if isinstance(quad.object, ox.Triple):
                raise KnowledgeError("triple-term", where=where, triple=quad.object)
            yield names.named(quad)
    except (SyntaxError, ValueError, MemoryError) as fault:
        if isinstance(fault, MemoryError) and not str(fault):
            raise  # with words it is about a text longer than the parser takes
        _refuse_other_encoding(plain, where)
        line = fault.lineno if isinstance(fault, SyntaxError) else None
        spot = at("at-line", file=where, line=line) if line else where
        raise KnowledgeError("invalid-turtle", where=spot, detail=reason(fault, "rdf")) from fault


def _refuse_other_encoding(text: str | bytes, where: str) -> None:
    """Say of a text that is no UTF-8 that it is none, and not that a statement of it is wrong.

    Raises:
        InputError: with the position of the first such byte.
    """
    try:
        _ = text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError as fault:
        raise InputError("file-not-utf8", where=where, position=fault.start) from fault


class _Names:
    """The names of the blank nodes of a text, which a parser draws anew each time."""

    def __init__(self, text: str | bytes) -> None:
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        self._stem = f"b{hashlib.sha256(data).hexdigest()[:16]}n"
        self._known: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(self, quad: ox.Quad) -> ox.Quad:
        """A quad with the names of its blank nodes."""
        subject, value = quad.subject, quad.object
        if type(subject) is not ox.BlankNode and type(value) is not ox.BlankNode:
            return quad
        return ox.Quad(
            self._of(subject) if isinstance(subject, ox.BlankNode) else subject,
            quad.predicate,
            self._of(value) if isinstance(value, ox.BlankNode) else value,
        )

    def _of(self, node: ox.BlankNode) -> ox.BlankNode:
        return self._known.get(node) or self._known.setdefault(node, ox.BlankNode(f"{self._stem}{len(self._known)}"))


def statements(data: bytes) -> Iterator[tuple[int, ox.Quad]]:
    """The quads of valid Turtle, each with the line on which its statement ends; lines count from 1."""
    data = without_mark(data)
    reader, lines = _LineReader(data), [line.decode("utf-8", "replace") for line in data.splitlines()]
    for quad in ox.parse(cast("IO[bytes]", reader), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
        line, sign = reader.line, _sign(quad.object)
        # A parser may look ahead before it is sure: what is said last stands on a line above then.
        above = [number for number in range(line, max(line - _LOOK_AHEAD, 0), -1) if sign in lines[number - 1]]
        yield (above[0] if above else line), quad


def _sign(term: object) -> str:
    """What the text of a term is known by: the end of a name, the beginning of a value's last line."""
    if isinstance(term, ox.NamedNode):
        return re.split(r"[#/:]", term.value)[-1]
    return term.value.split("\n")[-1][:20] if isinstance(term, ox.Literal) else ""


class _LineReader:
    """Gives a parser one line at a time, so that what it has found is known to stand above the next one."""

    def __init__(self, data: bytes) -> None:
        self._lines = iter(data.splitlines(keepends=True))
        self._rest = b""
        self.line = 0

    def read(self, size: int) -> bytes:
        """What is left of a line, or the next one, but no more than asked for; nothing at the end."""
        if not self._rest:
            self._rest = next(self._lines, b"")
            self.line += bool(self._rest)
        given, self._rest = self._rest[:size], self._rest[size:]
        return given
