"""pyoxigraph's interface over the Oxigraph that the page has loaded, as far as reading, checking and deciding go.

pyoxigraph itself is not built for browsers. The terms are held here; a store keeps its quads here as well until it is
asked a query, and then hands them to the engine.
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import Enum
from importlib.metadata import version

from oxigraph import engine

__version__ = version("pyoxigraph")
XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
UNESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?')
NODE = re.compile(r"<([^>]*)>|_:(\S+)")


class RdfFormat(Enum):
    """The formats by their media types."""

    N_TRIPLES = "application/n-triples"
    N_QUADS = "application/n-quads"
    TURTLE = "text/turtle"
    TRIG = "application/trig"
    JSON_LD = "application/ld+json"
    RDF_XML = "application/rdf+xml"
    N3 = "text/n3"


class QueryResultsFormat(Enum):
    """The formats of the answer to a query."""

    CSV = "csv"
    JSON = "json"


class _Value:
    """Something that is what its parts are.

    What is pickled by pyoxigraph is made anew by `__new__` alone, so that everything is set there.
    """

    __slots__ = ("_hash", "_text")

    def __eq__(self, other):
        return self is other or (type(other) is type(self) and other._text == self._text)

    def __hash__(self):
        return self._hash

    def __str__(self):
        return self._text

    def __repr__(self):
        return f"<{type(self).__name__} {self._text}>"

    def _is(self, text):
        self._text = text
        self._hash = hash(text)


class NamedNode(_Value):
    """An IRI."""

    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __new__(cls, value):
        self = super().__new__(cls)
        self.value = value
        self._is(f"<{value}>")
        return self

    def __reduce__(self):
        return NamedNode, (self.value,)


class BlankNode(_Value):
    """A node without a name."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    count = 0

    def __new__(cls, value=None):
        self = super().__new__(cls)
        if value is None:
            BlankNode.count += 1
            value = f"made{BlankNode.count}"
        self.value = value
        self._is(f"_:{value}")
        return self

    def __reduce__(self):
        return BlankNode, (self.value,)


class DefaultGraph(_Value):
    """The graph without a name."""

    __slots__ = ()

    def __new__(cls):
        self = super().__new__(cls)
        self._is("DEFAULT")
        return self

    def __reduce__(self):
        return DefaultGraph, ()


class Literal(_Value):
    """A value with its datatype and language."""

    __slots__ = ("datatype", "language", "value")
    __match_args__ = ("value",)

    def __new__(cls, value, *, datatype=None, language=None):
        self = super().__new__(cls)
        if datatype is None and not isinstance(value, str):
            kind = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "double"
            datatype = NamedNode(XSD + kind)
            value = str(value).lower() if isinstance(value, bool) else str(value)
        self.value = value
        self.language = language.lower() if language else None
        self.datatype = NamedNode(LANG_STRING) if language else datatype or NamedNode(f"{XSD}string")
        quoted = '"' + re.sub(r'[\\"\n\r]', lambda found: ESCAPES[found[0]], value) + '"'
        plain = self.datatype.value == f"{XSD}string"
        self._is(f"{quoted}@{self.language}" if language else quoted if plain else f"{quoted}^^{self.datatype}")
        return self

    def __reduce__(self):
        return _literal, (self.value, None if self.language else self.datatype, self.language)


def _literal(value, datatype, language):
    return Literal(value, datatype=datatype, language=language)


class Triple(_Value):
    """Subject, predicate, object."""

    __slots__ = ("object", "predicate", "subject")
    __match_args__ = ("subject", "predicate", "object")

    def __new__(cls, subject, predicate, object):
        self = super().__new__(cls)
        self.subject, self.predicate, self.object = subject, predicate, object
        self._is(f"{subject} {predicate} {object}")
        return self

    def __iter__(self):
        return iter((self.subject, self.predicate, self.object))

    def __reduce__(self):
        return Triple, tuple(self)


class Quad(_Value):
    """A triple in a graph."""

    __slots__ = ("graph_name", "object", "predicate", "subject")
    __match_args__ = ("subject", "predicate", "object", "graph_name")

    def __new__(cls, subject, predicate, object, graph_name=None):
        self = super().__new__(cls)
        self.subject, self.predicate, self.object = subject, predicate, object
        self.graph_name = DEFAULT if graph_name is None else graph_name
        graph = "" if isinstance(self.graph_name, DefaultGraph) else f" {self.graph_name}"
        self._is(f"{subject} {predicate} {object}{graph}")
        return self

    @property
    def triple(self):
        """What it says, without the graph."""
        return Triple(self.subject, self.predicate, self.object)

    def __iter__(self):
        return iter((self.subject, self.predicate, self.object, self.graph_name))

    def __reduce__(self):
        return Quad, tuple(self)


DEFAULT = DefaultGraph()


