"""What a program asks: a query of the library by its name with its parameters, or SPARQL of its own."""

from __future__ import annotations

from collections.abc import Mapping

from ..arguments import Parameter, parameter_texts
from ..errors import CallError
from ..law.knowledge import Knowledge
from ..model import Lang
from .binding import bind
from .library import find_query, read_library

__all__ = ["asked_text"]


def asked_text(
    query: str, parameters: Mapping[str, Parameter], lang: Lang, knowledge: Knowledge, prefixes: dict[str, str]
) -> str:
    """The text of the query that is meant, parameters bound.

    Args:
        query: the name of a library query, or SPARQL of one's own.
        parameters: the parameters of a library query.
        lang: the language of labels, where the query has a parameter for it.
        knowledge: where names are looked up.
        prefixes: the prefix table.

    Raises:
        CallError: there is no such query or parameter, or a query of one's own is given parameters.
    """
    if query.strip().count(" ") or "{" in query:
        if parameters:
            raise CallError("own-query-parameters")
        return query
    named = find_query(read_library(knowledge.root), query)
    values = {name: parameter_texts(name, value) for name, value in parameters.items()}
    if any(parameter.name == "lang" for parameter in named.parameters):
        values.setdefault("lang", [lang])
    return bind(named, values, knowledge, prefixes)
