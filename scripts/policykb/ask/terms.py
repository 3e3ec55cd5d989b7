"""The names that a query uses: prefixes that nobody declared, and terms that the graph does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ..errors import CallError
from ..law.tokens import tokens
from ..wording.spelling import near_names

__all__ = ["Unused", "refuse_undeclared", "unused_terms", "with_prefixes"]


@dataclass(frozen=True, slots=True)
class Unused:
    """A term that the graph uses nowhere, as the query writes it, and the terms it may have meant."""

    term: str
    near: tuple[str, ...]


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """A query with the prefixes of the table that it uses and does not declare, on its first line.

    Lines keep their numbers, so that what an engine says of one stays right.
    """
    declared = _declared(text)
    used = dict.fromkeys(prefix for prefix, _ in _names(text) if prefix in prefixes and prefix not in declared)
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in used) + text


def refuse_undeclared(text: str, prefixes: Mapping[str, str], where: str) -> None:
    """Refuse a prefix that is declared neither in the query nor in the prefix table.

    Args:
        text: a query that an engine did not understand.
        prefixes: the prefix table.
        where: the file, for the message.

    Raises:
        CallError: there is such a prefix; the near ones are offered.
    """
    known = {**prefixes, **_declared(text)}
    for prefix, name in _names(text):
        if prefix not in known and prefix != "_":
            near = near_names(prefix, known)
            raise CallError(
                "prefix-undeclared-near" if near else "prefix-undeclared",
                where=where,
                prefix=prefix,
                name=name,
                near=near,
            )


def unused_terms(text: str, prefixes: Mapping[str, str], store: ox.Store) -> list[Unused]:
    """The terms of the graph's own namespaces that a query names and the graph does not use.

    Args:
        text: the query.
        prefixes: the prefix table; a prefix of the query's own counts if it stands for one of its namespaces.
        store: the graphs.
    """
    table = {**prefixes, **_declared(text)}
    found: dict[str, Unused] = {}
    for prefix, name in _names(text):
        space = table.get(prefix)
        local = name.partition(":")[2].replace("\\", "")
        if space in prefixes.values() and local and not _is_used(ox.NamedNode(f"{space}{local}"), store):
            near = near_names(local, sorted(_locals(str(space), store)))
            found[name] = Unused(name, tuple(f"{prefix}:{one}" for one in near))
    return list(found.values())


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Each prefixed name with its prefix, declarations left out."""
    before = ""
    for token in tokens(text):
        if token["name"] and before != "PREFIX":
            yield token["name"].partition(":")[0], token["name"].rstrip(".")
        if not token[0].isspace():
            before = (token["word"] or "").upper()


def _declared(text: str) -> dict[str, str]:
    """The prefixes that a query declares."""
    found: dict[str, str] = {}
    prefix: str | None = None
    before = ""
    for token in tokens(text):
        if token["name"] and before == "PREFIX":
            prefix = token["name"].removesuffix(":")
        elif token["iri"] and prefix is not None:
            found[prefix] = token["iri"][1:-1]
            prefix = None
        if not token[0].isspace():
            before = (token["word"] or "").upper()
    return found


def _is_used(term: ox.NamedNode, store: ox.Store) -> bool:
    patterns = ((term, None, None), (None, term, None), (None, None, term))
    return any(True for pattern in patterns for _ in store.quads_for_pattern(*pattern))


def _locals(space: str, store: ox.Store) -> set[str]:
    """The local names of a namespace that the graph uses."""
    terms = {term for quad in store for term in (quad.subject, quad.predicate, quad.object)}
    named = (term.value for term in terms if isinstance(term, ox.NamedNode))
    return {iri[len(space) :] for iri in named if iri.startswith(space)}