class Variable(_Value):
    """A variable of a query."""

    __slots__ = ("value",)

    def __new__(cls, value):
        self = super().__new__(cls)
        self.value = value
        self._is(f"?{value}")
        return self

    def __reduce__(self):
        return Variable, (self.value,)


class QuerySolutions:
    """The rows of a SELECT query."""

    def __init__(self, answer):
        self._answer = answer

    def serialize(self, *, format):
        """The rows in a format, as bytes."""
        return self._answer(format.value).encode()


class QueryTriples(list):
    """The triples of a CONSTRUCT query."""


class Store:
    """A set of quads that can be asked."""

    def __init__(self, path=None):
        self._text = None  # N-Quads that nobody has looked at yet
        self._quads = {}  # what is held here, unless the engine has it
        self._index = None
        self._engine = None

    def __del__(self):
        if self._engine is not None:
            self._engine.free()

    def _held(self):
        """The quads; those that the engine has changed are read back."""
        if self._engine is not None:
            return dict.fromkeys(_lines(engine.dump(self._engine)))
        if self._text is not None:
            self._quads, self._text = dict.fromkeys(_lines(self._text)), None
        return self._quads

    def _asked(self):
        if self._engine is None:
            text = self._text if self._text is not None else "".join(f"{quad} .\n" for quad in self._quads)
            self._engine = engine.load(text, RdfFormat.N_QUADS.value)
            self._text, self._quads, self._index = None, {}, None
        return self._engine

    def __iter__(self):
        return iter(self._held())

    def __len__(self):
        return len(self._held())

    def bulk_load(self, data, *, format):
        """Take quads from bytes in N-Quads; the store is empty before."""
        self._text = data.decode()

    def dump(self, *, format):
        """All quads as bytes in N-Quads."""
        return "".join(f"{quad} .\n" for quad in self._held()).encode()

    def add(self, quad):
        """Add a quad."""
        self.extend([quad])

    def extend(self, quads):
        """Add quads."""
        if self._engine is not None:
            engine.extend(self._engine, "".join(f"{quad} .\n" for quad in quads))
            return
        self._held().update(dict.fromkeys(quads))
        self._index = None

    def remove_graph(self, name):
        """Drop a graph."""
        self.update(f"DROP SILENT GRAPH {name}")

    def update(self, text):
        """Run an update."""
        engine.update(self._asked(), text)

    def query(self, text):
        """The rows of a SELECT query."""
        store = self._asked()
        return QuerySolutions(lambda form: engine.query(store, text, form))

    def quads_for_pattern(self, subject, predicate, object, graph_name=None):
        """The quads that have these parts; None is any."""
        wanted = (subject, predicate, object, graph_name)
        for quad in self._candidates(wanted):
            if all(part is None or part == mine for part, mine in zip(wanted, quad, strict=True)):
                yield quad

    def _candidates(self, wanted):
        if self._engine is not None:
            return self._held()
        if self._index is None:
            self._index = tuple(defaultdict(list) for _ in range(3))
            for quad in self._held():
                for index, part in zip(self._index, quad, strict=False):
                    index[part].append(quad)
        found = [index.get(part, ()) for index, part in zip(self._index, wanted, strict=False) if part is not None]
        return min(found, key=len) if found else self._held()


def _unescaped(text):
    if "\\" not in text:
        return text
    return re.sub(
        r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))",
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else UNESCAPED.get(m[3], m[3]),
        text,
    )


def _lines(text):
    """The quads of canonical N-Quads; equal terms are held once."""
    terms = {}

    def term(found):
        written = found[0]
        if written not in terms:
            if written[0] == '"':
                value, language, datatype = found.groups()
                kind = NamedNode(datatype) if datatype else None
                terms[written] = Literal(_unescaped(value), datatype=kind, language=language)
            else:
                terms[written] = NamedNode(_unescaped(found[1])) if written[0] == "<" else BlankNode(found[2])
        return terms[written]

    # A literal holds no line end: N-Quads escapes it.
    for line in text.split("\n"):
        parts, place = [], 0
        while place < len(line) and line[place] != ".":
            found = (LITERAL if line[place] == '"' else NODE).match(line, place)
            parts.append(term(found))
            place = found.end() + 1
        if parts:
            yield Quad(*parts)


def parse(input=None, *, path=None, format, base_iri=None, without_named_graphs=False, rename_blank_nodes=False):
    """The quads of a text or file.

    Raises:
        SyntaxError: it is not of that format.
    """
    data = path.read_bytes() if path is not None else input
    text = data if isinstance(data, str) else data.decode() if isinstance(data, bytes) else data.read().decode()
    try:
        store = engine.load(text, format.value, base_iri)
    except Exception as fault:
        raise SyntaxError(str(fault)) from fault
    try:
        return iter(list(_lines(engine.dump(store))))
    finally:
        store.free()
