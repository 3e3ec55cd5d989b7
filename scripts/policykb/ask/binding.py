"""Bind parameters: a value becomes a typed RDF term, and the term takes its marked place in the query.

No text of a user ever reaches a query. A value is first parsed to a term of the declared type, and only what the RDF
library writes for that term is inserted, as a VALUES line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from ..errors import CallError
from ..law.knowledge import Knowledge, local
from ..names import DCT, RDFS, SKOS, XSD
from ..patterns import regex
from ..wording.spelling import near_names
from .library import LibraryQuery, Parameter

__all__ = ["bind", "read_assignments", "to_term"]

_NUMBER = regex(r"[+-]?[0-9]{1,18}")
_DECIMAL = regex(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_DAY = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TRUTHS = {"true": True, "false": False, "是": True, "否": False, "yes": True, "no": False}


def read_assignments(words: Sequence[str]) -> dict[str, list[str]]:
    """`key=value` words as a mapping; a key that is repeated has several values.

    Raises:
        CallError: a word has no equals sign.
    """
    found: dict[str, list[str]] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise CallError("not-a-parameter", word=word)
        found.setdefault(key.removeprefix("?"), []).append(value)
    return found


def bind(
    query: LibraryQuery, values: Mapping[str, Sequence[str]], knowledge: Knowledge, prefixes: Mapping[str, str]
) -> str:
    """The query with its parameters bound.

    Args:
        query: a documented query.
        values: parameter to the values it may take (one, or several).
        knowledge: where short names of IRIs are looked up.
        prefixes: the prefix table, for prefixed names.

    Raises:
        CallError: an unknown parameter, a required one left out, or a value that is not of the declared type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            raise CallError("unknown-parameter", query=query.name, parameter=name, known=tuple(known))
    text = query.text
    for parameter in query.parameters:
        if parameter.name not in values:
            if parameter.required:
                raise CallError(
                    "missing-parameter", query=query.name, parameter=parameter.name, meaning=parameter.meaning
                )
            continue
        terms = [to_term(parameter, value, knowledge, prefixes) for value in values[parameter.name]]
        line = f"VALUES ?{parameter.name} {{ {' '.join(map(str, terms))} }}"
        place = re.compile(rf"^([ \t]*)(?:# )?VALUES \?{parameter.name}\b(?: \{{[^}}\n]*\}})?[ \t]*$", re.MULTILINE)
        text = place.sub(lambda found, line=line: found[1] + line, text)  # type: ignore[misc]
    return text


def to_term(
    parameter: Parameter, value: str, knowledge: Knowledge, prefixes: Mapping[str, str]
) -> ox.NamedNode | ox.Literal:
    """One value as a term of the parameter's type.

    Raises:
        CallError: the value is not of that type.
    """
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise _refused("parameter-no-text", parameter, value)
    if parameter.type == "iri":
        return _iri(parameter, value, knowledge, prefixes)
    if parameter.type == "integer" and _NUMBER.fullmatch(value):
        return ox.Literal(str(int(value)), datatype=XSD.integer)
    if parameter.type == "decimal" and _DECIMAL.fullmatch(value):
        return ox.Literal(f"{Decimal(value):f}", datatype=XSD.decimal)
    if parameter.type == "boolean" and value.lower() in _TRUTHS:
        return ox.Literal("true" if _TRUTHS[value.lower()] else "false", datatype=XSD.boolean)
    if parameter.type == "date" and _DAY.fullmatch(value):
        try:
            return ox.Literal(date.fromisoformat(value).isoformat(), datatype=XSD.date)
        except ValueError:
            pass
    known = _listed(parameter, knowledge, prefixes)
    if known is not None and value not in known:
        raise _refused("parameter-not-listed", parameter, value, known=known)
    if parameter.type in ("string", "language", "code"):
        return ox.Literal(value)
    examples = {"integer": "3", "decimal": "0.25", "boolean": "true", "date": "2020-12-31"}
    raise _refused("parameter-form", parameter, value, example=examples[parameter.type])


def _listed(parameter: Parameter, knowledge: Knowledge, prefixes: Mapping[str, str]) -> list[str] | None:
    """The values of a closed list (languages of labels, notations of a scheme, words); None where it is open."""
    if parameter.type == "language":
        labels = (quad.object for quad in knowledge.store.quads_for_pattern(None, RDFS.label, None))
        return sorted({label.language for label in labels if isinstance(label, ox.Literal) and label.language})
    if parameter.type == "code":
        scheme = prefixes[parameter.of or ""]
        coded = (quad.subject for quad in knowledge.store.quads_for_pattern(None, SKOS.notation, None))
        codes = {code for code in coded if isinstance(code, ox.NamedNode) and code.value.startswith(scheme)}
        return sorted(knowledge.string(code, SKOS.notation) or "" for code in codes)
    return parameter.of.split("|") if parameter.type == "string" and parameter.of else None


def _iri(parameter: Parameter, value: str, knowledge: Knowledge, prefixes: Mapping[str, str]) -> ox.NamedNode:
    stripped = value[1:-1] if value.startswith("<") and value.endswith(">") else value
    prefix, colon, rest = stripped.partition(":")
    if colon and prefix in prefixes:
        return _named(parameter, value, prefixes[prefix] + rest)
    if colon and prefix in ("http", "https", "urn"):
        return _named(parameter, value, stripped)
    candidates = _instances(parameter, knowledge, prefixes)
    found = [iri for iri in candidates if value in (local(iri), knowledge.string(iri, DCT.identifier))]
    found = found or [iri for iri in candidates if value in _labels(knowledge, iri)]
    if len(found) == 1:
        return found[0]
    if found:
        raise _refused("parameter-ambiguous", parameter, value, candidates=[f"<{iri.value}>" for iri in found])
    near = near_names(value, [local(iri) for iri in candidates])
    if near:
        raise _refused("parameter-near", parameter, value, near=near)
    raise _refused("parameter-name", parameter, value)


def _named(parameter: Parameter, value: str, iri: str) -> ox.NamedNode:
    # The library checks the shape of an IRI; what SPARQL forbids inside <…> is refused before it gets there.
    if re.search(r"[\x00-\x20<>\"{}|^`\\]", iri):
        raise _refused("parameter-characters", parameter, value)
    try:
        return ox.NamedNode(iri)
    except ValueError as fault:
        raise _refused("parameter-iri", parameter, value) from fault


def _instances(parameter: Parameter, knowledge: Knowledge, prefixes: Mapping[str, str]) -> list[ox.NamedNode]:
    if parameter.of is None:
        found = {quad.subject for quad in knowledge.store if isinstance(quad.subject, ox.NamedNode)}
        return sorted(found, key=lambda iri: iri.value)
    prefix, _, name = parameter.of.partition(":")
    return knowledge.instances(ox.NamedNode(prefixes[prefix] + name))


def _labels(knowledge: Knowledge, iri: ox.NamedNode) -> tuple[str, str]:
    label = knowledge.label(iri)
    return label.zh, label.en


def _refused(id: str, parameter: Parameter, value: str, **values: Any) -> CallError:
    shown = value if len(value) <= 60 else value[:59] + "…"
    return CallError(id, parameter=parameter.name, value=shown, type=parameter.of or parameter.type, **values)
