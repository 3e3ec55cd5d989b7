"""一个条款：字句、条件与金额 / A clause: its words, conditions and amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Language, Policy, Root, Version, With, loaded_of_day

if TYPE_CHECKING:
    from ..law.rules import RuleBook

__all__ = ["command"]


def command(
    name: Annotated[str, typer.Argument(metavar="ID", help="条款编号 / id of the clause")],
    with_: With = None,
    as_of: Version = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print a clause with the words it comes from."""
    from ..ask.graphs import prefixes
    from ..doors.terminal import Terminal
    from ..reports.side_by_side import print_clause, print_group

    kb, phrases = loaded_of_day(root, policy, with_, lang, as_of)
    console, found = Terminal(highlight=False), _id(name, kb.book, prefixes(kb.knowledge))
    group = None if found in kb.book.clauses else kb.book.group_named(found)
    if group is not None:
        print_group(console, group, phrases)
    else:
        print_clause(console, kb.book.clause(found), phrases)


def _id(name: str, book: RuleBook, prefixes: Mapping[str, str]) -> str:
    """The id of a clause that is named by its IRI, whole or prefixed as answers show it; else the name as it is."""
    prefix, _, rest = name.partition(":")
    iri = prefixes[prefix] + rest if prefix in prefixes else name.removeprefix("<").removesuffix(">")
    return next((clause.id for clause in book.clauses.values() if clause.iri == iri), name)
