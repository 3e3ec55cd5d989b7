"""What is said of a resource as the texts of cells, and back: each column takes values of one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from ..errors import KnowledgeError
from ..law.literals import is_readable
from ..names import XSD
from ..patterns import regex
from ..readers.words import half_width
from .blocks import Value, Writer, said_in

__all__ = ["LIST", "NAME", "Column", "Names", "form_of"]

NAME, LIST = "", " ( )"
"""The forms of columns that hold names, and lists; of others `@` and a language, or `^^` and a datatype."""

_NAMED = r"(?:[\w-]+:[\w-]+|<[^<>\s]*>)"
_KEY = regex(rf"({_NAMED})(@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_NAMED}|\s*\(\s*\))?")
_PREFIXED = regex(r"([\w-]+):([\w-]+)")
_BELOW = regex(r"[\w-]+(?:/[\w-]+)*")
_WHOLE = regex(r"<([^<>\"{}|^`\\\s]*)>")
_ESCAPE = regex(r"\\(?:u\{([0-9A-Fa-f]{0,6})\}|(.?))", re.DOTALL)
# What a cell cannot hold, or a spreadsheet takes for something else: an escape of its own, a formula, blanks around.
_UNFIT = regex(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)|^[=+\-@\s]|\s$")
_UNFIT_WITHIN = regex(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_QUOTED = regex(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_GROUPED = regex(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PERCENT = regex(r"([+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?)\s*%")
_SUBJECT, _PREDICATE = "urn:policykb:subject", "urn:policykb:predicate"


@dataclass(frozen=True, slots=True)
class Column:
    """A property with one form of its values; several values of a cell stand on lines of their own."""

    predicate: ox.NamedNode
    form: str


def form_of(value: Value) -> str | None:
    """The form of a value; None of what has no name."""
    if isinstance(value, tuple):
        return LIST
    if isinstance(value, ox.NamedNode):
        return NAME
    if isinstance(value, ox.BlankNode):
        return None
    return f"@{value.language}" if value.language else f"^^{value.datatype.value}"


@dataclass(frozen=True)
class Names:
    """How names are written in cells: below the document, by a prefix, or whole in angle brackets.

    `base` is what the names of the document begin with, `prefixes` are namespaces by their prefixes, and `labels` what
    stands behind the names of others, for whoever reads them.
    """

    base: str
    prefixes: Mapping[str, str]
    labels: Mapping[str, str]

    def key(self, column: Column) -> str:
        """A column as its first cell names it."""
        form = column.form
        return self.name(column.predicate) + (f"^^{self.name(form[2:])}" if form.startswith("^^") else form)

    def column(self, key: str) -> Column | None:
        """The column that a first cell names; None where it names none."""
        found = _KEY.fullmatch(key.strip())
        predicate = found and self.iri(found[1])
        if found is None or predicate is None:
            return None
        form = found[2] or NAME
        if form.startswith("^^"):
            datatype = self.iri(form[2:])
            return None if datatype is None else Column(predicate, f"^^{datatype.value}")
        return Column(predicate, form if form.startswith("@") else LIST if form else NAME)

    def name(self, iri: ox.NamedNode | str) -> str:
        """A name as cells write it."""
        text = iri if isinstance(iri, str) else iri.value
        if text.startswith(self.base) and _BELOW.fullmatch(text[len(self.base) :]):
            return text[len(self.base) :]
        fits = [(len(space), name) for name, space in self.prefixes.items() if text.startswith(space)]
        for size, name in sorted(fits, reverse=True):
            if _PREFIXED.fullmatch(short := f"{name}:{text[size:]}"):
                return short
        return f"<{text}>"

    def iri(self, text: str) -> ox.NamedNode | None:
        """The name that a cell writes; None where it is none."""
        if whole := _WHOLE.fullmatch(text):
            try:
                return ox.NamedNode(whole[1])
            except ValueError:
                return None
        if prefixed := _PREFIXED.fullmatch(text):
            space = self.prefixes.get(prefixed[1])
            return None if space is None else ox.NamedNode(space + prefixed[2])
        return ox.NamedNode(self.base + text) if _BELOW.fullmatch(text) else None

    def shown(self, iri: ox.NamedNode) -> str:
        """A name with what it is called behind it, where it is not one of the document."""
        label = self.labels.get(iri.value)
        return f"{self.name(iri)} {label}" if label else self.name(iri)

    def text(self, values: Iterable[Value]) -> str:
        """Values of one form as the text of a cell."""
        return "\n".join(map(self._one, values))

    def values(self, column: Column, text: str) -> list[Value] | None:
        """The values that the text of a cell states; None where they are not of the form of the column."""
        found: list[Value] = []
        for line in text.replace("\r\n", "\n").split("\n"):
            if not line.strip():
                continue
            value = self._read(column.form, line)
            if value is None:
                return None
            found.append(value)
        return list(dict.fromkeys(found))

    def _one(self, value: Value) -> str:
        if isinstance(value, ox.NamedNode):
            return self.shown(value)
        if isinstance(value, tuple):
            written = Writer(self.base, self.prefixes, {}, {}).term(value)
            return _QUOTED.sub(lambda text: _UNFIT_WITHIN.sub(_code, text[0]), written)
        return _escaped(cast(ox.Literal, value).value)

    def _read(self, form: str, line: str) -> Value | None:
        if form == NAME:
            # What a name is called is for whoever reads it.
            return self.iri(line.split()[0])
        if form == LIST:
            return self._list(line)
        text = _ESCAPE.sub(_unescaped, line)
        if form.startswith("@"):
            return ox.Literal(text, language=form[1:])
        datatype = ox.NamedNode(form[2:])
        found = ox.Literal(text if datatype == XSD.string else _typed(text, datatype), datatype=datatype)
        return found if is_readable(found) else None

    def _list(self, line: str) -> Value | None:
        heads = [f"@base <{self.base}> .", *(f"@prefix {name}: <{space}> ." for name, space in self.prefixes.items())]
        try:
            said = said_in("\n".join([*heads, f"<{_SUBJECT}> <{_PREDICATE}> {line.strip()} ."]), Path())
        except KnowledgeError:
            return None
        values = said.get(ox.NamedNode(_SUBJECT), {}).get(ox.NamedNode(_PREDICATE), [])
        if len(said) != 1 or len(said[ox.NamedNode(_SUBJECT)]) != 1 or len(values) != 1:
            return None
        return values[0] if isinstance(values[0], tuple) and _is_named(values[0]) else None


def _typed(written: str, datatype: ox.NamedNode) -> str:
    """What is written in a cell as a literal of a datatype: ５００,０００ and 15% are numbers."""
    text = half_width(written).strip()
    if datatype == XSD.boolean:
        return text.lower()
    if datatype in (XSD.decimal, XSD.integer) and _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if datatype == XSD.decimal:
        if (share := _PERCENT.fullmatch(text)) is not None:
            text = f"{Decimal(share[1]) / 100:f}"
        if text.lstrip("+-").isdecimal():
            text += ".0"
    return text


def _is_named(value: Value) -> bool:
    return all(map(_is_named, value)) if isinstance(value, tuple) else not isinstance(value, ox.BlankNode)


def _escaped(text: str) -> str:
    """A text on one line of a cell, with `\\n` for a line feed and `\\u{…}` for what a cell cannot hold."""
    if not text:
        return "\\u{}"
    plain = text.replace("\\", "\\\\").replace("\n", "\\n")
    return _UNFIT.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", plain)


def _code(found: re.Match[str]) -> str:
    """A character as Turtle escapes it."""
    return f"\\u{ord(found[0]):04X}"


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is not None:
        return chr(int(found[1], 16)) if found[1] and int(found[1], 16) < 0x110000 else ""
    return "\n" if found[2] == "n" else found[2]
