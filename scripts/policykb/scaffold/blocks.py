"""The Turtle files of a document as blocks: each resource with what is said of it, read and written again.

A block begins with the name of its resource at the beginning of a line, as `make fmt` lays files out. What is not
touched stays byte for byte, comments included. Standard: RDF 1.1 Turtle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

import pyoxigraph as ox

from ..doors.files import read_text
from ..errors import CallError
from ..law.turtle import parse_text
from ..names import RDF, XSD
from ..patterns import regex

__all__ = ["Block", "File", "Said", "Value", "Writer", "read_file", "said_in", "same"]

Value: TypeAlias = "ox.NamedNode | ox.Literal | ox.BlankNode | tuple[Value, ...]"
"""A name, a literal, a list of these, or something that has no name."""
Said: TypeAlias = "dict[ox.NamedNode, list[Value]]"
"""What is said of a resource, by its properties, in the order of the file; what has no name is kept as it is."""

_HEAD = regex(r"@(?:prefix\s+([\w-]*):|base)\s*<([^<>\s]*)>\s*\.\s*(?:#.*)?")
_LOCAL = regex(r"[\w-]+")
_LONG = '"' * 3
"""What a text of several lines stands between."""
_BARE = {
    XSD.integer: regex(r"[+-]?\d+"),
    XSD.decimal: regex(r"[+-]?\d*\.\d+"),
    XSD.boolean: regex(r"true|false"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A resource and its lines: the first and the one behind the last, counted from 0."""

    subject: ox.NamedNode
    said: Said
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class File:
    """A file of a document: its lines, what names are shortened by, and its blocks."""

    path: Path
    lines: tuple[str, ...]
    base: str
    prefixes: Mapping[str, str]
    blocks: tuple[Block, ...]

    def changed(self, wanted: Mapping[ox.NamedNode, Said | None], known: Mapping[str, str]) -> str:
        """The text of the file with other statements, in the place of those that are there.

        Args:
            wanted: what is to be said of a resource; None where it goes; what is not in the file comes to its end.
            known: other prefixes that may be declared, with their namespaces.

        Raises:
            CallError: a resource that is to change holds something without name.
        """
        prefixes = dict(self.prefixes)
        fresh = {space: name for name, space in known.items() if name not in prefixes}
        used: dict[str, str] = {}
        writer = Writer(self.base, prefixes, fresh, used)
        lines: list[str] = []
        behind = 0
        there = {block.subject for block in self.blocks}
        for block in self.blocks:
            lines += self.lines[behind : block.first]
            behind = block.end
            if block.subject not in wanted:
                lines += self.lines[block.first : block.end]
                continue
            said = wanted[block.subject]
            if any(isinstance(one, ox.BlankNode) for values in block.said.values() for one in values):
                raise CallError("blocks-unnamed", file=str(self.path), line=block.first + 1)
            if said is not None:
                # A comment between two statements is about the resource, and stands above it from now on.
                lines += _comments(self.lines[block.first : block.end])
                lines += writer.block(block.subject, said)
            elif behind < len(self.lines) and not self.lines[behind].strip() and not (lines and lines[-1].strip()):
                behind += 1
        lines += self.lines[behind:]
        while lines and not lines[-1].strip():
            lines.pop()
        for subject, said in wanted.items():
            if subject not in there and said is not None:
                lines += ["", *writer.block(subject, said)]
        return "\n".join(self._with(lines, used)) + "\n"

    def _with(self, lines: list[str], used: Mapping[str, str]) -> list[str]:
        """The lines with more prefixes, in their order among those that are there."""
        for name, space in used.items():
            line = f"@prefix {name}: <{space}> ."
            heads = [at for at, one in enumerate(lines) if one.startswith("@prefix ")]
            after = [at for at in heads if lines[at] < line]
            lines.insert(after[-1] + 1 if after else heads[0] if heads else 0, line)
        return lines


