"""W3C SHACL tests as columns: the values that shapes speak about become columns, and the shapes speak about those.

Only data and the names of paths are translated; whether a constraint is met is left to the compiler. A row holds one
value of every property. SHACL's "every value" makes several rows of a node, which conforms if all its rows do; that is
exact where nothing above is sh:or or sh:not. sh:hasValue asks for "some value" and has a column of lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import ibis
import pyarrow as pa
import pyoxigraph as ox

from policykb.engines.columns.facts import Facts
from policykb.law.conditions import BOUNDS, literal
from policykb.model import Fact, Text, Vocabulary
from policykb.names import DCT, RDF, SH, XSD

__all__ = ["NAMELESS", "NotComparableError", "Translation", "members", "objects"]

ARROW = {
    "integer": pa.int64(), "decimal": pa.decimal128(24, 4), "boolean": pa.bool_(), "string": pa.string(),
    "date": pa.date32(),
}  # fmt: skip
ORDERS = (SH.minInclusive, SH.minExclusive, SH.maxInclusive, SH.maxExclusive)
PAIRS = (SH.lessThan, SH.lessThanOrEquals)
OTHER_NUMBERS = ("double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
NAME = "urn:translated/"
NAMELESS = "urn:nameless/"
"""Begins the names given to blank nodes."""

SET = "set"

Chain = tuple[Any, ...]
"""The paths from a focus node to the values spoken about; none for the focus node itself. With `SET` at its end it
stands for all the values at once, else for one of them."""


class NotComparableError(Exception):
    """What a test speaks about cannot be brought into columns exactly; the reason."""


def objects(store: ox.Store, subject: Any, predicate: Any) -> list[Any]:
    """The objects of a subject and predicate; of a literal there are none."""
    if isinstance(subject, ox.Literal):
        return []
    return [quad.object for quad in store.quads_for_pattern(subject, predicate, None)]


def members(store: ox.Store, head: Any) -> list[Any]:
    """The members of an RDF list."""
    found = []
    while head != RDF.nil:
        found += objects(store, head, RDF.first)
        (head,) = objects(store, head, RDF.rest)
    return found


def values(data: ox.Store, shapes: ox.Store, node: Any, path: Any) -> list[Any]:
    """The value nodes of a focus node and a SHACL path, each once.

    Raises:
        NotComparableError: it is no path.
    """
    if objects(shapes, path, RDF.first):
        found = [node]
        for step in members(shapes, path):
            found = [v for one in found for v in values(data, shapes, one, step)]
    elif inverse := objects(shapes, path, SH.inversePath):
        found = [quad.subject for quad in data.quads_for_pattern(None, inverse[0], node)]
    elif choice := objects(shapes, path, SH.alternativePath):
        found = [v for one in members(shapes, choice[0]) for v in values(data, shapes, node, one)]
    elif again := objects(shapes, path, SH.zeroOrOnePath):
        found = [node, *values(data, shapes, node, again[0])]
    elif many := objects(shapes, path, SH.zeroOrMorePath) + objects(shapes, path, SH.oneOrMorePath):
        found = [node] if objects(shapes, path, SH.zeroOrMorePath) else []
        reached, new = {node}, [node]
        while new:
            new = [v for one in new for v in values(data, shapes, one, many[0])]
            found += new
            new = [v for v in dict.fromkeys(new) if v not in reached]
            reached |= set(new)
    elif path.value.startswith(NAMELESS):
        raise NotComparableError("a path that is not one of SHACL's")
    else:
        found = objects(data, node, path)
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Column:
    """A column of the table: the values it rests on, how it shows them, and its datatype."""

    chains: tuple[Chain, ...]
    show: Callable[[dict[Chain, Any]], Any]
    datatype: str
    is_list: bool = False


@dataclass
class Translation:
    """Shapes and focus nodes on the way into columns.

    `shapes` and `data` are read; `made` receives the shapes about columns.
    """

    data: ox.Store
    shapes: ox.Store
    nodes: list[Any]
    made: ox.Store = field(default_factory=ox.Store)
    columns: dict[str, Column] = field(default_factory=dict)
    lone: set[Chain] = field(default_factory=set)
    """Chains below sh:or or sh:not, which can have one value only."""

    def name(self) -> ox.NamedNode:
        """A new name."""
        return ox.NamedNode(f"{NAME}n{len(self.made)}")

    def say(self, subject: Any, predicate: Any, *terms: Any) -> None:
        """Add to the shapes about columns."""
        self.made.extend(ox.Quad(subject, predicate, term) for term in terms)

    def shape(self, shape: Any, prefix: Chain = (), plain: bool = True, above: tuple[Any, ...] = ()) -> ox.NamedNode:
        """A node shape about columns that says what a shape says.

        Args:
            shape: the shape.
            prefix: whose values it speaks about.
            plain: whether only sh:and, sh:node and sh:property stand above.
            above: the shapes it stands in.
        """
        if shape in above:
            raise NotComparableError("a shape that contains itself")
        name, above = self.name(), (*above, shape)
        self.say(name, RDF.type, SH.NodeShape)
        self.say(name, DCT.source, ox.NamedNode(f"{NAME}text"))  # or else one that asks nothing would be refused
        path = objects(self.shapes, shape, SH.path)
        chain = (*prefix, path[0]) if path else prefix
        if path and not plain:
            self.lone.add(chain)
        counts = {term.value for term in objects(self.shapes, shape, SH.minCount)}
        is_sure = "1" in counts or not chain
        for quad in list(self.shapes.quads_for_pattern(shape, None, None)):
            predicate, term = quad.predicate, quad.object
            if predicate == SH.minCount:
                if term.value != "0":  # type: ignore[union-attr]  # none at the least holds of everything
                    self.leaf(name, self.typed(chain), predicate, term)
            elif predicate in BOUNDS:
                self.bound(name, chain, predicate, term, bool(path), is_sure)
            elif predicate in (SH.node, SH.property):
                self.say(name, SH.node, self.shape(term, chain, plain, above))
            elif predicate == SH["not"]:
                self.say(name, predicate, self.shape(term, chain, False, above))
            elif predicate in (SH["and"], SH["or"]):
                stays = plain and predicate == SH["and"]
                parts = [self.shape(one, chain, stays, above) for one in members(self.shapes, term)]
                self.say(name, predicate, self.listed(parts))
        return name

    def bound(self, name: Any, chain: Chain, predicate: Any, term: Any, of_property: bool, is_sure: bool) -> None:
        """Add a constraint about the values of a chain."""
        if predicate in PAIRS:
            self.pair(name, chain, predicate, term)
        elif predicate in ORDERS:
            family, bound = _comparable(term)
            if family is None:
                raise NotComparableError(f"an order among values of the datatype {_datatype(term)}")
            column = self.ordered(chain, family, [literal(bound)])
            self.leaf(name, column, predicate, bound, is_sure=is_sure)
            if any(_comparable(row[chain])[0] != family for row in self.rows([chain]) if row[chain] is not None):
                self.comparable(name, chain, lambda row: _comparable(row[chain])[0] == family)
        else:
            wanted = members(self.shapes, term) if predicate == SH["in"] else [term]
            is_set = predicate == SH.hasValue and of_property
            found = self.sets(chain) if is_set else [[row[chain]] for row in self.rows([chain])]
            every = [v for one in found for v in one if v is not None]
            kinds = {_plain_kind(v) for v in (*every, *wanted)}
            kind = kinds.pop() if len(kinds) == 1 else None
            column = self.set_of(chain, kind, any(len(one) > 1 for one in found)) if is_set else self.typed(chain, kind)
            shown = wanted if kind else [ox.Literal(str(v)) for v in wanted]
            if predicate == SH["in"]:
                self.leaf(name, column, predicate, self.listed(shown), is_sure=is_sure)
            else:
                self.leaf(name, column, predicate, *shown, is_sure=True)  # some value means that there is one

    def pair(self, name: Any, chain: Chain, predicate: Any, other: Any) -> None:
        """Add a comparison of two properties of one node; what cannot be compared is a breach."""
        second = (*chain[:-1], other)
        rows = [row for row in self.rows([chain, second]) if row[chain] is not None and row[second] is not None]
        families = [(_comparable(row[chain])[0], _comparable(row[second])[0]) for row in rows]
        shared = {one for one, two in families if one == two and one is not None} or {"number"}
        if len(shared) > 1:
            raise NotComparableError("values of several datatypes, each compared with its own")
        (family,) = shared
        numbers = [row[c] for row in self.rows([chain, second]) for c in (chain, second)]
        known = [literal(_comparable(v)[1]) for v in numbers if v is not None and _comparable(v)[0] == family]
        one, two = self.ordered(chain, family, known), self.ordered(second, family, known)
        self.leaf(name, one, predicate, ox.NamedNode(NAME + two))
        if any(pair != (family, family) for pair in families):
            self.comparable(
                name,
                chain,
                lambda row: row[second] is None or {_comparable(row[c])[0] for c in (chain, second)} == {family},
                second,
            )

    def comparable(self, name: Any, chain: Chain, holds: Callable[[Any], bool], *more: Chain) -> None:
        """Add that values can be compared: in a column of truth values, of which the compiler wants the true ones."""
        column = self.column(lambda row: None if row[chain] is None else holds(row), "boolean", chain, *more)
        self.leaf(name, column, SH["in"], self.listed([ox.Literal(True)]))

    def leaf(self, name: Any, column: str, predicate: Any, *terms: Any, is_sure: bool = False) -> None:
        """Add a property shape about a column."""
        leaf = self.name()
        self.say(name, SH.property, leaf)
        self.say(leaf, SH.path, ox.NamedNode(NAME + column))
        self.say(leaf, predicate, *terms)
        if is_sure:
            self.say(leaf, SH.minCount, ox.Literal(1))

    def listed(self, terms: Iterable[Any]) -> Any:
        """An RDF list."""
        head: Any = RDF.nil
        for term in reversed(list(terms)):
            rest, head = head, ox.BlankNode()
            self.say(head, RDF.first, term)
            self.say(head, RDF.rest, rest)
        return head

    def column(self, show: Callable[[Any], Any], datatype: str, *chains: Chain, is_list: bool = False) -> str:
        """A new column."""
        name = f"c{len(self.columns)}"
        self.columns[name] = Column(chains, show, datatype, is_list)
        return name

    def typed(self, chain: Chain, kind: str | None = None) -> str:
        """A column of values of one datatype, or as they are written."""
        one = literal if kind else str
        return self.column(lambda row: None if row[chain] is None else one(row[chain]), kind or "string", chain)

    def set_of(self, chain: Chain, kind: str | None, several: bool) -> str:
        """A column of all values of a property: of lists, or of single values where no node has several."""
        mine, one = (*chain, SET), literal if kind else str
        if several and kind not in (None, "string"):
            raise NotComparableError("several values that are no strings, of which one is asked for")
        if several:
            return self.column(lambda row: [one(v) for v in row[mine]] or None, "string", mine, is_list=True)
        return self.column(lambda row: one(row[mine][0]) if row[mine] else None, kind or "string", mine)

    def ordered(self, chain: Chain, family: str, known: list[Any]) -> str:
        """A column of the values of one family; what cannot be compared with them is missing in it."""
        found = [_comparable(row[chain]) for row in self.rows([chain]) if row[chain] is not None]
        every = [*known, *(literal(v) for f, v in found if f == family)]
        kind = "date" if family == "date" else "decimal" if any(isinstance(v, Decimal) for v in every) else "integer"

        def show(row: Any) -> Any:
            if row[chain] is None or _comparable(row[chain])[0] != family:
                return None
            value = literal(_comparable(row[chain])[1])
            return Decimal(str(value)) if kind == "decimal" else value

        return self.column(show, kind, chain)

    def sets(self, chain: Chain) -> list[list[Any]]:
        """All values of a property, of each node that has it."""
        return [values(self.data, self.shapes, row[chain[:-1]], chain[-1]) for row in self.rows([chain[:-1]])]

    def rows(self, chains: Iterable[Chain]) -> list[dict[Chain, Any]]:
        """The focus nodes with one value of each chain; a node has as many rows as there are combinations."""
        wanted = {chain[:n] for chain in chains for n in range(1, len(chain) + 1) if chain[n:] != (SET,)}
        rows: list[dict[Chain, Any]] = [{(): node} for node in self.nodes]
        for chain in sorted(wanted, key=lambda chain: (len(chain), str(chain))):
            longer = []
            for row in rows:
                at, step = (chain[:-2], chain[-2]) if chain[-1] == SET else (chain[:-1], chain[-1])
                if row[at] is None:
                    raise NotComparableError("a property without a value, whose values a shape speaks about")
                found = values(self.data, self.shapes, row[at], step)
                if chain[-1] == SET:
                    longer.append({**row, chain: found})
                    continue
                if len(found) > 1 and chain in self.lone:
                    raise NotComparableError("several values of a property below sh:or or sh:not")
                longer += [{**row, chain: value} for value in found or [None]]
            rows = longer
        return rows

    def facts(self) -> tuple[list[Any], Facts]:
        """The focus node of each row, and the columns."""
        rows = self.rows({chain for column in self.columns.values() for chain in column.chains})
        table: dict[str, Any] = {"record": [str(n) for n in range(len(rows))]}
        facts: dict[str, Fact] = {}
        for name, column in self.columns.items():
            kind = pa.list_(pa.string()) if column.is_list else ARROW[column.datatype]
            table[name] = pa.array([column.show(row) for row in rows], kind)
            facts[name] = Fact(name, name, Text(name, name), column.datatype, is_list=column.is_list)
        vocabulary = Vocabulary(facts, {}, {}, {}, {}, {}, {})
        created = ibis.polars.connect().create_table("nodes", pa.table(table))
        return [row[()] for row in rows], Facts(created, vocabulary, {}, {})


def _datatype(term: Any) -> str:
    return term.datatype.value.rsplit("#", 1)[-1] if isinstance(term, ox.Literal) else "none"


def _plain_kind(term: Any) -> str | None:
    """The datatype of a literal that its value tells wholly, so that equal values are equal terms; else none."""
    if isinstance(term, ox.Literal) and not term.language:
        kind = _datatype(term)
        if kind == "string":
            return kind
        if kind in ("integer", "boolean", "date") and term.value == str(literal(term)).lower():
            return kind
    return None


def _comparable(term: Any) -> tuple[str | None, Any]:
    """The family of values that a term can be compared with, and the literal that stands for it there."""
    kind = _datatype(term)
    if kind in OTHER_NUMBERS:
        raise NotComparableError(f"values of the datatype {kind}")
    try:
        if kind in ("integer", "decimal", "date"):
            literal(term)
            return ("date" if kind == "date" else "number"), term
        if kind == "dateTime":
            # Seconds, apart for those with a zone and those without, which cannot be told before or after each other.
            moment = datetime.fromisoformat(term.value)
            family = "dateTime" if moment.tzinfo is None else "dateTime in a zone"
            seconds = (moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo and UTC)).total_seconds()
            return family, ox.Literal(str(Decimal(str(seconds))), datatype=XSD.decimal)
    except (ValueError, InvalidOperation):
        pass
    return None, term