@dataclass
class Writer:
    """Writes terms short: by a prefix of the file, below its base, or by a prefix that is declared from now on."""

    base: str
    prefixes: Mapping[str, str]
    fresh: Mapping[str, str]
    used: dict[str, str]

    def block(self, subject: ox.NamedNode, said: Said) -> list[str]:
        parts = []
        for predicate, values in said.items():
            name = "a" if predicate == RDF.type else self.term(predicate)
            parts.append(f"{name} {' , '.join(map(self.term, values))}")
        return f"{self.term(subject)} {f' ;{chr(10)}    '.join(parts)} .".split("\n")

    def term(self, value: Value) -> str:
        if isinstance(value, tuple):
            return f"( {' '.join(map(self.term, value))} )" if value else "()"
        if isinstance(value, ox.NamedNode):
            return self._name(value.value)
        assert isinstance(value, ox.Literal)  # what has no name is in no block that is written anew
        bare = _BARE.get(value.datatype)
        if bare is not None and bare.fullmatch(value.value):
            return value.value
        if value.language or value.datatype == XSD.string:
            return str(value)
        return f"{ox.Literal(value.value)}^^{self.term(value.datatype)}"

    def _name(self, iri: str) -> str:
        fits = [(len(space), name) for name, space in self.prefixes.items() if _below(iri, space)]
        if self.base and iri.startswith(self.base) and len(self.base) > max(fits, default=(0, ""))[0]:
            return f"<{iri[len(self.base) :]}>"
        if fits:
            size, name = max(fits)
            return f"{name}:{iri[size:]}"
        for space, name in self.fresh.items():
            if _below(iri, space):
                self.used[name] = space
                return f"{name}:{iri[len(space) :]}"
        return str(ox.NamedNode(iri))


def _below(iri: str, space: str) -> bool:
    return iri.startswith(space) and _LOCAL.fullmatch(iri[len(space) :]) is not None


def read_file(path: Path) -> File:
    """A Turtle file as blocks.

    Raises:
        KnowledgeError: it is not valid Turtle.
        CallError: the lines of a resource cannot be told from those of another.
    """
    text = read_text(path)
    lines = text.split("\n")
    heads = [(line, found) for line in lines if (found := _HEAD.fullmatch(line.strip()))]
    prefixes = {found[1]: found[2] for _, found in heads if found[1] is not None}
    base = next((found[2] for _, found in heads if found[1] is None), "")
    above = "\n".join(line for line, _ in heads)
    blocks = []
    for first, end in _spans(lines):
        said = said_in(f"{above}\n" + "\n".join(lines[first:end]), path)
        if len(said) != 1:
            raise CallError("blocks-unclear", file=str(path), line=first + 1)
        blocks += [Block(subject, one, first, end) for subject, one in said.items()]
    whole = said_in(text, path)
    apart: dict[ox.NamedNode, Said] = {}
    for block in blocks:
        if block.subject in apart:
            raise CallError("blocks-unclear", file=str(path), line=block.first + 1)
        apart[block.subject] = block.said
    if whole.keys() != apart.keys() or not all(same(whole[one], apart[one]) for one in whole):
        raise CallError("blocks-unclear", file=str(path), line=1)
    return File(path, tuple(lines), base, prefixes, tuple(blocks))


def _spans(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of each block: from a name at the beginning of a line to what is last indented below it."""
    first: int | None = None
    end, is_within = 0, False
    for at, line in enumerate(lines):
        begins = not is_within and bool(line) and not line[0].isspace() and line[0] not in "#@"
        if first is not None and (begins or (line[:1] == "@" and not is_within)):
            yield first, end
            first = None
        if begins:
            first = at
        if is_within or (line.strip() and not line.lstrip().startswith("#")):
            end = at + 1
            is_within ^= line.count(_LONG) % 2 == 1
    if first is not None:
        yield first, end


def _comments(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a block that are comments, and not part of a text of several lines."""
    is_within = False
    for line in lines:
        if is_within or not line.lstrip().startswith("#"):
            is_within ^= line.count(_LONG) % 2 == 1
        else:
            yield line.strip()


def said_in(text: str, path: Path) -> dict[ox.NamedNode, Said]:
    """What a Turtle text says, by its named resources.

    Raises:
        KnowledgeError: it is not valid Turtle.
    """
    quads = list(parse_text(text, str(path)))
    nodes: dict[ox.BlankNode, dict[ox.NamedNode, list[object]]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode):
            nodes.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(quad.object)

    def value(term: object) -> Value:
        members: list[Value] = []
        head = term
        while isinstance(head, ox.BlankNode):
            said = nodes.get(head, {})
            if set(said) != {RDF.first, RDF.rest} or any(len(one) != 1 for one in said.values()):
                return cast(ox.BlankNode, term)
            members.append(value(said[RDF.first][0]))
            head = said[RDF.rest][0]
        if head == RDF.nil:
            return tuple(members)
        return cast("ox.NamedNode | ox.Literal", term)

    found: dict[ox.NamedNode, Said] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode):
            found.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(value(quad.object))
    return found


def same(one: Said, other: Said) -> bool:
    """Whether the same is said, in whatever order; 5.0 and 5.00 are not the same here, since both are written."""
    return one.keys() == other.keys() and all(
        set(map(_plain, one[name])) == set(map(_plain, other[name])) for name in one
    )


def _plain(value: Value) -> object:
    """A value with what has no name set aside: it is named anew each time that it is read."""
    return tuple(map(_plain, value)) if isinstance(value, tuple) else None if isinstance(value, ox.BlankNode) else value
